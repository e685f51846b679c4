"""The safety filter: whatever goes in, what comes out keeps the limits; and what keeps them goes through unchanged."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.runtime_adversary import Adversary, violations
from policies.runtime import Box, JointLimits, LimitsInvalid, LimitsMismatch, PlantUnfit, RobotLimits, SafetyFilter, Workspace
from policies.runtime.kinematic_plant import PlanarArm, planar_limits
from policies.runtime.safety import REASONS

START = (1.2, -0.8, 0.04)
SLIDER = RobotLimits(
    joints=(JointLimits(name="slider", min_position=-1.0, max_position=1.0, max_velocity=1.0, max_acceleration=2.0),),
    max_grip_force_n=10.0,
)

anything = st.one_of(
    st.none(),
    st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64), min_size=0, max_size=5),
    st.lists(st.floats(-3, 3), min_size=3, max_size=3),
    st.lists(st.floats(-3, 3), min_size=3, max_size=3),
    st.text(max_size=3),
    st.integers(),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(anything, st.one_of(st.none(), st.floats(allow_nan=True), st.text(max_size=2))), max_size=60))
def test_whatever_is_asked_for_the_output_keeps_every_limit(asked):
    limits, model = planar_limits(), PlanarArm()
    safe, before = SafetyFilter(limits, START, model=model), None
    for positions, grip in asked:
        after = safe(positions, grip)
        assert violations(before, after, limits, 0.01, model) == []
        before = after


@pytest.mark.parametrize("seed", range(2))
def test_an_adversary_does_not_get_through(seed):
    limits, model = planar_limits(), PlanarArm()
    safe, before, adversary, seen = SafetyFilter(limits, START, model=model), None, Adversary(seed, limits), set()
    for _ in range(2500):
        after = safe(*adversary(safe.positions))
        assert violations(before, after, limits, 0.01, model) == []
        before = after
        seen.update(after.reasons)
    # The adversary knows where it hurts: all but the rarest of the checks had to do something.
    assert seen >= set(REASONS) - {"shape", "effort"}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1.5, 1.5), min_size=1, max_size=40), st.floats(0.002, 0.05))
def test_after_any_history_braking_comes_to_rest_within_the_range(targets, period_s):
    safe = SafetyFilter(SLIDER, (0.0,), period_s=period_s)
    for target in targets:
        for _ in range(5):
            safe((target,))
    for _ in range(math.ceil(1.0 / (2.0 * period_s)) + 1):
        last = safe(None)
    assert last.velocities == (0.0,)
    assert -1.0 <= last.positions[0] <= 1.0


def test_a_motion_within_the_limits_goes_through_unchanged():
    limits, model = planar_limits(), PlanarArm()
    safe = SafetyFilter(limits, START, model=model)
    for tick in range(1, 400):
        wave = 0.1 * (1.0 - math.cos(0.02 * tick))
        asked = (START[0] + wave, START[1] - wave, START[2])
        sent = safe(asked, 5.0)
        assert sent.reasons == ()
        assert sent.positions == pytest.approx(asked, abs=1e-9)
        assert sent.grip_force_n == 5.0


def test_a_far_target_is_reached_without_overshoot():
    safe = SafetyFilter(SLIDER, (0.0,))
    reached = [safe((0.8,)) for _ in range(300)]
    assert max(sent.positions[0] for sent in reached) <= 0.8 + 1e-6
    assert reached[-1].positions[0] == pytest.approx(0.8, abs=1e-6)
    assert reached[-1].velocities == pytest.approx((0.0,), abs=1e-6)
    assert {reason for sent in reached for reason in sent.reasons} <= {"acceleration", "speed"}


def test_each_limit_gives_its_reason():
    safe = SafetyFilter(SLIDER, (0.0,))
    assert safe((5.0,)).reasons == ("range", "acceleration", "speed")
    assert safe((0.0, 1.0)).reasons == ("shape",)
    assert safe((math.nan,)).reasons == ("finite",)
    assert safe(None, 50.0).reasons == ("grip",)
    assert safe(None, math.nan).reasons == ("finite",)
    assert safe(None).reasons == ()
    near_the_end = [safe((1.0,)).reasons for _ in range(300)]
    assert ("braking",) not in near_the_end[:10]
    safe = SafetyFilter(SLIDER, (0.0,))
    fast = [safe((0.0095 * tick,)).reasons for tick in range(140)]
    assert any("braking" in reasons for reasons in fast)


def test_the_grip_is_kept_while_it_brakes():
    safe = SafetyFilter(SLIDER, (0.0,))
    safe((0.0,), 8.2)
    assert safe(None).grip_force_n == 8.2
    assert safe((math.nan,), math.inf).grip_force_n == 8.2


def test_a_target_beyond_the_table_ends_above_it():
    limits, model = planar_limits(), PlanarArm()
    # Efforts aside: this is about the table.
    limits = replace(limits, joints=tuple(replace(joint, max_effort=None) for joint in limits.joints))
    safe = SafetyFilter(limits, START, model=model)
    sent = [safe((0.6, -1.9, 0.04)) for _ in range(800)]
    heights = [model.points(one.positions)[0][2] for one in sent]
    assert min(heights) >= 0.02
    assert heights[-1] < 0.05
    assert any("workspace" in one.reasons for one in sent)


def test_the_motors_are_not_asked_for_more_than_they_have():
    limits = planar_limits()
    weak = replace(limits, workspace=None, joints=(replace(limits.joints[0], max_effort=7.0), *limits.joints[1:]))
    model = PlanarArm()
    safe = SafetyFilter(weak, (1.5, 0.0, 0.04), model=model)
    reasons = set()
    for target in (0.6, 2.4, 0.6, 2.4):
        for _ in range(60):
            before = safe.positions
            sent = safe((target, 0.0, 0.04))
            reasons.update(sent.reasons)
            assert len(before) == 3
    assert "effort" in reasons


def test_an_alarm_when_no_motion_is_within_the_efforts():
    limits = planar_limits()
    weak = replace(limits, workspace=None, joints=(replace(limits.joints[0], max_effort=0.5), *limits.joints[1:]))
    sent = SafetyFilter(weak, (0.2, 0.0, 0.04), model=PlanarArm())((0.3, 0.0, 0.04))
    assert "no safe motion is within the efforts' limits: joint 'shoulder' would need" in sent.alarm
    assert sent.velocities == (0.0, 0.0, 0.0)


def test_it_is_not_made_from_what_it_cannot_start_from():
    with pytest.raises(PlantUnfit, match=r"no finite position of slider: \(nan,\); check its encoders"):
        SafetyFilter(SLIDER, (math.nan,))
    with pytest.raises(PlantUnfit, match="2 joint positions for 1 joints"):
        SafetyFilter(SLIDER, (0.0, 0.0))
    with pytest.raises(PlantUnfit, match=r"'slider' is at 1.300, outside its range of -1 to 1; move it back by hand"):
        SafetyFilter(SLIDER, (1.3,))
    assert SafetyFilter(SLIDER, (1.01,)).positions == (1.0,)
    with pytest.raises(LimitsInvalid, match="without an arm model nothing says where the tool is"):
        SafetyFilter(planar_limits(), START)
    with pytest.raises(LimitsMismatch, match="the arm model has 3 joints and the limits have 1"):
        SafetyFilter(SLIDER, (0.0,), model=PlanarArm())
    with pytest.raises(PlantUnfit, match="outside the workspace"):
        SafetyFilter(planar_limits(), (-0.4, 0.0, 0.0), model=PlanarArm())


def test_it_says_which_checks_are_in_force():
    assert SafetyFilter(SLIDER, (0.0,)).checks == ("finite", "range", "speed", "acceleration", "braking", "grip")
    whole = SafetyFilter(planar_limits(), START, model=PlanarArm())
    assert whole.checks == ("finite", "range", "speed", "acceleration", "braking", "effort", "workspace", "grip")


@settings(max_examples=100, deadline=None)
@given(st.tuples(*[st.floats(-2, 2)] * 3), st.tuples(*[st.floats(-1, 1)] * 3), st.floats(0.05, 1.0))
def test_room_is_never_overstated(point, corner, size):
    box = Box(corner, (corner[0] + size, corner[1] + size, corner[2] + size))
    outside = math.dist(point, [min(max(x, a), b) for x, a, b in zip(point, box.low, box.high, strict=True)])
    room = Workspace(keep_out=(box,)).room(point)
    assert room <= outside + 1e-12
    assert (room >= 0) == (outside > 0 or room == 0)
    inner = Workspace(inside=box).room(point)
    assert (inner >= 0) == (outside == 0)
