"""Golden missions: whole missions on the shipped maps, as data; and any Nav2 map, without a semantic file, end to end."""

import os
from pathlib import Path

import pytest
import yaml
from conftest import Stage

from agent.store import MissionStore
from maps import find_map, load_world, start_pose
from skills import Plan, library

ROOT = Path(__file__).parent.parent.parent
GOLDEN = yaml.safe_load((ROOT / "tests" / "golden" / "missions.yaml").read_text())
DATA = Path(os.environ.get("SUREFOOT_DATA", ROOT.parent / "shared" / "data")) / "maps"


def staged(tmp_path, world, plan, instruction):
    pose = start_pose(world)
    fields = {"instruction": instruction, "map": world.name, "start": (pose.x, pose.y, pose.yaw)}
    folder = MissionStore(tmp_path).create(fields)
    return Stage(folder=folder, world=world, truth=None, script=[plan], skills=library(), repair_rounds=0)


@pytest.mark.slow
@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["name"])
async def test_a_golden_mission(golden, tmp_path):
    world = load_world(find_map(golden["map"]))
    mission = staged(tmp_path, world, Plan.model_validate({"steps": golden["plan"]}), golden["name"])
    expect = golden["expect"]
    if expect["status"] == "succeeded" and golden["plan"][-1]["skill"] == "search":
        mission.script.append(Plan(steps=()))
    result = await mission.run()
    assert result.status == expect["status"], result.summary
    if "code" in expect:
        assert expect["code"] in {finding["code"] for finding in result.state["findings"]}
        return
    runtime = mission.runtime()
    state = await runtime.observe_robot()
    if "at" in expect:
        here = runtime.world.places[expect["at"]]
        at = runtime.world.place_at(state.pose.point)
        assert at == here or (here.pose and abs(here.pose.x - state.pose.x) + abs(here.pose.y - state.pose.y) < 0.1)
    assert list(state.carrying) == expect.get("carrying", [])
    for text in expect.get("report", []):
        assert text in str(mission.folder.read_document("report.json"))
    for thing, place in expect.get("things", {}).items():
        found = runtime.world.place_at(runtime.world.things[thing].position)
        assert found is not None and found.name == place


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nav2_depot/depot.yaml", "turtlebot3_navigation2/map.yaml", "nav2_tb3_sandbox/tb3_sandbox.yaml"])
async def test_a_nav2_map_without_a_semantic_file_runs_a_mission(name, tmp_path):
    if not (DATA / name).exists():
        pytest.skip("the maps of public projects are not beside the project (SUREFOOT_DATA)")
    world = load_world(DATA / name)
    assert world.places, "rooms are found and named"
    target = list(world.places)[-1]
    mission = staged(tmp_path, world, Plan.model_validate({"steps": [{"skill": "goto", "args": {"place": target}}]}), "go there")
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    runtime = mission.runtime()
    at = runtime.world.place_at((await runtime.robot.state()).pose.point)
    assert at is not None and at.name == target
