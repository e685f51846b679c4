"""What a skill's contract says, put together for the walk and for the checks and costs that need to know."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from skills import Condition, Effect, Skill, keeps
from skills.expression import Not
from skills.noted import Fact, Keeps
from skills.quantity import Compares, SetsNumber
from skills.whereabouts import Charges, Docked

__all__ = ["charges", "effects_of", "ends_docked", "exclusions", "needs", "once", "parts_free", "quantities"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_MOST = 1024


def once(read: Callable[Concatenate[Skill, _P], _T]) -> Callable[Concatenate[Skill, _P], _T]:
    """A question about a contract that is worked out once for each skill and never changes; other arguments are positional."""
    known: dict[object, tuple[Skill, _T]] = {}

    @wraps(read)
    def asked(skill: Skill, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        key = (id(skill), *args) if args else id(skill)  # the skill is kept beside the answer, so that no other takes its identity
        found = known.get(key)
        if found is None:
            if len(known) >= _MOST:
                known.clear()
            found = known[key] = (skill, read(skill, *args, **kwargs))
        return found[1]

    return asked


@once
def charges(skill: Skill) -> bool:
    """Whether the battery is full afterwards."""
    return any(isinstance(effect, Charges) for effect in skill.effects)


@once
def ends_docked(skill: Skill) -> bool:
    """Whether the robot stands on a dock afterwards."""
    return any(isinstance(effect, Docked) for effect in skill.effects)


def effects_of(skill: Skill) -> Iterator[Effect]:
    """All effects that a skill may have: of success, of each outcome, of failure."""
    yield from skill.effects
    for effects in skill.outcomes.values():
        yield from effects
    yield from skill.on_failure


def quantities(skills: Iterable[Skill]) -> frozenset[str]:
    """The quantities of their own that any of these skills changes or asks for; all of them start at 0."""
    return frozenset(name for skill in skills for name in _quantities(skill))


@once
def _quantities(skill: Skill) -> tuple[str, ...]:
    names = [effect.quantity for effect in effects_of(skill) if isinstance(effect, SetsNumber)]
    for condition in (*skill.requires, *skill.throughout, *skill.confirms):
        inner = condition.condition if isinstance(condition, Not) else condition
        if isinstance(inner, Compares) and inner.is_own and skill.parameter(inner.quantity) is None:
            names.append(inner.quantity)
    return tuple(names)


@once
def needs(skill: Skill, drives: bool) -> tuple[Condition, ...]:
    """All that has to hold for a call to succeed: what it requires, keeps up and confirms, and that its parts are free."""
    return (*skill.requires, *skill.throughout, *skill.confirms, *parts_free(skill, drives).values())


@once
def parts_free(skill: Skill, drives: bool) -> Mapping[str, Condition]:
    """That nothing keeps a part of the robot, for each part that a call uses and does not itself set free, in the alphabet's order.

    Args:
        skill: The skill.
        drives: Whether the call implies a drive, which uses the ``base``.
    """
    freed = {item.condition.part for item in skill.effects if isinstance(item, Not) and isinstance(item.condition, Keeps)}
    used = skill.uses | ({"base"} if drives or skill.motion in ("inside", "undeclared") else frozenset())
    return {part: ~keeps(part) for part in sorted(used - freed)}


def exclusions(skill: Skill, named: Mapping[str, object]) -> frozenset[tuple[str, str]]:
    """The pairs of facts that a call declares to exclude one another: each that it brings about with each that it excludes."""
    if not skill.excludes:
        return frozenset()
    own = [effect.text(named) for effect in effects_of(skill) if isinstance(effect, Fact)]
    return frozenset((mine, other.text(named)) for mine in own for other in skill.excludes)
