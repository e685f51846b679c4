"""Eyes: where a thing of a known colour is, from one picture with depth. Nothing here knows the truth."""

import colorsys
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skills.robots.physics.cameras import Picture

__all__ = ["Seen", "locate", "of_colour"]

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

HUE = 22.0 / 360.0
LEAST_PIXELS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A thing in a picture; metres and radians in the base's frame.

    Attributes:
        top: Middle of its upper side.
        yaw: Of its depth axis.
        width: Its smaller extent.
        depth: Its larger one.
        pixels: How many pixels show it.
    """

    top: tuple[float, float, float]
    yaw: float
    width: float
    depth: float
    pixels: int


def of_colour(rgb: NDArray[np.uint8], colour: tuple[float, float, float]) -> Mask:
    """(H, W) which pixels have a colour's hue, whatever the light; all of them for a colour without one (white, grey, black)."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*colour)
    if saturation < 0.4:
        return np.ones(rgb.shape[:2], bool)
    values = rgb.astype(np.float32) / 255.0
    high, low = values.max(axis=-1), values.min(axis=-1)
    spread = high - low
    safe = np.where(spread > 0, spread, 1.0)
    r, g, b = values[..., 0], values[..., 1], values[..., 2]
    angle = np.where(high == r, (g - b) / safe, np.where(high == g, 2.0 + (b - r) / safe, 4.0 + (r - g) / safe)) / 6.0 % 1.0
    off = np.abs((angle - hue + 0.5) % 1.0 - 0.5)
    limit = min(HUE, 0.5 * _room(hue))
    return np.asarray((off < limit) & (spread > 0.42 * high) & (high > 0.10))


def locate(
    picture: Picture, colour: tuple[float, float, float], near: tuple[float, float, float], *, flat: bool, radius: float = 0.3,
) -> Seen | None:  # fmt: skip
    """Find a thing.

    Args:
        picture: From the head camera.
        colour: Of the thing.
        near: Where its underside is expected, metres in the base's frame.
        flat: Whether it is flat (a tray); otherwise it stands at least 2 cm high.
        radius: How far from there it is looked for, metres.

    Returns:
        The nearest thing that fits, or None.
    """
    from scipy.ndimage import label

    points = picture.points
    away = np.hypot(points[..., 0] - near[0], points[..., 1] - near[1])
    rise = points[..., 2] - near[2]
    low, high = (0.001, 0.035) if flat else (0.010, 0.25)
    mask = of_colour(picture.rgb, colour) & (away < radius) & (rise > low) & (rise < high)
    labels, count = label(mask)
    best: tuple[float, Seen] | None = None
    for number in range(1, count + 1):
        here = labels == number
        if int(here.sum()) < LEAST_PIXELS:
            continue
        cloud = points[here]
        top = float(np.percentile(cloud[:, 2], 97))
        if not flat and top - near[2] < 0.02:
            continue
        face = cloud[cloud[:, 2] > top - (0.02 if flat else 0.006)]
        if len(face) < 8:
            continue
        seen = _measure(face, top, int(here.sum()))
        if flat and seen.width < 0.06:
            continue
        gap = math.hypot(seen.top[0] - near[0], seen.top[1] - near[1])
        if best is None or gap < best[0]:
            best = (gap, seen)
    return None if best is None else best[1]


def _measure(face: Floats, top: float, pixels: int) -> Seen:
    """The smallest rectangle around the points of an upper side."""
    flat = face[:, :2]
    middle = flat.mean(axis=0)
    spacing = math.sqrt(max(float(np.ptp(flat[:, 0]) * np.ptp(flat[:, 1])), 1e-8) / len(flat))
    best = (math.inf, 0.0, 0.0, 0.0, middle)
    for yaw in np.arange(0.0, math.pi / 2, math.radians(1.5)):
        axis = np.array([math.cos(yaw), math.sin(yaw)])
        along, across = flat @ axis, flat @ np.array([-axis[1], axis[0]])
        a, b = np.percentile(along, (1, 99)), np.percentile(across, (1, 99))
        depth, width = float(a[1] - a[0]), float(b[1] - b[0])
        if depth * width < best[0]:
            centre = axis * 0.5 * (a[0] + a[1]) + np.array([-axis[1], axis[0]]) * 0.5 * (b[0] + b[1])
            best = (depth * width, float(yaw), depth, width, centre)
    _, yaw, depth, width, centre = best
    if width > depth:
        yaw, depth, width = yaw + math.pi / 2, width, depth
    return Seen(top=(float(centre[0]), float(centre[1]), top), yaw=yaw, width=width + spacing, depth=depth + spacing, pixels=pixels)


def _room(hue: float) -> float:
    """Distance from a hue to the nearest other colour's, so that orange is not taken for red."""
    from skills.robots.physics.items import COLOURS

    others = [colorsys.rgb_to_hsv(*rgb) for rgb in COLOURS.values()]
    gaps = [abs((h - hue + 0.5) % 1.0 - 0.5) for h, s, v in others if s > 0.6 and v > 0.45]
    return min((gap for gap in gaps if gap > 0.02), default=1.0)
