"""Procedural floor plans as real Worlds: rooms along a corridor, doors, things, a dock, and names that nobody trained on."""

import random
from types import MappingProxyType

import numpy as np

from agent.learning.words import Vocabulary, code
from maps import FREE, OCCUPIED, Door, GridFrame, Place, Point, Pose, Thing, World

__all__ = ["building"]

CELL_M = 0.1
WALL_M = 0.2
DOORWAY_M = 1.2
CORRIDOR_M = 2.4
ROOM_DEPTH_M = 4.0


def building(seed: int, *, held_out: bool = True) -> World:
    """A floor plan with 8 to 14 rooms, their doors, 15 to 40 things and one or two docks; the first dock is in the corridor.

    Args:
        seed: The same seed gives the same building.
        held_out: Use the words that training never sees.
    """
    rng = random.Random(f"building/{seed}")
    words = Vocabulary(held_out=held_out)
    widths = [[rng.uniform(3.0, 5.0) for _ in range(rng.randrange(4, 8))] for _ in range(2)]
    length = max(sum(row) + WALL_M * (len(row) + 1) for row in widths)
    height = 2 * ROOM_DEPTH_M + CORRIDOR_M + 4 * WALL_M
    frame = GridFrame(
        resolution=CELL_M, origin=Pose(0.0, 0.0, 0.0), width=round(length / CELL_M) + 1, height=round(height / CELL_M) + 1
    )
    cells = np.full((frame.height, frame.width), OCCUPIED, dtype=np.int8)
    low, high = ROOM_DEPTH_M + 2 * WALL_M, ROOM_DEPTH_M + 2 * WALL_M + CORRIDOR_M
    _carve(cells, WALL_M, low, length - WALL_M, high)
    names = _Names(rng, words)
    corridor = _ring(WALL_M, low, length - WALL_M, high)
    places = [Place(name=names.fresh("corridor", "hallway", "passage"), kind="corridor", outline=corridor)]
    doors: list[Door] = []
    for side, row in enumerate(widths):
        x = WALL_M
        for width in row:
            y0, y1 = (WALL_M, WALL_M + ROOM_DEPTH_M) if side == 0 else (high + WALL_M, high + WALL_M + ROOM_DEPTH_M)
            _carve(cells, x, y0, x + width, y1)
            middle = x + width / 2
            wall = low - WALL_M / 2 if side == 0 else high + WALL_M / 2
            _carve(cells, middle - DOORWAY_M / 2, wall - WALL_M, middle + DOORWAY_M / 2, wall + WALL_M)
            kind = rng.choice(words.rooms)
            place = Place(name=names.room(kind), kind=kind, aliases=names.alias(room=True), outline=_ring(x, y0, x + width, y1))
            places.append(place)
            if rng.random() < 0.6:
                segment = ((middle - DOORWAY_M / 2, wall), (middle + DOORWAY_M / 2, wall))
                doors.append(Door(name=f"{place.name} door", segment=segment, between=(place.name, places[0].name)))
            x += width + WALL_M
    docks = [
        Place(name=names.fresh("charging dock", "charger", "charging point"), kind="dock", pose=Pose(1.0, (low + high) / 2, 0.0))
    ]
    things = [thing for place in places[1:] for thing in _things(rng, words, names, place)]
    return World.build(f"building {seed}", frame, cells, [*places, *docks], things, doors)


def _things(rng: random.Random, words: Vocabulary, names: "_Names", place: Place) -> list[Thing]:
    """What stands in a room; about a third of it looks like something elsewhere."""
    (x0, y0), _, (x1, y1), _ = place.outline
    out = []
    for _ in range(rng.randrange(1, 5)):
        kind = names.known_kind() if rng.random() < 0.35 else rng.choice(words.objects)
        colour = rng.choice(words.adjectives[:4]) if rng.random() < 0.4 else ""
        name = names.thing(kind, colour)
        attributes: dict[str, str | int | float | bool] = {"weight_kg": round(rng.uniform(0.2, 4.0), 1)}
        if colour:
            attributes["colour"] = colour
        position: Point = (rng.uniform(x0 + 0.7, x1 - 0.7), rng.uniform(y0 + 0.7, y1 - 0.7))
        out.append(
            Thing(name=name, kind=kind, aliases=names.alias(), position=position, place=place.name,
                  state=rng.choice(("on", "off", "open", "closed", None)), attributes=MappingProxyType(attributes))
        )  # fmt: skip
    return out


class _Names:
    """Names that are unique in one building: plain nouns, adjectives, codes, made-up words."""

    def __init__(self, rng: random.Random, words: Vocabulary) -> None:
        self.rng = rng
        self.words = words
        self.taken: set[str] = set()
        self.kinds: list[str] = []

    def fresh(self, *options: str) -> str:
        """The first option that is free, numbered if need be."""
        for option in (*options, *(f"{options[0]} {n}" for n in range(2, 100))):
            if option not in self.taken:
                self.taken.add(option)
                return option
        raise ValueError("no free name")

    def room(self, kind: str) -> str:
        """A room's name."""
        roll = self.rng.random()
        if roll < 0.55:
            return self.fresh(kind, f"{self.rng.choice(self.words.adjectives)} {kind}")
        if roll < 0.75:
            return self.fresh(f"{self.rng.choice(self.words.adjectives)} {kind}")
        return self.fresh(f"{kind} {code(self.rng)}" if roll < 0.88 else self.words.noun(self.rng, room=True))

    def thing(self, kind: str, colour: str) -> str:
        """A thing's name."""
        self.kinds.append(kind)
        roll = self.rng.random()
        if colour and roll < 0.6:
            return self.fresh(f"{colour} {kind}")
        if roll < 0.75:
            return self.fresh(kind, f"{self.rng.choice(self.words.adjectives)} {kind}", f"{kind} {code(self.rng)}")
        return self.fresh(f"{kind} {code(self.rng)}" if roll < 0.88 else self.words.noun(self.rng))

    def known_kind(self) -> str:
        """A kind that the building has already, so that names look alike."""
        return self.rng.choice(self.kinds) if self.kinds else self.rng.choice(self.words.objects)

    def alias(self, *, room: bool = False) -> tuple[str, ...]:
        """At times another name."""
        return (self.fresh(self.words.noun(self.rng, room=room)),) if self.rng.random() < 0.2 else ()


def _carve(cells: "np.ndarray[tuple[int, int], np.dtype[np.int8]]", x0: float, y0: float, x1: float, y1: float) -> None:
    rows = slice(round(y0 / CELL_M), round(y1 / CELL_M))
    cols = slice(round(x0 / CELL_M), round(x1 / CELL_M))
    cells[rows, cols] = FREE


def _ring(x0: float, y0: float, x1: float, y1: float) -> tuple[Point, ...]:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
