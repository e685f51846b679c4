"""A refused plan gets the doors to open and the charging that its findings prove to help; nothing that it says is changed."""

from conftest import plan, two_rooms

from agent.mending import ENABLING, mended
from maps import Body, CellsChange, FeatureChange, Place, Pose, RobotState
from skills import library
from verifier import repair, verify

BEHIND = plan(("goto", {"place": "right room"}))


def judge(world):
    body = Body()
    state = RobotState(pose=Pose(0.8, 0.8, 0.0), battery_wh=body.battery_wh)
    return lambda proposed: verify(proposed, world, state, body, library())


async def test_a_closed_door_is_opened_without_asking_the_planner_again(stage):
    mission = stage([BEHIND], world=two_rooms("closed"), mend=True)
    result = await mission.run()
    assert result.status == "succeeded"
    assert [skill for skill, _ in mission.done] == ["open_door", "goto"]
    assert len(mission.planner.briefs) == 1
    assert [data["verdict"]["ok"] for data in mission.of("verified")] == [False, True]
    (told,) = mission.of("mended")
    assert [(edit["verb"], edit["step"], edit["call"]["skill"]) for edit in told["edits"]] == [("insert", 1, "open_door")]
    assert all(edit["why"] for edit in told["edits"])
    assert mission.folder.read_document("plan-1.json") == told["plan"]


async def test_the_approver_sees_what_was_put_in(stage):
    mission = stage([BEHIND], world=two_rooms("closed"), mend=True, approval="ask", answers=["yes"])
    assert (await mission.run()).status == "succeeded"
    (request,) = mission.requests
    assert request.digest == mission.of("verified")[-1]["verdict"]["plan_digest"]


async def test_without_mending_the_planner_is_asked_again(stage):
    mission = stage([BEHIND, plan(("goto", {"place": "dock"}))], world=two_rooms("closed"))
    await mission.run()
    assert len(mission.planner.briefs) == 2 and mission.of("mended") == []


async def test_what_no_enabling_call_mends_goes_back_to_the_planner(stage):
    mission = stage([plan(("goto", {"place": "attic"})), plan(("goto", {"place": "dock"}))], mend=True)
    assert (await mission.run()).status == "succeeded"
    assert [finding.code for finding in mission.planner.briefs[1].findings] == ["UNKNOWN_NAME"]
    assert mission.of("mended") == []


def test_every_step_of_the_plan_stays_as_it_was():
    steps = (("goto", {"place": "right room"}), ("goto", {"place": "left room"}), ("inspect", {"thing": "box"}))
    asked, judged = plan(*steps), judge(two_rooms("closed"))
    better = mended(asked, judged(asked), judged)
    assert better is not None and better[1].ok
    kept = iter(better[0].steps)
    assert all(call in kept for call in asked.steps)
    assert {call.skill for call in better[0].steps} - {call.skill for call in asked.steps} <= ENABLING


def test_a_hand_that_is_full_is_a_question_for_the_planner_not_for_mending():
    asked = plan(("pick", {"thing": "box"}), ("pick", {"thing": "gauge"}))
    judged = judge(two_rooms())
    assert mended(asked, judged(asked), judged) is None
    assert all(edit.call.skill in ENABLING for edit in repair(asked, judged(asked), judged, insert=ENABLING, leave_out=False).edits)


THERE = plan(("goto", {"place": "lookout"}), ("goto", {"place": "right room"}))


def found_shut(stage, **options):
    """A mission whose robot sees from the lookout only that the door, which the map has open, is shut."""
    wall = CellsChange(cells=tuple((row, 40) for row in range(56)), values=(100,) * 56)
    lookout = FeatureChange(type="place", name="lookout", feature=Place(name="lookout", pose=Pose(3.0, 3.2, 0.0)))
    known, true = (two_rooms(door).apply(wall, lookout) for door in ("open", "closed"))
    return stage([THERE], world=known, truth=true, mend=True, **options)


async def test_a_door_that_is_found_shut_on_the_way_is_opened_without_asking_the_planner_again(stage):
    mission = found_shut(stage)
    result = await mission.run()
    assert result.status == "succeeded"
    assert [skill for skill, _ in mission.done] == ["goto", "open_door", "goto"]
    assert len(mission.planner.briefs) == 1 and len(mission.of("replanning")) == 1
    (told,) = mission.of("mended")
    assert told["round"] == 2 and [edit["call"]["skill"] for edit in told["edits"]] == ["open_door"]
    assert mission.folder.read_document("plan-2.json") == told["plan"]


async def test_what_was_mended_on_the_way_is_approved_anew(stage):
    mission = found_shut(stage, approval="ask", answers=["yes", "yes"])
    assert (await mission.run()).status == "succeeded"
    first, second = mission.requests
    assert first.digest != second.digest == mission.of("verified")[-1]["verdict"]["plan_digest"]


async def test_without_mending_the_planner_is_asked_about_the_rest(stage):
    mission = found_shut(stage)
    mission.mend = False
    await mission.run()
    assert len(mission.planner.briefs) == 2 and not mission.of("mended")
