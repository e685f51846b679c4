"""Ways that a mission leads over a place, and plans that leave it out, end there, or turn it round."""

import pytest
from conftest import plan
from planner_briefs import brief, carry

from agent.planners import Proposal
from agent.planners.dialect.mentions import find_mentions
from agent.planners.doubt_via import doubted_way
from agent.planners.doubts import doubts
from agent.planners.mended import mended
from agent.planners.pointers import POINTER_3


def go(*places: str):
    return tuple(("goto", {"place": place}) for place in places)


def mentioned(asked):
    return find_mentions(asked, frozenset(), POINTER_3).mentions


@pytest.mark.parametrize(
    ("mission", "said", "meant"),
    [
        ("go to the kitchen via the hallway", go("kitchen"), go("hallway", "kitchen")),
        ("go to the kitchen via the hallway", go("hallway"), go("hallway", "kitchen")),
        ("drive through the living room to the garden", go("garden"), go("living room", "garden")),
        ("head over to the study by way of the bathroom", go("study", "bathroom"), go("bathroom", "study")),
        ("take the newspaper to the study, going through the kitchen", carry("newspaper", "study"), None),
        ("经过厨房去花园", go("garden"), go("kitchen", "garden")),
    ],
)
def test_the_way_leads_where_the_mission_says(mission, said, meant):
    asked = brief(mission)
    found = tuple(doubted_way(plan(*said), mission, mentioned(asked)))
    assert len(found) == 1
    expected = meant or (said[0], *go("kitchen"), said[1])
    better, _ = mended(asked, Proposal(plan=plan(*said)), found)
    assert better.plan.steps == plan(*expected).steps
    assert tuple(doubted_way(plan(*expected), mission, mentioned(asked))) == ()


@pytest.mark.parametrize(
    ("mission", "steps"),
    [
        ("go to the kitchen, not through the hallway", go("kitchen")),
        ("go through the hallway", go("hallway")),
        ("go to the kitchen. then drive through the hallway", go("kitchen", "hallway")),
        ("look through the kitchen and go to the study", go("kitchen", "study")),
        ("go to the kitchen and the study", go("kitchen", "study")),
        ("不要经过厨房,去花园", go("garden")),
    ],
)
def test_other_words_say_nothing_of_the_way(mission, steps):
    assert tuple(doubted_way(plan(*steps), mission, mentioned(brief(mission)))) == ()


def test_it_is_one_of_the_doubts():
    found = doubts(brief("go to the kitchen via the hallway"), Proposal(plan=plan(*go("kitchen"))))
    assert any("lead over" in doubt.why for doubt in found)
