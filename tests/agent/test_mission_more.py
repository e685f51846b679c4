"""Plans that are beginnings, names that the planner is unsure of, and several plans drawn where a mended one fails."""

import pytest
from conftest import plan

from agent.doubt import question_of_doubt
from agent.planners import NamedArgument, PlanUnreadable, Proposal, ScriptedPlanner
from agent.planners.candidates import best_of, keeps
from skills import SkillCall
from verifier import Finding

LOOK = plan(("inspect", {"thing": "gauge", "question": "What does it read?"}))
GO = plan(("goto", {"place": "right room"}))
HOME = plan(("goto", {"place": "dock"}))


def by_what_was_seen(brief):
    """Where the gauge reads 4.2 bar the right room is wanted, else the left one."""
    seen = " ".join(str(entry.outcome.value) for entry in brief.history)
    return plan(("goto", {"place": "right room" if "4.2 bar" in seen else "left room"}))


async def test_a_beginning_is_gone_on_with_once_its_steps_have_shown_what_to_do(stage):
    mission = stage([Proposal(plan=LOOK, more=True), by_what_was_seen])
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert mission.done == [("inspect", "succeeded"), ("goto", "succeeded")]
    assert mission.of("observed")[1]["call"]["args"] == {"place": "right room"}
    assert [data["more"] for data in mission.of("proposed")] == [True, False]
    assert [data["why"] for data in mission.of("replanning")] == ["the plan was a beginning, and what it was to find out is known"]
    assert [entry.call.skill for entry in mission.planner.briefs[1].history] == ["inspect"]


async def test_a_plan_that_is_whole_is_not_gone_on_with(stage):
    mission = stage([LOOK])
    assert (await mission.run()).status == "succeeded"
    assert len(mission.planner.briefs) == 1


async def test_beginnings_without_end_are_bounded(stage):
    mission = stage([Proposal(plan=LOOK, more=True)] * 20)
    result = await mission.run()
    assert result.status == "failed" and "6 new plans" in result.summary
    assert len(mission.done) == 7


async def test_a_beginning_whose_step_fails_is_planned_anew_as_ever(stage):
    mission = stage([Proposal(plan=plan(("search", {"what": "blue mug"})), more=True), HOME])
    assert (await mission.run()).status == "succeeded"
    assert mission.done[-1] == ("goto", "succeeded")


def unsure(*, confidence=0.4, others=(("left room", 0.35),), about="room"):
    name = NamedArgument(step=1, parameter="place", name="right room", confidence=confidence, others=others, about=about)
    return Proposal(plan=GO, names=(name,))


def doubtful(stage, script, **options):
    mission = stage(script, **options)
    runtime = mission.runtime
    mission.runtime = lambda: set_doubt(runtime())
    return mission


def set_doubt(runtime):
    runtime.ask_below = 0.5
    return runtime


async def test_the_operator_is_asked_about_a_name_that_the_planner_is_unsure_of_and_only_once(stage):
    mission = doubtful(stage, [unsure(), unsure()], instruction="go to the room", answers=["right room"])
    assert (await mission.run()).status == "succeeded"
    (request,) = mission.requests
    assert request.choices == ("right room", "left room")
    assert "40% sure of 'right room'" in request.text and "by 'room'" in request.text
    assert mission.planner.briefs[1].mission == "go to the right room"
    assert mission.of("proposed")[0]["names"][0]["confidence"] == 0.4


async def test_what_the_planner_is_sure_of_is_not_asked(stage):
    mission = doubtful(stage, [unsure(confidence=0.5)])
    assert (await mission.run()).status == "succeeded"
    assert mission.requests == []


def test_a_doubt_without_another_name_is_an_open_question():
    request, settled = question_of_doubt(unsure(others=()), 0.5, ())
    assert request.choices == () and settled == ("right room",)
    assert request.text.startswith("What is meant by 'room' in step 1, goto(")
    assert question_of_doubt(unsure(), 0.5, settled) is None
    assert question_of_doubt(unsure(), 0.0, ()) is None
    assert unsure().confidence == 0.4 and Proposal(plan=GO).confidence is None


class Drawing(ScriptedPlanner):
    """Draws from a second list."""

    def __init__(self, script, drawn):
        super().__init__(script)
        self.drawn = drawn
        self.asked = 0

    async def sample(self, brief, count, *, temperature=0.8, first=0):
        self.asked += 1
        answer = self.drawn[first]
        if isinstance(answer, Exception):
            raise answer
        return (Proposal(plan=answer),)


def drawing(stage, script, drawn, **bounds):
    mission = stage(script)
    runtime = mission.runtime

    def make():
        made = runtime()
        mission.planner = made.planner = Drawing(script, drawn)
        made.best_of = bounds.get("best_of", 4)
        made.best_of_s = bounds.get("best_of_s", 60.0)
        return made

    mission.runtime = make
    return mission


NOWHERE = plan(("inspect", {"thing": "gauge"}), ("goto", {"place": "attic"}))
NOWHERE_ELSE = plan(("inspect", {"thing": "gauge"}), ("goto", {"place": "cellar"}))
MENDED = plan(("inspect", {"thing": "gauge"}), ("goto", {"place": "dock"}))


async def test_where_a_mended_plan_fails_others_are_drawn_and_the_verifier_judges(stage):
    mission = drawing(stage, [NOWHERE, NOWHERE_ELSE], [NOWHERE_ELSE, PlanUnreadable("No."), HOME, MENDED])
    assert (await mission.run()).status == "succeeded"
    assert mission.planner.asked == 4
    assert mission.done == [("inspect", "succeeded"), ("goto", "succeeded")]  # HOME is feasible and leaves the gauge out
    assert [data["drawn"] for data in mission.of("proposed")] == [0, 4]


async def test_none_are_drawn_for_a_plan_that_holds_or_is_the_first(stage):
    mission = drawing(stage, [NOWHERE, MENDED], [])
    assert (await mission.run()).status == "succeeded"
    assert mission.planner.asked == 0


@pytest.mark.parametrize(("bounds", "asked"), [({"best_of": 2}, 2), ({"best_of_s": -1.0}, 0), ({"best_of": 0}, 0)])
async def test_drawing_is_bounded_by_number_and_time(stage, bounds, asked):
    mission = drawing(stage, [NOWHERE, NOWHERE_ELSE, MENDED], [NOWHERE_ELSE] * 4, **bounds)
    assert (await mission.run()).status == "succeeded"
    assert mission.planner.asked == asked


def test_a_plan_that_does_less_is_not_kept():
    blamed = [Finding(code="UNKNOWN_NAME", step=2)]
    assert keeps(MENDED, NOWHERE, blamed)
    assert not keeps(HOME, NOWHERE, blamed)
    assert not keeps(plan(("inspect", {"thing": "gauge"})), NOWHERE, blamed)
    longer = MENDED.model_copy(update={"steps": (SkillCall(skill="open_door", args={"door": "door"}), *MENDED.steps)})
    assert keeps(longer, NOWHERE, blamed)


async def test_equal_plans_are_judged_once():
    from planner_world import small_brief

    judged = []
    brief = small_brief().after_rejection(NOWHERE, [Finding(code="UNKNOWN_NAME", step=2)])
    planner = Drawing([], [NOWHERE, MENDED, MENDED, MENDED])
    assert await best_of(planner, brief, lambda made: bool(judged.append(made)), count=4, seconds=60) == (None, 4)
    assert judged == [MENDED]


async def test_a_beginning_that_ends_with_a_question_is_gone_on_with_by_the_answer(stage):
    """What hangs on the operator's answer is planned once it is there: the mission does not end with the question."""

    def by_the_answer(brief):
        return GO if brief.history[-1].outcome.value == "yes" else HOME

    mission = stage([Proposal(plan=plan(("ask", {"question": "Is it to go right?"})), more=True), by_the_answer], answers=["yes"])
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert mission.done[-1] == ("goto", "succeeded")
    assert mission.of("observed")[-1]["call"]["args"] == {"place": "right room"}
