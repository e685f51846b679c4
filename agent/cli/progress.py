"""Live progress of a mission on a terminal: what was planned, each step as it runs, what was learnt."""

from types import TracebackType
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from agent.carrying_on import BY
from agent.events import EventType
from skills import Observation, SkillCall

__all__ = ["ProgressView"]


class ProgressView:
    """Prints events as lines and shows one bar for the step in progress. Use as a context manager; pass ``watch``."""

    def __init__(self, console: Console, *, verbose: int = 0) -> None:
        """Show nothing yet.

        Args:
            console: Where to print (stderr when stdout carries JSON).
            verbose: 1 adds the planner's own words.
        """
        self._console = console
        self._verbose = verbose
        self._bar = Progress(
            TextColumn(" "), TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(), console=console, transient=True,
        )  # fmt: skip
        self._task: Any = None
        self._film: Any = None

    def __enter__(self) -> "ProgressView":
        """Start the live display."""
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Clear the live display."""
        self._bar.stop()

    def watch(self, type: EventType, data: dict[str, Any]) -> None:
        """Show one event."""
        show = getattr(self, f"_on_{type}", None)
        if show is not None:
            show(data)

    def pause(self) -> None:
        """Make room for a prompt."""
        self._bar.stop()

    def go_on(self) -> None:
        """Show the live display again."""
        self._bar.start()

    def filmed(self, pictures: int, seconds: float) -> None:
        """Show how far the film is: so many pictures, up to this robot time."""
        if self._film is None:
            self._film = self._bar.add_task("film", total=None, note="")
        self._bar.update(self._film, note=f"{pictures} pictures, {seconds:.0f} s of the robot's time")

    def _say(self, text: str) -> None:
        self._console.print(text, soft_wrap=True)

    def _on_planner_switched(self, data: dict[str, Any]) -> None:
        self._say(f"[yellow]planner[/yellow] {escape(str(data.get('reason', '')))}")

    def _on_proposed(self, data: dict[str, Any]) -> None:
        for words in data.get("kept_back", []):
            self._say(f"[dim]kept back until something fails: {escape(words)}[/dim]")
        if data["planner"] == BY:
            self._say(f"[cyan]going on[/cyan] {escape(data['text'])}")
        for sentence in data.get("settled", []):
            self._say(f"[cyan]settled[/cyan] {escape(sentence)}")
        if self._verbose:
            self._say(f"[dim]{escape(data['planner'])}, {data['seconds']:.2f} s: {escape(data['text'])}[/dim]")

    def _on_verified(self, data: dict[str, Any]) -> None:
        verdict = data["verdict"]
        word = "[green]verified[/green]" if verdict["ok"] else "[red]rejected[/red]"
        totals = verdict["totals"]
        self._say(
            f"plan {data['round']}: {word}, {len(verdict['steps'])} steps, {totals['distance_m']:.1f} m, "
            f"at most {totals['time_s'][1]:.0f} s"
        )
        for step in verdict["steps"]:
            mark = "[green]✓[/green]" if step["ok"] else "[red]✗[/red]"
            self._say(f"  {mark} {step['number']} {escape(str(SkillCall.model_validate(step['call'])))}")
            for finding in step["findings"]:
                self._say(f"      {finding['code']}: {escape(finding['message'])}")
        for finding in verdict["findings"]:
            self._say(f"      {finding['code']}: {escape(finding['message'])}")

    def _on_mended(self, data: dict[str, Any]) -> None:
        for edit in data["edits"]:
            call = SkillCall.model_validate(edit["call"])
            self._say(f"  [yellow]+[/yellow] {escape(str(call))} before step {edit['step']}, as it must be")

    def _on_replanning(self, data: dict[str, Any]) -> None:
        self._say(f"[yellow]replanning[/yellow]: {escape(data['why'])}")

    def _on_intent(self, data: dict[str, Any]) -> None:
        call = SkillCall.model_validate(data["call"])
        self._task = self._bar.add_task(f"{data['number']}/{data['of']} {escape(str(call))}", total=1.0, note="")

    def _on_progress(self, data: dict[str, Any]) -> None:
        if self._task is not None:
            self._bar.update(self._task, completed=data["fraction"], note=escape(data["message"]))

    def _on_observed(self, data: dict[str, Any]) -> None:
        self._end_task()
        outcome = data["outcome"]
        glyph = {"succeeded": "[green]✓[/green]", "needs_operator": "[yellow]?[/yellow]"}.get(outcome["status"], "[red]✗[/red]")
        call = SkillCall.model_validate(data["call"])
        self._say(f"{glyph} {data['number']} {escape(str(call))}  [dim]{escape(outcome['message'])}[/dim]")
        for data in outcome["observations"]:
            self._say(f"    {escape(Observation.of(data))}")

    def _on_rule_broken(self, data: dict[str, Any]) -> None:
        colour = {"error": "red", "warning": "yellow"}.get(data["severity"], "dim")
        self._say(f"[{colour}]house rule[/{colour}] {escape(data['sentence'])}")

    def _on_limit(self, data: dict[str, Any]) -> None:
        self._say(f"[red]limit[/red] {escape(data['finding']['message'])}")

    def _on_held(self, data: dict[str, Any]) -> None:
        self._end_task()

    def _on_cancelled(self, data: dict[str, Any]) -> None:
        self._end_task()

    def _end_task(self) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None
