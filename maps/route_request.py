"""Route request: one question for a route, which body goes from where to where on what map, as every search is handed it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from maps.body import Body
from maps.clearance import LayerName, Layers, UnknownPolicy, layers
from maps.entry import Entry, connections, enter
from maps.features import DoorState
from maps.geometry import Point, Pose
from maps.goals import Goal
from maps.grid import GridFrame
from maps.route import NoRoute
from maps.world import World

__all__ = ["RouteRequest"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_NOTHING: frozenset[LayerName] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class RouteRequest:
    """A question for a route.

    Attributes:
        world: The map.
        body: Who goes, with its margin.
        start: Where it stands; need not be a cell's centre.
        goal: Where it may end.
        unknown: Whether unknown cells are obstacles.
        doors: Door states that override the map's.
    """

    world: World
    body: Body
    start: Pose
    goal: Goal
    unknown: UnknownPolicy = "blocked"
    doors: Mapping[str, DoorState] | None = None

    @property
    def scale(self) -> float:
        """Metres per cell."""
        return self.world.frame.resolution

    @property
    def needed(self) -> float:
        """Clearance that the body needs, cells."""
        return self.body.needed_clearance_m / self.world.frame.resolution

    @property
    def unknown_blocks(self) -> bool:
        """Whether unknown cells are obstacles; with ``ask`` they are."""
        return self.unknown != "allowed"

    @property
    def at(self) -> FloatArray:
        """The start's point (1, 2) as (x, y) in cells."""
        return self.world.frame.local([self.start.point])

    @property
    def end(self) -> FloatArray | None:
        """The point (2,) of an exact goal as (x, y) in cells; None where any of the goal's cells will do."""
        return None if self.goal.exact is None else np.asarray(self.world.frame.local([self.goal.exact.point])[0])

    @property
    def ends_outside(self) -> bool:
        """Whether an exact goal lies outside of the map."""
        return self.goal.exact is not None and not self.world.frame.contains(self.goal.exact.point)

    @property
    def target(self) -> Point | None:
        """The one point that stands for the goal, metres; None for a goal that has neither cell nor point."""
        if self.goal.exact is not None:
            return self.goal.exact.point
        if self.goal.face is not None:
            return self.goal.face
        if not len(self.goal.cells):
            return None
        x, y = self.world.frame.centres(self.goal.cells).mean(axis=0).tolist()
        return (x, y)

    def layers(self, ignore: frozenset[LayerName] = _NOTHING) -> Layers:
        """The obstacles, without those of some layers."""
        return layers(self.world, unknown=self.unknown, doors=self.doors, ignore=ignore)

    def enter(self, ignore: frozenset[LayerName] = _NOTHING) -> Entry | NoRoute:
        """How the body gets onto the grid, without the obstacles of some layers, or why it does not."""
        return enter(self.world, self.body, self.start, unknown=self.unknown, doors=self.doors, ignore=ignore)

    def goal_cells(self, here: Layers) -> tuple[IntArray, FloatArray]:
        """Where the grid's part of a route may end.

        Args:
            here: Obstacles; an exact goal is seen from its cells clear of them.

        Returns:
            (n, 2) cells, and (n,) what ending there costs, cells.
        """
        end = self.end
        if end is None:
            return self.goal.cells, self.goal.costs / self.scale
        return connections(here, end, self.needed, self.scale)

    def is_joined(self, entry: Entry) -> bool:
        """Whether there is a way from an entry to the goal, on the grid or between its centres; nothing is searched."""
        from maps.narrow import is_joined

        return is_joined(entry, self.goal_cells(entry.here)[0], self.end, self.needed, self.scale)

    def is_joined_without(self, ignore: frozenset[LayerName]) -> bool:
        """Whether there would be a way without the obstacles of some layers."""
        entry = self.enter(ignore)
        return not isinstance(entry, NoRoute) and self.is_joined(entry)

    def with_open(self, names: Iterable[str]) -> "RouteRequest":
        """The same question with some doors open."""
        opened: dict[str, DoorState] = dict.fromkeys(names, "open")
        return replace(self, doors={**(self.doors or {}), **opened})

    def key(self) -> bytes:
        """Everything that a route depends on besides the map, digested."""
        exact = (self.goal.exact, self.goal.face, self.unknown, sorted((self.doors or {}).items()))
        digest = hashlib.blake2b(digest_size=16)
        body = self.body
        rest = repr((body.radius_m, body.margin_m, body.footprint, self.start, exact))
        digest.update(f"({_said(self.world.frame)}, {rest[1:]}".encode())
        digest.update(np.ascontiguousarray(self.goal.cells).tobytes())
        digest.update(np.ascontiguousarray(self.goal.costs).tobytes())
        return digest.digest()


@lru_cache(maxsize=64)
def _said(frame: GridFrame) -> str:
    """A frame in words: one map is asked about many times, and this takes longer than all else that a question is told by."""
    return repr(frame)
