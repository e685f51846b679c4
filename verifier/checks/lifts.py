"""Lifts: a ride is from a cabin to another cabin of the same lift, and the body fits in both with the doors shut."""

from collections.abc import Iterator

from maps.compass import in_words
from verifier.finding import Finding
from verifier.riding import Ride, cabin_pose, cabin_room, ride_of
from verifier.step import Step

__all__ = ["check_lifts"]


def check_lifts(step: Step) -> Iterator[Finding]:
    """Find a ride that no lift makes, or a cabin that is too small.

    Args:
        step: The step.

    Yields:
        At most one BAD_ARGUMENT whose ``detail`` lists the cabins that would do, or one GOAL_OCCUPIED with the room in the cabin.
    """
    ride = ride_of(step.scope.world, step.skill, step.arguments)
    if ride is None:
        return
    if ride.lift is None:
        yield _no_such_ride(step, ride)
        return
    needed = step.scope.body.needed_clearance_m
    for cabin in (ride.here, ride.there):
        room = cabin_room(step.scope, cabin)
        if room < needed - 1e-9:
            where = cabin_pose(cabin).point
            yield Finding(
                code="GOAL_OCCUPIED",
                step=step.number,
                subject=cabin.name,
                needed=needed,
                available=room,
                unit="m",
                where=where,
                refuted=True,
                detail={"where_words": in_words(step.scope.world, where), "cabin": True},
            )
            return


def _no_such_ride(step: Step, ride: Ride) -> Finding:
    """The parameter that is wrong, and what it could be instead."""
    building = step.scope.world.building
    lift = None if building is None else building.lift_of(ride.here.name)
    if building is None or not building.lifts:
        return _bad(step, ride.parameters[0], "this map has no lifts", ())
    if lift is None:
        known = tuple(cabin for other in building.lifts for cabin in other.cabins)
        return _bad(step, ride.parameters[0], f"{ride.here.name!r} is no lift's cabin; cabins on this map: {_listed(known)}", known)
    others = tuple(cabin for cabin in lift.cabins if cabin != ride.here.name)
    return _bad(
        step, ride.parameters[1], f"lift {lift.name!r} does not go to {ride.there.name!r}; it goes to {_listed(others)}", others
    )


def _bad(step: Step, parameter: str, reason: str, instead: tuple[str, ...]) -> Finding:
    detail = {"reason": reason, "parameter": parameter, "instead": list(instead)}
    return Finding(code="BAD_ARGUMENT", step=step.number, subject=parameter, refuted=True, detail=detail)


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return (", ".join(map(repr, names[:4])) or "no other level") + more
