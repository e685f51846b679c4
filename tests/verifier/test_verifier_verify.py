import math

import pytest
from verifier_worlds import BODY, LIBRARY, call, codes, judge, only, plan, state, two_rooms

from maps import Body, Place, Pose, RobotState, Thing
from skills import At, Plan, SkillCall, SkillSet, skill
from verifier import Alternative, Finding, verify


def test_a_good_plan_has_no_findings_and_its_routes_join() -> None:
    verdict = judge(two_rooms(), call("pick", thing="red box"), call("place", place="lab"), call("goto", place="charger"))
    assert verdict.ok
    assert verdict.all_findings() == ()
    routes = [step.route for step in verdict.steps]
    assert all(route is not None for route in routes)
    assert routes[0].start == (2.0, 3.0)
    assert routes[1].start == routes[0].end.point
    assert routes[2].start == routes[1].end.point
    assert routes[1].doors == ("lab door",)
    assert routes[2].end.point == pytest.approx((1.0, 1.0))
    assert verdict.totals.distance_m == pytest.approx(sum(route.length_m for route in routes))


def test_costs_are_intervals_and_the_battery_never_rises() -> None:
    verdict = judge(two_rooms(), *[call("goto", place=name) for name in ("lab", "hall", "lab", "desk")], call("wait", seconds=60))
    left = [step.battery_wh for step in verdict.steps]
    assert left == sorted(left, reverse=True)
    assert all(0 <= step.time_s[0] <= step.time_s[1] for step in verdict.steps)
    assert verdict.steps[4].time_s == (60.0, 60.0)
    assert verdict.steps[4].energy_wh == pytest.approx((60 * 25 / 3600, 60 * 25 / 3600))
    assert verdict.totals.time_s[1] == pytest.approx(sum(step.time_s[1] for step in verdict.steps))


def test_an_empty_plan() -> None:
    assert codes(judge(two_rooms())) == [(None, "EMPTY_PLAN")]


def test_a_plan_of_ten_thousand_steps_is_refused_with_one_finding() -> None:
    verdict = judge(two_rooms(), *[call("report")] * 10_000)
    assert codes(verdict) == [(None, "BAD_ARGUMENT")]
    assert verdict.findings[0].message == "The plan has 10000 steps, at most 1000 can be judged: split the mission."


def test_wrong_map_and_stale_revision() -> None:
    world = two_rooms()
    verdict = verify(plan(call("report"), map="ship"), world, state(), BODY, LIBRARY)
    assert codes(verdict) == [(None, "WRONG_MAP")]
    verdict = verify(plan(call("report"), map="office", revision="sha256:0"), world, state(), BODY, LIBRARY)
    assert verdict.ok
    assert codes(verdict, "warning") == [(None, "STALE_REVISION")]
    assert verify(plan(call("report"), map="office", revision=world.revision), world, state(), BODY, LIBRARY).findings == ()


def test_unknown_skill_offers_one_that_works() -> None:
    finding = only(judge(two_rooms(), call("goto_", place="lab")), "UNKNOWN_SKILL")
    assert finding == Finding(
        code="UNKNOWN_SKILL",
        step=1,
        subject="goto_",
        refuted=True,
        alternatives=(Alternative(call=call("goto", place="lab")),),
        message="Step 1 goto_(place='lab'): there is no skill named 'goto_'; verified to work: use goto(place='lab').",
    )


@pytest.mark.parametrize(
    ("step", "subject", "reason"),
    [
        (call("goto"), "place", "argument 'place' is missing"),
        (call("goto", place=3), "place", "argument 'place' must be the name of a place, not 3"),
        (call("goto", place=""), "place", "argument 'place' must be the name of a place, not ''"),
        (call("wait", seconds=math.nan), "seconds", "argument 'seconds' is not a finite number"),
        (call("wait", seconds=10**30), "seconds", "argument 'seconds' is not a finite number"),
        (call("say", text=""), "text", "text='': string should have at least 1 character"),
    ],
)
def test_bad_arguments(step: SkillCall, subject: str, reason: str) -> None:
    finding = only(judge(two_rooms(), step), "BAD_ARGUMENT")
    assert (finding.step, finding.subject, finding.refuted) == (1, subject, True)
    assert finding.detail["reason"] == reason


def test_an_argument_under_a_wrong_name_is_put_right() -> None:
    verdict = judge(two_rooms(), call("goto", location="lab"))
    assert codes(verdict) == [(1, "BAD_ARGUMENT"), (1, "BAD_ARGUMENT")]
    assert verdict.steps[0].findings[0].alternatives == (Alternative(call=call("goto", place="lab")),)


def test_an_unknown_name_offers_names_that_look_alike_and_work() -> None:
    finding = only(judge(two_rooms(), call("goto", place="labb")), "UNKNOWN_NAME")
    assert finding.alternatives[0] == Alternative(call=call("goto", place="lab"))
    assert finding.refuted
    assert finding.message.startswith("Step 1 goto(place='labb'): there is no place named 'labb' on map 'office'")


def test_an_alias_is_as_good_as_the_name() -> None:
    assert judge(two_rooms(), call("goto", place="The Laboratory")).ok


def test_a_thing_named_as_a_place_offers_the_place_where_it_stands() -> None:
    finding = only(judge(two_rooms(), call("goto", place="gauge")), "UNKNOWN_NAME")
    assert Alternative(call=call("goto", place="lab")) in finding.alternatives


def test_preconditions_are_carried_through() -> None:
    world = two_rooms()
    assert codes(judge(world, call("place", place="lab"))) == [(1, "PRECONDITION")]
    verdict = judge(world, call("pick", thing="red box"), call("pick", thing="anvil"))
    finding = next(f for f in verdict.all_findings() if f.unit != "kg")
    assert (finding.step, finding.code, finding.subject) == (2, "PRECONDITION", "the hand is free")
    assert finding.detail["removed_by"] == 1
    assert finding.message.startswith(
        "Step 2 pick(thing='anvil'): it is required that the hand is free, which does not hold here since step 1"
    )


def test_too_heavy_a_thing() -> None:
    finding = only(judge(two_rooms(), call("pick", thing="anvil")), "PRECONDITION")
    assert (finding.needed, finding.available, finding.unit, finding.refuted) == (60.0, 5.0, "kg", True)


def test_a_thing_is_sought_where_the_plan_has_put_it() -> None:
    verdict = judge(
        two_rooms(),
        call("pick", thing="red box"),
        call("place", place="lab"),
        call("goto", place="hall"),
        call("inspect", thing="red box"),
    )
    assert verdict.ok
    assert verdict.steps[3].route.end.x > 6.2


def test_what_is_carried_is_at_hand_and_known_even_when_it_left_the_map() -> None:
    held = state(carrying=("old crate",))
    verdict = judge(two_rooms(), call("place", place="desk"), call("pick", thing="red box"), robot=held)
    assert verdict.ok


def test_independent_findings_are_all_reported_and_dependent_ones_say_so() -> None:
    world = two_rooms(doorway=0.6)
    verdict = judge(
        world, call("goto", place="lab"), call("inspect", thing="gauge"), call("goto", place="nowhere"), call("goto", place="hall")
    )
    assert codes(verdict) == [(1, "CLEARANCE"), (2, "CLEARANCE"), (3, "UNKNOWN_NAME")]
    assert [f.because_of for f in verdict.all_findings() if f.severity == "error"] == [None, 1, None]
    assert verdict.steps[3].ok


def test_a_failed_pick_is_assumed_done() -> None:
    verdict = judge(two_rooms(), call("pick", thing="red bx"), call("place", place="lab"))
    assert codes(verdict) == [(1, "UNKNOWN_NAME")]


def test_behind_an_unknown_skill_conditions_hang_on_it() -> None:
    verdict = judge(two_rooms(), call("juggle"), call("place", place="lab"))
    assert [(f.step, f.code, f.because_of) for f in verdict.all_findings()] == [(1, "UNKNOWN_SKILL", None), (2, "PRECONDITION", 1)]


def test_the_battery_must_do_for_the_way_back_from_every_prefix() -> None:
    verdict = judge(
        two_rooms(), call("goto", place="hall"), call("wait", seconds=600), call("goto", place="lab"), robot=state(battery_wh=23.0)
    )
    finding = only(verdict, "BATTERY")
    assert finding.step == 2
    assert finding.needed > finding.available == pytest.approx(3.0)
    assert finding.detail["dock"] == "charger"
    assert finding.detail["last_safe_step"] == 1
    assert finding.margin == pytest.approx(finding.available - finding.needed)
    assert finding.margin < 0
    assert [alternative.change for alternative in finding.alternatives] == [
        "dock(place='charger') before step 1",
        "leave out step 2 wait(seconds=600)",
    ]


def test_going_to_the_dock_may_use_the_reserve() -> None:
    assert judge(two_rooms(), call("dock"), call("goto", place="lab"), robot=state(battery_wh=15.0)).ok


def test_docking_at_what_is_no_dock() -> None:
    finding = only(judge(two_rooms(), call("dock", place="lab")), "BAD_ARGUMENT")
    assert finding.detail["docks"] == ["charger"]
    assert finding.alternatives == (Alternative(call=call("dock", place="charger")),)
    assert codes(judge(two_rooms(docks=False), call("dock"))) == [(1, "BAD_ARGUMENT")]


def test_a_dock_out_of_reach_is_a_warning() -> None:
    verdict = judge(two_rooms(door="closed"), call("report"), robot=state(9.0, 3.0))
    assert verdict.ok
    assert codes(verdict, "warning") == [(None, "BATTERY")]


@skill(uses={"base"})
def wander() -> None:
    """Move about in some way."""


@skill(takes=(300.0, 400.0), timeout=120.0)
def ponder() -> None:
    """Think for long."""


def test_undeclared_motion_is_shown_and_a_timeout_found() -> None:
    skills = LIBRARY.with_skills(wander, ponder)
    verdict = judge(two_rooms(), call("wander"), call("ponder"), skills=skills)
    assert codes(verdict, "warning") == [(1, "UNVERIFIABLE")]
    finding = only(verdict, "TIME")
    assert (finding.step, finding.needed, finding.available, finding.unit) == (2, 300.0, 120.0, "s")


def test_start_outside_and_inside_an_obstacle() -> None:
    verdict = judge(two_rooms(), call("goto", place="lab"), call("goto", place="hall"), robot=state(-5.0, 3.0))
    assert codes(verdict) == [(1, "START_OUTSIDE_MAP")]
    verdict = judge(two_rooms(), call("goto", place="lab"), robot=state(6.1, 1.0))
    assert codes(verdict) == [(1, "START_OCCUPIED")]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_state_that_cannot_be(value: float) -> None:
    nowhere = RobotState(pose=Pose(value, 0.0, 0.0), battery_wh=100.0)
    assert codes(judge(two_rooms(), call("goto", place="lab"), robot=nowhere)) == [(None, "START_OUTSIDE_MAP")]
    assert codes(judge(two_rooms(), call("report"), robot=state(battery_wh=value))) == [(None, "BATTERY")]


def test_a_thing_walled_in_is_out_of_reach() -> None:
    far = Thing(name="lamp", position=(6.1, 0.05))
    verdict = judge(two_rooms(things=[far]), call("inspect", thing="lamp"), body=Body(radius_m=0.6, reach_m=0.65))
    assert codes(verdict)[0][0] == 1
    assert verdict.steps[0].findings[0].refuted


def test_map_warnings_of_grey_pixels_come_along() -> None:
    verdict = judge(two_rooms(warnings=["lab.yaml: grey 205 is read as unknown"]), call("report"))
    assert codes(verdict, "warning") == [(None, "GREY_205")]
    assert verdict.findings[0].message == "lab.yaml: grey 205 is read as unknown.", "a file's name keeps its letters"


def test_house_rules_slot_in() -> None:
    class NoLab:
        name = "no lab"

        def to_json(self) -> dict[str, str]:
            return {"never": "lab"}

        def judge(self, steps):
            for step in steps:
                if step.leg is not None and step.leg.subject == "lab":
                    yield Finding(
                        code="RULE", step=step.number, subject=self.name, detail={"reason": "the lab is off limits today"}
                    )

    verdict = judge(two_rooms(), call("goto", place="hall"), call("goto", place="lab"), rules=(NoLab(),))
    assert [(f.step, f.message) for f in verdict.all_findings()] == [(2, "Step 2 goto(place='lab'): the lab is off limits today.")]
    assert not verdict.ok


def test_the_same_question_has_the_same_answer() -> None:
    first = judge(two_rooms(door="closed"), call("goto", place="lab"), call("goto", place="desk"))
    second = judge(two_rooms(door="closed"), call("goto", place="lab"), call("goto", place="desk"))
    assert first.to_json() == second.to_json()


async def goto(place: At[Place]) -> None:
    """Go there.

    Args:
        place: Where.
    """


def test_the_digest_binds_steps_body_skills_world_and_not_the_words() -> None:
    world, steps = two_rooms(), (call("goto", place="lab"),)

    def digest(plan: Plan, world=world, body: Body = BODY, skills: SkillSet = LIBRARY) -> str:
        return verify(plan, world, state(), body, skills).plan_digest

    base = digest(plan(*steps))
    assert base == digest(plan(*steps, mission="go"))
    others = {
        digest(plan(call("goto", place="hall"))),
        digest(plan(*steps), body=Body(radius_m=0.26)),
        digest(plan(*steps), world=two_rooms(door="closed")),
        digest(plan(*steps), skills=SkillSet([skill(timeout=7.0)(goto)])),
    }
    assert len(others) == 4
    assert base not in others


def test_empty_digest_inputs_are_stable() -> None:
    assert verify(plan(), two_rooms(), state(), BODY, LIBRARY).plan_digest.startswith("sha256:")
