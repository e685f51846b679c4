"""Routes checked from outside (shapely), their absence checked exactly; what they cross, and what can be reached."""

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from route_worlds import BODY, DOOR, NEEDED, START, solid, two_rooms, zone

from benchmarks.exact_oracle import JOINED, PARTED, ExactSpace
from maps import (
    Body,
    Door,
    Goal,
    GridFrame,
    NoRoute,
    Pose,
    Route,
    World,
    clearance,
    find_route,
    goal_at,
    goal_pose,
    reachable,
    travel_distances,
)
from maps.crossings import doors_crossed, zones_touched


def check(route, world, needed=NEEDED, *, keepout=True):
    """What every route must be, by other means than those that made it."""
    line = shapely.LineString(route.points) if len(route.points) > 1 else shapely.Point(route.points[0])
    apart = line.distance(solid(world, keepout=keepout))
    assert apart >= needed - 1e-8
    assert route.clearance_m == pytest.approx(apart, abs=1e-8)
    assert line.distance(shapely.Point(route.clearance_at)) < 1e-8
    assert route.length_m == pytest.approx(line.length, abs=1e-9)
    assert route.length_m <= route.grid_length_m + 1e-9
    assert route.revision == world.revision


@given(
    arrays(np.int8, st.tuples(st.integers(8, 22), st.integers(8, 22)), elements=st.sampled_from([0] * 14 + [100, -1])),
    st.floats(0.04, 0.26),
    st.floats(-3.0, 3.0),
    st.data(),
)
@settings(max_examples=120, deadline=None)
def test_routes_are_clear_and_their_absence_is_true(cells, radius, yaw, data):
    height, width = cells.shape
    world = World.build("random", GridFrame(0.1, Pose(-1.0, 2.0, yaw), width, height), cells)
    body = Body(radius_m=radius, margin_m=0.0)
    free = clearance(world) >= radius
    assume(free.any())
    choices = np.argwhere(free)
    index = st.integers(0, len(choices) - 1)
    start_cell = choices[data.draw(index)]
    x, y = world.frame.centres([start_cell])[0].tolist()
    goal_cells = choices[[data.draw(index), data.draw(index)]]
    route = find_route(world, body, Pose(x, y), Goal(goal_cells, np.zeros(2)))
    middles = np.concatenate((start_cell[None], goal_cells))[:, ::-1] + 0.5
    known = ExactSpace(cells != 0, radius / 0.1).judge(np.repeat(middles[:1], 2, axis=0), middles[1:])
    if isinstance(route, Route):
        assert (known != PARTED).any()
    else:
        assert (known != JOINED).all()
    if isinstance(route, Route):
        check(route, world, radius)
        assert route.points[0] == pytest.approx((x, y))
        assert world.frame.cell(route.points[-1]) in {tuple(cell) for cell in goal_cells.tolist()}


@given(
    arrays(np.int8, (18, 18), elements=st.sampled_from([0] * 20 + [100])),
    st.floats(0.04, 0.2),
    st.tuples(st.floats(0.05, 1.75), st.floats(0.05, 1.75)),
    st.tuples(st.floats(0.05, 1.75), st.floats(0.05, 1.75)),
)
@settings(max_examples=120, deadline=None)
def test_routes_between_any_two_points_are_clear(cells, radius, start, goal):
    world = World.build("random", GridFrame(0.1, Pose(0.0, 0.0), 18, 18), cells)
    body = Body(radius_m=radius, margin_m=0.03)
    route = find_route(world, body, Pose(*start), goal_pose(world, Pose(*goal, 0.5)))
    obstacles = solid(world)
    at_start, at_goal = (shapely.Point(p).distance(obstacles) for p in (start, goal))
    if at_start < radius - 1e-6:
        assert isinstance(route, NoRoute) and route.code == "START_OCCUPIED"
    elif isinstance(route, Route) and math.dist(start, goal) > 1e-6:
        assert at_goal >= radius + 0.03 - 1e-8
        check(route, world, min(radius + 0.03, at_start))
        assert route.points[0] == pytest.approx(start) and route.points[-1] == pytest.approx(goal)
        assert route.goal_yaw == 0.5


def test_a_route_through_a_door_is_taut_and_names_it():
    world = two_rooms(doors=(DOOR,))
    route = find_route(world, BODY, START, goal_at(world, world.places["dock"], BODY))
    assert isinstance(route, Route)
    check(route, world)
    assert route.points[0] == pytest.approx(START.point)
    assert route.end == Pose(pytest.approx(7.613), pytest.approx(4.371), 1.25)
    assert route.doors == ("middle door",)
    assert len(route.points) <= 6
    assert route.length_m < 7.45


def test_standing_in_the_goal_is_being_there():
    world = two_rooms()
    route = find_route(world, BODY, START, goal_at(world, world.places["west"], BODY))
    assert isinstance(route, Route)
    assert (route.length_m, len(route.points)) == (0.0, 1)
    dock = world.places["dock"]
    assert dock.pose is not None
    again = find_route(world, BODY, dock.pose, goal_at(world, dock, BODY))
    assert isinstance(again, Route)
    assert (again.points, again.goal_yaw) == ((pytest.approx(dock.pose.point),), 1.25)


def test_a_start_within_its_margin_may_be_left():
    world = two_rooms()
    start = Pose(0.27, 2.5)
    route = find_route(world, BODY, start, goal_at(world, world.places["dock"], BODY))
    assert isinstance(route, Route)
    check(route, world, 0.27)
    assert route.clearance_m == pytest.approx(0.27)
    beyond = shapely.LineString(route.points[1:])
    assert beyond.distance(solid(world)) >= NEEDED - 1e-8


def test_a_start_in_a_keepout_may_be_left_by_the_shortest_way_and_never_entered_again():
    world = two_rooms(zones=(zone(0.0, 2.0, 0.0, 2.0, name="here"), zone(2.6, 3.2, 0.0, 4.0, name="there")))
    route = find_route(world, BODY, START, goal_at(world, world.places["dock"], BODY))
    assert isinstance(route, Route)
    check(route, world, keepout=False)
    line = shapely.LineString(route.points)
    there, here = (shapely.Polygon(world.zones[name].outline) for name in ("there", "here"))
    assert line.distance(there) >= NEEDED - 1e-8
    inside = line.intersection(here.buffer(NEEDED - 1e-3))
    assert inside.geom_type == "LineString" and inside.coords[0] == pytest.approx(START.point)
    assert route.zones[0] == "here"


def test_zones_are_touched_by_the_footprint_in_order():
    zones = (zone(6.0, 6.5, name="late", rule="slow", max_speed=0.3), zone(2.0, 2.5, name="early", rule="slow", max_speed=0.3),
             zone(1.5, 3.5, 4.0, 5.0, name="aside", rule="slow", max_speed=0.3))  # fmt: skip
    world = two_rooms(zones=zones)
    line = ((1.0, 1.0), (3.0, 1.0), (3.0, 2.5), (7.0, 2.5))
    assert zones_touched(world, line, 0.25) == ("early", "late")
    assert zones_touched(world, ((2.7, 1.0),), 0.25) == ("early",)
    assert zones_touched(world, ((2.76, 1.0),), 0.25) == ()
    assert zones_touched(world, ((3.0, 3.8),), 0.25) == ("aside",)


def test_doors_are_crossed_in_order():
    doors = (
        replace(DOOR, name="b"),
        Door(name="a", segment=((1.0, 0.0), (1.0, 2.0))),
        Door(name="c", segment=((0.0, 4.0), (8.0, 4.0))),
    )
    world = two_rooms(doors=doors)
    assert doors_crossed(world, ((0.5, 1.0), (2.0, 1.0), (4.0, 2.5), (5.0, 2.5))) == ("a", "b")
    assert doors_crossed(world, ((1.0, 1.0),)) == ()


def test_reachable_and_travel_distances_answer_for_many_goals():
    world = two_rooms(doors=(DOOR,))
    mask = reachable(world, BODY, START)
    lengths = travel_distances(world, BODY, START)
    assert (np.isfinite(lengths) == mask).all()
    route = find_route(world, BODY, START, goal_pose(world, Pose(*world.frame.centre(50, 120))))
    assert isinstance(route, Route)
    assert lengths[50, 120] == pytest.approx(route.grid_length_m)
    shut = reachable(world, BODY, START, doors={"middle door": "closed"})
    assert shut[20, 20] and not shut[20, 120]
    assert not reachable(world, BODY, Pose(-9.0, 0.0)).any()
    assert np.isinf(travel_distances(world, BODY, Pose(-9.0, 0.0))).all()


def test_the_same_question_is_answered_once():
    world = two_rooms()
    goal = goal_at(world, world.places["east"], BODY)
    assert find_route(world, BODY, START, goal) is find_route(world, BODY, START, goal)
    assert find_route(world, replace(BODY, margin_m=0.1), START, goal) is not find_route(world, BODY, START, goal)
