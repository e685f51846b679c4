"""A route graph of a map's places: neighbours joined by routes that the body can drive, bend by bend."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from maps.clearance import clearance
from maps.errors import MapError, MapFileInvalid, MapFileMissing
from maps.formats.format import WriteOptions
from maps.formats.graph import Edge, Node, RouteGraph
from maps.formats.writing import write_text
from maps.geometry import Point, Pose, distance
from maps.goals import goal_at, goal_pose
from maps.lanes import FULL_SPEED, Lane, Lanes
from maps.map_server import is_number
from maps.route import NoRoute
from maps.routing import find_route, travel_distances
from maps.world import World

if TYPE_CHECKING:
    from maps.body import Body
    from maps.features import Place

__all__ = ["GRAPH_FILE", "graph_of", "kept_graph", "lanes_beside", "lanes_of", "neighbours", "write_lanes"]

GRAPH_FILE = "route_graph.geojson"
"""The graph that was imported with a map lies beside it under this name."""

MAX_PLACES = 400
_SAME_M = 1e-6


def graph_of(world: World, options: WriteOptions) -> tuple[RouteGraph, tuple[str, ...]]:
    """The graph that was imported with a map if it still names places where they are, else one made of the places.

    Returns:
        The graph, and sentences on what it leaves out.

    Raises:
        MapError: There are too many places to make a graph of.
    """
    kept = kept_graph(world)
    if kept is not None:
        return kept, ("the route graph that was imported with the map is given as it was",)
    found, notes = neighbours(world, options)
    anchors = {name: point for name, point, _ in found}
    nodes = [_node(number, world.places[name], point) for number, (name, point, _) in enumerate(found)]
    number_of = {name: number for number, name in enumerate(anchors)}
    edges: list[Edge] = []
    doors = dict.fromkeys(world.doors, "open")
    for name, point, others in found:
        for other in others:
            if number_of[other] < number_of[name]:
                continue
            route = find_route(
                world,
                options.body,
                Pose(*point),
                goal_pose(world, Pose(*anchors[other])),
                doors=doors,  # type: ignore[arg-type]
            )
            if isinstance(route, NoRoute):
                continue
            ends = [number_of[name], *(len(nodes) + i for i in range(len(route.points) - 2)), number_of[other]]
            nodes += [
                Node(id=i, point=bend, properties={"metadata": {"class": "waypoint"}})
                for i, bend in zip(ends[1:-1], route.points[1:-1], strict=True)
            ]
            through: dict[str, object] = {"metadata": {"doors": list(route.doors)}} if route.doors else {}
            for a, b in pairwise(ends):
                for start, end in ((a, b), (b, a)):
                    edges.append(Edge(id=len(edges), start=start, end=end, properties=through))
    first_edge = len(nodes)
    edges = [replace(edge, id=first_edge + index) for index, edge in enumerate(edges)]
    return RouteGraph(nodes=tuple(nodes), edges=tuple(edges)), notes


def kept_graph(world: World) -> RouteGraph | None:
    """The graph beside the map, if its named nodes are still places where it says."""
    file = None if world.folder is None else world.folder / GRAPH_FILE
    if file is None or not file.is_file():
        return None
    from maps.formats.nav2_graph import read_graph

    try:
        graph = read_graph(file, edgeless=True)
    except MapFileInvalid:
        return None
    for node in graph.nodes:
        place = world.places.get(node.name) if node.name else None
        if node.name and (place is None or distance(place.centre, node.point) > _SAME_M):
            return None
    return graph


def neighbours(world: World, options: WriteOptions) -> tuple[list[tuple[str, Point, tuple[str, ...]]], tuple[str, ...]]:
    """Places with where a body stands there and which places are next to them.

    Two places are neighbours unless a third lies nearer to both of them than they to each other, by the way to drive (the relative
    neighbourhood graph: few edges, and whatever is joined on the map is joined by them). Doors count as open.

    Returns:
        Name, point and neighbours by place, in the map's order; and sentences on what is left out.

    Raises:
        MapError: There are too many places.
    """
    if len(world.places) > MAX_PLACES:
        raise MapError(f"map {world.name!r} has {len(world.places)} places; a graph is made of at most {MAX_PLACES}")
    anchors = {name: point for name, place in world.places.items() if (point := _anchor(world, place, options.body)) is not None}
    names = list(anchors)
    cells = np.array([world.frame.cell(point) for point in anchors.values()], dtype=np.int64).reshape(-1, 2)
    apart = np.full((len(names), len(names)), np.inf)
    doors = dict.fromkeys(world.doors, "open")
    for index, name in enumerate(names):
        options.tell(f"ways from {name} ({index + 1} of {len(names)})")
        away = travel_distances(world, options.body, Pose(*anchors[name]), doors=doors)  # type: ignore[arg-type]
        apart[index] = away[cells[:, 0], cells[:, 1]]
    apart = np.minimum(apart, apart.T)
    near = _relative_neighbours(apart)
    found = [(name, anchors[name], tuple(names[j] for j in np.flatnonzero(near[i]).tolist())) for i, name in enumerate(names)]
    notes = []
    left = [name for name in world.places if name not in anchors]
    if left:
        notes.append(f"{len(left)} places have no room for the body and are left out, such as {left[0]!r}")
    alone = [name for name, _, others in found if not others]
    if alone and len(found) > 1:
        notes.append(f"{len(alone)} places are joined to no other, such as {alone[0]!r}: there is no way for the body")
    if world.doors:
        notes.append(f"{len(world.doors)} doors count as open: a graph does not say which of its edges are shut")
    return found, tuple(notes)


def _relative_neighbours(apart: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    near = np.isfinite(apart)
    np.fill_diagonal(near, False)
    for k in range(len(apart)):
        between = np.maximum(apart[:, k, None], apart[None, k, :]) < apart - 1e-9
        between[k] = between[:, k] = False
        near &= ~between
    return near


def _anchor(world: World, place: "Place", body: "Body") -> Point | None:
    """Where the body stands when it is at a place; None where it has no room."""
    room = clearance(world, ignore=frozenset(("doors",)))
    centre = place.centre
    if world.frame.contains(centre) and room[world.frame.cell(centre)] >= body.needed_clearance_m - 1e-9:
        return centre
    goal = goal_at(world, place, body)
    fit = [tuple(cell) for cell in goal.cells.tolist() if room[tuple(cell)] >= body.needed_clearance_m - 1e-9]
    if place.pose is not None:
        return centre if fit else None
    middle = [world.frame.centre(*cell) for cell in fit]
    return min(middle, key=lambda point: distance(point, centre)) if middle else None


def _node(number: int, place: "Place", point: Point) -> Node:
    metadata: dict[str, object] = {"name": place.name}
    if place.kind:
        metadata["kind"] = place.kind
    if place.pose is not None and place.pose.yaw:
        metadata["yaw"] = place.pose.yaw
    return Node(id=number, point=point, name=place.name, properties={"metadata": metadata})


def lanes_of(graph: RouteGraph, full_speed: float | None = None) -> Lanes:
    """The edges of a graph as what routes have to keep to.

    Speed limits are read as Nav2 does: ``abs_speed_limit`` in an edge's metadata is m/s, ``speed_limit`` is percent.

    Args:
        graph: The graph.
        full_speed: What 100 % is, m/s.
    """
    number = {node.id: index for index, node in enumerate(graph.nodes)}
    edges = tuple(Lane(number[edge.start], number[edge.end], _speed(edge, full_speed or FULL_SPEED)) for edge in graph.edges)
    return Lanes(tuple(node.point for node in graph.nodes), edges, full_speed)


def _speed(edge: Edge, full_speed: float) -> float | None:
    """An edge's speed limit, m/s; None for none, which is also what a number that makes no sense means."""
    given = edge.properties.get("metadata")
    metadata = given if isinstance(given, dict) else {}
    absolute, percent = metadata.get("abs_speed_limit"), metadata.get("speed_limit")
    if is_number(absolute) and absolute is not None and 0 < absolute <= 100:
        return float(absolute)
    if is_number(percent) and percent is not None and 0 < percent < 100:
        return float(percent) / 100.0 * full_speed
    return None


def lanes_beside(folder: Path, full_speed: float | None) -> Lanes:
    """The lanes of a saved map whose places.geojson says that routes keep to them.

    Raises:
        MapFileMissing: There is no route graph beside it.
        MapFileInvalid: It is malformed.
    """
    from maps.formats.nav2_graph import read_graph

    file = folder / GRAPH_FILE
    if not file.is_file():
        raise MapFileMissing(
            f'places.geojson says "lanes": {{"keep": true}}, and there is no {GRAPH_FILE} in {str(folder)!r}; put the graph there, '
            "or take the key out"
        )
    return lanes_of(read_graph(file, edgeless=True), full_speed)


def write_lanes(lanes: Lanes, folder: Path) -> None:
    """Write lanes as a route graph."""
    from maps.formats.nav2_graph import graph_json

    nodes = tuple(Node(id=index, point=point) for index, point in enumerate(lanes.points))
    edges = tuple(
        Edge(
            id=len(nodes) + index,
            start=lane.start,
            end=lane.end,
            properties={} if lane.speed is None else {"metadata": {"abs_speed_limit": lane.speed}},
        )
        for index, lane in enumerate(lanes.edges)
    )
    write_text(folder / GRAPH_FILE, graph_json(RouteGraph(nodes=nodes, edges=edges), folder.name))
