"""Whatever plan ``Plan`` accepts, ``verify`` answers; it never raises."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from verifier_worlds import BODY, LIBRARY, call, codes, judge, plan, state, two_rooms

from maps import Body, World
from skills import Plan, SkillCall
from verifier import verify

WORLD: World = two_rooms(door="closed")
NAMES = [
    "hall",
    "lab",
    "desk",
    "charger",
    "gauge",
    "red box",
    "anvil",
    "lab door",
    "Laboratory",
    "labb",
    "",
    " ",
    "\x00\n",
    "x" * 300,
]
PARAMETERS = ["place", "thing", "door", "seconds", "text", "question", "what", "location"]

scalars = st.one_of(
    st.sampled_from(NAMES),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20),
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3))
arguments = st.dictionaries(st.sampled_from(PARAMETERS), st.one_of(st.sampled_from(NAMES), values), max_size=3)
skills = st.one_of(st.sampled_from(LIBRARY.names), st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True))
steps = st.lists(st.builds(SkillCall, skill=skills, args=arguments), max_size=5)


@given(steps=steps)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_verify_never_raises_and_each_finding_has_a_sentence(steps: list[SkillCall]) -> None:
    verdict = verify(Plan(steps=tuple(steps)), WORLD, state(), BODY, LIBRARY)
    for finding in verdict.all_findings():
        assert finding.message.endswith(".")
        assert len(finding.message) < 2500
    assert verdict.ok == (not codes(verdict))
    json.dumps(verdict.to_json(), allow_nan=False)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 10**5000], ids=["nan", "inf", "-inf", "huge"])
def test_numbers_that_are_none_get_one_finding(number: Any) -> None:
    assert codes(judge(WORLD, call("wait", seconds=number))) == [(1, "BAD_ARGUMENT")]


def test_a_hundred_kilobytes_of_text_get_a_short_sentence() -> None:
    verdict = judge(WORLD, call("goto", place="y" * 100_000))
    assert codes(verdict) == [(1, "BAD_ARGUMENT")]
    assert len(verdict.all_findings()[0].message) < 600


@pytest.mark.parametrize("body", [Body(radius_m=1e-6), Body(radius_m=50.0), Body(max_speed=1e-6), Body(battery_wh=0.0)])
def test_odd_bodies_get_a_verdict(body: Body) -> None:
    assert judge(WORLD, call("goto", place="desk"), call("dock"), body=body).steps


@pytest.mark.parametrize(
    ("name", "value"),
    [("radius_m", math.nan), ("radius_m", -1.0), ("radius_m", 0.0), ("radius_m", 1e9), ("margin_m", math.inf), ("margin_m", -0.2),
     ("max_speed", 0.0), ("max_acceleration", 0.0), ("max_yaw_rate", 0.0), ("max_yaw_acceleration", 0)],
)  # fmt: skip
def test_a_body_that_cannot_be_is_one_clear_finding(name: str, value: float) -> None:
    verdict = judge(WORLD, call("goto", place="desk"), body=replace(Body(), **{name: value}))
    found = [finding for finding in verdict.all_findings() if finding.severity == "error"]
    assert not verdict.ok and not verdict.steps
    assert [(finding.code, finding.subject) for finding in found] == [("BAD_ARGUMENT", f"body.{name}")]
    assert f"the body's {name} is" in found[0].message.lower()


def test_a_thousand_bad_steps_stay_bounded() -> None:
    verdict = verify(plan(*[call("goto", place="lab"), call("goto", place="nope")] * 500), WORLD, state(), BODY, LIBRARY)
    assert len(verdict.steps) == 1000
    assert not verdict.ok
