"""Handling: picking, placing and pressing as jobs: look, act by a policy, judge by gripper and camera."""

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from pydantic import JsonValue

from policies.arm import ARM
from policies.expert import Aim, ArmKinematics, Expert, Reach, Task, grip_height
from policies.policy import Policy
from policies.runtime.errors import EngineError
from policies.runtime.lockstep import Lockstep
from policies.runtime.watchdog import Mode
from skills.grip import needed_grip_n
from skills.robots.physics.cameras import Cameras, Picture
from skills.robots.physics.eyes import Seen, locate
from skills.robots.physics.gauge_reading import Reading, read_gauge
from skills.robots.physics.items import Item
from skills.robots.physics.jobs import Failed, Job, pause
from skills.robots.physics.simulation import Simulation

__all__ = ["Handling", "Point3"]

Point3: TypeAlias = tuple[float, float, float]
Steps: TypeAlias = Generator[None, None, None]

HEAD_AT = (-0.02, 0.17, 0.92)
LOOK_PIXELS, READ_PIXELS = 480, 960
PATIENCE_S = 25.0
SILENT_TICKS = 200
SQUEEZE = 2.0
"""How much harder than needed the fingers press."""


@dataclass
class Held:
    """What is in the hand.

    Attributes:
        item: As the map knows it.
        width: Between the fingers, as measured, metres.
        height: metres.
        squeeze_n: Newtons per finger.
    """

    item: Item
    width: float
    height: float
    squeeze_n: float


class Handling:
    """The arm's jobs on one robot.

    Args:
        simulation: Its joints and servos.
        cameras: Its eyes; None for a robot without any.
        engine: Drives the arm.
        policy_for: The policy for a task, told how to find its aim; None lets the scripted expert act.
    """

    def __init__(
        self, simulation: Simulation, cameras: Cameras | None, engine: Lockstep, policy_for: Callable[[Task], Policy | None]
    ) -> None:
        self.sim, self.cameras, self.engine = simulation, cameras, engine
        self._policy_for = policy_for
        self._kinematics: ArmKinematics | None = None
        self.held: Held | None = None

    # --- jobs --------------------------------------------------------------------------------------------------------

    def pick(self, item: Item, near: Point3) -> Job:
        """Take a block: its underside is expected at ``near``, metres in the world."""
        yield from self._face(near)
        seen = self._find(item, near, flat=False)
        if seen is None:
            yield from self.stow()
            raise Failed("NOT_VISIBLE", f"the head camera sees no {item.name!r} where it should be")
        if min(seen.width, seen.depth) > ARM.opening_m - 0.008:
            yield from self.stow()
            raise Failed("TOO_WIDE", f"{item.name!r} is {seen.width:.3f} m wide, the gripper opens {ARM.opening_m:.3f} m")
        bottom = self._base_point(near)[2]
        height = max(seen.top[2] - bottom, 0.02)
        width = _likely(seen.width, item.size[0])
        squeeze = min(needed_grip_n(item.mass, item.friction) * SQUEEZE + 2.0, ARM.grip_n)
        at = (seen.top[0], seen.top[1], bottom + 0.5 * height)
        azimuth = math.atan2(at[1], at[0])
        yaw = azimuth + _half(seen.yaw - azimuth, math.pi / 2 if abs(seen.width - seen.depth) < 0.012 else math.pi)
        lift = bottom + 0.15 + grip_height(Aim(at=at, height=height))
        resting = Aim(at=at, yaw=yaw, width=width, height=height, goal=(0.0, 0.0, lift), squeeze_n=squeeze)

        def aim() -> Aim:
            if not self._grips(width):
                return resting
            grip = self.sim.grip_point()
            middle = float(grip[2]) - grip_height(resting) + 0.5 * height
            return Aim(
                at=(float(grip[0]), float(grip[1]), middle), yaw=yaw, width=width, height=height, goal=resting.goal,
                squeeze_n=squeeze,
            )  # fmt: skip

        yield from self._ready(azimuth, ARM.opening_m)
        name = yield from self._act("pick", aim, f"pick up the {item.name}", squeeze)
        opening, force = float(self.sim.joints()[6]), self.sim.grip_force()
        evidence: dict[str, JsonValue] = {"policy": name, "opening_m": round(opening, 4), "grip_n": round(force, 1)}
        if not self._grips(width):
            yield from self.stow()
            raise Failed("GRASP_FAILED", f"the gripper closed on nothing: it is {opening * 1e3:.0f} mm open", evidence)
        self.held = Held(item, width, height, squeeze)
        yield from self.stow()
        yield from pause(0.2)
        gone = self._find(item, near, flat=False, radius=0.06) is None
        evidence |= {"seen_where_it_was": not gone, "grip_n": round(self.sim.grip_force(), 1)}
        if not self._grips(width):
            self.held = None
            raise Failed("GRASP_FAILED", f"{item.name!r} slipped out of the gripper", evidence)
        if not gone:
            raise Failed("GRASP_FAILED", f"the head camera still sees {item.name!r} where it was", evidence)
        return evidence

    def place(self, spot: Point3, tray: Item | None) -> Job:
        """Put down what is held at a spot, metres in the world; on a tray once the camera has found it near the spot."""
        held = self.held
        if held is None:
            raise Failed("PRECONDITION", "nothing is held, so nothing can be put down")
        yield from self._face(spot)
        goal, yaw = self._base_point(spot), math.nan
        if tray is not None:
            seen = self._find(tray, spot, flat=True)
            if seen is None:
                raise Failed("NOT_VISIBLE", f"the head camera sees no {tray.name!r} where it should be")
            goal, yaw = (seen.top[0], seen.top[1], goal[2] + 0.007), seen.yaw
        azimuth = math.atan2(goal[1], goal[0])
        turn = azimuth if math.isnan(yaw) else azimuth + _half(yaw - azimuth, math.pi / 2)

        def aim() -> Aim:
            grip = self.sim.grip_point()
            at = (float(grip[0]), float(grip[1]), float(grip[2]))
            return Aim(at=at, yaw=turn, width=held.width, height=held.height, goal=goal, squeeze_n=held.squeeze_n)

        yield from self._ready(azimuth, held.width - held.squeeze_n / ARM.grip_stiffness)
        what = f"the {tray.name}" if tray is not None else "the table"
        name = yield from self._act("place", aim, f"put the {held.item.name} on {what}", held.squeeze_n)
        evidence: dict[str, JsonValue] = {"policy": name, "opening_m": round(float(self.sim.joints()[6]), 4)}
        if self._grips(held.width):
            raise Failed("RELEASE_FAILED", f"{held.item.name!r} is still between the fingers", evidence)
        self.held = None
        yield from self.stow()
        yield from pause(0.3)
        seen = self._find(held.item, self._world_point(goal), flat=False, radius=0.12)
        evidence["seen_there"] = seen is not None
        if seen is None:
            raise Failed("NOT_VISIBLE", f"{held.item.name!r} was let go and the head camera does not see it there", evidence)
        off = math.hypot(seen.top[0] - goal[0], seen.top[1] - goal[1])
        evidence["off_m"] = round(off, 3)
        if tray is not None and off > 0.5 * min(tray.size[:2]):
            raise Failed("MISPLACED", f"{held.item.name!r} lies {off:.2f} m from the middle of {tray.name!r}", evidence)
        return evidence

    def press(self, item: Item, near: Point3) -> Job:
        """Press a button whose case is expected at ``near``, metres in the world."""
        if self.held is not None:
            raise Failed("GRIPPER_FULL", f"the hand is not free to press: it holds {self.held.item.name!r}")
        yield from self._face(near)
        seen = self._find(item, near, flat=False)
        if seen is None:
            yield from self.stow()
            raise Failed("NOT_VISIBLE", f"the head camera sees no {item.name!r} where it should be")
        top = seen.top
        azimuth = math.atan2(top[1], top[0])
        deepest = math.inf

        def aim() -> Aim:
            nonlocal deepest
            tip = float(self.sim.grip_point()[2]) - 0.025
            deepest = min(deepest, tip - top[2])
            return Aim(at=top, yaw=azimuth, done=deepest < -0.013)

        yield from self._ready(azimuth, 0.0)
        name = yield from self._act("press", aim, f"press the {item.name}", 10.0)
        yield from self.stow()
        yield from pause(0.2)
        lit = self._lamp(top)
        evidence: dict[str, JsonValue] = {"policy": name, "pressed_m": round(-deepest, 4), "lamp_lit": lit}
        if not lit:
            raise Failed("PRESS_FAILED", f"the lamp of {item.name!r} did not light up", evidence)
        return evidence

    def read(self, face: Point3, scale: tuple[float, float] | None) -> Generator[None, None, tuple[Reading, Picture]]:
        """Look at a gauge and read it.

        Raises:
            GaugeUnreadable: The picture does not show it well enough.
        """
        yield from self._face(face)
        picture = self._look(READ_PIXELS)
        return read_gauge(picture.rgb, scale), picture

    def stow(self) -> Steps:
        """Fold the arm, with or without something in the hand; the turret stays where it points."""
        turret = float(self.sim.joints()[0])
        opening = 0.04 if self.held is None else self.held.width - self.held.squeeze_n / ARM.grip_stiffness
        yield from self._reach((turret, *ARM.stowed[1:6], opening))

    def home(self) -> Steps:
        """Fold the arm and turn it to the front, for driving."""
        opening = 0.04 if self.held is None else self.held.width - self.held.squeeze_n / ARM.grip_stiffness
        self.sim.set_head(0.15)
        yield from self._reach((*ARM.stowed[:6], opening))

    # --- parts -------------------------------------------------------------------------------------------------------

    def _face(self, point: Point3) -> Steps:
        """Turn the folded arm, and with it the head camera, towards a point."""
        x, y, z = self._base_point(point)
        yield from self.stow()
        away = math.hypot(x, y)
        opening = float(self.sim.joints()[6]) if self.held is None else self.held.width - self.held.squeeze_n / ARM.grip_stiffness
        # The camera is beside the turret's axis: turned so far that the point is ahead of the camera, not of the arm.
        turret = math.atan2(y, x) - 0.6 * math.asin(min(HEAD_AT[1] / max(away, 0.2), 0.9))
        self.sim.set_head(math.atan2(HEAD_AT[2] - z, max(away, 0.2)))
        yield from self._reach((turret, *ARM.stowed[1:6], opening))
        yield from pause(0.4)

    def _ready(self, azimuth: float, opening: float) -> Steps:
        yield from self._reach((azimuth, *ARM.ready[1:6], opening))

    def _reach(self, joints: tuple[float, ...]) -> Steps:
        """Move to joint positions."""
        target = np.clip(joints, [*ARM.lower[:6], -0.06], ARM.upper)
        grip = 5.0 if self.held is None else self.held.squeeze_n
        self.engine.use(Reach(tuple(target.tolist())))
        self.engine.start("reach", grip_force_n=grip)
        for _ in range(round(PATIENCE_S * 100)):
            yield
            self._alive()
            if np.max(np.abs(self.sim.joints()[:6] - target[:6])) < 0.03:
                break
        yield from self._finish()

    def _act(self, task: Task, aim: Callable[[], Aim], words: str, grip_n: float) -> Generator[None, None, str]:
        """Let the policy for a task act until it is done; returns the policy's name."""
        chosen = self._policy_for(task)
        expert: Expert | None = None
        if chosen is None:
            self._kinematics = self._kinematics or ArmKinematics()
            chosen = expert = Expert(task, aim=aim, kinematics=self._kinematics)
        try:
            self.engine.use(chosen)
        except EngineError as error:
            raise Failed("POLICY_UNFIT", str(error)) from None
        self.engine.start(words, grip_force_n=grip_n)
        watcher = expert or Expert(task, aim=aim, kinematics=self._kinematics)
        silent = 0
        for tick in range(round(PATIENCE_S * 100)):
            yield
            self._alive()
            silent = silent + 1 if self.engine.loop.mode is Mode.HOLD else 0
            if silent > SILENT_TICKS:
                raise Failed("POLICY_SILENT", f"policy {chosen.spec.name!r} gives no action: {self.engine.loop.watch.reason}")
            if tick % 5 == 0 and (expert.done if expert is not None else watcher.is_done(self.sim.joints())):
                break
        yield from self._finish()
        return f"{chosen.spec.name} ({chosen.spec.kind})"

    def _finish(self) -> Steps:
        self.engine.finish()
        for _ in range(200):
            if self.engine.loop.at_rest:
                return
            yield

    def _alive(self) -> None:
        """The engine stops for good reasons; then so does the job."""
        if self.engine.loop.mode is Mode.STOP:
            raise Failed("SAFETY_STOP", f"the arm was stopped: {self.engine.loop.watch.reason}")

    def _grips(self, width: float) -> bool:
        """Whether the fingers press on something about as wide as the thing."""
        return float(self.sim.joints()[6]) > max(width - 0.015, 0.004) and self.sim.grip_force() > 0.5

    def _look(self, pixels: int = LOOK_PIXELS) -> Picture:
        if self.cameras is None:
            raise Failed("NOT_VISIBLE", "the robot has no camera 'head'; give it one, or send it where nothing has to be seen")
        return self.cameras.picture("head", pixels, pixels)

    def _find(self, item: Item, near: Point3, *, flat: bool, radius: float = 0.3) -> Seen | None:
        return locate(self._look(), item.colour, self._base_point(near), flat=flat, radius=radius)

    def _lamp(self, top: Point3) -> bool:
        """Whether green light is seen around a button's cap."""
        picture = self._look()
        values = picture.rgb.astype(np.int32)
        away = np.hypot(picture.points[..., 0] - top[0], picture.points[..., 1] - top[1])
        green = (values[..., 1] > 120) & (values[..., 1] > 1.6 * values[..., 0]) & (values[..., 1] > 1.6 * values[..., 2])
        return int((green & (away < 0.07)).sum()) > 20

    def _base_point(self, point: Point3) -> Point3:
        x, y, z = self.sim.in_base(np.array(point)).tolist()
        return (x, y, z)

    def _world_point(self, point: Point3) -> Point3:
        pose = self.sim.pose()
        cos, sin = math.cos(pose.yaw), math.sin(pose.yaw)
        return (pose.x + cos * point[0] - sin * point[1], pose.y + sin * point[0] + cos * point[1], point[2])


def _half(angle: float, period: float) -> float:
    """The same direction nearest to zero, where a turn by ``period`` makes no difference."""
    return (angle + 0.5 * period) % period - 0.5 * period


def _likely(measured: float, known: float) -> float:
    """The width to expect: the map's, unless the camera clearly says otherwise."""
    return known if abs(measured - known) < 0.012 else measured
