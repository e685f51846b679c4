"""The simulated robot: conformance, drives, stopping, the battery, ordered faults."""

import pytest
from gated_hall import DOCK, ended, known, robot, route, truth

from maps import Body, Pose, distance
from policies import simulate_follow
from skills.robot import ActionReport, Robot
from skills.robots import ActionRejected, Faults, SimulatedRobot, VirtualClock, check_robot


async def test_it_is_a_robot_and_conforms() -> None:
    made = robot()
    assert isinstance(made, Robot)
    assert await check_robot(made, route((2, 5), (4, 5), (6, 7))) == []


async def test_the_conformance_suite_finds_a_robot_that_lies() -> None:
    class Liar(SimulatedRobot):
        async def report(self, action: str) -> ActionReport:
            return ActionReport(action=action, status="succeeded")

    liar = Liar(known(), truth=truth(), start=DOCK.pose, clock=VirtualClock())
    problems = await check_robot(liar, route((2, 5), (4, 5), (6, 7)))
    assert problems[0] == "report of an id that was never used says 'succeeded', not 'never_started'"
    assert any("not 'cancelled'" in problem for problem in problems)


async def test_a_drive_takes_the_simulated_time_and_ends_at_the_goal() -> None:
    made, way = robot(), route((2, 5), (5, 5), (7, 7), goal_yaw=1.0)
    expected = simulate_follow(way, Pose(2, 5, 0), Body())
    await made.drive("a", way)
    await made.wait(expected.duration / 2)
    half = await made.report("a")
    assert half.status == "running" and half.fraction == pytest.approx(0.5)
    assert half.driven_m == pytest.approx(expected.length_driven(expected.duration / 2))
    assert (await made.state()).pose == expected.pose_at(expected.duration / 2)
    report = await ended(made, "a")
    assert (report.status, report.code) == ("succeeded", "")
    assert report.seconds == pytest.approx(expected.duration) and report.driven_m == pytest.approx(expected.length_m)
    pose = (await made.state()).pose
    assert distance(pose.point, (7, 7)) < 0.001 and pose.yaw == pytest.approx(1.0)


async def test_starting_an_id_twice_is_the_same_as_once() -> None:
    made, way = robot(), route((2, 5), (5, 5))
    await made.drive("a", way)
    await made.drive("a", way)
    first = await ended(made, "a")
    await made.drive("a", way)
    await made.wait(10)
    assert await made.report("a") == first
    with pytest.raises(ActionRejected, match="'a' was started as drive"):
        await made.act("a", "say", "hello")


async def test_an_action_while_another_runs_is_refused_but_speech_is_not() -> None:
    made = robot()
    await made.drive("a", route((2, 5), (8, 5)))
    await made.drive("b", route((2, 5), (8, 5)))
    await made.act("c", "say", "coming through")
    assert (await made.report("b")).code == "BUSY"
    assert (await ended(made, "c")).status == "succeeded"
    assert (await made.report("a")).status == "running"
    assert made.said == ("coming through",)


async def test_a_route_that_starts_elsewhere_is_not_driven() -> None:
    made = robot()
    await made.drive("a", route((4, 5), (8, 5)))
    report = await ended(made, "a")
    assert (report.status, report.code) == ("failed", "START_OFF_ROUTE")
    assert "2.00 m from the start of its route" in report.message
    assert (await made.state()).pose == DOCK.pose


async def test_stop_brakes_and_tells_where() -> None:
    made = robot()
    await made.drive("a", route((2, 5), (9, 5)))
    await made.wait(4.0)
    stopped = await made.stop()
    assert stopped.seconds == pytest.approx(1.25, abs=0.01)
    report = await made.report("a")
    assert (report.status, report.code) == ("cancelled", "CANCELLED")
    assert stopped.state.pose.x == pytest.approx(2 + report.driven_m)
    await made.wait(5.0)
    assert (await made.state()).pose == stopped.state.pose
    assert (await made.stop()).seconds == 0.0


async def test_the_battery_follows_the_energy_model() -> None:
    made = robot()
    body = made.body
    await made.wait(360.0)
    assert (await made.state()).battery_wh == pytest.approx(body.battery_wh - body.idle_w / 10)
    assert (await made.state()).docked
    await made.drive("a", route((2, 5), (9, 5)))
    report = await ended(made, "a")
    state = await made.state()
    spent = (body.idle_w + body.drive_w) * report.seconds / 3600
    assert state.battery_wh == pytest.approx(body.battery_wh - body.idle_w / 10 - spent, abs=0.01)
    assert not state.docked


async def test_a_dock_charges_until_the_battery_is_full() -> None:
    made = robot()
    await made.wait(3600.0)
    await made.act("c", "charge", "dock")
    report = await ended(made, "c")
    assert report.seconds == pytest.approx(25.0 / (120.0 - 25.0) * 3600 + 2.0)
    assert (await made.state()).battery_wh == pytest.approx(200.0)
    elsewhere = robot(start=Pose(6, 5, 0))
    await elsewhere.act("c", "charge", "dock")
    assert (await ended(elsewhere, "c")).code == "PRECONDITION"


async def test_an_empty_battery_ends_the_drive() -> None:
    made = robot(body=Body(battery_wh=0.1, reserve_wh=0.0))
    await made.drive("a", route((2, 5), (9, 5)))
    report = await ended(made, "a")
    assert report.code == "BATTERY" and 0 < report.driven_m < 7
    assert (await made.state()).battery_wh == pytest.approx(0.0, abs=1e-6)


async def test_faults_can_be_ordered() -> None:
    made = robot(faults=Faults(fail_actions={"pick box": "GRASP_FAILED", "second": "MOTOR"}), start=Pose(3, 5, 0))
    await made.act("p", "pick", "box")
    assert (await ended(made, "p")).code == "GRASP_FAILED"
    await made.drive("second", route((3, 5), (5, 5)))
    assert (await ended(made, "second")).code == "MOTOR"
    blocked = robot(faults=Faults(block_after_m=2.0))
    await blocked.drive("a", route((2, 5), (9, 5)))
    report = await ended(blocked, "a")
    assert report.code == "PATH_BLOCKED" and report.driven_m == pytest.approx(2.0, abs=0.1)
    slips = robot(faults=Faults(slip=0.5))
    await slips.drive("a", route((2, 5), (9, 5)))
    assert (await ended(slips, "a")).seconds == pytest.approx(2 * (7 + 1.25), abs=0.1)
    lost = robot(faults=Faults(lose_actions=frozenset({"a"})))
    await lost.drive("a", route((2, 5), (9, 5)))
    assert (await lost.report("a")).status == "unknown"
    with pytest.raises(ValueError, match="slip must lie in"):
        Faults(slip=1.0)
