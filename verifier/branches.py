"""Branches: the ways in which uncertain steps may have ended, carried side by side so that a finding can say which one breaks.

A plan is simulated on the union of all branches, and on each of them. A branch in which a later step's conditions do not hold
is left behind there: the mission would not go on with this plan in it.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce

from maps import DoorState, World
from skills import Condition, Effect, PlanState, Skill
from verifier.step import Branch, Named

__all__ = ["MOST_BRANCHES", "Answer", "ends_of", "holds_in", "may_pass", "merged", "outcome_text", "passed"]

MOST_BRANCHES = 16
"""With more of them only their union is carried on; nothing is lost but the names of the outcomes."""

Answer = tuple[bool | None, tuple[Branch, ...]]
"""Whether a condition holds whatever the outcomes were, and the branches in which it does not or is not known to."""


def holds_in(condition: Condition, named: Named, state: PlanState, branches: Iterable[Branch]) -> Answer:
    """Whether a condition holds in every branch; without branches, in the state."""
    answers = [(branch, condition.holds(branch.state, named)) for branch in branches]
    if not answers:
        return condition.holds(state, named), ()
    if all(holds is False for _, holds in answers):
        return False, ()
    breaking = tuple(branch for branch, holds in answers if not holds)
    return (None if breaking else True), breaking


def ends_of(
    skill: Skill,
    number: int,
    arrived: Iterable[Branch],
    spend: Callable[[PlanState], PlanState],
    named: Named,
) -> tuple[Branch, ...]:
    """Where a step leaves each branch, if it succeeds.

    Args:
        skill: Its contract.
        number: The step's number.
        arrived: The branches on arrival, at least one.
        spend: What the function's running does to a state before its effects hold: the charge that it takes.
        named: The call's arguments.

    Returns:
        For each branch in which the step can succeed (for each, if it can in none) and each of its outcomes one branch.
    """
    arrived = tuple(arrived)
    conditions = (*skill.requires, *skill.throughout, *skill.confirms)
    possible = [branch for branch in arrived if all(item.holds(branch.state, named) is not False for item in conditions)]
    ends = []
    for branch in possible or arrived:
        known = _narrowed(branch.state, conditions, named) if possible else branch.state
        known = spend(known)
        for label, effects in (skill.outcomes or {"": ()}).items():
            state = _applied(known, skill, effects, named)
            ends.append(Branch(outcomes=(*branch.outcomes, (number, label)) if label else branch.outcomes, state=state))
    return tuple(ends)


def passed(state: PlanState, doors: Iterable[str]) -> PlanState:
    """The state of a robot that has driven through these doors: they were open."""
    for name in doors:
        state = state.with_door(name, "open")
    return state


def may_pass(branch: Branch, doors: Iterable[str]) -> bool:
    """Whether these doors may be open in a branch."""
    hopeful = branch.state.optimistic_doors()
    return all(hopeful.get(name, "open") == "open" for name in doors)


def merged(branches: Iterable[Branch], world: World) -> PlanState:
    """The one state that covers all branches."""
    doors: Mapping[str, DoorState] = {name: door.state for name, door in world.doors.items()}
    return reduce(lambda left, right: left.union(right, doors), (branch.state for branch in branches))


def outcome_text(breaking: Iterable[Branch]) -> str:
    """The outcomes of a branch for people, e.g. ``step 1 ends in 'not found'``; the shortest account there is."""
    told = min((branch.outcomes for branch in breaking), key=len, default=())
    return " and ".join(f"step {number} ends in {label!r}" for number, label in told)


def _narrowed(state: PlanState, conditions: Iterable[Condition], named: Named) -> PlanState:
    """The state with what must have held for the step to go ahead."""
    for condition in conditions:
        if condition.holds(state, named) is None:
            state = condition.assume(state, named)
    return state


def _applied(state: PlanState, skill: Skill, outcome: Iterable[Effect], named: Named) -> PlanState:
    if skill.motion == "inside":
        state = state.moved(None)
    for effect in (*skill.effects, *outcome):
        state = effect.apply(state, named)
    return state
