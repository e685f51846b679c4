"""Atom: one thing that holds or does not hold at a moment of a mission, as data; the vocabulary of all house rules."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from maps import FeatureType

if TYPE_CHECKING:
    from verifier.rules.formula import Formula

__all__ = ["FEATURE_OF", "PREDICATES", "SPATIAL", "Atom", "Predicate", "clock_text"]

Predicate: TypeAlias = Literal[
    "at", "in", "crosses", "near", "inspects", "picks", "calls", "carrying", "carrying_over",
    "speed_over", "battery_below", "clock", "late",
]  # fmt: skip

FEATURE_OF: dict[Predicate, FeatureType] = {
    "at": "place", "in": "zone", "crosses": "door", "near": "thing", "inspects": "thing", "picks": "thing",
    "carrying": "thing", "carrying_over": "thing",
}  # fmt: skip
"""What the name or kind in an atom is a name or kind of."""

PREDICATES: tuple[Predicate, ...] = (
    "at", "in", "crosses", "near", "inspects", "picks", "calls", "carrying", "carrying_over",
    "speed_over", "battery_below", "clock",
)  # fmt: skip
"""Those that may be written in a rules file; ``late`` comes from deadlines alone."""

SPATIAL: frozenset[Predicate] = frozenset(("at", "in", "crosses", "near"))
"""Those that hang on where the robot is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One thing that holds or does not hold at a moment.

    Attributes:
        predicate: ``at`` a place, ``in`` a zone, ``crosses`` a door, ``near`` / ``inspects`` / ``picks`` a thing, ``calls`` a
            skill, ``carrying`` a thing, ``carrying_over`` a number of things, ``speed_over`` and ``battery_below`` an amount,
            ``clock`` between two times of day, ``late`` for a deadline.
        name: Name of the feature, or of the skill for ``calls``; None for any.
        kind: Kind of the feature; None for any.
        amount: A speed in m/s, a charge in ``unit``, a number of things, or a deadline in ``unit``.
        unit: ``%`` or ``Wh`` for a charge, ``s`` or ``steps`` for a deadline, ``m/s`` for a speed.
        window: From and to, minutes of the day; a window with from after to spans midnight.
        deadline: For ``late``: what starts the time and what ends it, both without temporal operators.
    """

    predicate: Predicate
    name: str | None = None
    kind: str | None = None
    amount: float | None = None
    unit: str = ""
    window: tuple[int, int] | None = None
    deadline: "tuple[Formula, Formula] | None" = None

    def __str__(self) -> str:
        """As it is written in a formula."""
        parts: list[str] = []
        if self.deadline is not None:
            parts += [str(self.deadline[0]), str(self.deadline[1])]
        if self.amount is not None:
            parts.append(f"{self.amount:g}")
        if self.unit in ("%", "Wh", "s", "steps"):
            parts.append(json.dumps(self.unit))
        if self.window is not None:
            parts += [json.dumps(clock_text(minutes)) for minutes in self.window]
        if self.name is not None:
            parts.append(json.dumps(self.name, ensure_ascii=False))
        if self.kind is not None:
            parts.append(f"kind={json.dumps(self.kind, ensure_ascii=False)}")
        return f"{self.predicate}({', '.join(parts)})"


def clock_text(minutes: int) -> str:
    """Minutes of the day as ``hh:mm``."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
