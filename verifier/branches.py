"""Branches: the ways in which uncertain steps may have ended, carried side by side so that a finding can say which one breaks.

A plan is simulated on the union of all branches, and on each of them. A branch in which a later step's conditions do not hold
is left behind there: the mission would not go on with this plan in it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce

from maps import World
from skills import Condition, Effect, PlanState, Skill
from verifier.arguments import Named
from verifier.contracts import needs
from verifier.reads import DoorStates
from verifier.step import Branch, Step

__all__ = ["MOST_BRANCHES", "Answer", "ends_of", "holds_in", "may_pass", "may_succeed", "merged", "outcome_text", "passed"]

MOST_BRANCHES = 16
"""With more of them only their union is carried on; nothing is lost but the names of the outcomes."""

Answer = tuple[bool | None, str]
"""Whether a condition holds whatever the outcomes were; if that depends on them, in which it does not, for people."""


def holds_in(condition: Condition, named: Named, state: PlanState, branches: Sequence[Branch]) -> Answer:
    """Whether a condition holds in every branch; without branches, in the state."""
    if not branches:
        return condition.holds(state, named), ""
    answers = [condition.holds(branch.state, named) for branch in branches]
    if all(answers):
        return True, ""
    if all(holds is False for holds in answers):
        return False, ""
    breaks = [not holds for holds in answers] if True in answers else [holds is False for holds in answers]
    return None, outcome_text(branches, breaks)


def outcome_text(branches: Sequence[Branch], breaks: Sequence[bool]) -> str:
    """The outcomes that decide, e.g. ``step 1 ends in 'not found'``.

    Args:
        branches: All of them.
        breaks: Which of them break something.

    Returns:
        The one outcome that is enough, where there is one, else all outcomes of the first branch that breaks; empty for none.
    """
    broken = [branch for branch, is_so in zip(branches, breaks, strict=True) if is_so]
    whole = {outcome for branch, is_so in zip(branches, breaks, strict=True) if not is_so for outcome in branch.outcomes}
    enough = [outcome for branch in broken for outcome in branch.outcomes if outcome not in whole]
    told = enough[:1] or [outcome for branch in broken[:1] for outcome in branch.outcomes]
    return " and ".join(f"step {number} ends in {label!r}" for number, label in told)


def possible(conditions: Sequence[Condition], branches: Iterable[Branch], named: Named) -> list[Branch]:
    """The branches in which none of the conditions is known not to hold."""
    return [branch for branch in branches if all(item.holds(branch.state, named) is not False for item in conditions)]


def may_succeed(step: Step) -> bool:
    """Whether there is an outcome of the earlier steps, or no such thing, in which all that a step needs may hold together."""
    if step.skill is None or not step.branches:
        return True
    return bool(possible(needs(step.skill, step.leg is not None), step.branches, step.named))


def ends_of(
    skill: Skill,
    number: int,
    arrived: Iterable[Branch],
    spend: Callable[[PlanState], PlanState],
    named: Named,
    *,
    drives: bool,
) -> tuple[Branch, ...]:
    """Where a step leaves each branch, if it succeeds.

    Args:
        skill: Its contract.
        number: The step's number.
        arrived: The branches on arrival, at least one.
        spend: What the function's running does to a state before its effects hold: the charge that it takes.
        named: The call's arguments.
        drives: Whether the call implies a drive.

    Returns:
        For each branch in which the step can succeed (for each, if it can in none) and each of its outcomes one branch.
    """
    arrived = tuple(arrived)
    conditions = needs(skill, drives)
    able = possible(conditions, arrived, named)
    ends = []
    for branch in able or arrived:
        known = spend(_narrowed(branch.state, conditions, named) if able else branch.state)
        for label, effects in (skill.outcomes or {"": ()}).items():
            state = _applied(known, skill, effects, named)
            ends.append(Branch(outcomes=(*branch.outcomes, (number, label)) if label else branch.outcomes, state=state))
    return tuple(ends)


def passed(state: PlanState, doors: Iterable[str]) -> PlanState:
    """The state of a robot that has driven through these doors: they were open."""
    for name in doors:
        state = state.with_door(name, "open")
    return state


def may_pass(branch: Branch, doors: Iterable[str], world: World) -> bool:
    """Whether these doors may be open in a branch."""
    hopeful = branch.state.optimistic_doors()
    return all(hopeful.get(name, world.doors[name].state) == "open" for name in doors)


def merged(branches: Iterable[Branch], world: World) -> PlanState:
    """The one state that covers all branches."""
    doors = DoorStates(world)
    return reduce(lambda left, right: left.union(right, doors), (branch.state for branch in branches))


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
