"""MujocoRobot: the ``Robot`` interface on a body in physics, in the building extruded from the saved map.

Time stands still until somebody waits; then it runs as fast as the machine can, 100 control ticks a second through the real-time
engine's loop, its watchdog and its safety filter.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from pydantic import JsonValue

from maps import Body, Change, DoorChange, FeatureChange, Pose, RobotState, Route, Thing, World, distance
from policies import OffRoute, follow_plan, speed_limit_of
from policies.arm import ARM
from policies.expert import Task
from policies.policy import Policy
from policies.runtime.corridor import Corridor
from policies.runtime.lockstep import Lockstep
from policies.runtime.report import RunReport
from policies.runtime.settings import LoopSettings
from policies.runtime.watchdog import Mode
from skills.robot import ActionReport, Stopped, Verb, View
from skills.robots.acts import ACTS, DOCK_REACH_M, Attempt, Situation
from skills.robots.energy import battery_after, power_w
from skills.robots.errors import ActionRejected, RobotStateInvalid
from skills.robots.physics.building import building_of, scale_for
from skills.robots.physics.cameras import Cameras
from skills.robots.physics.dials import png, unread, with_reading
from skills.robots.physics.driving import Driver, RayScan
from skills.robots.physics.gauge_reading import GaugeUnreadable
from skills.robots.physics.handling import Handling, Held, Point3
from skills.robots.physics.items import Item
from skills.robots.physics.jobs import TICK_S, Failed, Job, pause
from skills.robots.physics.memory import PhysicsFile, physics_of, restore_physics
from skills.robots.physics.plant import MujocoPlant, arm_limits
from skills.robots.physics.randomise import randomised
from skills.robots.physics.simulation import Simulation
from skills.robots.physics.spots import free_spot
from skills.robots.sensing import Senses, in_view, opaque_cells, sees_door
from skills.robots.state_file import ActionRecord, Sensed, ThingRecord, load_state, save_state, was_started
from skills.robots.truth import truth_of

__all__ = ["MujocoRobot"]

LOOK_EVERY_M = 0.5


class MujocoRobot:
    """A mobile manipulator in physics, on a saved map. It implements ``skills.Robot``.

    Args:
        world: The agent's map when the robot starts.
        state_file: Where its state lives between processes; None keeps it in memory.
        truth: What is really there; by default the map folder's ``truth/``, or else the map itself.
        body: Footprint, limits, reach, battery.
        start: Where it stands; by default the map's first dock, or else its roomiest free spot.
        seed: Of what is drawn at random: masses, frictions, light, poses of blocks.
        cameras: Whether it has its head and wrist camera; without them it drives and cannot handle or read anything.
        policy_for: The learned policy for a task, if there is one; the scripted expert acts where it gives None.
        watch: Called in every control tick, with the robot; for videos.

    Raises:
        PhysicsMissing: MuJoCo, mink or a library for rendering is not there.
        RobotStateInvalid: ``state_file`` exists already; ``MujocoRobot.open`` attaches to it.
        RobotError: Walls fill the robot, the grid is turned, the map is too rugged, the truth lies on another grid.
    """

    def __init__(
        self, world: World, *, state_file: Path | None = None, truth: World | None = None, body: Body | None = None,
        start: Pose | None = None, seed: int = 0, cameras: bool = True,
        policy_for: Callable[[Task], Policy | None] | None = None, watch: "Callable[[MujocoRobot], None] | None" = None,
    ) -> None:  # fmt: skip
        if state_file is not None and state_file.exists():
            raise RobotStateInvalid(
                f"robot state {str(state_file)!r} exists already; attach to it with MujocoRobot.open, or name another file"
            )
        from maps import start_pose

        body = body or Body()
        pose = start or start_pose(world)
        file = PhysicsFile(
            map=world.name, revision=world.revision, seed=seed, start=(pose.x, pose.y, pose.yaw), battery_wh=body.battery_wh
        )
        self._attach(file, world, state_file, truth, body, cameras, policy_for, watch)

    @classmethod
    def open(
        cls, state_file: Path, world: World, *, truth: World | None = None, body: Body | None = None, cameras: bool = True,
        policy_for: Callable[[Task], Policy | None] | None = None, watch: "Callable[[MujocoRobot], None] | None" = None,
    ) -> "MujocoRobot":  # fmt: skip
        """Attach to a robot whose process is gone. What it was doing was cut off: it stands where it was saved last.

        Raises:
            RobotStateMissing: There is no such file.
            RobotStateInvalid: It is no such robot's file, or belongs to another map.
        """
        file = load_state(state_file, PhysicsFile)
        if file.map != world.name:
            raise RobotStateInvalid(f"robot state {str(state_file)!r} belongs to map {file.map!r}, not to {world.name!r}")
        for record in file.actions.values():
            if record.status == "running":
                record.status, record.code = "cancelled", "CANCELLED"
                record.message = "the process that simulated it ended"
        robot = cls.__new__(cls)
        robot._attach(file, world, state_file, truth, body or Body(), cameras, policy_for, watch)
        return robot

    def _attach(
        self, file: PhysicsFile, world: World, path: Path | None, truth: World | None, body: Body, cameras: bool,
        policy_for: Callable[[Task], Policy | None] | None, watch: "Callable[[MujocoRobot], None] | None",
    ) -> None:  # fmt: skip
        self._file, self._path, self._body, self._world, self._watch = file, path, body, world, watch
        truth = truth_of(world, truth)
        start = Pose(*file.start)
        built = building_of(truth, body, start)
        items, self.physics_context = randomised(built.items, file.seed)
        self._names, self._door_names, self._doors_at = built.names, built.door_names, built.doors
        self._surfaces = built.surfaces
        self.simulation = Simulation(
            built.bricks, items, body, mobile=True, extent=built.extent, doors=built.doors, start=start,
        )  # fmt: skip
        self.cameras = Cameras(self.simulation) if cameras else None
        if self.cameras is not None:
            self.cameras.rgb("head", 8, 8)  # a missing library is told now, not in the middle of a mission
        self._truth = truth.apply(*self._truth_changes())
        restore_physics(self.simulation, file, path)
        self._shut_doors()
        plant = MujocoPlant(self.simulation, self.cameras)
        self._engine = Lockstep(plant, arm_limits(), settings=LoopSettings(decode_hz=10.0), body=body)
        self._hand = Handling(self.simulation, self.cameras, self._engine, policy_for or (lambda task: None))
        if file.carrying:
            item = self._item(file.carrying[-1].name)
            self._hand.held = Held(item, item.size[0], item.size[2], ARM.grip_n / 3)
        self._scan = RayScan(self.simulation)
        self._driver: Driver | None = None
        self._jobs: dict[str, Job] = {}
        width = world.frame.width
        self._changes: list[Change] = [sensed.change(width) for sensed in file.sensed]
        self._senses = Senses(world)
        self._senses.replay(self._changes)
        self._looked_at: tuple[float, float] | None = None

    # --- skills.Robot ------------------------------------------------------------------------------------------------

    @property
    def body(self) -> Body:
        """The body's footprint, limits and energy model."""
        return self._body

    @property
    def said(self) -> tuple[str, ...]:
        """The sentences it has said, in order."""
        return tuple(text for _, text in self._file.said)

    @property
    def now(self) -> float:
        """Robot time, seconds."""
        return self.simulation.time

    @property
    def doing(self) -> str:
        """What it is busy with, in words; empty when it waits."""
        action = next(iter(self._jobs), None)
        if action is None:
            return ""
        record = self._file.actions[action]
        return f"{record.verb.replace('_', ' ')} {record.target}".strip()

    def watched_by(self, watch: "Callable[[MujocoRobot], None] | None") -> None:
        """Call this in every control tick from now on; for videos."""
        self._watch = watch

    @property
    def engine_report(self) -> RunReport:
        """The control loop's account of everything so far: ticks, modes, what the safety filter had to change."""
        return self._engine.report()

    async def state(self) -> RobotState:
        """Pose, battery, load and doors seen, now."""
        self._first_look()
        pose = self.simulation.pose()
        docks = [place for place in self._truth.places.values() if place.is_dock]
        return RobotState(
            pose=pose,
            battery_wh=self._file.battery_wh,
            carrying=tuple(thing.name for thing in self._file.carrying),
            doors=MappingProxyType(dict(self._file.doors_seen)),
            docked=self._driver is None and any(distance(pose.point, dock.centre) <= DOCK_REACH_M for dock in docks),
        )

    async def drive(self, action: str, route: Route) -> None:
        """Start driving along a verified route; what blocks the way stops it.

        Raises:
            ActionRejected: The id was used for something else.
        """
        self._first_look()
        data = route.to_json()
        if was_started(self._file.actions, action, "drive", data):
            return
        self._begin(action, ActionRecord(verb="drive", route=data, **self._times()), self._drive(action, route))

    async def act(self, action: str, verb: Verb, target: str, **options: JsonValue) -> None:
        """Start an act on a named thing, place or door.

        Raises:
            ActionRejected: There is no such verb, or the id was used for something else.
        """
        self._first_look()
        if verb not in ACTS:
            raise ActionRejected(f"a robot cannot {verb!r}; it can {', '.join(get_args(Verb))}")
        if was_started(self._file.actions, action, verb, target):
            return
        record = ActionRecord(verb=verb, target=target, options=options, **self._times())
        self._begin(action, record, self._do(verb, target, options))

    async def report(self, action: str) -> ActionReport:
        """What became of an action; ``never_started`` for an id the robot has not seen."""
        record = self._file.actions.get(action)
        if record is None:
            return ActionReport(action=action, status="never_started")
        seconds = (self.now if record.status == "running" else record.ends) - record.started
        return ActionReport(
            action=action, status=record.status, code=record.code, message=record.message, driven_m=record.driven_m,
            seconds=seconds, fraction=1.0 if record.status == "succeeded" else record.fraction, value=record.value,
        )  # fmt: skip

    async def look(self, target: str | None = None) -> View:
        """The things in view; a gauge that is asked for by name is read from the head camera's picture."""
        self._sense()
        at = self.simulation.pose().point
        held = tuple(thing.thing() for thing in self._file.carrying if thing.name == target)
        near = [
            thing
            for thing in self._truth.things.values()
            if target in (None, thing.name) and distance(at, thing.position) <= self._body.view_range_m
        ]
        seen = [unread(thing) for thing in near if in_view(self._truth, at, thing)]
        image = None
        if target is not None and seen and self.cameras is not None and not self._jobs:
            seen[0], image = await self._looked_closely(seen[0])
        return View(at=at, things=(*held, *seen), image=image)

    async def stop(self) -> Stopped:
        """Stop whatever runs; returns once it stands still, with its state and the seconds it took."""
        began = self.now
        if self._driver is not None:
            self._driver.halted = True
        self._engine.finish()
        stopped = list(self._jobs)
        while not self._engine.loop.at_rest:
            self._tick(working=False)
        for action in stopped:
            self._jobs.pop(action).close()
            self._end(action, "cancelled", "CANCELLED", "it was stopped")
        self._leave_route()
        self._save()
        return Stopped(state=await self.state(), seconds=self.now - began)

    async def changes(self, after: int) -> tuple[int, Sequence[Change]]:
        """What was sensed since sequence number ``after`` (0 = everything): the new number and the changes, in order."""
        self._first_look()
        return len(self._changes), tuple(self._changes[max(after, 0) :])

    async def wait(self, seconds: float) -> None:
        """Let robot time pass, as fast as the machine can."""
        for number in range(max(1, round(seconds / TICK_S))):
            if number % 10 == 0:
                await asyncio.sleep(0)
            self._tick()

    def close(self) -> None:
        """Keep the state and give the renderers back."""
        self._save()
        if self.cameras is not None:
            self.cameras.close()

    # --- time --------------------------------------------------------------------------------------------------------

    def _tick(self, *, working: bool = True) -> None:
        """One control tick: every job gets its turn, then the engine, then time passes."""
        for action, job in list(self._jobs.items()) if working else ():
            try:
                next(job)
            except StopIteration as ended:
                self._end(action, "succeeded", value=ended.value)
            except Failed as failure:
                self._end(action, "failed", failure.code, failure.message, failure.value)
        for action in self._jobs:
            record = self._file.actions[action]
            if record.verb != "drive":  # how long it takes is not known: nearer and nearer to done, as a sign of life
                record.fraction = (self.now - record.started) / (self.now - record.started + 5.0)
        self._engine.step()
        if self._engine.loop.mode is Mode.STOP and self._engine.loop.at_rest and not self._jobs:
            self._engine.reset()
        power = power_w(self._body, driving=self._driver is not None, charging=self._file.charging)
        self._file.battery_wh = battery_after(self._body, self._file.battery_wh, TICK_S, power)
        here = self.simulation.pose().point
        if self._driver is not None and (self._looked_at is None or distance(here, self._looked_at) > LOOK_EVERY_M):
            self._sense()
        self._light_lamps()
        if self._watch is not None:
            self._watch(self)

    def _begin(self, action: str, record: ActionRecord, job: Job) -> None:
        busy = next(iter(self._jobs), None)
        self._file.actions[action] = record
        if busy is not None and record.verb != "say":
            self._end(action, "failed", "BUSY", f"the robot is busy with {busy!r}")
            return
        self._jobs[action] = job
        self._save()

    def _end(self, action: str, status: Any, code: str = "", message: str = "", value: JsonValue = None) -> None:
        record = self._file.actions[action]
        record.status, record.code, record.message, record.value = status, code, message, value
        record.ends = self.now
        if record.verb == "drive" and self._driver is not None:
            record.driven_m = self._driver.driven_m
            self._leave_route()
            self._sense()
        elif status == "succeeded":
            self._sense()
        self._jobs.pop(action, None)
        self._save()

    def _times(self) -> dict[str, Any]:
        pose = self.simulation.pose()
        return {"start_pose": (pose.x, pose.y, pose.yaw), "started": self.now, "ends": self.now}

    # --- driving -----------------------------------------------------------------------------------------------------

    def _drive(self, action: str, route: Route) -> Job:
        """Follow a route to its end, or until something is in the way."""
        record = self._file.actions[action]
        try:
            plan = follow_plan(route, self.simulation.pose(), self._body, speed_limit=speed_limit_of(self._world, self._body))
        except OffRoute as error:
            raise Failed("START_OFF_ROUTE", str(error)) from None
        yield from self._hand.home()
        self._file.charging = False
        self._driver = driver = Driver(plan, self._body, self._scan, period_s=TICK_S)
        self._engine.drive(driver, Corridor(route, self._body))
        length = max(sum(float(leg.along[-1]) for leg in plan.legs), 1e-6)
        while not driver.done:
            yield
            record.driven_m, record.fraction = driver.driven_m, max(record.fraction, min(driver.driven_m / length, 0.999))
            if self._file.battery_wh <= 0.0:
                driver.halted = True
            moving = self._engine.loop.base.linear != 0.0 or self._engine.loop.base.angular != 0.0
            if self._engine.loop.base.left and not moving:
                raise Failed("LEFT_ROUTE", self._engine.loop.base.left)
            if driver.blocked is not None and not moving:
                x, y = driver.blocked
                if driver.door is not None:
                    door = self._truth.doors[self._door_names[driver.door]]
                    raise Failed("DOOR_CLOSED", f"door {door.name!r} is {door.state}", {"door": door.name})
                raise Failed("PATH_BLOCKED", f"an obstacle is in the way at ({x:.2f}, {y:.2f})")
            if driver.halted and not moving:
                raise Failed("BATTERY", "the battery is empty")
        return None

    def _leave_route(self) -> None:
        self._engine.loop.base.stop()
        self._driver = None

    # --- acting ------------------------------------------------------------------------------------------------------

    def _do(self, verb: Verb, target: str, options: dict[str, JsonValue]) -> Job:
        """An act: first whether it can work here at all, then the work itself."""
        situation = Situation(
            truth=self._truth, body=self._body, pose=self.simulation.pose(),
            carrying=tuple(thing.thing() for thing in self._file.carrying), battery_wh=self._file.battery_wh,
        )  # fmt: skip
        attempt = ACTS[verb](situation, target, options)
        if attempt.code:
            yield from pause(attempt.seconds)
            raise Failed(attempt.code, attempt.message)
        value: JsonValue = None
        if verb == "pick":
            number = self._names.index(target)
            value = yield from self._hand.pick(self._item(target), self._bottom(number))
        elif verb == "press":
            number = self._names.index(target)
            value = yield from self._hand.press(self._item(target), self._bottom(number))
        elif verb == "place":
            value, attempt = yield from self._place(attempt, target)
        else:
            if attempt.charging:
                self._file.charging = True
            yield from pause(attempt.seconds)
        self._effects(attempt)
        return value

    def _place(self, attempt: Attempt, target: str) -> Any:
        """Put down what is held: on a thing, or on a free spot of a table within reach, or on the floor."""
        number = self._names.index(target) if target in self._names else None
        tray = None if number is None else self.simulation.items[number]
        change = attempt.changes[0]
        assert isinstance(change, FeatureChange) and isinstance(change.feature, Thing)
        if number is not None and tray is not None:
            spot = self._bottom(number)
        else:
            spot = free_spot(self.simulation, self._surfaces, self._body.reach_m) or (*change.feature.position, 0.0)
        flat = tray if tray is not None and tray.kind == "tray" else None
        value = yield from self._hand.place(spot, flat)
        held = self._names.index(change.name)
        at, _ = self.simulation.item_pose(held)
        put = replace(change.feature, position=(round(float(at[0]), 3), round(float(at[1]), 3)))
        return value, replace(attempt, changes=(FeatureChange(type="thing", name=change.name, feature=put),))

    def _effects(self, attempt: Attempt) -> None:
        """What an act does to the truth and to what the robot knows of itself."""
        for change in attempt.changes:
            self._truth = self._truth.apply(change)
            if isinstance(change, DoorChange):
                self._file.doors[change.door] = self._file.doors_seen[change.door] = change.state
                self._shut_doors()
            elif isinstance(change, FeatureChange):
                there = change.feature
                self._file.moved[change.name] = ThingRecord.of(there) if isinstance(there, Thing) else None
        if attempt.carrying is not None:
            self._file.carrying = [ThingRecord.of(thing) for thing in attempt.carrying]
        if attempt.said is not None:
            self._file.said.append((self.now, attempt.said))

    def _item(self, name: str) -> Item:
        return self.simulation.items[self._names.index(name)]

    def _bottom(self, number: int) -> Point3:
        """Where the map would expect an item's underside, metres; the hand finds out where it really is."""
        item = self.simulation.items[number]
        at, _ = self.simulation.item_pose(number)
        z = float(at[2]) - (0.5 * item.size[2] if item.kind == "block" else 0.0)
        return (float(at[0]), float(at[1]), z)

    # --- sensing -----------------------------------------------------------------------------------------------------

    async def _looked_closely(self, thing: Thing) -> tuple[Thing, bytes | None]:
        """Turn the head camera to a thing; read it if it is a gauge."""
        number = self._names.index(thing.name)
        item = self.simulation.items[number]
        if item.kind != "gauge":
            return thing, None
        known = self._world.things.get(thing.name, thing)
        scale = scale_for(known, 0.0) if "scale_max" in known.attributes else None
        action = f"look {self.now:.2f} {thing.name}"
        found: list[Any] = []

        def job() -> Job:
            found.append((yield from self._hand.read(item.at, scale)))
            return None

        self._file.actions[action] = ActionRecord(verb="look", target=thing.name, **self._times())
        self._jobs[action] = job()
        try:
            while action in self._jobs:
                await self.wait(TICK_S)
        except GaugeUnreadable as error:
            self._jobs.pop(action, None)
            return with_reading(thing, f"not readable: {error}"), None
        finally:
            ended = self._file.actions.pop(action)
        if not found:
            return with_reading(thing, f"not readable: {ended.message}"), None
        reading, picture = found[0]
        unit = str(thing.attributes.get("unit", "")).strip()
        text = f"{reading.value:g} {unit}".strip()
        if not reading.agree:
            text = f"uncertain: the digits say {reading.digits:g}, the needle {reading.needle:.1f} {unit}".strip()
        return with_reading(thing, text), png(picture.rgb)

    def _first_look(self) -> None:
        if self._looked_at is None:
            self._sense()

    def _sense(self) -> None:
        """Look around; what is news is told as changes."""
        at = self.simulation.pose().point
        self._looked_at = at
        reach = self._body.sense_range_m
        opaque = opaque_cells(self._truth)
        carried = [thing.name for thing in self._file.carrying]
        truth = self._truth.apply(*(
            FeatureChange(type="thing", name=thing.name, feature=unread(thing))
            for thing in self._truth.things.values() if unread(thing) != thing
        ))  # fmt: skip
        news = self._senses.look_from(at, truth, reach, carried)
        for name, door in self._truth.doors.items():
            if self._file.doors_seen.get(name) != door.state and sees_door(self._truth, opaque, at, door, reach):
                self._file.doors_seen[name] = door.state
        self._changes.extend(news)
        self._file.sensed.extend(Sensed.of(change, self._world.frame.width) for change in news)

    def _light_lamps(self) -> None:
        """A button's lamp is green once it has been pressed, and stays so."""
        for number, item in enumerate(self.simulation.items):
            if item.kind == "button" and self.simulation.pressed(number):
                self.simulation.model.geom(f"button{number}lamp").rgba[:] = (0.1, 0.95, 0.25, 1.0)

    def _shut_doors(self) -> None:
        for number, name in enumerate(self._door_names):
            ax, ay, bx, by = self._doors_at[number]
            self.simulation.shut(number, self._truth.doors[name].state != "open", (0.5 * (ax + bx), 0.5 * (ay + by)))

    # --- keeping -----------------------------------------------------------------------------------------------------

    def _truth_changes(self) -> list[Change]:
        """What the robot itself has done to the truth."""
        made: list[Change] = [DoorChange(door=name, state=state) for name, state in self._file.doors.items()]
        for name, thing in self._file.moved.items():
            made.append(FeatureChange(type="thing", name=name, feature=None if thing is None else thing.thing()))
        return made

    def _save(self) -> None:
        if self._path is not None:
            self._file.physics, self._file.controls = physics_of(self.simulation)
            save_state(self._path, self._file, durable=True)
