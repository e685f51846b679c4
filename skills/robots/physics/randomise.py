"""Randomisation: what differs from one run to the next, drawn from a seed and kept as the run's ``physics_context``."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import JsonValue

from skills.robots.physics.items import Item

__all__ = ["randomised"]


def randomised(items: Sequence[Item], seed: int) -> tuple[tuple[Item, ...], dict[str, JsonValue]]:
    """Blocks a little elsewhere, turned, heavier or lighter, more or less slippery, in another shade.

    Args:
        items: As the map has them.
        seed: Of what is drawn; 0 leaves everything as the map has it.

    Returns:
        The items, and what was drawn, by the item's name.
    """
    if seed == 0:
        return tuple(items), {"seed": 0}
    draw = np.random.default_rng(seed)
    made: list[Item] = []
    context: dict[str, Any] = {"seed": seed}
    for item in items:
        if item.kind != "block":
            made.append(item)
            continue
        x, y, z = item.at
        at = (x + float(draw.uniform(-0.02, 0.02)), y + float(draw.uniform(-0.02, 0.02)), z)
        shade = float(draw.uniform(0.85, 1.1))
        colour = tuple(min(shade * part, 1.0) for part in item.colour)
        drawn = replace(
            item, at=at, yaw=float(draw.uniform(-math.pi / 4, math.pi / 4)), mass=item.mass * float(draw.uniform(0.8, 1.2)),
            friction=item.friction * float(draw.uniform(0.8, 1.2)), colour=(colour[0], colour[1], colour[2]),
        )  # fmt: skip
        made.append(drawn)
        context[item.name] = {
            "at": list(at), "yaw": drawn.yaw, "mass_kg": drawn.mass, "friction": drawn.friction, "colour": list(colour),
        }  # fmt: skip
    return tuple(made), context
