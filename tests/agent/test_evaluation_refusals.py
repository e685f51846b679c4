"""A refusal counts as one whatever the planner was asked for besides."""

from pathlib import Path

import pytest

from agent.evaluation.mission_set import Mission, load_set
from agent.evaluation.result import Record, judge
from agent.evaluation.scenario import Sites
from agent.evaluation.trace import Trace
from agent.planners import Proposal
from maps import Body, RobotState
from skills import Plan, SkillCall, library

SET = load_set(Path(__file__).parent.parent / "missions" / "development-5.yaml")


def judged(mission: Mission, status: str, *answers: Proposal, verdicts=()) -> bool:
    scenario = Sites(SET.folder).scenario(mission)
    state = RobotState(pose=scenario.start, battery_wh=Body().battery_wh)
    trace = Trace(deeds=(), before=scenario.truth, known=scenario.world, after=scenario.truth, state=state)
    record = Record(trace=trace, answers=answers, question=None, verdicts=verdicts, status=status, summary="No skill can.")
    return judge(mission, record, None, library()).right


@pytest.fixture(scope="module")
def foreign() -> Mission:
    return next(mission for mission in SET.missions if mission.decline == "out of scope" and not mission.or_else)


def test_a_mission_that_ended_in_a_refusal_was_declined(foreign):
    no = Proposal(reason="No skill can.")
    other = Proposal(plan=Plan(steps=(SkillCall(skill="dock"),)))
    assert judged(foreign, "refused", no)
    assert judged(foreign, "refused", no, other), "a draft that was not taken"
    assert judged(foreign, "refused", other), "an answer that was replaced"


def test_plans_that_were_refused_or_failed_decline_nothing_that_is_out_of_scope(foreign):
    other = Proposal(plan=Plan(steps=(SkillCall(skill="dock"),)))
    assert not judged(foreign, "refused", other, verdicts=(False,))
    assert not judged(foreign, "failed", other)
    assert not judged(foreign, "waiting", Proposal(question="Which one?"))
