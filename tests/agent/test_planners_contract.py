"""Brief, Proposal, the mission's limits, the scripted planner, and what importing costs."""

import subprocess
import sys

import pytest
from planner_world import small_brief

from agent.planners import Brief, MissionInvalid, Planner, PlannerUnavailable, Proposal, ScriptedPlanner, check_mission
from skills import Plan, SkillCall
from verifier import Finding

GO = Plan(steps=(SkillCall(skill="goto", args={"place": "kitchen"}),))
PICK = Plan(steps=(SkillCall(skill="pick", args={"thing": "red box"}),))


@pytest.mark.parametrize(
    ("text", "word"),
    [("", "empty"), (" \n\t ", "empty"), ("x" * 100_000, "100000 characters"), ("a\0b", "control"), ("\udcff", "Unicode")],
)
def test_a_mission_that_cannot_be_planned_for_is_one_sentence(text: str, word: str) -> None:
    with pytest.raises(MissionInvalid, match=word) as caught:
        small_brief(text)
    assert "\n" not in str(caught.value)


def test_a_mission_is_stripped_and_may_be_as_long_as_the_limit() -> None:
    assert small_brief("  go home \n").mission == "go home"
    assert len(check_mission("x" * 4000)) == 4000


def test_refuted_steps_are_gathered_from_the_findings_and_stay() -> None:
    bad = Finding(code="NO_VALID_PATH", step=1, refuted=True)
    brief = small_brief().after_rejection(GO, [bad])
    assert brief.refuted == GO.steps
    later = brief.after_rejection(PICK, [Finding(code="PRECONDITION", step=1)])
    assert later.refuted == GO.steps
    assert later.rejected == (GO, PICK)
    assert later.after_rejection(PICK, [bad]).refuted == (*GO.steps, *PICK.steps)


def test_findings_without_a_step_refute_nothing() -> None:
    finding = Finding(code="BATTERY", refuted=True)
    assert small_brief().after_rejection(GO, [finding]).refuted == ()


@pytest.mark.parametrize("given", [{}, {"plan": GO, "question": "?"}, {"question": "?", "reason": "no"}])
def test_a_proposal_is_exactly_one_answer(given: dict) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Proposal(**given)


async def test_the_scripted_planner_gives_its_answers_in_order() -> None:
    planner = ScriptedPlanner([GO, Proposal(question="which?"), lambda brief: PICK, ValueError("boom")])
    brief = small_brief()
    assert isinstance(planner, Planner)
    assert (await planner.propose(brief)).plan == GO
    assert (await planner.propose(brief)).question == "which?"
    assert await planner.propose(brief) == Proposal(plan=PICK, planner="scripted")
    with pytest.raises(ValueError, match="boom"):
        await planner.propose(brief)
    with pytest.raises(PlannerUnavailable, match="4 answers"):
        await planner.propose(brief)
    assert planner.briefs == [brief] * 5
    await planner.close()


async def test_the_scripted_planner_can_repeat_its_last_answer() -> None:
    planner = ScriptedPlanner([GO, PICK], repeat_last=True)
    assert [(await planner.propose(small_brief())).plan for _ in range(4)] == [GO, PICK, PICK, PICK]


def test_importing_agent_and_its_planners_is_light() -> None:
    code = (
        "import sys, agent, agent.planners\n"
        "from agent.planners import make_planner\n"
        "heavy = {'openai', 'llama_cpp', 'torch', 'langgraph', 'jinja2'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_public_name_is_there() -> None:
    import agent.planners as planners

    assert all(getattr(planners, name).__name__ for name in planners.__all__ if name != "MISSION_LIMIT")
    with pytest.raises(AttributeError):
        _ = planners.nothing
    assert planners.Brief is Brief
