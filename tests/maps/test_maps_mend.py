"""Mend: a route mended after a change keeps clear all along, and is no longer than it says; a search from nothing tells."""

import sys
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

import maps.routing
from maps import Body, CellsChange, Door, DoorChange, GridFrame, Pose, Route, World, Zone, find_route, goal_pose
from maps.crossings import doors_crossed, zones_touched
from maps.huge import jump_bits as bit_module
from maps.huge import size
from maps.mend import mended
from maps.squares import distance_field
from maps.swept import clear_segments, tightest

clearances = sys.modules["maps.clearance"]  # the package has a function of this name
SIDE = 150
FRAME = GridFrame(0.1, Pose(-1.0, 2.0, 0.3), SIDE, SIDE)
BODY = Body(radius_m=0.14, margin_m=0.05)


@contextmanager
def large_maps(engine: str = "1"):
    """Every map is handled as a large one, and nothing is known of others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUREFOOT_NUMBA", engine)
        patch.setattr(size, "LARGE_CELLS", 0)
        forget()
        yield patch
    forget()


def forget():
    for known in (clearances._BY_NAME, clearances._BY_CONTENT, clearances._ORIGINS, clearances._NEARLY):
        known.clear()
    for known in (bit_module._BITS, bit_module._LAST, maps.routing._ROUTES, maps.routing._STANDING):
        known.clear()


def at(row: int, col: int) -> tuple[float, float]:
    return FRAME.centre(row, col)


def rooms(dice: np.random.Generator) -> World:
    """Rooms behind walls with gaps and doors, clutter and a slow zone."""
    cells = np.zeros((SIDE, SIDE), dtype=np.int8)
    doors = []
    for wall in range(30, SIDE - 10, 30):
        cells[wall : wall + 2] = 100
        for gap in dice.integers(3, SIDE - 14, 4).tolist():
            cells[wall : wall + 2, gap : gap + 9] = 0
            if dice.random() < 0.6:
                doors.append(Door(name=f"door {len(doors)}", segment=(at(wall, gap - 1), at(wall, gap + 9)), state="open"))
    for row, col in dice.integers(0, SIDE - 6, (int(dice.integers(0, 30)), 2)).tolist():
        cells[row : row + int(dice.integers(1, 6)), col : col + int(dice.integers(1, 6))] = 100
    zone = Zone(name="slow", rule="slow", max_speed=0.4, outline=(at(60, 20), at(60, 120), at(80, 120), at(80, 20)))
    return World.build("rooms", FRAME, cells, doors=doors, zones=[zone])


def box(row: int, col: int, span: int, value: int = 100) -> CellsChange:
    cells = tuple((r, c) for r in range(row, min(SIDE, row + span)) for c in range(col, min(SIDE, col + span)))
    return CellsChange(cells=cells, values=(value,) * len(cells))


def ends(world: World, dice: np.random.Generator) -> tuple[Pose, Pose]:
    """Two poses with room around them, off the cells' centres."""
    roomy = np.argwhere(distance_field(world.cells == 100, 0.1) > 0.3)
    return tuple(Pose(x + 0.02, y - 0.03) for x, y in (at(*cell) for cell in roomy[dice.integers(0, len(roomy), 2)].tolist()))


@st.composite
def changed(draw, world, route, removed):
    """Boxes that come on the way, boxes that come or go anywhere, and doors that shut."""
    made = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["on the way", "on the way", "door", "anywhere", *(["goes"] if removed else [])]))
        if kind == "door" and world.doors:
            made.append(DoorChange(door=draw(st.sampled_from(sorted(world.doors))), state="closed"))
            continue
        cells = route.evidence.cells
        row, col = cells[draw(st.integers(0, len(cells) - 1))].tolist() if kind == "on the way" else (0, 0)
        if kind != "on the way":
            row, col = draw(st.integers(0, SIDE - 2)), draw(st.integers(0, SIDE - 2))
        if kind == "goes":
            blocked = np.argwhere(world.cells == 100)
            row, col = blocked[draw(st.integers(0, len(blocked) - 1))].tolist()
        made.append(box(row, col, draw(st.integers(1, 5)), 0 if kind == "goes" else 100))
    return made


@pytest.mark.parametrize("removed", [False, True], ids=["comes", "comes and goes"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_mended_route_keeps_clear_and_is_no_longer_than_it_says(removed, data):
    dice = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    with large_maps():
        world = rooms(dice)
        start, end = ends(world, dice)
        before = find_route(world, BODY, start, goal_pose(world, end))
        if not isinstance(before, Route) or before.evidence is None:
            return
        after = world.apply(*data.draw(changed(world, before, removed)))
        found = mended(after, BODY, before)
        forget()
        exact = find_route(after, BODY, start, goal_pose(after, end))
        if found is None:
            event("left to a search")
            return
        assert isinstance(exact, Route)
        event("kept" if found.points == before.points else "as short" if found.excess_m == 0.0 else "longer")
        tight = check(after, found)
        assert removed or tight == pytest.approx(found.clearance_m, abs=1e-6)
        assert found.excess_m is not None and found.revision == after.revision and found.keeps(BODY)
        assert (found.points[0], found.end) == (before.points[0], before.end)
        assert found.grid_length_m >= exact.grid_length_m - 1e-6
        assert found.grid_length_m - found.excess_m <= exact.grid_length_m + 1e-6
        assert Route.from_json(found.to_json()) == found


def check(world: World, route: Route) -> float:
    """What a route says of itself, said anew by other means; its clearance."""
    blocked = world.cells == 100
    for door in world.doors.values():
        if door.state != "open":
            from maps.polygon import touched_cells

            for row, col in touched_cells(world.frame, door.segment, closed=False):
                blocked[row, col] = True
    field, line = distance_field(blocked, 0.1), world.frame.local(route.points)
    a, b = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
    assert clear_segments(blocked, field, a, b, BODY.needed_clearance_m / 0.1, 0.1).all()
    tight = tightest(blocked, field, line, 0.1)
    assert tight.clearance * 0.1 >= route.clearance_m - 1e-6
    assert route.doors == doors_crossed(world, route.points)
    assert route.zones == zones_touched(world, route.points, BODY.radius_m)
    assert route.length_m == pytest.approx(float(np.hypot(*np.diff(np.array(route.points), axis=0).T).sum()))
    return tight.clearance * 0.1


def hall() -> tuple[World, Pose, Pose]:
    return World.build("hall", FRAME, np.zeros((SIDE, SIDE), dtype=np.int8)), Pose(*at(75, 10)), Pose(*at(75, 140))


@pytest.mark.parametrize("engine", ["0", "1"], ids=["plain", "compiled"])
def test_a_box_on_the_way_is_gone_round_and_the_rest_of_the_way_is_kept(engine):
    with large_maps(engine):
        world, start, end = hall()
        before = find_route(world, BODY, start, goal_pose(world, end))
        after = world.apply(box(73, 70, 4))
        found = mended(after, BODY, before)
        assert isinstance(found, Route) and found.length_m > before.length_m and len(found.points) > 2
        assert found.excess_m == pytest.approx(found.grid_length_m - before.grid_length_m) and found.excess_m > 0.0
        assert f"at most {found.excess_m:.2f} m longer" in found.remark and not before.remark
        check(after, found)


def test_find_route_mends_only_where_it_is_told_to_and_the_search_comes_after():
    with large_maps():
        world, start, end = hall()
        goal = goal_pose(world, end)
        first = find_route(world, BODY, start, goal)
        after = world.apply(box(73, 70, 4), box(20, 20, 4))
        quick = find_route(after, BODY, start, goal, mend=True)
        exact = find_route(after, BODY, start, goal)
        assert first.excess_m is None and quick.excess_m is not None and exact.excess_m is None
        assert find_route(after, BODY, start, goal, mend=True) == exact  # once it is known it is told
        aside = world.apply(box(20, 20, 4))
        assert find_route(aside, BODY, start, goal, mend=True).excess_m is None  # what stands needs no mending


def test_what_no_window_settles_is_left_to_a_search():
    with large_maps():
        world, start, end = hall()
        before = find_route(world, BODY, start, goal_pose(world, end))
        wall = CellsChange(cells=tuple((row, 70) for row in range(SIDE)), values=(100,) * SIDE)
        assert mended(world.apply(wall), BODY, before) is None
        assert mended(world.apply(box(75, 10, 2)), BODY, before) is None  # on the start
        assert mended(world.apply(box(75, 140, 2)), BODY, before) is None  # on the goal
        outlined = Body(footprint=((0.2, 0.1), (-0.2, 0.1), (-0.2, -0.1), (0.2, -0.1)))
        assert mended(world.apply(box(73, 70, 4)), outlined, before) is None


def test_what_goes_bounds_the_length_by_the_way_through_it():
    with large_maps():
        world, start, end = hall()
        wall = CellsChange(cells=tuple((row, 70) for row in range(40, 110)), values=(100,) * 70)
        walled = world.apply(wall)
        before = find_route(walled, BODY, start, goal_pose(walled, end))
        opened = walled.apply(CellsChange(cells=tuple((row, 70) for row in range(60, 90)), values=(0,) * 30))
        found, exact = mended(opened, BODY, before), find_route(opened, BODY, start, goal_pose(opened, end))
        assert found.points == before.points and exact.length_m < found.length_m
        assert found.excess_m >= found.grid_length_m - exact.grid_length_m > 0.0


def test_small_maps_are_searched():
    world, start, end = hall()
    before = find_route(world, BODY, start, goal_pose(world, end))
    assert mended(world.apply(box(73, 70, 4)), BODY, before) is None
