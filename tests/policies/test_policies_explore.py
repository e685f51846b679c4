import numpy as np

from maps import Body, Door, GridFrame, Pose, Route, World, clearance, distance, find_route, goal_pose
from policies.explore import edge_towards, frontiers

FRAME = GridFrame(0.1, Pose(0, 0), 200, 100)
BODY = Body()


def world(*, seen: float = 12.0, **features: object) -> World:
    """A hall of 20 x 10 m of which the left part is known."""
    grid = np.zeros(FRAME.shape, np.int8)
    grid[0] = grid[-1] = 100
    grid[:, 0] = grid[:, -1] = 100
    grid[:, round(seen * 10) :] = -1
    return World.build("hall", FRAME, grid, **features)


def test_the_edge_of_the_known_is_found_with_a_goal_that_can_be_reached() -> None:
    known = world()
    [frontier] = frontiers(known, BODY, Pose(3, 5, 0))
    assert abs(frontier.size_m - 9.8) < 0.2
    assert distance(frontier.at, (11.95, 5.0)) < 0.2
    assert 7.0 < frontier.distance_m < 10.0
    assert frontier.goal.face == frontier.at
    room = clearance(known)
    assert all(room[row, column] >= BODY.needed_clearance_m - 1e-9 for row, column in frontier.goal.cells)
    assert all(known.cells[row, column] == 0 for row, column in frontier.goal.cells)
    route = find_route(known, BODY, Pose(3, 5, 0), frontier.goal)
    assert isinstance(route, Route)
    assert distance(route.points[-1], frontier.at) < 1.0


def test_nothing_is_left_when_all_is_known_or_out_of_reach() -> None:
    assert frontiers(world(seen=20.0), BODY, Pose(3, 5, 0)) == ()
    walled = np.array(world().cells)
    walled[:, 60] = 100
    assert frontiers(World.build("walled", FRAME, walled), BODY, Pose(3, 5, 0)) == ()


def test_a_region_limits_what_counts() -> None:
    known = world()
    upper = ((10.0, 6.0), (20.0, 6.0), (20.0, 10.0), (10.0, 10.0))
    [frontier] = frontiers(known, BODY, Pose(3, 5, 0), region=upper)
    assert frontier.at[1] >= 5.9 and frontier.size_m < 5.0
    assert frontiers(known, BODY, Pose(3, 5, 0), region=((1.0, 1.0), (5.0, 1.0), (5.0, 5.0))) == ()


def test_the_nearer_of_two_like_frontiers_comes_first_and_small_ones_are_dropped() -> None:
    grid = np.array(world(seen=20.0).cells)
    grid[98, 20:40] = grid[99, 20:40] = -1
    grid[98, 150:170] = grid[99, 150:170] = -1
    grid[1, 100] = grid[0, 100] = -1
    both = frontiers(World.build("two", FRAME, grid), BODY, Pose(3, 5, 0))
    assert [round(frontier.at[0]) for frontier in both] == [3, 16]
    best, *_ = frontiers(World.build("two", FRAME, grid), BODY, Pose(16, 5, 0))
    assert best.at[0] > 14


def test_shut_doors_hide_frontiers_behind_them() -> None:
    grid = np.array(world().cells)
    grid[:40, 60] = grid[60:, 60] = 100
    gate = Door(name="gate", segment=((6.05, 4.0), (6.05, 6.0)), state="open")
    known = World.build("gated", FRAME, grid, doors=[gate])
    assert len(frontiers(known, BODY, Pose(3, 5, 0))) == 1
    assert frontiers(known, BODY, Pose(3, 5, 0), doors={"gate": "closed"}) == ()


def test_an_edge_around_a_room_is_seen_through_its_door_wherever_its_middle_lies() -> None:
    grid = np.zeros(FRAME.shape, np.int8)
    grid[40:96, 30] = grid[40:96, 150] = grid[40, 30:151] = grid[95, 30:151] = 100
    grid[41:95, 31:150] = -1
    grid[41:44, 31:150] = grid[92:95, 31:150] = grid[41:95, 31:34] = grid[41:95, 147:150] = 0
    for left in (34, 60, 90, 130):
        entered = grid.copy()
        entered[40, left : left + 14] = 0
        shed = World.build("shed", FRAME, entered)
        [frontier] = frontiers(shed, BODY, Pose(1, 1, 0), region=((3.0, 4.0), (15.1, 4.0), (15.1, 9.6), (3.0, 9.6)))
        assert abs(frontier.at[0] - left / 10 - 0.7) < 1.5 and frontier.at[1] < 4.6
        assert isinstance(find_route(shed, BODY, Pose(1, 1, 0), frontier.goal), Route)


def test_the_way_to_a_place_in_the_middle_of_the_unknown_leaves_the_known_at_an_edge() -> None:
    known = world()
    far = goal_pose(known, Pose(18.0, 8.0, 0.0))
    edge = edge_towards(known, BODY, Pose(3, 5, 0), far)
    assert edge is not None and abs(edge.at[0] - 12.0) < 0.3 and 5.5 < edge.at[1] < 8.5
    assert isinstance(find_route(known, BODY, Pose(3, 5, 0), edge.goal), Route)
    assert edge_towards(known, BODY, Pose(3, 5, 0), goal_pose(known, Pose(9.0, 8.0, 0.0))) is None
    walled = np.array(known.cells)
    walled[:, 100] = 100
    assert edge_towards(World.build("walled", FRAME, walled), BODY, Pose(3, 5, 0), far) is None
