"""Why there is no route: the layer, door, zone or width that is to blame, with numbers checked from outside (shapely)."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from route_worlds import BODY, DOOR, NEEDED, START, solid, two_rooms, zone

from maps import Body, Door, Goal, GridFrame, NoRoute, Pose, Route, World, find_route, goal_at, goal_pose


def test_a_closed_door_is_to_blame():
    world = two_rooms(doors=(replace(DOOR, state="closed"), Door(name="other", segment=((1.0, 4.0), (2.0, 4.0)), state="locked")))
    found = find_route(world, BODY, START, goal_at(world, world.places["east"], BODY))
    assert isinstance(found, NoRoute)
    assert (found.code, found.subjects, found.where) == ("DOOR_CLOSED", ("middle door",), (4.05, 2.5))
    assert found.nearest is not None and found.nearest.x < 4.05 - NEEDED
    opened = find_route(world, BODY, START, goal_at(world, world.places["east"], BODY), doors={"middle door": "open"})
    assert isinstance(opened, Route) and opened.doors == ("middle door",)


@pytest.mark.parametrize("state", ["closed", "locked"])
def test_a_robot_in_a_doorway_that_is_said_to_be_shut_goes_to_neither_side(state):
    world = two_rooms(doors=[replace(DOOR, state=state)])
    inside = Pose(4.05, 2.5, 0.0)
    for place in ("west", "east"):
        found = find_route(world, BODY, inside, goal_at(world, world.places[place], BODY))
        assert isinstance(found, NoRoute) and found.code == "DOOR_CLOSED" and found.subjects == ("middle door",)
    east = goal_at(world, world.places["east"], BODY)
    assert isinstance(find_route(world, BODY, inside, east, doors={"middle door": "open"}), Route)


def test_a_narrow_doorway_is_to_blame_with_numbers():
    world = two_rooms(gap=(45, 55), doors=(replace(DOOR, segment=((4.05, 2.25), (4.05, 2.75))),))
    found = find_route(world, BODY, START, goal_at(world, world.places["east"], BODY))
    assert isinstance(found, NoRoute)
    assert (found.code, found.needed, found.subjects) == ("CLEARANCE", NEEDED, ("middle door",))
    assert found.available == pytest.approx(0.25)
    assert found.where is not None and found.where[0] == pytest.approx(4.05, abs=0.06)


@given(
    arrays(np.int8, (18, 18), elements=st.sampled_from([0] * 9 + [100])),
    st.tuples(st.floats(0.05, 1.75), st.floats(0.05, 1.75)),
    st.tuples(st.floats(0.05, 1.75), st.floats(0.05, 1.75)),
)
@settings(max_examples=150, deadline=None)
def test_what_is_too_narrow_is_measured_exactly_and_where_it_is(cells, start, goal):
    """A body of that very clearance gets through where the wide one did not; the place has that clearance and no more."""
    world = World.build("random", GridFrame(0.1, Pose(0.0, 0.0), 18, 18), cells)
    found = find_route(world, Body(radius_m=0.01, margin_m=0.34), Pose(*start), goal_pose(world, Pose(*goal)))
    if not isinstance(found, NoRoute) or found.code != "CLEARANCE":
        return
    assert found.where is not None and 0.0 < found.available < found.needed
    assert shapely.Point(found.where).distance(solid(world)) == pytest.approx(found.available, abs=1e-9)
    assume(found.available > 0.02)
    thinner = Body(radius_m=0.01, margin_m=found.available - 0.01 - 1e-6)
    assert isinstance(find_route(world, thinner, Pose(*start), goal_pose(world, Pose(*goal))), Route)


def test_a_keepout_is_to_blame():
    world = two_rooms(zones=(zone(3.0, 3.5, name="wet floor"), zone(0.0, 0.2, name="elsewhere")))
    found = find_route(world, BODY, START, goal_at(world, world.places["east"], BODY))
    assert isinstance(found, NoRoute)
    assert (found.code, found.subjects) == ("KEEPOUT", ("wet floor",))


def test_unknown_space_is_to_blame():
    cells = two_rooms().cells.copy()
    cells[:, 60:70] = -1
    world = World.build("unknown", two_rooms().frame, cells, places=two_rooms().places.values())
    goal = goal_at(world, world.places["east"], BODY)
    found = find_route(world, BODY, START, goal)
    assert isinstance(found, NoRoute) and found.code == "UNKNOWN_SPACE"
    assert isinstance(find_route(world, BODY, START, goal, unknown="allowed"), Route)


def test_a_door_and_a_keepout_together_are_both_named():
    world = two_rooms(doors=(replace(DOOR, state="locked"),), zones=(zone(3.0, 3.3, name="spill"),))
    found = find_route(world, BODY, START, goal_at(world, world.places["east"], BODY))
    assert isinstance(found, NoRoute)
    assert (found.code, found.subjects) == ("DOOR_CLOSED", ("middle door", "spill"))


def test_walls_alone_leave_no_valid_path():
    world = two_rooms(gap=(0, 0))
    found = find_route(world, BODY, START, goal_at(world, world.places["east"], BODY))
    assert isinstance(found, NoRoute)
    assert found.code == "NO_VALID_PATH"
    assert found.nearest is not None and 3.6 < found.nearest.x < 3.7


def test_impossible_starts_and_goals_have_their_codes():
    world = two_rooms()
    goal = goal_at(world, world.places["east"], BODY)

    def code(start, goal):
        found = find_route(world, BODY, start, goal)
        assert isinstance(found, NoRoute)
        return found.code

    assert code(Pose(-1.0, 1.0), goal) == "START_OUTSIDE_MAP"
    assert code(Pose(4.05, 0.5), goal) == "START_OCCUPIED"
    assert code(Pose(0.2, 1.0), goal) == "START_OCCUPIED"
    assert code(START, goal_pose(world, Pose(99.0, 1.0))) == "GOAL_OUTSIDE_MAP"
    assert code(START, goal_pose(world, Pose(4.05, 0.5))) == "GOAL_OCCUPIED"
    assert code(START, goal_pose(world, Pose(0.3, 3.0))) == "CLEARANCE"
    assert code(START, Goal(np.empty((0, 2), int), np.empty(0))) == "GOAL_OCCUPIED"
