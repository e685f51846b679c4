"""Items: what stands in a physical world, as MJCF of primitives: blocks, trays, buttons, gauges, a conveyor, furniture."""

import colorsys
from dataclasses import dataclass
from typing import Literal, TypeAlias

from skills.robots.physics.gauge_face import gauge_face

__all__ = ["COLOURS", "Brick", "Item", "ItemKind", "item_mjcf", "rgb_of"]

ItemKind: TypeAlias = Literal["block", "tray", "button", "gauge", "conveyor", "sign"]

COLOURS = {
    "red": (0.85, 0.07, 0.07), "green": (0.08, 0.62, 0.16), "blue": (0.08, 0.22, 0.88), "yellow": (0.95, 0.82, 0.06),
    "orange": (0.97, 0.45, 0.04), "purple": (0.50, 0.12, 0.68), "white": (0.92, 0.92, 0.92), "black": (0.08, 0.08, 0.08),
    "grey": (0.5, 0.5, 0.52), "brown": (0.40, 0.24, 0.12), "pink": (0.95, 0.45, 0.65), "cyan": (0.05, 0.75, 0.80),
}  # fmt: skip
"""Colours by name, linear RGB in 0 to 1."""

GAP_M = 0.002
"""Between a belt and its rails: where they touch, they hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brick:
    """A box that does not move: a stretch of wall, a piece of furniture; metres.

    Attributes:
        x0, y0, x1, y1: Its outline.
        top: How high it is.
        material: Of the scene.
        bottom: Where it begins.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    top: float
    material: str = "wall"
    bottom: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing of the physical world.

    Attributes:
        name: As on the map.
        kind: What sort of thing.
        at: Middle of its underside, metres; for a gauge the middle of its face.
        yaw: Of its depth axis; for a gauge the direction it faces.
        size: Width, depth, height, metres.
        colour: Red, green, blue in 0 to 1.
        mass: kg.
        friction: Between it and the fingers.
        value: What a gauge reads.
        scale: A gauge's ends.
    """

    name: str
    kind: ItemKind
    at: tuple[float, float, float]
    yaw: float = 0.0
    size: tuple[float, float, float] = (0.04, 0.04, 0.05)
    colour: tuple[float, float, float] = (0.5, 0.5, 0.52)
    mass: float = 0.2
    friction: float = 0.6
    value: float = 0.0
    scale: tuple[float, float] = (0.0, 10.0)


def rgb_of(name: str | None, fallback: str) -> tuple[float, float, float]:
    """A colour by its name; one of its own for each ``fallback`` text without a known colour."""
    if name is not None and name.casefold() in COLOURS:
        return COLOURS[name.casefold()]
    hue = sum(fallback.encode()) * 0.6180339887 % 1.0
    return colorsys.hsv_to_rgb(hue, 0.55, 0.75)


def item_mjcf(item: Item, number: int) -> tuple[str, str]:
    """An item as MJCF: its bodies, and its actuators. Names are ``<kind><number>``; map names may hold anything.

    Args:
        item: The item.
        number: Its number in the scene.
    """
    name = f"{item.kind}{number}"
    x, y, z = item.at
    w, d, h = (0.5 * length for length in item.size)
    rgba = " ".join(f"{part:.4f}" for part in (*item.colour, 1.0))
    solid = 'contype="1" conaffinity="7" group="2"'
    shell = 'contype="0" conaffinity="0" group="2"'
    turn = f'euler="0 0 {item.yaw:.5f}"'
    if item.kind == "block":
        grip = f'friction="{item.friction:.4f} 0.01 0.0002" condim="4" priority="1"'
        soft = 'solref="0.006 1" solimp="0.95 0.99 0.001"'
        return (
            f'<body name="{name}" pos="{x:.4f} {y:.4f} {z + h + 0.001:.4f}" {turn}><freejoint name="{name}"/>'
            f'<geom name="{name}" type="box" size="{d:.4f} {w:.4f} {h:.4f}" mass="{item.mass:.4f}" {solid} {grip} {soft} '
            f'rgba="{rgba}"/></body>',
            "",
        )
    if item.kind == "tray":
        rim = "".join(
            f'<geom type="box" pos="{px:.4f} {py:.4f} {h:.4f}" size="{sx:.4f} {sy:.4f} {h:.4f}" {solid} rgba="{rgba}"/>'
            for px, py, sx, sy in ((d, 0, 0.003, w), (-d, 0, 0.003, w), (0, w, d, 0.003), (0, -w, d, 0.003))
        )
        floor = f'<geom name="{name}" type="box" pos="0 0 0.003" size="{d:.4f} {w:.4f} 0.003" {solid} rgba="{rgba}"/>'
        return f'<body name="{name}" pos="{x:.4f} {y:.4f} {z:.4f}" {turn}>{floor}{rim}</body>', ""
    if item.kind == "button":
        return (
            f'<body name="{name}" pos="{x:.4f} {y:.4f} {z:.4f}" {turn}>'
            f'<geom type="box" pos="0 0 0.02" size="0.045 0.045 0.02" {solid} material="dark"/>'
            f'<geom type="cylinder" pos="0 0 0.042" size="0.036 0.002" {shell} rgba="0.3 0.3 0.3 1" name="{name}lamp"/>'
            f'<body name="{name}cap" pos="0 0 0.05"><joint name="{name}" type="slide" axis="0 0 1" range="-0.018 0" '
            f'limited="true" stiffness="250" damping="6" armature="0.02"/>'
            f'<geom name="{name}" type="cylinder" size="0.026 0.012" mass="0.03" {solid} rgba="{rgba}"/></body></body>',
            "",
        )
    if item.kind == "gauge":
        return gauge_face(name, item.at, item.yaw, item.value, item.scale), ""
    if item.kind == "conveyor":
        beside = w + 0.012 + GAP_M
        return (
            f'<body name="{name}" pos="{x:.4f} {y:.4f} {z:.4f}" {turn}>'
            f'<geom type="box" pos="0 {beside:.4f} {h:.4f}" size="{d:.4f} 0.012 {h + 0.015:.4f}" {solid} material="dark"/>'
            f'<geom type="box" pos="0 {-beside:.4f} {h:.4f}" size="{d:.4f} 0.012 {h + 0.015:.4f}" {solid} material="dark"/>'
            f'<body name="{name}belt" pos="0 0 {h:.4f}" sleep="allowed">'
            f'<joint name="{name}" type="slide" axis="1 0 0" armature="20"/>'
            f'<geom name="{name}" type="box" size="{d - 0.01:.4f} {w:.4f} {h:.4f}" mass="5" {solid} material="rubber" '
            f'friction="1 0.01 0.0002"/></body></body>',
            f'<velocity name="{name}" joint="{name}" kv="2000"/>',
        )
    return (
        f'<geom name="{name}" type="box" pos="{x:.4f} {y:.4f} {z + h:.4f}" {turn} size="{d:.4f} {w:.4f} {h:.4f}" {solid} '
        f'rgba="{rgba}"/>',
        "",
    )
