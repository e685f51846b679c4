"""Spoken rules: what a mission says the robot must keep out of becomes a rule of this mission, and nothing else does."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from agent.cli.setup import mission_rules, paper_runtime
from agent.mission import dry_run
from agent.planners import Proposal, ScriptedPlanner
from agent.settings import Settings
from agent.spoken_rules import SPOKEN, spoken_rules
from maps import Door, GridFrame, Place, Pose, RobotState, Thing, World, Zone, save_world
from skills import Plan, library


def box(x: float, y: float, wide: float, high: float) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))


def works() -> World:
    """Two bays side by side, and between them a foundry with a gallery along it."""
    frame = GridFrame(0.1, Pose(0, 0), 200, 100)
    return World.build(
        "works",
        frame,
        np.zeros(frame.shape, np.int8),
        places=[
            Place(name="west bay", outline=box(0, 0, 4, 10), aliases=("西跨",)),
            Place(name="foundry", outline=box(8, 3, 4, 7), aliases=("铸造间", "casting shop")),
            Place(name="gallery", outline=box(8, 0, 4, 2.5), aliases=("走廊",)),
            Place(name="east bay", outline=box(16, 0, 4, 10), aliases=("东跨",)),
        ],
        things=[
            Thing(name="ladle", kind="ladle", aliases=("钢包",), position=(10.0, 8.0)),
            Thing(name="valve", aliases=("阀门",), position=(17.0, 8.0)),
        ],
        doors=[Door(name="foundry gate", segment=((8, 5), (8, 7)), state="open", aliases=("铸造间大门",))],
        zones=[Zone(name="crane zone", rule="slow", outline=box(13, 0, 2, 10), max_speed=0.3)],
    )


WORKS = works()


def spoken(text: str) -> list[str]:
    return [str(rule.formula).removeprefix("G !") for rule in spoken_rules(text, WORKS)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("drive to the east bay, avoiding the foundry", ['at("foundry")']),
        ("Stay well clear of the casting shop and check the valve", ['at("foundry")']),
        ("east bay please, but not through the foundry or the gallery", ['at("foundry")', 'at("gallery")']),
        ("get to the east bay without ever going past the ladle", ['near("ladle")']),
        ("get to the east bay without going near the ladle", ['near("ladle")']),
        ("never enter the crane zone", ['in("crane zone")']),
        ("don\u2019t use the foundry gate, go to the east bay", ['crosses("foundry gate")']),
        ("keep out of the foundry, the gallery and the crane zone", ['at("foundry")', 'at("gallery")', 'in("crane zone")']),
        ("keep out of the foundry, the valve needs a look", ['at("foundry")']),
        ("去东跨,绕开铸造间", ['at("foundry")']),
        ("别从走廊走,去东跨", ['at("gallery")']),
        ("不要进入铸造间和走廊,去看阀门", ['at("foundry")', 'at("gallery")']),
        ("离东跨近点", []),
        ("go to the east bay", []),
        ("don't go to the foundry, go to the gallery", []),
        ("don't take the ladle, take the valve", []),
        ("you need not avoid the foundry", []),
        ("不用避开铸造间", []),
        ("why did you stay out of the gallery?", []),
        ("do not enter the foundry until the bell has rung", []),
        ("stay out of the gallery while you carry the ladle", []),
        ("不要进铸造间,除非门开着", []),
    ],
)
def test_what_is_to_be_kept_out_of_is_a_rule(text, kept):
    assert spoken(text) == kept


@given(st.text(max_size=80))
def test_no_text_breaks_it(text):
    assert isinstance(spoken_rules(text, WORKS), tuple)


def test_it_says_why_and_stands_beside_the_rules_of_the_map(tmp_path: Path):
    folder = save_world(WORKS, tmp_path / "works")
    (folder / "rules.yaml").write_text("surefoot: 1\nrules:\n  - name: slow\n    never: {speed_over: 0.9}\n")
    from maps import load_world

    house, mine = mission_rules(load_world(folder), "avoid the foundry and go to the east bay")
    assert (house.name, mine.name, mine.why, mine.severity) == ("slow", "keep out of foundry", SPOKEN, "error")


@pytest.mark.parametrize("text", ["go to the east bay but keep out of the foundry", "去东跨,不要经过铸造间"])
def test_a_mission_is_planned_around_it(text):
    settings, heard = Settings(), []
    plan = Plan.model_validate({"steps": [{"skill": "goto", "args": {"place": "east bay"}}]})
    state = RobotState(pose=Pose(2.0, 7.0, 0.0), battery_wh=200.0)
    planner = ScriptedPlanner([Proposal(plan=plan)])
    runtime = paper_runtime(
        settings, WORKS, state, library(), planner, lambda type, data: heard.append(type), mission_rules(WORKS, text)
    )
    result = asyncio.run(dry_run(runtime, text))
    assert runtime.verdict is not None and runtime.verdict.ok, result.summary
    way = shapely.LineString(runtime.verdict.steps[0].route.points)
    assert not way.intersects(shapely.Polygon(WORKS.places["foundry"].outline))
