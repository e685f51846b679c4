"""Verdicts, plans and reports as tables and sentences for a terminal; Rich is loaded by what needs it, which JSON does not."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from agent.cli.verdict_page import Line
    from maps import World
    from verifier import Verdict

__all__ = ["print_confidence", "print_json", "print_report", "print_spoken", "print_verdict", "print_warnings"]


def print_verdict(verdict: "Verdict", console: "Console") -> None:
    """One row per step with its route and bounds, then the findings (each names its step), totals at the end."""
    from rich.table import Table

    from agent.cli.verdict_page import HEADINGS, lines_of, rows_of

    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    table.add_column(HEADINGS[1], overflow="fold", ratio=1)
    for heading in HEADINGS[2:]:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows_of(verdict):
        table.add_row(*map(_markup, row))
    console.print(table)
    for line in lines_of(verdict):
        console.print(_markup(line), soft_wrap=True)


def print_confidence(events: Sequence[tuple[str, dict[str, Any]]], console: "Console") -> None:
    """How sure the planner was of the names in its last plan, where it tells; and whether the plan is a beginning."""
    from rich.markup import escape

    last: dict[str, Any] = next((data for type, data in reversed(events) if type == "proposed" and "plan" in data), {})
    shown = [f"{escape(name['name'])} {name['confidence']:.0%}" for name in last.get("names", [])]
    if shown:
        console.print(f"[dim]sure of names: {', '.join(shown)}[/dim]", soft_wrap=True, highlight=False)
    if last.get("more"):
        console.print("This is a beginning: what follows is planned once its steps have shown what to do.", soft_wrap=True)


def print_spoken(rules: Iterable[Any], console: "Console") -> None:
    """What the mission itself says the robot has to keep out of."""
    from agent.spoken_rules import SPOKEN

    named = [rule.name for rule in rules if getattr(rule, "why", "") == SPOKEN]
    if named:
        console.print(f"as the mission says: {', '.join(named)}", soft_wrap=True, markup=False, highlight=False)


def print_report(report: dict[str, Any], console: "Console") -> None:
    """How a mission ended and what it found."""
    from rich.markup import escape

    colour = {"succeeded": "green", "held": "yellow", "waiting": "yellow"}.get(report["status"], "red")
    console.print(f"[{colour}]{report['status']}[/{colour}]  {escape(report['summary'])}", soft_wrap=True)
    for number, step in enumerate(report.get("steps", []), start=1):
        glyph = "[green]✓[/green]" if step["status"] == "succeeded" else "[red]✗[/red]"
        message = f"  [dim]{escape(step['message'])}[/dim]" if step["message"] else ""
        console.print(f" {glyph} {number} {escape(step['call'])}{message}", soft_wrap=True)
    for sentence in report.get("findings", []):
        console.print(f"   {escape(sentence)}", soft_wrap=True)


def print_warnings(world: "World", console: "Console") -> None:
    """What reading the map found to warn of."""
    from agent.cli.verdict_page import warnings_of

    for line in warnings_of(world):
        console.print(_markup(line), soft_wrap=True)


def print_json(data: Any) -> None:
    """One JSON document on stdout."""
    from agent.cli.output import print_document

    print_document(data)


def _markup(line: "Line") -> str:
    from rich.markup import escape

    return "".join(f"[{style}]{escape(text)}[/{style}]" if style else escape(text) for text, style in line)
