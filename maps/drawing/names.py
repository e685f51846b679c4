"""Names on the map: places inside their regions, things beside their dots, each where it covers nothing that matters."""

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from maps.drawing.labels import Box, Cost, Spots, around, within
from maps.drawing.palette import INK, QUIET, ZONE_INK
from maps.drawing.sheet import Sheet
from maps.features import Place, Zone
from maps.grid import OCCUPIED
from maps.scene import Scene
from maps.world import World

__all__ = ["draw_names", "named_in"]

_SIZES = (15.5, 13.5, 12.0, 10.5)
_SAMPLES = np.column_stack([axis.ravel() for axis in np.meshgrid(np.linspace(-0.5, 0.5, 7), np.linspace(-0.5, 0.5, 3))])


def named_in(scene: Scene, world: World) -> frozenset[str]:
    """The things whose name occurs in a text of the scene."""
    texts = " | ".join([scene.title, *(getattr(mark, "text", getattr(mark, "label", "")) for mark in scene.marks)])
    return frozenset(name for name in world.things if _occurs(name, texts))


def _occurs(name: str, texts: str) -> bool:
    """As whole words; scripts that do not part words with spaces need not."""
    if name.isascii():
        return re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", texts) is not None
    return name in texts


def draw_names(sheet: Sheet, world: World, named: frozenset[str], *, all_things: bool) -> None:
    """Write the names.

    Args:
        sheet: Where to; its ``labels`` hold what must not be covered.
        world: Whose names.
        named: Things to label whatever it takes.
        all_things: Whether to label the other things too, where there is room.
    """
    walls = _walls_under(sheet, world)
    for name in sorted(named):
        _name_point(sheet, world.things[name].position, name, walls, size=14.0, weight="bold", at_most=0.5, gap=7)
    places = list(world.places.values())
    for place in places:
        if place.is_dock:
            _name_point(sheet, place.centre, place.name, walls, size=12.5, weight="bold", at_most=0.3, gap=11)
    for place in sorted((place for place in places if place.outline), key=lambda place: _around_region(sheet, place).area):
        _name_region(sheet, place, walls)
    for place in places:
        if not place.outline and not place.is_dock:
            _name_point(sheet, place.centre, place.name, walls, size=12.0, weight="normal", at_most=0.2, gap=6)
    for zone in world.zones.values():
        _name_zone(sheet, zone)
    if all_things:
        for name, thing in world.things.items():
            if name not in named:
                _name_point(sheet, thing.position, name, walls, size=9.5, weight="normal", at_most=0.06, gap=4, colour=QUIET)


def _name_point(
    sheet: Sheet, at: tuple[float, float], name: str, walls: Cost, *, size: float, weight: str, at_most: float, gap: float,
    colour: str = INK,
) -> None:  # fmt: skip
    x, y = sheet.layout.px(at)[0]
    width, height = sheet.ruler.measure(name, size, weight)
    spots = around(x, y, width + 2, height, gap)
    box = sheet.labels.place(spots, width + 2, height, lambda *box: 1.5 * walls(*box), at_most=at_most)
    if box is not None:
        sheet.text(box.x, box.y, name, size, z=40, colour=colour, weight=weight)


def _name_zone(sheet: Sheet, zone: Zone) -> None:
    """Small, in the zone's colour, and only where there is room."""
    text = zone.name if zone.max_speed is None else f"{zone.name}, {zone.max_speed:g} m/s"
    outer = _around_region(sheet, zone)
    ring = sheet.layout.px(zone.outline)
    for size in (11.5, 10.0):
        width, height = sheet.ruler.measure(text, size)
        spots = within(outer.x, outer.y - outer.height, outer, width + 8, height + 10)
        spots = spots[_inside(ring, spots)]
        box = sheet.labels.place(spots, width, height, at_most=0.02) if len(spots) and width < outer.width else None
        if box is not None:
            sheet.text(box.x, box.y, text, size, z=37, colour=ZONE_INK[zone.rule], style="italic")
            return


def _name_region(sheet: Sheet, place: Place, walls: Cost) -> None:
    """Try the name in one line, in two, then upright, in ever smaller type; leave it out if it fits nowhere."""
    outer = _around_region(sheet, place)
    ring = sheet.layout.px(place.outline)
    x, y = sheet.layout.px(place.centre)[0] if place.pose is None else (outer.x, outer.y)

    def price(spots: Spots, width: float, height: float) -> npt.NDArray[np.float64]:
        away = np.abs(spots - (x, y)) @ (1 / np.maximum((outer.width, outer.height), 1.0))
        points = spots[:, None, :] + _SAMPLES * (width, height)
        outside = 1 - _inside(ring, points.reshape(-1, 2)).reshape(len(spots), -1).mean(axis=1)
        return np.asarray(2.5 * walls(spots, width, height) + 4 * outside + 0.8 * away)

    best: tuple[float, Box, list[str], float, bool] | None = None
    for step, size in enumerate(_SIZES):
        for lines, upright in _shapes(place.name, outer):
            long = max(sheet.ruler.measure(line, size)[0] for line in lines) + 4
            high = len(lines) * size * 1.12 + 2
            width, height = (high, long) if upright else (long, high)
            found = sheet.labels.best(within(x, y, outer, width, height), width, height, price, at_most=0.3)
            if found is None:
                continue
            total = found[0] + 0.35 * step + 0.12 * (len(lines) - 1) + (0.5 if upright else 0.0)
            if best is None or total < best[0]:
                best = (total, found[1], lines, size, upright)
        if best is not None and best[0] < 0.35 * (step + 1):
            break
    if best is None or best[0] > 4.5:
        return
    _, box, lines, size, upright = best
    sheet.labels.take(box)
    for index, line in enumerate(lines):
        shift = ((len(lines) - 1) / 2 - index) * size * 1.12
        spot = (box.x - shift, box.y) if upright else (box.x, box.y + shift)
        sheet.text(*spot, line, size, z=38, colour="#3A4654", rotation=90 if upright else 0)


def _shapes(name: str, outer: Box) -> Iterator[tuple[list[str], bool]]:
    """The name in one line; broken in two; upright in a narrow region."""
    yield [name], False
    words = name.split()
    if len(words) > 1:
        cut = min(range(1, len(words)), key=lambda cut: max(len(" ".join(words[:cut])), len(" ".join(words[cut:]))))
        yield [" ".join(words[:cut]), " ".join(words[cut:])], False
    if outer.height > 1.6 * outer.width:
        yield [name], True


def _around_region(sheet: Sheet, region: Place | Zone) -> Box:
    points = sheet.layout.px(region.outline)
    low, high = points.min(axis=0), points.max(axis=0)
    return Box(*((low + high) / 2), *(high - low))


def _inside(ring: npt.NDArray[np.float64], points: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which points lie in a ring: even-odd rule."""
    inside = np.zeros(len(points), bool)
    for (ax, ay), (bx, by) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if ay != by:
            crosses = (points[:, 1] < ay) != (points[:, 1] < by)
            inside ^= crosses & (points[:, 0] < ax + (points[:, 1] - ay) * (bx - ax) / (by - ay))
    return inside


def _walls_under(sheet: Sheet, world: World) -> Cost:
    """The share of a box that covers obstacles, from a few samples."""
    occupied = world.cells == OCCUPIED
    height_cells, width_cells = occupied.shape

    def share(spots: Spots, width: float, height: float) -> npt.NDArray[np.float64]:
        points = spots[:, None, :] + _SAMPLES * (width, height)
        cells = world.frame.cells(sheet.layout.metres(points.reshape(-1, 2)))
        rows, cols = cells.T
        known = (rows >= 0) & (rows < height_cells) & (cols >= 0) & (cols < width_cells)
        under = np.zeros(len(cells))
        under[known] = occupied[rows[known], cols[known]]
        return np.asarray(under.reshape(len(spots), -1).mean(axis=1))

    return share
