"""A hall cut in two by a gate for the tests of simulated robots: what the agent knows, and what is there."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np

from maps import Door, GridFrame, Place, Pose, Route, Thing, World
from skills.robot import ActionReport
from skills.robots import SimulatedRobot, VirtualClock

FRAME = GridFrame(0.05, Pose(0, 0), 400, 200)
DOCK = Place(name="dock", kind="dock", pose=Pose(2, 5, 0))
DOOR = Door(name="gate", segment=((10.025, 4.5), (10.025, 5.5)), state="open")
BOX = Thing(name="box", position=(3.0, 5.4), attributes={"weight_kg": 1.0})
CUP = Thing(name="cup", position=(13.0, 5.5), state="full")


def cells() -> np.ndarray:
    """A hall of 20 x 10 m, cut in two at x = 10 m by a wall with a gap of 1 m."""
    grid = np.zeros(FRAME.shape, np.int8)
    grid[0] = grid[-1] = 100
    grid[:, 0] = grid[:, -1] = 100
    grid[:90, 200] = grid[110:, 200] = 100
    return grid


def known() -> World:
    """What the agent believes: nothing beyond x = 10.5 m, the gate open."""
    grid = cells()
    grid[:, 210:] = -1
    return World.build("hall", FRAME, grid, places=[DOCK], things=[BOX], doors=[DOOR])


def truth(*, gate: str = "open", crate: bool = False) -> World:
    """What is there: a cup, perhaps a crate across the hall at x = 15 m."""
    grid = cells()
    if crate:
        grid[80:120, 300:310] = 100
    door = Door(name="gate", segment=DOOR.segment, state=gate)
    return World.build("truth", FRAME, grid, places=[DOCK], things=[BOX, CUP], doors=[door])


def robot(
    tmp_path: Path | None = None, *, really: World | None = None, start: Pose | None = None, **options: object
) -> SimulatedRobot:
    return SimulatedRobot(
        known(),
        state_file=None if tmp_path is None else tmp_path / "robot.json",
        truth=really or truth(),
        start=start or DOCK.pose,
        clock=VirtualClock(),
        **options,
    )


def route(*points: tuple[float, float], goal_yaw: float | None = None) -> Route:
    length = sum(math.dist(a, b) for a, b in pairwise(points))
    return Route(
        points=points,
        goal_yaw=goal_yaw,
        length_m=length,
        grid_length_m=length,
        clearance_m=1.0,
        clearance_at=points[0],
        revision="r",
    )


async def ended(robot: SimulatedRobot, action: str) -> ActionReport:
    while (report := await robot.report(action)).status == "running":
        await robot.wait(0.2)
    return report
