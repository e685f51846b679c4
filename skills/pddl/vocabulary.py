"""The predicates and functions that a set of skills needs, and how a skill's parameters are written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product, zip_longest
from math import prod
from string import Formatter

from skills.expression import Condition, Effect, Expression, Not
from skills.in_hand import HandEmpty, HandFree, Holding, PutsDown
from skills.noted import Fact, Keeps, Member, OneOf, braces
from skills.pddl.names import encode
from skills.quantity import SIZE_OF, Compares, SetsNumber
from skills.skill import Skill
from skills.whereabouts import Rides

__all__ = [
    "LEVEL",
    "TYPES",
    "Atom",
    "Drive",
    "NotExpressible",
    "Vocabulary",
    "conditions_of",
    "effect_lists",
    "template",
    "type_of",
]

TYPES = "map-feature value - object map-place map-thing map-door - map-feature"
LEVEL = "map-level"
"""The type of a building's levels, where a skill rides from one to another."""
_TYPE = {"place": "map-place", "thing": "map-thing", "door": "map-door"}
_FEATURES = frozenset(_TYPE.values())
_MOST_FACTS = 100_000


class NotExpressible(ValueError):
    """A skill's contract says what PDDL cannot; the sentence names the skill and why."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A predicate with its arguments: PDDL variables."""

    predicate: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"({' '.join((self.predicate, *self.arguments))})"


@dataclass(frozen=True, slots=True)
class Drive:
    """The drive that a call implies: the parameter that it leads to, if that has a name, and whether there is one at all."""

    to: str | None
    moves: bool


def type_of(skill: Skill, parameter: str) -> str:
    """The PDDL type of a skill's parameter."""
    found = skill.parameter(parameter)
    return _TYPE.get("value" if found is None else found.kind, "value")


def template(text: str) -> str:
    """A fact's name with its braces emptied, so that skills may call their parameters as they like."""
    return "".join(literal + ("{}" if name is not None else "") for literal, name, _, _ in Formatter().parse(text))


def conditions_of(skill: Skill) -> tuple[Condition, ...]:
    """What has to hold for a call to succeed."""
    return (*skill.requires, *skill.throughout, *skill.confirms)


def effect_lists(skill: Skill) -> dict[str, tuple[Effect, ...]]:
    """The effects of success, by outcome; one unnamed outcome where the skill has none."""
    return {name: (*skill.effects, *effects) for name, effects in (skill.outcomes or {"": ()}).items()}


@dataclass
class Vocabulary:
    """What the domain of a set of skills speaks of. Made by ``of``; ``predicates`` and ``functions`` give it in PDDL.

    Attributes:
        types: Argument types by predicate.
        values: The values that each one-of takes anywhere, by the template of its name.
        quantities: Own quantities, in order of mention.
        sized: Sets whose size is asked for.
        attributes: Attributes of things that are compared, each with its type.
        parts: Parts of the robot that some skill keeps.
        counts_hand: Whether the number of things carried matters.
        knows_battery: Whether a condition asks for the charge.
        knows_values: Whether a number is given by a parameter.
        rides: Whether a skill takes a lift; then it matters on which level the robot and everything else is.
        texts: Templates of facts, for ``check_names``.
    """

    types: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    quantities: dict[str, None] = field(default_factory=dict)
    sized: dict[str, None] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    parts: dict[str, None] = field(default_factory=dict)
    counts_hand: bool = False
    knows_battery: bool = False
    knows_values: bool = False
    rides: bool = False
    texts: dict[str, None] = field(default_factory=dict)

    def check_names(self, names: Mapping[str, Sequence[str]]) -> None:
        """Refuse names with which two facts become the same text: the simulator tells facts by their text, PDDL keeps these apart.

        Args:
            names: The names and values that there are, by PDDL type.

        Raises:
            NotExpressible: There is such a pair, or there are too many to look.
        """
        texts = list(self.texts)
        suspects = {text for one, other in combinations(texts, 2) if _may_meet(one, other) for text in (one, other)}
        suspects |= {text for text in texts if text.count("{}") > 1}
        seen: dict[str, str] = {}
        for text in (text for text in texts if text in suspects):
            groups = [_names_of(kind, names) for kind in self.types[f"fact-{encode(text)}"]]
            if prod(map(len, groups)) > _MOST_FACTS:
                raise NotExpressible(f"the fact {text!r} has too many parameters for this map to tell it from others")
            for chosen in product(*groups):
                full = "".join(chain.from_iterable(zip_longest(text.split("{}"), chosen, fillvalue="")))
                mark = f"{text!r} of {chosen!r}"
                if seen.setdefault(full, mark) != mark:
                    raise NotExpressible(f"the facts {seen[full]} and {mark} read the same, {full!r}; PDDL would keep them apart")

    @classmethod
    def of(cls, skills: Iterable[Skill]) -> "Vocabulary":
        """Everything that the skills' conditions and effects mention."""
        found = cls()
        for skill in skills:
            for item in (*conditions_of(skill), *(e for effects in effect_lists(skill).values() for e in effects)):
                found._mention(skill, item.condition if isinstance(item, Not) else item)
        return found

    def predicates(self) -> Iterator[str]:
        """Declarations of predicates, fixed ones first."""
        yield from ("(at-place ?p - map-place)", "(near-feature ?f - map-feature)", "(is-reachable ?f - map-feature)")
        yield from ("(is-docked)", "(is-holding ?t - map-thing)")
        yield from (f"(door-{state} ?d - map-door)" for state in ("open", "closed", "locked"))
        if self.rides:
            yield from (f"(robot-on ?l - {LEVEL})", f"(is-on ?f - map-feature ?l - {LEVEL})")
            yield "(lift-joins ?a - map-place ?b - map-place)"
        yield from (f"(kept-{encode(part)})" for part in self.parts)
        yield from (f"(known-{encode(name)} ?f - {kind})" for name, kind in self.attributes.items())
        for name, types in self.types.items():
            yield f"({' '.join((name, *(f'?a{i} - {kind}' for i, kind in enumerate(types))))})"

    def functions(self) -> Iterator[str]:
        """Declarations of numeric functions."""
        if self.counts_hand:
            yield from ("(carried-count)", "(hand-capacity)")
        if self.knows_battery:
            yield from ("(battery-wh)", "(battery-full-wh)")
        if self.knows_values:
            yield "(value-of ?v - value)"
        yield from (f"(count-{encode(name)})" for name in self.quantities)
        yield from (f"(size-{encode(name)})" for name in self.sized)
        yield from (f"(attr-{encode(name)} ?f - {kind})" for name, kind in self.attributes.items())

    def _mention(self, skill: Skill, item: Expression) -> None:
        if isinstance(item, Fact):
            self.texts[template(item.name)] = None
            self._predicate(f"fact-{encode(template(item.name))}", skill, braces(item.name))
        elif isinstance(item, OneOf):
            names, values = braces(item.name), braces(item.value)
            self._predicate(one_of_predicate(item), skill, (*names, *values))
            self.values.setdefault(template(item.name), {})[template(item.value)] = tuple(type_of(skill, p) for p in values)
        elif isinstance(item, Member):
            self._predicate(f"in-{encode(item.collection)}", skill, (item.item,))
        elif isinstance(item, Keeps):
            self.parts[item.part] = None
        elif isinstance(item, Rides):
            self.rides = True
        elif isinstance(item, HandEmpty | HandFree) or (isinstance(item, Holding | PutsDown) and item.thing is None):
            self.counts_hand = True
        elif isinstance(item, SetsNumber):
            self.quantities[item.quantity] = None
            self.knows_values |= isinstance(item.amount, str)
        elif isinstance(item, Compares):
            self._compared(skill, item)

    def _compared(self, skill: Skill, item: Compares) -> None:
        self.knows_values |= isinstance(item.amount, str)
        parameter, _, attribute = item.quantity.partition(".")
        if item.quantity == "battery_wh":
            self.knows_battery = True
        elif item.quantity.startswith(SIZE_OF):
            self.sized[item.quantity.removeprefix(SIZE_OF)] = None
        elif attribute:
            kind = type_of(skill, parameter)
            self.attributes[attribute] = kind if self.attributes.get(attribute, kind) == kind else "map-feature"
        elif skill.parameter(parameter) is not None:
            self.knows_values = True
        else:
            self.quantities[item.quantity] = None

    def _predicate(self, name: str, skill: Skill, parameters: Sequence[str]) -> None:
        types = tuple(type_of(skill, parameter) for parameter in parameters)
        before = self.types.get(name, types)
        self.types[name] = tuple(_common(one, other) for one, other in zip(before, types, strict=True))


def one_of_predicate(item: OneOf) -> str:
    """The predicate that says that a one-of has a value."""
    return value_predicate(template(item.name), template(item.value))


def value_predicate(name: str, value: str) -> str:
    """The predicate for the templates of a one-of's name and value."""
    return f"oneof-{encode(name)}--{encode(value)}"


def _names_of(kind: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """The names of a type and of the types below it."""
    below = {"object": tuple(names), "map-feature": sorted(_FEATURES)}.get(kind, (kind,))
    return list(dict.fromkeys(name for each in below for name in names.get(each, ())))


def _common(one: str, other: str) -> str:
    if one == other:
        return one
    return "map-feature" if one in _FEATURES | {"map-feature"} and other in _FEATURES | {"map-feature"} else "object"


def _may_meet(one: str, other: str) -> bool:
    """Whether two templates can be filled in so that they read alike; each ``{}`` stands for at least one character."""
    left, right = _tokens(one), _tokens(other)
    states, seen = [(0, 0)], set[tuple[int, int]]()
    while states:
        i, j = state = states.pop()
        if state in seen:
            continue
        seen.add(state)
        if i == len(left) and j == len(right):
            return True
        if left[i : i + 1] == [_MORE]:
            states.append((i + 1, j))
        if right[j : j + 1] == [_MORE]:
            states.append((i, j + 1))
        if i < len(left) and j < len(right) and (left[i] == right[j] or {left[i], right[j]} & {_ANY, _MORE}):
            states.append((i + (left[i] != _MORE), j + (right[j] != _MORE)))
    return False


_ANY, _MORE = "any one", "any more"


def _tokens(text: str) -> list[str]:
    """A template as single characters; braces as any one character and any more of them."""
    tokens: list[str] = []
    for index, literal in enumerate(text.split("{}")):
        tokens += [_ANY, _MORE] if index else []
        tokens += literal
    return tokens
