"""Strip: a floor plan of rooms on both sides of a long passage, in which things stand where there is room for them."""

import math
from typing import Any

from maps.shipped.plan_kit import FloorPlan, rect

__all__ = ["NUMERALS", "Strip"]

NUMERALS = "零一二三四五六七八九"


class Strip(FloorPlan):
    """A floor plan of two rows of rooms with a passage between them; things line up along a room's outer wall."""

    def __init__(self, name: str, length: float, *, depth: float = 6.0, passage: float = 4.0) -> None:
        super().__init__(name, (-1.0, -1.0, length + 1.0, 2 * depth + passage + 1.0))
        self.length, self.depth, self.passage = length, depth, passage
        self.cursor = {"north": 0.0, "south": 0.0}
        self.inside: dict[str, tuple[float, float, bool]] = {}
        self.used: dict[str, int] = {}
        self.middle = depth + passage / 2
        self.box(0, 0, length, 2 * depth + passage)

    def hall(self, name: str, kind: str, aliases: tuple[str, ...], dock_aliases: tuple[str, ...]) -> None:
        """Name the passage, and put a dock at its west end."""
        low, high = self.depth + 0.1, self.depth + self.passage - 0.1
        self.place(name, rect(1.6, low, self.length - 0.1, high), kind, aliases)
        self.inside[name] = (1.6, self.length, False)
        self.hallway = name
        self.dock("charging dock", (0.9, self.middle, math.pi), dock_aliases)

    def add(
        self, side: str, width: float, name: str, kind: str, *aliases: str, door: str | None = "open", truly: str | None = None,
        door_name: str = "", door_aliases: tuple[str, ...] = (), hidden: bool = False,
    ) -> None:  # fmt: skip
        """The next room of a row; ``door`` None leaves its front open."""
        x = self.cursor[side]
        self.cursor[side] = x + width
        north = side == "north"
        y0, y1 = (self.depth + self.passage, 2 * self.depth + self.passage) if north else (0.0, self.depth)
        front = y0 if north else y1
        self.room(name, x, y0, x + width, y1, kind, list(aliases))
        self.inside[name] = (x, width, north)
        if hidden:
            self.hide(rect(x + 0.1, y0 + (0.1 if north else 0), x + width - 0.1, y1 - (0 if north else 0.1)))
        middle = x + width / 2
        if door is None:
            self.opening(x + 0.6, front - 0.2, x + width - 0.6, front + 0.2)
        else:
            self.door(
                door_name or f"{name} door", ((middle - 0.65, front), (middle + 0.65, front)), (name, self.hallway),
                list(door_aliases), door, truly,
            )  # fmt: skip

    def desk(self, room: str, name: str, *aliases: str, kind: str = "desk") -> None:
        """A spot to stand at, in the middle of a room's depth."""
        x, _, north = self.inside[room]
        number = self.used.get(f"desk {room}", 0)
        self.used[f"desk {room}"] = number + 1
        y = self.depth * 1.35 + self.passage if north else self.depth * 0.65
        self.inside[name] = (x + 1.2 + 2.4 * number, y, north)
        self.point(name, (x + 1.2 + 2.4 * number, y, math.pi / 2 if north else -math.pi / 2), kind, list(aliases))

    def put(self, where: str, name: str, kind: str, *aliases: str, on: bool = False, **more: Any) -> None:
        """A thing, at the next free spot along the room's outer wall, or (``on``) before a desk."""
        x, width, north = self.inside[where]
        number = self.used.get(where, 0)
        self.used[where] = number + 1
        if on:
            at = (x - 0.3 + 0.3 * number, width + (0.5 if north else -0.5))
        elif where == self.hallway:
            at = (x + 1.5 + 3.1 * number, self.depth + self.passage - 0.15 if number % 2 else self.depth + 0.15)
        else:
            at = (x + 0.7 + 0.9 * number, 2 * self.depth + self.passage - 0.3 if north else 0.3)
            if at[0] > x + width - 0.4:
                raise ValueError(f"{where!r} has no room for {name!r}")
        self.thing(name, at, kind, aliases, place=where, **more)
