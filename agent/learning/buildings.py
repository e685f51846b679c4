"""Procedural floor plans as real Worlds: wings of rooms along corridors, doors, things, docks, and names that nobody trained on."""

import random
from types import MappingProxyType

import numpy as np

from agent.learning.building_names import BuildingNames
from agent.learning.cell_things import furnish
from agent.learning.words import Vocabulary
from maps import FREE, OCCUPIED, UNKNOWN, Door, DoorState, GridFrame, Place, Point, Pose, Thing, World, Zone

__all__ = ["building"]

CELL_M = 0.1
WALL_M = 0.2
DOORWAY_M = 1.2
CORRIDOR_M = 2.4
ROOM_DEPTH_M = 4.0
WING_M = 2 * ROOM_DEPTH_M + CORRIDOR_M + 3 * WALL_M
"""Height of a wing: a corridor with a row of rooms on either side."""


class _Plan:
    """A building as it grows."""

    def __init__(self, rng: random.Random, names: BuildingNames, wings: int, width: float, closed: float) -> None:
        self.rng = rng
        self.names = names
        self.closed = closed
        self.left = WALL_M if wings == 1 else 2 * WALL_M + CORRIDOR_M
        size = (round((self.left + width + WALL_M) / CELL_M) + 1, round((wings * WING_M + WALL_M) / CELL_M) + 1)
        self.frame = GridFrame(resolution=CELL_M, origin=Pose(0.0, 0.0, 0.0), width=size[0], height=size[1])
        self.cells = np.full((self.frame.height, self.frame.width), OCCUPIED, dtype=np.int8)
        self.places: list[Place] = []
        self.doors: list[Door] = []
        self.rooms: list[Place] = []

    def carve(self, x0: float, y0: float, x1: float, y1: float, value: int = FREE) -> None:
        """Set the cells of a rectangle, metres."""
        self.cells[round(y0 / CELL_M) : round(y1 / CELL_M), round(x0 / CELL_M) : round(x1 / CELL_M)] = value

    def corridor(self, x0: float, y0: float, x1: float, y1: float) -> Place:
        """A way."""
        self.carve(x0, y0, x1, y1)
        place = Place(name=self.names.corridor(), kind="corridor", outline=_ring(x0, y0, x1, y1))
        self.places.append(place)
        return place

    def room(self, x0: float, y0: float, width: float, corridor: Place, wall: float) -> None:
        """A room, its doorway, and mostly a door in it."""
        rng = self.rng
        self.carve(x0, y0, x0 + width, y0 + ROOM_DEPTH_M)
        middle = x0 + width / 2
        self.carve(middle - DOORWAY_M / 2, wall - WALL_M, middle + DOORWAY_M / 2, wall + WALL_M)
        kind, name = self.names.room()
        outline = _ring(x0, y0, x0 + width, y0 + ROOM_DEPTH_M)
        place = Place(name=name, kind=kind, aliases=self.names.alias(room=True), outline=outline)
        self.places.append(place)
        self.rooms.append(place)
        if rng.random() < 0.6:
            segment = ((middle - DOORWAY_M / 2, wall), (middle + DOORWAY_M / 2, wall))
            state: DoorState = "closed" if rng.random() < self.closed else "open"
            door = Door(name=self.names.door(name), segment=segment, between=(name, corridor.name), state=state)
            self.doors.append(door)


def building(
    seed: int,
    *,
    held_out: bool = True,
    rooms: int | None = None,
    things: int | None = None,
    language: str = "en",
    unknown: float = 0.0,
    closed: float = 0.0,
    cell: bool = False,
) -> World:
    """A floor plan with rooms, their doors, things, and one or two docks; the first dock is in the corridor.

    Args:
        seed: The same seed gives the same building.
        held_out: Use the words that training never sees.
        rooms: How many rooms, up to 200; 8 to 14 if not given.
        things: How many things, up to 500; one to four to a room if not given.
        language: Of the names, ``en`` or ``zh``.
        unknown: Share of the rooms that nobody has seen from inside yet.
        closed: Share of the doors that are closed.
        cell: A manipulation cell stands in one or two rooms: trays, what is put on them, buttons.
    """
    rng = random.Random(f"building/{seed}")
    names = BuildingNames(rng, Vocabulary(held_out=held_out, language=language))
    count = rooms if rooms is not None else rng.randrange(8, 15)
    wings = max(1, -(-count // 16))
    rows = _rows(rng, count, 2 * wings)
    width = max(sum(row) + WALL_M * (len(row) + 1) for row in rows)
    plan = _Plan(rng, names, wings, width, closed)
    if wings > 1:
        plan.corridor(WALL_M, WALL_M, WALL_M + CORRIDOR_M, wings * WING_M)
    for wing in range(wings):
        low = wing * WING_M + WALL_M
        corridor_y = low + ROOM_DEPTH_M + WALL_M
        corridor = plan.corridor(
            plan.left if wings == 1 else WALL_M + CORRIDOR_M, corridor_y, plan.left + width - WALL_M, corridor_y + CORRIDOR_M
        )
        for side, row in enumerate(rows[2 * wing : 2 * wing + 2]):
            x = plan.left
            y = low if side == 0 else corridor_y + CORRIDOR_M + WALL_M
            wall = corridor_y - WALL_M / 2 if side == 0 else corridor_y + CORRIDOR_M + WALL_M / 2
            for room in row:
                plan.room(x, y, room, corridor, wall)
                x += room + WALL_M
    start = plan.left + 0.8
    docks = [Place(name=names.dock(), kind="dock", pose=Pose(start, ROOM_DEPTH_M + 2 * WALL_M + CORRIDOR_M / 2, 0.0))]
    if rng.random() < 0.3:
        docks.append(Place(name=names.dock(), kind="dock", pose=Pose(start, wings * WING_M - ROOM_DEPTH_M - CORRIDOR_M / 2, 0.0)))
        if wings == 1:
            docks.pop()
    made = _things(plan, things)
    if cell:
        made += furnish(rng, names, rng.sample(plan.rooms, min(2, len(plan.rooms))))
    for place in rng.sample(plan.rooms, round(unknown * len(plan.rooms))):
        (x0, y0), _, (x1, y1), _ = place.outline
        plan.carve(x0 + 0.6, y0 + 0.6, x1 - 0.6, y1 - 0.6, UNKNOWN)
        made = [thing for thing in made if thing.place != place.name]
    zones = [_zone(rng, names, place) for place in plan.rooms if rng.random() < 0.06]
    return World.build(f"building {seed}", plan.frame, plan.cells, [*plan.places, *docks], made, plan.doors, zones)


def _rows(rng: random.Random, count: int, rows: int) -> list[list[float]]:
    """Widths of the rooms, row by row."""
    out: list[list[float]] = [[] for _ in range(rows)]
    for number in range(count):
        out[number % rows].append(rng.uniform(3.0, 5.0))
    return out


def _zone(rng: random.Random, names: BuildingNames, room: Place) -> Zone:
    """A corner that is not to be driven into, away from the doorway."""
    (x0, y0), _, _, _ = room.outline
    return Zone(name=names.fresh(f"zone {rng.randrange(10, 999)}"), rule="keepout", outline=_ring(x0, y0, x0 + 0.4, y0 + 0.4))


def _things(plan: _Plan, count: int | None) -> list[Thing]:
    """What stands in the rooms; about a third of it looks like something elsewhere."""
    rng = plan.rng
    rooms = plan.rooms if count is None else [rng.choice(plan.rooms) for _ in range(count)] if plan.rooms else []
    out = []
    for place in rooms:
        (x0, y0), _, (x1, y1), _ = place.outline
        for _ in range(rng.randrange(1, 5) if count is None else 1):
            kind, colour, name = plan.names.thing()
            attributes: dict[str, str | int | float | bool] = {"weight_kg": round(rng.uniform(0.2, 4.0), 1)}
            if colour:
                attributes["colour"] = colour
            if rng.random() < 0.2:
                attributes["reading"] = round(rng.uniform(0, 100), rng.choice((0, 1)))
            position: Point = (rng.uniform(x0 + 0.7, x1 - 0.7), rng.uniform(y0 + 0.7, y1 - 0.7))
            out.append(
                Thing(
                    name=name,
                    kind=kind,
                    aliases=plan.names.alias(),
                    position=position,
                    place=place.name,
                    state=rng.choice((*plan.names.states, None)),
                    attributes=MappingProxyType(attributes),
                )
            )
    return out


def _ring(x0: float, y0: float, x1: float, y1: float) -> tuple[Point, ...]:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
