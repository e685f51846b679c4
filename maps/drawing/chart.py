"""A chart in the legend: a quantity's band along the way, over the floor that it should not fall below."""

import math
from typing import Final

from maps.drawing.palette import BLUE, EDGE, INK, PAPER, QUIET, ROLE_COLOURS
from maps.drawing.sheet import Sheet
from maps.scene import Chart

__all__ = ["CHART_HEIGHT", "draw_chart"]

CHART_HEIGHT: Final = 214.0
"""Room that a chart takes in the legend, sheet units."""

_AXIS_LEFT, _AXIS_BELOW = 44.0, 40.0
_SMALL = 13.0


def draw_chart(sheet: Sheet, chart: Chart, left: float, bottom: float, width: float) -> None:
    """Draw a chart with its axes.

    Args:
        sheet: Where.
        chart: What; its band has at least two entries.
        left: Left edge, sheet units.
        bottom: Lower edge, sheet units.
        width: Width that it may take, sheet units.
    """
    x0, y0 = left + _AXIS_LEFT, bottom + _AXIS_BELOW
    wide, high = width - _AXIS_LEFT - 10, CHART_HEIGHT - _AXIS_BELOW - 62
    across = max(chart.band[-1][0], 1e-9)
    top = _round_up(max(chart.top, *(entry[2] for entry in chart.band), *(level for _, level in chart.floor), 1e-9))

    def at(x: float, y: float) -> tuple[float, float]:
        return (x0 + wide * min(max(x / across, 0.0), 1.0), y0 + high * min(max(y / top, 0.0), 1.0))

    sheet.text(left, y0 + high + 22, chart.title, 14.5, z=72, colour=INK, halo=None, ha="left", weight="bold")
    for share in (0.0, 0.5, 1.0):
        _, y = at(0, top * share)
        sheet.line([(x0, y), (x0 + wide, y)], EDGE, 1.0, z=71, clip=False)
        sheet.text(x0 - 7, y, f"{top * share:g}", _SMALL, z=72, colour=QUIET, halo=None, ha="right")
    if chart.floor:
        floor = [at(x, y) for x, y in chart.floor]
        area = [*floor, at(across, 0), at(0, 0)]
        sheet.polygon(area, z=71.1, clip=False, facecolor=ROLE_COLOURS["bad"], edgecolor="none", alpha=0.14)
        sheet.line(floor, ROLE_COLOURS["bad"], 1.8, z=72, clip=False, linestyle=(0, (4, 2)), dash_capstyle="butt")
        _name_floor(sheet, chart, x0 + wide, y0, [y for _, y in floor])
    lower, upper = [at(x, low) for x, low, _ in chart.band], [at(x, high) for x, _, high in chart.band]
    sheet.polygon([*lower, *reversed(upper)], z=73, clip=False, facecolor=BLUE, edgecolor="none", alpha=0.22)
    sheet.line(upper, BLUE, 1.2, z=73.1, clip=False)
    sheet.line(lower, BLUE, 2.6, z=73.2, clip=False)
    taken = -math.inf
    for x, label, role in chart.ticks:
        spot, _ = at(x, 0)
        sheet.line([(spot, y0), (spot, y0 - 4)], ROLE_COLOURS[role], 1.6, z=72, clip=False)
        if spot - taken > 15:
            sheet.text(spot, y0 - 12, label, _SMALL - 1, z=74, colour=ROLE_COLOURS[role], halo=PAPER, weight="bold")
            taken = spot
    sheet.text(x0 + wide, y0 - 28, f"{across:.3g} {chart.x_unit}", _SMALL, z=72, colour=QUIET, halo=None, ha="right")
    sheet.text(x0, y0 - 28, "step, by distance driven", _SMALL - 1, z=72, colour=QUIET, halo=None, ha="left")


def _name_floor(sheet: Sheet, chart: Chart, right: float, base: float, levels: list[float]) -> None:
    """The floor's name beside it: below it where there is room, else above."""
    if not chart.floor_label:
        return
    lowest, highest = min(levels), max(levels)
    y = lowest - 10 if lowest - base > 20 else highest + 10
    sheet.text(right - 4, y, chart.floor_label, _SMALL - 1, z=74, colour="#A84900", halo=PAPER, ha="right")


def _round_up(value: float) -> float:
    """The least of 1, 2, 2.5, 4, 5, 8 times a power of ten that is not below a value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1.0, 2.0, 2.5, 4.0, 5.0, 8.0, 10.0) if step * power >= value * (1 - 1e-9))
