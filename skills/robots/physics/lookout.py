"""Lookout: what the robot in physics notices of its surroundings, and tells as changes of the map."""

from maps import Body, Change, FeatureChange, Point, Thing, World, distance
from skills.robots.physics.dials import unread
from skills.robots.physics.memory import PhysicsFile
from skills.robots.physics.site import Site
from skills.robots.sensing import Senses, in_view, opaque_cells, sees_door
from skills.robots.state_file import Sensed

__all__ = ["Lookout"]

LOOK_EVERY_M = 0.5


class Lookout:
    """The robot's range sensor and its eyes for things and doors.

    Args:
        world: The agent's map when the robot started.
        site: What there is to notice.
        file: Keeps what was noticed.
        body: How far it senses and sees.
    """

    def __init__(self, world: World, site: Site, file: PhysicsFile, body: Body) -> None:
        self._site, self._file, self._body, self._width = site, file, body, world.frame.width
        self.changes: list[Change] = [sensed.change(self._width) for sensed in file.sensed]
        self._senses = Senses(world)
        self._senses.replay(self.changes)
        self._looked_at: Point | None = None

    def first(self) -> None:
        """Look around where nobody has looked yet."""
        if self._looked_at is None:
            self.look()

    def under_way(self) -> None:
        """Look around every half metre."""
        if self._looked_at is None or distance(self._site.simulation.pose().point, self._looked_at) > LOOK_EVERY_M:
            self.look()

    def look(self) -> None:
        """Look around; what is news is told as changes."""
        at = self._site.simulation.pose().point
        self._looked_at = at
        real, reach = self._site.truth, self._body.sense_range_m
        opaque = opaque_cells(real)
        carried = [thing.name for thing in self._file.carrying]
        truth = real.apply(*(
            FeatureChange(type="thing", name=thing.name, feature=unread(thing))
            for thing in real.things.values() if unread(thing) != thing
        ))  # fmt: skip
        news = self._senses.look_from(at, truth, reach, carried)
        for name, door in real.doors.items():
            if self._file.doors_seen.get(name) != door.state and sees_door(real, opaque, at, door, reach):
                self._file.doors_seen[name] = door.state
        self.changes.extend(news)
        self._file.sensed.extend(Sensed.of(change, self._width) for change in news)

    def in_view(self, target: str | None) -> tuple[tuple[Thing, ...], list[Thing]]:
        """What is held and what is seen, without readings of dials: of one name, or everything."""
        truth, at = self._site.truth, self._site.simulation.pose().point
        held = tuple(thing.thing() for thing in self._file.carrying if thing.name == target)
        near = [
            thing
            for thing in truth.things.values()
            if target in (None, thing.name) and distance(at, thing.position) <= self._body.view_range_m
        ]
        return held, [unread(thing) for thing in near if in_view(truth, at, thing)]
