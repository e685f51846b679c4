"""Limits files: ros2_control's words in, one sentence out when something is wrong."""

import math

import pytest

from policies.runtime import JointLimits, LimitsInvalid, LimitsMismatch, RobotLimits, load_limits
from policies.runtime.kinematic_plant import planar_limits
from policies.runtime.limits import limits_data, limits_of

FILE = """
joint_limits:
  pan: {has_position_limits: true, min_position: -2.9, max_position: 2.9, max_velocity: 1.5, max_acceleration: 5.0, max_effort: 30}
  lift: {min_position: 0, max_position: 0.4, max_velocity: 0.2, max_acceleration: 1.0, has_effort_limits: false, max_effort: 9}
gripper: lift
max_grip_force_n: 20
workspace:
  inside: {low: [-0.8, -0.8, 0.0], high: [0.8, 0.8, 1.2]}
  keep_out: [{low: [0.3, -0.1, 0.0], high: [0.4, 0.1, 0.3]}]
"""


def test_a_file_is_read(tmp_path):
    (tmp_path / "limits.yaml").write_text(FILE)
    limits = load_limits(tmp_path / "limits.yaml")
    assert limits.names == ("pan", "lift")
    assert limits.joints[0] == JointLimits(
        name="pan", min_position=-2.9, max_position=2.9, max_velocity=1.5, max_acceleration=5.0, max_effort=30.0
    )
    assert limits.joints[1].max_effort is None
    assert limits.max_grip_force_n == 20.0
    assert limits.gripper == "lift"
    assert limits.workspace.inside.high == (0.8, 0.8, 1.2)
    assert len(limits.workspace.keep_out) == 1


def test_plain_data_there_and_back():
    assert limits_of(limits_data(planar_limits())) == planar_limits()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("max_velocity: 1.5", "max_velocity: -1.5", "max_velocity of joint 'pan' is -1.5; it must be positive"),
        ("max_velocity: 1.5", "max_velocity: .nan", "max_velocity of joint 'pan' is nan; it must be a finite number"),
        ("max_velocity: 1.5", "max_velocity: fast", "max_velocity of joint 'pan' must be a number, got 'fast'"),
        ("max_velocity: 1.5", "max_velocty: 1.5", "joint 'pan' has an unknown key 'max_velocty'; is it 'max_velocity'?"),
        ("max_velocity: 1.5, ", "", "joint 'pan' has no max_velocity; the safety filter needs it"),
        ("has_position_limits: true", "has_position_limits: false", "joint 'pan' has no min_position; the safety filter needs it"),
        ("min_position: -2.9", "min_position: 3.0", "joint 'pan' may move from 3 to 2.9: that range is empty"),
        ("gripper: lift", "gripper: fingers", "the gripper's joint is said to be 'fingers'; the joints are pan, lift"),
        ("max_grip_force_n: 20", "max_grip_force_n: -1", "max_grip_force_n is -1.0"),
        ("low: [0.3, -0.1, 0.0]", "low: [0.3, -0.1]", "low of a box must be three numbers"),
        ("low: [0.3, -0.1, 0.0]", "low: [0.5, -0.1, 0.0]", "is empty: each low number must be less than its high one"),
        ("joint_limits:", "joints:", "the file has an unknown key 'joints'"),
        (FILE, "[]", "the file must be a mapping, got list"),
        (FILE, "max_grip_force_n: 3", "there is no joint_limits section that names a joint"),
        (FILE, "a: [", "is not YAML"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path, old, new, said):
    assert old in FILE
    (tmp_path / "limits.yaml").write_text(FILE.replace(old, new, 1))
    with pytest.raises(LimitsInvalid) as wrong:
        load_limits(tmp_path / "limits.yaml")
    assert said in str(wrong.value)
    assert "limits.yaml" in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(LimitsInvalid, match="cannot be read: No such file or directory"):
        load_limits(tmp_path / "none.yaml")


def test_limits_in_another_order_are_put_in_the_plants():
    limits = planar_limits().ordered(("gripper", "shoulder", "elbow"))
    assert limits.names == ("gripper", "shoulder", "elbow")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("shoulder", "elbow"), "3 joints are not 2, the robot has no 'gripper'"),
        (("shoulder", "elbow_joint", "gripper"), "there is none for 'elbow_joint' (is it 'elbow'?)"),
    ],
)
def test_limits_of_another_robot(names, said):
    with pytest.raises(LimitsMismatch) as wrong:
        planar_limits().ordered(names)
    assert said in str(wrong.value)
    assert str(wrong.value).startswith("the limits belong to another robot")


def test_numbers_that_cannot_be():
    joint = planar_limits().joints[0]
    with pytest.raises(LimitsInvalid, match="name a joint twice: shoulder, shoulder"):
        RobotLimits(joints=(joint, joint))
    with pytest.raises(LimitsInvalid, match="name no joint"):
        RobotLimits(joints=())
    with pytest.raises(LimitsInvalid, match="max_following_error is nan"):
        RobotLimits(joints=(joint,), max_following_error=math.nan)
