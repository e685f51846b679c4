"""Driving: a verified route as the follower will drive it; found once, for the times and for the rules."""

from typing import TYPE_CHECKING

from maps import Body, Pose, Route, World
from verifier.memory import Memory

if TYPE_CHECKING:
    from policies.follow import FollowPlan
    from policies.smooth import SpeedLimit

__all__ = ["driven", "limit_of", "route_key", "start_of"]

_LIMITS: "Memory[SpeedLimit | None]" = Memory(8)
_DRIVEN: "Memory[FollowPlan]" = Memory(64)


def driven(world: World, body: Body, route: Route) -> "FollowPlan":
    """A route made drivable, from rest at its start; a disc's heading there does not matter."""
    from policies.follow import follow_plan

    limit = limit_of(world, body)
    key = (world.speed_key, *route_key(body, route))
    return _DRIVEN.recall(key, lambda: follow_plan(route, start_of(route), body, speed_limit=limit))


def limit_of(world: World, body: Body) -> "SpeedLimit | None":
    """What limits the speed of a body on a map; None where nothing does."""
    from policies.follow import speed_limit_of

    return _LIMITS.recall((world.speed_key, body), lambda: speed_limit_of(world, body))


def start_of(route: Route) -> Pose:
    """Where a route starts, in the heading that it prescribes if it does."""
    return Pose(*route.start, 0.0 if route.headings is None else route.headings[0])


def route_key(body: Body, route: Route) -> tuple[object, ...]:
    """Everything but the map that a drive along a route depends on."""
    return (route.points, route.headings, route.goal_yaw, body)
