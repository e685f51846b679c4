"""A mission from level to level: planned, mended, carried out by the simulated robot, resumed after a crash, drawn."""

import sys
from pathlib import Path as FilePath

import pytest
from conftest import Stage, plan
from typer.testing import CliRunner

from agent.cli.app import app
from agent.scene import plan_scene
from maps import Body, Path, RobotState, load_world, save_world, start_pose
from skills import library
from skills.library.take_lift import take_lift
from skills.robots import Faults
from skills.testing import Trial
from verifier import verify

sys.path.insert(0, str(FilePath(__file__).parents[1] / "maps"))
from building_worlds import building, office, storey

UP = ("take_lift", {"lift": "lift L1", "to": "lift L2"})
DOWN = ("take_lift", {"lift": "lift L2", "to": "lift L1"})
LOOK = ("inspect", {"thing": "printer", "question": "What paper is left?"})


def staged(stage, tmp_path: FilePath, script: list[object], **more: object) -> Stage:
    world = load_world(office(tmp_path / "office"))
    return stage(script, world=world, skills=library(world), **more)


async def test_a_mission_goes_up_looks_and_comes_home(stage, tmp_path):
    mission = staged(stage, tmp_path, [plan(UP, LOOK, DOWN, ("dock", {}))])
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert mission.done == [("take_lift", "succeeded"), ("inspect", "succeeded"), ("take_lift", "succeeded"), ("dock", "succeeded")]
    assert "low" in str(mission.folder.read_document("report.json"))
    state = await mission.runtime().robot.state()
    assert (state.pose.x, state.pose.y) == pytest.approx((1.0, 2.5), abs=0.1)


async def test_a_plan_without_the_ride_is_sent_back_with_it(stage, tmp_path):
    mission = staged(stage, tmp_path, [plan(LOOK), plan(UP, LOOK)])
    assert (await mission.run()).status == "succeeded"
    (finding,) = mission.planner.briefs[1].findings
    assert finding.code == "NEEDS_LIFT" and "take_lift(lift='lift L1', to='lift L2') before step 1" in finding.message


async def test_a_ride_that_fails_is_told_and_the_robot_is_where_it_was(stage, tmp_path):
    mission = staged(stage, tmp_path, [plan(UP, LOOK), plan(("say", {"text": "the lift is out of order"}))])
    mission.faults = Faults(fail_actions={"take_lift": "OUT_OF_SERVICE"})
    await mission.run()
    assert mission.done[0] == ("take_lift", "failed")
    state = await mission.runtime().robot.state()
    assert state.pose.x < 9.0


def test_a_trial_rides(tmp_path):
    world = load_world(office(tmp_path / "office"))
    trial = Trial(world, start=start_pose(world))
    outcome = trial.run(take_lift, lift="lift L1", to="lift L2")
    assert outcome.status == "succeeded", outcome.message
    assert trial.state.pose.x > 10.0
    again = trial.run(take_lift, lift="lift L2", to="desk L2")
    assert (again.status, again.code) == ("failed", "UNKNOWN_NAME")


def test_what_is_really_there_is_known_level_by_level(tmp_path):
    folder = office(tmp_path / "office")
    really = storey("L2")
    save_world(really, folder / "L2" / "truth")
    world = load_world(folder)
    trial = Trial(world, start=start_pose(world))
    trial.run(take_lift, lift="lift L1", to="lift L2")
    trial.run(library(world)["goto"], place="desk L2")
    assert "printer" in world.things and "printer" not in trial.world.things, "it is not there, and the robot has seen that"


def test_the_commands_take_a_building(tmp_path):
    folder = office(tmp_path / "office")
    file = tmp_path / "plan.json"
    file.write_text(plan(UP, LOOK, DOWN).model_dump_json())
    out = tmp_path / "office.png"
    runner = CliRunner()
    found = runner.invoke(app, ["verify", str(file), "--map", str(folder), "--out", str(out)])
    assert found.exit_code == 0, found.output
    assert out.stat().st_size > 10_000
    file.write_text(plan(LOOK).model_dump_json())
    found = runner.invoke(app, ["repair", str(file), "--map", str(folder), "--out", str(tmp_path / "mended.json")])
    assert found.exit_code == 0 and "take_lift" in (tmp_path / "mended.json").read_text(), found.output


def test_rides_are_drawn_between_the_levels(tmp_path):
    world = load_world(building(tmp_path / "b", storey("L1", dock=True), storey("L2")))
    state = RobotState(pose=start_pose(world), battery_wh=200.0)
    verdict = verify(plan(UP, ("goto", {"place": "desk L2"})), world, state, Body(), library(world))
    marks = plan_scene("up", verdict, world, Body(), state).marks
    (ride,) = (mark for mark in marks if isinstance(mark, Path) and mark.role == "muted")
    assert ride.points == (world.places["lift L1"].centre, world.places["lift L2"].centre)
