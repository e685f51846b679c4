"""Nav2 route graphs: GeoJSON with Point nodes and LineString edges in metres of the map frame, whatever its ``crs`` says.

As ``nav2_route`` reads them: node coordinates rule and an edge's own geometry is not looked at; nodes and edges are both needed.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maps.bounded import parse_json, read_bytes
from maps.errors import MapFileInvalid
from maps.features import Place, Source
from maps.formats.corridors import corridor_grid, graph_only_note
from maps.formats.format import Format, Imported, ReadOptions, WriteOptions
from maps.formats.graph import MAX_EDGES, MAX_NODES, Edge, Node, RouteGraph, edge_warnings, one_way
from maps.formats.labels import Labels
from maps.formats.places_graph import lanes_of
from maps.formats.writing import write_text
from maps.geometry import Pose
from maps.map_server import is_number
from maps.plain_text import label_fault, short
from maps.world import World

__all__ = ["NAV2_GRAPH", "graph_json", "read_graph"]

MAX_BYTES = 64_000_000
_RESOLUTION = 0.1


def fits(head: bytes) -> bool:
    """A FeatureCollection that is not our own places file."""
    return head.lstrip()[:1] == b"{" and b'"FeatureCollection"' in head and b'"surefoot"' not in head


def read_graph(path: Path, *, edgeless: bool = False) -> RouteGraph:
    """Read a route graph.

    Args:
        path: The file.
        edgeless: Whether one without edges will do; Nav2 refuses it.

    Raises:
        MapFileMissing: It cannot be read.
        MapFileInvalid: It is no route graph, too large, has a node without a place, an edge
            without an end, or a node's number twice.
    """
    features = parse_json(read_bytes(path, MAX_BYTES), path).get("features")
    if not isinstance(features, list):
        raise MapFileInvalid(f"{path}: the key 'features' must be a list, found {short(features)}")
    if len(features) > MAX_NODES + MAX_EDGES:
        raise MapFileInvalid(f"{path} holds {len(features)} features, at most {MAX_NODES + MAX_EDGES} are read")
    nodes: dict[int, Node] = {}
    edges: list[Edge] = []
    for index, feature in enumerate(features):
        made = _feature(feature, f"{path.name}, feature {index}")
        if isinstance(made, Edge):
            edges.append(made)
        elif made.id in nodes:
            raise MapFileInvalid(f"{path.name}, feature {index}: the node number {made.id} is given twice")
        else:
            nodes[made.id] = made
    if not nodes or not (edges or edgeless) or len(nodes) > MAX_NODES:
        raise MapFileInvalid(
            f"{path} holds {len(nodes)} nodes and {len(edges)} edges; a route graph needs both, at most {MAX_NODES}"
        )
    for edge in edges:
        for end in (edge.start, edge.end):
            if end not in nodes:
                raise MapFileInvalid(f"{path.name}: edge {edge.id} joins {edge.start} and {edge.end}, and there is no node {end}")
    return RouteGraph(nodes=tuple(nodes.values()), edges=tuple(edges))


def _feature(feature: Any, where: str) -> Node | Edge:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or not isinstance(properties, dict):
        raise MapFileInvalid(f"{where}: expected a feature with a geometry and properties, found {short(feature)}")
    if geometry.get("type") == "Point":
        return _node(geometry, properties, where)
    if geometry.get("type") in ("LineString", "MultiLineString"):
        return Edge(
            id=_number(properties, "id", where),
            start=_number(properties, "startid", where),
            end=_number(properties, "endid", where),
            properties=_rest(properties, ("id", "startid", "endid")),
        )
    raise MapFileInvalid(f"{where}: a route graph holds Points and LineStrings, found {short(geometry.get('type'))}")


def _node(geometry: Mapping[str, Any], properties: Mapping[str, Any], where: str) -> Node:
    at = geometry.get("coordinates")
    if not isinstance(at, list) or len(at) not in (2, 3) or not all(is_number(part) and abs(part) <= 1e6 for part in at):
        raise MapFileInvalid(f"{where}: coordinates are {short(at)}, expected [x, y] in metres")
    frame = properties.get("frame", "map")
    if frame != "map":
        raise MapFileInvalid(
            f"{where}: its frame is {short(frame)}, and only the frame 'map' is known here; transform the graph first"
        )
    metadata = properties.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    name = name if isinstance(name, str) else properties.get("name")
    return Node(
        id=_number(properties, "id", where),
        point=(float(at[0]), float(at[1])),
        name=name if isinstance(name, str) else "",
        properties=_rest(properties, ("id", "frame")),
    )


def _number(properties: Mapping[str, Any], key: str, where: str) -> int:
    value = properties.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**32:
        raise MapFileInvalid(f"{where}: {key} is {short(value)}, expected a whole number of at least 0")
    return value


def _rest(properties: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if key not in known}


def graph_json(graph: RouteGraph, name: str) -> str:
    """The text of a route graph, one feature per line; ``read_graph`` reads it back the same."""
    at = graph.at()
    lines = [
        {
            "type": "Feature",
            "properties": {"id": node.id, "frame": "map", **_named(node)},
            "geometry": {"type": "Point", "coordinates": list(node.point)},
        }
        for node in graph.nodes
    ]
    lines += [
        {
            "type": "Feature",
            "properties": {"id": edge.id, "startid": edge.start, "endid": edge.end, **edge.properties},
            "geometry": {"type": "LineString", "coordinates": [list(at[edge.start].point), list(at[edge.end].point)]},
        }
        for edge in graph.edges
    ]
    head = json.dumps({"type": "FeatureCollection", "name": name}, ensure_ascii=False)[:-1] + ', "features": [\n'
    return head + ",\n".join(json.dumps(line, ensure_ascii=False, allow_nan=False) for line in lines) + "\n]}\n"


def _named(node: Node) -> dict[str, Any]:
    """What the file says of a node, with the name that its place has on the map."""
    if not node.name:
        return dict(node.properties)
    metadata = node.properties.get("metadata")
    return {**node.properties, "metadata": {**(metadata if isinstance(metadata, dict) else {}), "name": node.name}}


def read(path: Path, options: ReadOptions) -> Imported:
    """Nodes become places of a map: of the one that the graph is put onto, else of corridors along the edges."""
    graph = read_graph(path)
    warnings = _repeated(graph, path.name) + _on_one_spot(graph, path.name)
    world = options.onto
    if world is None:
        at = graph.at()
        segments = [(at[a].point, at[b].point) for a, b in graph.segments()]
        frame, cells = corridor_grid(
            segments, [node.point for node in graph.nodes], options.corridor_m, options.resolution or _RESOLUTION, path.name
        )
        world = World.build(options.name, frame, cells, notes=[graph_only_note(graph, options.corridor_m, path.name)])
    else:
        warnings += edge_warnings(graph, world, path.name)
        if not options.lanes:
            warnings += _not_heeded(graph, path.name)
    labels = Labels(path.name, tuple(word for place in world.places.values() for word in (place.name, *place.aliases)))
    nodes, places = [], list(world.places.values())
    for index, node in enumerate(graph.nodes):
        if world.frame.contains(node.point) and not _is_waypoint(node):
            known = world.places.get(node.name)
            if known is not None and known.centre == node.point:
                nodes.append(node)
                continue
            name = labels.claim(node.name, f"node {node.id}")
            places.append(_place(node, name, Source(path.name, index)))
            node = replace(node, name=name)
        nodes.append(node)
    graph = replace(graph, nodes=tuple(nodes))
    lanes = lanes_of(graph, options.full_speed) if options.onto is None or options.lanes else world.lanes
    made = replace(world, lanes=lanes, places=MappingProxyType({place.name: place for place in places}))
    return Imported(levels={"": made}, graphs={"": graph}, warnings=(*warnings, *labels.warnings()))


def _not_heeded(graph: RouteGraph, file: str) -> list[str]:
    """What a graph asks for that routes on the grid do not do."""
    there, limited = one_way(graph), sum(lane.speed is not None for lane in lanes_of(graph).edges)
    asks = [f"{there} edges are one-way"] if there else []
    asks += [f"{limited} have a speed limit"] if limited else []
    if not asks:
        return []
    return [f"{file}: {' and '.join(asks)}; routes are found on the grid and do not heed it, unless they keep to lanes (--lanes)"]


def _repeated(graph: RouteGraph, file: str) -> list[str]:
    seen: dict[int, Edge] = {}
    twice = [edge for edge in graph.edges if seen.setdefault(edge.id, edge) is not edge]
    if not twice:
        return []
    again = twice[0]
    first = seen[again.id]
    return [
        f"{file}: {len(twice)} edge numbers are given twice, the first is {again.id}, from {first.start} to {first.end} and from "
        f"{again.start} to {again.end}; whoever closes or prices that edge by its number means one of them"
    ]


def _on_one_spot(graph: RouteGraph, file: str) -> list[str]:
    """Nodes that were drawn twice: what ends at one does not go on from the other."""
    joined = {frozenset((edge.start, edge.end)) for edge in graph.edges}
    first: dict[tuple[float, float], Node] = {}
    twins = []
    for node in graph.nodes:
        other = first.setdefault((round(node.point[0], 3), round(node.point[1], 3)), node)
        if other is not node and frozenset((other.id, node.id)) not in joined:
            twins.append((other, node))
    if not twins:
        return []
    a, b = twins[0]
    return [
        f"{file}: {len(twins)} nodes lie on the spot of another, the first are {a.id} and {b.id} at ({a.point[0]:.2f}, "
        f"{a.point[1]:.2f}); what leads to one does not go on from the other; join their edges in one node"
    ]


def _is_waypoint(node: Node) -> bool:
    """A bend that our own export put between two places."""
    metadata = node.properties.get("metadata")
    return isinstance(metadata, dict) and metadata.get("class") == "waypoint"


def _place(node: Node, name: str, source: Source) -> Place:
    given = node.properties.get("metadata")
    metadata: Mapping[str, Any] = given if isinstance(given, dict) else {}
    yaw, kind = metadata.get("yaw"), metadata.get("kind")
    heading = float(yaw) if is_number(yaw) and yaw is not None else 0.0
    plain = isinstance(kind, str) and len(kind) <= 50 and not label_fault(kind)
    kept = str(kind) if plain else "" if node.name else "waypoint"
    return Place(name=name, kind=kept, pose=Pose(*node.point, heading), source=source)


def write(world: World, path: Path, options: WriteOptions) -> tuple[str, ...]:
    """Places become nodes, and routes between neighbours edges; a graph that was imported with the map is kept."""
    from maps.formats.places_graph import graph_of

    graph, notes = graph_of(world, options)
    if not graph.edges:
        from maps.errors import MapError

        raise MapError(f"map {world.name!r} has no two places with a way between them, and a route graph needs an edge")
    write_text(path, graph_json(graph, world.name))
    return notes


NAV2_GRAPH = Format(
    name="nav2-graph",
    title="Nav2 route graph (GeoJSON)",
    carries="places as points with name, kind and yaw, and the ways between neighbours; no outlines, doors, things, zones or cells",
    fits=fits,
    read=read,
    write=write,
)
