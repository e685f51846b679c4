"""Failure: also where a step fails the robot can still get back to a dock, and no door has shut it in."""

from collections.abc import Iterator, Mapping

from maps import Door, DoorState, Pose, Route
from skills import PlanState, Skill
from skills.whereabouts import DoorIs
from verifier.checks.battery import check_battery
from verifier.finding import Finding
from verifier.home import docks, find_home, retrace, way_back_wh
from verifier.reads import DoorStates
from verifier.step import Home, Step

__all__ = ["after_failure", "check_failure"]


def check_failure(step: Step) -> Iterator[Finding]:
    """Find a step that may leave the robot without a way back to a dock, whether it succeeds or fails.

    After a failure the mission makes a new plan from where the robot is, so nothing else is asked of the state that a failure
    leaves. The reserve may be used up: it is kept for this. A door that is shut but can be opened by one of the robot's skills
    does not count as shutting it in.

    Args:
        step: The step. It is taken to cost at most what it costs when it succeeds.

    Yields:
        At most one warning: DOOR_CLOSED where every way back is shut, BATTERY where the load or the charge does not let it back.
        ``detail`` says whether that is so only if the step fails (``if_fails``).
    """
    before = step.before
    if step.skill is None or not step.arguments.sound or before.home is None or before.strained_by is not None:
        return
    if step.after.docked or not docks(step.scope) or any(check_battery(step)):
        return
    failed = after_failure(step)
    for state, fails in ((step.after, False), (failed, True)):
        if not _worse(step, state) or _home(step, state, _openable(step, state)) is not None:
            continue
        detail: dict[str, object] = {"if_fails": fails, "target": before.home.dock}
        shut = _newly_shut(step, state)
        if shut:
            detail["doors"] = {name: state.doors[name] for name in shut}
        else:
            detail["reason"] = f"with {', '.join(map(repr, state.load))} in the hand no way is wide enough to get back to a dock"
        yield Finding(
            code="DOOR_CLOSED" if shut else "BATTERY",
            severity="warning",
            step=step.number,
            subject=shut[0] if shut else "battery",
            detail=detail,
        )
        return
    yield from _stranded(step, failed)


def after_failure(step: Step) -> PlanState:
    """What may be so after the step has failed: as on arrival, with any of what ``on_failure`` names having happened or not.

    Args:
        step: The step, simulated. On the way there, and after a failed function, the robot may be anywhere along its route.
    """
    on_map = DoorStates(step.scope.world)
    state = step.arrived if step.leg is None else step.before.state.union(step.arrived, on_map)
    state = state.union(step.arrived.drained(_function_wh(step)), on_map)
    for effect in () if step.skill is None else step.skill.on_failure:
        state = state.union(effect.apply(state, step.named), on_map)
    return state


def _function_wh(step: Step) -> tuple[float, float]:
    cost = step.cost
    return (max(0.0, cost.energy_wh[0] - cost.drive_wh[0]), max(0.0, cost.energy_wh[1] - cost.drive_wh[1]))


def _stranded(step: Step, failed: PlanState) -> Iterator[Finding]:
    """A BATTERY warning where the least charge after a failure does not do for the way back, without a reserve."""
    charge = failed.battery[0]
    home = None if _worse(step, failed) else _retraced(step)
    if home is not None and charge - way_back_wh(step, home) >= 0.0:
        return
    home = _home(step, failed, failed.doors) or _home(step, failed, _openable(step, failed)) or home
    if home is None or charge - way_back_wh(step, home) >= 0.0:
        return
    yield Finding(
        code="BATTERY",
        severity="warning",
        step=step.number,
        subject="battery",
        needed=round(step.before.charge_wh - charge + way_back_wh(step, home), 6),
        available=round(step.before.charge_wh, 6),
        unit="Wh",
        where=_pose(step).point,
        detail={"reserve_wh": 0.0, "proved": False, "dock": home.dock, "if_fails": True},
    )


def _retraced(step: Step) -> Home | None:
    """The way back along the step's own leg, which no failure shuts unless a door does."""
    home, leg = step.before.home, step.leg
    if home is None or leg is None or not isinstance(leg.result, Route) or leg.provisional:
        return home
    if step.scope.world.lanes is not None:
        return find_home(step.scope, leg.result.end, step.after.doors)
    return retrace(step.scope, home, leg.result)


def _worse(step: Step, state: PlanState) -> bool:
    """Whether the way that the robot came may be too narrow now or shut."""
    return bool(_newly_shut(step, state)) or step.scope.loaded(state.load).body != step.scope.body


def _newly_shut(step: Step, state: PlanState) -> list[str]:
    """Doors that are, or may be, shut in a state and were open before the step."""
    now = step.before.state.doors
    on_map = step.scope.world.doors
    was_open = {name: now.get(name, on_map[name].state if name in on_map else "open") == "open" for name in state.doors}
    return [name for name, value in state.doors.items() if value != "open" and was_open[name]]


def _openable(step: Step, state: PlanState) -> Mapping[str, DoorState]:
    """Door states with those open that a skill of this robot opens, by what it requires of the door."""
    doors = dict(state.doors)
    for name, value in state.doors.items():
        door = step.scope.world.doors.get(name)
        if value != "open" and door is not None and any(_opens(skill, state, door) for skill in step.scope.skills):
            doors[name] = "open"
    return doors


def _opens(skill: Skill, state: PlanState, door: Door) -> bool:
    """Whether a skill opens this door and nothing that it requires of the door stands in the way."""
    for effect in skill.effects:
        if isinstance(effect, DoorIs) and effect.state == "open":
            wants = [item for item in (*skill.requires, *skill.throughout) if item.parameters() == (effect.door,)]
            return all(item.holds(state, {effect.door: door}) for item in wants)
    return False


def _home(step: Step, state: PlanState, doors: Mapping[str, DoorState]) -> Home | None:
    return find_home(step.scope.loaded(state.load), _pose(step), doors)


def _pose(step: Step) -> Pose:
    leg = step.leg
    return leg.result.end if leg is not None and isinstance(leg.result, Route) else step.before.pose
