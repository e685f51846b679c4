"""Progress of work that takes minutes to hours: a bar on a terminal, a line now and then in a log."""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Bar"]

_LINE_EVERY_S = 60.0


class Bar:
    """How far something is. Use as a context manager.

    Args:
        console: Where to show it.
        what: What is counted, in a word.
        total: How many there will be.
        counted: Whether to show the numbers; False for seconds, of which the bar's length says enough.
    """

    def __init__(self, console: "Console", what: str, total: float, *, counted: bool = True) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        numbers: list[Any] = [MofNCompleteColumn()] if counted else []
        self._bar = Progress(
            TextColumn(what), BarColumn(30), *numbers, TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True,
        )  # fmt: skip
        self._console, self._what, self._total = console, what, total
        self._task = self._bar.add_task(what, total=total, note="")
        self._said = time.monotonic()

    def __enter__(self) -> "Bar":
        """Show it."""
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Take it away."""
        self._bar.stop()

    def show(self, done: float, note: str = "") -> None:
        """So many are done."""
        self._bar.update(self._task, completed=done, note=note)
        if not self._console.is_terminal and time.monotonic() - self._said > _LINE_EVERY_S:
            self._said = time.monotonic()
            self._console.print(
                f"{self._what} {100 * done / max(self._total, 1e-9):.0f} % {note}", soft_wrap=True, markup=False, highlight=False
            )
