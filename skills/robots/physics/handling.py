"""Handling: picking, placing and pressing as jobs: look, act by a policy, judge by gripper and camera."""

import math
from collections.abc import Generator
from dataclasses import replace

from pydantic import JsonValue

from policies.arm import ARM
from policies.expert import LIFT_M, Aim, grip_height
from skills.grip import needed_grip_n
from skills.robots.physics.cameras import Picture
from skills.robots.physics.gauge_reading import Reading, read_gauge
from skills.robots.physics.hand import Hand, Held, Point3
from skills.robots.physics.items import Item
from skills.robots.physics.jobs import Failed, Job

__all__ = ["Handling"]

READ_PIXELS = 960
SQUEEZE = 2.0
"""How much harder than needed the fingers press."""


class Handling(Hand):
    """The arm's jobs on one robot."""

    def pick(self, item: Item, near: Point3) -> Job:
        """Take a block: its underside is expected at ``near``, metres in the world."""
        if self.held is not None:
            raise Failed("GRIPPER_FULL", f"the hand is not free: it holds {self.held.item.name!r}")
        yield from self.face(near)
        seen = self.find(item, near, flat=False)
        if seen is None:
            yield from self.stow()
            raise Failed("NOT_VISIBLE", f"the head camera sees no {item.name!r} where it should be")
        if min(seen.width, seen.depth) > ARM.opening_m - 0.008:
            yield from self.stow()
            raise Failed("TOO_WIDE", f"{item.name!r} is {seen.width:.3f} m wide, the gripper opens {ARM.opening_m:.3f} m")
        bottom = self.base_point(near)[2]
        height = max(seen.top[2] - bottom, 0.02)
        width = _likely(seen.width, item.size[0])
        squeeze = min(needed_grip_n(item.mass, item.friction) * SQUEEZE + 2.0, ARM.grip_n)
        at = (seen.top[0], seen.top[1], bottom + 0.5 * height)
        azimuth = math.atan2(at[1], at[0])
        yaw = azimuth + _half(seen.yaw - azimuth, math.pi / 2 if abs(seen.width - seen.depth) < 0.012 else math.pi)
        lift = bottom + LIFT_M + grip_height(Aim(at=at, height=height))
        resting = Aim(at=at, yaw=yaw, width=width, height=height, goal=(0.0, 0.0, lift), squeeze_n=squeeze)

        def aim() -> Aim:
            if not self.grips(width):
                return resting
            grip = self.sim.grip_point()
            middle = float(grip[2]) - grip_height(resting) + 0.5 * height
            return Aim(
                at=(float(grip[0]), float(grip[1]), middle), yaw=yaw, width=width, height=height, goal=resting.goal,
                squeeze_n=squeeze,
            )  # fmt: skip

        yield from self.ready(azimuth, ARM.opening_m, bottom)
        name = yield from self.act("pick", aim, f"pick up the {item.name}", squeeze)
        opening, force = float(self.sim.joints()[6]), self.sim.grip_force()
        evidence: dict[str, JsonValue] = {"policy": name, "opening_m": round(opening, 4), "grip_n": round(force, 1)}
        if not self.grips(width):
            yield from self.stow()
            raise Failed("GRASP_FAILED", f"the gripper closed on nothing: it is {opening * 1e3:.0f} mm open", evidence)
        self.held = Held(item, width, height, squeeze)
        yield from self.face(near)
        gone = self.find(item, near, flat=False, radius=0.06) is None
        evidence |= {"seen_where_it_was": not gone, "grip_n": round(self.sim.grip_force(), 1)}
        if not self.grips(width):
            self.held = None
            raise Failed("GRASP_FAILED", f"{item.name!r} slipped out of the gripper", evidence)
        if not gone:
            self.held = Held(replace(item, name="something else"), width, height, squeeze)
            raise Failed("GRASP_FAILED", f"something is held, and {item.name!r} is still seen where it was", evidence)
        return evidence

    def place(self, spot: Point3, tray: Item | None) -> Job:
        """Put down what is held at a spot, metres in the world; on a tray once the camera has found it near the spot."""
        held = self.held
        if held is None:
            raise Failed("PRECONDITION", "nothing is held, so nothing can be put down")
        yield from self.face(spot)
        goal, yaw = self.base_point(spot), math.nan
        if tray is not None:
            seen = self.find(tray, spot, flat=True)
            if seen is None:
                raise Failed("NOT_VISIBLE", f"the head camera sees no {tray.name!r} where it should be")
            goal, yaw = (seen.top[0], seen.top[1], goal[2] + 0.007), seen.yaw
        azimuth = math.atan2(goal[1], goal[0])
        turn = azimuth if math.isnan(yaw) else azimuth + _half(yaw - azimuth, math.pi / 2)

        def aim() -> Aim:
            grip = self.sim.grip_point()
            at = (float(grip[0]), float(grip[1]), float(grip[2]))
            return Aim(at=at, yaw=turn, width=held.width, height=held.height, goal=goal, squeeze_n=held.squeeze_n)

        yield from self.ready(azimuth, held.width - held.squeeze_n / ARM.grip_stiffness, goal[2] - 0.02)
        what = f"the {tray.name}" if tray is not None else "the table"
        name = yield from self.act("place", aim, f"put the {held.item.name} on {what}", held.squeeze_n)
        evidence: dict[str, JsonValue] = {"policy": name, "opening_m": round(float(self.sim.joints()[6]), 4)}
        if self.grips(held.width):
            raise Failed("RELEASE_FAILED", f"{held.item.name!r} is still between the fingers", evidence)
        self.held = None
        yield from self.face(spot)
        seen = self.find(held.item, self.world_point(goal), flat=False, radius=0.12)
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
        yield from self.face(near)
        seen = self.find(item, near, flat=False)
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

        yield from self.ready(azimuth, 0.0 if self.policy is None else ARM.opening_m, self.base_point(near)[2])
        name = yield from self.act("press", aim, f"press the {item.name}", 10.0)
        yield from self.face(near)
        lit = self.lamp(top)
        evidence: dict[str, JsonValue] = {"policy": name, "pressed_m": round(-deepest, 4), "lamp_lit": lit}
        if not lit:
            raise Failed("PRESS_FAILED", f"the lamp of {item.name!r} did not light up", evidence)
        return evidence

    def read(self, face: Point3, scale: tuple[float, float] | None) -> Generator[None, None, tuple[Reading, Picture]]:
        """Look at a gauge and read it.

        Raises:
            GaugeUnreadable: The picture does not show it well enough.
        """
        yield from self.face(face)
        picture = self.look(READ_PIXELS)
        return read_gauge(picture.rgb, scale), picture


def _half(angle: float, period: float) -> float:
    """The same direction nearest to zero, where a turn by ``period`` makes no difference."""
    return (angle + 0.5 * period) % period - 0.5 * period


def _likely(measured: float, known: float) -> float:
    """The width to expect: the map's, unless the camera clearly says otherwise."""
    return known if abs(measured - known) < 0.012 else measured
