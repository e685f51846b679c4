"""Cut off: where it is said that no way is left, a search from nothing finds none; and it is said of rooms that are shut."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from scipy import ndimage
from test_maps_mend import BODY, FRAME, SIDE, box, changed, ends, forget, large_maps, rooms

from maps import CellsChange, DoorChange, Pose, Route, World, find_route, goal_near, goal_pose
from maps.compiled import compiled, uncompiled
from maps.cut_off import CLOSED_IN, cut_off
from maps.features import Thing


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_where_no_way_is_said_to_be_left_a_search_finds_none(data):
    dice = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    with large_maps():
        world = rooms(dice)
        start, end = ends(world, dice)
        thing = Thing(name="valve", position=end.point)
        goal_of = data.draw(st.sampled_from([lambda w: goal_pose(w, end), lambda w: goal_near(w, thing, BODY)]))
        before = find_route(world, BODY, start, goal_of(world))
        if not isinstance(before, Route) or before.evidence is None:
            return
        after = world.apply(*data.draw(changed(world, before, False)))
        for name in data.draw(st.lists(st.sampled_from(sorted(world.doors)), max_size=12)) if world.doors else ():
            after = after.apply(DoorChange(door=name, state="closed"))
        place = cut_off(after, BODY, before, goal_of(after))
        forget()
        exact = find_route(after, BODY, start, goal_of(after))
    event(f"cut off {place is not None}, a way {isinstance(exact, Route)}")
    if place is not None:
        assert not isinstance(exact, Route)
        row, col = FRAME.cell(place)
        gone = np.argwhere((after.cells == 100) != (world.cells == 100))
        assert (row, col) in set(map(tuple, gone.tolist())) or any(door.state == "closed" for door in after.doors.values())


def shut_room() -> tuple[World, Pose, Pose, CellsChange]:
    """A room with one doorway, and what fills the doorway."""
    cells = np.zeros((SIDE, SIDE), dtype=np.int8)
    cells[50:101, (50, 100)] = cells[(50, 100), 50:101] = 100
    cells[50, 70:80] = 0
    world = World.build("room", FRAME, cells)
    return world, Pose(*FRAME.centre(20, 20)), Pose(*FRAME.centre(75, 75)), box(48, 70, 10)


@pytest.mark.parametrize("out", [False, True])
@pytest.mark.parametrize("engine", ["0", "1"])
def test_a_room_whose_only_doorway_is_filled_is_cut_off_from_either_side(engine, out):
    with large_maps(engine):
        world, outside, inside, fill = shut_room()
        start, end = (inside, outside) if out else (outside, inside)
        route = find_route(world, BODY, start, goal_pose(world, end))
        assert cut_off(world.apply(box(20, 60, 3)), BODY, route, goal_pose(world, end)) is None
        half = world.apply(box(48, 70, 4))
        assert cut_off(half, BODY, route, goal_pose(half, end)) is None
        shut = world.apply(fill)
        place = cut_off(shut, BODY, route, goal_pose(shut, end))
        assert place is not None and shut.cells[FRAME.cell(place)] == 100 and world.cells[FRAME.cell(place)] == 0


def test_a_goal_without_room_is_cut_off_and_a_start_without_room_left_to_others():
    with large_maps():
        world, start, end, _ = shut_room()
        route = find_route(world, BODY, start, goal_pose(world, end))
        taken = world.apply(box(75, 76, 2))
        assert cut_off(taken, BODY, route, goal_pose(taken, end)) is not None
        stuck = world.apply(box(20, 21, 2))
        assert cut_off(stuck, BODY, route, goal_pose(stuck, end)) is None


def test_what_has_also_gone_is_left_to_a_search():
    with large_maps():
        world, start, end, fill = shut_room()
        route = find_route(world, BODY, start, goal_pose(world, end))
        moved = world.apply(fill, CellsChange(cells=tuple((100, col) for col in range(60, 70)), values=(0,) * 10))
        assert cut_off(moved, BODY, route, goal_pose(moved, end)) is None
        assert isinstance(find_route(moved, BODY, start, goal_pose(moved, end)), Route)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.2, 0.6), window=st.booleans(), most=st.sampled_from([5, 10**6]))
def test_closed_in_is_what_labels_tell(seed, share, window, most):
    dice = np.random.default_rng(seed)
    near = np.where(dice.random((24, 31)) < share, 0, 9).astype(np.uint16)
    added = dice.integers(0, (24, 31), (int(dice.integers(1, 4)), 2))
    cells = dice.integers(0, (24, 31), (4, 2))
    free = near >= 1
    free[tuple(added.T)] = False
    labels, _ = ndimage.label(free, np.ones((3, 3)))
    mine, others = labels[tuple(cells[0])], labels[tuple(cells[1:].T)]
    top, left, high, wide = (6, 8, 12, 14) if window else (0, 0, 24, 31)
    marks = np.zeros((high, wide), dtype=np.uint8)
    told = []
    for make in (uncompiled, compiled):
        told.append(make(*CLOSED_IN)(near, added, 1, top, left, cells[:1], cells[1:], most, marks))
        assert not marks.any()  # the next fill writes to the same memory
    assert told[0] == told[1]
    apart = mine != 0 and mine not in others
    assert not told[0] or apart
    if not window and most > 100:
        assert bool(told[0]) == apart
