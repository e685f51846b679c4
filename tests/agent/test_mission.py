"""Whole missions through the graph: plan, check, repair, approve, dispatch, replan, ask, resume."""

import pytest
from conftest import plan, two_rooms

from agent.errors import MissionEnded
from agent.journal import read_journal
from agent.planners import Proposal
from agent.reporting import final_report
from skills.robots import Faults

FETCH = plan(("pick", {"thing": "box"}), ("place", {"place": "left room"}), ("goto", {"place": "dock"}))


async def test_a_mission_runs_to_its_end(stage):
    mission = stage([FETCH], instruction="bring the box to the left room")
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert mission.done == [("pick", "succeeded"), ("place", "succeeded"), ("goto", "succeeded")]
    types = [event.type for event in read_journal(mission.folder.journal)]
    assert types[0] == "mission_started" and types[-1] == "finished"
    assert types.count("intent") == types.count("dispatched") == types.count("observed") == 3
    state = await mission.runtime().robot.state()
    assert state.carrying == ()
    assert (state.pose.x, state.pose.y) == pytest.approx((0.8, 0.8), abs=0.05)


async def test_the_intent_is_on_disk_before_the_robot_is_told(stage):
    mission = stage([plan(("goto", {"place": "right room"}))])
    await mission.run()
    types = [event.type for event in read_journal(mission.folder.journal)]
    assert types.index("intent") < types.index("dispatched") < types.index("observed")


async def test_inspect_answers_and_the_report_says_it(stage):
    mission = stage([plan(("inspect", {"thing": "gauge", "question": "What does it read?"}))])
    await mission.run()
    assert "4.2 bar" in str(mission.folder.read_document("report.json"))


async def test_a_mission_says_what_was_seen_and_reports_where_it_went_too(stage):
    steps = ("goto", {"place": "right room"}), ("inspect", {"thing": "gauge"}), ("ask", {"question": "All well?"}), ("say", {})
    mission = stage([plan(*steps)], answers=["yes"])
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    observed = [each for data in mission.of("observed") for each in data["outcome"]["observations"]]
    assert [each["kind"] for each in observed] == ["done", "seen", "done"]
    report = mission.folder.read_document("report.json")
    assert report["steps"][-1]["value"] == "gauge: reading: 4.2 bar"
    assert report["findings"] == [
        "went to right room", "gauge: reading: 4.2 bar", "The operator said: yes", "said: gauge: reading: 4.2 bar",
    ]  # fmt: skip


async def test_a_rejected_plan_goes_back_with_its_findings(stage):
    mission = stage([plan(("goto", {"place": "attic"})), plan(("goto", {"place": "dock"}))])
    result = await mission.run()
    assert result.status == "succeeded"
    second = mission.planner.briefs[1]
    assert [finding.code for finding in second.findings] == ["UNKNOWN_NAME"]
    assert [call.args for call in second.refuted] == [{"place": "attic"}]
    assert [data["verdict"]["ok"] for data in mission.of("verified")] == [False, True]


async def test_repairs_are_bounded(stage):
    mission = stage([plan(("goto", {"place": f"attic {n}"})) for n in range(9)], repair_rounds=2)
    result = await mission.run()
    assert result.status == "failed"
    assert "attic 2" in result.summary
    assert len(mission.of("proposed")) == 3
    assert mission.done == []


async def test_a_refusal_ends_the_mission_with_its_reason(stage):
    result = await stage([Proposal(reason="I cannot cook.")]).run()
    assert (result.status, result.summary) == ("refused", "I cannot cook.")


async def test_a_planner_that_gives_up_after_a_rejection_does_not_hide_what_was_wrong(stage):
    result = await stage([plan(("goto", {"place": "attic"})), Proposal(reason="I cannot do that.")]).run()
    assert result.status == "refused"
    assert "no place named 'attic'" in result.summary and "I cannot" not in result.summary


async def test_approval_is_asked_for_and_bound(stage):
    mission = stage([FETCH], approval="ask", answers=["yes"])
    assert (await mission.run()).status == "succeeded"
    assert [request.kind for request in mission.requests] == ["approval"], "what the plan itself brings about is not asked again"
    assert mission.requests[0].digest == mission.of("approved")[0]["digest"]


@pytest.mark.parametrize("answer, why", [("no", "not approved"), ("other", "another plan")])
async def test_what_is_not_approved_does_not_run(stage, answer, why):
    mission = stage([FETCH], approval="ask", answers=[answer])
    result = await mission.run()
    assert result.status == "refused" and why in result.summary
    assert mission.done == []


async def test_auto_asks_nothing_of_a_clean_plan(stage):
    mission = stage([FETCH], approval="auto")
    assert (await mission.run()).status == "succeeded"
    assert mission.requests == []


async def test_without_an_answer_the_mission_waits_and_resumes(stage):
    mission = stage([FETCH], approval="ask")
    result = await mission.run()
    assert result.status == "waiting" and result.request.kind == "approval"
    assert mission.folder.read().status == "waiting"
    mission.answers = ["yes"]
    mission.script = []
    assert (await mission.resume()).status == "succeeded"
    with pytest.raises(MissionEnded, match="has ended"):
        await mission.resume()


async def test_a_question_is_asked_and_its_answer_replaces_the_words_it_was_about(stage):
    question = Proposal(question="Which one?", choices=("gauge", "box"), about="the thing")
    mission = stage([question, plan(("inspect", {"thing": "box"}))], instruction="look at the thing", answers=["box"])
    assert (await mission.run()).status == "succeeded"
    assert mission.planner.briefs[1].mission == "look at box"


async def test_a_free_answer_replaces_the_words_that_named_nothing(stage):
    question = Proposal(question="Nothing on this map is called 'room 2': what is meant?", about="room 2")
    mission = stage([question, plan(("goto", {"place": "right room"}))], instruction="go to room 2 now", answers=["right room"])
    assert (await mission.run()).status == "succeeded"
    assert mission.planner.briefs[1].mission == "go to right room now"


async def test_a_step_that_asks_gets_the_operators_answer(stage):
    mission = stage([plan(("ask", {"question": "Shall I go?"}), ("goto", {"place": "right room"}))], answers=["yes, go"])
    assert (await mission.run()).status == "succeeded"
    assert mission.requests[0].text == "Shall I go?"
    assert "yes, go" in str(mission.folder.read_document("report.json"))


async def test_a_door_that_the_robot_sees_closed_makes_another_plan(stage):
    again = plan(("open_door", {"door": "door"}), ("goto", {"place": "right room"}))
    mission = stage([plan(("goto", {"place": "right room"})), again], truth=two_rooms("closed"))
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert [finding.code for finding in mission.planner.briefs[1].findings] == ["DOOR_CLOSED"]
    assert mission.done[-2:] == [("open_door", "succeeded"), ("goto", "succeeded")]


async def test_a_failed_step_makes_a_new_plan_that_knows_of_it(stage):
    mission = stage(
        [plan(("pick", {"thing": "box"})), plan(("goto", {"place": "dock"}))], faults=Faults(fail_actions={"pick": "GRASP_FAILED"})
    )
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert mission.done == [("pick", "failed"), ("goto", "succeeded")]
    assert mission.of("replanning")
    assert mission.planner.briefs[1].history[0].outcome.code == "GRASP_FAILED"


@pytest.mark.parametrize("words", [(), (("report", {}),), (("say", {"text": "I tried"}), ("report", {}))])
async def test_a_failure_of_which_nothing_but_words_came_is_no_success(stage, words):
    mission = stage(
        [plan(("goto", {"place": "right room"}), ("pick", {"thing": "box"})), plan(*words)],
        faults=Faults(fail_actions={"pick": "GRASP_FAILED"}),
    )
    result = await mission.run()
    assert result.status == "failed" and result.summary.startswith("Not done: pick(thing='box') failed"), result.summary
    assert mission.done[:2] == [("goto", "succeeded"), ("pick", "failed")] and len(mission.done) == 2 + len(words)
    assert mission.of("finished")[-1]["status"] == "failed" and mission.folder.read().status == "failed"


def test_a_summary_names_what_failed_and_was_never_done():
    def entry(skill, status):
        call = {"skill": skill, "args": {}}
        return {"call": call, "outcome": {"status": status, "message": "", "value": None, "evidence": {}, "observations": []}}

    history = [entry("pick", "failed"), entry("dock", "timed_out"), entry("dock", "succeeded"), entry("pick", "failed")]
    assert final_report("succeeded", "", history)["summary"] == "Done: 1 of 4 steps succeeded; pick() did not."
    assert final_report("succeeded", "", history[2:3])["summary"] == "Done: 1 of 1 steps succeeded."


async def test_a_search_that_ends_the_plan_asks_the_planner_what_is_left(stage):
    done = plan()
    mission = stage([plan(("search", {"what": "box"})), done])
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert mission.planner.briefs[1].history[0].outcome.ok


async def test_a_step_of_which_nobody_knows_the_outcome_is_given_to_a_person(stage):
    mission = stage([FETCH], faults=Faults(lose_actions=frozenset()), answers=["done"])
    lost = f"{mission.folder.id}/1.1.1/2"
    mission.faults = Faults(lose_actions=frozenset({lost}))
    await mission.run()
    assert [request.kind for request in mission.requests] == ["uncertain"]
    assert mission.done[0] == ("pick", "uncertain")


async def test_the_operator_may_have_a_lost_step_repeated(stage):
    mission = stage([FETCH], answers=["repeat"])
    mission.faults = Faults(lose_actions=frozenset({f"{mission.folder.id}/1.1.1/2"}))
    await mission.run()
    assert mission.done[0] == ("pick", "uncertain")
    assert mission.of("intent")[1]["action"].endswith("/1.1.2")
