"""The types by which a skill's signature says what the robot has to do before the function runs.

Each of them is the plain type to a type checker: ``At[Place]`` is a ``Place``, ``Described`` a ``str``.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias, TypeVar

__all__ = ["At", "Described", "Description", "Known", "Motion", "MotionKind", "Near", "Seen"]

T = TypeVar("T")

MotionKind: TypeAlias = Literal["at", "near", "seen", "known"]


@dataclass(frozen=True, slots=True)
class Motion:
    """The mark behind ``At``, ``Near``, ``Seen`` and ``Known``; ``known`` means named on the map, no motion."""

    kind: MotionKind


@dataclass(frozen=True, slots=True)
class Description:
    """The mark behind ``Described``."""


At: TypeAlias = Annotated[T, Motion("at")]
"""``At[Place]``: the robot is driven there before the function runs, and is there afterwards."""

Near: TypeAlias = Annotated[T, Motion("near")]
"""``Near[Thing]`` or ``Near[Door]``: the robot is driven to within reach of it."""

Seen: TypeAlias = Annotated[T, Motion("seen")]
"""``Seen[Thing]``: the robot is driven to where it has the thing in view."""

Known: TypeAlias = Annotated[T, Motion("known")]
"""``Known[Place]``: named on the map; nothing is driven."""

Described: TypeAlias = Annotated[str, Description()]
"""A description (kind, colour, number) of something that need not be on the map yet."""
