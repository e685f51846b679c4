"""Evidence: a route that is said to be the same after a change is the one that a search from nothing finds, to the bit."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

import maps.evidence
from maps import (
    Body,
    CellsChange,
    Door,
    DoorChange,
    GridFrame,
    Place,
    Pose,
    Route,
    Thing,
    World,
    find_route,
    goal_at,
    goal_near,
    goal_pose,
)
from maps.difference import difference, noted
from maps.evidence import Evidence
from maps.least_lengths import Lengths
from maps.route_request import RouteRequest
from maps.routing import _find

SIDE = 64
FRAME = GridFrame(0.1, Pose(-1.0, 2.0, 0.3), SIDE, SIDE)
BODY = Body(radius_m=0.14, margin_m=0.05)


def at(row: int, col: int) -> tuple[float, float]:
    return FRAME.centre(row, col)


@st.composite
def worlds(draw):
    """Rooms behind walls with gaps and doors, some clutter, some unknown space."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cells = np.zeros((SIDE, SIDE), dtype=np.int8)
    doors = []
    for wall in (21, 42):
        cells[wall] = 100
        for gap in dice.integers(3, SIDE - 10, 3).tolist():
            cells[wall, gap : gap + 6] = 0
            if dice.random() < 0.6:
                state = "open" if dice.random() < 0.6 else "closed"
                doors.append(Door(name=f"door {len(doors)}", segment=(at(wall, gap), at(wall, gap + 5)), state=state))
    for _ in range(int(dice.integers(0, 12))):
        row, col = dice.integers(0, SIDE - 4, 2).tolist()
        cells[row : row + int(dice.integers(1, 5)), col : col + int(dice.integers(1, 5))] = dice.choice([100, -1, 100])
    outline = (at(2, 2), at(2, 16), at(12, 16), at(12, 2))
    places = [Place(name="room", outline=outline)]
    things = [Thing(name="cup", position=at(50, 50), reach_m=0.6)]
    return World.build("rooms", FRAME, cells, places=places, things=things, doors=doors)


@st.composite
def changed(draw, world):
    """A few boxes that come or go, and doors that toggle."""
    made = []
    for _ in range(draw(st.integers(1, 3))):
        row, col = draw(st.integers(0, SIDE - 1)), draw(st.integers(0, SIDE - 1))
        value = draw(st.sampled_from([100, 100, 0]))
        span = draw(st.integers(1, 4))
        box = [(r, c) for r in range(row, min(SIDE, row + span)) for c in range(col, min(SIDE, col + span))]
        made.append(CellsChange(cells=tuple(box), values=(value,) * len(box)))
    for name in world.doors:
        if draw(st.integers(0, 3)) == 0:
            made.append(DoorChange(door=name, state=draw(st.sampled_from(["open", "closed"]))))
    return made


@pytest.mark.parametrize("block", [4, 16])
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_route_that_stands_is_the_one_that_is_found_from_nothing(block, data):
    world = data.draw(worlds())
    start = Pose(*at(*data.draw(st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1)))))
    kind = data.draw(st.sampled_from(["pose", "place", "thing"]))
    policy = data.draw(st.sampled_from(["blocked", "allowed"]))

    def goal(known):
        if kind == "place":
            return goal_at(known, known.places["room"], BODY)
        if kind == "thing":
            return goal_near(known, known.things["cup"], BODY)
        return goal_pose(known, Pose(*at(55, 20), 0.4))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maps.evidence, "BLOCK", block)
        before = _find(RouteRequest(world, BODY, start, goal(world), policy))
        if not isinstance(before, Route) or before.evidence is None:
            return
        after = world.apply(*data.draw(changed(world)))
        then = goal(after)
        now = goal(world)
        if not (np.array_equal(now.cells, then.cells) and np.array_equal(now.costs, then.costs)):
            return
        stands, likely = before.evidence.holds(after), before.evidence.unless_shorter(after)
        event(f"stands: {stands}, unless one is shorter: {likely}")
        assert likely or not stands
        if likely:
            fresh = _find(RouteRequest(after, BODY, start, then, policy))
            assert not stands or fresh == replace(before, revision=after.revision)
            found = _find(RouteRequest(after, BODY, start, then, policy), before)
            assert found == fresh
            assert isinstance(found, Route) and found.evidence.revision == after.revision


def test_find_route_takes_what_stands_and_searches_what_does_not(monkeypatch):
    import maps.routing

    cells = np.zeros((SIDE, SIDE), dtype=np.int8)
    world = World.build("hall", FRAME, cells)
    start, goal = Pose(*at(32, 4)), goal_pose(world, Pose(*at(32, 60)))
    searched = []
    find = maps.routing._find
    monkeypatch.setattr(maps.routing, "_find", lambda *asked: (searched.append(asked[0].world), find(*asked))[1])
    first = find_route(world, BODY, start, goal)
    aside = world.apply(CellsChange(cells=((60, 60),), values=(100,)))
    same = find_route(aside, BODY, start, goal)
    assert isinstance(same, Route) and same == replace(first, revision=aside.revision)
    assert searched == [world]
    across = aside.apply(CellsChange(cells=((32, 32),), values=(100,)))
    other = find_route(across, BODY, start, goal)
    assert searched == [world, across]
    assert isinstance(other, Route) and other.length_m > first.length_m
    # What came goes again: the old route is known without a search, though another has been found since.
    again = find_route(across.apply(CellsChange(cells=((32, 32),), values=(0,))), BODY, start, goal)
    assert again == same
    assert searched == [world, across]


def test_a_way_that_opens_is_searched_only_where_it_may_be_as_short():
    cells = np.zeros((SIDE, SIDE), dtype=np.int8)
    cells[30, :50] = 100
    cells[10:14, 10:14] = 100
    world = World.build("hall", FRAME, cells)
    route = find_route(world, BODY, Pose(*at(40, 10)), goal_pose(world, Pose(*at(20, 10))))
    assert isinstance(route, Route)
    gap = CellsChange(cells=tuple((30, col) for col in range(20, 30)), values=(0,) * 10)
    assert not route.evidence.holds(world.apply(gap))
    straight = find_route(world, BODY, Pose(*at(60, 4)), goal_pose(world, Pose(*at(60, 40))))
    assert isinstance(straight, Route)
    assert straight.evidence.holds(world.apply(gap))


def test_what_is_not_a_matter_of_cells_and_doors_is_not_told():
    world = World.build("hall", FRAME, np.zeros((SIDE, SIDE), dtype=np.int8))
    masked = World.build("hall", FRAME, np.zeros((SIDE, SIDE), dtype=np.int8), keepout_mask=np.eye(SIDE, dtype=bool))
    assert difference(noted(world), masked) is None
    found = difference(noted(world), world.apply(CellsChange(cells=((3, 4), (40, 63)), values=(100, 100))))
    assert found is not None
    assert found.cells.tolist() == [[3, 4], [40, 63]]
    assert found.obstacles(True)[0].tolist() == [[3, 4], [40, 63]]
    assert len(found.obstacles(True)[1]) == 0
    assert found.near((0, 5, 0, 5)) and not found.near((5, 40, 0, 64))


def between(starts: np.ndarray, goals: tuple[float, ...], needed: float, last: tuple[int, int] = (0, 0)) -> Evidence:
    """Evidence that tells of where a route begins and ends only."""
    nowhere, nothing = np.zeros((0, 2), np.int64), np.zeros(0)
    return Evidence(
        "a", np.array([last]), True, {}, lambda: ((0, 0), np.zeros((1, 1), np.uint8)), starts, goals, 900.0, needed, 0,
        (nowhere, nothing), np.zeros((1, 2)),
    )  # fmt: skip


@pytest.mark.parametrize("engine", ["0", "1"], ids=["plain", "compiled"])
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), needed=st.floats(0.5, 12.0))
def test_several_routes_are_told_at_once_what_each_is_told_alone(engine, seed, needed):
    dice = np.random.default_rng(seed)
    every = []
    for _ in range(int(dice.integers(1, 6))):
        count = int(dice.integers(1, 6))
        starts = np.column_stack((dice.integers(0, 900, (count, 2)), dice.random(count)))
        top, left = dice.integers(0, 900, 2).tolist()
        every.append(between(starts, (float(top), top + 5.0, float(left), left + 7.0, float(dice.random())), needed, (top, left)))
    blocks = tuple((int(row), int(col)) for row, col in dice.integers(0, 60, (int(dice.integers(1, 50)), 2)))
    cells = np.array([(16 * row + int(dice.integers(16)), 16 * col + int(dice.integers(16))) for row, col in blocks])
    found = SimpleNamespace(blocks=lambda *_: ((), blocks), obstacles=lambda *_: (cells[:0], cells))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUREFOOT_NUMBA", engine)
        told = Lengths(every).may_be_shorter(found)
    for why, may_be_shorter in zip(every, told, strict=True):
        least = why._least_through(blocks)
        assert why.least_through(found) == pytest.approx(least, abs=1e-9)
        assert may_be_shorter == (why.least_through(found) <= why.total + 1e-6)
        ends = np.concatenate((why.starts[:, :2], why.cells[-1:]))
        for reach in (10.0, 60.0):
            assert why.ends_near(found, reach) == bool((np.abs(cells[:, None] - ends).max(axis=2) < reach).any())


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 6), needed=st.floats(0.5, 12.0))
def test_the_least_way_through_some_blocks_is_the_same_one_by_one_and_at_once(seed, count, needed):
    dice = np.random.default_rng(seed)
    starts = np.column_stack((dice.integers(0, 900, (count, 2)), 3 * dice.random(count))).astype(np.float64)
    top, left = dice.integers(0, 900, 2).tolist()
    goals = (float(top), float(top + dice.integers(9)), float(left), float(left + dice.integers(9)), float(dice.random()))
    here = between(starts, goals, needed)
    blocks = [(int(row), int(col)) for row, col in dice.integers(0, 60, (3 * maps.evidence._FEW, 2))]
    for some in (blocks[:1], blocks[:5], blocks):
        parts = [here._least_through((block,)) for block in some]
        assert here._least_through_many(tuple(some)) == pytest.approx(min(parts), abs=1e-9)
        assert here._least_through(tuple(some)) == pytest.approx(min(parts), abs=1e-9)
    row, col = blocks[0]  # a way over a cell of the block is never shorter
    cell = np.array((16 * row + dice.integers(16), 16 * col + dice.integers(16)))
    apart = np.abs(starts[:, :2] - cell)
    there = (apart.max(axis=1) + (2**0.5 - 1) * apart.min(axis=1) + starts[:, 2]).min()
    apart = np.maximum(np.maximum(np.array((top, left)) - cell, cell - (goals[1], goals[3])), 0)
    assert there + apart.max() + (2**0.5 - 1) * apart.min() + goals[4] >= here._least_through((blocks[0],))


def test_what_comes_nearer_than_the_clearance_of_a_robot_that_is_there_already_is_seen(monkeypatch):
    monkeypatch.setattr(maps.evidence, "BLOCK", 4)
    world = World.build("hall", FRAME, np.zeros((SIDE, SIDE), dtype=np.int8))
    here = Pose(*at(32, 32))
    before = find_route(world, BODY, here, goal_pose(world, here))
    assert len(before.points) == 1 and before.clearance_m > 3.0
    after = world.apply(CellsChange(cells=((32, 52),), values=(100,)))
    assert not before.evidence.holds(after)
    assert find_route(after, BODY, here, goal_pose(after, here)).clearance_m == pytest.approx(1.95)


@pytest.mark.parametrize("wide", [256, 160, 37])
def test_cells_that_differ_are_found_row_by_row_in_tiles_of_any_width(wide):
    from maps.difference import _apart

    dice = np.random.default_rng(wide)
    whole = dice.choice([-1, 0, 100], (300, 400)).astype(np.int8)
    for share in (0.0, 0.001, 0.3):
        a = whole[7:263, 3 : 3 + wide]
        b = a.copy()
        at = dice.random(a.shape) < share
        b[at] = 50
        assert np.array_equal(np.stack(_apart(a, b), axis=1), np.argwhere(at))
