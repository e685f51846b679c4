"""Footprint routes: what a polygon body is told on a map, from the doorway it needs to be straight for to the load it carries."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from maps import Body, Door, GridFrame, NoRoute, Pose, Route, World, Zone, find_route, goal_pose, wrap_angle
from maps.blame import explain
from maps.route_request import RouteRequest

ORIGIN = Pose(0.0, 0.0)
CART = Body(footprint=((-0.5, -0.2), (0.5, -0.2), (0.5, 0.2), (-0.5, 0.2)), margin_m=0.03, tracking_m=0.03)


def two_rooms(door_m: float, *, origin: Pose = ORIGIN) -> World:
    """Two rooms of 2.4 x 3 m, 10 cm cells, with a doorway in the wall between, 20 cm thick."""
    blocked = np.zeros((30, 50), dtype=bool)
    blocked[:, 24:26] = True
    low = 15 - round(door_m * 5)
    blocked[low : low + round(door_m * 10), 24:26] = False
    return World.build("two rooms", GridFrame(0.1, origin, 50, 30), np.where(blocked, 100, 0).astype(np.int8))


@pytest.mark.parametrize("turn", [0.0, 0.4])
def test_a_cart_goes_lengthwise_through_a_doorway_that_its_outer_disc_cannot_pass(turn: float) -> None:
    world = two_rooms(0.6, origin=Pose(1.0, -2.0, turn))
    spots = [world.frame.to_map(0.8, 1.0), world.frame.to_map(4.2, 2.0)]
    start, goal = Pose(*spots[0], turn + 1.5), Pose(*spots[1], turn - 1.0)
    route = find_route(world, CART, start, goal_pose(world, goal))
    assert isinstance(route, Route)
    assert isinstance(find_route(world, CART.outer_disc, start, goal_pose(world, goal)), NoRoute)
    assert route.headings is not None and len(route.headings) == len(route.points)
    assert route.headings[0] == pytest.approx(wrap_angle(start.yaw)) and route.goal_yaw == pytest.approx(wrap_angle(goal.yaw))
    assert route.points[0] == pytest.approx(start.point) and route.points[-1] == pytest.approx(goal.point)
    assert route.keeps(CART) and route.body_clearance_m is not None
    for (a, b), (yaw, after) in zip(pairwise(route.points), pairwise(route.headings), strict=True):
        if math.dist(a, b) > 1e-9:
            along = math.atan2(b[1] - a[1], b[0] - a[0])
            assert abs(math.sin(along - yaw)) < 1e-6 and abs(wrap_angle(after - yaw)) < 1e-9
    assert Route.from_json(route.to_json()) == route


def test_why_the_disc_around_the_body_has_no_way_is_asked_once_and_only_for_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def counted(request: RouteRequest) -> NoRoute:
        asked.append(request.body.radius_m)
        return explain(request)

    monkeypatch.setattr("maps.blame.explain", counted)
    monkeypatch.setattr("maps.footprint.refusal.explain", counted)
    start, goal = Pose(0.8, 1.01, 1.5), Pose(4.2, 2.0, -1.0)
    assert isinstance(find_route(two_rooms(0.6), CART, start, goal_pose(two_rooms(0.6), goal)), Route)
    assert asked == []
    refused = find_route(two_rooms(0.4), CART, start, goal_pose(two_rooms(0.4), goal))
    assert isinstance(refused, NoRoute) and asked == [CART.outer_disc.radius_m]
    told = explain(RouteRequest(two_rooms(0.4), CART.outer_disc, start, goal_pose(two_rooms(0.4), goal)))
    assert (refused.code, refused.where, refused.available) == (told.code, told.where, told.available)


def test_room_for_any_heading_needs_no_headings() -> None:
    world = two_rooms(1.6)
    route = find_route(world, CART, Pose(0.8, 1.0, 1.5), goal_pose(world, Pose(4.2, 2.0, -1.0)))
    assert isinstance(route, Route) and route.headings is None and route.keeps(CART)


def test_a_doorway_too_narrow_in_every_heading_is_a_proof() -> None:
    world = two_rooms(0.4)
    route = find_route(world, CART, Pose(0.8, 1.0), goal_pose(world, Pose(4.2, 2.0)))
    assert isinstance(route, NoRoute) and route.code == "CLEARANCE"


def test_a_doorway_exactly_as_wide_as_the_body_is_passed_and_a_hair_less_is_not() -> None:
    world = two_rooms(0.4)
    start, goal = Pose(0.8, 1.0), goal_pose(world, Pose(4.2, 2.0))
    fits = replace(CART, margin_m=0.0)
    route = find_route(world, fits, start, goal)
    assert isinstance(route, Route) and route.keeps(fits) and route.headings is not None
    more = find_route(world, replace(CART, margin_m=1e-4), start, goal)
    assert isinstance(more, NoRoute) and more.code in ("CLEARANCE", "WITHIN_TOLERANCE")
    assert more.where is not None and abs(more.where[0] - 2.5) < 0.8


@pytest.mark.parametrize(
    "ring",
    [
        ((-0.4, -0.25), (0.4, -0.25), (0.4, 0.25), (-0.4, 0.25)),
        ((-0.2, -0.25), (0.6, -0.25), (0.6, 0.25), (-0.2, 0.25)),  # it turns about a point at its rear
        ((-0.4, -0.15), (0.4, -0.15), (0.4, 0.35), (-0.4, 0.35)),  # ... to its right
        ((-0.4, -0.25), (0.3, -0.25), (0.5, 0.0), (0.3, 0.25), (-0.4, 0.25)),
    ],
)
@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_a_centimetre_decides_on_a_grid_of_centimetres(ring: tuple[tuple[float, float], ...], turn: float) -> None:
    body = Body(footprint=ring, margin_m=0.05, tracking_m=0.05)
    for gap, fits in ((59, False), (60, True), (61, True)):
        blocked = np.zeros((200, 400), dtype=bool)
        blocked[:, 195:205] = True
        blocked[70 : 70 + gap, 195:205] = False
        frame = GridFrame(0.01, Pose(3.0, -1.0, turn), 400, 200)
        world = World.build("two halls", frame, np.where(blocked, 100, 0).astype(np.int8))
        start, goal = Pose(*frame.to_map(1.0, 1.0), turn + 2.0), Pose(*frame.to_map(3.0, 1.0), turn - 1.0)
        route = find_route(world, body, start, goal_pose(world, goal))
        assert isinstance(route, Route) == fits, gap
        if isinstance(route, Route):
            assert route.keeps(body) and route.goal_yaw == pytest.approx(wrap_angle(goal.yaw))
        else:
            assert (route.code, route.available, route.needed) == ("CLEARANCE", pytest.approx(0.295), pytest.approx(0.30))


def test_a_door_and_a_keepout_one_behind_the_other_are_both_told() -> None:
    world = two_rooms(1.6)
    door = Door(name="gate", segment=((2.5, 0.5), (2.5, 2.5)), state="closed")
    band = Zone(name="band", rule="keepout", outline=((3.2, 0.0), (3.6, 0.0), (3.6, 3.0), (3.2, 3.0)))
    world = World.build("two rooms", world.frame, world.cells, doors=[door], zones=[band])
    found = find_route(world, CART, Pose(0.8, 1.0), goal_pose(world, Pose(4.3, 1.5, 1.5)))
    assert isinstance(found, NoRoute)
    assert (found.code, found.subjects) == ("DOOR_CLOSED", ("gate", "band"))


def test_a_body_that_overlaps_a_wall_is_told_so_and_one_within_its_margin_may_leave() -> None:
    world = two_rooms(0.6)
    occupied = find_route(world, CART, Pose(0.4, 1.0), goal_pose(world, Pose(1.2, 1.0)))
    assert isinstance(occupied, NoRoute) and occupied.code == "START_OCCUPIED"
    cramped = find_route(world, CART, Pose(0.51, 1.0), goal_pose(world, Pose(1.4, 1.5)))
    assert isinstance(cramped, Route) and cramped.headings is not None
    assert cramped.points[1][0] > 0.53 and cramped.points[1][1] == pytest.approx(1.0)
    off = find_route(world, CART, Pose(-1.0, 1.0), goal_pose(world, Pose(1.4, 1.5)))
    assert isinstance(off, NoRoute) and off.code == "START_OUTSIDE_MAP"


def test_a_goal_with_no_room_for_its_heading_is_refused() -> None:
    world = two_rooms(0.6)
    for yaw, fits in ((math.pi / 2, True), (0.0, False)):
        found = find_route(world, CART, Pose(1.2, 1.5), goal_pose(world, Pose(2.1, 1.9, yaw)))
        assert isinstance(found, Route) == fits
        if isinstance(found, NoRoute):
            assert found.code == "GOAL_OCCUPIED"


def test_a_cart_in_a_keepout_may_leave_it_and_enters_no_other() -> None:
    def zone(name: str, low: float, high: float) -> Zone:
        return Zone(name=name, rule="keepout", outline=((low, 0.0), (high, 0.0), (high, 3.0), (low, 3.0)))

    cells = np.zeros((30, 60), dtype=np.int8)
    world = World.build("hall", GridFrame(0.1, ORIGIN, 60, 30), cells, zones=[zone("here", 2.05, 2.65), zone("ahead", 3.25, 3.28)])
    start = Pose(2.6, 1.5)
    away = find_route(world, CART, start, goal_pose(world, Pose(1.0, 1.5)))
    assert isinstance(away, Route) and min(x for x, _ in away.points) == pytest.approx(1.0) and max(x for x, _ in away.points) < 2.7
    beyond = find_route(world, CART, start, goal_pose(world, Pose(4.8, 1.5)))
    assert isinstance(beyond, NoRoute) and beyond.code == "KEEPOUT"
