"""What can be said in a plan for this brief: the skills, the names on this map, less the calls that were refuted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from agent.planners.refuted import NAMED, by_names

if TYPE_CHECKING:
    from agent.planners.planner import Brief
    from skills import Skill
    from skills.call import SkillCall

__all__ = ["NAMES_LIMIT", "Choices", "Vocabulary", "allowed"]

NAMES_LIMIT = 300
"""Maps with more names than this are cut down to what the mission may mean."""

Choices: TypeAlias = Mapping[str, tuple[str | None, ...]]
"""Names that each named parameter may take, in any combination; None = the argument is left out."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Skills, names by kind, refuted calls.

    Attributes:
        skills: The skills that a plan may call, in order.
        names: The names of each kind in ``NAMED``, in file order.
        docks: The places that are docks.
        refuted: Calls that may not be said.
        cut: Whether the map has more names than are listed.
        may_be_done: Whether a plan without steps is an answer: the mission is under way and may be finished.
    """

    skills: tuple[Skill, ...]
    names: Mapping[str, tuple[str, ...]]
    docks: tuple[str, ...] = ()
    refuted: tuple[SkillCall, ...] = ()
    cut: bool = False
    may_be_done: bool = False

    @classmethod
    def of(cls, brief: Brief, limit: int = NAMES_LIMIT) -> Vocabulary:
        """The vocabulary of a brief; on a map with more than ``limit`` names, those that the mission may mean.

        Places of docks, of the robot, of what it carries and of the history always stay.
        """
        names: dict[str, tuple[str, ...]] = {kind: brief.world.names(kind) for kind in NAMED}
        cut = sum(map(len, names.values())) > limit
        if cut:
            names = _retrieved(brief, limit)
        docks = tuple(name for name in names["place"] if brief.world.places[name].is_dock)
        return cls(tuple(brief.skills), names, docks, brief.refuted, cut, bool(brief.history))

    @property
    def key(self) -> str:
        """The same for equal vocabularies: what grammars are cached by."""
        skills = [
            [skill.name, [[item.name, item.kind, item.required, item.json_schema()] for item in skill.parameters]]
            for skill in self.skills
        ]
        refuted = [call.model_dump(mode="json") for call in self.refuted]
        text = json.dumps([skills, dict(self.names), self.docks, refuted, self.may_be_done], sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def names_listed(self) -> int:
        """How many names there are."""
        return sum(map(len, self.names.values()))

    def known(self, skill: Skill, parameter: str, kind: str) -> tuple[str, ...]:
        """The names that a named parameter may take."""
        if kind == "place" and skill.name == "dock" and parameter == "place":
            return self.docks
        return self.names[kind]

    def choices(self, skill: Skill) -> tuple[Choices, ...]:
        """The combinations of names that a skill may be called with, as disjoint products; empty if it cannot be."""
        domains: dict[str, tuple[str | None, ...]] = {}
        for parameter in skill.parameters:
            if parameter.kind in NAMED:
                names = self.known(skill, parameter.name, parameter.kind)
                blank = parameter.nullable or not parameter.required
                domains[parameter.name] = (*names, None) if blank else names
        if any(not domain for domain in domains.values()):
            return ()
        barred = [tuple(_name(call.args.get(name)) for name in domains) for call in self.refuted if by_names(call, skill)]
        return tuple(allowed(domains, barred))


def allowed(domains: Choices, barred: Iterable[Sequence[str | None]]) -> list[Choices]:
    """The product of ``domains`` less the ``barred`` tuples, as disjoint products.

    Args:
        domains: Values by parameter.
        barred: Tuples of one value per parameter, in the order of ``domains``.
    """
    products: list[Choices] = [domains]
    for point in barred:
        rest: list[Choices] = []
        for product in products:
            if any(value not in product[name] for name, value in zip(domains, point, strict=True)):
                rest.append(product)
                continue
            before: dict[str, tuple[str | None, ...]] = {}
            for name, value in zip(domains, point, strict=True):
                others = tuple(other for other in product[name] if other != value)
                if others:
                    rest.append({key: before.get(key, others if key == name else product[key]) for key in domains})
                before[name] = (value,)
        products = rest
    return products


def _name(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _retrieved(brief: Brief, limit: int) -> dict[str, tuple[str, ...]]:
    """The names that the mission may mean, and those that always stay, in file order."""
    from agent.planners.retrieval import relevant

    keep = relevant(brief, limit)
    return {kind: tuple(name for name in brief.world.names(kind) if (kind, name) in keep) for kind in NAMED}
