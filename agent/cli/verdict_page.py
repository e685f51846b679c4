"""Verdict page: a verdict as a table and sentences, with the styles that a terminal shows and a file or a pipe does without.

Rich is loaded for a terminal alone (``agent.cli.show``): it takes several hundredths of a second.
"""

import os
import sys
from typing import TypeAlias
from unicodedata import east_asian_width

from maps import World
from verifier import Finding, StepVerdict, Verdict

__all__ = ["HEADINGS", "Line", "in_colour", "lines_of", "plain_page", "rows_of", "warnings_of"]

Line: TypeAlias = tuple[tuple[str, str], ...]
"""Texts with the name of a style each, "" for none."""

HEADINGS = ("", "step", "distance", "clearance", "time", "battery left")
"""Of the table; all but the first two stand on the right."""

_COLOURS = {"error": "red", "warning": "yellow", "note": "dim"}
_MARKS = {"error": "✗", "warning": "!", "note": "·"}


def in_colour() -> bool:
    """Whether somebody looks: stdout is a terminal, or Rich's variables say that it counts as one."""
    return sys.stdout.isatty() or any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "TTY_COMPATIBLE"))


def rows_of(verdict: Verdict) -> list[tuple[Line, ...]]:
    """One row per step under ``HEADINGS``, with its route and bounds."""
    return [_row(step) for step in verdict.steps]


def lines_of(verdict: Verdict) -> list[Line]:
    """The findings (each names its step), and the totals at the end."""
    totals = verdict.totals
    left = "" if totals.battery_left_wh is None else f", {totals.battery_left_wh:.0f} Wh left"
    end = (
        f" on map {verdict.map} ({verdict.revision[:19]}), body {verdict.body}: "
        f"{totals.distance_m:.1f} m, {totals.time_s[0]:.0f}-{totals.time_s[1]:.0f} s, "
        f"{totals.energy_wh[0]:.1f}-{totals.energy_wh[1]:.1f} Wh{left}"
    )
    word = ("feasible", "green") if verdict.ok else ("infeasible", "red")
    return [*map(_finding, verdict.all_findings()), (word, (end, ""))]


def warnings_of(world: World) -> list[Line]:
    """What reading the map found to warn of."""
    return [(("!", "yellow"), (f" {warning}", "")) for warning in world.warnings]


def plain_page(verdict: Verdict, world: World) -> str:
    """The map's warnings, the table and the sentences, without styles; the table is as wide as it has to be."""
    rows = [HEADINGS, *(tuple(map(_plain, row)) for row in rows_of(verdict))]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = [*map(_plain, warnings_of(world))]
    for row in rows:
        cells = [_padded(cell, width, right=place > 1) for place, (cell, width) in enumerate(zip(row, widths, strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, *map(_plain, lines_of(verdict))])


def _row(step: StepVerdict) -> tuple[Line, ...]:
    glyph = ("✓", "green") if step.ok else ("✗", "red")
    battery = "" if step.battery_wh is None else f"{step.battery_wh:.0f} Wh"
    time = f"{step.time_s[0]:.0f}-{step.time_s[1]:.0f} s"
    way = ("", "") if step.route is None else (f"{step.route.length_m:.1f} m", f"{step.route.clearance_m:.2f} m")
    return ((glyph,), *(((text, ""),) for text in (f"{step.number} {step.call}", *way, time, battery)))


def _finding(finding: Finding) -> Line:
    colour = _COLOURS[finding.severity]
    line = [(_MARKS[finding.severity], colour), (" ", ""), (finding.code, colour), (f" {finding.message}", "")]
    for alternative in finding.alternatives:
        if alternative.change is not None:
            line += [("\n    ", ""), ("verified to work:", "dim"), (f" {alternative.change}", "")]
        else:
            line += [("\n    ", ""), ("verified instead:", "dim"), (f" {alternative.call}", "")]
    return tuple(line)


def _plain(line: Line) -> str:
    return "".join(text for text, _ in line)


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    """Columns of a terminal: Chinese, Japanese and Korean signs take two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
