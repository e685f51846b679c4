"""SimulatedRobot: a robot that exists in a file. Its motion is a function of what it was told and of the time.

It drives verified routes (``policies.simulate_follow``), meets what the truth puts in its way, with its load where that sticks
out, senses, carries, opens doors, uses its battery, and answers for every action it was ever given, also to another process
after the first one was killed.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from pydantic import JsonValue

from maps import Body, Change, Pose, RobotState, Route, World, start_pose
from policies import OffRoute, Trajectory
from skills.robot import ActionReport, Stopped, Verb, View
from skills.robots.acts import ACTS, Attempt, check_verb
from skills.robots.clock import Clock, RealClock
from skills.robots.course import Course
from skills.robots.drives import Fate, braking_time, drive_fate, trajectory_of
from skills.robots.errors import RobotStateInvalid
from skills.robots.faults import Faults
from skills.robots.reckoning import Reckoning, triple
from skills.robots.state_file import ActionRecord, RobotFile, load_state, was_started
from skills.robots.surroundings import Surroundings
from skills.robots.truth import truth_of

__all__ = ["SimulatedRobot"]


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
        pose = start or start_pose(world)
        file = RobotFile(
            surefoot_robot=1, map=world.name, grid=(frame.height, frame.width, frame.resolution), body=asdict(body),
            clock=clock.to_json(), pose=triple(pose), battery_wh=body.battery_wh, battery_at=clock.now(),
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
        self._file, self._body, self._clock = file, body, clock
        self._world = world
        self._faults = faults or Faults()
        self._around = Surroundings(world, truth_of(world, truth), file, path, body)
        self._reckoning = Reckoning(file, body, clock, world, self._around)
        self._course = Course(file, path, clock, self._around, self._reckoning)

    @property
    def body(self) -> Body:
        """The body's footprint, limits and energy model."""
        return self._body

    @property
    def said(self) -> tuple[str, ...]:
        """The sentences it has said, in order."""
        return tuple(text for _, text in self._file.said)

    @property
    def truth(self) -> World:
        """What is really there now."""
        return self._around.truth

    async def state(self) -> RobotState:
        """Pose, battery, load and doors seen, now."""
        self._course.settle()
        at = self._reckoning
        return self._around.state(at.pose(), at.battery(self._clock.now()), driving=at.driving is not None)

    async def drive(self, action: str, route: Route) -> None:
        """Start driving along a verified route; what blocks the way stops it.

        Raises:
            ActionRejected: The id was used for something else.
        """
        self._course.settle()
        data = route.to_json()
        if was_started(self._file.actions, action, "drive", data):
            return
        now, pose = self._clock.now(), self._reckoning.pose()
        record = ActionRecord(verb="drive", route=data, start_pose=triple(pose), started=now, ends=now)
        ordered = self._faults.code_for(action, "drive")
        fate = Fate(code=ordered or "", message="a fault was ordered")
        motion: Trajectory | None = None
        if self._file.running:
            fate = Fate(code="BUSY", message=f"the robot is busy with {self._file.running[0]!r}")
        elif ordered is None:
            try:
                body = self._around.laden
                motion = trajectory_of(route, pose, body, self._world, slip=self._faults.slip)
                fate = drive_fate(motion, body, self._around.truth, self._reckoning.battery(now), self._faults)
            except OffRoute as error:
                fate = Fate(code="START_OFF_ROUTE", message=str(error))
        if motion is not None:
            if fate.cut is not None:
                motion = motion.until(fate.cut, halt=fate.halt)
            self._reckoning.motions[action] = motion
            record.slip, record.cut, record.halt = self._faults.slip, fate.cut, fate.halt
            record.ends = now + motion.duration
            record.value = None if fate.door is None else {"door": fate.door}
            self._reckoning.rest(now, pose)
            self._file.charging = False
        self._course.begin(action, record, fate.code, fate.message)

    async def act(self, action: str, verb: Verb, target: str, **options: JsonValue) -> None:
        """Start an act on a named thing, place or door.

        Raises:
            ActionRejected: There is no such verb, or the id was used for something else.
        """
        self._course.settle()
        check_verb(verb)
        if was_started(self._file.actions, action, verb, target):
            return
        now, pose = self._clock.now(), self._reckoning.pose()
        record = ActionRecord(verb=verb, target=target, options=options, start_pose=triple(pose), started=now, ends=now)
        if self._file.running and verb != "say":
            attempt = Attempt(seconds=0.0, code="BUSY", message=f"the robot is busy with {self._file.running[0]!r}")
        else:
            attempt = ACTS[verb](self._course.situation(now), target, options)
        ordered = self._faults.code_for(action, verb, target)
        if ordered is not None:
            attempt = replace(attempt, code=ordered, message="a fault was ordered")
        record.ends = now + attempt.seconds
        if attempt.charging and not attempt.code:
            self._reckoning.rest(now, self._reckoning.pose_at_rest)
            self._file.charging = True
        self._course.begin(action, record, attempt.code, attempt.message)

    async def report(self, action: str) -> ActionReport:
        """What became of an action; ``never_started`` for an id the robot has not seen."""
        self._course.settle()
        record = self._file.actions.get(action)
        if record is None:
            return ActionReport(action=action, status="never_started")
        if action in self._faults.lose_actions:
            return ActionReport(action=action, status="unknown", message="the robot does not know what became of it")
        seconds = min(self._clock.now(), record.ends) - record.started
        if record.status == "running":
            driven = self._reckoning.motion(action, record).length_driven(seconds) if record.verb == "drive" else 0.0
            share = seconds / (record.ends - record.started) if record.ends > record.started else 1.0
            return ActionReport(action=action, status="running", driven_m=driven, seconds=seconds, fraction=share)
        return ActionReport(
            action=action, status=record.status, code=record.code, message=record.message, driven_m=record.driven_m,
            seconds=seconds, fraction=1.0 if record.status == "succeeded" else record.fraction, value=record.value,
        )  # fmt: skip

    async def look(self, target: str | None = None) -> View:
        """The things in view now within the body's view range, as they really are; what is news is told as a change too."""
        self._course.settle()
        at = self._reckoning.pose().point
        self._course.unsaved |= self._around.look(at)
        held, seen = self._around.in_view(at, target)
        return View(at=at, things=(*held, *seen))

    async def stop(self) -> Stopped:
        """Stop whatever runs; returns once it stands still, with its state and the seconds it took."""
        self._course.settle()
        began = self._clock.now()
        for action in list(self._file.running):
            record = self._file.actions[action]
            elapsed = began - record.started
            if record.cut is not None and elapsed >= record.cut:
                continue
            record.fate, record.code, record.message, record.value = "cancelled", "CANCELLED", "it was stopped", None
            if record.verb == "drive":
                motion = self._reckoning.motion(action, record)
                record.cut, record.halt = elapsed, braking_time(motion, self._body, elapsed)
                self._reckoning.motions[action] = motion.until(elapsed, halt=record.halt)
            share = elapsed / (record.ends - record.started) if record.ends > record.started else 0.0
            record.fraction = min(max(share, 0.0), 1.0)
            record.ends = began + record.halt
        self._course.save(durable=True)
        while self._file.running:
            last = max(self._file.actions[action].ends for action in self._file.running)
            await self.wait(max(last - self._clock.now(), 0.0))
        return Stopped(state=await self.state(), seconds=self._clock.now() - began)

    async def changes(self, after: int) -> tuple[int, Sequence[Change]]:
        """What was sensed since sequence number ``after`` (0 = everything): the new number and the changes, in order."""
        self._course.settle()
        if self._course.unsaved:
            self._course.save(durable=False)
        return len(self._around.changes), tuple(self._around.changes[max(after, 0) :])

    async def wait(self, seconds: float) -> None:
        """Let robot time pass."""
        await self._clock.wait(seconds)
        self._course.settle()
        if self._clock.kind == "virtual" and self._course.is_overdue:
            self._course.save(durable=False)


def _asleep_at(file: RobotFile) -> float:
    """When a robot that nobody looks at has nothing left to do, robot seconds: never while it charges."""
    return math.inf if file.charging else max((file.actions[action].ends for action in file.running), default=0.0)
