"""MuJoCo's model of an arm, against the textbook's two-link arm."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

mujoco = pytest.importorskip("mujoco")

from policies.runtime import LimitsMismatch, MujocoArmModel, SafetyFilter  # noqa: E402
from policies.runtime.kinematic_plant import PlanarArm, planar_limits  # noqa: E402

ARM = """
<mujoco>
  <worldbody>
    <body name="upper">
      <joint name="shoulder" axis="0 -1 0"/>
      <inertial pos="0.35 0 0" mass="1.0" diaginertia="1e-9 1e-9 1e-9"/>
      <body name="fore" pos="0.35 0 0">
        <joint name="elbow" axis="0 -1 0"/>
        <inertial pos="0.3 0 0" mass="0.6" diaginertia="1e-9 1e-9 1e-9"/>
        <site name="tool" pos="0.3 0 0"/>
      </body>
    </body>
  </worldbody>
</mujoco>
"""


@pytest.fixture
def model(tmp_path):
    (tmp_path / "arm.xml").write_text(ARM)
    return MujocoArmModel(tmp_path / "arm.xml", joints=("shoulder", "elbow", None), points=("tool", "fore"))


def test_points_and_efforts_are_the_textbooks(model):
    draw, textbook = np.random.default_rng(0), PlanarArm()
    assert model.reach == pytest.approx(textbook.reach)
    for _ in range(50):
        q, v, a = draw.uniform(-2, 2, 3), draw.uniform(-3, 3, 3), draw.uniform(-8, 8, 3)
        assert np.array(model.points(q)) == pytest.approx(np.array(textbook.points(q)), abs=1e-9)
        assert model.efforts(q, v, a) == pytest.approx(textbook.efforts(q, v, a), abs=1e-6)


def test_the_filter_does_the_same_with_it(model):
    ours = SafetyFilter(planar_limits(), (1.2, -0.8, 0.04), model=PlanarArm())
    theirs = SafetyFilter(planar_limits(), (1.2, -0.8, 0.04), model=model)
    for target in ((2.0, 1.0, 0.0), (0.5, -2.0, 0.08), (1.2, -0.8, 0.04)):
        for _ in range(80):
            assert theirs(target).positions == pytest.approx(ours(target).positions, abs=1e-6)


def test_points_in_the_frame_of_a_body(tmp_path):
    (tmp_path / "arm.xml").write_text(ARM.replace('<body name="upper">', '<body name="upper" pos="1 2 3" euler="0 0 90">'))
    model = MujocoArmModel(tmp_path / "arm.xml", joints=("shoulder", "elbow"), points=("tool",), base="upper")
    assert model.points((0.0, 0.3))[0] == pytest.approx((0.35 + 0.3 * np.cos(0.3), 0.0, 0.3 * np.sin(0.3)))


def test_names_that_are_not_there(tmp_path):
    (tmp_path / "arm.xml").write_text(ARM)
    with pytest.raises(LimitsMismatch, match=r"there is none for 'shoulder'|belong to another robot"):
        MujocoArmModel(tmp_path / "arm.xml", joints=("sholder", "elbow"), points=("tool",))
    with pytest.raises(LimitsMismatch, match="no site or body 'hand' to guard"):
        MujocoArmModel(tmp_path / "arm.xml", joints=("shoulder",), points=("hand",))
    with pytest.raises(LimitsMismatch, match="no body 'torso'"):
        MujocoArmModel(tmp_path / "arm.xml", joints=("shoulder",), points=("tool",), base="torso")


LIMB = """
<mujoco>
  <worldbody>
    <body name="block" pos="1 0 0"><freejoint/><geom size="0.1"/></body>
    <body name="stand" pos="0.2 0 0.5" euler="0 0 30">
      <joint name="hip" axis="0 0 1" damping="0.3" armature="0.02"/>
      <geom size="0.05"/>
      <body name="shin" pos="0.3 0 0">
        <joint name="spring" axis="0 1 0" stiffness="5"/>
        <geom size="0.04" pos="0.1 0 0"/>
        <body name="foot" pos="0.2 0 0">
          <joint name="slide" type="slide" axis="1 0 0" range="0 0.2"/>
          <geom size="0.03"/>
          <site name="toe" pos="0 0 0.1"/>
        </body>
      </body>
    </body>
  </worldbody>
</mujoco>
"""
angles = st.lists(st.floats(-3, 3), min_size=3, max_size=3)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("same", "points", "motion")), angles, angles, angles), min_size=1, max_size=8))
def test_what_it_takes_over_from_the_last_call_changes_no_bit(calls):
    """Joints apart in the file and in another order, one that it lacks; each answer is that of MuJoCo's whole inverse dynamics."""
    whole = mujoco.MjModel.from_xml_string(LIMB)
    whole.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_CONTACT | mujoco.mjtDisableBit.mjDSBL_CONSTRAINT
    model = MujocoArmModel.of(whole, joints=("slide", None, "hip"), points=("toe", "shin"), base="stand")
    slide, hip = (mujoco.mj_name2id(whole, mujoco.mjtObj.mjOBJ_JOINT, name) for name in ("slide", "hip"))
    at, dof = whole.jnt_qposadr[[slide, hip]], whole.jnt_dofadr[[slide, hip]]
    positions, velocities = [0.1, 0.0, 0.2], [0.0, 0.0, 0.0]
    for kind, where, speeds, rates in calls:
        if kind == "motion":
            positions, velocities = where, speeds
        fresh = mujoco.MjData(whole)
        fresh.qpos[at] = where[0], where[2]
        mujoco.mj_kinematics(whole, fresh)
        if kind == "points":
            stand = fresh.body("stand")
            expected = [
                (p - stand.xpos) @ stand.xmat.reshape(3, 3) for p in (fresh.site("toe").xpos, fresh.body("shin").xpos)
            ]  # fmt: skip
            assert np.array(model.points(where)) == pytest.approx(np.array(expected), abs=1e-12)
        fresh = mujoco.MjData(whole)
        fresh.qpos[at] = positions[0], positions[2]
        fresh.qvel[dof] = velocities[0], velocities[2]
        fresh.qacc[dof] = rates[0], rates[2]
        mujoco.mj_inverse(whole, fresh)
        slid, turned = fresh.qfrc_inverse[dof].tolist()
        assert list(model.efforts(positions, velocities, rates)) == [slid, 0.0, turned]
