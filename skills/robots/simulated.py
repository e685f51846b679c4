"""SimulatedRobot: a robot that exists in a file. Its motion is a function of what it was told and of the time.

It drives verified routes (``policies.simulate_follow``), meets what the truth puts in its way, senses, carries, opens doors,
uses its battery, and answers for every action it was ever given, also to another process after the first one was killed.
"""

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from pydantic import JsonValue

from maps import Body, Change, DoorChange, FeatureChange, Pose, RobotState, Route, Thing, World, distance
from policies import OffRoute, Trajectory
from skills.robot import ActionReport, Stopped, Verb, View
from skills.robots.acts import ACTS, DOCK_REACH_M, Attempt, Situation
from skills.robots.clock import Clock, RealClock
from skills.robots.drives import Fate, braking_time, drive_fate, trajectory_of
from skills.robots.energy import battery_after, power_w
from skills.robots.errors import ActionRejected, RobotStateInvalid
from skills.robots.faults import Faults
from skills.robots.sensing import Senses, in_view, opaque_cells, sees_door
from skills.robots.state_file import ActionRecord, RobotFile, Sensed, ThingRecord, load_state, save_state, was_started
from skills.robots.truth import truth_of

__all__ = ["SimulatedRobot"]

LOOK_EVERY_M = 0.5
SAVE_EVERY_S = 0.25


class SimulatedRobot:
    """A robot on a saved map, without hardware. It implements ``skills.Robot``.

    Args:
        world: The agent's map when the robot starts; the robot tells what it finds to be different.
        state_file: Where its state lives; None keeps it in memory (gone with the process).
        truth: What is really there; by default the map folder's ``truth/``, or else the map itself.
        body: Footprint, limits, reach, battery.
        start: Where it stands; by default the map's first dock, or else its roomiest free spot.
        clock: Robot time; by default the wall clock. ``VirtualClock()`` never sleeps.
        faults: Failures ordered by a test.

    Raises:
        RobotStateInvalid: ``state_file`` exists already; ``SimulatedRobot.open`` attaches to it.
        RobotError: The truth is not a map of the same grid.
    """

    def __init__(
        self,
        world: World,
        *,
        state_file: Path | None = None,
        truth: World | None = None,
        body: Body | None = None,
        start: Pose | None = None,
        clock: Clock | None = None,
        faults: Faults | None = None,
    ) -> None:
        if state_file is not None and state_file.exists():
            raise RobotStateInvalid(
                f"robot state {str(state_file)!r} exists already; attach to it with SimulatedRobot.open, or name another file"
            )
        body = body or Body()
        clock = clock or RealClock()
        frame = world.frame
        pose = start or _start_pose(world)
        file = RobotFile(
            surefoot_robot=1, map=world.name, grid=(frame.height, frame.width, frame.resolution), body=asdict(body),
            clock=clock.to_json(), pose=_triple(pose), battery_wh=body.battery_wh, battery_at=clock.now(),
        )  # fmt: skip
        self._attach(file, world, state_file, truth, body, clock, faults)

    @classmethod
    def open(
        cls,
        state_file: Path,
        world: World,
        *,
        truth: World | None = None,
        body: Body | None = None,
        clock: Clock | None = None,
        faults: Faults | None = None,
    ) -> "SimulatedRobot":
        """Attach to a robot whose process is gone. What it was doing went on meanwhile, unless its clock is virtual.

        After that it slept: a mission that is held overnight does not find its battery empty in the morning.

        Args:
            state_file: Its file.
            world: The map; what the robot has told since is kept in the file.
            truth: As for a new robot.
            body: By default the body it had.
            clock: Goes on from the kept time.
            faults: As for a new robot.

        Raises:
            RobotStateMissing: There is no such file.
            RobotStateInvalid: It is no robot's file, or belongs to another map.
        """
        file = load_state(state_file, RobotFile)
        frame = world.frame
        if file.map != world.name or file.grid != (frame.height, frame.width, frame.resolution):
            raise RobotStateInvalid(
                f"robot state {str(state_file)!r} belongs to map {file.map!r} of {file.grid[0]} x {file.grid[1]} cells, "
                f"not to {world.name!r} of {frame.height} x {frame.width}"
            )
        try:
            body = body or Body(**file.body)
        except TypeError as error:
            raise RobotStateInvalid(f"robot state {str(state_file)!r} is not valid: body: {error}") from error
        clock = clock or RealClock()
        clock.resume(file.clock, until=_asleep_at(file))
        robot = cls.__new__(cls)
        robot._attach(file, world, state_file, truth, body, clock, faults)
        return robot

    def _attach(
        self, file: RobotFile, world: World, path: Path | None, truth: World | None, body: Body, clock: Clock,
        faults: Faults | None,
    ) -> None:  # fmt: skip
        self._file, self._path, self._body, self._clock = file, path, body, clock
        self._world = world
        self._faults = faults or Faults()
        self._truth = truth_of(world, truth).apply(*_truth_changes(file))
        width = world.frame.width
        try:
            self._changes: list[Change] = [sensed.change(width) for sensed in file.sensed]
        except ValueError as error:
            raise RobotStateInvalid(f"robot state {str(path)!r} is not valid: sensed: {error}") from error
        self._senses = Senses(world)
        self._senses.replay(self._changes)
        self._motions: dict[str, Trajectory] = {}
        self._saved_at = 0.0
        self._unsaved = False

    @property
    def body(self) -> Body:
        """The body's footprint, limits and energy model."""
        return self._body

    @property
    def said(self) -> tuple[str, ...]:
        """The sentences it has said, in order."""
        return tuple(text for _, text in self._file.said)

    async def state(self) -> RobotState:
        """Pose, battery, load and doors seen, now."""
        self._settle()
        pose = self._pose()
        driving = self._driving() is not None
        docks = [place for place in self._truth.places.values() if place.is_dock]
        return RobotState(
            pose=pose,
            battery_wh=self._battery(self._clock.now()),
            carrying=tuple(thing.name for thing in self._file.carrying),
            doors=MappingProxyType(dict(self._file.doors_seen)),
            docked=not driving and any(distance(pose.point, dock.centre) <= DOCK_REACH_M for dock in docks),
        )

    async def drive(self, action: str, route: Route) -> None:
        """Start driving along a verified route; what blocks the way stops it.

        Raises:
            ActionRejected: The id was used for something else.
        """
        self._settle()
        data = route.to_json()
        if was_started(self._file.actions, action, "drive", data):
            return
        now, pose = self._clock.now(), self._pose()
        record = ActionRecord(verb="drive", route=data, start_pose=_triple(pose), started=now, ends=now)
        ordered = self._faults.code_for(action, "drive")
        fate = Fate(code=ordered or "", message="a fault was ordered")
        motion: Trajectory | None = None
        if self._file.running:
            fate = Fate(code="BUSY", message=f"the robot is busy with {self._file.running[0]!r}")
        elif ordered is None:
            try:
                motion = trajectory_of(route, pose, self._body, self._world, slip=self._faults.slip)
                fate = drive_fate(motion, self._body, self._truth, self._battery(now), self._faults)
            except OffRoute as error:
                fate = Fate(code="START_OFF_ROUTE", message=str(error))
        if motion is not None:
            if fate.cut is not None:
                motion = motion.until(fate.cut, halt=fate.halt)
            self._motions[action] = motion
            record.slip, record.cut, record.halt = self._faults.slip, fate.cut, fate.halt
            record.ends = now + motion.duration
            record.value = None if fate.door is None else {"door": fate.door}
            self._rest(now, pose)
            self._file.charging = False
        self._begin(action, record, fate.code, fate.message)

    async def act(self, action: str, verb: Verb, target: str, **options: JsonValue) -> None:
        """Start an act on a named thing, place or door.

        Raises:
            ActionRejected: There is no such verb, or the id was used for something else.
        """
        self._settle()
        if verb not in ACTS:
            raise ActionRejected(f"a robot cannot {verb!r}; it can {', '.join(get_args(Verb))}")
        if was_started(self._file.actions, action, verb, target):
            return
        now = self._clock.now()
        record = ActionRecord(verb=verb, target=target, options=options, start_pose=_triple(self._pose()), started=now, ends=now)
        if self._file.running and verb != "say":
            attempt = Attempt(seconds=0.0, code="BUSY", message=f"the robot is busy with {self._file.running[0]!r}")
        else:
            attempt = ACTS[verb](self._situation(now), target, options)
        ordered = self._faults.code_for(action, verb, target)
        if ordered is not None:
            attempt = replace(attempt, code=ordered, message="a fault was ordered")
        record.ends = now + attempt.seconds
        if attempt.charging and not attempt.code:
            self._rest(now, self._pose_at_rest())
            self._file.charging = True
        self._begin(action, record, attempt.code, attempt.message)

    async def report(self, action: str) -> ActionReport:
        """What became of an action; ``never_started`` for an id the robot has not seen."""
        self._settle()
        record = self._file.actions.get(action)
        if record is None:
            return ActionReport(action=action, status="never_started")
        if action in self._faults.lose_actions:
            return ActionReport(action=action, status="unknown", message="the robot does not know what became of it")
        seconds = min(self._clock.now(), record.ends) - record.started
        if record.status == "running":
            driven = self._motion(action, record).length_driven(seconds) if record.verb == "drive" else 0.0
            share = seconds / (record.ends - record.started) if record.ends > record.started else 1.0
            return ActionReport(action=action, status="running", driven_m=driven, seconds=seconds, fraction=share)
        return ActionReport(
            action=action, status=record.status, code=record.code, message=record.message, driven_m=record.driven_m,
            seconds=seconds, fraction=1.0 if record.status == "succeeded" else record.fraction, value=record.value,
        )  # fmt: skip

    async def look(self, target: str | None = None) -> View:
        """The things in view now within the body's view range, as they really are; what is news is told as a change too."""
        self._settle()
        at = self._pose().point
        self._unsaved |= self._look(at)
        held = tuple(thing.thing() for thing in self._file.carrying if thing.name == target)
        near = (
            thing
            for thing in self._truth.things.values()
            if target in (None, thing.name) and distance(at, thing.position) <= self._body.view_range_m
        )
        return View(at=at, things=(*held, *(thing for thing in near if in_view(self._truth, at, thing))))

    async def stop(self) -> Stopped:
        """Stop whatever runs; returns once it stands still, with its state and the seconds it took."""
        self._settle()
        began = self._clock.now()
        for action in list(self._file.running):
            record = self._file.actions[action]
            elapsed = began - record.started
            if record.cut is not None and elapsed >= record.cut:
                continue
            record.fate, record.code, record.message, record.value = "cancelled", "CANCELLED", "it was stopped", None
            if record.verb == "drive":
                motion = self._motion(action, record)
                record.cut, record.halt = elapsed, braking_time(motion, self._body, elapsed)
                self._motions[action] = motion.until(elapsed, halt=record.halt)
            share = elapsed / (record.ends - record.started) if record.ends > record.started else 0.0
            record.fraction = min(max(share, 0.0), 1.0)
            record.ends = began + record.halt
        self._save(durable=True)
        while self._file.running:
            last = max(self._file.actions[action].ends for action in self._file.running)
            await self.wait(max(last - self._clock.now(), 0.0))
        return Stopped(state=await self.state(), seconds=self._clock.now() - began)

    async def changes(self, after: int) -> tuple[int, Sequence[Change]]:
        """What was sensed since sequence number ``after`` (0 = everything): the new number and the changes, in order."""
        self._settle()
        if self._unsaved:
            self._save(durable=False)
        return len(self._changes), tuple(self._changes[max(after, 0) :])

    async def wait(self, seconds: float) -> None:
        """Let robot time pass."""
        await self._clock.wait(seconds)
        self._settle()
        if self._clock.kind == "virtual" and time.monotonic() - self._saved_at > SAVE_EVERY_S:
            self._save(durable=False)

    def _begin(self, action: str, record: ActionRecord, code: str, message: str) -> None:
        """Note an action before it can have any effect. One that ends at once (refused) never runs."""
        if code:
            record.fate, record.code, record.message = "failed", code, message
        self._clock.start()
        self._file.actions[action] = record
        if code and record.ends <= record.started:
            record.status = record.fate
        else:
            self._file.running.append(action)
        self._save(durable=True)

    def _settle(self) -> None:
        """Bring everything up to now: looks on the way, actions that have ended."""
        now = self._clock.now()
        looked = False
        if not self._file.looked:
            self._file.looked = looked = True
            self._look(self._pose().point)
        ended = sorted(self._file.running, key=lambda action: self._file.actions[action].ends)
        finished = False
        for action in ended:
            record = self._file.actions[action]
            until = min(now, record.ends)
            if record.verb == "drive":
                looked |= self._looks_on_the_way(action, record, until)
            if now >= record.ends:
                self._finish(action, record)
                finished = True
        self._unsaved |= looked
        if finished or (self._unsaved and time.monotonic() - self._saved_at > SAVE_EVERY_S):
            self._save(durable=finished)

    def _looks_on_the_way(self, action: str, record: ActionRecord, until: float) -> bool:
        """Look around at every half metre that has been driven since the last time."""
        motion = self._motion(action, record)
        due = int(motion.length_driven(until - record.started) / LOOK_EVERY_M + 1e-9)
        news = False
        while record.looks < due:
            record.looks += 1
            news |= self._look(motion.pose_at(motion.time_at(record.looks * LOOK_EVERY_M)).point)
        return news

    def _finish(self, action: str, record: ActionRecord) -> None:
        """An action has ended: its effects, and its place among the finished ones."""
        if record.verb == "drive":
            motion = self._motion(action, record)
            record.driven_m = motion.length_m
            self._rest(record.ends, motion.pose_at(motion.duration))
            self._look(self._pose_at_rest().point)
            self._motions.pop(action, None)
        elif record.fate == "succeeded":
            self._do(ACTS[record.verb](self._situation(record.ends), record.target, record.options), record.ends)
        record.status = record.fate
        self._file.running.remove(action)

    def _do(self, attempt: Attempt, at: float) -> None:
        """An act's effects on the truth and on the robot."""
        for change in attempt.changes:
            self._truth = self._truth.apply(change)
            if isinstance(change, DoorChange):
                self._file.doors[change.door] = self._file.doors_seen[change.door] = change.state
            elif isinstance(change, FeatureChange):
                there = change.feature
                self._file.moved[change.name] = ThingRecord.of(there) if isinstance(there, Thing) else None
        if attempt.carrying is not None:
            self._file.carrying = [ThingRecord.of(thing) for thing in attempt.carrying]
        if attempt.said is not None:
            self._file.said.append((at, attempt.said))
        if attempt.pose is not None:
            self._rest(at, attempt.pose)
        self._look(self._pose_at_rest().point if self._driving() is None else self._pose().point)

    def _look(self, at: tuple[float, float]) -> bool:
        """Sense from a point; True if that brought news."""
        reach = self._body.sense_range_m
        carried = [thing.name for thing in self._file.carrying]
        opaque = opaque_cells(self._truth)
        news = self._senses.look_from(at, self._truth, reach, carried)
        seen = False
        for name, door in self._truth.doors.items():
            if self._file.doors_seen.get(name) != door.state and sees_door(self._truth, opaque, at, door, reach):
                self._file.doors_seen[name] = door.state
                seen = True
        self._changes.extend(news)
        self._file.sensed.extend(Sensed.of(change, self._world.frame.width) for change in news)
        return seen or bool(news)

    def _situation(self, at: float) -> Situation:
        pose = self._pose_at_rest() if self._driving() is None else self._pose()
        held = tuple(thing.thing() for thing in self._file.carrying)
        return Situation(truth=self._truth, body=self._body, pose=pose, carrying=held, battery_wh=self._battery(at))

    def _motion(self, action: str, record: ActionRecord) -> Trajectory:
        """A drive's motion, computed again from its record in a new process."""
        if action not in self._motions:
            self._motions[action] = trajectory_of(
                Route.from_json(record.route or {}), Pose(*record.start_pose), self._body, self._world,
                slip=record.slip, cut=record.cut, halt=record.halt,
            )  # fmt: skip
        return self._motions[action]

    def _driving(self) -> str | None:
        """The id of the drive that runs."""
        return next((action for action in self._file.running if self._file.actions[action].verb == "drive"), None)

    def _pose_at_rest(self) -> Pose:
        return Pose(*self._file.pose)

    def _pose(self) -> Pose:
        """The pose now."""
        action = self._driving()
        if action is None:
            return self._pose_at_rest()
        record = self._file.actions[action]
        return self._motion(action, record).pose_at(self._clock.now() - record.started)

    def _battery(self, at: float) -> float:
        """Charge at a time since the last rest, watt-hours."""
        power = power_w(self._body, driving=self._driving() is not None, charging=self._file.charging)
        return battery_after(self._body, self._file.battery_wh, at - self._file.battery_at, power)

    def _rest(self, at: float, pose: Pose) -> None:
        """Take a pose and the charge at a time as the new point to reckon from."""
        self._file.battery_wh = self._battery(at)
        self._file.battery_at, self._file.pose = at, _triple(pose)

    def _save(self, *, durable: bool) -> None:
        self._file.clock = self._clock.to_json()
        self._saved_at, self._unsaved = time.monotonic(), False
        if self._path is not None:
            save_state(self._path, self._file, durable=durable)


def _start_pose(world: World) -> Pose:
    from maps import start_pose

    return start_pose(world)


def _asleep_at(file: RobotFile) -> float:
    """When a robot that nobody looks at has nothing left to do, robot seconds: never while it charges."""
    return math.inf if file.charging else max((file.actions[action].ends for action in file.running), default=0.0)


def _triple(pose: Pose) -> tuple[float, float, float]:
    return (pose.x, pose.y, pose.yaw)


def _truth_changes(file: RobotFile) -> Iterable[DoorChange | FeatureChange]:
    """What the robot itself has done to the truth."""
    for name, state in file.doors.items():
        yield DoorChange(door=name, state=state)
    for name, thing in file.moved.items():
        yield FeatureChange(type="thing", name=name, feature=None if thing is None else thing.thing())
