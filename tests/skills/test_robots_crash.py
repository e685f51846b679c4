"""The robot's file outlives its process: a child is killed in the middle of a drive, the parent attaches and asks."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from maps import Body, GridFrame, Pose, Route, World
from skills.robots import RealClock, SimulatedRobot

RATE = 50.0
FRAME = GridFrame(0.1, Pose(0, 0), 400, 60)
CHILD = """
import asyncio, sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {root!r}]
import test_robots_crash as here

async def main():
    robot = here.SimulatedRobot(
        here.world(), state_file=Path(sys.argv[1]), start=here.Pose(2, 3, 0), clock=here.RealClock(rate=here.RATE)
    )
    await robot.act("say", "say", "on my way")
    while (await robot.report("say")).status == "running":
        await robot.wait(0.5)
    await robot.drive("long", here.way())
    print("driving", flush=True)
    while True:
        await robot.wait(1.0)
        await robot.report("long")

asyncio.run(main())
"""


def world() -> World:
    return World.build("corridor", FRAME, np.zeros(FRAME.shape, np.int8))


def way() -> Route:
    points = ((2.0, 3.0), (38.0, 3.0))
    return Route(points=points, length_m=36, grid_length_m=36, clearance_m=1, clearance_at=points[0], revision="r")


def test_a_killed_process_loses_nothing_and_the_pose_follows_the_clock(tmp_path: Path) -> None:
    file, here = tmp_path / "robot.json", Path(__file__)
    code = CHILD.format(tests=str(here.parent), root=str(here.parents[2]))
    child = subprocess.Popen([sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"driving\n"
        os.kill(child.pid, signal.SIGKILL)
        child.wait()

    async def ask() -> None:
        robot = SimulatedRobot.open(file, world(), clock=RealClock(rate=RATE))
        assert (await robot.report("say")).status == "succeeded"
        assert robot.said == ("on my way",)
        assert (await robot.report("never")).status == "never_started"
        first = await robot.report("long")
        assert first.status in ("running", "succeeded")
        deadline = time.monotonic() + 20
        while (last := await robot.report("long")).status == "running" and time.monotonic() < deadline:
            assert last.driven_m >= first.driven_m
            await robot.wait(2.0)
        assert last.status == "succeeded" and abs(last.driven_m - 36.0) < 0.01
        await robot.drive("long", way())
        assert await robot.report("long") == last
        assert abs((await robot.state()).pose.x - 38.0) < 0.01

    asyncio.run(ask())
    assert [path.name for path in tmp_path.iterdir()] == ["robot.json"]


def test_a_robot_that_nobody_attends_sleeps_once_it_has_nothing_left_to_do(tmp_path: Path) -> None:
    file = tmp_path / "robot.json"
    body = Body()

    async def begin() -> None:
        robot = SimulatedRobot(world(), state_file=file, body=body, start=Pose(2, 3, 0), clock=RealClock(rate=RATE))
        await robot.drive("long", way())

    def a_day_passes() -> None:
        data = json.loads(file.read_text())
        data["clock"]["wall"] -= 24 * 3600.0
        file.write_text(json.dumps(data))

    async def look() -> tuple[float, float]:
        robot = SimulatedRobot.open(file, world(), clock=RealClock(rate=RATE))
        assert (await robot.report("long")).status == "succeeded", "what it was doing went on"
        state = await robot.state()
        return state.pose.x, state.battery_wh

    asyncio.run(begin())
    for _ in range(2):
        a_day_passes()
        x, battery_wh = asyncio.run(look())
        assert abs(x - 38.0) < 0.01
        assert body.battery_wh - 5.0 < battery_wh < body.battery_wh, "a day at 25 W would have emptied it"
