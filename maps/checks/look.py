"""Look: a map, the robot that is to use it, and what several checks ask of the two, worked out once."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from maps.body import Body
from maps.clearance import Layers, UnknownPolicy, layers
from maps.entry import connections, enter
from maps.errors import MapError
from maps.features import DoorState, Place
from maps.geometry import Point, Pose
from maps.goals import Goal
from maps.grid import FREE, OCCUPIED
from maps.labels import component
from maps.polygon import contains, touched_cells
from maps.route import NoRoute
from maps.routing import can_reach, find_route
from maps.saved_map import start_pose
from maps.swept import room_at
from maps.world import World

__all__ = ["BodyLook", "Look", "value_at", "values"]

NEAR_START_M = 1.0
"""How far from a start that cannot be left the robot is looked for instead, metres."""


@dataclass(frozen=True, eq=False)
class Look:
    """A map to look at.

    Attributes:
        world: The map.
        only: Only what is said of these features is wanted; None for all.
    """

    world: World
    only: frozenset[str] | None = field(default=None, kw_only=True)

    def has_room(self, place: Place) -> bool:
        """Whether a place holds any cell that is not wall; if not, that is its issue and no other."""
        return place.name in self._roomy

    @cached_property
    def _roomy(self) -> frozenset[str]:
        return frozenset(place.name for place in self.world.places.values() if self._any_cell(place))

    def _any_cell(self, place: Place) -> bool:
        if place.pose is not None:
            return value_at(self.world, place.pose.point) != OCCUPIED
        return bool((values(self.world, touched_cells(self.world.frame, place.outline)) != OCCUPIED).any())


@dataclass(frozen=True, eq=False)
class BodyLook(Look):
    """A map to look at for one robot. Every door counts as open here: that one is shut now is no mistake of the map.

    Attributes:
        body: The robot. A polygon is judged by the disc inside it: what that cannot do, the polygon cannot.
        given_start: Where the robot will start, if somebody said.
    """

    body: Body
    given_start: Pose | None = None

    @cached_property
    def disc(self) -> Body:
        """The disc that is judged."""
        return self.body.inner_disc

    @property
    def needed_m(self) -> float:
        """The room that its centre needs all around, metres."""
        return self.disc.needed_clearance_m

    @cached_property
    def doors(self) -> dict[str, DoorState]:
        """All doors open."""
        return dict.fromkeys(self.world.doors, "open")

    @cached_property
    def layers(self) -> Layers:
        """Obstacles with every door open and unknown space as it may turn out: free."""
        return layers(self.world, unknown="allowed", ignore=frozenset({"doors"}))

    @cached_property
    def passable(self) -> npt.NDArray[np.bool_]:
        """(H, W) cells where the robot's centre can be on those layers."""
        return self.layers.clear(self.needed_m)

    @cached_property
    def start(self) -> Pose | None:
        """Where the robot starts: as given, at the first dock, in the first place; moved a little if it cannot leave there."""
        try:
            start = self.given_start or start_pose(self.world)
        except MapError:
            return None
        if not isinstance(found := enter(self.world, self.disc, start, unknown="allowed", doors=self.doors), NoRoute):
            return start if len(found.cells) else self._near(start.point)
        return self._near(start.point)

    def _near(self, point: Point) -> Pose | None:
        cells = np.argwhere(self.passable)
        if not len(cells):
            return None
        centres = self.world.frame.centres(cells)
        away = np.hypot(centres[:, 0] - point[0], centres[:, 1] - point[1])
        best = int(away.argmin())
        return Pose(*centres[best].tolist()) if away[best] <= NEAR_START_M else None

    @cached_property
    def known_home(self) -> npt.NDArray[np.bool_] | None:
        """The same without leading through unknown space."""
        if self.start is None:
            return None
        if not self.world.has_unknown:
            return self.home
        entry = enter(self.world, self.disc, self.start, unknown="blocked", doors=self.doors)
        return None if isinstance(entry, NoRoute) else component(entry.free, entry.cells)

    @cached_property
    def home(self) -> npt.NDArray[np.bool_] | None:
        """(H, W) the passable cells joined to the start; None without one."""
        if self.start is None:
            return None
        entry = enter(self.world, self.disc, self.start, unknown="allowed", doors=self.doors)
        return None if isinstance(entry, NoRoute) else component(self.passable, entry.cells)

    @cached_property
    def yard(self) -> Pose | None:
        """The roomiest spot that the start is joined to."""
        if self.home is None or not self.home.any():
            return None
        room = np.where(self.home & (self.world.cells == FREE), self.layers.clearance, 0.0)
        row, col = np.unravel_index(int(room.argmax()), room.shape)
        return Pose(*self.world.frame.centre(int(row), int(col)))

    def room(self, point: Point, most: float) -> float:
        """Exact distance from a point to the nearest obstacle as far as it is below ``most``, metres."""
        scale = self.world.frame.resolution
        at = self.world.frame.local([point])
        return float(room_at(self.layers.blocked, self.layers.clearance, at, most / scale, scale)[0]) * scale

    def reaches_from_start(self, goal: Goal, unknown: UnknownPolicy) -> bool:
        """Whether the robot can get there from where it starts: by one labelling for all goals, then by the question itself."""
        assert self.start is not None
        home = self.home if unknown == "allowed" else self.known_home
        cells = goal.cells if goal.exact is None else self._beside(goal.exact.point, unknown)
        if home is not None and home[cells[:, 0], cells[:, 1]].any():
            return True
        return self.reaches(self.start, goal, unknown)

    def at_home(self, place: Place) -> bool:
        """Whether a region holds known floor that the robot gets to; a quick yes, where no says nothing."""
        if self.known_home is None or not place.outline or place.pose is not None:
            return False
        cells = touched_cells(self.world.frame, place.outline)
        cells = cells[self.known_home[cells[:, 0], cells[:, 1]]]
        if not len(cells):
            return False
        x, y = self.world.frame.centre(*cells[len(cells) // 2].tolist())
        return contains(place.outline, (x, y))

    def _beside(self, point: Point, unknown: UnknownPolicy) -> npt.NDArray[np.int64]:
        """The cells from whose centres the robot gets straight to a point."""
        if not self.world.frame.contains(point):
            return np.empty((0, 2), dtype=np.int64)
        here = self.layers if unknown == "allowed" else self._known_layers
        scale = self.world.frame.resolution
        return connections(here, self.world.frame.local([point])[0], self.needed_m / scale, scale)[0]

    @cached_property
    def _known_layers(self) -> Layers:
        return layers(self.world, unknown="blocked", ignore=frozenset({"doors"}))

    def reaches(self, start: Pose, goal: Goal, unknown: UnknownPolicy) -> bool:
        """Whether the robot can get from one to the other."""
        return can_reach(self.world, self.disc, start, goal, unknown=unknown, doors=self.doors)

    def why_not(self, start: Pose, goal: Goal, unknown: UnknownPolicy) -> NoRoute | None:
        """The reason why it cannot; None if it can."""
        found = find_route(self.world, self.disc, start, goal, unknown=unknown, doors=self.doors)
        return found if isinstance(found, NoRoute) else None


def values(world: World, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int8]:
    """What stands in these cells (N, 2) of the grid."""
    return np.asarray(world.cells[cells[:, 0], cells[:, 1]])


def value_at(world: World, point: Point) -> int:
    """What stands at a point; outside of the map is wall."""
    row, col = world.frame.cell(point)
    return int(world.cells[row, col]) if world.frame.inside(row, col) else OCCUPIED
