"""Driving: a verified route with the classic planner, watched by rays that stop the base before what is in the way."""

import math

import numpy as np
from numpy.typing import NDArray

from maps import Body, Pose
from maps.polygon import contains
from policies import FollowPlan
from policies.pursuit import FollowState, follow_step
from policies.runtime.plant import BaseReading
from skills.robots.physics.simulation import Simulation

__all__ = ["Driver", "RayScan"]

Floats = NDArray[np.float64]

RAYS = 120
SCAN_Z = 0.22
SEES_M = 3.0
STOPS_SHORT_M = 0.15


class RayScan:
    """A ring of rays around the base, as a laser scanner at ankle height gives.

    Args:
        simulation: Whose world is scanned.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._sim = simulation
        angles = np.linspace(0.0, math.tau, RAYS, endpoint=False)
        self._rays = np.column_stack([np.cos(angles), np.sin(angles), np.zeros(RAYS)])
        self._geoms = np.zeros(RAYS, np.int32)
        self._away = np.zeros(RAYS)
        self._groups = np.array([1, 0, 1, 0, 0, 0], np.uint8)

    def hits(self) -> tuple[Floats, NDArray[np.int32]]:
        """(n, 2) where rays end, metres in the world, and the geoms there."""
        sim, pose = self._sim, self._sim.pose()
        eye = np.array([pose.x, pose.y, SCAN_Z])
        sim.mujoco.mj_multiRay(
            sim.model, sim.data, eye, self._rays.ravel(), self._groups, 1, sim.model.body("base").id, self._geoms, self._away,
            None, RAYS, SEES_M,
        )  # fmt: skip
        found = self._geoms >= 0
        return eye[:2] + self._rays[found, :2] * self._away[found, None], self._geoms[found]

    def door_at(self, geom: int) -> int | None:
        """Number of the door whose panel a geom is."""
        name = self._sim.model.body(int(self._sim.model.geom_bodyid[geom])).name
        return int(name.removeprefix("door")) if name.startswith("door") else None


class Driver:
    """A ``policies.runtime.BaseDriver`` that follows a plan and brakes for what the rays meet on it.

    Args:
        plan: From ``policies.follow_plan``.
        body: Whose limits hold.
        scan: The rays.
        period_s: Time between ticks, seconds.
    """

    def __init__(self, plan: FollowPlan, body: Body, scan: RayScan, *, period_s: float = 0.01) -> None:
        self._plan, self._body, self._scan, self._period_s = plan, body, scan, period_s
        self._leg, self._along = 0, 0.0
        self._since_scan = 100
        self.done = False
        self.blocked: tuple[float, float] | None = None
        self.door: int | None = None
        self.halted = False
        self.driven_m = 0.0
        self._last: Pose | None = None

    def __call__(self, reading: BaseReading, linear: float, angular: float) -> tuple[float, float]:
        """The velocity for the next tick; zero once the base rests at the end, or has to stop."""
        if self._last is not None:
            self.driven_m += math.hypot(reading.pose.x - self._last.x, reading.pose.y - self._last.y)
        self._last = reading.pose
        self._since_scan += 1
        if self._since_scan >= 10 and self.blocked is None and not self.halted:
            self._since_scan = 0
            self._watch(linear)
        if self.blocked is not None or self.halted:
            return 0.0, 0.0
        state = FollowState(reading.pose, linear, angular, self._leg, self._along)
        step = follow_step(state, self._plan, self._body, self._period_s)
        self._leg, self._along, self.done = step.leg, step.along, step.done
        return step.linear, step.angular

    def _watch(self, speed: float) -> None:
        """Look along the next stretch, as far as braking takes and a little farther."""
        if self._leg >= len(self._plan.legs) or self._plan.legs[self._leg].is_turn:
            return
        leg = self._plan.legs[self._leg]
        reach = speed * speed / (2 * self._body.max_acceleration) + 0.1 * speed + STOPS_SHORT_M + 0.05
        stretch = np.arange(self._along + 0.03, min(self._along + reach, float(leg.along[-1])), 0.03)
        if not len(stretch):
            return
        hits, geoms = self._scan.hits()
        if not len(hits):
            return
        xs, ys = np.interp(stretch, leg.along, leg.xs), np.interp(stretch, leg.along, leg.ys)
        yaws = np.interp(stretch, leg.along, leg.yaws)
        for x, y, yaw in zip(xs, ys, yaws, strict=True):
            away = hits - (x, y)
            touched = np.hypot(away[:, 0], away[:, 1]) < self._body.radius_m - 0.01
            if self._body.footprint and touched.any():
                cos, sin = math.cos(yaw), math.sin(yaw)
                own = away[touched] @ np.array([[cos, -sin], [sin, cos]])
                touched[touched] = [contains(self._body.footprint, (float(px), float(py))) for px, py in own]
            if touched.any():
                first = int(np.flatnonzero(touched)[0])
                self.blocked = (float(hits[first, 0]), float(hits[first, 1]))
                self.door = self._scan.door_at(int(geoms[first]))
                return
