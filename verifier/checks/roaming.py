"""Roaming: a skill that drives by itself can set off with what is carried, and get to where it is sent.

Its ways cannot be foretold, and each of them is authorised for the laden body while it runs; what can be foretold is whether that
body has room where it stands, and whether its load keeps it out of the place that it is to look into.
"""

from collections.abc import Iterator

from maps import NoRoute, Place, Pose, Route
from maps.clearance import UnknownPolicy
from skills.changed import changed
from verifier.branches import outcome_text
from verifier.checks.reach import check_reach
from verifier.finding import Finding
from verifier.routes import Target, route_to
from verifier.step import Branch, Leg, Scope, Step

__all__ = ["check_roaming"]

_SEEN_THEN: UnknownPolicy = "allowed"
"""What is not seen yet may turn out to be free."""


def check_roaming(step: Step) -> Iterator[Finding]:
    """Find a self-driving step whose body, with its load, cannot set off or cannot get to the place that it is sent to.

    Args:
        step: The step. Every outcome of the earlier steps counts with what is, or may be, carried in it.

    Yields:
        START_OCCUPIED or START_OUTSIDE_MAP where the body has no room where it stands: an error, or a warning that names the
        outcomes where it has in some. For each place that it is sent to, a warning where no way is wide enough for the laden body
        and one is for the empty one; from outside it may still see some of it.
    """
    if step.skill is None or step.skill.motion != "inside" or not step.arguments.sound:
        return
    start = step.leg.result.end if step.leg is not None and isinstance(step.leg.result, Route) else step.before.pose
    ways = step.branches or (Branch(state=step.arrived),)
    if step.before.stray_s == 0.0:  # else nobody knows where it stands
        here = Target(motion="at", pose=start)
        blocked = [_blocked(step, step.scope.loaded(way.state.load), way, start, here, "") for way in ways]
        stuck = [found if found is not None and found.code.startswith("START_") else None for found in blocked]
        if found := next(filter(None, stuck), None):
            yield _told(step, found, ways, stuck, "error" if all(stuck) else "warning")
            return
    for parameter, place in step.arguments.features.items():
        if isinstance(place, Place):
            kept_out = [_kept_out(step, way, start, parameter, place) for way in ways]
            if found := next(filter(None, kept_out), None):
                yield _told(step, found, ways, kept_out, "warning")


def _kept_out(step: Step, way: Branch, start: Pose, parameter: str, place: Place) -> Finding | None:
    """Why the load does not let the robot get to a place, in one outcome; None where it does, or where nothing else would."""
    scope, target = step.scope.loaded(way.state.load), Target(motion="at", feature=place)
    if scope.body == (scope.unladen or scope.body):
        return None
    found = _blocked(step, scope, way, start, target, parameter)
    if found is None or found.code.startswith("START_"):
        return None
    empty = route_to(scope.of(scope.unladen), start, target, way.state.optimistic_doors(), unknown=_SEEN_THEN)
    return found if isinstance(empty, Route) else None


def _blocked(step: Step, scope: Scope, way: Branch, start: Pose, target: Target, parameter: str) -> Finding | None:
    """The finding about a drive that the function would have to make, in one outcome."""
    result = route_to(scope, start, target, way.state.optimistic_doors(), unknown=_SEEN_THEN)
    if not isinstance(result, NoRoute):
        return None
    subject = target.name if target.feature is not None else ""
    leg = Leg(subject=subject, parameter=parameter, motion="at", start=start, result=result, target=target.point, goal=target)
    found = next(check_reach(changed(step, scope=scope, leg=leg)), None)
    load = sorted(way.state.load) if scope.unladen is not None else []
    return None if found is None else found.model_copy(update={"detail": {**found.detail, **({"load": load} if load else {})}})


def _told(step: Step, found: Finding, ways: tuple[Branch, ...], by_way: list[Finding | None], severity: str) -> Finding:
    """One finding for all outcomes, with those that bring it about where not all do."""
    outcomes = "" if all(by_way) else outcome_text(ways, [finding is not None for finding in by_way])
    detail = {**found.detail, **({"outcomes": outcomes} if outcomes else {})}
    return found.model_copy(update={"severity": severity, "detail": detail, "because_of": step.before.clouded_by})
