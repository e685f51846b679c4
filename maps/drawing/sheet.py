"""The sheet: one coordinate system for map, title and legend, and the few strokes that everything is drawn with."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.drawing.labels import Box, Placer
from maps.drawing.palette import INK, PAPER
from maps.drawing.ruler import Ruler
from maps.geometry import Point
from maps.scene import Mark, Marker, Path, Region, RobotMark, Scene
from maps.world import World

__all__ = ["SHEET_WIDTH", "Layout", "Sheet", "plan_layout", "view_box"]

SHEET_WIDTH = 1600.0
"""Sheet units across; one is a pixel in a picture 1600 pixels wide."""

EDGE_SPACE = 28.0
TITLE_HEIGHT = 66.0
FOOT_HEIGHT = 40.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are on the sheet: y grows upward.

    Attributes:
        height: Of the sheet.
        map: The map's box.
        panel: The legend's box.
        scale: Sheet units per metre.
        corner: The map-frame point at the map box's lower-left corner, metres.
    """

    height: float
    map: Box
    panel: Box
    scale: float
    corner: Point

    def px(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Map-frame points (N, 2) in metres on the sheet."""
        left, bottom = self.map.x - self.map.width / 2, self.map.y - self.map.height / 2
        metres = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        return np.asarray((metres - self.corner) * self.scale + (left, bottom))

    def metres(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Sheet points (N, 2) in map-frame metres: the inverse of ``px``."""
        left, bottom = self.map.x - self.map.width / 2, self.map.y - self.map.height / 2
        return np.asarray((np.asarray(points) - (left, bottom)) / self.scale + self.corner)


def view_box(world: World, scene: Scene) -> tuple[float, float, float, float]:
    """What to show: all known cells, all features and the scene's marks, with a margin; x0, y0, x1, y1 in metres."""
    known = world.cells != -1
    rows, cols = np.flatnonzero(known.any(axis=1)), np.flatnonzero(known.any(axis=0))
    points: list[Point] = []
    if rows.size:
        step = world.frame.resolution
        low_x, high_x = cols[0] * step, (cols[-1] + 1) * step
        low_y, high_y = rows[0] * step, (rows[-1] + 1) * step
        points += [world.frame.to_map(x, y) for x in (low_x, high_x) for y in (low_y, high_y)]
    else:
        points += world.frame.corners
    for place in world.places.values():
        points += [*place.outline, place.centre]
    points += [thing.position for thing in world.things.values()]
    points += [point for door in world.doors.values() for point in door.segment]
    points += [point for zone in world.zones.values() for point in zone.outline]
    for mark in scene.marks:
        points += _points(mark)
    spots = np.array([point for point in points if math.isfinite(point[0]) and math.isfinite(point[1])])
    (x0, y0), (x1, y1) = spots.min(axis=0), spots.max(axis=0)
    margin = 0.012 * max(x1 - x0, y1 - y0) + 2 * world.frame.resolution
    if world.building is not None:
        from maps.drawing.levels import HEADROOM

        y1 += HEADROOM * (x1 - x0)
    return (float(x0 - margin), float(y0 - margin), float(x1 + margin), float(y1 + margin))


def _points(mark: Mark) -> tuple[Point, ...]:
    match mark:
        case Path(points=points):
            return points
        case Region(outline=outline):
            return outline
        case Marker(at=at):
            return (at,)
        case RobotMark(pose=pose):
            return (pose.point,)
        case _:
            return ()


def plan_layout(view: tuple[float, float, float, float], panel_width: float, panel_height: float) -> Layout:
    """Fit the map beside the legend: as wide as there is room, at most as high as it is sensible to look at.

    Args:
        view: x0, y0, x1, y1 to show, metres.
        panel_width: The legend's width, sheet units.
        panel_height: What the legend needs, sheet units.
    """
    wide, high = view[2] - view[0], view[3] - view[1]
    room = SHEET_WIDTH - 3 * EDGE_SPACE - panel_width
    scale = min(room / wide, 1150.0 / high)
    map_width, map_height = wide * scale, high * scale
    body = max(map_height, panel_height, 420.0)
    height = math.ceil(body + TITLE_HEIGHT + FOOT_HEIGHT + EDGE_SPACE)
    top = height - TITLE_HEIGHT - EDGE_SPACE / 2
    area = Box(EDGE_SPACE + room / 2, top - map_height / 2, map_width, map_height)
    panel = Box(SHEET_WIDTH - EDGE_SPACE - panel_width / 2, top - body / 2, panel_width, body)
    return Layout(height, area, panel, scale, (view[0], view[1]))


@dataclass
class Sheet:
    """A matplotlib axes over the whole picture, in sheet units, with what is needed to draw and label on it."""

    axes: Any
    layout: Layout
    ruler: Ruler
    clip: Any
    labels: Placer

    def line(self, points: npt.ArrayLike, colour: str, width: float, *, z: float, clip: bool = True, **style: Any) -> None:
        """A polyline given in sheet units; ``width`` in sheet units."""
        from matplotlib.lines import Line2D

        style = {"solid_capstyle": "round", "solid_joinstyle": "round", "dash_capstyle": "round"} | style
        xy = np.asarray(points, dtype=np.float64)
        artist = Line2D(xy[:, 0], xy[:, 1], color=colour, linewidth=width * 0.72, zorder=z, **style)
        self._add_clipped(artist, clip)

    def polygon(self, points: npt.ArrayLike, *, z: float, clip: bool = True, line: float = 0.0, **style: Any) -> None:
        """A filled polygon given in sheet units; ``line`` is the edge's width in sheet units."""
        from matplotlib.patches import Polygon

        self._add_clipped(Polygon(np.asarray(points), closed=True, linewidth=line * 0.72, zorder=z, **style), clip)

    def circle(self, x: float, y: float, radius: float, *, z: float, line: float = 0.0, **style: Any) -> None:
        """A circle in sheet units."""
        from matplotlib.patches import Circle

        self._add_clipped(Circle((x, y), radius, linewidth=line * 0.72, zorder=z, **style), False)

    def pill(self, box: Box, *, z: float, line: float = 0.0, radius: float | None = None, **style: Any) -> None:
        """A rectangle with round corners, in sheet units."""
        from matplotlib.patches import FancyBboxPatch

        round_by = min(box.width, box.height) / 2 if radius is None else radius
        corner = (box.x - box.width / 2, box.y - box.height / 2)
        shape = f"round,pad=0,rounding_size={round_by}"
        patch = FancyBboxPatch(corner, box.width, box.height, boxstyle=shape, linewidth=line * 0.72, zorder=z, **style)
        self._add_clipped(patch, False)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        z: float = 50,
        colour: str = INK,
        halo: str | None = PAPER,
        **style: Any,
    ) -> None:
        """One line of plain text, ``size`` in sheet units; with a halo it reads on any ground."""
        from matplotlib.patheffects import withStroke

        style = {"ha": "center", "va": "center_baseline", "rotation_mode": "anchor"} | style
        effects = [withStroke(linewidth=size * 0.2, foreground=halo, alpha=0.85)] if halo else None
        self.axes.text(
            x, y, self.ruler.typeface.write(text), fontsize=size * 0.72, color=colour, zorder=z, parse_math=False,
            family=list(self.ruler.typeface.families), path_effects=effects, **style,
        )  # fmt: skip

    def _add_clipped(self, artist: Any, clip: bool) -> None:
        self.axes.add_artist(artist)
        artist.set_clip_path(self.clip if clip else None)
