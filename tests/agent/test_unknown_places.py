"""Places in what was never seen, of all shipped maps: a plan that only drives there gets there, or is refused unmoved."""

import asyncio

import pytest
import yaml

from agent.evaluation.case import reference_answers, run_case
from agent.evaluation.mission_set import load_set
from agent.evaluation.scenario import Sites
from agent.planners import ScriptedPlanner
from agent.settings import Settings
from maps import Body, RobotState, find_map, load_world, start_pose
from skills import Plan, library
from verifier import verify

LOCKED = {
    "warehouse": {"server room"},
    "hospital": {"isolation room"},
    "plant": {"substation"},
    "home": {"garage"},
    "factory": set(),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LOCKED)
def test_places_that_no_known_way_leads_to_are_explored_and_reached(name, tmp_path):
    world, skills = load_world(find_map(name)), library()
    state = RobotState(pose=start_pose(world), battery_wh=Body().battery_wh)

    def is_open(place: str) -> bool:
        there = Plan.model_validate({"steps": [{"skill": "goto", "args": {"place": place}}]})
        return verify(there, world, state, Body(), skills).ok

    shut = [place for place in world.places if not is_open(place)]
    missions = [
        {"id": f"p{number}", "map": name, "say": f"drive to the {place}", "goal": {"visit": place}, "plan": [{"goto": place}]}
        for number, place in enumerate(shut)
    ]
    file = tmp_path / "places.yaml"
    file.write_text(yaml.safe_dump({"surefoot": 1, "missions": missions}, allow_unicode=True), encoding="utf-8")
    found = load_set(file) if missions else None
    refused = set()
    for place, mission in zip(shut, found.missions if found is not None else (), strict=True):
        planner = ScriptedPlanner(reference_answers(mission, skills), repeat_last=True)
        case = asyncio.run(run_case(mission, planner, Sites(found.folder), skills, Settings()))
        if case.ran:
            assert case.right, (place, case.why, case.summary)
        else:
            refused.add(place)
    assert refused == LOCKED[name]
