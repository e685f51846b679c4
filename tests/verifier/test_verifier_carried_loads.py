"""Loads through the plan: how many, how heavy, how wide."""

from carried_skills import SKILLS, verdict_on
from verifier_worlds import call, codes, judge, only, state, two_rooms

from maps import Body, Thing
from skills import Near, holding, skill


def test_a_hand_is_never_fuller_than_it_can_be() -> None:
    verdict = verdict_on(call("pick", thing="red box"), call("snatch", thing="gauge"))
    assert (2, "PRECONDITION") in codes(verdict)
    assert "it is required that at most 1 thing is carried, which does not hold here" in verdict.steps[1].findings[1].message


def test_the_sum_of_what_is_carried_counts() -> None:
    crates = [Thing(name=f"crate {i}", position=(4.05, 2.05 + i), place="hall", attributes={"weight_kg": 3.0}) for i in range(2)]
    steps = [call("pick", thing=f"crate {i}") for i in range(2)]
    verdict = verdict_on(*steps, world=two_rooms(things=crates), body=Body(gripper_capacity=2))
    finding = only(verdict, "PRECONDITION")
    assert (finding.step, finding.needed, finding.available, finding.unit, finding.refuted) == (2, 6.0, 5.0, "kg", False)


@skill(on_failure=holding("thing"), takes=(0.0, 1.0))
def tug(thing: Near[Thing]) -> None:
    """Tug at a thing, which may come along.

    Args:
        thing: Which one.
    """


def wide(name: str, x: float, y: float) -> Thing:
    return Thing(name=name, position=(x, y), place="lab", attributes={"carried_radius_m": 0.7, "weight_kg": 1.0})


def test_a_load_too_wide_for_the_way_back_is_warned_of_also_if_only_a_failure_brings_it() -> None:
    world = two_rooms(things=[wide("hoop", 9.05, 3.05)])
    verdict = verdict_on(call("pick", thing="hoop"), world=world)
    finding = only(verdict, "BATTERY")
    assert verdict.ok and (finding.severity, finding.detail["if_fails"]) == ("warning", False)
    assert "with 'hoop' in the hand no way is wide enough to get back to a dock" in finding.message
    verdict = judge(world, call("tug", thing="hoop"), skills=SKILLS.with_skills(tug))
    assert only(verdict, "BATTERY").detail["if_fails"]
    assert codes(verdict_on(call("pick", thing="hoop"), call("goto", place="hall"), world=world)) == [(2, "CLEARANCE")]


def test_a_load_in_front_counts_once() -> None:
    ladder = {"carried_length_m": 0.3, "carried_width_m": 0.2, "weight_kg": 1.0}
    world = two_rooms(things=[Thing(name="ladder", position=(3.05, 2.05), place="hall", attributes=ladder)])
    verdict = verdict_on(call("pick", thing="ladder"), call("goto", place="lab"), call("goto", place="hall"), world=world)
    assert verdict.all_findings() == ()


def test_a_load_of_no_size_is_found_not_raised() -> None:
    odd = Thing(name="blob", position=(3.05, 2.05), place="hall", attributes={"carried_radius_m": "wide"})
    verdict = verdict_on(call("pick", thing="blob"), call("goto", place="lab"), world=two_rooms(things=[odd]))
    assert codes(verdict) == [(1, "BAD_ARGUMENT")]
    assert "thing 'blob' has carried_radius_m = 'wide'" in verdict.steps[0].findings[0].message
    held = verdict_on(call("goto", place="lab"), world=two_rooms(things=[odd]), robot=state(carrying=("blob",)))
    assert codes(held) == [(1, "BAD_ARGUMENT")]
