import json
import random
import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from agent.learning.acts.manipulating import press, put_on
from agent.learning.buildings import building
from agent.learning.cases import make_cases, prompt_of
from agent.learning.cell import Cell, linked
from agent.learning.evaluate import run_case
from agent.learning.ground import Ground
from agent.learning.language import tongue
from agent.learning.missions import draw
from agent.learning.order import base
from agent.learning.own_missions import own_samples
from agent.learning.programs import can_hold
from agent.learning.real_site import RealSite
from agent.learning.site import tokens
from agent.learning.words import Vocabulary
from agent.planners.dialect import decode, encode, grammar
from agent.planners.planner import Brief, Proposal
from benchmarks.gbnf_reader import Grammar
from maps import Body, RobotState, find_map, load_world, start_pose
from skills import Plan, library
from verifier import verify

sys.path.insert(0, str(Path(__file__).parents[1] / "maps"))
from building_worlds import office

LANGUAGES = ("en", "zh")
MISSION = "put the red block on the blue tray, then look at the pressure gauge in the boiler room and tell me what it reads"
PLACED = "set_on set_all_on set_it_on put_beside go_and_put"
TABLES = {
    "en": f"{PLACED} press_k press_other press_times_k press_times_other press_see_k go_and_press_k go_and_press_other".split(),
    "zh": f"{PLACED} press_said press_times_said press_see_said go_and_press_said".split(),
}


class Oracle:
    """Answers every case as it should be answered."""

    name = "oracle"

    def __init__(self, cases):
        self.cases = {case.mission: case for case in cases}

    async def propose(self, brief):
        case = self.cases[brief.mission]
        if not brief.history:
            return replace(decode(case.oracle, encode(brief)), seconds=0.1, tokens=5)
        return Proposal(plan=Plan(steps=case.plan.steps[len(brief.history) :]))

    async def close(self):
        return None


@cache
def stream(language):
    return [draw(8, number, language=language) for number in range(2500)]


@cache
def cases(language):
    made = make_cases([building(seed, language=language, cell=True) for seed in (31, 32)], 28, 8, language=language)
    return [case for case in made if {"put on", "press"} & set(case.families)]


@cache
def factory():
    return load_world(find_map("factory"))


def brief(mission):
    world, body = factory(), Body()
    here = world.place_at(start_pose(world).point).name
    state = RobotState(pose=start_pose(world), battery_wh=body.battery_wh)
    return Brief(mission=mission, world=world, state=state, body=body, skills=library(world), start_place=here)


def cell_of(one):
    """Pointers of the skills that put on and press, if the sample's brief lists them under the library's names."""
    named = {name: pointer for pointer, name, kinds in one.facts.skills if kinds == ("thing",)}
    return (named[("put", "on")], named[("press",)]) if ("put", "on") in named and ("press",) in named else None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_part_of_the_missions_puts_things_on_things_and_presses_buttons(language):
    shares = {name: sum(name in one.families for one in stream(language)) / 2500 for name in ("put on", "press", "take lift")}
    assert 0.02 < shares["put on"] < 0.045 and 0.01 < shares["press"] < 0.035 and 0 < shares["take lift"] < 0.02


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hand_holds_what_is_put_on_something_and_is_empty_where_it_presses(language):
    put_on = pressed = 0
    for one in stream(language):
        cell = cell_of(one)
        if cell is None or one.answer[0] in ("[which]", "[unknown]", "[answer]", "[decline]", "[done]", "[report]"):
            continue
        full = bool(one.facts.carrying)
        quoted = re.sub(r"\[q\].*?\[/q\]", "", " ".join(one.answer)).split()
        failed = any(past.outcome == "[failed]" for past in one.facts.history)  # what was dropped is carried on
        for verb in quoted:
            if verb == cell[0]:
                assert full or failed, one
                put_on += 1
            if verb == cell[1]:
                assert not full or failed, one
                pressed += 1
            full = verb == "[pick]" or (full and verb not in ("[place]", cell[0]))
    assert put_on > 30 and pressed > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_the_skill_a_thing_is_put_into_the_place_of_the_other(language):
    plain = [one for one in stream(language) if not one.facts.skills]
    assert not any({"put on", "press"} & set(one.families) for one in plain)
    delivered = [one for one in plain if one.families == ("deliver",) and "[pick]" in one.answer]
    assert delivered and all("[place]" in one.answer for one in delivered)


def test_the_hand_is_followed_through_what_a_cell_does():
    cell = Cell("[S1]", "[S2]")
    world = building(31, cell=True)
    site = RealSite(random.Random(1), Vocabulary(held_out=True), Ground.of(world, world, "charging dock", "en"))
    site.cell = cell
    button = next(act for act in (press(site) for _ in range(20)) if act.answer is None)
    load = next(act for act in (put_on(site) for _ in range(20)) if act.answer is None and act.steps[0][0] == "[pick]")
    assert can_hold([load, button], False, cell)
    assert not can_hold([button], True, cell) and not can_hold([load], True, cell)


def test_the_prompt_lists_the_skills_as_training_does():
    listed = {(name, kinds) for one in stream("en") if cell_of(one) for _, name, kinds in one.facts.skills if kinds == ("thing",)}
    prompt = encode(brief(MISSION))
    text = "".join(segment.text for segment in prompt.segments)
    for name in (("put", "on"), ("press",)):
        assert (name, ("thing",)) in listed and f"[q] {' '.join(name)}[/q] thing" in text


@pytest.mark.parametrize(("language", "table"), [(language, table) for language in LANGUAGES for table in TABLES[language]])
def test_linking_reads_every_phrase_of_a_cell_as_training_says_it(language, table):
    on_map = {"load": "red block", "tray": "blue tray", "button": "packing button", "room": "packing station"}
    typed = on_map if language == "en" else {"load": "红色方块", "tray": "蓝色托盘", "button": "打包按钮", "room": "打包台"}
    slots = {"{t}": "button" if "press" in table else "load", "{h}": "tray", "{p}": "room"}
    for phrase in tongue(language).phrases(table):
        said = base(phrase).lstrip("?").replace("{n}", "twice").replace("{w}", "what happens")
        mission = said.replace("{k}", "press")
        for slot, part in slots.items():
            mission = mission.replace(slot, typed[part])
        prompt = encode(brief(mission))
        pointer = {referent.name: pointer for pointer, referent in prompt.table.items()}
        told = linked(said, Cell(pointer["put_on"], pointer["press"]))
        for slot, name in [*((slot, on_map[part]) for slot, part in slots.items()), ("{k}", "press")]:
            told = told.replace(slot, pointer[name]) if slot in said else told
        assert [word.item.text for word in prompt.words] == tokens(told), phrase


@pytest.mark.parametrize("language", LANGUAGES)
async def test_missions_of_a_cell_are_verified_and_reach_their_goal(language):
    skills = {step.skill for case in cases(language) if case.plan for step in case.plan.steps}
    assert {"put_on", "press"} <= skills and any(case.wanted == "ask" for case in cases(language))
    for case in cases(language):
        assert "[" not in case.mission
        assert Grammar.read(grammar(prompt_of(case))).accepts(case.oracle), case.mission
        if case.wanted == "plan":
            state = RobotState(pose=case.start, battery_wh=Body().battery_wh)
            assert verify(case.plan, case.truth, state, Body(), library(case.world)).ok
    results = [await run_case(Oracle(cases(language)), case) for case in cases(language)]
    assert [(result.case.mission, result.case.oracle) for result in results if not result.goal] == []


def test_the_factorys_mission_can_be_said_and_holds():
    prompt = encode(brief(MISSION))
    pointer = {referent.name: pointer for pointer, referent in prompt.table.items()}
    block, tray, gauge, put = (pointer[name] for name in ("red block", "blue tray", "pressure gauge", "put_on"))
    proposal = decode(f"[pick]{block}{put}{tray}[inspect]{gauge}[q] what it reads[/q]", prompt)
    assert [step.skill for step in proposal.plan.steps] == ["pick", "put_on", "inspect"]
    assert verify(proposal.plan, factory(), brief(MISSION).state, Body(), library(factory())).ok


def test_a_users_own_missions_may_use_what_the_map_gives_reason_for(tmp_path):
    plan = [{"skill": "pick", "args": {"thing": "red block"}}, {"skill": "put_on", "args": {"thing": "blue tray"}}]
    file = tmp_path / "missions.jsonl"
    file.write_text(json.dumps({"map": "factory", "mission": "red block onto the blue tray", "plan": plan}), encoding="utf-8")
    (one,) = own_samples(file, library(), lambda segments: ["".join(segment.text for segment in segments)], "pointer-3")
    assert one.answer == ["[pick][T0][S0][T1][end]"] and "[skill][S0][q] put on[/q] thing" in one.prompt[0]


def test_a_ride_whose_cabins_are_named_can_be_said_and_holds(tmp_path):
    ridden = [one for language in LANGUAGES for one in stream(language) if "take lift" in one.families]
    assert any("[take_lift]" in one.answer for one in ridden)
    world, body = load_world(office(tmp_path / "office")), Body()
    state = RobotState(pose=start_pose(world), battery_wh=body.battery_wh)
    asked = Brief(mission="ride the lift L1 to the lift L2", world=world, state=state, body=body, skills=library(world))
    prompt = encode(asked)
    pointer = {referent.name: pointer for pointer, referent in prompt.table.items()}
    answer = f"[take_lift]{pointer['lift L1']}{pointer['lift L2']}"
    assert Grammar.read(grammar(prompt)).accepts(answer)
    assert verify(decode(answer, prompt).plan, world, state, body, library(world)).ok
