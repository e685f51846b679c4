"""Open-RMF buildings as maps: one per level, its floors free, its walls occupied, all else unknown, joined by named lifts.

The drawing behind a building is not looked at: what is a wall was drawn over it by hand.
"""

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from maps.building import LIFT_DOOR, Lift
from maps.errors import MapFileInvalid
from maps.features import Door, Place, Source, Thing
from maps.formats.corridors import MAX_CELLS, paint_corridor
from maps.formats.format import Format, Imported, ReadOptions
from maps.formats.graph import Edge, Node, RouteGraph, edge_warnings
from maps.formats.labels import Labels
from maps.formats.places_graph import lanes_of
from maps.formats.rmf_file import BuildingLevel, BuildingLift, Vertex, read_building
from maps.geometry import Point, Pose, distance
from maps.grid import FREE, OCCUPIED, UNKNOWN, GridFrame
from maps.plain_text import short
from maps.polygon import touched_cells
from maps.world import World

__all__ = ["RMF_BUILDING"]

WALL_M = 0.1
"""How thick Open-RMF's tools make a wall."""

MAX_STROKES = 4_000_000
"""Most cells along the walls and lanes of a level together."""

MAX_ROWS = 400_000
"""Most rows of cells that the floors and holes of a level cover together, each by itself."""

_RESOLUTION = 0.05
_BORDER_M = 0.5
_SILL_M = 0.2
"""How far a lift's doorway reaches through the walls on both sides."""

_Cells = npt.NDArray[np.int8]


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
    frame = _frame(level, stops, options.resolution or _RESOLUTION, file)
    _check_work(level, frame, file)
    cells, notes = _cells(level, stops, frame, file, options.corridor_m)
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
                        segment=_lift_door(lift, opening.x, opening.y, opening.turn, opening.width),
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


def _frame(level: BuildingLevel, lifts: tuple[BuildingLift, ...], resolution: float, file: str) -> GridFrame:
    used = {end for edge in (*level.walls, *level.doors, *level.lanes) for end in (edge.start, edge.end)}
    used |= {corner for ring in (*level.floors, *level.holes) for corner in ring}
    used |= {index for index, vertex in enumerate(level.vertices) if vertex.name}
    points = [level.vertices[index].point for index in sorted(used)]
    points += [corner for lift in lifts for corner in _cabin(lift)]
    if not points:
        raise MapFileInvalid(f"{file}: it has no wall, floor, lane or named vertex, so there is nothing to draw")
    low = np.floor((np.min(points, axis=0) - _BORDER_M) / resolution) * resolution
    size = np.ceil((np.max(points, axis=0) + _BORDER_M - low) / resolution)
    if not (0.001 <= resolution <= 10) or size.prod() > MAX_CELLS or size.max() > 20_000:
        raise MapFileInvalid(
            f"{file} is {size[0] * resolution:.0f} x {size[1] * resolution:.0f} m, which at {resolution:g} m a cell is "
            f"too many cells; "
            "choose a coarser --resolution, or check the measurements"
        )
    return GridFrame(resolution, Pose(round(float(low[0]), 9), round(float(low[1]), 9)), int(size[0]), int(size[1]))


def _check_work(level: BuildingLevel, frame: GridFrame, file: str) -> None:
    """Refuse a drawing that would take minutes: its strokes and fillings together, in cells."""
    at = [vertex.point for vertex in level.vertices]
    strokes = sum(distance(at[edge.start], at[edge.end]) for edge in (*level.walls, *level.lanes)) / frame.resolution
    rings = [[at[corner][1] for corner in ring] for ring in (*level.floors, *level.holes)]
    rows = sum(max(ring) - min(ring) for ring in rings) / frame.resolution
    for what, found, most in (("walls and lanes", strokes, MAX_STROKES), ("floors and holes", rows, MAX_ROWS)):
        if found > most:
            raise MapFileInvalid(
                f"{file}: its {what} are {found * frame.resolution / 1000:.0f} km in all, which is "
                f"{found:.0f} cells of {frame.resolution:g} m, more than {most}; choose a coarser --resolution, or remove "
                "what is drawn twice"
            )


def _cells(
    level: BuildingLevel, lifts: tuple[BuildingLift, ...], frame: GridFrame, file: str, corridor_m: float
) -> tuple[_Cells, list[str]]:
    at = [vertex.point for vertex in level.vertices]
    cells = np.full(frame.shape, UNKNOWN, dtype=np.int8)
    notes = []
    for ring in level.floors:
        _fill(cells, frame, [at[corner] for corner in ring], FREE)
    if not level.floors:
        for lane in level.lanes:
            paint_corridor(cells, frame, at[lane.start], at[lane.end], corridor_m)
        notes.append(f"{file} has no floor, so free space is {corridor_m:g} m wide along its {len(level.lanes)} lanes")
    for ring in level.holes:
        _fill(cells, frame, [at[corner] for corner in ring], OCCUPIED)
    for wall in level.walls:
        _wall(cells, frame, at[wall.start], at[wall.end])
    for lift in lifts:
        corners = _cabin(lift)
        _fill(cells, frame, corners, FREE)
        for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
            _wall(cells, frame, a, b)
        for door in lift.doors:
            if door.name in lift.level_doors[level.name]:
                _fill(cells, frame, _doorway(lift, door.x, door.y, door.turn, door.width), FREE)
    return cells, notes


def _wall(cells: _Cells, frame: GridFrame, a: Point, b: Point) -> None:
    """Mark a wall: the cells whose centre its thickness covers, and in coarse grids all that its middle line touches."""
    paint_corridor(cells, frame, a, b, WALL_M, OCCUPIED)
    rows, cols = touched_cells(frame, (a, b), closed=False).T
    cells[rows, cols] = OCCUPIED


def _fill(cells: _Cells, frame: GridFrame, ring: list[Point], value: int) -> None:
    """Set the cells whose centre lies in a ring (even-odd), row by row."""
    x, y = frame.local(ring).T
    x1, y1 = np.roll(x, -1), np.roll(y, -1)
    for row in range(max(0, math.floor(y.min())), min(frame.height, math.ceil(y.max()) + 1)):
        middle = row + 0.5
        crossing = (y > middle) != (y1 > middle)
        hits = np.sort(x[crossing] + (middle - y[crossing]) / (y1[crossing] - y[crossing]) * (x1[crossing] - x[crossing]))
        for left, right in zip(hits[::2], hits[1::2], strict=True):
            cells[row, max(0, math.ceil(left - 0.5)) : max(0, math.ceil(right - 0.5))] = value


def _cabin(lift: BuildingLift) -> list[Point]:
    w, d = lift.width / 2, lift.depth / 2
    return [_from_cabin(lift, x, y) for x, y in ((-w, -d), (w, -d), (w, d), (-w, d))]


def _from_cabin(lift: BuildingLift, x: float, y: float) -> Point:
    cos, sin = math.cos(lift.yaw), math.sin(lift.yaw)
    return (round(lift.point[0] + cos * x - sin * y, 6), round(lift.point[1] + sin * x + cos * y, 6))


def _lift_door(lift: BuildingLift, x: float, y: float, turn: float, width: float) -> tuple[Point, Point]:
    dx, dy = math.cos(turn) * width / 2, math.sin(turn) * width / 2
    return _from_cabin(lift, x - dx, y - dy), _from_cabin(lift, x + dx, y + dy)


def _doorway(lift: BuildingLift, x: float, y: float, turn: float, width: float) -> list[Point]:
    dx, dy = math.cos(turn) * width / 2, math.sin(turn) * width / 2
    nx, ny = -math.sin(turn) * _SILL_M, math.cos(turn) * _SILL_M
    corners = ((-dx - nx, -dy - ny), (dx - nx, dy - ny), (dx + nx, dy + ny), (-dx + nx, -dy + ny))
    return [_from_cabin(lift, x + u, y + v) for u, v in corners]


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
