"""Asking: the instructions that a scene of the cell allows, and which pairs of colours are kept from training.

Six of the 36 pairs of a block's and a tray's colour are never shown while a policy learns: each colour of the palette with the one
three further. Every colour is seen as a block and as a tray, only not these together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from policies.expert.rules import Task

__all__ = ["PALETTE", "Asked", "asked_in", "held_out"]

PALETTE = ("red", "green", "blue", "yellow", "orange", "purple")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that can be asked for in a scene.

    Attributes:
        task: ``pick``, ``place`` or ``press``.
        thing: Number of the item to handle.
        goal: Number of the tray, for ``place``.
        instruction: In words.
        held_out: Whether its pair of colours is kept from training.
    """

    task: Task
    thing: int
    goal: int | None = None
    instruction: str
    held_out: bool = False


def held_out(block: str, tray: str) -> bool:
    """Whether a pair of colours is kept from training."""
    return PALETTE.index(tray) == (PALETTE.index(block) + len(PALETTE) // 2) % len(PALETTE)


def asked_in(blocks: Sequence[str], trays: Sequence[str]) -> tuple[Asked, ...]:
    """Everything that a scene allows to ask for: every block, every block on every tray, the button.

    Args:
        blocks: Colours of the blocks, which are the first items.
        trays: Colours of the trays, which come next; the button comes after them.
    """
    picks = [Asked(task="pick", thing=i, instruction=f"pick up the {colour} block") for i, colour in enumerate(blocks)]
    places = [
        Asked(
            task="place", thing=i, goal=len(blocks) + k, instruction=f"put the {block} block on the {tray} tray",
            held_out=held_out(block, tray),
        )
        for i, block in enumerate(blocks) for k, tray in enumerate(trays)
    ]  # fmt: skip
    return (*picks, *places, Asked(task="press", thing=len(blocks) + len(trays), instruction="press the red button"))
