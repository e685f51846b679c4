"""Episode: what is to be done in the cell, in which scene."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pydantic import JsonValue

from policies.expert import Task

__all__ = ["Episode"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What an episode is about.

    Attributes:
        seed: It begins the same way for the same seed.
        task: ``pick``, ``place`` or ``press``.
        instruction: In words.
        thing: Number of the item to handle.
        goal: Number of the tray, for ``place``.
        held_out: Whether its pair of colours is kept from training.
        physics_context: What was drawn at random: masses, frictions, light, colours, poses.
    """

    seed: int
    task: Task
    instruction: str
    thing: int
    goal: int | None = None
    held_out: bool = False
    physics_context: Mapping[str, JsonValue] = field(default_factory=lambda: MappingProxyType({}))
