"""All of a group is done, what is excepted is not, and plans are mended so without another draft."""

from dataclasses import replace

import pytest
from conftest import plan
from hypothesis import given
from hypothesis import strategies as st
from planner_briefs import brief, carry, look

from agent.planners import Proposal, ScriptedPlanner
from agent.planners.candidates import surest
from agent.planners.doubts import doubts
from agent.planners.plan_parts import for_each, without
from agent.planners.planner import HistoryEntry
from skills import Outcome, Plan


async def mended(mission: str, map_name: str, steps: tuple) -> list[str]:
    """The steps of the surest plan, of one that is drawn and of none other."""
    first = Proposal(plan=plan(*steps))
    best, _ = await surest(ScriptedPlanner([]), brief(mission, map_name), first, lambda _: True, count=0, seconds=1.0)
    assert best.plan is not None
    return [str(step) for step in best.plan.steps]


def steps_of(steps: tuple) -> list[str]:
    return [str(step) for step in plan(*steps).steps]


@pytest.mark.parametrize(
    ("mission", "map_name", "said", "meant"),
    [
        ("check all the lamps", "home", look("floor lamp"), look("floor lamp", "desk lamp")),
        ("both lamps, are they on?", "home", look("desk lamp"), look("desk lamp", "floor lamp")),
        ("look at the three level gauges, then dock", "plant", (*look("level gauge 2"), ("dock", {})), None),
        ("所有灯都看一下", "home", look("floor lamp"), look("floor lamp", "desk lamp")),
        ("check the oven, the kettle and the fridge", "home", look("oven", "kettle"), look("oven", "kettle", "fridge")),
        ("check all the lamps except the desk lamp", "home", look("desk lamp", "floor lamp"), look("floor lamp")),
        ("look at every lamp. leave the desk lamp alone", "home", look("desk lamp", "floor lamp"), look("floor lamp")),
        ("look at the lamps. not the desk lamp", "home", look("desk lamp", "floor lamp"), look("floor lamp")),
    ],
)
async def test_a_plan_is_mended_to_do_what_is_said_of_a_group(mission, map_name, said, meant):
    found = await mended(mission, map_name, said)
    if meant is None:
        assert (
            sorted(found[:-1]) == sorted(steps_of(look("level gauge 1", "level gauge 2", "level gauge 3")))
            and found[-1] == "dock()"
        )
    else:
        assert found == steps_of(meant)


@pytest.mark.parametrize(
    ("mission", "steps"),
    [
        ("check a lamp", look("desk lamp")),
        ("check the lamps that are broken", look("desk lamp")),
        ("not all the lamps, only the desk lamp", look("desk lamp")),
        ("check the oven, the kettle is broken", look("oven")),
        ("bring the newspaper to the garden, the study is locked", carry("newspaper", "garden")),
    ],
)
def test_one_of_a_group_and_what_is_only_told_of_are_no_part_of_a_list(mission, steps):
    found = doubts(brief(mission), Proposal(plan=plan(*steps)))
    assert all(doubt.plan is None for doubt in found)


async def test_what_would_stay_where_it_is_goes_to_the_place_that_is_left_out():
    mission = "the newspaper off the dining room table and over to the study"
    assert await mended(mission, "home", carry("newspaper", "dining room")) == steps_of(carry("newspaper", "study"))


NAMES = [f"thing {number}" for number in range(6)]


@given(st.permutations(NAMES), st.integers(1, 5), st.booleans())
def test_doing_the_same_to_the_rest_does_it_to_each_once(names, cut, behind):
    done, left = names[:cut], names[cut:]
    some = Plan(steps=tuple(step for name in done for step in plan(*carry(name, "hall")).steps))
    whole = for_each(some, done, left, behind=behind)
    picked = [step.args["thing"] for step in whole.steps if step.skill == "pick"]
    assert picked == ([*done, *left] if behind else [*left, *done])
    assert len(whole.steps) == 2 * len(names)
    assert without(whole, set(left)) == some


def test_a_plan_of_nothing_else_is_left_as_it_is():
    only = plan(*look("oven"))
    assert without(only, {"oven"}) == only
    assert for_each(plan(*carry("towel", "hall")), ["hall"], ["garden"]) == plan(*carry("towel", "hall"))


@pytest.mark.parametrize(
    ("mission", "steps", "searches"),
    [
        ("the newspaper to the garden please, and what does the oven show", look("oven"), True),
        ("the newspaper to the garden please", (), True),
        ("the newspaper to the garden please", (("search", {"what": "newspaper"}),), False),
        ("the newspaper to the garden; if it isn't there look at the oven", look("oven"), False),
    ],
)
def test_what_was_not_where_the_map_has_it_is_looked_for(mission, steps, searches):
    failed = HistoryEntry(plan(*carry("newspaper", "garden")).steps[0], Outcome(status="failed", code="NOT_THERE"))
    asked = replace(brief(mission), history=(failed,))
    found = [doubt.plan for doubt in doubts(asked, Proposal(plan=plan(*steps)))]
    assert (plan(("search", {"what": "newspaper"})).steps in [one.steps for one in found if one is not None]) == searches
