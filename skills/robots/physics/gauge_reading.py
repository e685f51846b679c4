"""Reading a gauge from a picture: four corner marks, a homography, the needle's angle and the digits' segments."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skills.robots.physics.eyes import of_colour
from skills.robots.physics.gauge_face import (
    CORNERS,
    DIAL,
    DIGIT_H,
    DIGIT_W,
    DIGIT_Y,
    DIGITS,
    NEEDLE,
    SEGMENT_SPOTS,
    SEGMENTS,
    SIGN_X,
    START,
    SWEEP,
)  # fmt: skip

__all__ = ["GaugeUnreadable", "Reading", "read_gauge"]

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]

MAGENTA, CYAN, RED = (0.95, 0.05, 0.85), (0.0, 0.75, 0.85), (0.86, 0.05, 0.05)
SIDE = 240
AGREE = 0.02
"""Share of the scale by which needle and digits may differ."""


class GaugeUnreadable(ValueError):
    """The picture shows no gauge, or its needle and digits cannot be made out; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a gauge reads.

    Attributes:
        value: In the gauge's unit: by the digits where they can be read, else by the needle.
        needle: By the needle; None without a known scale.
        digits: By the digits; None where they cannot be made out.
        agree: Whether both say the same, or only one can be read.
    """

    value: float
    needle: float | None
    digits: float | None
    agree: bool


def read_gauge(image: Image, scale: tuple[float, float] | None = None) -> Reading:
    """Read the gauge in a picture.

    Args:
        image: (H, W, 3) RGB with the whole face in it.
        scale: The dial's ends, in its unit; without them only the digits count.

    Raises:
        GaugeUnreadable: There is no gauge in the picture, or nothing on it can be made out.
    """
    face = _flattened(image, _corners(image))
    share = _needle(face)
    digits = _digits(face)
    needle = None if scale is None or share is None else scale[0] + share * (scale[1] - scale[0])
    if needle is None and digits is None:
        raise GaugeUnreadable("neither the needle nor the digits can be made out")
    if needle is None or digits is None or scale is None:
        return Reading(value=_first(digits, needle), needle=needle, digits=digits, agree=True)
    kept = min(max(digits, scale[0]), scale[1])
    agree = abs(needle - kept) <= AGREE * (scale[1] - scale[0])
    return Reading(value=digits, needle=needle, digits=digits, agree=agree)


def _first(*values: float | None) -> float:
    return next(value for value in values if value is not None)


def _corners(image: Image) -> Floats:
    """(4, 2) columns and rows of the corner marks, in the order of ``CORNERS``."""
    marks = [_blobs(image, MAGENTA), _blobs(image, CYAN)]
    if not marks[0] or len(marks[1]) < 3:
        raise GaugeUnreadable(
            f"the picture shows {len(marks[0])} magenta and {len(marks[1])} cyan corner marks; a gauge has one and three"
        )
    size, first = marks[0][0]
    like = sorted(marks[1], key=lambda blob: abs(math.log(blob[0] / size)))[:3]
    spots = np.array([first, *(spot for _, spot in like)])
    middle = spots.mean(axis=0)
    order = np.argsort(np.arctan2(*(spots - middle).T[::-1]))
    turn = int(np.flatnonzero(order == 0)[0])
    return np.asarray(spots[np.roll(order, -turn)])


def _blobs(image: Image, colour: tuple[float, float, float]) -> list[tuple[int, Floats]]:
    """Size and middle (column, row) of the blobs of a colour, the largest first."""
    from scipy.ndimage import center_of_mass, label

    labels, count = label(of_colour(image, colour))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    keep = [i + 1 for i in np.argsort(-sizes)[:8] if sizes[i] >= 9]
    middles = center_of_mass(labels > 0, labels, keep) if keep else []
    return [(int(sizes[i - 1]), np.array([c, r])) for i, (r, c) in zip(keep, middles, strict=True)]


def _flattened(image: Image, corners: Floats) -> Floats:
    """(SIDE, SIDE, 3) the plate seen from straight ahead, 0 to 1."""
    rows = []
    for (x, y), (u, v) in zip(CORNERS, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]]
    system = np.array(rows, dtype=np.float64)
    try:
        h = np.append(np.linalg.solve(system[:, :8], system[:, 8]), 1.0).reshape(3, 3)
    except np.linalg.LinAlgError as error:
        raise GaugeUnreadable("the corner marks lie on a line: the gauge is seen from the side") from error
    grid = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    xs, ys = np.meshgrid(grid, -grid)
    spots = np.stack([xs, ys, np.ones_like(xs)], axis=-1) @ h.T
    from scipy.ndimage import map_coordinates

    where = [spots[..., 1] / spots[..., 2], spots[..., 0] / spots[..., 2]]
    values = image.astype(np.float64) / 255.0
    return np.stack([map_coordinates(values[..., k], where, order=1, mode="nearest") for k in range(3)], axis=-1)


def _polar(face: Floats) -> tuple[Floats, Floats]:
    """Distance and direction of every pixel from the dial's middle."""
    grid = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    xs, ys = np.meshgrid(grid - DIAL[0], -grid - DIAL[1])
    return np.hypot(xs, ys), np.arctan2(ys, xs)


def _needle(face: Floats) -> float | None:
    """How far along the scale the needle points, 0 to 1."""
    away, angle = _polar(face)
    red = of_colour((face * 255).astype(np.uint8), RED) & (away > NEEDLE[0] + 0.02) & (away < NEEDLE[1] - 0.02)
    if int(red.sum()) < 40:
        return None
    mean = math.atan2(float(np.sin(angle[red]).sum()), float(np.cos(angle[red]).sum()))
    share = ((START - mean) % math.tau) / SWEEP
    return share if share <= 1.02 else (0.0 if share > 0.5 * (1 + math.tau / SWEEP) else 1.0)


def _digits(face: Floats) -> float | None:
    """The number that the digits show."""
    green = face[..., 1] - 0.5 * (face[..., 0] + face[..., 2])

    def lit(x: float, y: float) -> float:
        column, row = (x + 1) / 2 * SIDE, (1 - y) / 2 * SIDE
        return float(green[round(row) - 1 : round(row) + 2, round(column) - 1 : round(column) + 2].mean())

    spots = [[lit(x + sx * DIGIT_W, DIGIT_Y + sy * DIGIT_H) for sx, sy in SEGMENT_SPOTS.values()] for x in DIGITS]
    point = lit(0.5 * (DIGITS[1] + DIGITS[2]), DIGIT_Y - DIGIT_H)
    brightest = max(max(values) for values in spots)
    if brightest < 0.12:
        return None
    known = {frozenset(segments): str(digit) for digit, segments in enumerate(SEGMENTS)}
    text = ""
    for values in spots:
        on = frozenset(name for name, value in zip(SEGMENT_SPOTS, values, strict=True) if value > 0.5 * brightest)
        if on not in known:
            return None
        text += known[on]
    sign = -1.0 if lit(SIGN_X, DIGIT_Y) > 0.5 * brightest else 1.0
    return sign * int(text) / (10.0 if point > 0.5 * brightest else 1.0)
