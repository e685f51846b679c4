"""Lanes: routes that keep to a graph's edges, one way, within speed limits; and graphs without a grid."""

import json
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import (
    Body,
    GridFrame,
    MapError,
    NoRoute,
    Place,
    Pose,
    RobotState,
    Route,
    World,
    check_map,
    find_route,
    goal_at,
    goal_pose,
    load_world,
    save_world,
)
from maps.formats import ReadOptions, import_map, save_imported
from maps.lanes import Lane, Lanes
from policies.follow import speed_limit_of, travel_time_bounds
from skills import Plan, library
from verifier import verify

BODY = Body()


def hall(lanes: Lanes | None, *, wall: bool = False) -> World:
    """An empty hall of 20 x 10 m."""
    cells = np.zeros((200, 400), dtype=np.int8)
    cells[[0, -1], :] = cells[:, [0, -1]] = 100
    if wall:
        cells[60:140, 200:204] = 100
    places = [Place(name=name, pose=Pose(x, y)) for name, x, y in (("west", 2.0, 5.0), ("east", 18.0, 5.0), ("corner", 18.0, 1.5))]
    return replace(World.build("hall", GridFrame(0.05, Pose(0.0, 0.0), 400, 200), cells, places=places), lanes=lanes)


LOOP = ((2.0, 5.0), (2.0, 8.0), (18.0, 8.0), (18.0, 5.0), (18.0, 2.0), (2.0, 2.0))
"""A ring driven clockwise."""


def ring(speed: float | None = None) -> Lanes:
    return Lanes(LOOP, tuple(Lane(i, (i + 1) % 6, speed) for i in range(6)))


def route(world: World, start: str, goal: str) -> Route | NoRoute:
    pose = world.places[start].pose
    assert pose is not None
    return find_route(world, BODY, pose, goal_at(world, world.places[goal], BODY))


def test_a_route_follows_one_way_lanes_both_ways_round() -> None:
    there, back = route(hall(ring()), "west", "east"), route(hall(ring()), "east", "west")
    assert isinstance(there, Route) and isinstance(back, Route)
    assert there.points == ((2.0, 5.0), (2.0, 8.0), (18.0, 8.0), (18.0, 5.0))
    assert back.points == ((18.0, 5.0), (18.0, 2.0), (2.0, 2.0), (2.0, 5.0))
    free = route(hall(None), "west", "east")
    assert isinstance(free, Route) and free.length_m == pytest.approx(16.0) and there.length_m == pytest.approx(22.0)


def test_a_place_that_lanes_lead_to_one_way_only_is_told_of() -> None:
    more = [Place(name=name, pose=Pose(x, y)) for name, x, y in (("shelf", 10.0, 5.0), ("bay", 17.0, 5.0), ("gate", 2.2, 7.0))]
    start = Pose(2.0, 5.0)
    sets = {
        "ring": ring(),
        "no way back": Lanes((*LOOP, (19.3, 9.3)), (*ring().edges[:3], Lane(3, 6))),
        "no way there": Lanes(LOOP, ring().edges[3:]),
        "both ways": Lanes(LOOP[:3], (Lane(0, 1), Lane(1, 0), Lane(1, 2), Lane(2, 1))),
    }
    found: dict[str, dict[str, str]] = {}
    for name, lanes in sets.items():
        world = hall(lanes)
        world = replace(world, places={place.name: place for place in (*world.places.values(), *more)})
        told = {i.subject: i.sentence for i in check_map(world, BODY, start=start) if i.code == "PLACE_OFF_LANES"}
        for place in world.places.values():
            assert place.pose is not None
            ways = (
                find_route(world, BODY, *way)
                for way in ((start, goal_at(world, place, BODY)), (place.pose, goal_pose(world, start)))
            )
            none = any(isinstance(way, NoRoute) and way.code == "NO_LANE" for way in ways)
            assert (place.name in told) == none, (name, place.name)
        found[name] = told
    assert found["ring"] == {} and found["both ways"].keys() == set()
    assert "back to the start from the place 'east'" in found["no way back"]["east"]
    assert "from the start to the place 'east'" in found["no way there"]["east"]


def test_a_lane_that_is_given_twice_is_as_long_as_one() -> None:
    points = ((2.0, 5.0), (2.4, 5.0), (2.8, 5.0), (2.4, 5.25))
    lanes = Lanes(points, tuple(Lane(a, b) for a, b in ((0, 1), (0, 1), (1, 2), (1, 2), (0, 3), (3, 2))))
    found = find_route(hall(lanes), BODY, Pose(*points[0]), goal_pose(hall(lanes), Pose(*points[2])))
    assert isinstance(found, Route) and found.points == points[:3]


def test_off_the_lanes_it_drives_only_to_get_on_and_off_them() -> None:
    world = hall(ring())
    found = find_route(world, BODY, Pose(4.0, 6.0), goal_at(world, world.places["corner"], BODY))
    assert isinstance(found, Route)
    off = sum(math.dist(a, b) for a, b in pairwise(found.points) if not on_ring(a, b))
    assert off <= 2.0 + 0.5 + 0.1 and found.end.point == (18.0, 1.5)


def on_ring(a: tuple[float, float], b: tuple[float, float]) -> bool:
    def on(p: tuple[float, float]) -> bool:
        x, y = p
        return (abs(y - 8) < 0.01 or abs(y - 2) < 0.01) or ((abs(x - 2) < 0.01 or abs(x - 18) < 0.01) and 2 <= y <= 8)

    return on(a) and on(b)


def test_a_goal_nearer_than_the_lanes_is_driven_to_directly() -> None:
    world = hall(ring())
    found = find_route(world, BODY, Pose(10.0, 5.0), goal_at(world, Place(name="near", pose=Pose(10.5, 5.0)), BODY))
    assert isinstance(found, Route) and found.length_m == pytest.approx(0.5)


def test_where_no_lane_leads_the_reason_is_the_lanes() -> None:
    one = Lanes(((2.0, 5.0), (18.0, 5.0)), (Lane(0, 1),))
    assert isinstance(route(hall(one), "west", "east"), Route)
    back = route(hall(one), "east", "west")
    assert isinstance(back, NoRoute) and back.code == "NO_LANE"
    world = hall(one)
    state = RobotState(pose=Pose(18.0, 5.0), battery_wh=200.0)
    plan = Plan.model_validate({"steps": [{"skill": "goto", "args": {"place": "west"}}]})
    verdict = verify(plan, world, state, BODY, library())
    assert [finding.code for finding in verdict.all_findings()] == ["NO_LANE"]
    assert "no lane leads there in its direction" in verdict.all_findings()[0].message


def test_a_lane_through_a_wall_is_not_driven() -> None:
    straight = Lanes((*LOOP, (10.0, 5.0)), (*ring().edges, Lane(0, 3)))
    assert isinstance(open_way := route(hall(straight), "west", "east"), Route) and open_way.length_m == pytest.approx(16.0)
    assert isinstance(walled := route(hall(straight, wall=True), "west", "east"), Route) and walled.length_m == pytest.approx(22.0)


def test_speed_limits_enter_the_times() -> None:
    times = []
    for speed in (None, 0.5, 0.25):
        world = hall(ring(speed))
        found = route(world, "west", "east")
        assert isinstance(found, Route)
        times.append(travel_time_bounds(found, BODY, speed_limit_of(world, BODY))[0])
    assert times[1] >= 22.0 / 0.5 and times[2] >= 22.0 / 0.25 and times[0] < times[1]


def test_lanes_are_part_of_the_revision_and_survive_saving(tmp_path: Path) -> None:
    world = hall(ring(0.4))
    assert len({world.revision, hall(None).revision, hall(ring()).revision}) == 3
    saved = load_world(save_world(world, tmp_path / "hall"))
    assert saved.lanes == world.lanes and saved.revision == world.revision
    (tmp_path / "hall" / "route_graph.geojson").unlink()
    with pytest.raises(MapError, match=r"there is no route_graph\.geojson in"):
        load_world(tmp_path / "hall")


def test_the_way_back_is_not_retraced_against_one_way_lanes() -> None:
    dock = Place(name="dock", kind="dock", pose=Pose(2.0, 5.0))
    world = hall(ring())
    world = replace(world, places={**world.places, "dock": dock})
    state = RobotState(pose=Pose(2.0, 5.0), battery_wh=200.0)
    plan = Plan.model_validate({"steps": [{"skill": "goto", "args": {"place": "corner"}}]})
    verdict = verify(plan, world, state, BODY, library())
    assert verdict.ok and verdict.steps[0].return_wh is not None
    one = replace(world, lanes=Lanes(((2.0, 5.0), (18.0, 1.5)), (Lane(0, 1),)))
    stranded = verify(plan, one, state, BODY, library())
    assert stranded.steps[0].return_wh is None, "no lane leads back"


def graph_json() -> str:
    """The ring as a Nav2 graph, half speed."""
    nodes = [
        {
            "type": "Feature",
            "properties": {"id": i, "metadata": {"name": f"stop {i}"}},
            "geometry": {"type": "Point", "coordinates": at},
        }
        for i, at in enumerate(LOOP)
    ]
    line = {"type": "LineString", "coordinates": []}
    half = {"metadata": {"speed_limit": 50}}
    edges = [
        {"type": "Feature", "properties": {"id": 10 + i, "startid": i, "endid": (i + 1) % 6, **half}, "geometry": line}
        for i in range(6)
    ]
    return json.dumps({"type": "FeatureCollection", "features": [*nodes, *edges]})


def test_a_nav2_graph_is_kept_to_only_where_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "g.geojson"
    file.write_text(graph_json())
    loose = import_map(file, ReadOptions(name="m", onto=hall(None)))
    assert loose.levels[""].lanes is None
    assert loose.warnings == (
        "g.geojson: 6 edges are one-way and 6 have a speed limit; routes are found on the grid and do not heed it, unless they "
        "keep to lanes (--lanes)",
    )
    kept = import_map(file, ReadOptions(name="m", onto=hall(None), lanes=True, full_speed=0.8))
    assert kept.warnings == () and kept.levels[""].lanes is not None
    assert {lane.speed for lane in kept.levels[""].lanes.edges} == {0.4}
    saved = load_world(save_imported(kept, tmp_path / "m")[""])
    assert saved.lanes == kept.levels[""].lanes
    assert json.loads((tmp_path / "m" / "places.geojson").read_text())["lanes"] == {"keep": True, "max_speed": 0.8}


def test_a_graph_without_a_grid_is_verified_on_its_edges_and_every_verdict_says_so(tmp_path: Path) -> None:
    file = tmp_path / "g.geojson"
    file.write_text(graph_json())
    save_imported(import_map(file, ReadOptions(name="m")), tmp_path / "m")
    world = load_world(tmp_path / "m")
    found = route(world, "stop 3", "stop 0")
    assert isinstance(found, Route) and found.points == ((18.0, 5.0), (18.0, 2.0), (2.0, 2.0), (2.0, 5.0)), (
        "not back along its edge"
    )
    plan = Plan.model_validate({"steps": [{"skill": "goto", "args": {"place": "stop 3"}}]})
    verdict = verify(plan, world, RobotState(pose=Pose(2.0, 5.0), battery_wh=200.0), BODY, library())
    (said,) = verdict.findings
    assert verdict.ok and said.code == "GRAPH_ONLY" and said.severity == "warning"
    assert "routes keep to its 6 edges and their directions (6 are one-way), taken to be 1 m wide" in said.message


def test_edges_that_cross_without_a_node_are_no_junction(tmp_path: Path) -> None:
    spine = {
        "regions": [{"name": n, "coords": at} for n, at in (("a", [0, 0]), ("b", [10, 10]), ("c", [0, 10]), ("d", [10, 0]))],
        "region_connections": [["a", "b"], ["c", "d"]],
    }
    file = tmp_path / "s.json"
    file.write_text(json.dumps(spine))
    world = import_map(file, ReadOptions(name="s")).levels[""]
    there = route(world, "a", "c")
    assert isinstance(there, NoRoute) and there.code == "NO_LANE"
    assert isinstance(route(world, "b", "a"), Route)


@pytest.mark.parametrize(
    ("lanes", "sentence"),
    [
        ({"keep": False}, r"lanes\.keep is False"),
        ({"keep": True, "max_speed": 0}, r"lanes\.max_speed is 0"),
        (True, "lanes is True"),
        ({"keep": True, "width": 2}, r"unknown key 'lanes\.width'"),
    ],
)
def test_a_bad_rule_is_one_sentence(tmp_path: Path, lanes: object, sentence: str) -> None:
    folder = save_world(hall(ring()), tmp_path / "hall")
    data = json.loads((folder / "places.geojson").read_text())
    (folder / "places.geojson").write_text(json.dumps(data | {"lanes": lanes}))
    with pytest.raises(MapError, match=sentence):
        load_world(folder)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_every_drive_along_lanes_goes_their_way(data: st.DataObject) -> None:
    """Random graphs: whatever of a route lies on a lane follows lanes in their direction, and it keeps its clearance."""
    count = data.draw(st.integers(2, 6))
    points = tuple((float(data.draw(st.integers(1, 19))), float(data.draw(st.integers(1, 9)))) for _ in range(count))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), min_size=1, max_size=8))
    world = hall(Lanes(points, tuple(Lane(a, b) for a, b in pairs)))
    found = route(world, "west", "east")
    free = route(world, "west", "east") if not pairs else find_route(replace(world, lanes=None), BODY, Pose(2.0, 5.0),
                 goal_at(world, world.places["east"], BODY))  # fmt: skip
    assert isinstance(free, Route)
    if isinstance(found, NoRoute):
        assert found.code == "NO_LANE"
        return
    assert found.keeps(BODY) and found.length_m >= free.length_m - 1e-6
    assert found.start == (2.0, 5.0) and found.end.point == pytest.approx((18.0, 5.0))
