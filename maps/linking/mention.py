"""What linking finds: mentions in a text and the candidates that each can mean."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Candidate", "Linked", "Mention"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a mention can mean. ``type`` is place, thing, door, or what ``extra`` called it."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the text, in characters, and what it can mean, best first.

    ``plural``: its last word is one. ``loose``: it is no full name or alias, but a part of one, a kind, or chosen by a place.
    ``each``: it is a range, "aisles 1 to 4", and means all of them, in this order.
    """

    start: int
    end: int
    candidates: tuple[Candidate, ...]
    plural: bool = False
    loose: bool = False
    each: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """A text with its mentions, in order and without overlap."""

    text: str
    mentions: tuple[Mention, ...]

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All candidates, each once, in the order of their mentions."""
        return tuple(dict.fromkeys(c for mention in self.mentions for c in mention.candidates))
