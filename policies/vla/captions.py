"""Captions: what a scene of the cell looks like, in words, from what the simulator knows; and its instruction in other words."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

__all__ = ["caption", "rephrase"]

_CHINESE = {"red": "红", "green": "绿", "blue": "蓝", "yellow": "黄", "orange": "橙", "purple": "紫"}
_PICK = (
    "pick up the {a} block", "grab the {a} block", "lift the {a} block", "take the {a} block",
    "拿起{x}色方块", "把{x}色方块拿起来", "抓住{x}色的方块",
)  # fmt: skip
_PLACE = (
    "put the {a} block on the {b} tray", "place the {a} block on the {b} tray", "move the {a} block to the {b} tray",
    "set the {a} block down on the {b} tray", "把{x}色方块放到{y}色托盘上", "将{x}色方块移到{y}色托盘",
    "把{x}色的方块放在{y}色的托盘上",
)  # fmt: skip
_PRESS = ("press the red button", "push the button", "press the button", "按下红色按钮", "按一下按钮", "请按红色的按钮")


def caption(context: Mapping[str, Any]) -> str:
    """The colours of the blocks from left to right, then those of the trays: what tells two scenes apart in words."""
    blocks, trays = (sorted(context.get(name, ()), key=lambda item: -float(item["at"][1])) for name in ("blocks", "trays"))
    return f"{' '.join(item['colour'] for item in blocks)} blocks and {' '.join(item['colour'] for item in trays)} trays"


def rephrase(about: Mapping[str, Any], draw: random.Random) -> str | None:
    """An episode's instruction said some way, in English or Chinese; None for one that is not the cell's."""
    context = about.get("physics_context", {})
    if about.get("task") == "press":
        return draw.choice(_PRESS)
    try:
        a = context["blocks"][about["thing"]]["colour"]
        if about["task"] == "pick":
            return draw.choice(_PICK).format(a=a, x=_CHINESE[a])
        b = context["trays"][about["goal"] - len(context["blocks"])]["colour"]
        return draw.choice(_PLACE).format(a=a, b=b, x=_CHINESE[a], y=_CHINESE[b])
    except (KeyError, IndexError, TypeError):
        return None
