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

BREAK_DOWN = '''
from skills import SkillFailed, skill


@skill(takes=(0, 1))
def break_down() -> None:
    """Break down."""
    raise SkillFailed("BROKEN", "it broke")
'''


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


async def test_when_all_of_the_plan_is_done_nothing_is_left():
    search, door = (SkillCall(skill=name, args={}) for name in ("search", "open_door"))
    plan, brief, done = Plan(steps=(*GO.steps, search)), small_brief(), Outcome(status="succeeded")
    history = [HistoryEntry(call=call, outcome=done) for call in (GO.steps[0], door, search)]
    planner = PlanFilePlanner(plan, "plan.json")  # another one than gave the plan, as in a mission that was resumed
    assert (await planner.propose(replace(brief, history=tuple(history)))).plan == Plan(steps=())
    with pytest.raises(PlannerError, match="holds no other"):
        await planner.propose(replace(brief, history=tuple(history[:2])))
    lost = HistoryEntry(call=search, outcome=Outcome(status="failed", message="not found"))
    with pytest.raises(PlannerError, match="not found"):
        await planner.propose(replace(brief, history=(*history[:2], lost)))


@pytest.mark.slow
def test_a_plan_whose_last_step_decides_what_comes_next_succeeds_and_a_resumed_one_stays_the_file_s(surefoot, tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"steps": [{"skill": "goto", "args": {"place": "kitchen"}}, {"skill": "explore"}]}))
    options = ("--map", "home", "--plan", plan, "--rate", "5000", "--json")
    code, out, _ = surefoot("run", "look around", *options, "--yes")
    report = json.loads(out)
    assert (code, report["status"], [step["status"] for step in report["steps"]]) == (0, "succeeded", ["succeeded"] * 2), report

    plan.write_text(json.dumps({"steps": [{"skill": "goto", "args": {"place": "kitchen"}}, {"skill": "break_down"}]}))
    skills = tmp_path / "break_down.py"
    skills.write_text(BREAK_DOWN)
    code, out, _ = surefoot("run", "look around", *options, "--skills", skills)
    assert code == 3
    plan.unlink()
    code, out, _ = surefoot("resume", json.loads(out)["mission"], "--answer", "yes", "--json")
    report = json.loads(out)
    assert (code, report["status"]) == (1, "failed") and "The plan in plan.json cannot be carried out" in report["summary"], report


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
