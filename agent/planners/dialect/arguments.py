"""Arguments: the library's parameters as the dialect writes them, and what may stand for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.planners.dialect.prompt import Prompt

__all__ = ["ARGUMENTS", "DECIMAL_DIGITS", "OPTIONAL", "WHOLE_DIGITS", "pointers_of"]

ARGUMENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "goto": (("place", "place"),),
    "explore": (("place", "place"),),
    "search": (("what", "text"), ("place", "place")),
    "inspect": (("thing", "thing"), ("question", "text")),
    "pick": (("thing", "thing"),),
    "place": (("place", "place"),),
    "open_door": (("door", "door"),),
    "wait": (("seconds", "number"),),
    "dock": (("place", "dock"),),
    "say": (("text", "text"),),
    "ask": (("question", "text"),),
    "report": (("text", "text"),),
    "take_lift": (("lift", "place"), ("to", "place")),
}
"""The library's parameters in the order they are written, with what each is; a dock is a place."""

OPTIONAL = frozenset(
    {("explore", "place"), ("search", "place"), ("inspect", "question"), ("dock", "place"), ("say", "text"), ("report", "text")}
)
"""Parameters that may be left out; they are the last of their skill."""

WHOLE_DIGITS, DECIMAL_DIGITS = 5, 3
"""Most digits of a number before and after its point: what the grammar writes and the decoder reads."""


def pointers_of(kind: str, prompt: Prompt) -> tuple[str, ...]:
    """The pointers that may stand for an argument of a kind."""
    if kind == "dock":
        return tuple(pointer for pointer in prompt.table if pointer in prompt.docks)
    return tuple(pointer for pointer, referent in prompt.table.items() if referent.type == kind)
