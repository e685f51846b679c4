"""Verdicts, plans and reports as tables and sentences for a terminal."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from maps import World
from verifier import Finding, StepVerdict, Verdict

__all__ = ["print_confidence", "print_json", "print_report", "print_verdict", "print_warnings"]

_GLYPH = {"error": "[red]✗[/red]", "warning": "[yellow]![/yellow]", "note": "[dim]·[/dim]"}


def print_verdict(verdict: Verdict, console: Console) -> None:
    """One row per step with its route and bounds, then the findings (each names its step), totals at the end."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    table.add_column("step", overflow="fold", ratio=1)
    for heading in ("distance", "clearance", "time", "battery left"):
        table.add_column(heading, justify="right", no_wrap=True)
    for step in verdict.steps:
        table.add_row(*_row(step))
    console.print(table)
    for finding in verdict.all_findings():
        console.print(_finding(finding), soft_wrap=True)
    totals = verdict.totals
    word = "[green]feasible[/green]" if verdict.ok else "[red]infeasible[/red]"
    left = "" if totals.battery_left_wh is None else f", {totals.battery_left_wh:.0f} Wh left"
    console.print(
        f"{word} on map {escape(verdict.map)} ({verdict.revision[:19]}), body {escape(verdict.body)}: "
        f"{totals.distance_m:.1f} m, {totals.time_s[0]:.0f}-{totals.time_s[1]:.0f} s, "
        f"{totals.energy_wh[0]:.1f}-{totals.energy_wh[1]:.1f} Wh{left}",
        soft_wrap=True,
    )


def print_confidence(events: Sequence[tuple[str, dict[str, Any]]], console: Console) -> None:
    """How sure the planner was of the names in its last plan, where it tells; and whether the plan is a beginning."""
    last: dict[str, Any] = next((data for type, data in reversed(events) if type == "proposed" and "plan" in data), {})
    shown = [f"{escape(name['name'])} {name['confidence']:.0%}" for name in last.get("names", [])]
    if shown:
        console.print(f"[dim]sure of names: {', '.join(shown)}[/dim]", soft_wrap=True, highlight=False)
    if last.get("more"):
        console.print("This is a beginning: what follows is planned once its steps have shown what to do.", soft_wrap=True)


def print_report(report: dict[str, Any], console: Console) -> None:
    """How a mission ended and what it found."""
    colour = {"succeeded": "green", "held": "yellow", "waiting": "yellow"}.get(report["status"], "red")
    console.print(f"[{colour}]{report['status']}[/{colour}]  {escape(report['summary'])}", soft_wrap=True)
    for number, step in enumerate(report.get("steps", []), start=1):
        glyph = "[green]✓[/green]" if step["status"] == "succeeded" else "[red]✗[/red]"
        message = f"  [dim]{escape(step['message'])}[/dim]" if step["message"] else ""
        console.print(f" {glyph} {number} {escape(step['call'])}{message}", soft_wrap=True)
    for sentence in report.get("findings", []):
        console.print(f"   {escape(sentence)}", soft_wrap=True)


def print_warnings(world: World, console: Console) -> None:
    """What reading the map found to warn of."""
    for warning in world.warnings:
        console.print(f"[yellow]![/yellow] {escape(warning)}", soft_wrap=True)


def print_json(data: Any) -> None:
    """One JSON document on stdout."""
    import json

    print(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def _row(step: StepVerdict) -> tuple[str, str, str, str, str, str]:
    glyph = "[green]✓[/green]" if step.ok else "[red]✗[/red]"
    call = f"{step.number} {escape(str(step.call))}"
    battery = "" if step.battery_wh is None else f"{step.battery_wh:.0f} Wh"
    time = f"{step.time_s[0]:.0f}-{step.time_s[1]:.0f} s"
    if step.route is None:
        return (glyph, call, "", "", time, battery)
    return (glyph, call, f"{step.route.length_m:.1f} m", f"{step.route.clearance_m:.2f} m", time, battery)


def _finding(finding: Finding) -> str:
    colour = {"error": "red", "warning": "yellow", "note": "dim"}[finding.severity]
    text = f"{_GLYPH[finding.severity]} [{colour}]{finding.code}[/{colour}] {escape(finding.message)}"
    for alternative in finding.alternatives:
        instead = str(alternative.call) if alternative.call is not None else alternative.change or ""
        text += f"\n    [dim]verified instead:[/dim] {escape(instead)}"
    return text
