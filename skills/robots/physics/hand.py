"""Hand: what every piece of handling is made of: turn to look, get ready, let a policy act, feel and see what came of it."""

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from maps.arm_reach import HANDLED_M
from policies.arm import ARM
from policies.expert import Aim, ArmKinematics, Expert, Reach, Task
from policies.policy import Policy
from policies.runtime.errors import EngineError
from policies.runtime.lockstep import Lockstep
from policies.runtime.watchdog import Mode
from policies.turned import turned
from skills.robots.physics.cameras import Cameras, Picture
from skills.robots.physics.eyes import Seen, locate
from skills.robots.physics.furnishing import TABLE_M
from skills.robots.physics.items import Item
from skills.robots.physics.jobs import SILENT_TICKS, Failed, pause
from skills.robots.physics.simulation import TILT_AT_WORK, Simulation

__all__ = ["Hand", "Held", "Point3", "Steps"]

Point3: TypeAlias = tuple[float, float, float]
Steps: TypeAlias = Generator[None, None, None]

HIGH_M, DRAWN_IN_M, READY_M = 0.75, 0.20, 0.51
"""Above this a hand is drawn in so far before it comes down; so far out it is ready; metres."""
HEAD_AT = (-0.02, 0.17, 0.92)
LOOK_PIXELS = 480
PATIENCE_S = 30.0
RESTS_TICKS, STILL_RAD = 300, 0.01
"""A learned policy whose arm has not moved so far in so long has ended, for its recovery (``policies.recovery``) would have
moved it before; what came of it is seen then."""


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


class Hand:
    """The arm, the head camera and what is held, of one robot.

    Args:
        simulation: Its joints and servos.
        cameras: Its eyes; None for a robot without any.
        engine: Drives the arm.
        policy: Picks, places and presses; None lets the scripted expert do it.
    """

    def __init__(self, simulation: Simulation, cameras: Cameras | None, engine: Lockstep, policy: Policy | None) -> None:
        self.sim, self.cameras, self.engine, self.policy = simulation, cameras, engine, policy
        self._kinematics: ArmKinematics | None = None
        self.held: Held | None = None

    # --- moving ------------------------------------------------------------------------------------------------------

    def stow(self) -> Steps:
        """Fold the arm, with or without something in the hand; the turret stays where it points."""
        turret = float(self.sim.joints()[0])
        grip = self.sim.grip_point()
        if grip[2] > HIGH_M and math.hypot(grip[0], grip[1]) > 2 * DRAWN_IN_M:  # back over the edge of a high table, then down
            drawn = ARM.pointing_down(DRAWN_IN_M, min(float(grip[2]), ARM.top_m))
            yield from self.reach((turret, *drawn, 0.0, self._opening(float(self.sim.joints()[6]))))
        yield from self.reach((turret, *ARM.stowed[1:6], self._opening(0.04)))

    def home(self) -> Steps:
        """Fold the arm and turn it to the front, for driving."""
        self.sim.set_head(0.15)
        yield from self.reach((*ARM.stowed[:6], self._opening(0.04)))

    def face(self, point: Point3) -> Steps:
        """Turn the folded arm, and with it the head camera, towards a point."""
        x, y, z = self.base_point(point)
        yield from self.stow()
        away = math.hypot(x, y)
        # The camera is beside the turret's axis: turned so far that the point is ahead of the camera, not of the arm.
        turret = math.atan2(y, x) - 0.6 * math.asin(min(HEAD_AT[1] / max(away, 0.2), 0.9))
        self.sim.set_head(math.atan2(HEAD_AT[2] - z, max(away, 0.2)))
        yield from self.reach((turret, *ARM.stowed[1:6], self._opening(float(self.sim.joints()[6]))))
        yield from pause(0.4)

    def ready(self, azimuth: float, opening: float, surface: float) -> Steps:
        """Reach out in a direction, radians, over a surface of this height, the gripper open so far, metres."""
        joints = ARM.ready[1:6]
        if surface > TABLE_M + 0.02:  # up first, then out
            over = min(surface + HANDLED_M, ARM.top_m)
            yield from self.reach((azimuth, *ARM.pointing_down(DRAWN_IN_M, over), 0.0, opening))
            joints = (*ARM.pointing_down(READY_M, over), 0.0)
        yield from self.reach((azimuth, *joints, opening))

    def reach(self, joints: tuple[float, ...]) -> Steps:
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

    def act(self, task: Task, aim: Callable[[], Aim], words: str, grip_n: float) -> Generator[None, None, str]:
        """Let the policy act until it is done; returns the policy's name and kind."""
        self._kinematics = self._kinematics or ArmKinematics()
        expert = Expert(task, aim=aim, kinematics=self._kinematics)
        learned = self.policy is not None
        acting: Policy = expert if self.policy is None else turned(self.policy, float(self.sim.joints()[0]))
        try:
            self.engine.use(acting)
        except EngineError as error:
            raise Failed("POLICY_UNFIT", str(error)) from None
        if learned:  # pictures as in its demonstrations
            self.sim.set_head(TILT_AT_WORK)
            yield from pause(0.3)
        self.engine.start(words, grip_force_n=grip_n)
        silent, rested = 0, self.sim.joints()
        for tick in range(round(PATIENCE_S * 100)):
            yield
            self._alive()
            silent = silent + 1 if self.engine.loop.mode is Mode.HOLD else 0
            if silent > SILENT_TICKS:
                raise Failed("POLICY_SILENT", f"policy {acting.spec.name!r} gives no action: {self.engine.loop.watch.reason}")
            if tick % 5 == 0 and (expert.is_done(self.sim.joints()) if learned else expert.done):
                break
            if learned and not silent and tick % RESTS_TICKS == RESTS_TICKS - 1:
                before, rested = rested, self.sim.joints()
                if np.max(np.abs(rested - before)) < STILL_RAD:
                    break
        yield from self._finish()
        return f"{acting.spec.name} ({acting.spec.kind})"

    def _opening(self, empty: float) -> float:
        """How far the gripper is told to be open: so far when empty, else so that it presses on what it holds."""
        return empty if self.held is None else self.held.width - self.held.squeeze_n / ARM.grip_stiffness

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

    # --- feeling and seeing ------------------------------------------------------------------------------------------

    def grips(self, width: float) -> bool:
        """Whether the fingers press on something about as wide as the thing."""
        return float(self.sim.joints()[6]) > max(width - 0.015, 0.004) and self.sim.grip_force() > 0.5

    def look(self, pixels: int = LOOK_PIXELS) -> Picture:
        """What the head camera sees.

        Raises:
            Failed: There is none.
        """
        if self.cameras is None:
            raise Failed("NOT_VISIBLE", "the robot has no camera 'head'; give it one, or send it where nothing has to be seen")
        return self.cameras.picture("head", pixels, pixels)

    def find(self, item: Item, near: Point3, *, flat: bool, radius: float = 0.3) -> Seen | None:
        """Where the head camera sees a thing near a point of the world, if it does."""
        return locate(self.look(), item.colour, self.base_point(near), flat=flat, radius=radius)

    def lamp(self, top: Point3) -> bool:
        """Whether green light is seen around a button's cap, whose place is in the base's frame."""
        picture = self.look()
        values = picture.rgb.astype(np.int32)
        away = np.hypot(picture.points[..., 0] - top[0], picture.points[..., 1] - top[1])
        green = (values[..., 1] > 120) & (values[..., 1] > 1.6 * values[..., 0]) & (values[..., 1] > 1.6 * values[..., 2])
        return int((green & (away < 0.07)).sum()) > 20

    def base_point(self, point: Point3) -> Point3:
        """A point of the world in the base's frame, metres."""
        x, y, z = self.sim.in_base(np.array(point)).tolist()
        return (x, y, z)

    def world_point(self, point: Point3) -> Point3:
        """A point of the base's frame in the world, metres."""
        pose = self.sim.pose()
        cos, sin = math.cos(pose.yaw), math.sin(pose.yaw)
        return (pose.x + cos * point[0] - sin * point[1], pose.y + sin * point[0] + cos * point[1], point[2])
