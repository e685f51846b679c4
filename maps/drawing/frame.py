"""What surrounds the map: the title, the map's name and size, a scale bar, and a line on what could not be written."""

from typing import Any

from maps.drawing.labels import Box, Placer
from maps.drawing.palette import INK, PAPER, QUIET
from maps.drawing.ruler import Ruler, shortened
from maps.drawing.sheet import EDGE_SPACE, FOOT_HEIGHT, SHEET_WIDTH, Layout, Sheet
from maps.scene import Scene
from maps.world import World

__all__ = ["draw_frame", "open_sheet", "scale_bar_metres"]

_TITLE = 27.0
_SMALL = 13.0


def open_sheet(figure: Any, layout: Layout, ruler: Ruler) -> Sheet:
    """Size the figure and put one axes over all of it, in sheet units."""
    from matplotlib.patches import Rectangle

    figure.set_size_inches(SHEET_WIDTH / 100, layout.height / 100)
    figure.set_facecolor(PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, SHEET_WIDTH), ylim=(0, layout.height), autoscale_on=False)
    area = layout.map
    corner = (area.x - area.width / 2, area.y - area.height / 2)
    clip = Rectangle(corner, area.width, area.height, transform=axes.transData)
    return Sheet(axes, layout, ruler, clip, Placer(area))


def draw_frame(sheet: Sheet, world: World, scene: Scene) -> None:
    """Draw title, subtitle, scale bar and notes."""
    layout = sheet.layout
    area = layout.map
    left = EDGE_SPACE
    title, size = shortened(scene.title or world.name), _TITLE
    while size > 15 and sheet.ruler.measure(title, size, "bold")[0] > SHEET_WIDTH - 2 * EDGE_SPACE:
        size -= 1
    lines = sheet.ruler.wrap(title, size, SHEET_WIDTH - 2 * EDGE_SPACE, "bold") or [""]
    shown = lines[0] if len(lines) == 1 else lines[0][:-1] + "…"
    sheet.text(left, layout.height - 32, shown, size, z=80, halo=None, ha="left", weight="bold")
    metres = (world.frame.width * world.frame.resolution, world.frame.height * world.frame.resolution)
    name = f"{world.name}   " if title != world.name else ""
    said = f"{name}{metres[0]:.0f} \N{MULTIPLICATION SIGN} {metres[1]:.0f} m   map revision {world.revision.split(':')[-1][:12]}"
    sheet.text(left, layout.height - 62, said, _SMALL, z=80, colour=QUIET, halo=None, ha="left")
    _draw_scale_bar(sheet, area)
    if sheet.ruler.typeface.replaced:
        count = len(sheet.ruler.typeface.replaced)
        note = f"No font on this computer shows {count} of the texts: they stand under another name or as character codes."
        sheet.text(SHEET_WIDTH - EDGE_SPACE, FOOT_HEIGHT / 2, note, 11.5, z=80, colour=QUIET, halo=None, ha="right")


def _draw_scale_bar(sheet: Sheet, area: Box) -> None:
    length = scale_bar_metres(area.width / sheet.layout.scale)
    x, y = area.x - area.width / 2, area.y - area.height / 2 - 20
    end = x + length * sheet.layout.scale
    sheet.line([(x, y + 5), (x, y), (end, y), (end, y + 5)], INK, 2.0, z=80, clip=False, solid_joinstyle="miter")
    sheet.text(end + 10, y + 2, f"{length:g} m", _SMALL, z=80, colour=INK, halo=None, ha="left")


def scale_bar_metres(width: float) -> float:
    """A round length of about an eighth of the map's width, metres."""
    wanted = width / 8
    for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000):
        if step >= wanted * 0.7:
            return float(step)
    return 2000.0
