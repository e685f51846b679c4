"""State carried through the plan: outcomes, invariants, kept parts, exclusions, notes."""

from dataclasses import replace

from carried_skills import verdict_on
from verifier_worlds import LIBRARY, call, codes, judge, only, state, two_rooms

from maps import Place
from skills import Known, Notes, fact, keeps, skill
from skills.noted import KEPT


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
