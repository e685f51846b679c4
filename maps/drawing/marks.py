"""A scene's marks over the map: routes with their direction, regions, step numbers, bottlenecks, the robot to scale."""

import math
import re
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.drawing.labels import Box, around
from maps.drawing.palette import INK, PAPER, ROLE_COLOURS, ROLE_INK
from maps.drawing.ruler import shortened
from maps.drawing.sheet import Sheet
from maps.scene import Marker, Path, Region, RobotMark, Role, Scene

__all__ = ["draw_marks", "draw_robot"]

_ARROW_EVERY = 74.0
_SIDE_STEP = 2.6
"""Routes keep this far to the right of their line, sheet units, so that there and back can be told apart."""

_HATCHES = {"bad": "////", "warning": "....", "highlight": "\\\\\\\\"}
"""Regions are told apart without colour, too."""

_DASHES = {"bad": (0, (3.0, 1.6)), "warning": (0, (3.0, 1.6)), "muted": (0, (1.0, 1.6))}


def draw_marks(sheet: Sheet, scene: Scene) -> None:
    """Draw everything but the captions, and reserve its room."""
    paths = [mark for mark in scene.marks if isinstance(mark, Path) and len(mark.points) > 1]
    for mark in scene.marks:
        if isinstance(mark, Region) and len(mark.outline) > 2:
            _draw_region(sheet, mark)
    for order, path in enumerate(paths):
        _draw_path(sheet, path, 24 + order / (len(paths) + 1), _SIDE_STEP if len(paths) > 1 else 0.0)
    for mark in scene.marks:
        if isinstance(mark, RobotMark):
            x, y = sheet.layout.px(mark.pose.point)[0]
            draw_robot(sheet, x, y, mark.pose.yaw, mark.radius_m * sheet.layout.scale, ROLE_COLOURS[mark.role])
            sheet.labels.take(Box(x, y, 26, 26), 1.5)
            if mark.label:
                _label(sheet, x, y, mark.label, mark.role, 15)
    markers = [mark for mark in scene.marks if isinstance(mark, Marker)]
    for marker in sorted(markers, key=lambda marker: not _is_number(marker.label)):
        _draw_marker(sheet, marker)


def draw_robot(sheet: Sheet, x: float, y: float, yaw: float, radius: float, colour: str, z: float = 29) -> None:
    """A disc to scale with a nose, in a halo that the eye finds."""
    sheet.circle(x, y, max(radius + 8, 15), z=z, facecolor=colour, edgecolor="none", alpha=0.32)
    shown = max(radius, 4.0)
    sheet.circle(x, y, shown, z=z + 1, line=1.3, facecolor=INK, edgecolor=PAPER)
    reach = shown + 5.5
    nose = [(reach, 0.0), (0.35 * shown, 0.62 * shown), (0.35 * shown, -0.62 * shown)]
    cos, sin = math.cos(yaw), math.sin(yaw)
    sheet.polygon([(x + cos * a - sin * b, y + sin * a + cos * b) for a, b in nose], z=z + 1.1, clip=False, line=0.8,
                  facecolor=colour, edgecolor=PAPER)  # fmt: skip


def _draw_region(sheet: Sheet, mark: Region) -> None:
    colour = ROLE_COLOURS[mark.role]
    outline = sheet.layout.px(mark.outline)
    sheet.polygon(outline, z=20, facecolor=colour, edgecolor="none", alpha=0.16)
    if mark.role in _HATCHES:
        sheet.polygon(outline, z=20.05, line=0.0, facecolor="none", edgecolor=colour, hatch=_HATCHES[mark.role], alpha=0.45)
    sheet.polygon(outline, z=20.1, line=2.2, facecolor="none", edgecolor=colour, linestyle=_DASHES.get(mark.role, "solid"))
    if mark.label:
        x, y = outline.mean(axis=0)
        _label(sheet, x, y, mark.label, mark.role, 0)


def _draw_path(sheet: Sheet, path: Path, z: float, side: float) -> None:
    colour = ROLE_COLOURS[path.role]
    line = _beside(_thinned(sheet.layout.px(path.points)), side)
    dashes = _DASHES.get(path.role)
    sheet.line(line, PAPER, 6.0, z=z, alpha=0.9)
    style: dict[str, Any] = {"linestyle": dashes, "dash_capstyle": "butt"} if dashes else {}
    sheet.line(line, colour, 3.4, z=z + 0.001, **style)
    spots = _along(line, _ARROW_EVERY)
    for x, y, angle in spots:
        cos, sin = math.cos(angle), math.sin(angle)
        shape = [(6.0, 0.0), (-4.2, 4.6), (-2.0, 0.0), (-4.2, -4.6)]
        arrow = [(x + cos * a - sin * b, y + sin * a + cos * b) for a, b in shape]
        sheet.polygon(arrow, z=26, line=1.1, facecolor=colour, edgecolor=PAPER)
    for x, y, _ in _along(line, 16.0):
        sheet.labels.take(Box(x, y, 13, 13), 0.7)
    if path.label:
        middle = _along(line, max(_length(line) / 2 - 1e-6, 1.0))
        x, y = (middle[0][0], middle[0][1]) if middle else tuple(line[0])
        _label(sheet, x, y, path.label, path.role, 6)


def _draw_marker(sheet: Sheet, mark: Marker) -> None:
    x, y = sheet.layout.px(mark.at)[0]
    colour = ROLE_COLOURS[mark.role]
    if mark.role == "bottleneck":
        for sign in (-1, 1):
            wedge = [(x + sign * 2, y), (x + sign * 10, y + 6), (x + sign * 10, y - 6)]
            sheet.polygon(wedge, z=31, line=1.2, facecolor=colour, edgecolor=PAPER)
        sheet.labels.take(Box(x, y, 22, 14))
        if mark.label:
            _label(sheet, x, y, mark.label, mark.role, 11)
        return
    if _is_number(mark.label):
        _draw_badge(sheet, x, y, mark.label, colour)
        return
    if mark.role == "bad":
        for sign in (-1, 1):
            stroke = [(x - 6, y - 6 * sign), (x + 6, y + 6 * sign)]
            sheet.line(stroke, PAPER, 6.5, z=31)
            sheet.line(stroke, colour, 3.6, z=31.1)
    else:
        sheet.circle(x, y, 6, z=31, line=1.6, facecolor=colour, edgecolor=PAPER)
    sheet.labels.take(Box(x, y, 14, 14))
    if mark.label:
        _label(sheet, x, y, mark.label, mark.role, 9)


def _draw_badge(sheet: Sheet, x: float, y: float, label: str, colour: str) -> None:
    """A step's number; beside its spot, with a leader, where something else stands there."""
    width = max(23.0, sheet.ruler.measure(label, 13.5, "bold")[0] + 12)
    spots = np.vstack([[(x, y)], *(around(x, y, width, 23, gap) for gap in (7, 16, 28))])
    box = sheet.labels.place(spots, width, 23, lambda at, w, h: 0.02 * np.hypot(*(at - (x, y)).T), at_most=0.6)
    box = box or Box(spots[1, 0], spots[1, 1], width, 23)
    if (box.x, box.y) != (x, y):
        sheet.line([(x, y), (box.x, box.y)], colour, 2.2, z=31, clip=False)
        sheet.circle(x, y, 3.6, z=31.1, line=1.2, facecolor=colour, edgecolor=PAPER)
    sheet.pill(box, z=32, line=2.0, facecolor=colour, edgecolor=PAPER)
    sheet.text(box.x, box.y, label, 13.5, z=33, colour=PAPER, halo=None, weight="bold")


def _label(sheet: Sheet, x: float, y: float, text: str, role: Role, gap: float) -> None:
    text = shortened(text, 48)
    colour = ROLE_INK.get(role, ROLE_COLOURS[role])
    width, height = sheet.ruler.measure(text, 12.0, "bold")
    first = np.array([(x, y)]) if gap == 0 else around(x, y, width, height, gap)
    spots = np.vstack([first, around(x, y, width, height, gap + 10)])
    box = sheet.labels.place(spots, width, height, at_most=0.8) or Box(spots[0, 0], spots[0, 1], width, height)
    sheet.text(box.x, box.y, text, 12.0, z=41, colour=colour, weight="bold")


def _is_number(label: str) -> bool:
    return re.fullmatch(r"[\d ,+-]{1,12}", label) is not None and any(c.isdigit() for c in label)


def _thinned(line: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The polyline without points nearer than a unit to the one before; its ends stay."""
    kept = [line[0]]
    for point in line[1:-1]:
        if math.dist(kept[-1], point) > 1.0:
            kept.append(point)
    return np.array([*kept, line[-1]])


def _beside(line: npt.NDArray[np.float64], right: float) -> npt.NDArray[np.float64]:
    """The polyline moved to its right; corners mitred, not more than twice as far."""
    steps = np.diff(line, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    if right == 0 or not (lengths > 0).all():
        return line
    normals = np.column_stack([steps[:, 1], -steps[:, 0]]) / lengths[:, None]
    moved = line.copy()
    for index in range(len(line)):
        a, b = normals[max(index - 1, 0)], normals[min(index, len(normals) - 1)]
        both = a + b
        size = float(both @ both) / 2
        moved[index] += right * (both / max(size, 0.5))
    return np.asarray(moved)


def _length(line: npt.NDArray[np.float64]) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _along(line: npt.NDArray[np.float64], every: float) -> list[tuple[float, float, float]]:
    """Points along a polyline with the direction there: x, y, angle; the first half a stride from the start."""
    spots: list[tuple[float, float, float]] = []
    total = _length(line)
    wanted = min(every, total) / 2 if total > 12 else math.inf
    done = 0.0
    for (ax, ay), (bx, by) in pairwise(line):
        length = math.dist((ax, ay), (bx, by))
        while length > 0 and wanted <= done + length:
            t = (wanted - done) / length
            spots.append((ax + t * (bx - ax), ay + t * (by - ay), math.atan2(by - ay, bx - ax)))
            wanted += every
        done += length
    return spots
