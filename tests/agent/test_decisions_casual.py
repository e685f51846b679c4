"""Conditions as they are typed in a hurry: no apostrophes, no stop before what is to be done, a look asked for a clause later."""

import pytest

from agent.decisions import judge
from agent.decisions.clauses import conditionals


def parts(mission: str, *names: str) -> list[tuple[str, str]]:
    spans = [(mission.find(name), mission.find(name) + len(name)) for name in names]
    return [(mission[slice(*one.condition)], mission[slice(*one.then)]) for one in conditionals(mission, spans)]


@pytest.mark.parametrize(
    ("condition", "seen", "answer"),
    [
        ("it isnt running", "state: stopped", "holds"),
        ("the barrel aint full", "level: 40 %", "holds"),
        ("it doesnt leak", "state: leaking", "fails"),
        ("they werent locked", "state: locked", "fails"),
    ],
)
def test_a_contraction_without_its_apostrophe_denies(condition, seen, answer):
    assert judge(condition, seen).answer == answer


@pytest.mark.parametrize(
    ("mission", "names", "wanted"),
    [
        (
            "the shed: if there is smoke in it tell the gatehouse",
            ("shed", "gatehouse"),
            ("there is smoke in it", "tell the gatehouse"),
        ),
        ("look at the cot. if a child is near it wait", ("cot",), ("a child is near it", "wait")),
    ],
)
def test_a_command_may_follow_a_whole_phrase(mission, names, wanted):
    assert parts(mission, *names) == [wanted]


def test_a_verb_behind_a_subject_begins_no_command():
    assert parts("if it drops below 3 bar tell the office", "office") == [("it drops below 3 bar", "tell the office")]


def test_what_was_named_before_is_what_the_look_is_at():
    assert parts("水箱有点怪,过去查一下,漏了就叫人", "水箱") == [("漏了", "叫人")]
    assert parts("过去查一下,漏了就叫人") == []
