"""SPINE graph JSON: regions, objects and what is joined, the compact form of a map that language-model planners are given.

``{"regions": [{"name", "coords"}], "objects": [...], "region_connections": [[a, b]], "object_connections": [[object, region]]}``
after Ravichandran et al., "SPINE: Online Semantic Planning for Missions with Incomplete Natural Language Specifications in
Unstructured Environments", 2024. Coordinates are metres. It has no grid.
"""

import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maps.bounded import parse_json, read_bytes
from maps.errors import MapFileInvalid
from maps.features import Place, Source, Thing
from maps.formats.corridors import corridor_grid, graph_only_note
from maps.formats.format import Format, Imported, ReadOptions, WriteOptions
from maps.formats.graph import MAX_EDGES, MAX_NODES, Edge, Node, RouteGraph, edge_warnings
from maps.formats.labels import Labels
from maps.formats.places_graph import lanes_of
from maps.formats.writing import write_text
from maps.geometry import Point, Pose, distance
from maps.map_server import is_number
from maps.plain_text import short
from maps.world import World

__all__ = ["SPINE"]

MAX_BYTES = 64_000_000
_RESOLUTION = 0.1


def fits(head: bytes) -> bool:
    """An object with regions or connections."""
    words = (b'"region_connections"', b'"object_connections"', b'"regions"')
    return head.lstrip()[:1] == b"{" and any(word in head for word in words)


def _nodes(data: dict[str, Any], key: str, path: Path) -> dict[str, Point]:
    given = data.get(key, [])
    if not isinstance(given, list) or len(given) > MAX_NODES:
        raise MapFileInvalid(f"{path.name}: {key} must be a list of at most {MAX_NODES}, found {short(given)}")
    found: dict[str, Point] = {}
    for index, item in enumerate(given):
        where = f"{path.name}, {key}[{index}]"
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(name, str) or not name.strip():
            raise MapFileInvalid(f"{where}: expected a name and coords, found {short(item)}")
        at = item.get("coords")
        if not isinstance(at, list) or len(at) not in (2, 3) or not all(is_number(part) and abs(part) <= 1e6 for part in at):
            raise MapFileInvalid(f"{where} ({short(name)}): coords are {short(at)}, expected [x, y] in metres")
        if name in found:
            raise MapFileInvalid(f"{where}: the name {short(name)} is given twice")
        found[name] = (float(at[0]), float(at[1]))
    return found


def _pairs(data: dict[str, Any], key: str, first: dict[str, Point], second: dict[str, Point], path: Path) -> list[tuple[str, str]]:
    given = data.get(key, [])
    if not isinstance(given, list) or len(given) > MAX_EDGES:
        raise MapFileInvalid(f"{path.name}: {key} must be a list of at most {MAX_EDGES} pairs, found {short(given)}")
    found = []
    for index, pair in enumerate(given):
        where = f"{path.name}, {key}[{index}]"
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(name, str) for name in pair):
            raise MapFileInvalid(f"{where} is {short(pair)}, expected two names")
        a, b = pair
        if first is not second and a in second and b in first:  # some writers sort the two
            a, b = b, a
        for name, known in ((a, first), (b, second)):
            if name not in known:
                raise MapFileInvalid(f"{where} joins {short(a)} and {short(b)}, and there is no {short(name)}")
        found.append((a, b))
    return found


def read(path: Path, options: ReadOptions) -> Imported:
    """Regions become places and objects things, on corridors along the connections or on the map that the graph is put onto."""
    data = parse_json(read_bytes(path, MAX_BYTES), path)
    regions, objects = _nodes(data, "regions", path), _nodes(data, "objects", path)
    roads = _pairs(data, "region_connections", regions, regions, path)
    homes = _pairs(data, "object_connections", objects, regions, path)
    if not regions:
        raise MapFileInvalid(f"{path.name} names no region, so there is nowhere to go")
    numbers = {name: number for number, name in enumerate(regions)}
    graph = RouteGraph(
        nodes=tuple(Node(id=number, point=regions[name], name=name) for name, number in numbers.items()),
        edges=tuple(
            Edge(id=len(numbers) + 2 * index + back, start=numbers[(a, b)[back]], end=numbers[(b, a)[back]])
            for index, (a, b) in enumerate(roads)
            for back in (0, 1)
        ),
    )
    world = options.onto
    warnings: list[str] = []
    if world is None:
        segments = [(regions[a], regions[b]) for a, b in roads] + [(objects[a], regions[b]) for a, b in homes]
        frame, cells = corridor_grid(
            segments, [*regions.values(), *objects.values()], options.corridor_m, options.resolution or _RESOLUTION, path.name
        )
        world = World.build(options.name, frame, cells, notes=[graph_only_note(graph, options.corridor_m, path.name)])
    else:
        warnings += edge_warnings(graph, world, path.name)
    source = Source(path.name)
    place_labels = Labels(path.name, tuple(word for place in world.places.values() for word in (place.name, *place.aliases)))
    thing_labels = Labels(path.name, tuple(word for thing in world.things.values() for word in (thing.name, *thing.aliases)))
    places, things, called = dict(world.places), dict(world.things), {}
    for name, point in regions.items():
        if world.frame.contains(point):
            called[name] = place_labels.claim(name, f"region {numbers[name]}")
            places[called[name]] = Place(name=called[name], kind="region", pose=Pose(*point), source=source)
    home = dict(homes)
    outside = 0
    for index, (name, point) in enumerate(objects.items()):
        if not world.frame.contains(point):
            outside += 1
            continue
        label = thing_labels.claim(name, f"object {index}")
        things[label] = Thing(name=label, position=point, place=called.get(home.get(name, "")), source=source)
    if outside:
        warnings.append(f"{path.name}: {outside} objects lie outside the map and are left out")
    lanes = lanes_of(graph) if options.onto is None or options.lanes else world.lanes
    made = replace(world, lanes=lanes, places=MappingProxyType(places), things=MappingProxyType(things))
    graph = replace(graph, nodes=tuple(replace(node, name=called.get(node.name, "")) for node in graph.nodes))
    return Imported(levels={"": made}, graphs={"": graph}, warnings=(*warnings, *place_labels.warnings(), *thing_labels.warnings()))


def write(world: World, path: Path, options: WriteOptions) -> tuple[str, ...]:
    """Places become regions, things objects; connections are those of the graph imported with the map, else ways to drive."""
    from maps.formats.places_graph import kept_graph, neighbours

    kept = kept_graph(world)
    if kept is not None and {node.name for node in kept.nodes} == set(world.places):
        at = kept.at()
        regions = {node.name: node.point for node in kept.nodes}
        roads = [(at[edge.start].name, at[edge.end].name) for edge in kept.segments().values()]
        notes: tuple[str, ...] = ()
    else:
        found, notes = neighbours(world, options)
        regions = {name: point for name, point, _ in found}
        roads = [(name, other) for name, _, others in found for other in others if name < other]
    homes = []
    for thing in world.things.values():
        place = thing.place if thing.place in regions else None
        if place is None and regions:
            place = min(regions, key=lambda name: distance(regions[name], thing.position))
        if place is not None:
            homes.append([thing.name, place])
    data = {
        "regions": [{"name": name, "coords": list(point)} for name, point in regions.items()],
        "objects": [{"name": thing.name, "coords": list(thing.position)} for thing in world.things.values()],
        "region_connections": [list(pair) for pair in roads],
        "object_connections": homes,
    }
    lines = ",\n".join(
        f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}" for key, value in data.items()
    )
    write_text(path, "{\n" + lines + "\n}\n")
    return notes


SPINE = Format(
    name="spine",
    title="SPINE graph JSON",
    carries="places as points, things with the place they are at, and what is joined; no cells, outlines, doors, zones or headings",
    fits=fits,
    read=read,
    write=write,
)
