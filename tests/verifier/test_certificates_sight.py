"""Lines of sight in certificates: proved where the line is free, refuted behind a wall, told where neither is certain."""

import json
import math
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely
from certificate_worlds import certified, checked
from hypothesis import given, settings
from hypothesis import strategies as st
from tampering import signed
from verifier_worlds import two_rooms

from maps import CellsChange, GridFrame, Pose, Thing, World, find_map, load_world, save_world
from maps.sight import cells_in_sight
from verifier.check_certificate.frame import Frame
from verifier.check_certificate.sight import _cut, _parts, hidden


def checked_look(world: World, folder: Path, name: str = "clock", **changes: Any) -> Any:
    """What the checker says of the way to look at a thing; ``changes`` are made in its goal, and signed."""
    folder.mkdir(exist_ok=True)
    path = save_world(world, folder / "map")
    world = load_world(path)
    made = certified(world, [{"skill": "inspect", "args": {"thing": name}}], path=path)
    data = json.loads(made.to_text())
    assert data["legs"][0]["kind"] == "route"
    data["legs"][0]["goal"].update(changes)
    (x, y), (there_x, there_y) = data["legs"][0]["points"][-1], data["legs"][0]["goal"]["at"][0]
    data["legs"][0]["end_yaw"] = math.atan2(there_y - y, there_x - x)
    (result,) = checked(signed(data), folder, path)
    return result


def clock(x: float, y: float) -> Thing:
    return Thing(name="clock", kind="clock", position=(x, y))


def filled(world: World, *cells: tuple[int, int], value: int = 100) -> World:
    return world.apply(CellsChange(cells=cells, values=(value,) * len(cells)))


def test_a_free_line_is_proved(tmp_path: Path) -> None:
    result = checked_look(two_rooms(things=[clock(4.05, 5.05)]), tmp_path)
    assert result.confirmed and result.assumes == ()


def test_what_the_thing_stands_on_is_told_and_nothing_more(tmp_path: Path) -> None:
    table = [(row, col) for row in range(48, 52) for col in range(38, 42)]
    result = checked_look(filled(two_rooms(things=[clock(4.05, 5.05)]), *table), tmp_path)
    assert result.confirmed and result.assumes == ("that what 'clock' stands on or in does not hide it",)


def test_behind_a_wall_is_refuted(tmp_path: Path) -> None:
    """The robot stops in the hall; the certificate says that it looks at something on the other side of the wall."""
    world = two_rooms(things=[clock(5.45, 5.05)])
    seen = checked_look(world, tmp_path / "seen")
    assert seen.confirmed
    hides = checked_look(world, tmp_path / "hidden", at=[[6.35, 5.05]], reach_m=3.0)
    assert not hides.confirmed and any("a wall hides 'clock' from where it ends" in reason for reason in hides.reasons), hides
    inside = checked_look(world, tmp_path / "inside", at=[[6.05, 5.05]], reach_m=3.0)
    assert not any("hides" in reason for reason in inside.reasons), "in the wall itself nobody knows what it hangs on"


def test_unknown_space_on_the_line_leaves_it_to_trust(tmp_path: Path) -> None:
    world = two_rooms(things=[clock(4.05, 5.05)])
    cells = np.array(world.cells)
    cells[49:52, 39:42] = -1
    cells[50, 40] = 0
    ringed = World.build("office", world.frame, cells, places=world.places.values(), things=world.things.values())
    result = checked_look(ringed, tmp_path)
    assert result.confirmed and result.assumes == ("that it ends with a line of sight to 'clock'",)


@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.sampled_from([0.02, 0.1, 0.3]),
    at=st.tuples(st.floats(0.1, 1.99), st.floats(0.1, 1.99)),
)
@settings(max_examples=25, deadline=None)
def test_no_cell_that_the_verifier_sees_is_said_to_be_hidden(seed: int, share: float, at: tuple[float, float]) -> None:
    random = np.random.default_rng(seed)
    cells = np.where(random.random((22, 22)) < share, 100, 0).astype(np.int8)
    cells[random.random((22, 22)) < 0.05] = -1
    cells[:, 15] = 100
    world = World.build("noise", GridFrame(0.1, Pose(0.0, 0.0, 0.0), 22, 22), cells)
    free = np.argwhere(cells == 0)
    seen = cells_in_sight(world, at, free, 3.0)
    saved = SimpleNamespace(frame=Frame(0.1, 0.0, 0.0, 0.0, 22, 22), occupied=cells == 100, unknown=cells == -1, doors={})
    found = Counter[tuple[bool, bool]]()
    for (row, col), sees in zip(free.tolist(), seen.tolist(), strict=True):
        end = ((col + 0.5) * 0.1, (row + 0.5) * 0.1)
        leg: Any = SimpleNamespace(
            goal=SimpleNamespace(at=(at,)),
            layers=SimpleNamespace(shut=frozenset()),
            subject="x",
            own=SimpleNamespace(points=lambda key, end=end: (end,)),
        )
        found[sees, any(hidden(leg, saved))] += 1  # type: ignore[arg-type]
    assert found[True, True] == 0
    row, col = int(at[1] / 0.1), int(at[0] / 0.1)
    if share == 0.02 and not cells[row - 1 : row + 2, col - 1 : col + 2].any():  # else it may stand on or in what is beside it
        assert found[False, True] > 3 * found[False, False], "nearly all that is not seen is told from what is"


@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.floats(0.0, 0.6),
    ends=st.tuples(*[st.floats(0.0, 19.999)] * 4),
)
@settings(max_examples=60, deadline=None)
def test_a_line_is_cut_as_shapely_cuts_it(seed: int, share: float, ends: tuple[float, float, float, float]) -> None:
    cells = np.random.default_rng(seed).random((20, 20)) < share
    target, end = np.array(ends[:2]), np.array(ends[2:])
    length = math.dist(target, end)
    near, far = _cut(cells, target, end)
    squares = shapely.union_all([shapely.box(c, r, c + 1, r + 1) for r, c in np.argwhere(cells)])
    met = shapely.LineString([target, end]).intersection(squares) if length > 0 else shapely.Point(target).intersection(squares)
    run, beyond = _parts(near, far, 1e-9)
    assert run + sum(b - a for a, b in beyond) == pytest.approx(met.length, abs=1e-6)
    free = shapely.distance(shapely.LineString([target, end]), squares) if length > 0 and cells.any() else math.inf
    if free > 1e-6:
        assert run == 0.0 and not beyond
    starts = shapely.distance(shapely.Point(target), squares) if cells.any() else math.inf
    if starts > 1e-6:
        assert run == 0.0
    elif starts == 0.0 and length > 1e-6:
        free_part = shapely.LineString([target, end]).difference(squares)
        assert run == pytest.approx(length if free_part.is_empty else shapely.distance(shapely.Point(target), free_part), abs=1e-6)


def test_on_a_shipped_map_every_line_of_sight_is_proved(tmp_path: Path) -> None:
    path = find_map("home")
    world = load_world(path)
    calls = [{"skill": "inspect", "args": {"thing": name}} for name in list(world.things)[:12]]
    results = checked(certified(world, calls, path=path), tmp_path, path)
    routes = [result for result in results if result.kind == "route"]
    assert len(routes) > 8 and all(result.confirmed for result in routes)
    assert not any("line of sight" in told for result in routes for told in result.assumes)
