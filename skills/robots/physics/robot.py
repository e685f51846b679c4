"""MujocoRobot: the ``Robot`` interface on a body in physics, in the building extruded from the saved map.

Time stands still until somebody waits; then it runs as fast as the machine can, 100 control ticks a second through the real-time
engine's loop, its watchdog and its safety filter.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import JsonValue

from maps import Body, Change, Point, Pose, RobotState, Route, World, distance
from policies.arm import ARM
from policies.policy import Policy
from policies.runtime.lockstep import Lockstep
from policies.runtime.report import RunReport
from policies.runtime.watchdog import Mode
from skills.robot import ActionReport, Stopped, Verb, View
from skills.robots.acts import check_verb
from skills.robots.energy import battery_after, power_w
from skills.robots.errors import RobotStateInvalid
from skills.robots.physics.agenda import Agenda
from skills.robots.physics.cameras import Cameras
from skills.robots.physics.close_look import look_closely
from skills.robots.physics.dials import unread
from skills.robots.physics.errands import Errands
from skills.robots.physics.hand import Held
from skills.robots.physics.handling import Handling
from skills.robots.physics.jobs import TICK_S
from skills.robots.physics.memory import PhysicsFile, physics_of
from skills.robots.physics.plant import LOOP, MujocoPlant, arm_limits, arm_model, pixels_of
from skills.robots.physics.simulation import PhysicsBroken
from skills.robots.physics.site import Site
from skills.robots.state_file import ActionRecord, load_state, save_state, was_started
from skills.robots.surroundings import LOOK_EVERY_M, Surroundings
from skills.robots.truth import truth_of

__all__ = ["MujocoRobot"]


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
        policy: Picks, places and presses; the scripted expert if None.
        watch: Called in every control tick, with the robot; for videos.

    Raises:
        PhysicsMissing: MuJoCo, mink or a library for rendering is not there.
        RobotStateInvalid: ``state_file`` exists already; ``MujocoRobot.open`` attaches to it.
        RobotError: Walls fill the robot, the grid is turned, the map is too rugged, the truth lies on another grid.
    """

    def __init__(
        self, world: World, *, state_file: Path | None = None, truth: World | None = None, body: Body | None = None,
        start: Pose | None = None, seed: int = 0, cameras: bool = True, policy: Policy | None = None,
        watch: "Callable[[MujocoRobot], None] | None" = None,
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
        self._attach(file, world, state_file, truth, body, cameras, policy, watch)

    @classmethod
    def open(
        cls, state_file: Path, world: World, *, truth: World | None = None, body: Body | None = None, cameras: bool = True,
        policy: Policy | None = None, watch: "Callable[[MujocoRobot], None] | None" = None,
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
        robot._attach(file, world, state_file, truth, body or Body(), cameras, policy, watch)
        return robot

    def _attach(
        self, file: PhysicsFile, world: World, path: Path | None, truth: World | None, body: Body, cameras: bool,
        policy: Policy | None, watch: "Callable[[MujocoRobot], None] | None",
    ) -> None:  # fmt: skip
        self._world, self._file, self._path, self._body, self._watch = world, file, path, body, watch
        real = truth_of(world, truth)
        self._around = Surroundings(world, real, file, path, body, unread)
        self._site = site = Site(real, self._around, file, path, body)
        self._looked_at: Point | None = None
        self.simulation, self.physics_context = site.simulation, site.physics_context
        self.cameras = Cameras(self.simulation) if cameras else None
        if self.cameras is not None:
            self.cameras.rgb("head", 8, 8)  # a missing library is told now, not in the middle of a mission
        plant = MujocoPlant(self.simulation, self.cameras, pixels=pixels_of(policy), body=body)
        self._engine = Lockstep(plant, arm_limits(), model=arm_model(), settings=LOOP, body=body)
        hand = Handling(self.simulation, self.cameras, self._engine, policy)
        if file.carrying:
            item = site.item(file.carrying[-1].name)
            hand.held = Held(item, item.size[0], item.size[2], ARM.grip_n / 3)
        self._errands = Errands(world, self._around, site, file, self._engine, hand)
        self._agenda = Agenda(self.simulation, file, self._ended, self._save)

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
    def world(self) -> World:
        """The agent's map when the robot started."""
        return self._world

    @property
    def route(self) -> Route | None:
        """The verified route that it drives along; None while it does not drive."""
        return self._agenda.route

    @property
    def truth(self) -> World:
        """What is really there now."""
        return self._around.truth

    @property
    def now(self) -> float:
        """Robot time, seconds."""
        return self.simulation.time

    @property
    def doing(self) -> str:
        """What it is busy with, in words; empty when it waits."""
        return self._agenda.doing

    def watched_by(self, watch: "Callable[[MujocoRobot], None] | None") -> None:
        """Call this in every control tick from now on; for videos."""
        self._watch = watch

    @property
    def engine_report(self) -> RunReport:
        """The control loop's account of everything so far: ticks, modes, what the safety filter had to change."""
        return self._engine.report()

    async def state(self) -> RobotState:
        """Pose, battery, load and doors seen, now."""
        self._look_first()
        return self._around.state(self.simulation.pose(), self._file.battery_wh, driving=self._errands.driver is not None)

    async def drive(self, action: str, route: Route) -> None:
        """Start driving along a verified route; what blocks the way stops it.

        Raises:
            ActionRejected: The id was used for something else.
        """
        self._look_first()
        data = route.to_json()
        if not was_started(self._file.actions, action, "drive", data):
            record = self._agenda.record("drive", route=data)
            self._agenda.begin(action, record, self._errands.drive(record, route))

    async def act(self, action: str, verb: Verb, target: str, **options: JsonValue) -> None:
        """Start an act on a named thing, place or door.

        Raises:
            ActionRejected: There is no such verb, or the id was used for something else.
        """
        self._look_first()
        check_verb(verb)
        if not was_started(self._file.actions, action, verb, target):
            record = self._agenda.record(verb, target=target, options=options)
            self._agenda.begin(action, record, self._errands.act(verb, target, options))

    async def report(self, action: str) -> ActionReport:
        """What became of an action; ``never_started`` for an id the robot has not seen."""
        return self._agenda.report(action)

    async def look(self, target: str | None = None) -> View:
        """The things in view; a gauge that is asked for by name is read from the head camera's picture."""
        at = self._look()
        held, seen = self._around.in_view(at, target)
        image = None
        if target is not None and seen and self.cameras is not None and not self._agenda:
            seen[0], image = await look_closely(seen[0], self._site, self._errands, self._agenda, self.wait)
        return View(at=self.simulation.pose().point, things=(*held, *seen), image=image)

    async def stop(self) -> Stopped:
        """Stop whatever runs; returns once it stands still, with its state and the seconds it took."""
        began = self.now
        if self._errands.driver is not None:
            self._errands.driver.halted = True
        self._engine.finish()
        while not self._engine.loop.at_rest:
            self._tick(working=False)
        for action in self._agenda:
            self._agenda.cancel(action)
        self._errands.leave_route()
        self._save()
        return Stopped(state=await self.state(), seconds=self.now - began)

    async def changes(self, after: int) -> tuple[int, Sequence[Change]]:
        """What was sensed since sequence number ``after`` (0 = everything): the new number and the changes, in order."""
        self._look_first()
        found = self._around.changes
        return len(found), tuple(found[max(after, 0) :])

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

    # --- parts -------------------------------------------------------------------------------------------------------

    def _tick(self, *, working: bool = True) -> None:
        """One control tick: every job gets its turn, then the engine, then time passes."""
        if working:
            self._agenda.work()
        self._agenda.breathe()
        try:
            self._engine.step()
        except PhysicsBroken as error:
            self._engine.finish()
            self._agenda.fail("PHYSICS_BROKEN", str(error))
        if self._engine.loop.mode is Mode.STOP and self._engine.loop.at_rest and not self._agenda:
            self._engine.reset()
        driving = self._errands.driver is not None
        power = power_w(self._body, driving=driving, charging=self._file.charging)
        self._file.battery_wh = battery_after(self._body, self._file.battery_wh, TICK_S, power)
        if driving:
            self._look_under_way()
        self._site.light_lamps()
        if self._watch is not None:
            self._watch(self)

    def _look(self) -> Point:
        """Look around where it is; returns where that was."""
        self._looked_at = at = self.simulation.pose().point
        self._around.look(at)
        return at

    def _look_first(self) -> None:
        """Look around where nobody has looked yet."""
        if self._looked_at is None:
            self._look()

    def _look_under_way(self) -> None:
        """Look around every half metre."""
        if self._looked_at is None or distance(self.simulation.pose().point, self._looked_at) > LOOK_EVERY_M:
            self._look()

    def _ended(self, record: ActionRecord) -> None:
        """An action is over: look at what it changed."""
        if record.verb == "drive" and self._errands.driver is not None:
            record.driven_m = self._errands.leave_route()
            self._look()
        elif record.status == "succeeded":
            self._look()

    def _save(self) -> None:
        if self._path is not None:
            self._file.physics, self._file.controls = physics_of(self.simulation)
            save_state(self._path, self._file, durable=True)
