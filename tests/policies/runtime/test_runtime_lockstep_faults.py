"""The whole loop in simulated time when something is wrong: late or senseless answers, other robots, wrong measurements, a stop."""

import numpy as np
import pytest
from toy_plants import Faulty
from toy_policies import Constant, Waving, no_camera, wrong_robot, wrong_size

from policies.runtime import LimitsMismatch, Lockstep, Mode
from policies.runtime.kinematic_plant import KinematicPlant, PlanarArm, planar_limits, planar_plant


def lockstep(policy=None, plant=None, **more):
    policy = Waving(cameras={"wrist": (48, 64)}) if policy is None else policy
    return Lockstep(plant or planar_plant(), planar_limits(), policy, model=PlanarArm(), **more)


def test_a_policy_slower_than_its_actions_last_holds_and_goes_on():
    run = lockstep(Waving(), delay_s=0.7)
    run.start("wave")
    report = run.run(3.0)
    assert report.modes["run"] == 0
    assert "came too late" in next(iter(report.dropped))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (np.full((25, 3), np.nan, dtype=np.float32), "the policy's actions are not all finite"),
        (np.zeros((25, 7), dtype=np.float32), r"policy 'waving' answered (25, 7); it must be (K, 3) actions"),
        (np.zeros(3, dtype=np.float32), r"policy 'waving' answered (3,); it must be (K, 3) actions"),
        (np.zeros((0, 3), dtype=np.float32), r"policy 'waving' answered (0, 3); it must be (K, 3) actions"),
    ],
)
def test_garbage_from_the_policy_holds_the_robot(answer, said):
    run = lockstep(Constant(answer))
    run.start("wave")
    run.run(0.5)
    assert run.loop.mode is Mode.HOLD
    assert run.loop.watch.reason == said
    assert run.plant.read().positions == pytest.approx((1.2, -0.8, 0.04))


def test_garbage_in_between_holds_until_there_is_a_good_answer():
    policy = Waving()
    run = lockstep(policy)
    run.start("wave")
    run.run(1.0)
    good, policy.predict_action_chunk = policy.predict_action_chunk, Constant(np.full((25, 3), np.inf)).predict_action_chunk
    run.run(0.2)
    assert run.loop.mode is Mode.HOLD
    policy.predict_action_chunk = good
    run.run(0.2)
    assert run.loop.mode is Mode.RUN


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (wrong_robot, "belong to another robot: 2 joints are not 3, there is none for 'shoulder'"),
        (no_camera, r"camera 'head' is missing \(the robot has: wrist\); policy 'waving' cannot act without it"),
        (wrong_size, "camera 'wrist' gives pictures of 48x64 pixels, policy 'waving' needs 96x96"),
    ],
)
def test_a_policy_for_another_robot_is_refused(policy, said):
    with pytest.raises(LimitsMismatch, match=said):
        lockstep(policy())


def test_limits_of_another_robot_are_refused():
    plant = KinematicPlant(("base", "elbow", "gripper"), (1.2, -0.8, 0.04))
    with pytest.raises(LimitsMismatch, match="the limits belong to another robot: there is none for 'base'"):
        Lockstep(plant, planar_limits(), model=PlanarArm())


@pytest.mark.parametrize(
    ("fault", "mode", "said"),
    [
        ("nan", Mode.HOLD, "the measured position of elbow is not finite; check the encoders"),
        ("short", Mode.HOLD, "the robot gives 2 joint position numbers; it has 3 joints"),
        ("picture", Mode.HOLD, "camera 'wrist' gave uint8 (10, 10, 3), policy 'waving' needs uint8 (48, 64, 3)"),
        ("blocked", Mode.STOP, "away from where it was sent, more than 0.35: is it blocked?"),
        ("strained", Mode.STOP, "joint 'shoulder' measures an effort of 40.0; its limit is 9.5"),
    ],
)
def test_wrong_measurements_hold_or_stop_the_robot(fault, mode, said):
    run = lockstep(plant=Faulty(fault))
    run.start("wave")
    run.run(1.6)
    assert run.loop.mode is mode
    assert said in run.loop.watch.reason
    assert run.loop.at_rest


def test_a_short_fault_is_survived_a_long_one_stops_for_good():
    run = lockstep(plant=Faulty("nan", end=1.5))
    run.start("wave")
    run.run(3.0)
    assert run.loop.mode is Mode.RUN
    run = lockstep(plant=Faulty("nan", end=3.0))
    run.start("wave")
    run.run(6.0)
    assert run.loop.mode is Mode.STOP
    assert run.plant.held > 0
    run.plant.advance(2.0)
    run.step()
    assert run.loop.mode is Mode.STOP
    run.reset()
    run.run(1.0)
    assert run.loop.mode is Mode.RUN


def test_stop_is_left_only_by_a_reset():
    run = lockstep()
    run.start("wave")
    run.run(1.0)
    run.loop.stop("stopped by the operator")
    run.run(1.0)
    run.start("wave again")
    for _ in range(100):
        run.step()
    assert (run.loop.mode, run.loop.watch.reason) == (Mode.STOP, "stopped by the operator")
    run.reset()
    run.run(0.5)
    assert run.loop.mode is Mode.RUN
