"""What a manipulation cell is made of on a map: things that look alike, what they are put on, and buttons."""

import random
from collections.abc import Iterable
from types import MappingProxyType

from agent.learning.building_names import BuildingNames
from maps import Place, Thing

__all__ = ["BUTTONS", "HOLDERS", "furnish"]

_LOADS = {
    "en": ("block", "cube", "brick", "gear", "bolt", "workpiece", "cylinder head", "ring", "cap", "casting"),
    "zh": ("方块", "积木", "零件", "齿轮", "螺栓", "工件", "圆环", "盖子", "铸件", "圆柱"),
}
_HOLDERS = {
    "en": ("bench", "bin", "side table", "rack", "stand", "tote", "work table", "plinth"),
    "zh": ("工作台", "料箱", "边桌", "料架", "支架", "周转箱", "操作台", "底座"),
}
_TRAYS = {"en": "tray", "zh": "托盘"}
_BUTTONS = {"en": ("button", "switch"), "zh": ("按钮", "开关")}
_USES = {
    "en": ("start", "stop", "packing", "call", "release", "reset", "lamp", "belt", "door", "alarm"),
    "zh": ("启动", "停止", "打包", "呼叫", "放行", "复位", "照明", "传送带", "门铃", "报警"),
}
HOLDERS = frozenset(("tray", "table", *_HOLDERS["en"], *_HOLDERS["zh"], *_TRAYS.values()))
BUTTONS = frozenset((*_BUTTONS["en"], *_BUTTONS["zh"]))
"""Kinds of thing that others are put on, and that are pressed."""


def furnish(rng: random.Random, names: BuildingNames, rooms: Iterable[Place]) -> list[Thing]:
    """A cell in these rooms, spread over them; at least one tray without a weight, which gives reason for the skills.

    Args:
        rng: Everything random comes from here.
        names: Keeps the names of the building apart.
        rooms: Rooms with an outline.
    """
    language, cells = names.language, list(rooms)
    loads = rng.sample(_LOADS[language], 2)
    kinds = [(rng.choice(loads), "load") for _ in range(rng.randrange(4, 8))]
    kinds += [("tray", "tray")] * rng.randrange(2, 4) + [(rng.choice(_HOLDERS[language]), "holder")] * rng.randrange(1, 3)
    kinds += [(rng.choice(_BUTTONS[language]), "button") for _ in range(rng.randrange(2, 4))]
    out = []
    for kind, part in kinds:
        colour = rng.choice(names.words.colours)
        said = _TRAYS[language] if part == "tray" else kind
        before = rng.choice(_USES[language]) if part == "button" and rng.random() < 0.6 else colour
        name = names.fresh(f"{before}{names.gap}{said}", f"{before}{names.gap}{said} {rng.randrange(2, 99)}")
        (x0, y0), _, (x1, y1), _ = (room := rng.choice(cells)).outline
        weight = {"weight_kg": round(rng.uniform(0.1, 0.6), 2)} if part == "load" else {}
        out.append(
            Thing(
                name=name,
                kind=kind,
                position=(rng.uniform(x0 + 0.7, x1 - 0.7), rng.uniform(y0 + 0.7, y1 - 0.7)),
                place=room.name,
                state="released" if part == "button" and language == "en" else None,
                attributes=MappingProxyType({"colour": colour, **weight}),
            )
        )
    return out
