"""Large sites with realistic names: numbered, coded, coloured, owned and nearly alike, in English and Chinese.

A site keeps what each thing is (kind, colour, number, place) apart from what it is called, so that who is meant by "the red
valve in room 214" is looked up in the facts and never in a linker.
"""

import random
from dataclasses import dataclass

import numpy as np

from maps import Door, GridFrame, Place, Point, Pose, Thing, World

__all__ = ["COLOURS", "KINDS", "QUALITIES", "ZH_DIGITS", "Item", "Site", "make_site", "spoken_name"]

KINDS = {
    "valve": "阀门", "pump": "水泵", "pressure gauge": "压力表", "fire extinguisher": "灭火器", "pallet": "托盘", "crate": "板条箱",
    "toolbox": "工具箱", "printer": "打印机", "cabinet": "机柜", "camera": "摄像头", "forklift": "叉车", "ladder": "梯子",
    "compressor": "压缩机", "transformer": "变压器", "fan": "风扇", "motor": "电机", "tank": "储罐", "filter": "过滤器",
    "conveyor": "传送带", "drum": "油桶", "gas cylinder": "气瓶", "trolley": "推车", "bin": "垃圾桶", "switch": "开关",
    "radiator": "散热器", "boiler": "锅炉", "heat exchanger": "换热器", "defibrillator": "除颤器", "first aid kit": "急救箱",
    "bed": "病床", "monitor": "监视器", "wheelchair": "轮椅", "whiteboard": "白板", "emergency light": "应急灯",
    "smoke detector": "烟雾探测器", "hose reel": "消防卷盘", "shelf": "货架", "mixer": "搅拌机", "generator": "发电机",
    "workbench": "工作台",
}  # fmt: skip
QUALITIES = {
    "cooling water": "冷却水", "hot water": "热水", "steam": "蒸汽", "fuel": "燃油", "main": "主", "spare": "备用",
    "bypass": "旁通", "backup": "后备", "inlet": "进口", "outlet": "出口", "mobile": "移动", "overhead": "高架",
    "hydraulic": "液压", "portable": "便携",
}  # fmt: skip
COLOURS = {
    "red": "红色",
    "blue": "蓝色",
    "green": "绿色",
    "yellow": "黄色",
    "white": "白色",
    "black": "黑色",
    "orange": "橙色",
    "grey": "灰色",
}
ZH_DIGITS = "零一二三四五六七八九"
_SIDES = {
    "north": "北侧", "south": "南侧", "east": "东侧", "west": "西侧", "upper": "上层", "lower": "下层", "old": "旧", "new": "新",
    "central": "中央", "outer": "外围",
}  # fmt: skip
_HALLS = {
    "pump room": "泵房", "boiler house": "锅炉房", "compressor hall": "压缩机房", "loading bay": "装卸区", "packing area": "包装区",
    "cold store": "冷库", "control room": "控制室", "workshop": "车间", "canteen": "食堂", "archive": "档案室",
    "switch room": "配电室", "laboratory": "实验室",
}  # fmt: skip
_SYLLABLES = "ka lo ven mar tis dor hal bek run sel gor mi nax pel tor wen zu fra lin bro sta cal".split()
_SIDE_M = 10.0


@dataclass(frozen=True)
class Item:
    """What one named feature is.

    Attributes:
        type: place, thing or door.
        name: Its name on the map.
        aliases: English aliases; ``zh`` is the Chinese one, if any.
        kind: What it is, English; empty for places that are no kind.
        quality: What a part of its name says of it, English; empty for none.
        colour: A colour, English; empty for none.
        number: Its number or code as the name has it; empty for none.
        place: The place that a thing is in.
        stated: Whether the map file says the place, or only the position tells.
    """

    type: str
    name: str
    aliases: tuple[str, ...] = ()
    zh: str = ""
    kind: str = ""
    quality: str = ""
    colour: str = ""
    number: str = ""
    place: str = ""
    stated: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """Type and name, as a linker's candidate has them."""
        return self.type, self.name


@dataclass(frozen=True)
class Site:
    """A world and the facts about everything on it."""

    world: World
    items: tuple[Item, ...]

    def of(self, type: str) -> list[Item]:
        """All items of a type."""
        return [item for item in self.items if item.type == type]


def spoken_name(rng: random.Random, syllables: int = 2) -> str:
    """A made-up proper name that no dictionary has."""
    return "".join(rng.choice(_SYLLABLES) for _ in range(syllables)).capitalize()


def make_site(things: int = 5000, seed: int = 0) -> Site:
    """A site with so many things in about a tenth as many places, with doors to half of them.

    Args:
        things: How many things.
        seed: The same seed gives the same site.
    """
    rng = random.Random(f"retrieval/{seed}")
    taken: set[str] = set()
    places = _places(rng, max(12, things // 10), taken)
    items = [*places, *_doors(rng, places, taken)]
    rooms = [place.name for place in places if not place.name.startswith("charging")]
    while len(items) < len(places) + len(places) // 2 + things:
        item = _thing(rng, rng.choice(rooms), taken)
        if item is not None:
            items.append(item)
    return Site(_world(rng, items), tuple(items))


def _free(taken: set[str], *names: str) -> bool:
    """Whether these names are new; if so they are taken."""
    folded = {name.casefold() for name in names if name}
    if folded & taken:
        return False
    taken |= folded
    return True


def _places(rng: random.Random, count: int, taken: set[str]) -> list[Item]:
    items: list[Item] = []
    halls = [(f"{s} {h}", zs + zh, h) for s, zs in _SIDES.items() for h, zh in _HALLS.items()]
    rng.shuffle(halls)
    while len(items) < count:
        roll, number = rng.random(), len(items) + 1
        if len(items) < 4:
            item = Item("place", f"charging dock {number}", zh=f"{number}号充电桩", kind="dock", number=str(number))
        elif roll < 0.25 and halls:
            name, zh, kind = halls.pop()
            item = Item("place", name, zh=zh, kind=kind)
        elif roll < 0.55:
            n = rng.randint(1, count)
            item = Item("place", f"aisle {n}", zh=f"{n}号通道", kind="aisle", number=str(n))
        elif roll < 0.85:
            n = rng.randint(101, 101 + 2 * count)
            item = Item("place", f"room {n}", zh=f"{n}号房间", kind="room", number=str(n))
        else:
            owner = spoken_name(rng)
            item = Item("place", f"{owner}'s office", (f"{owner} office",), kind="office")
        if _free(taken, item.name, *item.aliases, item.zh):
            items.append(item)
    return items


def _doors(rng: random.Random, places: list[Item], taken: set[str]) -> list[Item]:
    chosen = rng.sample(places, len(places) // 2)
    items = []
    for number, place in enumerate(chosen):
        name = f"{place.name} door" if rng.random() < 0.8 else f"fire door {number + 1}"
        items.append(Item("door", name, zh=place.zh and f"{place.zh}的门", kind="door", place=place.name))
        taken.add(name.casefold())
    return items


def _thing(rng: random.Random, place: str, taken: set[str]) -> Item | None:
    """One thing; None where its name is taken."""
    kind = rng.choice(list(KINDS))
    number = str(rng.randint(1, 400))
    quality = rng.choice(list(QUALITIES)) if rng.random() < 0.45 else ""
    colour = rng.choice(list(COLOURS)) if rng.random() < 0.5 else ""
    style = rng.random()
    quality_zh, colour_zh = QUALITIES.get(quality, ""), COLOURS.get(colour, "")
    zh = f"{number}号{quality_zh}{KINDS[kind]}"
    if style < 0.55:
        name = f"{quality} {kind} {number}".strip()
    elif style < 0.7:
        number = f"{kind[0].upper()}-{rng.randint(100, 9999)}{rng.choice(('', '', 'A', 'B'))}"
        name, zh, quality = f"{kind} {number}", f"{number}{KINDS[kind]}", ""
    elif style < 0.8:
        colour = colour or rng.choice(list(COLOURS))
        colour_zh = COLOURS[colour]
        name, zh, quality = f"{colour} {kind} {number}", f"{number}号{colour_zh}{KINDS[kind]}", ""
    elif style < 0.9:
        name, zh, quality, number = f"{place} {kind}", "", "", ""
    else:
        maker = spoken_name(rng, 3)
        name, zh, quality = f"{maker} {kind} {number}", "", ""
    aliases = (spoken_name(rng, 4),) if rng.random() < 0.1 else ()
    zh = zh if rng.random() < 0.8 else ""
    if not _free(taken, name, *aliases, zh):
        return None
    return Item("thing", name, aliases, zh, kind, quality, colour, number, place, stated=rng.random() < 0.9)


def _world(rng: random.Random, items: list[Item]) -> World:
    """The items on a grid of square places."""
    spots = [item for item in items if item.type == "place"]
    columns = int(np.ceil(np.sqrt(len(spots))))
    corner = {p.name: (_SIDE_M * (i % columns), _SIDE_M * (i // columns)) for i, p in enumerate(spots)}
    cells = int(columns * _SIDE_M)

    def outline(name: str) -> tuple[Point, ...]:
        x, y = corner[name]
        return ((x, y), (x + _SIDE_M, y), (x + _SIDE_M, y + _SIDE_M), (x, y + _SIDE_M))

    def called(item: Item) -> tuple[str, ...]:
        return (*item.aliases, *((item.zh,) if item.zh else ()))

    places = [
        Place(
            name=p.name, kind=p.kind, aliases=called(p), outline=outline(p.name),
            pose=Pose(corner[p.name][0] + 5, corner[p.name][1] + 5, 0) if p.kind == "dock" else None,
        )
        for p in spots
    ]  # fmt: skip
    things, doors = [], []
    for item in items:
        x, y = corner[item.place] if item.place else (0.0, 0.0)
        if item.type == "thing":
            things.append(
                Thing(
                    name=item.name, kind=item.kind, aliases=called(item), place=item.place if item.stated else None,
                    position=(x + rng.uniform(1, 9), y + rng.uniform(1, 9)),
                    attributes={"colour": item.colour} if item.colour else {},
                )
            )  # fmt: skip
        elif item.type == "door":
            doors.append(Door(name=item.name, aliases=called(item), segment=((x + 1, y), (x + 2, y)), between=(item.place,)))
    frame = GridFrame(resolution=1.0, origin=Pose(0, 0, 0), width=cells, height=cells)
    return World.build("large site", frame, np.zeros((cells, cells), dtype=np.int8), places, things, doors)
