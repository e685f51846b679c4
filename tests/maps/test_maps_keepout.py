"""Keep-outs judged by the footprint: never entered; those that the robot stands in are left, and no other one on the way."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Body, GridFrame, NoRoute, Pose, Route, World, Zone, find_route, goal_pose
from maps.keepout import disc_in, keepout_beyond
from maps.polygon import touched_cells

BODY = Body(radius_m=0.2, margin_m=0.05)
NEEDED = BODY.needed_clearance_m


def box(name, x0, y0, x1, y1):
    return Zone(name=name, rule="keepout", outline=((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


def closed_by(world, zone):
    """The cells that a zone closes, as one shape."""
    cells = touched_cells(world.frame, zone.outline) * world.frame.resolution
    return shapely.union_all(shapely.box(cells[:, 1], cells[:, 0], cells[:, 1] + 0.1, cells[:, 0] + 0.1))


def hall(*zones, mask=None):
    """An empty hall of 6 m x 4 m at 10 cm."""
    return World.build("hall", GridFrame(0.1, Pose(0.0, 0.0), 60, 40), np.zeros((40, 60), np.int8), zones=zones, keepout_mask=mask)


def test_the_shortest_way_out_is_not_taken_through_another_keepout():
    """To the east it is out soonest, but another keep-out begins there; without that one it is the way."""
    world = hall(box("here", 1.0, 1.0, 3.0, 3.0), box("there", 3.3, 0.0, 3.6, 4.0))
    start, goal = Pose(2.6, 2.0), goal_pose(world, Pose(0.5, 2.0))
    route = find_route(world, BODY, start, goal)
    assert isinstance(route, Route)
    line = shapely.LineString(route.points)
    assert line.distance(shapely.box(3.3, 0.0, 3.6, 4.0)) >= NEEDED - 1e-8
    free = hall(box("here", 1.0, 1.0, 3.0, 3.0))
    eastward = find_route(free, BODY, start, goal_pose(free, Pose(5.0, 2.0)))
    assert isinstance(eastward, Route) and eastward.length_m == pytest.approx(2.4, abs=0.05)


def test_a_keepout_across_the_hall_is_not_entered_from_within_another():
    world = hall(box("here", 1.0, 0.0, 3.0, 4.0), box("wall", 3.0, 0.0, 3.5, 4.0))
    found = find_route(world, BODY, Pose(2.0, 2.0), goal_pose(world, Pose(5.0, 2.0)))
    assert isinstance(found, NoRoute)
    assert (found.code, "wall" in found.subjects) == ("KEEPOUT", True)


def test_the_keepout_that_is_told_of_is_the_one_that_cannot_be_gone_around():
    around = np.zeros((40, 60), bool)
    around[15:25, 20:25] = True
    across = around.copy()
    across[:, 40:45] = True
    for mask, goal, least in ((across, Pose(5.5, 2.0), 3.7), (around, Pose(5.0, 2.0), 4.2)):
        zones = () if mask is across else (box("goal", 4.5, 1.5, 5.5, 2.5),)
        found = find_route(hall(*zones, mask=mask), BODY, Pose(1.0, 2.0), goal_pose(hall(), goal))
        assert isinstance(found, NoRoute) and found.code == "KEEPOUT" and found.where is not None
        assert least < found.where[0] < least + 0.4


def test_which_keepouts_one_stands_in_is_told_by_the_footprint():
    mask = np.zeros((40, 60), bool)
    mask[30:35, 50:55] = True
    world = hall(box("a", 1.0, 1.0, 2.0, 2.0), box("b", 4.0, 1.0, 5.0, 2.0), mask=mask)
    cells = 2.0
    assert keepout_beyond(world, disc_in(np.array([30.0, 15.0]), cells)) is None
    assert keepout_beyond(world, disc_in(np.array([23.1, 15.0]), cells)) is None
    left = keepout_beyond(world, disc_in(np.array([21.5, 15.0]), cells))
    assert left is not None and left[15, 45] and left[32, 52] and not left[15, 15]
    left = keepout_beyond(world, disc_in(np.array([49.0, 32.0]), cells))
    assert left is not None and left[15, 45] and left[15, 15] and not left[32, 52]
    assert keepout_beyond(hall(), disc_in(np.array([30.0, 15.0]), cells)) is None


@given(
    st.lists(st.tuples(st.floats(0.2, 5.0), st.floats(0.2, 3.2), st.floats(0.2, 1.5), st.floats(0.2, 1.5)), min_size=1, max_size=5),
    st.tuples(st.floats(0.4, 5.6), st.floats(0.4, 3.6)),
    st.tuples(st.floats(0.4, 5.6), st.floats(0.4, 3.6)),
)
@settings(max_examples=150, deadline=None)
def test_keepouts_are_left_once_and_never_entered(boxes, start, goal):
    zones = [box(f"zone {k}", x, y, min(x + w, 6.0), min(y + h, 4.0)) for k, (x, y, w, h) in enumerate(boxes)]
    world = hall(*zones)
    route = find_route(world, BODY, Pose(*start), goal_pose(world, Pose(*goal)))
    if not isinstance(route, Route) or len(route.points) < 2:
        return
    line = shapely.LineString(route.points)
    samples = line.interpolate(np.linspace(0, line.length, 200))
    # Zones close whole cells, so the robot stands in one as soon as it touches a cell of it.
    apart = np.array([shapely.distance(closed_by(world, zone), samples) for zone in zones])
    stands = apart[:, 0] < BODY.radius_m - 1e-9
    for room in apart[~stands]:
        assert room.min() >= min(NEEDED, room[0]) - 1e-8
    # Several are left at once, so that one of them may be touched anew until it is clear of all of them, and never after.
    if stands.any():
        clear = np.flatnonzero((apart[stands] >= NEEDED - 1e-8).all(axis=0))
        assert len(clear) and (apart[stands][:, clear[0] :] >= BODY.radius_m - 1e-8).all()
