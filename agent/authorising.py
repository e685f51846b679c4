"""Authorising: whether a route that a skill has found by itself may be driven, by the body with what it carries now."""

from maps import Body, RobotState, Route, World
from skills.laden import laden

__all__ = ["may_drive"]


def may_drive(route: Route, world: World, body: Body, state: RobotState) -> bool:
    """Whether a route was found on the world as it is and leaves room for the laden body.

    Args:
        route: The route. One with headings was certified for an outline that it does not name.
        world: What is known now.
        body: The empty body.
        state: What is carried, and which doors are seen open.

    Returns:
        Whether its clearance is enough. Where a load changes the outline, a route with headings is measured anew for it.
    """
    if route.revision != world.revision:
        return False
    whole = laden(body, state.carrying, world)
    if whole == body:
        return route.keeps(body)
    if route.clearance_m >= whole.needed_clearance_m - 1e-9:
        return True
    return route.headings is not None and bool(whole.footprint) and _sweeps_clear(route, world, whole, state)


def _sweeps_clear(route: Route, world: World, body: Body, state: RobotState) -> bool:
    from maps.clearance import layers
    from verifier.turning import turning_rooms

    rooms = turning_rooms(world, body, route, layers(world, doors=state.doors))
    return min(rooms, default=0.0) * world.frame.resolution >= body.margin_m - 1e-9
