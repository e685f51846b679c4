"""Chance: what happens on a mission that is made up: which step fails and why, what is seen and what is found."""

import random
from collections.abc import Callable, Iterator

from agent.learning.cell import Cell
from agent.learning.meaning import Branch, Until
from agent.learning.situations import sights

__all__ = ["GONE", "RETRIED", "Chance"]

RETRIED = (
    "path blocked", "door closed", "failed to make progress", "timeout", "no valid path", "action failed", "left route",
    "robot unreachable",
)  # fmt: skip
"""Failures after which the same is tried once more: the map has learnt from them, so that another way may be found."""

FINAL: dict[str, tuple[str, ...]] = {
    "[pick]": ("too heavy", "gripper full", "precondition", "grasp failed", "grasp failed", "too wide"),
    "[place]": ("precondition", "goal occupied", "release failed", "misplaced"),
    "[open_door]": ("door locked",),
    "[dock]": ("battery", "no dock", "not a dock"), "[take_lift]": ("precondition",),
}  # fmt: skip
"""Failures after which the same is not tried again, by verb."""

ANYWHERE = ("goal occupied", "keepout", "rule", "unverified", "not authorised", "safety stop")
GONE = ("out of reach", "not visible")
"""Failures that mean that a thing is not where it was."""

_MOVES = frozenset(("[goto]", "[explore]", "[search]", "[dock]", "[place]", "[inspect]", "[pick]", "[open_door]", "[take_lift]"))
_FAILS = 0.22
_SIGHTS = (
    "state : open", "state : closed", "reading : 4 . 2 bar", "yes", "no", "ok", "state : on", "weight : 1 . 2 kg", "colour : red",
    "nothing to be seen", "label : a 12", "level : 40 percent",
)  # fmt: skip


class Chance:
    """What happens in a mission, as chance would have it.

    Args:
        rng: Decides what is seen and what fails.
        spare: Pointers for what is found.
        cell: The skills of a manipulation cell, if there is one.
        name: Draws what a button is called.
    """

    def __init__(
        self, rng: random.Random, spare: Iterator[str], cell: Cell | None = None, name: Callable[[], str] | None = None
    ) -> None:
        self.rng = rng
        self.spare = spare
        self.cell = cell
        self.name = name
        self.moves = _MOVES if cell is None else _MOVES | {cell.put, cell.press}

    def failure(self, steps: list[tuple[str, ...]]) -> int | None:
        """Which of these steps fails, if one does."""
        if not steps or self.rng.random() > _FAILS:
            return None
        at = self.rng.randrange(len(steps))
        return at if steps[at][0] in self.moves else None

    def code(self, step: tuple[str, ...], lost: bool) -> str:
        """Why a step failed; ``lost``: it may be that its thing is not there."""
        puts = self.cell is not None and step[0] == self.cell.put
        final = FINAL["[place]"] if puts else FINAL.get(step[0], ANYWHERE)
        codes: tuple[str, ...] = (*RETRIED, *final, *final, *(GONE * 5 if lost else ()))
        return self.rng.choice(codes)

    def sight(self, step: tuple[str, ...]) -> str:
        """What an inspection saw on which nothing hangs; of a button that was pressed its name is told."""
        if step[0] != "[inspect]" and self.name is not None:
            return self.name()
        return self.rng.choice(_SIGHTS if self.rng.random() < 0.3 else sights())

    def find(self, step: tuple[str, ...]) -> str | None:
        """The pointer of what a search found; None if it found nothing."""
        if self.rng.random() > 0.65:
            return None
        thing = next(self.spare, None)
        if thing is None:
            raise IndexError("there is no pointer left for what is found")
        return thing

    def holds(self, item: Branch | Until) -> bool:
        """Whether a condition holds that a look or an answer decides."""
        return self.rng.random() < 0.55
