"""Surroundings: what there really is around a robot, what it has noticed of it, and what it has done to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType

from maps import Body, Change, DoorChange, FeatureChange, Point, Pose, RobotState, Thing, World, distance
from skills.laden import with_load
from skills.robots.acts import DOCK_REACH_M, Attempt, Situation
from skills.robots.errors import RobotStateInvalid
from skills.robots.sensing import Senses, in_view, opaque_cells, sees_door
from skills.robots.state_file import RobotMemory, Sensed, ThingRecord

__all__ = ["LOOK_EVERY_M", "Surroundings"]

LOOK_EVERY_M = 0.5


class Surroundings:
    """The truth about a robot's surroundings, and its range sensor and eyes in them.

    Args:
        world: The agent's map when the robot started.
        truth: What is really there, before the robot did anything.
        memory: Keeps what was noticed and done; taken up from where it was.
        path: The memory's file, for messages.
        body: How far it senses and sees.
        veiled: A thing without what only a close look at it would tell; by default everything is told at once.

    Raises:
        RobotStateInvalid: The memory holds a change that is none.
    """

    def __init__(
        self, world: World, truth: World, memory: RobotMemory, path: Path | None, body: Body,
        veiled: Callable[[Thing], Thing] | None = None,
    ) -> None:  # fmt: skip
        self._memory, self._body, self._veiled, self._width = memory, body, veiled, world.frame.width
        self.truth = truth.apply(*_done(memory))
        try:
            self.changes: list[Change] = [sensed.change(self._width) for sensed in memory.sensed]
        except ValueError as error:
            raise RobotStateInvalid(f"robot state {str(path)!r} is not valid: sensed: {error}") from error
        self._senses = Senses(world)
        self._senses.replay(self.changes)

    @property
    def laden(self) -> Body:
        """The body with what it carries: what drives through the truth."""
        return with_load(self._body, (thing.thing() for thing in self._memory.carrying))

    def look(self, at: Point) -> bool:
        """Look around from a point; what is news is told as changes. True if there was any."""
        truth, reach, memory = self.truth, self._body.sense_range_m, self._memory
        opaque = opaque_cells(truth)
        news = self._senses.look_from(at, self._seen(), reach, [thing.name for thing in memory.carrying])
        seen = False
        for name, door in truth.doors.items():
            if memory.doors_seen.get(name) != door.state and sees_door(truth, opaque, at, door, reach):
                memory.doors_seen[name] = door.state
                seen = True
        self.changes.extend(news)
        memory.sensed.extend(Sensed.of(change, self._width) for change in news)
        return seen or bool(news)

    def in_view(self, at: Point, target: str | None) -> tuple[tuple[Thing, ...], list[Thing]]:
        """What is held and what is seen from a point: of one name, or everything."""
        held = tuple(thing.thing() for thing in self._memory.carrying if thing.name == target)
        near = [
            thing
            for thing in self.truth.things.values()
            if target in (None, thing.name) and distance(at, thing.position) <= self._body.view_range_m
        ]
        seen = [thing for thing in near if in_view(self.truth, at, thing)]
        return held, seen if self._veiled is None else [self._veiled(thing) for thing in seen]

    def take_place(self, attempt: Attempt, at: float) -> None:
        """An act's effects on the truth, on the load and on what was said, at a time, robot seconds."""
        memory = self._memory
        for change in attempt.changes:
            self.truth = self.truth.apply(change)
            if isinstance(change, DoorChange):
                memory.doors[change.door] = memory.doors_seen[change.door] = change.state
            else:
                there = change.feature
                memory.moved[change.name] = ThingRecord.of(there) if isinstance(there, Thing) else None
        if attempt.carrying is not None:
            memory.carrying = [ThingRecord.of(thing) for thing in attempt.carrying]
        if attempt.said is not None:
            memory.said.append((at, attempt.said))

    def situation(self, pose: Pose, battery_wh: float) -> Situation:
        """Where an act would start."""
        held = tuple(thing.thing() for thing in self._memory.carrying)
        return Situation(truth=self.truth, body=self._body, pose=pose, carrying=held, battery_wh=battery_wh)

    def state(self, pose: Pose, battery_wh: float, *, driving: bool) -> RobotState:
        """What the robot knows of itself."""
        docks = [place for place in self.truth.places.values() if place.is_dock]
        return RobotState(
            pose=pose,
            battery_wh=battery_wh,
            carrying=tuple(thing.name for thing in self._memory.carrying),
            doors=MappingProxyType(dict(self._memory.doors_seen)),
            docked=not driving and any(distance(pose.point, dock.centre) <= DOCK_REACH_M for dock in docks),
        )

    def _seen(self) -> World:
        """The truth as it looks from afar."""
        if self._veiled is None:
            return self.truth
        veiled = ((name, self._veiled(thing), thing) for name, thing in self.truth.things.items())
        return self.truth.apply(
            *(FeatureChange(type="thing", name=name, feature=seen) for name, seen, thing in veiled if seen != thing)
        )


def _done(memory: RobotMemory) -> Iterator[Change]:
    """What the robot itself has done to the truth."""
    for name, state in memory.doors.items():
        yield DoorChange(door=name, state=state)
    for name, thing in memory.moved.items():
        yield FeatureChange(type="thing", name=name, feature=None if thing is None else thing.thing())
