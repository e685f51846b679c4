"""Notes: what skills have noted down so far in a mission and no robot reports: facts, one-ofs, sets, numbers, parts kept."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = ["NO_NOTES", "Notes"]


def _none() -> MappingProxyType[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """The part of a ``PlanState`` that only those who carried out the earlier steps know; three-valued as there.

    Attributes:
        facts: Names of the facts that hold.
        maybe_facts: Names of the facts that may hold.
        choices: The values that a one-of may have, by its name; None among them for no value.
        members: What is in sets for certain: a set's name and a thing's.
        maybe_members: What may be in sets besides.
        numbers: Quantities that skills keep count of, low and high.
        exclusive: Pairs of facts that have been declared to exclude one another.
    """

    facts: frozenset[str] = frozenset()
    maybe_facts: frozenset[str] = frozenset()
    choices: Mapping[str, frozenset[str | None]] = field(default_factory=_none)
    members: frozenset[tuple[str, str]] = frozenset()
    maybe_members: frozenset[tuple[str, str]] = frozenset()
    numbers: Mapping[str, tuple[float, float]] = field(default_factory=_none)
    exclusive: frozenset[tuple[str, str]] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """Plain data in one order, so that equal notes read the same; a bound that there is not is null."""
        return {
            "facts": sorted(self.facts),
            "maybe_facts": sorted(self.maybe_facts),
            "choices": {
                name: sorted(self.choices[name], key=lambda value: (value is not None, value or ""))
                for name in sorted(self.choices)
            },
            "members": _pairs(self.members),
            "maybe_members": _pairs(self.maybe_members),
            "numbers": {name: [_bound(value) for value in self.numbers[name]] for name in sorted(self.numbers)},
            "exclusive": _pairs(self.exclusive),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Notes":
        """The notes that ``to_json`` wrote."""
        return cls(
            facts=frozenset(data["facts"]),
            maybe_facts=frozenset(data["maybe_facts"]),
            choices=MappingProxyType({name: frozenset(values) for name, values in data["choices"].items()}),
            members=_set(data["members"]),
            maybe_members=_set(data["maybe_members"]),
            numbers=MappingProxyType({name: _interval(*bounds) for name, bounds in data["numbers"].items()}),
            exclusive=_set(data["exclusive"]),
        )


NO_NOTES = Notes()
"""Nothing has been noted: how a mission begins."""


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    return [list(pair) for pair in sorted(pairs)]


def _set(pairs: Iterable[Iterable[str]]) -> frozenset[tuple[str, str]]:
    return frozenset((one, other) for one, other in pairs)


def _bound(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _interval(low: float | None, high: float | None) -> tuple[float, float]:
    return (-math.inf if low is None else low, math.inf if high is None else high)
