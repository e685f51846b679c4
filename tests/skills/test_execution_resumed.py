"""A call executed again after a crash: what was done is not repeated, what runs is waited for."""

import pytest
from fake_robot import FakeRobot, route_to, run
from skills_house import BODY, START, house

from maps import Goal, Pose
from skills import Context, library
from skills.robots import SimulatedRobot, VirtualClock


@pytest.fixture
def world():
    return house()


@pytest.fixture
def robot():
    return FakeRobot()


async def test_after_a_crash_what_was_done_is_not_repeated(robot, world):
    """The drive had ended, picking was under way: nothing is told again, the running action is waited for."""
    robot.answer("m/1/1", "succeeded", driven_m=3.0)
    robot.answer("m/1/2", "running", "running", "succeeded")
    pick = library()["pick"].function
    outcome = await run(pick, robot, world, route_to(world, "east room"), thing="fern")
    assert outcome.ok and robot.told == [] and outcome.evidence["driven_m"] == 3.0


async def test_a_running_drive_is_waited_for_and_the_rest_is_told(robot, world):
    robot.answer("m/1/1", "running", "running", "succeeded", driven_m=1.0)
    pick = library()["pick"].function
    outcome = await run(pick, robot, world, route_to(world, "east room"), thing="fern")
    assert outcome.ok and robot.told == ["m/1/2"]


async def test_an_action_that_nobody_knows_of_is_uncertain(robot, world):
    robot.answer("m/1/1", "unknown")
    outcome = await run(library()["goto"].function, robot, world, route_to(world, "east room"), place="east room")
    assert (outcome.status, outcome.code, robot.told) == ("uncertain", "ROBOT_UNREACHABLE", [])


async def test_a_drive_that_led_elsewhere_is_passed_over(robot, world):
    """A search taken up again may ask for another goal first: an old drive counts only if it ended at this goal."""
    goal = Goal(*_cell(world, (2.0, 2.0)), exact=Pose(2.0, 2.0))
    robot.answer("m/1/1", "succeeded", driven_m=1.0)
    context = Context(robot, world, action_prefix="m/1")
    await context.drive_to(goal)
    assert robot.told == ["m/1/2"]
    robot.pose, robot.told = Pose(2.0, 2.0), []
    await Context(robot, world, action_prefix="m/1").drive_to(goal)
    assert robot.told == []


def _cell(world, point):
    import numpy as np

    return np.array([world.frame.cell(point)]), np.zeros(1)


async def test_a_killed_simulated_robot_is_found_again(tmp_path, world):
    """The process dies while the robot drives; another one executes the same call and the robot drives once."""
    clock = VirtualClock()
    robot = SimulatedRobot(world, state_file=tmp_path / "robot.json", body=BODY, start=START, clock=clock)
    route = route_to(world, "east room")
    await robot.drive("m/1/1", route)
    await robot.wait(2.0)
    again = SimulatedRobot.open(tmp_path / "robot.json", world, clock=VirtualClock())
    assert (await again.report("m/1/1")).status == "running"
    outcome = await run(library()["goto"].function, again, world, route, place="east room")
    assert outcome.ok and outcome.evidence["driven_m"] == pytest.approx(route.length_m, abs=0.05)
    repeated = await run(library()["goto"].function, again, world, route, place="east room")
    assert repeated.ok and (await again.state()).pose.point == pytest.approx(route.points[-1], abs=0.06)
