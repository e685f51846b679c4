"""Turning: how near a polygon body comes to obstacles, move by move, for its certificates."""

from itertools import pairwise

from maps import Body, Route, World
from maps.clearance import Layers
from maps.footprint.obstacles import rectangles
from maps.footprint.route import shape_of
from maps.footprint.sweep import Sweeper

__all__ = ["standing_room", "turning_rooms"]


def standing_room(world: World, body: Body, pose: tuple[float, float, float], here: Layers) -> float:
    """Distance of the standing body from the nearest obstacle, cells; 0 where it overlaps one."""
    x, y = world.frame.local([pose[:2]])[0].tolist()
    return max(0.0, _sweeper(world, body, here, exact=True).at(x, y, pose[2] - world.frame.origin.yaw))


def turning_rooms(world: World, body: Body, route: Route, here: Layers) -> list[float]:
    """A lower bound of the body's distance from obstacles for every move of a route with headings, cells."""
    sweeper, turned = _sweeper(world, body, here), world.frame.origin.yaw
    stops = [(*at, yaw - turned) for at, yaw in zip(world.frame.local(route.points).tolist(), route.headings or (), strict=True)]
    most = sweeper.shape.margin + sweeper.shape.outer
    if len(stops) == 1:
        return [min(sweeper.at(*stops[0]), most)]
    rooms = []
    for (ax, ay, before), (bx, by, after) in pairwise(stops):
        turn = abs(ax - bx) + abs(ay - by) < 1e-9
        rooms.append(min(sweeper.turn(ax, ay, before, after) if turn else sweeper.straight(ax, ay, bx, by, before), most))
    return rooms


def _sweeper(world: World, body: Body, here: Layers, *, exact: bool = False) -> Sweeper:
    shape = shape_of(body, world.frame.resolution)
    return Sweeper(shape, rectangles(here.blocked), enough=float(sum(here.blocked.shape)) if exact else shape.margin + shape.outer)
