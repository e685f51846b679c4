"""The region graph is exact: opening a set of doors joins two regions if and only if the graph says so."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Body, CellsChange, Door, DoorChange, GridFrame, Place, Pose, World, Zone, find_route, goal_at
from maps.clearance import clearance
from maps.labels import component
from maps.region_graph import region_graph, smallest_opening
from maps.route import NoRoute

BODY = Body(radius_m=0.2, margin_m=0.1)


def rooms(states: dict[str, str], zones: list[Zone] | None = None) -> World:
    """Four rooms in a ring, 4 m each, A-B-C-D-A, with a door between each two; and room E behind C only."""
    cells = np.full((101, 121), 100, dtype=np.int8)
    for row, col in ((1, 1), (1, 41), (51, 41), (51, 1), (51, 81)):
        cells[row : row + 39, col : col + 39] = 0
    doors = []

    def doorway(name: str, rows: slice, cols: slice, segment: tuple[tuple[float, float], tuple[float, float]]) -> None:
        cells[rows, cols] = 0
        doors.append(Door(name=name, segment=segment, state=states.get(name, "open")))

    doorway("AB", slice(15, 25), slice(40, 41), ((4.05, 1.5), (4.05, 2.5)))
    doorway("DC", slice(65, 75), slice(40, 41), ((4.05, 6.5), (4.05, 7.5)))
    doorway("AD", slice(40, 51), slice(15, 25), ((1.5, 4.55), (2.5, 4.55)))
    doorway("BC", slice(40, 51), slice(55, 65), ((5.5, 4.55), (6.5, 4.55)))
    doorway("CE", slice(65, 75), slice(80, 81), ((8.05, 6.5), (8.05, 7.5)))
    corners = {"A": (0.1, 0.1), "B": (4.1, 0.1), "C": (4.1, 5.1), "D": (0.1, 5.1), "E": (8.1, 5.1)}
    places = [
        Place(name=name, outline=((x, y), (x + 3.9, y), (x + 3.9, y + 3.9), (x, y + 3.9))) for name, (x, y) in corners.items()
    ]
    return World.build("ring", GridFrame(0.1, Pose(0.0, 0.0, 0.0), 121, 101), cells, places=places, doors=doors, zones=zones or ())


def cell(world: World, x: float, y: float) -> np.ndarray:
    return np.array([world.frame.cell((x, y))], dtype=np.int64)


def test_regions_are_the_rooms_and_edges_the_doors() -> None:
    world = rooms({})
    made = region_graph(world, BODY)
    assert len(made.regions) == 5
    held = {barrier for node in made.graph for barrier in made.graph.nodes[node]["barriers"]}
    assert {(barrier.kind, barrier.name) for barrier in held} == {("door", name) for name in ("AB", "DC", "AD", "BC", "CE")}
    assert all(barrier.width_m == pytest.approx(1.0) for barrier in held)


def test_the_fewest_doors_are_named_though_the_way_is_longer() -> None:
    """From A to E: the short way has two shut doors besides CE, the way round has one."""
    world = rooms({"AB": "closed", "BC": "closed", "DC": "closed", "CE": "closed"})
    found = find_route(world, BODY, Pose(2.0, 2.0, 0.0), goal_at(world, world.places["E"], BODY))
    assert isinstance(found, NoRoute)
    assert (found.code, found.subjects) == ("DOOR_CLOSED", ("DC", "CE"))


def test_a_closed_door_is_rather_opened_than_a_locked_one() -> None:
    shut = {"AB": "locked", "AD": "closed"}
    world = rooms(shut)
    found = smallest_opening(region_graph(world, BODY), cell(world, 2, 2), cell(world, 6, 7), shut=shut)
    assert found is not None
    assert [barrier.name for barrier in found] == ["AD"]


def test_a_keepout_is_lifted_only_when_that_is_asked_for() -> None:
    zone = Zone(name="wet", rule="keepout", outline=((8.2, 5.0), (8.8, 5.0), (8.8, 9.2), (8.2, 9.2)))
    world = rooms({}, [zone])
    made = region_graph(world, BODY)
    start, goal = cell(world, 2, 2), cell(world, 10, 7)
    assert smallest_opening(made, start, goal, shut={}) is None
    lifted = smallest_opening(made, start, goal, shut={}, zones=True)
    assert lifted is not None
    assert [(barrier.kind, barrier.name) for barrier in lifted] == [("zone", "wet")]


def test_nothing_is_named_where_nothing_is_shut_and_none_where_walls_part() -> None:
    world = rooms({})
    made = region_graph(world, BODY)
    assert smallest_opening(made, cell(world, 2, 2), cell(world, 10, 7), shut={}) == ()
    assert smallest_opening(made, cell(world, 2, 2), cell(world, 10, 2), shut={}) is None


def test_it_is_kept_when_a_door_opens_or_shuts_and_for_nothing_else() -> None:
    world = rooms({})
    made = region_graph(world, BODY)
    shut = world.apply(DoorChange(door="AB", state="closed"))
    kept = region_graph(shut, BODY)
    assert kept.nodes is made.nodes and kept.revision == shut.revision != made.revision
    assert kept.on(shut.revision) is kept
    zone = Zone(name="wet", rule="keepout", outline=((8.2, 5.0), (8.8, 5.0), (8.8, 9.2), (8.2, 9.2)))
    doors = dict(world.doors)
    wider = World.build(
        "ring",
        world.frame,
        world.cells,
        places=world.places.values(),
        doors=[replace(doors.pop("AB"), width_m=3.0), *doors.values()],
    )
    wall = world.apply(CellsChange(cells=((20, 20),), values=(100,)))
    for other in (wall, wider, rooms({}, [zone])):
        again = region_graph(other, BODY)
        assert again.nodes is not made.nodes and again.revision == other.revision
    widths = {data.width_m for node in region_graph(wider, BODY).graph.nodes.values() for data in node["barriers"]}
    assert 3.0 in widths


@settings(max_examples=40, deadline=None)
@given(
    states=st.fixed_dictionaries({name: st.sampled_from(["open", "closed", "locked"]) for name in ("AB", "DC", "AD", "BC", "CE")}),
    ends=st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE")),
)
def test_no_smaller_set_of_doors_would_do(states: dict[str, str], ends: tuple[str, str]) -> None:
    """Against brute force over all sets of shut doors, with the router's own labels."""
    world = rooms(states)
    middles = {"A": (2, 2), "B": (6, 2), "C": (6, 7), "D": (2, 7), "E": (10, 7)}
    start, goal = (cell(world, *middles[end]) for end in ends)
    shut = {name: state for name, state in states.items() if state != "open"}
    found = smallest_opening(region_graph(world, BODY), start, goal, shut=shut)
    assert found is not None

    def joined(opened: tuple[str, ...]) -> bool:
        field = clearance(world, doors=dict.fromkeys(opened, "open"))
        return bool(component(field >= BODY.needed_clearance_m, start)[goal[:, 0], goal[:, 1]].any())

    assert joined(tuple(barrier.name for barrier in found))
    assert not any(joined(fewer) for size in range(len(found)) for fewer in combinations(shut, size))
