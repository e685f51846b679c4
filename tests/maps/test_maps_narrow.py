"""Routes through doorways between cell centres: found, spliced with the grid, clear; refused below the tolerance."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.exact_oracle import JOINED, OPEN, PARTED, ExactSpace, obstacles
from benchmarks.tight_maps import tight_map
from maps import Body, Door, GridFrame, NoRoute, Place, Pose, Route, World, can_reach, find_route, goal_at, goal_pose

EAST = Place(name="east", outline=((2.2, 0.0), (4.2, 0.0), (4.2, 3.0), (2.2, 3.0)))


def two_rooms(gap, **features):
    """Rooms of 2 m x 3 m at 10 cm, a wall of two cells between them, a doorway so many cells wide from y = 1 m."""
    cells = np.zeros((30, 42), np.int8)
    cells[:, 20:22] = 100
    cells[10 : 10 + gap, 20:22] = 0
    return World.build("rooms", GridFrame(0.1, Pose(0.0, 0.0), 42, 30), cells, places=(EAST,), **features)


def disc(radius):
    return Body(radius_m=radius, margin_m=0.0)


START = Pose(0.53, 1.27)


def test_a_doorway_exactly_as_wide_as_the_robot_is_driven_through_its_middle():
    world = two_rooms(6)
    route = find_route(world, disc(0.3), START, goal_pose(world, Pose(3.52, 0.77, 1.0)))
    assert isinstance(route, Route)
    assert route.clearance_m == pytest.approx(0.3, abs=1e-9)
    line = shapely.LineString(route.points)
    assert shapely.LineString(np.array(route.points) / 0.1).distance(obstacles(world.cells != 0)) >= 3 - 1e-8
    assert line.distance(shapely.Point(2.1, 1.3)) < 1e-9
    assert (route.points[0], route.points[-1]) == (pytest.approx(START.point), pytest.approx((3.52, 0.77)))
    assert route.length_m <= route.grid_length_m < 1.2 * route.length_m
    assert len(route.points) <= 8


def test_a_place_behind_such_a_doorway_is_reached_and_known_to_be():
    world = two_rooms(6)
    goal = goal_at(world, EAST, disc(0.3))
    route = find_route(world, disc(0.3), START, goal)
    assert isinstance(route, Route)
    assert world.frame.cell(route.points[-1]) in {tuple(cell) for cell in goal.cells.tolist()}
    assert can_reach(world, disc(0.3), START, goal)
    assert can_reach(world, disc(0.3), START, goal_pose(world, Pose(3.52, 0.77)))
    assert not can_reach(world, disc(0.3001), START, goal)
    assert not can_reach(world, disc(0.3), START, goal_pose(world, Pose(3.52, 0.1)))
    assert not can_reach(world, disc(0.3), START, goal_pose(world, Pose(math.nan, 0.1)))
    assert not can_reach(world, disc(0.3), Pose(2.05, 0.5), goal)


def test_a_hair_too_narrow_is_within_tolerance_and_more_is_a_matter_of_clearance():
    world = two_rooms(6)
    goal = goal_at(world, EAST, disc(0.3))
    near = find_route(world, disc(0.3 + 5e-8), START, goal)
    assert isinstance(near, NoRoute)
    assert (near.code, near.available, near.needed) == ("WITHIN_TOLERANCE", pytest.approx(0.3), 0.3 + 5e-8)
    assert near.where == (pytest.approx(2.1, abs=0.11), pytest.approx(1.3))
    far = find_route(world, disc(0.301), START, goal)
    assert isinstance(far, NoRoute) and far.code == "CLEARANCE"


def test_a_start_between_the_centres_is_left_through_the_gap():
    """A corridor that holds no clear cell centre: start and goal are in it, then in the rooms at its ends."""
    cells = np.full((30, 40), 100, np.int8)
    cells[12:18, 10:30] = 0
    cells[5:25, 2:10] = cells[5:25, 30:38] = 0
    world = World.build("corridor", GridFrame(0.1, Pose(0.0, 0.0), 40, 30), cells)
    for start, goal in (((1.52, 1.5), (2.49, 1.5)), ((1.52, 1.5), (3.4, 2.0)), ((0.6, 1.0), (2.49, 1.5)), ((0.6, 1.0), (3.4, 2.0))):
        route = find_route(world, disc(0.3), Pose(*start), goal_pose(world, Pose(*goal)))
        assert isinstance(route, Route), (start, goal)
        assert shapely.LineString(np.array(route.points) / 0.1).distance(obstacles(cells != 0)) >= 3 - 1e-8


def test_a_closed_door_in_a_narrow_doorway_still_blocks():
    door = Door(name="door", segment=((2.1, 1.0), (2.1, 1.6)), state="closed")
    world = two_rooms(6, doors=(door,))
    goal = goal_at(world, EAST, disc(0.3))
    assert isinstance(find_route(world, disc(0.3), START, goal), NoRoute)
    assert isinstance(find_route(world, disc(0.3), START, goal, doors={"door": "open"}), Route)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_routes_agree_with_exact_polygons_on_tight_maps(seed):
    draw = np.random.default_rng(seed)
    _, blocked, radius = tight_map(draw)
    space = ExactSpace(blocked, radius)
    points = draw.uniform(0, blocked.shape[0], (200, 2))
    points = points[space.clearance(points) >= radius + 1e-6][:4]
    if len(points) < 2:
        return
    world = World.build("tight", GridFrame(1.0, Pose(0.0, 0.0), *blocked.shape[::-1]), np.where(blocked, 100, 0).astype(np.int8))
    for start, goal in zip(points[0::2], points[1::2], strict=False):
        truth = space.judge(start[None], goal[None])[0]
        route = find_route(world, disc(radius), Pose(*start.tolist()), goal_pose(world, Pose(*goal.tolist())))
        if isinstance(route, Route):
            assert truth != PARTED
            assert shapely.LineString(route.points).distance(space.solid) >= radius - 1e-8
            assert math.dist(route.points[0], start) < 1e-6 > math.dist(route.points[-1], goal)
        else:
            assert truth != JOINED
            assert truth == OPEN or route.code != "WITHIN_TOLERANCE"


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_ends_that_are_not_finite_are_outside_the_map(bad):
    world = two_rooms(6)
    goal = goal_pose(world, Pose(bad, 1.0))
    found = find_route(world, disc(0.3), START, goal)
    assert isinstance(found, NoRoute) and found.code == "GOAL_OUTSIDE_MAP"
    found = find_route(world, disc(0.3), Pose(1.0, bad), goal_at(world, EAST, disc(0.3)))
    assert isinstance(found, NoRoute) and found.code == "START_OUTSIDE_MAP"


def test_a_closed_door_in_a_doorway_exactly_as_wide_is_to_blame_not_the_width():
    door = Door(name="door", segment=((2.1, 1.0), (2.1, 1.6)), state="closed")
    found = find_route(two_rooms(6, doors=(door,)), disc(0.3), START, goal_at(two_rooms(6), EAST, disc(0.3)))
    assert isinstance(found, NoRoute)
    assert (found.code, found.subjects, found.where) == ("DOOR_CLOSED", ("door",), (pytest.approx(2.1), pytest.approx(1.3)))
