"""MujocoRobot: the promises of the interface, a whole piece of handling, doors, files, and what cannot be."""

import asyncio
import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from physics_acts import AT_TABLE, ended, route

from maps import Body, CellsChange, DoorChange, NoRoute, Pose, World, find_map, find_route, load_world
from maps.goals import goal_at, goal_near
from policies.runtime import SafetyFilter
from skills.robots import RobotError, RobotStateInvalid, check_promises
from skills.robots.physics import MujocoRobot, PhysicsMissing
from skills.robots.physics.building import building_of, merge_rectangles
from skills.robots.physics.plant import arm_limits, arm_model
from skills.robots.state_file import ThingRecord


async def test_it_keeps_the_promises_of_a_robot(factory: World) -> None:
    robot = MujocoRobot(factory, cameras=False)
    state = await robot.state()
    promises = await check_promises(robot, route(factory, robot, "workshop", state.pose))
    assert len(promises) == 8 and [p for p in promises if p.problems] == []


async def test_it_picks_places_presses_and_reads(factory: World) -> None:
    robot = MujocoRobot(factory, start=AT_TABLE, seed=4)
    assert set(robot.physics_context["red block"]) == {"at", "yaw", "mass_kg", "friction", "colour"}  # type: ignore[arg-type]
    await robot.act("1", "pick", "red block")
    report = await ended(robot, "1")
    assert report.status == "succeeded", report
    assert report.value["policy"] == "expert-pick (expert)" and report.value["seen_where_it_was"] is False  # type: ignore[index, call-overload]
    assert report.value["grip_n"] > 1.0 and (await robot.state()).carrying == ("red block",)  # type: ignore[index, call-overload, operator]
    away = route(factory, robot, "packing station", robot.simulation.pose())
    await robot.drive("2", away)
    assert (await ended(robot, "2")).status == "succeeded" and robot.simulation.grip_force() > 1.0
    near = find_route(factory, robot.body, robot.simulation.pose(), goal_near(factory, factory.things["blue tray"], robot.body))
    await robot.drive("3", near)  # type: ignore[arg-type]
    assert (await ended(robot, "3")).status == "succeeded"
    await robot.act("4", "place", "blue tray", thing="red block")
    report = await ended(robot, "4")
    assert report.status == "succeeded" and report.value["off_m"] < 0.03, report  # type: ignore[index, call-overload, operator]
    there = [c for _, changes in [await robot.changes(0)] for c in changes if getattr(c, "name", "") == "red block"][-1]
    assert math.dist(there.feature.position, factory.things["blue tray"].position) < 0.05
    near = find_route(
        factory, robot.body, robot.simulation.pose(), goal_near(factory, factory.things["packing button"], robot.body)
    )
    await robot.drive("5", near)  # type: ignore[arg-type]
    await ended(robot, "5")
    await robot.act("6", "press", "packing button")
    report = await ended(robot, "6")
    assert report.status == "succeeded" and report.value["lamp_lit"] is True, report  # type: ignore[index, call-overload]
    account = robot.engine_report
    assert account.to_json()["starved"] == 0
    robot.close()


async def test_a_gauge_is_read_from_the_picture_and_not_from_the_truth(factory: World) -> None:
    robot = MujocoRobot(factory, start=Pose(11.2, 8.4, math.pi))
    assert "reading" not in next(t for t in (await robot.look()).things if t.name == "pressure gauge").attributes
    view = await robot.look("pressure gauge")
    assert view.things[0].attributes["reading"] == "6.3 bar" and view.image is not None and view.image[:4] == b"\x89PNG"
    marks = [
        g
        for g in range(robot.simulation.model.ngeom)
        if tuple(robot.simulation.model.geom_rgba[g]) == pytest.approx((0, 0.75, 0.85, 1))
    ]
    robot.simulation.model.geom_rgba[marks] = (1, 1, 1, 1)  # a gauge whose marks are painted over
    assert str((await robot.look("pressure gauge")).things[0].attributes["reading"]).startswith("not readable: the picture shows")
    robot.close()


async def test_a_block_that_is_not_there_is_not_picked(factory: World) -> None:
    robot = MujocoRobot(factory, start=AT_TABLE)
    number = robot._site.names.index("red block")
    robot._site.bottom = lambda _: (1.55, 9.55, 0.5)  # type: ignore[method-assign]
    robot.simulation.put_item(number, (8.0, 3.0, 0.0), 0.0)
    await robot.act("1", "pick", "red block")
    report = await ended(robot, "1")
    assert (report.status, report.code) == ("failed", "NOT_VISIBLE") and (await robot.state()).carrying == ()
    robot.close()


async def test_it_stops_before_a_shut_door_and_opens_it(factory: World) -> None:
    truth = factory.apply(DoorChange(door="workshop door", state="closed"))
    robot = MujocoRobot(factory, truth=truth, cameras=False)
    way = route(factory, robot, "workshop", (await robot.state()).pose)
    await robot.drive("1", way)
    report = await ended(robot, "1")
    assert (report.status, report.code, report.value) == ("failed", "DOOR_CLOSED", {"door": "workshop door"})
    stands = robot.simulation.pose()
    assert 0.2 < stands.y - 4.3 < 1.2
    await robot.act("2", "open_door", "workshop door")
    assert (await ended(robot, "2")).status == "succeeded"
    await robot.drive("3", route(truth.apply(DoorChange(door="workshop door", state="open")), robot, "workshop", stands))
    assert (await ended(robot, "3")).status == "succeeded"


async def test_it_stops_before_what_the_map_does_not_know(factory: World) -> None:
    row, column = factory.frame.cell((11.0, 5.4))
    cells = tuple((row + i, column + j) for i in range(-20, 21) for j in range(-3, 4))
    robot = MujocoRobot(factory, truth=factory.apply(CellsChange(cells=cells, values=(100,) * len(cells))), cameras=False)
    await robot.drive("1", route(factory, robot, "packing station", (await robot.state()).pose))
    report = await ended(robot, "1")
    assert (report.status, report.code) == ("failed", "PATH_BLOCKED") and "(11." in report.message
    assert robot.simulation.pose().x > 11.3
    _, changes = await robot.changes(0)
    assert any(isinstance(change, CellsChange) for change in changes)


@pytest.mark.parametrize(("radius", "known"), [(0.45, True), (0.75, False)])
async def test_it_stops_where_only_its_load_does_not_fit(factory: World, radius: float, known: bool) -> None:
    """The doorway is 1.2 m wide; one way was found with the load in mind, the other without it."""
    plank = replace(factory.things["white block"], attributes={"carried_radius_m": radius, "weight_kg": 0.2})
    start, body = Pose(11.0, 5.4, math.pi), Body().carrying([plank]) if known else Body()
    way = find_route(factory, body, start, goal_at(factory, factory.places["workshop"], body))
    assert not isinstance(way, NoRoute)
    robot = MujocoRobot(factory, start=start, cameras=False)
    robot._file.carrying = [ThingRecord.of(plank)]
    await robot.drive("1", way)
    report = await ended(robot, "1")
    assert (report.status, report.code) == (("succeeded", "") if known else ("failed", "PATH_BLOCKED")), report
    assert (robot.simulation.pose().y < 4.3) is known
    robot.close()


async def test_it_goes_on_in_another_process(factory: World, tmp_path: Path) -> None:
    file = tmp_path / "robot.json"
    robot = MujocoRobot(factory, state_file=file, cameras=False)
    await robot.drive("1", route(factory, robot, "workshop", (await robot.state()).pose))
    await robot.wait(3.0)
    robot._save()
    pose, said = robot.simulation.pose(), robot.now
    again = MujocoRobot.open(file, factory, cameras=False)
    assert again.simulation.pose() == pose and again.now == said
    assert ((await again.report("1")).status, (await again.report("x")).status) == ("cancelled", "never_started")
    with pytest.raises(RobotStateInvalid, match="exists already"):
        MujocoRobot(factory, state_file=file, cameras=False)
    with pytest.raises(RobotStateInvalid, match="belongs to map"):
        MujocoRobot.open(file, load_world(find_map("home")), cameras=False)
    file.write_text(json.dumps({**json.loads(file.read_text()), "physics": [0.0]}))
    with pytest.raises(RobotStateInvalid, match="other things"):
        MujocoRobot.open(file, factory, cameras=False)


def test_the_filter_knows_what_a_motion_asks_of_the_motors_and_theirs_are_strong_enough_for_all_it_lets_through(
    factory: World,
) -> None:
    robot = MujocoRobot(factory, cameras=False)
    assert "effort" in robot.engine_report.checks
    robot.close()
    model, limits, draw = arm_model(), arm_limits(), np.random.default_rng(0)
    low, high, fast, rate = (
        np.array([getattr(joint, name) for joint in limits.joints])
        for name in ("min_position", "max_position", "max_velocity", "max_acceleration")
    )
    for _ in range(500):
        ends = draw.choice([-1.0, 1.0], (2, 7))
        efforts = model.efforts(draw.uniform(low, high).tolist(), (fast * ends[0]).tolist(), (rate * ends[1]).tolist())
        assert all(abs(e) < joint.max_effort for e, joint in zip(efforts, limits.joints, strict=True) if joint.max_effort)
    weak = replace(limits, joints=tuple(replace(joint, max_effort=5.0) for joint in limits.joints))
    safe, reasons = SafetyFilter(weak, (0.0, 0.25, 1.85, 0.0, 1.04, 0.0, 0.04), model=model), set()
    for _ in range(50):
        reasons |= set(safe((0.0, 1.6, 0.2, 0.0, 1.0, 0.0, 0.04)).reasons)
    assert "effort" in reasons


def test_walls_that_fill_the_robot_are_one_sentence(factory: World) -> None:
    with pytest.raises(RobotError, match=r"cannot stand at \(0\.05, 5\.00\).*needs 0\.25 m"):
        MujocoRobot(factory, start=Pose(0.05, 5.0), cameras=False)
    with pytest.raises(RobotError, match="not on map"):
        MujocoRobot(factory, start=Pose(-50.0, 5.0), cameras=False)
    big = Body(radius_m=3.0)
    with pytest.raises(RobotError, match="smaller body"):
        MujocoRobot(factory, body=big, start=AT_TABLE, cameras=False)


def test_without_opengl_it_says_which_package(factory: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import mujoco

    def nothing(*args: Any) -> None:
        raise RuntimeError("invalid value for environment variable MUJOCO_GL")

    monkeypatch.setattr(mujoco, "Renderer", nothing)
    with pytest.raises(PhysicsMissing, match="apt-get install libegl1"):
        MujocoRobot(factory)
    MujocoRobot(factory, cameras=False)


@pytest.mark.parametrize(
    ("library", "said"), [("glfw", "no library for it works here"), ("nonsense", "MUJOCO_GL: nonsense; unset it, or set it to egl")]
)
def test_a_library_that_cannot_render_here_is_one_sentence_and_no_traceback(library: str, said: str) -> None:
    make = "from maps import find_map, load_world\nfrom skills.robots.physics import MujocoRobot, PhysicsMissing\n"
    make += "try:\n    MujocoRobot(load_world(find_map('factory')))\nexcept PhysicsMissing as error:\n    print(error)"
    plain = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    ran = subprocess.run([sys.executable, "-c", make], env={**plain, "MUJOCO_GL": library}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("\n") == 1 and said in ran.stdout and "Traceback" not in ran.stderr


async def test_without_cameras_it_drives_and_refuses_to_handle(factory: World) -> None:
    robot = MujocoRobot(factory, start=AT_TABLE, cameras=False)
    await robot.act("1", "pick", "red block")
    report = await ended(robot, "1")
    assert (report.status, report.code) == ("failed", "NOT_VISIBLE") and "no camera 'head'" in report.message


@pytest.mark.parametrize("name", ["warehouse", "hospital", "home", "plant"])
def test_every_shipped_map_is_a_world_that_can_be_driven_in(name: str) -> None:
    world = load_world(find_map(name))
    robot = MujocoRobot(world, cameras=False)
    asyncio.run(robot.wait(0.5))
    assert math.dist(robot.simulation.pose().point, Pose(*robot._file.start).point) < 0.01


def test_rectangles_cover_the_walls_once() -> None:
    draw = np.random.default_rng(1)
    for _ in range(20):
        mask = draw.uniform(size=(30, 40)) < draw.uniform(0.1, 0.9)
        drawn = np.zeros(mask.shape, int)
        for a, b, c, d in merge_rectangles(mask):
            drawn[b:d, a:c] += 1
        assert (drawn == mask).all()


def test_walls_are_few_boxes(factory: World) -> None:
    built = building_of(factory, Body(), AT_TABLE)
    assert len(built.bricks) < 200
    assert {brick.material for brick in built.bricks} == {"wall", "table", "furniture"}
