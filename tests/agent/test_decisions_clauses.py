"""Clauses with a condition: which words are the condition, which hang on it, and what is left of a mission once it is settled."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from agent.decisions import Look, Named, decide
from agent.decisions.clauses import conditionals
from agent.evaluation.mission_set import load_set

ROOT = Path(__file__).parent.parent
NAMES = ("gauge", "lamp", "stop button", "office", "kitchen")
PLACES = ("office", "kitchen")


def named(mission):
    found = []
    for name in NAMES:
        at = mission.find(name)
        while at >= 0:
            found.append(Named(at, at + len(name), (name,), name not in PLACES))
            at = mission.find(name, at + 1)
    return sorted(found, key=lambda one: one.start)


def left(mission, seen, *, about="gauge", question=""):
    """What is left of a mission once the gauge was looked at: its text, whether all is done, whether something must be."""
    found = decide(mission, named(mission), [Look(about, question, seen)])
    return None if found is None else (found.text, found.spent, found.due)


HIGH, LOW = "reading: 7 bar", "reading: 4.2 bar"


@pytest.mark.parametrize(
    ("mission", "seen", "wanted"),
    [
        ("check the gauge; if it is above 6 bar, press the stop button, otherwise come back", LOW,
         ("check the gauge; unless it is above 6 bar, come back", False, True)),
        ("check the gauge; if it is above 6 bar, press the stop button, otherwise come back", HIGH,
         ("check the gauge; if it is above 6 bar, press the stop button", False, True)),
        ("if the gauge reads more than 6 bar press the stop button", LOW, ("", True, False)),
        ("check the gauge. over 6 bar, press the stop button. less, go to the office.", HIGH,
         ("check the gauge. over 6 bar, press the stop button, less, go to the office.", False, True)),
        ("look at the gauge. broken -> go to the office. working -> go to the kitchen.", "state: broken",
         ("look at the gauge. broken -> go to the office", False, True)),
        ("look at the gauge. Broken? Then off to the office.", "state: ok", ("look at the gauge.", True, False)),
        ("check the gauge. Is more than 6 bar, you press the stop button.", LOW, ("check the gauge.", True, False)),
        ("the gauge ought to be under 5 bar. check it, and if it is more than that, go to the office", LOW,
         ("the gauge ought to be under 5 bar. check it", False, False)),
        ("If the gauge is over 6 bar, go to the office. If not, never mind.", LOW, ("", True, False)),
        ("look at the gauge and press the stop button if it reads over 6 bar", LOW, ("look at the gauge", True, False)),
        ("look at the gauge and go to the office unless it reads over 6 bar", LOW,
         ("look at the gauge and go to the office unless it reads over 6 bar", False, True)),
        ("look at the gauge. unless it reads over 6 bar, go to the office", HIGH, ("look at the gauge.", True, False)),
        ("see if the gauge is above 6 bar and if so tell them in the office", HIGH,
         ("see if the gauge is above 6 bar, and if so tell them in the office", False, True)),
        ("see if the gauge is above 6 bar and if so tell them in the office", LOW,
         ("see if the gauge is above 6 bar", True, False)),
        ("check the gauge. should it turn out that it is above 6 bar, go to the office, else go to the kitchen", LOW,
         ("check the gauge. unless it turn out that it is above 6 bar, go to the kitchen", False, True)),
        ("check the gauge. in case it is above 6 bar, go to the office, in case it is below 6 bar, go to the kitchen", LOW,
         ("check the gauge. in case it is below 6 bar, go to the kitchen", False, True)),
        ("go to the kitchen, then check the gauge, if it is above 6 bar, go to the office", LOW,
         ("go to the kitchen, then check the gauge", False, False)),
        ("gauge over 6 bar? then go to the office, otherwise come back", HIGH,
         ("gauge over 6 bar? then go to the office", False, True)),
        ("gauge over 6 bar? then go to the office, otherwise come back", LOW, ("gauge over 6 bar? if not, come back", False, True)),
        ("is the gauge above 6 bar? yes -> go to the office. no -> come back", LOW,
         ("is the gauge above 6 bar? if not, come back", False, True)),
        ("数一下gauge上几个点，超过5个就去office", "weight: 2 kg; count: 7",
         ("数一下gauge上几个点，超过5个就去office", False, True)),
        ("数一下gauge上几个点，超过5个就去office", "weight: 8 kg; count: 4", ("数一下gauge上几个点", False, False)),
        ("看看gauge，超过6巴就按stop button，否则回来", LOW, ("看看gauge，如果不是超过6巴，就回来", False, True)),
        ("看看gauge，超过6巴就按stop button，否则回来", HIGH, ("看看gauge，超过6巴就按stop button", False, True)),
        ("如果gauge超过6巴，就去office", LOW, ("", True, False)),
        ("去看看gauge，除非超过6巴，否则去office", LOW, ("去看看gauge，除非超过6巴，否则去office", False, True)),
        ("gauge超过6巴没有？没超过的话去office，超过了就算了", HIGH, ("gauge超过6巴没有？", True, False)),
        ("去看看gauge，要是高于6巴就去office，不然就去kitchen", LOW, ("去看看gauge，如果不是高于6巴，就去kitchen", False, True)),
    ],
)  # fmt: skip
def test_of_a_settled_condition_only_the_branch_that_counts_is_left(mission, seen, wanted):
    assert left(mission, seen) == wanted


@pytest.mark.parametrize(
    ("mission", "seen"),
    [
        ("check the gauge. if you are below 20 percent, go to the kitchen", "level: 10 %"),
        ("check the gauge. if the battery is below 20 percent, go to the kitchen", "level: 10 %"),
        ("if the lamp is lit, go to the kitchen", "state: lit"),
        ("check the gauge. if I say yes, go to the kitchen", "yes"),
        ("announce that if the gauge is full everybody must leave", "full"),
        ("see if the gauge is full", "full"),
        ("is the gauge full? then go to the office", "full"),
        ("gauge over 6 bar? then go to the office, otherwise come back", "weight: 2 kg; count: 7"),
        ("ask tom if the gauge is full", "full"),
        ("check the gauge even if it is off", "off"),
        ("say \"if it is full, call me\" in the office", "full"),
        ("check the gauge and come back when you are done", "done"),
        ("wait until the gauge is full, then go to the office", "full"),
        ("check the gauge, then go to the office", "full"),
        ("看看gauge再去office", "满"),
        ("检查gauge，完了就回来", "完成"),
        ("电量低于20%就去kitchen", "电量：10%"),
    ],
)  # fmt: skip
def test_what_is_no_condition_on_what_was_seen_is_left_as_it_is(mission, seen):
    assert left(mission, seen) is None


def test_the_reason_names_what_was_seen_and_the_conditions_words():
    mission = "look at the gauge; if it is above 6 bar, press the stop button, otherwise come back"
    found = decide(mission, named(mission), [Look("gauge", "", LOW)])
    assert [one.sentence() for one in found.decisions] == ["gauge: reading: 4.2 bar, so 'it is above 6 bar' does not hold."]


def test_a_condition_is_judged_by_the_look_at_what_it_is_about():
    mission = "check the gauge and the lamp. if the lamp is lit, go to the kitchen. if the gauge is above 6 bar, go to the office"
    looks = [Look("gauge", "", HIGH), Look("lamp", "", "dark")]
    found = decide(mission, named(mission), looks, fresh=2)
    assert [(one.about, one.holds) for one in found.decisions] == [("lamp", False), ("gauge", True)]
    assert found.due and found.text.endswith("if the gauge is above 6 bar, go to the office")
    assert decide(mission, named(mission), looks, fresh=0).due is False


CONDITIONED = {
    "development": {"d007", "d035", "d059", "d062", "d087"},
    "development-2": {
        "e008",
        "e009",
        "e026",
        "e030",
        "e041",
        "e048",
        "e064",
        "e072",
        "e086",
        "e092",
        "e099",
        "e113",
        "e118",
        "e123",
    },
    "rounds-development": {"rd10"},
}
"""The missions of the development sets that do hang on a condition, as a person reads them."""


@pytest.mark.parametrize("name", CONDITIONED)
def test_no_condition_is_read_into_a_mission_that_has_none(name):
    missions = load_set(ROOT / "missions" / f"{name}.yaml").missions
    assert {mission.id for mission in missions if conditionals(mission.say)} == CONDITIONED[name]


def test_no_condition_is_read_into_a_golden_mission():
    for golden in yaml.safe_load((ROOT / "golden" / "missions.yaml").read_text()):
        assert not conditionals(golden["name"])


WORDS = """if unless otherwise else not so it is gauge full , . ; and then go to the office check should in case
如果 就 否则 的话 没有 满 \uff0c \u3002 [ ]""".split()


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from(["full", "empty", "满", "reading: 4 bar", ""]))
def test_any_words_are_read_and_no_stretch_lies_outside_of_them(parts, seen):
    mission = " ".join(parts)
    for one in conditionals(mission):
        for start, end in (one.condition, one.cut, one.then, one.otherwise or (0, 0), one.cut_else or (0, 0)):
            assert 0 <= start <= end <= len(mission)
    decide(mission, named(mission), [Look("gauge", "", seen)])


@pytest.mark.parametrize(
    "part",
    ["if ", "if it is full , ", "if not , ", "it is ", "unless ", "otherwise ", "is it full ? ", "如果满了就", "就", "满了\uff0c"],
)
def test_a_hostile_mission_takes_bounded_time(part):
    mission = f"if {part * 4000}"[:4000]
    began = time.process_time()
    decide(mission, [], [Look("gauge", "", "full")])
    assert time.process_time() - began < 5.0
