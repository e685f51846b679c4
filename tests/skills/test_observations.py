"""Observations: sentences that know whether they were seen, done or heard; what ``say`` without words tells of them."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skills_house import BODY, START, house

from maps import Place, Pose, Thing, World
from skills import Context, Observation, Outcome, library, skill
from skills.testing import Trial

SKILLS = library()
SPOTS = ("锅炉房", "bay")
ANSWERS = {"压力表": "reading: 6.3 bar", "kettle": "state: off"}


def bilingual() -> World:
    """The house with spots and things whose names are English or Chinese."""
    plain = house()
    things = [
        Thing(name="压力表", kind="gauge", position=(1.05, 3.05), place="west room", attributes={"reading": 6.3, "unit": "bar"}),
        Thing(name="kettle", kind="kettle", position=(3.05, 3.05), place="west room", state="off"),
    ]
    places = [Place(name="锅炉房", kind="spot", pose=Pose(3.0, 1.0)), Place(name="bay", kind="spot", pose=Pose(1.5, 2.0))]
    return World.build(
        plain.name, plain.frame, plain.cells, places=[*plain.places.values(), *places], things=things, doors=plain.doors.values()
    )  # fmt: skip


@given(st.text(max_size=20), st.sampled_from(("seen", "done", "heard")))
def test_an_observation_is_its_sentence_and_keeps_its_kind_on_every_way(sentence, kind):
    made = Observation(sentence, kind)
    assert made == sentence and json.loads(json.dumps([made])) == [sentence]
    outcome = Outcome(status="succeeded", observations=(made,))
    written = json.loads(outcome.model_dump_json())
    assert written["observations"] == [{"kind": kind, "sentence": sentence}] == [made.to_json()]
    for again in (Outcome.model_validate(written), copy.deepcopy(outcome), outcome.model_copy(deep=True)):
        assert [(str(each), each.kind) for each in again.observations] == [(sentence, kind)]
    assert Observation.of(written["observations"][0]).kind == kind


def test_a_plain_sentence_is_something_seen_and_nonsense_is_no_observation():
    assert [each.kind for each in Outcome(status="succeeded", observations=("it is red",)).observations] == ["seen"]
    for nonsense in (3, None, {"kind": "felt", "sentence": "cold"}, {"kind": "seen"}, {"kind": [], "sentence": "x"}):
        with pytest.raises(ValueError, match="an observation is"):
            Outcome(status="succeeded", observations=(nonsense,))


steps = st.lists(
    st.one_of(
        st.tuples(st.just("goto"), st.sampled_from(SPOTS)),
        st.tuples(st.just("inspect"), st.sampled_from(tuple(ANSWERS))),
        st.tuples(st.just("say"), st.sampled_from(("hello", "你好", "went to bay"))),
        st.tuples(st.just("wait"), st.just(1.0)),
    ),
    max_size=5,
)


@settings(max_examples=25, deadline=None)
@given(steps)
def test_say_without_words_tells_what_was_seen_in_either_language_and_never_where_it_went(taken):
    trial, names = (
        Trial(bilingual(), body=BODY, start=START),
        {"goto": "place", "inspect": "thing", "say": "text", "wait": "seconds"},
    )
    for name, value in taken:
        assert trial.run(SKILLS[name], **{names[name]: value}).ok
    seen = [f"{value}: {ANSWERS[value]}" for name, value in taken if name == "inspect"]
    for _ in range(2):  # having said it is nothing seen either
        assert trial.run(SKILLS["say"]).value == ("; ".join(seen) or "nothing was observed")
    assert trial.robot.said[-1] == ("; ".join(seen) or "nothing was observed")
    kinds = {"goto": "done", "inspect": "seen", "say": "done", "wait": "done"}
    assert [each.kind for each in trial.observations] == [*(kinds[name] for name, _ in taken), "done", "done"]


def test_the_report_still_tells_what_was_done():
    trial = Trial(bilingual(), body=BODY, start=START)
    trial.run(SKILLS["goto"], place="锅炉房")
    trial.run(SKILLS["inspect"], thing="压力表")
    assert trial.run(SKILLS["report"]).value == "went to 锅炉房; 压力表: reading: 6.3 bar"


def test_a_skill_of_one_s_own_says_what_kind_it_is():
    @skill(idempotent=True)
    async def water(context: Context) -> None:
        """Water the fern."""
        context.observe("gave the fern 0.5 l of water", "done")
        context.observe("the fern is green")

    trial = Trial(house(), body=BODY, start=START)
    assert [each.kind for each in trial.run(water).observations] == ["done", "seen"]
    assert trial.run(SKILLS["say"]).value == "the fern is green"
