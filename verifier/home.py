"""Home: the way back to a dock from where a step ends, so that no plan strands the robot.

An exact route is found from the first pose; after that the way back along the verified legs bounds it from above, and an
exact route is found again only where that bound no longer fits the battery.
"""

from collections.abc import Mapping
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from maps import DoorState, NoRoute, Place, Pose, Route, distance
from verifier.budget import drive_energy, drive_time
from verifier.driving import route_key
from verifier.memory import Memory
from verifier.riding import cabin_pose
from verifier.routes import Target, route_to
from verifier.step import Home, Scope, Situation, Step
from verifier.verdict import Interval

if TYPE_CHECKING:
    from maps.building import Building

__all__ = ["docks", "find_home", "no_way_home", "retrace", "reversed_route", "way_back_wh"]


_BACK: Memory[Interval] = Memory(4096)
"""Times to drive routes back to their start by everything that they depend on."""


def docks(scope: Scope) -> tuple[Place, ...]:
    """The places on this map where the robot can charge, in file order."""
    return scope.world.docks


def find_home(scope: Scope, start: Pose, doors: Mapping[str, DoorState]) -> Home | None:
    """The shortest verified way from a pose to a dock.

    Args:
        scope: World, body and how unknown space counts.
        start: Where the robot is.
        doors: States of doors by then, by name.

    Returns:
        The nearest dock by route with length and time, on the same level if there is one, else the one that is reached soonest by
        lift; None where no dock can be reached.
    """
    found = _on_level(scope, start, doors)
    return found if found is not None or scope.world.building is None else _by_lift(scope, scope.world.building, start, doors)


def _by_lift(scope: Scope, building: "Building", start: Pose, doors: Mapping[str, DoorState]) -> Home | None:
    """The way to a dock on another level: legs to cabins and rides, by the time that they take at most (Dijkstra)."""
    waiting: list[tuple[float, float, float, str]] = [(0.0, 0.0, 0.0, "")]
    best: Home | None = None
    seen: set[str] = set()
    while waiting:
        high, low, length, cabin = heappop(waiting)
        if cabin in seen or (best is not None and high >= best.time_s[1]):
            continue
        seen.add(cabin)
        pose = cabin_pose(scope.world.places[cabin]) if cabin else start
        home = _on_level(scope, pose, doors) if cabin else None
        if home is not None and (best is None or high + home.time_s[1] < best.time_s[1]):
            best = Home(dock=home.dock, length_m=length + home.length_m, time_s=(low + home.time_s[0], high + home.time_s[1]))
        level = building.level_at(pose.point)
        for lift, here, there, _ in () if level is None else building.rides(level.name):
            if there in seen or here not in scope.world.places or there not in scope.world.places:
                continue
            route = route_to(scope, pose, Target(motion="at", feature=scope.world.places[here]), doors)
            if isinstance(route, Route):
                took = drive_time(scope, route)
                ends = (high + took[1] + lift.ride_s[1], low + took[0] + lift.ride_s[0], length + route.length_m, there)
                heappush(waiting, ends)
    return best


def _on_level(scope: Scope, start: Pose, doors: Mapping[str, DoorState]) -> Home | None:
    """The nearest dock that is driven to."""
    best: tuple[Route, Place] | None = None
    for dock in sorted(docks(scope), key=lambda place: distance(place.centre, start.point)):
        if best is not None and distance(dock.centre, start.point) >= best[0].length_m:
            break
        route = route_to(scope, start, Target(motion="at", feature=dock), doors)
        if isinstance(route, Route) and (best is None or route.length_m < best[0].length_m):
            best = (route, dock)
    if best is None:
        return None
    return Home(dock=best[1].name, length_m=best[0].length_m, time_s=drive_time(scope, best[0]))


def retrace(scope: Scope, home: Home, route: Route) -> Home:
    """A way back after driving a route: back along it, then as before; longer than the shortest, and known to be free."""
    speeds = scope.map.speed_key
    low, high = _BACK.recall_of(
        (route, scope.body, speeds),
        lambda: (speeds, *route_key(scope.body, route)),
        lambda: drive_time(scope, reversed_route(route)),
    )
    return Home(
        dock=home.dock,
        length_m=home.length_m + route.length_m,
        time_s=(home.time_s[0] + low, home.time_s[1] + high),
    )


def way_back_wh(step: Step, home: Home) -> float:
    """The most energy that the way back from where a step ends takes, Wh.

    After a function that drives by itself the robot first comes back to where that began.
    """
    return drive_energy(step.scope.body, (0.0, step.cost.stray_s + home.time_s[1]))[1]


def reversed_route(route: Route) -> Route:
    """The same polyline driven backwards (the robot turns round first)."""
    return Route(
        points=route.points[::-1],
        length_m=route.length_m,
        grid_length_m=route.grid_length_m,
        clearance_m=route.clearance_m,
        clearance_at=route.clearance_at,
        doors=route.doors[::-1],
        zones=route.zones[::-1],
        revision=route.revision,
    )


def no_way_home(scope: Scope, situation: Situation) -> bool:
    """Whether there are docks, the robot stands where it fits, and still no way leads to any of them."""
    found = docks(scope)
    if not found:
        return False
    if scope.world.building is not None and find_home(scope, situation.pose, situation.state.doors) is not None:
        return False
    route = route_to(scope, situation.pose, Target(motion="at", feature=found[0]), situation.state.doors)
    return isinstance(route, NoRoute) and not route.code.startswith("START_")
