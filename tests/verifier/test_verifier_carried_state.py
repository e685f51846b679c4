"""State carried through the plan: doors, invariants, failures, branches, kept parts and exclusions."""

from dataclasses import replace

import numpy as np
from verifier_worlds import LIBRARY, call, codes, judge, only, state, two_rooms

from maps import Body, Door, Place, Thing, World
from skills import (
    At,
    Known,
    Near,
    Notes,
    adds,
    at_least,
    docked,
    door_is,
    fact,
    frees,
    hand_empty,
    holding,
    keeps,
    one_of,
    skill,
)
from skills.noted import KEPT


@skill(uses={"arm"}, effects=door_is("door", "closed"), takes=(1.0, 2.0))
def close_door(door: Near[Door]) -> None:
    """Close a door.

    Args:
        door: Which door.
    """


@skill(effects=door_is("door", "locked"), takes=(1.0, 2.0))
def lock_door(door: Known[Door]) -> None:
    """Lock a door from afar.

    Args:
        door: Which door.
    """


@skill(on_failure=door_is("door", "locked"), takes=(1.0, 2.0))
def rattle(door: Known[Door]) -> None:
    """Try a lock, which may fall shut.

    Args:
        door: Which door.
    """


@skill(on_failure=door_is("door", "closed"), takes=(0.0, 1.0))
def slam(door: Known[Door]) -> None:
    """Push a door, which may fall shut.

    Args:
        door: Which door.
    """


@skill(outcomes={"opened": door_is("door", "open"), "stuck": ()}, takes=(1.0, 2.0))
def try_door(door: Near[Door]) -> None:
    """Try to open a door that may be stuck.

    Args:
        door: Which door.
    """


@skill(confirms=door_is("door", "open"), takes=(1.0, 2.0))
def check_door(door: Known[Door]) -> None:
    """Check that a door is open.

    Args:
        door: Which door.
    """


@skill(invariant=hand_empty(), takes=(0.0, 1.0))
def dance(place: At[Place]) -> None:
    """Dance somewhere with free hands.

    Args:
        place: Where.
    """


@skill(invariant=at_least("battery_wh", 100.0, "Wh"), takes=(3000.0, 3600.0), timeout=4000.0)
def broadcast() -> None:
    """Send for long, on a good battery."""


@skill(uses={"base"}, effects=keeps("base"), takes=(0.0, 1.0), motion="none")
def clamp() -> None:
    """Clamp the robot to a rail."""


@skill(uses={"base"}, effects=frees("base"), takes=(0.0, 1.0), motion="none")
def unclamp() -> None:
    """Let go of the rail."""


@skill(effects=fact("mopped {place}"), excludes=fact("powered {place}"), takes=(0.0, 1.0))
def mop(place: Known[Place]) -> None:
    """Mop a place that is not under power.

    Args:
        place: Where.
    """


@skill(effects=fact("powered {place}"), takes=(0.0, 1.0))
def power(place: Known[Place]) -> None:
    """Switch the power on.

    Args:
        place: Where.
    """


@skill(outcomes={"found": fact("seen {thing}"), "not found": ()}, takes=(0.0, 1.0))
def spot(thing: Known[Thing]) -> None:
    """Look out for a thing.

    Args:
        thing: What for.
    """


@skill(requires=fact("seen {thing}"), effects=adds("count", 1), takes=(0.0, 1.0))
def count(thing: Known[Thing]) -> None:
    """Count a thing that was seen.

    Args:
        thing: Which one.
    """


@skill(requires=at_least("count", 1), takes=(0.0, 1.0))
def total() -> None:
    """Sum up."""


@skill(effects=one_of("lid of {thing}", "open"), takes=(0.0, 1.0))
def unscrew(thing: Known[Thing]) -> None:
    """Open a lid.

    Args:
        thing: Whose lid.
    """


@skill(requires=one_of("lid of {thing}", "open"), effects=one_of("lid of {thing}", "closed"), takes=(0.0, 1.0))
def screw(thing: Known[Thing]) -> None:
    """Close a lid.

    Args:
        thing: Whose lid.
    """


@skill(invariant=~holding("thing"), effects=holding("thing"), takes=(0.0, 1.0))
def snatch(thing: Near[Thing]) -> None:
    """Take a thing while not taking it.

    Args:
        thing: Which one.
    """


@skill(requires=~docked(), takes=(0.0, 1.0))
def roam() -> None:
    """Need to be off the dock."""


OURS = (
    close_door, lock_door, rattle, slam, try_door, check_door, dance, broadcast, clamp, unclamp, mop, power, spot, count, total,
    unscrew, screw, snatch, roam,
)  # fmt: skip
SKILLS = LIBRARY.with_skills(*OURS)


def verdict_on(*steps, world=None, **more):
    return judge(two_rooms() if world is None else world, *steps, skills=SKILLS, **more)


def test_a_door_that_the_plan_closes_again_is_closed() -> None:
    verdict = verdict_on(call("close_door", door="lab door"), call("goto", place="lab"))
    assert codes(verdict) == [(2, "DOOR_CLOSED")]
    steps = (call("close_door", door="lab door"), call("open_door", door="lab door"), call("goto", place="lab"))
    assert verdict_on(*steps).all_findings() == ()


def test_a_door_that_the_plan_locks_is_not_opened_again() -> None:
    steps = (call("lock_door", door="lab door"), call("open_door", door="lab door"))
    finding = only(verdict_on(*steps), "PRECONDITION")
    assert (finding.step, finding.detail["removed_by"]) == (2, 1)


def test_a_robot_that_locks_itself_in_is_warned_of() -> None:
    verdict = verdict_on(call("goto", place="lab"), call("lock_door", door="lab door"))
    finding = only(verdict, "DOOR_CLOSED")
    assert (finding.step, finding.severity, finding.detail["if_fails"]) == (2, "warning", False)
    assert finding.message == ("Step 2 lock_door(door='lab door'): every way to 'charger' is shut: door 'lab door' is locked.")
    assert verdict.ok
    # A closed door can be opened again by this robot, so it does not shut it in.
    assert verdict_on(call("goto", place="lab"), call("close_door", door="lab door")).all_findings() == ()


def test_a_failure_that_may_lock_the_robot_in_is_warned_of() -> None:
    verdict = verdict_on(call("goto", place="lab"), call("rattle", door="lab door"))
    finding = only(verdict, "DOOR_CLOSED")
    assert (finding.step, finding.severity, finding.detail["if_fails"]) == (2, "warning", True)
    assert "if this step fails, every way to 'charger' is shut" in finding.message
    assert verdict_on(call("rattle", door="lab door")).all_findings() == ()


def test_a_failure_may_not_cost_the_way_back() -> None:
    # Where the slam shuts the short way, the long one round by the open end of the wall is left, 2 m more.
    world = two_rooms()
    cells = np.array(world.cells)
    cells[48:, 60:62] = 0
    world = World.build("office", world.frame, cells, places=world.places.values(), doors=world.doors.values())
    robot, kinds = state(6.8, 3.0), []
    for charge in np.arange(0.05, 0.6, 0.005):
        verdict = verdict_on(
            call("slam", door="lab door"), world=world, robot=replace(robot, battery_wh=float(charge)), body=Body(reserve_wh=0.0)
        )
        kinds.append([(f.severity, f.code, f.detail.get("if_fails", False)) for f in verdict.all_findings()])
    error, warning = [("error", "BATTERY", False)], [("warning", "BATTERY", True)]
    assert kinds == [error] * kinds.count(error) + [warning] * kinds.count(warning) + [[]] * kinds.count([])
    assert min(kinds.count(error), kinds.count(warning), kinds.count([])) > 2


def test_a_door_that_may_be_stuck_leaves_the_drive_to_the_outcome() -> None:
    verdict = verdict_on(
        call("try_door", door="lab door"), call("goto", place="lab"), call("goto", place="hall"), world=two_rooms(door="closed")
    )
    assert verdict.ok
    finding = only(verdict, "DOOR_CLOSED")
    assert (finding.step, finding.severity) == (2, "warning")
    assert finding.message.endswith("every way to 'lab' is shut: door 'lab door' is closed when step 1 ends in 'stuck'.")
    assert verdict.steps[1].route is None


def test_a_check_step_settles_what_an_outcome_left_open() -> None:
    steps = (call("try_door", door="lab door"), call("check_door", door="lab door"), call("goto", place="lab"))
    verdict = verdict_on(*steps, world=two_rooms(door="closed"))
    assert verdict.ok
    assert codes(verdict, "warning") == []
    assert verdict.steps[2].route is not None


def test_a_check_that_cannot_succeed_is_an_error() -> None:
    assert codes(verdict_on(call("check_door", door="lab door"), world=two_rooms(door="locked"))) == [(1, "PRECONDITION")]


def test_the_outcome_that_breaks_a_later_step_is_named_once() -> None:
    steps = (call("spot", thing="gauge"), call("count", thing="gauge"), call("count", thing="gauge"), call("total"))
    verdict = verdict_on(*steps)
    finding = only(verdict, "PRECONDITION")
    assert (finding.step, finding.severity) == (2, "warning")
    assert finding.message.endswith("seen 'gauge', which does not hold here when step 1 ends in 'not found'.")


def test_what_holds_in_no_outcome_is_an_error() -> None:
    verdict = verdict_on(call("spot", thing="gauge"), call("count", thing="red box"))
    assert codes(verdict) == [(2, "PRECONDITION")]


def test_more_branches_than_are_carried_lose_their_names_only() -> None:
    steps = [call("spot", thing=name) for name in ("gauge", "red box", "anvil")] * 2
    verdict = verdict_on(*steps, call("count", thing="gauge"))
    finding = only(verdict, "PRECONDITION")
    assert (finding.severity, finding.detail["known"]) == ("warning", False)
    assert "outcomes" not in finding.detail


def test_quantities_start_at_none() -> None:
    assert codes(verdict_on(call("total"))) == [(1, "PRECONDITION")]


def test_an_invariant_holds_from_setting_off() -> None:
    verdict = verdict_on(call("pick", thing="red box"), call("dance", place="lab"))
    finding = only(verdict, "INVARIANT")
    assert (finding.step, finding.detail["moment"], finding.detail["removed_by"]) == (2, "start", 1)
    assert finding.message.startswith(
        "Step 2 dance(place='lab'): as long as this runs the hand is empty has to hold,"
        " which does not hold when it sets off since step 1; verified to work: place(place='lab') before step 2"
    )


def test_an_invariant_of_the_charge_holds_to_the_end() -> None:
    finding = only(verdict_on(call("broadcast"), robot=state(battery_wh=110.0)), "INVARIANT")
    assert finding.detail["moment"] == "end"
    assert verdict_on(call("broadcast"), robot=state(battery_wh=199.0)).ok


def test_an_effect_that_undoes_its_own_invariant() -> None:
    assert only(verdict_on(call("snatch", thing="red box")), "INVARIANT").detail["moment"] == "end"


def test_a_part_that_is_kept_is_used_by_no_other_step() -> None:
    verdict = verdict_on(call("clamp"), call("goto", place="lab"), call("unclamp"), call("goto", place="lab"))
    finding = only(verdict, "PRECONDITION")
    assert (finding.step, finding.subject, finding.detail["removed_by"]) == (2, "the base is free", 1)
    assert call("unclamp") in [alternative.call for alternative in finding.alternatives]
    assert verdict_on(call("clamp"), call("unclamp"), call("goto", place="lab")).ok


def test_facts_that_exclude_one_another_never_meet() -> None:
    first = only(verdict_on(call("power", place="lab"), call("mop", place="lab")), "INVARIANT")
    assert (first.step, first.detail["moment"]) == (2, "start")
    second = only(verdict_on(call("mop", place="lab"), call("power", place="lab")), "INVARIANT")
    assert (second.step, second.subject) == (2, "mopped lab and powered lab exclude one another")
    assert verdict_on(call("mop", place="lab"), call("power", place="hall")).ok


def test_a_one_of_has_one_value() -> None:
    assert verdict_on(call("unscrew", thing="gauge"), call("screw", thing="gauge"), call("unscrew", thing="gauge")).ok
    steps = (call("unscrew", thing="gauge"), call("screw", thing="gauge"), call("screw", thing="gauge"))
    assert codes(verdict_on(*steps)) == [(3, "PRECONDITION")]


def test_leaving_the_dock() -> None:
    robot = state(1.0, 1.0, docked=True)
    assert codes(verdict_on(call("roam"), robot=robot)) == [(1, "PRECONDITION")]
    assert verdict_on(call("goto", place="desk"), call("roam"), robot=robot).ok


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


def test_a_verdict_begins_from_what_earlier_steps_have_noted_down() -> None:
    @skill(requires=fact("{place} is lit"), uses={"arm"}, takes=(0.0, 1.0))
    def read(place: Known[Place]) -> None:
        """Read in a place.

        Args:
            place: Where.
        """

    skills, world, reads = LIBRARY.with_skills(read), two_rooms(), call("read", place="lab")
    lit, perhaps = Notes(facts=frozenset({"lab is lit"})), Notes(maybe_facts=frozenset({"lab is lit"}))
    for _ in range(2):  # also with the verdicts of the first round remembered
        assert judge(world, reads, skills=skills, notes=lit).ok
        assert codes(judge(world, reads, skills=skills)) == codes(judge(world, reads, skills=skills, notes=perhaps))
        assert only(judge(world, reads, skills=skills, notes=perhaps), "PRECONDITION").detail["known"] is False
        assert only(judge(world, reads, skills=skills), "PRECONDITION").detail["known"] is True
        kept = replace(lit, members=Notes.from_json({**lit.to_json(), "members": [[KEPT, "arm"]]}).members)
        assert only(judge(world, reads, skills=skills, notes=kept), "PRECONDITION").subject == "the arm is free"
    digests = {judge(world, reads, skills=skills, notes=notes).plan_digest for notes in (lit, perhaps, Notes())}
    assert len(digests) == 1


def test_a_branch_in_which_a_part_is_kept_ends_where_a_step_uses_the_part() -> None:
    @skill(outcomes={"let go": fact("free"), "holds on": keeps("arm")}, takes=(0.0, 1.0))
    def grip() -> None:
        """Grip something."""

    @skill(uses={"arm"}, takes=(0.0, 1.0))
    def wave() -> None:
        """Wave."""

    @skill(requires=fact("free"), takes=(0.0, 1.0))
    def leave() -> None:
        """Leave."""

    skills = LIBRARY.with_skills(grip, wave, leave)
    verdict = judge(two_rooms(), call("grip"), call("wave"), call("wave"), call("leave"), skills=skills)
    assert verdict.ok and codes(verdict, "warning") == [(2, "PRECONDITION")]
    assert only(verdict, "PRECONDITION").detail["outcomes"] == "step 1 ends in 'holds on'"
    stuck = Notes(maybe_members=frozenset({(KEPT, "arm")}))
    assert codes(judge(two_rooms(), call("wave"), skills=skills, notes=stuck)) == [(1, "PRECONDITION")]
