"""What the dialect tells of the map and of what was seen, and plans that are beginnings, answers and refusals in words."""

import dataclasses

import pytest
from test_dialect import brief, prompt_text, world

from agent.planners.dialect import decode, encode, grammar
from agent.planners.errors import PlanUnreadable
from agent.planners.planner import HistoryEntry
from benchmarks.gbnf_reader import Grammar
from maps import Pose, RobotState, Thing
from skills import Context, Outcome, Plan, SkillCall, SkillSet, library, skill
from verifier import Finding


def did(skill, outcome, **args) -> HistoryEntry:
    return HistoryEntry(SkillCall(skill=skill, args=args), Outcome(**outcome))


def with_things(*things):
    site = world()
    return dataclasses.replace(site, things={**site.things, **{thing.name: thing for thing in things}})


def gauges():
    """Three gauges: the charger, where the mission begins, is at (1, 8)."""
    return with_things(Thing(name="far gauge", kind="gauge", position=(9, 9), state="closed"))


def test_candidates_stand_nearest_first():
    prompt = encode(brief("check the nearest gauge", world=gauges()))
    assert [prompt.table[f"[T{i}]"].name for i in range(3)] == ["pressure gauge", "far gauge", "oil gauge"]
    away = encode(brief("check the gauge nearest to the lobby", world=gauges()))
    assert away.table["[T0]"].name == "oil gauge"


def test_every_room_is_each_of_them():
    prompt = encode(brief("visit every room"))
    assert "[P1][or][P2]" in prompt_text(prompt) or "[P2][or][P1]" in prompt_text(prompt)
    assert {prompt.table[p].name for p in ("[P1]", "[P2]")} == {"pump room", "Lobby"}
    assert "s[plan]" in prompt_text(encode(brief("visit all the rooms")))


def test_states_that_the_mission_says_are_told():
    prompt = encode(brief("check the closed gauge", world=gauges()))
    closed = next(p for p, r in prompt.table.items() if r.name == "far gauge")
    assert f"[is]{closed} closed[mission]" in prompt_text(prompt)
    assert "[is][D0] closed" in prompt_text(encode(brief("open the pump room door")))
    seen = RobotState(pose=Pose(1, 8, 0), battery_wh=100.0, doors={"pump room door": "open"})
    assert "[is][D0] open" in prompt_text(encode(brief("open the pump room door", state=seen)))


def test_where_the_robot_is_now_is_told_once_it_has_moved():
    moved = RobotState(pose=Pose(6, 2, 0), battery_wh=20.0)
    assert prompt_text(encode(brief("come back", state=moved))).startswith("[start][P0][here][P1][docks][P0][battery] 10[mission]")


def test_what_was_seen_found_and_failed_is_told():
    history = (
        did("inspect", {"status": "succeeded", "value": "state: open"}, thing="pressure gauge", question="is it open"),
        did("search", {"status": "succeeded", "value": {"found": True, "thing": "red box"}}, what="a box"),
        did("open_door", {"status": "failed", "code": "DOOR_LOCKED"}, door="pump room door"),
        did("goto", {"status": "succeeded", "value": "Lobby"}, place="Lobby"),
    )
    text = prompt_text(encode(brief("look around", history=history)))
    assert "[did][inspect][T0][q] is it open[/q][ok][saw] state : open" in text
    assert "[did][search][q] a box[/q][found][T1]" in text
    assert "[did][open_door][D0][failed] door locked" in text
    assert text.endswith("[did][goto][P1][ok][plan]")


def test_a_refusal_tells_why_and_what_comes_first():
    goto = SkillCall(skill="goto", args={"place": "pump room"})
    door = {"call": SkillCall(skill="open_door", args={"door": "pump room door"}), "change": "open it first"}
    finding = Finding(code="DOOR_CLOSED", step=1, subject="pump room door", alternatives=(door,))
    refused = brief("go to the pump room", rejected=(Plan(steps=(goto,)),), findings=(finding,))
    assert prompt_text(encode(refused)).endswith("[refused][goto][P1] door closed[first][open_door][D0][plan]")
    battery = dataclasses.replace(refused, findings=(Finding(code="BATTERY", step=1),))
    assert prompt_text(encode(battery)).endswith("[refused][goto][P1] battery[first][dock][plan]")
    hopeless = dataclasses.replace(refused, findings=(Finding(code="KEEPOUT", step=1),))
    assert prompt_text(encode(hopeless)).endswith("[refused][goto][P1] keepout[plan]")


def test_all_skills_of_the_user_are_listed_by_name():
    @skill(uses={"base"}, phrases=["polish"], takes=(1.0, 2.0))
    async def shine_up(context: Context, times: int) -> None:
        """Polish.

        Args:
            times: How often.
        """

    text = prompt_text(encode(brief("come back", skills=SkillSet([*library(), shine_up]))))
    assert "[skill][S0][q] shine up[/q] number" in text


def test_a_plan_may_be_a_beginning():
    prompt = encode(brief("check the pressure gauge and if it is open come back"))
    proposal = decode("[inspect][T0][q] it is open[/q][more]", prompt)
    assert proposal.more and [step.skill for step in proposal.plan.steps] == ["inspect"]
    assert not decode("[inspect][T0]", prompt).more
    for wrong in ("[more]", "[inspect][T0][more][goto][P0]", "[decline][more]"):
        with pytest.raises(PlanUnreadable):
            decode(wrong, prompt)


def test_nothing_can_be_left_to_do_only_once_something_was_done():
    with pytest.raises(PlanUnreadable):
        decode("[done]", encode(brief("come back")))
    begun = encode(brief("come back", history=(did("goto", {"status": "succeeded"}, place="charger"),)))
    assert decode("[done]", begun).plan.steps == ()
    assert Grammar.read(grammar(begun)).accepts("[done]")


def test_what_cannot_be_done_is_quoted():
    prompt = encode(brief("Wash the Windows and come back"))
    assert (
        decode("[decline][q] wash the windows[/q]", prompt).reason == "None of this robot's skills can do this: 'Wash the Windows'."
    )
    assert decode("[decline]", prompt).reason


@pytest.mark.parametrize(
    ("mission", "answer", "text"),
    [
        ("where is the red box?", "[answer][where][T0]", "red box is in Lobby."),
        ("where are the gauges?", "[answer][where][T0][or][T1]", "pressure gauge is in pump room. oil gauge is in Lobby."),
        ("how many gauges are there?", "[answer][count][T0][or][T1]", "On the map there are 2: pressure gauge, oil gauge."),
        ("what is in the lobby?", "[answer][list][P1]", "On the map these are in Lobby: oil gauge, red box."),
        ("what rooms are there?", "[answer][list]", "These places are on the map: pump room, Lobby, charger."),
        ("is the pump room door open?", "[answer][state][D0]", "On the map pump room door is closed."),
        ("where is the pump room door?", "[answer][where][D0]", "pump room door is between pump room and Lobby."),
        ("hello", "[answer][hello]", "Hello. Tell me where to go, or what to look at, to find or to bring."),
        ("你好", "[answer][hello]", "你好。请告诉我要去哪里，要看什么、找什么或者拿什么。"),
        (
            "how is your battery?",
            "[answer][self]",
            "I am in charger, my battery is at 50 percent, and I carry nothing. I can: goto",
        ),
    ],
)
def test_the_map_answers_plain_questions_by_a_report(mission, answer, text):
    prompt = encode(brief(mission))
    (step,) = decode(answer, prompt).plan.steps
    assert step.skill == "report" and str(step.args["text"]).startswith(text)
    assert Grammar.read(grammar(prompt)).accepts(answer)


@pytest.mark.parametrize(
    "text", ["[answer]", "[answer][where]", "[answer][where][P9]", "[answer][hello][T0]", "[answer][state][T0][or][T1]"]
)
def test_what_is_no_answer_is_refused(text):
    prompt = encode(brief("how many gauges are there?"))
    assert not Grammar.read(grammar(prompt)).accepts(text)
    with pytest.raises(PlanUnreadable):
        decode(text, prompt)
