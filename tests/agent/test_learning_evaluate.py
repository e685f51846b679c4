from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from agent.learning.buildings import building
from agent.learning.cases import make_cases, prompt_of
from agent.learning.drawn import drawn
from agent.learning.evaluate import interval, run_case, summary
from agent.learning.families import HELD_OUT
from agent.learning.judge import Deed, reached, same_plan
from agent.planners.dialect import decode, grammar
from agent.planners.planner import Brief, Proposal
from benchmarks.gbnf_reader import Grammar
from maps import Body, RobotState, World, start_pose
from maps.linking import NameIndex, link
from skills import Plan, SkillCall, library
from verifier import verify


def call(skill, **args) -> SkillCall:
    return SkillCall(skill=skill, args=args)


class Oracle:
    """Answers a case as it should be answered."""

    name = "oracle"

    def __init__(self, case) -> None:
        self.case = case

    async def propose(self, brief: Brief) -> Proposal:
        if not brief.history:
            return replace(decode(self.case.oracle, prompt_of(self.case)), seconds=0.1, tokens=5)  # a settled brief is told anew
        return Proposal(plan=Plan(steps=self.case.plan.steps[len(brief.history) :]))

    async def close(self) -> None:
        return None


@cache
def cases(language):
    worlds = [building(1, language=language, closed=0.1), building(2, rooms=20, things=60, language=language)]
    return make_cases(worlds, 12, 3, language=language)


def test_buildings_are_whole_and_the_same_for_a_seed():
    world = building(5)
    assert world.revision == building(5).revision != building(6).revision
    here = world.place_at(start_pose(world).point)
    assert here is not None and here.is_dock
    assert all(world.place_at(thing.position).name == thing.place for thing in world.things.values())
    plan = Plan(steps=tuple(call("goto", place=name) for name in world.places))
    verdict = verify(plan, world, RobotState(pose=start_pose(world), battery_wh=200.0), Body(), library())
    assert verdict.ok, verdict.all_findings()


@pytest.mark.parametrize(("rooms", "things", "language"), [(3, 0, "en"), (200, 500, "en"), (40, 120, "zh")])
def test_buildings_come_in_every_size(rooms, things, language):
    world = building(3, rooms=rooms, things=things, language=language)
    assert len(world.things) == things
    assert sum(bool(place.outline) and place.kind != "corridor" for place in world.places.values()) == rooms
    last = list(world.places)[-1]
    plan = Plan(steps=(call("goto", place=last),))
    assert verify(plan, world, RobotState(pose=start_pose(world), battery_wh=500.0), Body(), library()).ok


def test_what_nobody_has_seen_is_unknown_and_closed_doors_are_closed():
    world = building(4, rooms=20, unknown=0.5, closed=1.0)
    assert 5 < len({thing.place for thing in world.things.values()}) <= 10
    assert {door.state for door in world.doors.values()} == {"closed"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_cases_are_said_with_the_maps_own_names(language):
    for case in cases(language):
        assert "[" not in case.mission and case.wanted in ("plan", "ask", "answer", "decline")
        assert case.language == language and any("\u4e00" < c for c in case.mission) == (language == "zh")
        if case.wanted == "plan":
            assert verify(case.plan, case.truth, RobotState(pose=case.start, battery_wh=200.0), Body(), library()).ok


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_oracles_answer_is_in_the_grammar_of_the_real_prompt(language):
    for case in cases(language):
        assert Grammar.read(grammar(prompt_of(case))).accepts(case.oracle), case


def test_cases_of_a_held_out_family_can_be_asked_for():
    (case,) = make_cases([building(1)], 1, 4, held_out="except and carry", level=1)
    assert case.held_out == "except and carry" and "except" in case.families


def test_what_is_unknown_is_not_linked():
    for case in cases("en"):
        if case.wanted == "ask" and case.choices:
            groups = [m.candidates for m in link(case.mission, NameIndex.of(case.world), limit=24, group=24).mentions]
            assert case.choices in [frozenset(c.name for c in group) for group in groups]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_oracle_reaches_every_goal(language):
    results = [await run_case(Oracle(case), case) for case in cases(language)]
    assert [(result.case.mission, result.case.oracle) for result in results if not result.goal] == []
    figures = summary(results)
    assert figures["goal"][0] == figures["exact"][0] == figures["valid"][0] == 1.0


async def test_doing_nothing_reaches_no_goal():
    class Lazy(Oracle):
        async def propose(self, brief: Brief) -> Proposal:
            return Proposal(plan=Plan(steps=(call("report"),)))

    idle = {"goto", "report"}  # coming back to where it stands is done by doing nothing
    asked = [case for case in cases("en") if case.wanted == "plan" and not {step.skill for step in case.plan.steps} <= idle]
    results = [await run_case(Lazy(case), case) for case in asked]
    assert not any(result.goal for result in results)


def rooms() -> tuple[World, list[str]]:
    world = building(5)
    return world, [place.name for place in world.places.values() if place.outline][1:4]


def test_judging_orders_extras_and_ends():
    world, (a, b, c) = rooms()
    at = {name: world.places[name].centre for name in (a, b, c)}
    wanted = Plan(steps=(call("goto", place=a), call("wait", seconds=5), call("goto", place=b)))
    go_a, wait_5, go_b = (
        Deed(call("goto", place=a), at[a]),
        Deed(call("wait", seconds=5.0), at[a]),
        Deed(call("goto", place=b), at[b]),
    )
    assert reached(wanted, [go_a, wait_5, go_b], world)
    assert reached(wanted, [go_a, wait_5, go_b, Deed(call("report"), at[b])], world)
    assert not reached(wanted, [go_b, wait_5, go_a], world)
    assert not reached(wanted, [go_a, wait_5], world)
    assert not reached(wanted, [go_a, wait_5, go_b, Deed(call("goto", place=c), at[c])], world)
    assert not reached(wanted, [go_a, wait_5, Deed(call("say", text="hi"), at[a]), go_b], world)
    assert not reached(wanted, [go_a, Deed(call("wait", seconds=6), at[a]), go_b], world)


def test_a_goto_is_met_by_ending_inside_the_place():
    world, (a, _, _) = rooms()
    thing = next(t for t in world.things.values() if t.place == a)
    wanted = Plan(steps=(call("goto", place=a), call("inspect", thing=thing.name)))
    assert reached(wanted, [Deed(call("inspect", thing=thing.name), world.places[a].centre)], world)
    assert reached(
        wanted, [Deed(call("goto", place=a), world.places[a].centre), Deed(call("inspect", thing=thing.name), (0, 0))], world
    )


def test_plans_are_compared_without_case_and_punctuation():
    one = Plan(steps=(call("say", text="Hello, all!"),))
    assert same_plan(one, Plan(steps=(call("say", text="hello all"),)))
    assert not same_plan(one, Plan(steps=(call("say", text="hello"),)))


def test_wilson_intervals():
    assert interval(0, 0) == (0.0, 0.0, 0.0)
    share, low, high = interval(90, 100)
    assert share == 0.9 and low == pytest.approx(0.826, abs=1e-3) and high == pytest.approx(0.945, abs=1e-3)


@pytest.mark.slow
def test_missions_of_held_out_families_are_drawn_evenly_and_trained_ones_without_them():
    made = drawn(6, 6, 7, families="held-out")
    assert Counter(case.held_out for case in made) == dict.fromkeys(HELD_OUT, 1)
    assert not any(case.held_out for case in drawn(8, 2, 7, families="trained"))


def test_a_map_on_which_a_family_cannot_be_is_told():
    with pytest.raises(ValueError, match="family 'count of doors' can be asked for on any of these 1 maps"):
        make_cases([building(4)], 1, 4, held_out="count of doors", level=1, tries=1)
