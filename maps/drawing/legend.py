"""The legend beside the map: the scene's captions with a glyph each, its chart, then a key to the symbols that occur."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from maps.drawing.chart import CHART_HEIGHT, draw_chart
from maps.drawing.ground import draw_dock, draw_lock
from maps.drawing.labels import Box
from maps.drawing.marks import draw_robot
from maps.drawing.palette import (
    CARD,
    DOOR_COLOURS,
    EDGE,
    HATCH,
    INK,
    KEEPOUT,
    PAPER,
    QUIET,
    ROLE_COLOURS,
    SLOW,
    UNKNOWN_SPACE,
)  # fmt: skip
from maps.drawing.ruler import Ruler
from maps.drawing.sheet import Sheet
from maps.grid import UNKNOWN
from maps.scene import Caption, Chart, Marker, Path, RobotMark, Role, Scene
from maps.world import World

__all__ = ["Legend", "Row", "plan_legend"]

_WIDE, _NARROW = 410.0, 190.0
"""The panel's width with captions, and with the key alone; sheet units."""

_INSET = 20.0
_TEXT_X = 56.0
_SIZE, _LEAD = 17.0, 23.0
_SMALL, _SMALL_LEAD = 14.5, 20.0
_KEY_LEAD = 26.0
_MOST = 1000.0
"""Captions beyond this height are counted, not drawn; sheet units."""


@dataclass(frozen=True, slots=True)
class Row:
    """One caption, broken into lines.

    Attributes:
        badge: The step's number, or empty.
        lines: The main text.
        notes: Quieter text below it, e.g. length and time.
        role: Its role.
    """

    badge: str
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    role: Role

    @property
    def height(self) -> float:
        """Sheet units that it takes."""
        return len(self.lines) * _LEAD + len(self.notes) * _SMALL_LEAD + 13


@dataclass(frozen=True, slots=True)
class Legend:
    """What the panel will hold."""

    rows: tuple[Row, ...]
    left_out: int
    chart: Chart | None
    key: tuple[str, ...]

    @property
    def width(self) -> float:
        """Sheet units that the panel needs."""
        return _WIDE if self.rows or self.chart else _NARROW

    @property
    def height(self) -> float:
        """Sheet units that the panel needs."""
        captions = sum(row.height for row in self.rows) + (_LEAD + 13 if self.left_out else 0)
        return 2 * _INSET + captions + (CHART_HEIGHT if self.chart else 0.0) + self.key_lines * _KEY_LEAD + (30 if self.rows else 0)

    @property
    def key_lines(self) -> int:
        """Lines that the key takes: in two columns below captions, in one without."""
        return (len(self.key) + 1) // 2 if self.rows else len(self.key)

    def draw(self, sheet: Sheet) -> None:
        """Draw the panel."""
        area = sheet.layout.panel
        if not self.rows:
            area = Box(area.x, area.y + (area.height - self.height) / 2, area.width, self.height)
        sheet.pill(area, z=70, radius=10, line=1.2, facecolor=CARD, edgecolor=EDGE)
        left, y = area.x - area.width / 2, area.y + area.height / 2 - _INSET
        for row in self.rows:
            _draw_row(sheet, row, left, y)
            y -= row.height
        if self.left_out:
            text = f"… and {self.left_out} more"
            sheet.text(left + _TEXT_X, y - _LEAD / 2, text, _SIZE, z=72, colour=QUIET, halo=None, ha="left")
        bottom = area.y - area.height / 2 + _INSET
        if self.chart is not None:
            draw_chart(sheet, self.chart, left + _INSET, bottom + self.key_lines * _KEY_LEAD + 22, self.width - 2 * _INSET)
        self._draw_key(sheet, left, bottom)

    def _draw_key(self, sheet: Sheet, left: float, bottom: float) -> None:
        lines = self.key_lines
        if not lines:
            return
        top = bottom + lines * _KEY_LEAD
        if self.rows:
            rule = [(left + _INSET, top + 12), (left + self.width - _INSET, top + 12)]
            sheet.line(rule, EDGE, 1.2, z=71, clip=False)
        for index, name in enumerate(self.key):
            column, line = divmod(index, lines)
            x, y = left + _INSET + 12 + column * (self.width - _INSET) / 2, top - (line + 0.5) * _KEY_LEAD
            _SYMBOLS[name](sheet, x, y)
            sheet.text(x + 21, y, name, _SMALL, z=72, colour=INK, halo=None, ha="left")


def plan_legend(ruler: Ruler, scene: Scene, world: World) -> Legend:
    """Break the captions into lines and choose the key's entries."""
    rows: list[Row] = []
    height, left_out = 0.0, 0
    for mark in scene.marks:
        if not isinstance(mark, Caption):
            continue
        row = _row(ruler, mark)
        if height + row.height > _MOST:
            left_out += 1
            continue
        height += row.height
        rows.append(row)
    chart = next((mark for mark in scene.marks if isinstance(mark, Chart) and len(mark.band) > 1), None)
    return Legend(tuple(rows), left_out, chart, tuple(_key(scene, world)))


def _row(ruler: Ruler, caption: Caption) -> Row:
    """``1 goto(kitchen)  12.3 m``: number, call, and after two spaces what is said of it."""
    found = re.fullmatch(r"(\d{1,3}) (.*)", caption.text.strip(), re.DOTALL)
    badge, text = (found[1], found[2]) if found else ("", caption.text.strip())
    main, _, note = text.partition("  ")
    width = _WIDE - _TEXT_X - _INSET
    lines = ruler.wrap(main, _SIZE, width) or [""]
    return Row(badge, tuple(lines), tuple(ruler.wrap(note, _SMALL, width)), caption.role)


def _draw_row(sheet: Sheet, row: Row, left: float, top: float) -> None:
    colour = ROLE_COLOURS[row.role]
    x, y = left + _INSET + 11, top - _LEAD / 2
    if row.badge:
        sheet.circle(x, y, 12.5, z=72, facecolor=colour, edgecolor="none")
        sheet.text(x, y, row.badge, 14.5, z=73, colour=PAPER, halo=None, weight="bold")
        _draw_glyph(sheet, x + 10, y - 10, row.role, 6.4)
    else:
        _draw_glyph(sheet, x, y, row.role, 9.0)
    ink = QUIET if row.role == "muted" else INK
    for line in row.lines:
        sheet.text(left + _TEXT_X, y, line, _SIZE, z=72, colour=ink, halo=None, ha="left")
        y -= _LEAD
    y += (_LEAD - _SMALL_LEAD) / 2
    for line in row.notes:
        sheet.text(left + _TEXT_X, y, line, _SMALL, z=72, colour=QUIET, halo=None, ha="left")
        y -= _SMALL_LEAD


def _draw_glyph(sheet: Sheet, x: float, y: float, role: Role, radius: float) -> None:
    """A tick, a cross, an exclamation mark or a dot: the shape says it without the colour."""
    colour = ROLE_COLOURS[role]
    r = radius
    if role not in ("ok", "bad", "warning", "bottleneck"):
        if r > 6:
            sheet.circle(x, y, 4.0, z=74, facecolor=colour, edgecolor="none")
        return
    sheet.circle(x, y, r, z=74, line=1.4, facecolor=PAPER, edgecolor=colour)
    if role == "ok":
        sheet.line([(x - 0.5 * r, y), (x - 0.1 * r, y - 0.4 * r), (x + 0.5 * r, y + 0.4 * r)], colour, 0.3 * r, z=75, clip=False)
    elif role == "bad":
        for sign in (-1, 1):
            sheet.line([(x - 0.4 * r, y - 0.4 * r * sign), (x + 0.4 * r, y + 0.4 * r * sign)], colour, 0.3 * r, z=75, clip=False)
    else:
        sheet.line([(x, y + 0.55 * r), (x, y - 0.1 * r)], colour, 0.3 * r, z=75, clip=False)
        sheet.circle(x, y - 0.5 * r, 0.17 * r, z=75, facecolor=colour, edgecolor="none")


def _key(scene: Scene, world: World) -> Iterator[str]:
    """The symbols that occur, in a fixed order."""
    paths = {mark.role for mark in scene.marks if isinstance(mark, Path)}
    states = {door.state for door in world.doors.values()}
    rules = {zone.rule for zone in world.zones.values()}
    present = {
        "robot": any(isinstance(mark, RobotMark) for mark in scene.marks),
        "route": "route" in paths,
        "driven": "driven" in paths,
        "no way": "bad" in paths,
        "tightest spot": any(isinstance(mark, Marker) and mark.role == "bottleneck" for mark in scene.marks),
        "dock": any(place.is_dock for place in world.places.values()),
        "thing": bool(world.things),
        "door, open": "open" in states,
        "door, closed": "closed" in states,
        "door, locked": "locked" in states,
        "keep out": "keepout" in rules or world.keepout_mask is not None,
        "slow zone": "slow" in rules or world.speed_mask is not None,
        "unknown": bool((world.cells == UNKNOWN).any()),
    }
    return (name for name, there in present.items() if there)


def _stroke(colour: str, *, dashed: bool = False) -> Callable[[Sheet, float, float], None]:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        style = {"linestyle": (0, (3.0, 1.6)), "dash_capstyle": "butt"} if dashed else {}
        sheet.line([(x - 11, y), (x + 11, y)], colour, 3.4, z=72, clip=False, **style)
        arrow = [(x + 5, y), (x - 4, y + 4.5), (x - 2, y), (x - 4, y - 4.5)]
        sheet.polygon(arrow, z=73, clip=False, line=1.0, facecolor=colour, edgecolor=PAPER)

    return draw


def _door(state: str) -> Callable[[Sheet, float, float], None]:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        colour = DOOR_COLOURS[state]  # type: ignore[index]
        for end in (-10, 10):
            sheet.circle(x + end, y, 2.6, z=72, facecolor=colour, edgecolor="none")
        if state == "open":
            sheet.line([(x - 10, y), (x + 10, y)], colour, 2.0, z=72, clip=False, linestyle=(0, (0.2, 2.0)))
        else:
            sheet.line([(x - 10, y), (x + 10, y)], colour, 4.8, z=72, clip=False)
        if state == "locked":
            draw_lock(sheet, x, y, colour, z=73)

    return draw


def _patch(face: str, edge: str, alpha: float, **style: object) -> Callable[[Sheet, float, float], None]:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        corners = [(x - 11, y - 7), (x + 11, y - 7), (x + 11, y + 7), (x - 11, y + 7)]
        sheet.polygon(corners, z=72, clip=False, facecolor=face, edgecolor="none", alpha=alpha)
        sheet.polygon(corners, z=72.1, clip=False, line=1.2, facecolor="none", edgecolor=edge, **style)

    return draw


def _robot(sheet: Sheet, x: float, y: float) -> None:
    draw_robot(sheet, x - 2, y, 0.0, 5.0, ROLE_COLOURS["highlight"], z=72)


def _bottleneck(sheet: Sheet, x: float, y: float) -> None:
    for sign in (-1, 1):
        wedge = [(x + sign * 2, y), (x + sign * 10, y + 6), (x + sign * 10, y - 6)]
        sheet.polygon(wedge, z=72, clip=False, facecolor=ROLE_COLOURS["bottleneck"], edgecolor="none")


def _thing(sheet: Sheet, x: float, y: float) -> None:
    sheet.circle(x, y, 3.2, z=72, facecolor=INK, edgecolor="none")


def _dock(sheet: Sheet, x: float, y: float) -> None:
    draw_dock(sheet, x, y, z=72)


_SYMBOLS: dict[str, Callable[[Sheet, float, float], None]] = {
    "robot": _robot,
    "route": _stroke(ROLE_COLOURS["route"]),
    "driven": _stroke(ROLE_COLOURS["driven"]),
    "no way": _stroke(ROLE_COLOURS["bad"], dashed=True),
    "tightest spot": _bottleneck,
    "dock": _dock,
    "thing": _thing,
    "door, open": _door("open"),
    "door, closed": _door("closed"),
    "door, locked": _door("locked"),
    "keep out": _patch(KEEPOUT, KEEPOUT, 0.12, hatch=r"\\\\\\"),
    "slow zone": _patch(SLOW, SLOW, 0.12, linestyle=(0, (5, 3))),
    "unknown": _patch(UNKNOWN_SPACE, HATCH, 1.0, hatch="////"),
}
