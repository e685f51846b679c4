"""Randomisation: what differs from one run to the next, drawn from a seed and kept as the run's ``physics_context``."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import JsonValue

from skills.robots.physics.items import Brick, Item

__all__ = ["randomised", "spots_on"]


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


def spots_on(table: Brick, gaps: Sequence[float], draw: np.random.Generator) -> list[tuple[float, float]]:
    """Places for things on the cell's table, far enough from one another that the gripper gets between.

    Args:
        table: Which; the arm stands at the origin.
        gaps: How far each thing must be from every other, metres.
        draw: Of chance.
    """
    spots: list[tuple[float, float]] = []
    for _ in range(10_000):
        gap = gaps[len(spots)]
        radius, angle = math.sqrt(float(draw.uniform(0.45**2, 0.84**2))), float(draw.uniform(-0.72, 0.72))
        spot = (radius * math.cos(angle), radius * math.sin(angle))
        inside = table.x0 + 0.08 < spot[0] < table.x1 - 0.12 and abs(spot[1]) < table.y1 - 0.09
        if inside and all(math.dist(spot, other) > max(gap, gaps[i]) for i, other in enumerate(spots)):
            spots.append(spot)
            if len(spots) == len(gaps):
                return spots
        elif draw.uniform() < 0.01:
            spots.clear()  # a crowded start: begin again
    raise RuntimeError("the table is too small for its items")
