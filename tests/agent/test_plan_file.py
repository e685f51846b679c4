"""``surefoot run --plan FILE``: a plan that is refused, or fails on the way, ends with what stood against it and nothing else."""

import json
from dataclasses import replace

import pytest
from planner_world import small_brief

from agent.planners import HistoryEntry, Planner
from agent.planners.errors import PlannerError, PlannerUnavailable
from agent.planners.plan_file import PlanFilePlanner
from skills import Outcome, Plan, SkillCall
from verifier import Finding

GO = Plan(steps=(SkillCall(skill="goto", args={"place": "kitchen"}),))
WALL = "the start of the drive to 'kitchen' has no room for this body"


async def test_the_plan_is_given_once_and_then_why_it_did_not_do():
    planner, brief = PlanFilePlanner(GO, "plan.json"), small_brief()
    assert isinstance(planner, Planner) and planner.name == "plan file plan.json"
    assert (await planner.propose(brief)).plan == GO
    refused = brief.after_rejection(GO, [Finding(code="START_OCCUPIED", step=1, message=WALL)])
    assert (await planner.propose(refused)).reason == (
        f"The plan in plan.json cannot be carried out, and the file holds no other. {WALL}"
    )
    await planner.close()


async def test_a_plan_that_fails_on_the_way_ends_with_what_happened():
    planner, brief = PlanFilePlanner(GO, "plan.json"), small_brief()
    await planner.propose(brief)
    failed = HistoryEntry(call=GO.steps[0], outcome=Outcome(status="failed", message="a cupboard was in the way"))
    with pytest.raises(PlannerError, match=r"goto\(place='kitchen'\) ended as failed: a cupboard was in the way") as caught:
        await planner.propose(replace(brief, history=(failed,)))
    assert not isinstance(caught.value, PlannerUnavailable)


def test_a_start_without_room_is_one_clear_error(surefoot, tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"steps": [{"skill": "goto", "args": {"place": "office"}}]}))
    run = ("run", "go to the office", "--plan", plan, "--start", "8.5,12,0", "--yes")
    code, out, err = surefoot(*run)
    assert code == 1 and "START_OCCUPIED" in out and "planner has" not in out + err and not err
    ends = [line for line in out.splitlines() if line.startswith("refused")]
    assert len(ends) == 1 and "has no room for this body at (8.50, 12.00)" in ends[0]
    code, out, err = surefoot(*run, "--json")
    report = json.loads(out)
    assert code == 1 and report["status"] == "refused" and report["steps"] == [] and "planner has" not in err
    assert "has no room for this body at (8.50, 12.00)" in report["summary"]
