"""The walk: one step after another is simulated on the state that the steps before it leave behind.

Nothing here judges. A failed step's effects are assumed, so that what is wrong later is found on its own account; what is
wrong only because of an earlier step says so.
"""

from typing import Any

from maps import NoRoute, Place, Pose, Route
from skills import PlanState, SkillCall
from skills.changed import changed
from verifier.arguments import Arguments, read_arguments
from verifier.branches import MOST_BRANCHES, ends_of, may_pass, merged, passed
from verifier.budget import step_cost
from verifier.contracts import exclusions, quantities
from verifier.home import find_home, retrace
from verifier.least import visits_with
from verifier.legs import find_leg
from verifier.riding import landing
from verifier.spending import limits_over
from verifier.step import Branch, Cost, Home, Leg, Scope, Situation, Step, Used

__all__ = ["begin", "proceed", "simulate"]

_NOTHING = Arguments(values={}, features={})


def begin(scope: Scope) -> Situation:
    """The situation before the first step: where the robot is now."""
    state = PlanState.of(scope.state, scope.body, quantities(scope.skills), scope.notes)
    home = find_home(scope.loaded(state.load), scope.state.pose, state.doors)
    exclusive = scope.notes.exclusive
    return Situation(state=state, pose=scope.state.pose, home=home, charge_wh=state.battery[0], exclusive=exclusive)


def simulate(scope: Scope, situation: Situation, number: int, call: SkillCall) -> Step:
    """Simulate one step.

    Args:
        scope: What stays the same.
        situation: What the earlier steps leave behind.
        number: Step number, 1-based.
        call: The call.

    Returns:
        The step with its arguments, leg, cost and the state after it; effects are applied as if it worked.
    """
    skill = scope.skills.get(call.skill)
    state = situation.state
    scope = scope.loaded(state.load)
    arguments = _NOTHING if skill is None else read_arguments(call, skill, scope.world, carried=state.carrying)
    if skill is None or arguments.mistakes:
        return Step(
            scope=scope,
            number=number,
            call=call,
            skill=skill,
            arguments=arguments,
            before=situation,
            arrived=state,
            spent=state.battery,
            after=state,
            home=situation.home,
        )
    leg = find_leg(scope, situation, skill, arguments) if arguments.sound else None
    cost = step_cost(scope, situation, skill, arguments, leg) if arguments.sound else Cost()
    arrived = _arrived(state, leg).drained(cost.drive_wh)
    body_wh = (cost.energy_wh[0] - cost.drive_wh[0], cost.energy_wh[1] - cost.drive_wh[1])
    spent = arrived.drained(body_wh)
    branches = tuple(
        changed(branch, state=_arrived(branch.state, leg).drained(cost.drive_wh))
        for branch in situation.branches
        if leg is None or may_pass(branch, leg.doubtful, scope.world)
    )
    ends = ends_of(
        skill,
        number,
        branches or (Branch(state=arrived),),
        lambda known: spent if known is arrived else known.drained(body_wh),
        arguments.named,
        drives=leg is not None,
    )
    after = merged(ends, scope.world)
    return Step(
        scope=scope,
        number=number,
        call=call,
        skill=skill,
        arguments=arguments,
        before=situation,
        leg=leg,
        cost=cost,
        arrived=arrived,
        spent=arrived.battery if after.docked else spent.battery,
        after=after,
        home=_home_after(scope, situation, leg, after, landing(scope.world, skill, arguments)),
        branches=branches,
        ends=ends if 1 < len(ends) <= MOST_BRANCHES else (),
    )


def proceed(step: Step, *, strained: bool = False) -> Situation:
    """The situation after a step.

    Args:
        step: The step.
        strained: Whether the charge was found not to do for the way back.

    Returns:
        Its effects assumed; where its leg has no route the robot is taken to be where it was, and the leg's goal is kept
        as the place where it would be had the leg worked.
    """
    before, history = step.before, (*step.before.history, step.before.state)
    if step.skill is None or step.arguments.mistakes:
        return changed(before, clouded_by=before.clouded_by or step.number, history=history)
    after: dict[str, Any] = {
        "state": step.after,
        "home": step.home,
        "history": history,
        "branches": step.ends,
        "exclusive": before.exclusive | exclusions(step.skill, step.named),
        "used": _used(step),
    }
    if step.arguments.sound:
        after["stray_s"] = step.cost.stray_s
    if step.after.battery[0] > step.spent[0]:
        after |= {"charge_wh": step.after.battery[0], "strained_by": None}
    elif strained:
        after["strained_by"] = before.strained_by or step.number
    leg = step.leg
    if leg is not None and isinstance(leg.result, Route):
        landed = landing(step.scope.world, step.skill, step.arguments)
        after |= {"pose": landed or leg.result.end, "assumed": None, "assumed_by": None}
        if leg.provisional:
            after["home"] = before.home
    elif leg is not None:
        goal = landing(step.scope.world, step.skill, step.arguments) or _goal_pose(step, leg)
        if isinstance(leg.result, NoRoute) and goal is not None and leg.result.code.startswith("START_"):
            after["pose"] = goal
        elif goal is not None:
            after |= {"assumed": goal, "assumed_by": step.number}
    if step.skill.uncertain or step.skill.motion == "inside":
        after["uncertain_since"] = before.uncertain_since or step.number
    return changed(before, **after)


def _used(step: Step) -> Used:
    """What the earlier steps and this one take."""
    used, cost = step.before.used, step.cost
    return changed(
        used,
        time_s=(used.time_s[0] + cost.time_s[0], used.time_s[1] + cost.time_s[1]),
        metres=(used.metres[0] + cost.metres[0], used.metres[1] + cost.metres[1]),
        energy_wh=(used.energy_wh[0] + cost.energy_wh[0], used.energy_wh[1] + cost.energy_wh[1]),
        visits=visits_with(step),
        over=used.over | limits_over(step),
    )


def _arrived(state: PlanState, leg: Leg | None) -> PlanState:
    """The state once the leg is driven."""
    if leg is None:
        return state
    state = passed(state, leg.doubtful)
    feature = leg.goal.feature if leg.goal is not None else None
    pose = leg.result.end if isinstance(leg.result, Route) else None
    if pose is None and leg.target is not None:
        pose = Pose(*leg.target)
    if isinstance(feature, Place):
        return state.moved(pose, at=feature.name)
    return state.moved(pose, near=None if feature is None else feature.name)


def _home_after(scope: Scope, situation: Situation, leg: Leg | None, state: PlanState, landed: Pose | None) -> Home | None:
    """The way back from where the step ends: retraced while no door has shut, else, and after a ride, found anew.

    A load that has changed the body's outline may need another way; where there is none, the robot has to put it down first and
    goes back as it came.
    """
    laden = scope.loaded(state.load)
    if landed is not None:
        return find_home(laden, landed, state.doors)
    shut = [name for name, value in state.doors.items() if value != "open" and _was_open(scope, situation, name)]
    route = leg.result if leg is not None and isinstance(leg.result, Route) else None
    end = situation.pose if route is None else route.end
    if not shut and laden.body != scope.body and (home := find_home(laden, end, state.doors)) is not None:
        return home
    if route is None:
        return find_home(laden, end, state.doors) if shut else situation.home
    if shut or situation.home is None or scope.world.lanes is not None:  # a one-way lane is no way back
        return find_home(laden, end, state.doors)
    return retrace(scope, situation.home, route)


def _was_open(scope: Scope, situation: Situation, name: str) -> bool:
    door = scope.world.doors.get(name)
    return situation.state.doors.get(name, door.state if door is not None else "open") == "open"


def _goal_pose(step: Step, leg: Leg) -> Pose | None:
    """One pose that the leg would have ended at, reachable or not."""
    from verifier.routes import goal_of

    if leg.goal is None:
        return None
    goal = goal_of(step.scope, leg.goal)
    if goal.exact is not None:
        return goal.exact
    if len(goal.cells) == 0:
        return None
    row, column = goal.cells[int(goal.costs.argmin())]
    return Pose(*step.scope.world.frame.centre(int(row), int(column)))
