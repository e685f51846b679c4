import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from maps import (
    Body,
    CellsChange,
    Door,
    DoorChange,
    FeatureChange,
    GridFrame,
    Place,
    Pose,
    Route,
    Thing,
    World,
    distance,
)
from policies import simulate_follow
from skills.robot import ActionReport, Robot
from skills.robots import (
    ActionRejected,
    Faults,
    RobotError,
    RobotStateInvalid,
    RobotStateMissing,
    SimulatedRobot,
    VirtualClock,
    check_robot,
)

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


async def test_a_shut_gate_that_the_map_shows_open_stops_the_drive() -> None:
    made = robot(really=truth(gate="closed"))
    await made.drive("a", route((2, 5), (15, 5)))
    report = await ended(made, "a")
    assert (report.status, report.code, report.value) == ("failed", "DOOR_CLOSED", {"door": "gate"})
    state = await made.state()
    assert 10.025 - Body().radius_m - 0.4 < state.pose.x < 10.025 - Body().needed_clearance_m
    assert state.doors == {"gate": "closed"}
    assert (await made.changes(0))[1] == (DoorChange(door="gate", state="closed"),)


async def test_a_gate_opens_unless_it_is_locked_or_out_of_reach() -> None:
    near = Pose(9.4, 5, 0)
    made = robot(really=truth(gate="closed"), start=near)
    await made.act("o", "open_door", "gate")
    assert (await ended(made, "o")).status == "succeeded"
    assert (await made.state()).doors == {"gate": "open"}
    await made.act("c", "close_door", "gate")
    assert (await ended(made, "c")).status == "succeeded"
    assert (await made.state()).doors == {"gate": "closed"}
    locked = robot(really=truth(gate="locked"), start=near)
    await locked.act("o", "open_door", "gate")
    assert (await ended(locked, "o")).code == "DOOR_LOCKED"
    far = robot(really=truth(gate="closed"))
    await far.act("o", "open_door", "gate")
    assert (await ended(far, "o")).code == "OUT_OF_REACH"
    await far.act("n", "open_door", "no such gate")
    assert (await ended(far, "n")).code == "UNKNOWN_NAME"


async def test_it_senses_what_is_beyond_the_gate_and_stops_before_a_crate() -> None:
    made = robot(really=truth(crate=True))
    await made.drive("a", route((2, 5), (18, 5)))
    report = await ended(made, "a")
    assert (report.status, report.code) == ("failed", "PATH_BLOCKED")
    x = (await made.state()).pose.x
    assert 15.0 - 0.6 < x < 15.0 - Body().needed_clearance_m
    number, changes = await made.changes(0)
    assert number == len(changes)
    world = known().apply(*changes)
    assert "cup" in world.things and world.things["cup"].state == "full"
    assert world.cells[100, 301] == -1 and world.cells[100, 300] == 100 and world.cells[100, 290] == 0
    told = [cell for change in changes if isinstance(change, CellsChange) for cell in change.cells]
    assert len(told) == len(set(told)), "a cell is told once"
    rows, columns = np.array(told).T
    assert (world.cells[rows, columns] == truth(crate=True).cells[rows, columns]).all()
    assert (await made.changes(number)) == (number, ())
    assert (await made.changes(3))[1] == changes[3:]


async def test_it_does_not_see_through_walls_or_shut_gates() -> None:
    made = robot(really=truth(gate="closed"), start=Pose(9.4, 5, 0))
    assert not any(isinstance(change, CellsChange) for change in (await made.changes(0))[1])
    await made.act("o", "open_door", "gate")
    await ended(made, "o")
    seen = [change for change in (await made.changes(0))[1] if isinstance(change, CellsChange)]
    assert seen
    beyond = np.array([cell for change in seen for cell in change.cells])
    assert (np.abs(beyond[:, 0] - 100) < 100).all() and beyond[:, 1].min() >= 210


async def test_a_thing_that_is_gone_is_missed() -> None:
    gone = World.build("truth", FRAME, cells(), places=[DOCK], doors=[DOOR])
    made = robot(really=gone)
    assert (await made.changes(0))[1] == (FeatureChange(type="thing", name="box", feature=None),)


async def test_picking_carrying_and_putting_down() -> None:
    made = robot(start=Pose(3, 5, 0))
    await made.act("p", "pick", "box")
    assert (await made.report("p")).status == "running" and (await made.state()).carrying == ()
    assert (await ended(made, "p")).status == "succeeded"
    assert (await made.state()).carrying == ("box",)
    await made.drive("d", route((3, 5), (6, 5)))
    await ended(made, "d")
    await made.act("q", "place", "dock")
    assert (await ended(made, "q")).status == "succeeded"
    assert (await made.state()).carrying == ()
    [change] = [change for change in (await made.changes(0))[1] if isinstance(change, FeatureChange)]
    assert change.feature is not None and change.feature.place == "dock"
    assert distance(change.feature.position, (6, 5)) <= Body().reach_m


async def test_acts_fail_with_their_codes() -> None:
    made = robot()
    for action, verb, target, code in [
        ("1", "pick", "box", "OUT_OF_REACH"),
        ("2", "pick", "unheard-of", "OUT_OF_REACH"),
        ("3", "place", "dock", "PRECONDITION"),
    ]:
        await made.act(action, verb, target)
        assert (await ended(made, action)).code == code
    weak = robot(start=Pose(3, 5, 0), body=Body(payload_kg=0.5))
    await weak.act("p", "pick", "box")
    assert (await ended(weak, "p")).code == "TOO_HEAVY"
    handless = robot(start=Pose(3, 5, 0), body=Body(gripper_capacity=0))
    await handless.act("p", "pick", "box")
    assert (await ended(handless, "p")).code == "GRIPPER_FULL"
    with pytest.raises(ActionRejected, match="cannot 'dance'"):
        await made.act("x", "dance", "box")  # type: ignore[arg-type]


async def test_an_act_that_is_stopped_has_no_effect() -> None:
    made = robot(start=Pose(3, 5, 0))
    await made.act("p", "pick", "box")
    await made.wait(2.0)
    await made.stop()
    await made.wait(20.0)
    assert (await made.report("p")).status == "cancelled"
    assert (await made.state()).carrying == ()


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


async def test_a_look_shows_what_is_in_view_as_it_is() -> None:
    made = robot(start=Pose(11.0, 5, 0))
    view = await made.look()
    assert [thing.name for thing in view.things] == ["cup"]
    assert view.things[0].state == "full" and view.at == (11.0, 5.0)
    assert (await made.look("box")).things == ()


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


async def test_another_process_finds_everything_as_it_was(tmp_path: Path) -> None:
    made = robot(tmp_path, really=truth(crate=True))
    await made.act("s", "say", "good morning")
    await ended(made, "s")
    await made.drive("a", route((2, 5), (18, 5)))
    await made.wait(9.0)
    state, changes = await made.state(), await made.changes(0)
    report, middle = await made.report("s"), await made.report("a")
    made._course.save(durable=False)
    again = SimulatedRobot.open(tmp_path / "robot.json", known(), truth=truth(crate=True), clock=VirtualClock())
    assert await again.state() == state
    assert await again.changes(0) == changes
    assert (await again.report("s"), await again.report("a")) == (report, middle)
    assert (await again.report("z")).status == "never_started"
    assert again.said == ("good morning",)
    assert await ended(again, "a") == await ended(made, "a")
    assert await again.changes(0) == await made.changes(0)


async def test_effects_of_acts_outlive_the_process(tmp_path: Path) -> None:
    made = robot(tmp_path, really=truth(gate="closed"), start=Pose(3, 5, 0))
    await made.act("p", "pick", "box")
    await ended(made, "p")
    again = SimulatedRobot.open(tmp_path / "robot.json", known(), truth=truth(gate="closed"), clock=VirtualClock())
    assert (await again.state()).carrying == ("box",)
    await again.act("p", "pick", "box")
    assert (await ended(again, "p")).status == "succeeded"
    await again.act("q", "place", "dock")
    await ended(again, "q")
    third = SimulatedRobot.open(tmp_path / "robot.json", known(), truth=truth(gate="closed"), clock=VirtualClock())
    assert (await third.state()).carrying == ()
    assert [thing.name for thing in (await third.look("box")).things] == ["box"]


async def test_bad_files_are_refused_with_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "robot.json"
    with pytest.raises(RobotStateMissing, match="cannot be read: No such file"):
        SimulatedRobot.open(path, known())
    path.write_text('{"surefoot_robot": 2}')
    with pytest.raises(RobotStateInvalid, match=r"is not valid: surefoot_robot: Input should be 1"):
        SimulatedRobot.open(path, known())
    path.write_text("not json")
    with pytest.raises(RobotStateInvalid, match="is not valid"):
        SimulatedRobot.open(path, known())
    path.unlink()
    await robot(tmp_path).act("a", "say", "hello")
    with pytest.raises(RobotStateInvalid, match=r"exists already; attach to it with SimulatedRobot\.open"):
        robot(tmp_path)
    other = World.build("other", GridFrame(0.1, Pose(0, 0), 10, 10), np.zeros((10, 10), np.int8))
    with pytest.raises(RobotStateInvalid, match="belongs to map 'hall' of 200 x 400 cells, not to 'other' of 10 x 10"):
        SimulatedRobot.open(path, other)
    with pytest.raises(RobotError, match="lies on another grid"):
        SimulatedRobot(known(), truth=other)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["robot.json"]
