"""The ground: known and unknown space, obstacles, places, doors, zones, docks and things, before anything of a mission."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.drawing.labels import Box
from maps.drawing.palette import BLUE, DOOR_COLOURS, FREE_SPACE, HATCH, INK, KEEPOUT, PAPER, SLOW, SOLID, TINTS, UNKNOWN_SPACE, WALL
from maps.drawing.sheet import Sheet
from maps.features import Door, Place
from maps.grid import FREE, OCCUPIED
from maps.world import World

__all__ = ["draw_ground", "draw_symbols"]

_HATCH_WEIGHT = 0.15
"""How much a label should rather not lie on hatching (1 = on another label)."""

_KEEPOUT_HATCH = "\\" * 6
_SKIN_M = 0.12
"""Obstacles are drawn dark this deep and lighter inside, metres."""


def draw_ground(sheet: Sheet, world: World, *, crisp: bool) -> None:
    """Draw cells, places and zones.

    Args:
        sheet: Where to.
        world: What.
        crisp: Keep cells as they are (for SVG) instead of smoothing them to pixels.
    """
    from matplotlib.transforms import Affine2D

    area = sheet.layout.map
    corners = _corners(area)
    sheet.polygon(corners, z=0, facecolor=UNKNOWN_SPACE, edgecolor=HATCH, hatch="////")
    _draw_places(sheet, world)
    frame, scale = world.frame, sheet.layout.scale
    x, y = sheet.layout.px((frame.origin.x, frame.origin.y))[0]
    turn = Affine2D().rotate(frame.origin.yaw).translate(x, y)
    side = frame.resolution * scale
    image = sheet.axes.imshow(
        _cells_picture(world), origin="lower", extent=(0, frame.width * side, 0, frame.height * side), aspect="auto", zorder=1,
        transform=turn + sheet.axes.transData, interpolation="none" if crisp else "antialiased",
    )  # fmt: skip
    image.set_clip_path(sheet.clip)
    _draw_masks(sheet, world)
    _draw_zones(sheet, world)
    sheet.polygon(corners, z=60, line=1.2, facecolor="none", edgecolor="#C3CAD3")


def draw_symbols(sheet: Sheet, world: World, named: frozenset[str]) -> None:
    """Draw doors, docks and things; the things that are ``named`` stand out."""
    for door in world.doors.values():
        _draw_door(sheet, door)
    for name, thing in world.things.items():
        x, y = sheet.layout.px(thing.position)[0]
        radius = 4.6 if name in named else 2.7
        colour = BLUE if name in named else INK
        sheet.circle(x, y, radius, z=22, line=1.2, facecolor=colour, edgecolor=PAPER)
        sheet.labels.take(Box(x, y, 2 * radius, 2 * radius), 0.6)
    for place in world.places.values():
        if place.is_dock:
            x, y = sheet.layout.px(place.centre)[0]
            draw_dock(sheet, x, y)
            sheet.labels.take(Box(x, y, 18, 18))
        elif not place.outline:
            x, y = sheet.layout.px(place.centre)[0]
            sheet.polygon([(x - 4.5, y), (x, y - 4.5), (x + 4.5, y), (x, y + 4.5)], z=21, line=1.4, facecolor=PAPER, edgecolor=INK)
            sheet.labels.take(Box(x, y, 9, 9))


def draw_dock(sheet: Sheet, x: float, y: float, z: float = 23) -> None:
    """A charger: a blue badge with a bolt."""
    sheet.pill(Box(x, y, 17, 17), z=z, radius=4.5, line=1.2, facecolor=BLUE, edgecolor=PAPER)
    bolt = [(1.2, 6), (-3.6, -0.8), (-0.5, -0.8), (-1.2, -6), (3.6, 0.8), (0.5, 0.8)]
    sheet.polygon([(x + dx, y + dy) for dx, dy in bolt], z=z + 0.1, clip=False, facecolor=PAPER, edgecolor="none")


def _corners(area: Box) -> npt.NDArray[np.float64]:
    half = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (area.width / 2, area.height / 2)
    return np.add(half, (area.x, area.y))


def _cells_picture(world: World) -> npt.NDArray[np.uint8]:
    """(H, W, 4): free space, and obstacles with a dark skin; unknown is clear, so that the hatch below shows."""
    solid = world.cells == OCCUPIED
    depth = max(2, round(_SKIN_M / world.frame.resolution))
    shades = np.array([_rgba(UNKNOWN_SPACE, 0.0), _rgba(FREE_SPACE), _rgba(WALL), _rgba(SOLID)], np.uint8)
    code = (world.cells == FREE).astype(np.uint8) + 2 * solid + _eroded(_eroded(solid, depth, 0), depth, 1)
    return np.asarray(shades[code])


def _eroded(solid: npt.NDArray[np.bool_], depth: int, axis: int) -> npt.NDArray[np.bool_]:
    """Cells whose neighbours up to ``depth`` away along an axis are all solid; beyond the grid all is."""
    pads = [(0, 0), (0, 0)]
    pads[axis] = (depth, depth)
    padded = np.pad(solid, pads, constant_values=True)
    inside = solid.copy()
    for shift in range(2 * depth + 1):
        inside &= padded[shift : shift + solid.shape[0]] if axis == 0 else padded[:, shift : shift + solid.shape[1]]
    return inside


def _rgba(colour: str, alpha: float = 1.0) -> tuple[int, int, int, int]:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16), round(alpha * 255))


def _draw_places(sheet: Sheet, world: World) -> None:
    """Wash each region with a tint by kind."""
    kinds: dict[str, str] = {}
    regions: list[tuple[Place, str]] = []
    for place in world.places.values():
        if place.outline:
            tint = kinds.setdefault(place.kind, TINTS[len(kinds) % len(TINTS)])
            regions.append((place, tint))
    for place, tint in regions:
        outline = sheet.layout.px(place.outline)
        sheet.polygon(outline, z=1.4, facecolor=tint, edgecolor="none", alpha=0.12)
        sheet.polygon(outline, z=1.5, line=1.0, facecolor="none", edgecolor=tint, alpha=0.6)


def _draw_masks(sheet: Sheet, world: World) -> None:
    """Keep-out and speed masks, which are cells and not polygons."""
    if world.keepout_mask is not None:
        cells = world.keepout_mask.array == OCCUPIED
        _draw_cells(sheet, world, cells, z=2.0, facecolor=KEEPOUT, edgecolor="none", alpha=0.10)
        _draw_cells(sheet, world, cells, z=2.1, facecolor="none", edgecolor=KEEPOUT, hatch=_KEEPOUT_HATCH, alpha=0.75)
        side = world.frame.resolution
        for row0, row1, col0, col1 in islice(_rectangles(cells), 200):
            ends = sheet.layout.px([world.frame.to_map(col0 * side, row0 * side), world.frame.to_map(col1 * side, row1 * side)])
            sheet.labels.take(Box(*ends.mean(axis=0), *np.abs(ends[1] - ends[0])), _HATCH_WEIGHT)
    if world.speed_mask is not None:
        _draw_cells(sheet, world, world.speed_mask.array > 0, z=2.0, facecolor=SLOW, edgecolor="none", alpha=0.07)


def _draw_cells(sheet: Sheet, world: World, cells: npt.NDArray[np.bool_], *, z: float, **style: Any) -> None:
    """Fill the marked cells, as rectangles of equal rows."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    side = world.frame.resolution
    corners: list[tuple[float, float]] = []
    for row0, row1, col0, col1 in _rectangles(cells):
        ring = [(col0, row0), (col1, row0), (col1, row1), (col0, row1), (col0, row0)]
        corners += [world.frame.to_map(col * side, row * side) for col, row in ring]
    if corners:
        codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * (len(corners) // 5)
        patch = PathPatch(Path(sheet.layout.px(corners), codes), linewidth=0, zorder=z, **style)
        sheet.axes.add_artist(patch)
        patch.set_clip_path(sheet.clip)


def _rectangles(cells: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int, int, int]]:
    """Cover marked cells: first row, row past the last, first column, column past the last."""
    open_since: dict[tuple[int, int], int] = {}
    for row in range(cells.shape[0] + 1):
        runs: set[tuple[int, int]] = set()
        if row < cells.shape[0] and cells[row].any():
            edges = np.flatnonzero(np.diff(np.concatenate([[False], cells[row], [False]]).astype(np.int8)))
            runs = set(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
        for run in sorted(set(open_since) - runs):
            yield (open_since.pop(run), row, *run)
        for run in runs - set(open_since):
            open_since[run] = row


def _draw_zones(sheet: Sheet, world: World) -> None:
    for zone in world.zones.values():
        outline = sheet.layout.px(zone.outline)
        if zone.rule == "keepout":
            low, high = outline.min(axis=0), outline.max(axis=0)
            sheet.labels.take(Box(*((low + high) / 2), *(high - low)), _HATCH_WEIGHT)
            sheet.polygon(outline, z=2.2, facecolor=KEEPOUT, edgecolor="none", alpha=0.10)
            sheet.polygon(outline, z=2.3, line=1.4, facecolor="none", edgecolor=KEEPOUT, hatch=_KEEPOUT_HATCH, alpha=0.75)
        else:
            sheet.polygon(outline, z=2.2, facecolor=SLOW, edgecolor="none", alpha=0.07)
            sheet.polygon(outline, z=2.3, line=1.4, facecolor="none", edgecolor=SLOW, linestyle=(0, (5, 3)), alpha=0.95)


def _draw_door(sheet: Sheet, door: Door) -> None:
    """Open: two green posts and a thin dotted line. Closed: a bar. Locked: a bar with a padlock."""
    a, b = sheet.layout.px(door.segment)
    middle, span = (a + b) / 2, np.abs(b - a)
    sheet.labels.take(Box(middle[0], middle[1], span[0] + 6, span[1] + 6), 0.7)
    colour = DOOR_COLOURS[door.state]
    for x, y in _posts(a, b):
        sheet.circle(x, y, 2.6, z=12, facecolor=colour, edgecolor="none")
    if door.state == "open":
        sheet.line([a, b], colour, 2.0, z=12, linestyle=(0, (0.2, 2.0)))
        return
    sheet.line([a, b], PAPER, 7.5, z=11.8)
    sheet.line([a, b], colour, 4.8, z=12)
    if door.state == "locked":
        x, y = (a + b) / 2
        draw_lock(sheet, x, y, colour)
        sheet.labels.take(Box(x, y, 18, 18))


def draw_lock(sheet: Sheet, x: float, y: float, colour: str, z: float = 13) -> None:
    """A padlock in a disc."""
    sheet.circle(x, y, 8.6, z=z, line=1.6, facecolor=PAPER, edgecolor=colour)
    turn = np.linspace(0, np.pi, 12)
    shackle = [(x + 2.6 * np.cos(t), y + 1.2 + 2.9 * np.sin(t)) for t in turn]
    sheet.line(shackle, colour, 1.7, z=z + 0.1, clip=False)
    sheet.pill(Box(x, y - 1.6, 8.0, 6.2), z=z + 0.2, radius=1.0, facecolor=colour, edgecolor="none")


def _posts(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> Iterator[tuple[float, float]]:
    for end in (a, b):
        yield (float(end[0]), float(end[1]))
