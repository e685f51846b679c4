"""Jobs: what the robot in physics is busy with, as generators that get a turn in every control tick."""

from collections.abc import Generator
from typing import TypeAlias

from pydantic import JsonValue

__all__ = ["SILENT_TICKS", "TICK_S", "Failed", "Job", "pause"]

Job: TypeAlias = Generator[None, None, JsonValue]
"""Yields once per tick; what it returns becomes the report's value."""

TICK_S = 0.01
SILENT_TICKS = 200
"""So long the engine may hold for want of an action before whoever acts has failed."""


class Failed(Exception):
    """A job has failed: a cause code and one sentence, with the evidence there is."""

    def __init__(self, code: str, message: str, value: JsonValue = None) -> None:
        super().__init__(message)
        self.code, self.message, self.value = code, message, value


def pause(seconds: float) -> Generator[None, None, None]:
    """Let time pass."""
    for _ in range(max(0, round(seconds / TICK_S))):
        yield
