"""Limits on energy, and limits of which a mission has taken a part already."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verifier_worlds import call, codes, judge, only, two_rooms

from verifier import Finding, Limits, Taken
from verifier.message import sentence, told
from verifier.spending import LIMIT_CODES, overrun

LONG = (call("goto", place="lab"), call("goto", place="desk"), call("goto", place="charger"))
FIELDS = {"TIME": "time_s", "DISTANCE": "distance_m", "ENERGY": "energy_wh", "STEPS": "steps"}


def ends(verdict) -> dict[str, float]:
    """The most that a plan takes of everything that can be limited."""
    totals = verdict.totals
    upper = {"time_s": totals.time_s[1], "distance_m": totals.distance_bounds_m[1], "energy_wh": totals.energy_wh[1]}
    return {**upper, "steps": float(len(verdict.steps))}


def test_a_limit_on_energy_names_the_first_step_that_may_go_over() -> None:
    spent = [step.energy_wh[1] for step in judge(two_rooms(), *LONG).steps]
    finding = only(judge(two_rooms(), *LONG, limits=Limits(energy_wh=spent[0] + spent[1] / 2)), "ENERGY")
    assert (finding.step, finding.unit, finding.needed) == (2, "Wh", pytest.approx(spent[0] + spent[1], abs=1e-3))
    assert "the plan up to here may use up to" in finding.message and "Wh over" in finding.message
    assert only(judge(two_rooms(), *LONG, limits=Limits(energy_wh=0.01)), "ENERGY").detail["proved"]
    assert judge(two_rooms(), *LONG, limits=Limits(energy_wh=sum(spent))).ok


def test_charging_on_the_way_gives_a_limit_on_energy_nothing_back() -> None:
    steps = (call("goto", place="lab"), call("dock"), call("goto", place="lab"))
    spent = [step.energy_wh[1] for step in judge(two_rooms(), *steps).steps]
    verdict = judge(two_rooms(), *steps, limits=Limits(energy_wh=sum(spent) - spent[2] / 2))
    assert codes(verdict) == [(3, "ENERGY")]


@given(code=st.sampled_from(LIMIT_CODES), taken=st.integers(0, 50), slack=st.floats(-3.0, 3.0))
@settings(max_examples=20, deadline=None)
def test_what_was_taken_before_is_as_if_the_limit_were_so_much_less(code: str, taken: int, slack: float) -> None:
    """``Limits(x, taken=t)`` says what ``Limits(x - t)`` says."""
    field = FIELDS[code]
    most = ends(judge(two_rooms(), *LONG))[field] + (round(slack) if code == "STEPS" else slack)
    less = {field: int(most) if code == "STEPS" else max(most, 0.0)}
    more = {field: less[field] + taken}
    plain = judge(two_rooms(), *LONG, limits=Limits(**less))
    before = judge(two_rooms(), *LONG, limits=Limits(**more, taken=replace(Taken(), **{field: taken})))
    if abs(slack) > 1e-6:
        assert codes(before) == codes(plain)
        assert [f.margin for f in before.all_findings()] == pytest.approx([f.margin for f in plain.all_findings()], abs=2e-3)
    for finding in before.all_findings():
        assert ("taken" in finding.detail) == (taken > 0)


def test_what_is_measured_is_told_as_such() -> None:
    limits = Limits(time_s=20.0, distance_m=5.0, energy_wh=1.0, steps=2)
    assert overrun(limits, Taken(time_s=20.0, distance_m=5.0, energy_wh=1.0, steps=2)) is None
    texts = []
    for field, value in (("time_s", 21.5), ("distance_m", 5.5), ("energy_wh", 1.25), ("steps", 3)):
        finding = overrun(limits, replace(Taken(), **{field: value}), 4)
        assert isinstance(finding, Finding) and finding.severity == "error"
        texts.append(told(finding, call("goto", place="lab")).message.removeprefix("Step 4 goto(place='lab'): "))
    assert texts == [
        "the mission has taken 21.5 s, the limit is 20.0 s, 1.50 s over.",
        "the mission has driven 5.50 m, the limit is 5.00 m, 0.50 m over.",
        "the mission has used 1.25 Wh, the limit is 1.00 Wh, 0.25 Wh over.",
        "the mission has taken 3 steps, the limit is 2 steps.",
    ]
    assert sentence(overrun(limits, Taken(steps=3))).startswith("The mission has taken 3 steps")


def test_limits_by_name_and_back() -> None:
    limits = Limits(time_s=20.0, steps=2)
    assert limits.given() == {"time_s": 20.0, "steps": 2} and Limits.of(limits.given()) == limits and Limits.of({}) == Limits()
    with pytest.raises(ValueError, match="energy_wh"):
        Limits(energy_wh=-1.0)
