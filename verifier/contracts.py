"""What a skill's declared effects say about docking and charging, for the checks and costs that need to know."""

from collections.abc import Iterable, Iterator, Mapping

from skills import Effect, Skill
from skills.noted import Fact
from skills.quantity import SetsNumber
from skills.whereabouts import Charges, Docked

__all__ = ["charges", "effects_of", "ends_docked", "exclusions", "quantities"]


def charges(skill: Skill) -> bool:
    """Whether the battery is full afterwards."""
    return any(isinstance(effect, Charges) for effect in skill.effects)


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
    """The quantities that any of these skills keeps count of."""
    return frozenset(effect.quantity for skill in skills for effect in effects_of(skill) if isinstance(effect, SetsNumber))


def exclusions(skill: Skill, named: Mapping[str, object]) -> frozenset[tuple[str, str]]:
    """The pairs of facts that a call declares to exclude one another: each that it brings about with each that it excludes."""
    own = [effect.text(named) for effect in effects_of(skill) if isinstance(effect, Fact)]
    return frozenset((mine, other.text(named)) for mine in own for other in skill.excludes)
