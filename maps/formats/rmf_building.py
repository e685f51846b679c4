"""Open-RMF buildings as maps: one per level, its floors free, its walls occupied, all else unknown, joined by named lifts.

The drawing behind a building is not looked at: what is a wall was drawn over it by hand.
"""

import math
import re
from dataclasses import replace
from pathlib import Path

from maps.building import LIFT_DOOR, Lift
from maps.features import Door, Place, Source, Thing
from maps.formats.format import Format, Imported, ReadOptions
from maps.formats.graph import Edge, Node, RouteGraph, edge_warnings
from maps.formats.labels import Labels
from maps.formats.places_graph import lanes_of
from maps.formats.rmf_drawing import draw_level, level_frame
from maps.formats.rmf_file import BuildingLevel, BuildingLift, Vertex, read_building
from maps.formats.rmf_lift import door_segment
from maps.geometry import Pose, distance
from maps.grid import FREE, OCCUPIED, UNKNOWN
from maps.plain_text import short
from maps.world import World

__all__ = ["RMF_BUILDING"]

_RESOLUTION = 0.05


def fits(head: bytes) -> bool:
    """The keys of a building."""
    if head.lstrip()[:1] == b"{":
        return False
    known = rb"(?m)^(?:coordinate_system|crowd_sim|lifts|reference_level_name|building_name|graphs):"
    return re.search(known, head) is not None or (
        re.search(rb"(?m)^levels:", head) is not None
        and re.search(rb"(?m)^\s+(?:vertices|walls|lanes|elevation):", head) is not None
    )


def read(path: Path, options: ReadOptions) -> Imported:
    """All levels of a building."""
    building = read_building(path, options.scale)
    worlds: dict[str, World] = {}
    graphs: dict[str, RouteGraph] = {}
    warnings = list(building.warnings)
    many = len(building.levels) > 1
    cabins: dict[tuple[str, str], str] = {}
    for level in building.levels:
        options.tell(f"drawing level {level.name}")
        file = f"{path.name}, level {level.name}" if many else path.name
        world, graph = _world(level, building.lifts, options, file, warnings, cabins)
        key = level.name if many else ""
        worlds[key] = world
        if graph.edges:
            graphs[key] = graph
            if options.lanes:
                worlds[key] = replace(world, lanes=lanes_of(graph))
    lifts = tuple(
        Lift(lift.name, tuple(lift.level_doors), tuple(cabins[lift.name, level] for level in lift.level_doors))
        for lift in building.lifts
        if lift.level_doors
    )
    idle = [lift.name for lift in building.lifts if not lift.level_doors]
    if idle:
        warnings.append(f"{path.name}: {len(idle)} lifts open on no level and are left out, such as {short(idle[0])}")
    return Imported(levels=worlds, graphs=graphs, lifts=lifts, warnings=tuple(warnings))


def _world(
    level: BuildingLevel,
    lifts: tuple[BuildingLift, ...],
    options: ReadOptions,
    file: str,
    warnings: list[str],
    cabins: dict[tuple[str, str], str],
) -> tuple[World, RouteGraph]:
    here = tuple(lift for lift in lifts if lift.level_doors)
    stops = tuple(lift for lift in here if level.name in lift.level_doors)
    frame = level_frame(level, stops, options.resolution or _RESOLUTION, file)
    cells, notes = draw_level(level, stops, frame, file, options.corridor_m)
    at = [vertex.point for vertex in level.vertices]
    place_labels, door_labels, thing_labels = Labels(file), Labels(file), Labels(file)
    places: list[Place] = []
    called: dict[int, str] = {}
    for index, vertex in enumerate(level.vertices):
        if vertex.name:
            called[index] = place_labels.claim(vertex.name, f"vertex {index}")
            places.append(_place(level, index, vertex, called[index], Source(file, index)))
    doors = []
    for index, door in enumerate(level.doors):
        if distance(at[door.start], at[door.end]) > 0:
            name = door_labels.claim(door.params.get("name"), f"door {index + 1}")
            segment = (at[door.start], at[door.end])
            kind = _kind(door.params.get("type"), "door")
            doors.append(
                Door(name=name, aliases=_spoken(name), kind=kind, segment=segment, state=options.doors, source=Source(file, index))
            )
    for lift in stops:
        name = cabins[lift.name, level.name] = place_labels.claim(lift.name, "lift")
        places.append(Place(name=name, kind="lift", aliases=_spoken(name), pose=Pose(*lift.point, lift.yaw), source=Source(file)))
        for opening in lift.doors:
            if opening.name in lift.level_doors[level.name]:
                label = door_labels.claim(f"{lift.name} {opening.name}", "lift door")
                doors.append(
                    Door(
                        name=label,
                        kind=LIFT_DOOR,
                        segment=door_segment(lift, opening.x, opening.y, opening.turn, opening.width),
                        between=(name,),
                        state=options.doors,
                        source=Source(file),
                    )
                )
    things = [
        Thing(
            name=thing_labels.claim(name.rpartition("/")[2], "model", quiet=True),
            kind="model",
            position=point,
            source=Source(file, index),
        )
        for index, (name, point) in enumerate(level.models)
        if frame.contains(point)
    ]
    if level.models:
        gone = len(level.models) - len(things)
        notes.append(
            f"{file}: {len(level.models)} models are things on the map but no obstacles: the file does not say how large they are"
            + (f" ({gone} outside the level are left out)" if gone else "")
            + ", so a robot may be sent through a desk; add keep-out zones where furniture stands"
        )
    world = World.build(options.name, frame, cells, places=places, doors=doors, things=things, notes=notes)
    graph = _graph(level, called)
    warnings += [*place_labels.warnings(), *door_labels.warnings(), *thing_labels.warnings()]
    warnings += edge_warnings(graph, world, f"{file}: lanes") if graph.edges else ()
    warnings += _level_warnings(level, world, file, options)
    return world, graph


def _place(level: BuildingLevel, index: int, vertex: Vertex, name: str, source: Source) -> Place:
    params = vertex.params
    kind = (
        "dock" if params.get("is_charger")
        else "pickup" if params.get("pickup_dispenser")
        else "dropoff" if params.get("dropoff_ingestor")
        else "parking" if params.get("is_parking_spot")
        else "waypoint"
    )  # fmt: skip
    yaw = 0.0
    for lane in level.lanes:  # a robot faces the way it came along the first lane that ends here
        if index in (lane.start, lane.end):
            (x0, y0), (x1, y1) = level.vertices[lane.start if index == lane.end else lane.end].point, vertex.point
            yaw = math.atan2(y1 - y0, x1 - x0)
            break
    return Place(name=name, kind=kind, aliases=_spoken(name), pose=Pose(*vertex.point, yaw), source=source)


def _spoken(name: str) -> tuple[str, ...]:
    """A name as people say it."""
    said = " ".join(name.replace("_", " ").split())
    return (said,) if said and said != name else ()


def _kind(value: object, otherwise: str) -> str:
    return value.replace("_", " ") if isinstance(value, str) and re.fullmatch(r"[a-z_]{1,30}", value) else otherwise


def _graph(level: BuildingLevel, called: dict[int, str]) -> RouteGraph:
    used = sorted({end for lane in level.lanes for end in (lane.start, lane.end)})
    nodes = tuple(Node(id=index, point=level.vertices[index].point, name=called.get(index, "")) for index in used)
    edges: list[Edge] = []
    for lane in level.lanes:
        names = {"graph_idx": "graph_idx", "speed_limit": "abs_speed_limit", "orientation": "orientation", "mutex": "mutex"}
        kept = {called: value for key, called in names.items() if (value := lane.params.get(key))}
        ways = ((lane.start, lane.end), (lane.end, lane.start)) if lane.params.get("bidirectional") else ((lane.start, lane.end),)
        for start, end in ways:
            number = len(level.vertices) + len(edges)
            edges.append(Edge(id=number, start=start, end=end, properties={"metadata": kept} if kept else {}))
    return RouteGraph(nodes=nodes, edges=tuple(edges))


def _level_warnings(level: BuildingLevel, world: World, file: str, options: ReadOptions) -> list[str]:
    found = []
    if level.doors or any(door.kind == LIFT_DOOR for door in world.doors.values()):
        found.append(
            f"{file}: {len(world.doors)} doors are taken as {options.doors}: a building does not say how they stand (--doors)"
        )
    for door in world.doors.values():
        middle = ((door.segment[0][0] + door.segment[1][0]) / 2, (door.segment[0][1] + door.segment[1][1]) / 2)
        value = world.cells[world.frame.cell(middle)] if world.frame.contains(middle) else UNKNOWN
        if value != FREE:
            what = "a wall runs through it" if value == OCCUPIED else "the floor ends at it"
            found.append(f"{file}: nobody gets through door {door.name!r}: {what}")
    blocked = [
        p.name
        for p in world.places.values()
        if not world.frame.contains(p.centre) or world.cells[world.frame.cell(p.centre)] != FREE
    ]
    if blocked:
        found.append(f"{file}: {len(blocked)} named vertices are in walls or off the floor, such as {blocked[0]!r}")
    limited = sum(bool(lane.params.get("speed_limit")) for lane in level.lanes)
    ways = sum(not lane.params.get("bidirectional") for lane in level.lanes)
    if not options.lanes and (limited or ways):
        asks = [f"{limited} lanes have a speed limit"] if limited else []
        asks += [f"{ways} are one-way" if asks else f"{ways} lanes are one-way"] if ways else []
        found.append(f"{file}: {' and '.join(asks)}; routes do not heed it, unless they keep to lanes (--lanes)")
    return found


RMF_BUILDING = Format(
    name="rmf-building",
    title="Open-RMF building.yaml",
    carries="is only read: floors, walls, doors, named vertices, chargers, models, lanes; a map per level, joined by lifts",
    fits=fits,
    read=read,
)
