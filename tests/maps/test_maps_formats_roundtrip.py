"""What is exported comes back the same, up to what the format says that it can carry."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import (
    FREE,
    OCCUPIED,
    Body,
    Door,
    GridFrame,
    Place,
    Pose,
    Route,
    Thing,
    World,
    find_map,
    find_route,
    goal_pose,
    load_world,
)
from maps.formats import (
    Edge,
    Node,
    ReadOptions,
    RouteGraph,
    WriteOptions,
    detect,
    export_map,
    format_named,
    import_map,
    save_imported,
)
from maps.formats.nav2_graph import graph_json, read_graph

FEW = settings(max_examples=25, deadline=None)
frames = st.builds(
    lambda resolution, x, y, yaw, w, h: GridFrame(resolution, Pose(x, y, yaw), w, h),
    st.sampled_from([0.05, 0.1, 0.25, 1.0]),
    st.floats(-50, 50),
    st.floats(-50, 50),
    st.one_of(st.just(0.0), st.floats(-3, 3)),
    st.integers(1, 9),
    st.integers(1, 9),
)


@st.composite
def worlds(draw, straight=False):
    frame = draw(frames)
    if straight:
        frame = replace(frame, origin=Pose(frame.origin.x, frame.origin.y))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    speed = np.where(random.random(frame.shape) < 0.5, random.choice([0.25, 0.5, 0.75], frame.shape), 0.0)
    return World.build(
        "drawn",
        frame,
        random.choice([0, 100, -1], frame.shape),
        keepout_mask=random.random(frame.shape) < 0.3,
        speed_mask=speed,
    )


def there_and_back(world: World, format: str, file: str, *, onto: World | None = None) -> World:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        export_map(world, format_named(format), path, WriteOptions())
        found = detect(path)
        assert found.name == format
        return import_map(path, ReadOptions(name="drawn", onto=onto)).levels[""]


@FEW
@given(worlds())
def test_map_server_keeps_cells_and_frame(world: World) -> None:
    back = there_and_back(world, "map-server", "out.yaml")
    assert back.frame == world.frame
    assert (back.cells == world.cells).all()
    assert back.warnings == ()


@FEW
@given(worlds(straight=True))
def test_masks_put_back_onto_the_map_give_the_same_revision(world: World) -> None:
    bare = World.build("drawn", world.frame, world.cells)
    limited = world.speed_mask.array.any()
    kept_out = there_and_back(world, "keepout", "mask.yaml", onto=bare)
    slowed = (
        there_and_back(world, "speed", "mask.yaml", onto=kept_out) if limited else replace(kept_out, speed_mask=world.speed_mask)
    )
    assert slowed.revision == world.revision


@FEW
@given(worlds(), st.sampled_from(["topic.yaml", "topic.json"]))
def test_a_map_topic_keeps_cells_and_frame(world: World, file: str) -> None:
    back = there_and_back(world, "ros-topic", file)
    assert (back.cells == world.cells).all()
    assert back.frame.shape == world.frame.shape
    assert back.frame.resolution == world.frame.resolution
    assert (back.frame.origin.x, back.frame.origin.y) == (world.frame.origin.x, world.frame.origin.y)
    assert back.frame.origin.yaw == pytest.approx(world.frame.origin.yaw, abs=1e-12)


@FEW
@given(worlds())
def test_movingai_keeps_where_a_robot_may_be(world: World) -> None:
    back = there_and_back(world, "movingai", "grid.map")
    assert ((back.cells == FREE) == ((world.cells == FREE) & ~world.keepout)).all()
    assert not (back.cells == -1).any()


points = st.tuples(st.floats(-40, 40), st.floats(-40, 40))
plain = st.one_of(st.integers(-5, 5), st.text("abc ü", max_size=5), st.booleans())


@FEW
@given(
    st.lists(st.tuples(points, st.dictionaries(st.text("abc", min_size=1, max_size=3), plain)), min_size=2, max_size=6), st.data()
)
def test_a_route_graph_keeps_numbers_places_and_metadata(given_nodes, data) -> None:
    nodes = tuple(Node(id=7 * i, point=point, properties={"metadata": more}) for i, (point, more) in enumerate(given_nodes))
    ends = st.sampled_from([node.id for node in nodes])
    pairs = data.draw(st.lists(st.tuples(ends, ends), min_size=1, max_size=8))
    edges = tuple(Edge(id=100 + i, start=a, end=b, properties={"cost": 1.5}) for i, (a, b) in enumerate(pairs))
    graph = RouteGraph(nodes=nodes, edges=edges)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.geojson"
        path.write_text(graph_json(graph, "any"), encoding="utf-8")
        assert read_graph(path) == graph


@FEW
@given(st.lists(points, min_size=1, max_size=6, unique=True), st.data())
def test_a_spine_graph_comes_back_from_the_saved_map(at, data) -> None:
    names = [f"region_{i}" for i in range(len(at))]
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    joined = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    things = data.draw(st.lists(st.tuples(points, st.sampled_from(names)), max_size=3))
    graph = {
        "regions": [{"name": name, "coords": list(point)} for name, point in zip(names, at, strict=True)],
        "objects": [{"name": f"thing_{i}", "coords": list(point)} for i, (point, _) in enumerate(things)],
        "region_connections": [list(pair) for pair in joined],
        "object_connections": [[f"thing_{i}", home] for i, (_, home) in enumerate(things)],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.json"
        path.write_text(json.dumps(graph))
        made = import_map(path, ReadOptions(name="site", resolution=0.25))
        saved = save_imported(made, Path(folder) / "site")[""]
        export_map(load_world(saved), format_named("spine"), Path(folder) / "again.json", WriteOptions())
        again = json.loads((Path(folder) / "again.json").read_text())
    for key in ("regions", "objects"):
        assert again[key] == graph[key]
    assert sorted(map(sorted, again["region_connections"])) == sorted(map(sorted, graph["region_connections"]))
    assert again["object_connections"] == graph["object_connections"]


@pytest.fixture(scope="module")
def rooms() -> World:
    frame = GridFrame(0.1, Pose(0.0, 0.0), 100, 60)
    cells = np.full(frame.shape, OCCUPIED)
    cells[2:-2, 2:-2] = FREE
    cells[2:-2, 49:51] = OCCUPIED
    cells[20:32, 49:51] = FREE
    places = [
        Place(name="bench", kind="table", pose=Pose(1.0, 5.0, 1.5)),
        Place(name="left", outline=((0.3, 0.3), (4.8, 0.3), (4.8, 5.6), (0.3, 5.6))),
        Place(name="right", kind="room", pose=Pose(8.0, 1.0)),
        Place(name="charger", kind="dock", pose=Pose(9.0, 5.0, -1.0)),
    ]
    door = Door(name="hatch", segment=((5.0, 2.0), (5.0, 3.2)), between=("left", "right"), state="closed")
    thing = Thing(name="cup", position=(1.0, 5.2), place="bench")
    return World.build("rooms", frame, cells, places=places, doors=[door], things=[thing])


def test_places_come_back_from_a_route_graph_and_its_edges_can_be_driven(rooms: World, tmp_path: Path) -> None:
    path = tmp_path / "graph.geojson"
    notes = export_map(rooms, format_named("nav2-graph"), path, WriteOptions())
    assert notes == ("1 doors count as open: a graph does not say which of its edges are shut",)
    graph = read_graph(path)
    at, open_doors = graph.at(), {"hatch": "open"}
    doors = set()
    for edge in graph.edges:
        start, end = at[edge.start].point, at[edge.end].point
        route = find_route(rooms, Body(), Pose(*start), goal_pose(rooms, Pose(*end)), doors=open_doors)
        assert isinstance(route, Route)
        assert route.length_m == pytest.approx(np.hypot(end[0] - start[0], end[1] - start[1]), abs=1e-6)
        doors.update(edge.properties.get("metadata", {}).get("doors", []))
    assert doors == {"hatch"}
    bare = World.build("rooms", rooms.frame, rooms.cells)
    back = import_map(path, ReadOptions(name="rooms", onto=bare))
    assert back.warnings == ()
    assert set(back.levels[""].places) == set(rooms.places)
    for name, place in back.levels[""].places.items():
        assert place.pose.point == pytest.approx(rooms.places[name].centre)
        assert place.kind == rooms.places[name].kind
        if rooms.places[name].pose is not None:
            assert place.pose == rooms.places[name].pose


def test_what_is_joined_on_the_map_is_joined_in_the_graph(tmp_path: Path) -> None:
    import networkx as nx

    world = load_world(find_map("home"))
    export_map(world, format_named("nav2-graph"), tmp_path / "home.geojson", WriteOptions())
    graph = read_graph(tmp_path / "home.geojson")
    joined = nx.Graph([(edge.start, edge.end) for edge in graph.edges])
    named = [node for node in graph.nodes if node.name]
    first = named[0]
    for node in named[1:]:
        route = find_route(
            world, Body(), Pose(*first.point), goal_pose(world, Pose(*node.point)), doors=dict.fromkeys(world.doors, "open")
        )
        assert isinstance(route, Route) == nx.has_path(joined, first.id, node.id)
