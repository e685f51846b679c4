"""Levels: the storeys of a building side by side, each framed and named, with nothing drawn between them."""

from collections.abc import Iterator

from maps.building import Building
from maps.drawing.labels import Box
from maps.drawing.palette import INK, PAPER
from maps.drawing.sheet import Sheet
from maps.world import World

__all__ = ["HEADROOM", "draw_levels"]

HEADROOM = 0.035
"""Space for the names above the levels, as a share of the map's width."""

_Box = tuple[float, float, float, float]


def draw_levels(sheet: Sheet, world: World) -> None:
    """Frame and name the levels; a map of one level stays as it is."""
    building = world.building
    if building is None:
        return
    for left, low, right, high in _between(building, sheet):
        if right > left and high > low:
            corners = [(left, low), (right, low), (right, high), (left, high)]
            sheet.polygon(corners, z=12, line=0, facecolor=PAPER, edgecolor="none")
    for level in building.levels:
        (left, low), (right, high) = sheet.layout.px([level.box[:2], level.box[2:]])
        sheet.polygon(
            [(left, low), (right, low), (right, high), (left, high)], z=13, line=1.2, facecolor="none", edgecolor="#8A94A3"
        )
        dx, dy = level.offset
        moved = "" if (dx, dy) == (0.0, 0.0) else f"   (drawn {dx:+g} m in x" + (f", {dy:+g} m in y)" if dy else ")")
        text = f"level {level.name}{moved}"
        width, height = sheet.ruler.measure(text, 14.0, "bold")
        if width > right - left:
            text = f"level {level.name}"
            width, height = sheet.ruler.measure(text, 14.0, "bold")
        sheet.labels.take(Box(left + width / 2, high + 4 + height / 2, width, height))
        sheet.text(left, high + 4 + height / 2, text, 14.0, z=41, colour=INK, weight="bold", ha="left")


def _between(building: Building, sheet: Sheet) -> Iterator[_Box]:
    """What lies beside, above and below the levels, on the sheet."""
    area = sheet.layout.map
    west, south = area.x - area.width / 2, area.y - area.height / 2
    east, north = area.x + area.width / 2, area.y + area.height / 2
    edge = west
    for level in building.levels:
        (left, low), (right, high) = sheet.layout.px([level.box[:2], level.box[2:]])
        yield (edge, south, left, north)
        yield (left, high, right, north)
        yield (left, south, right, low)
        edge = right
    yield (edge, south, east, north)
