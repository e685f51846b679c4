"""Newton-Euler against MuJoCo's own inverse dynamics, on arms of random shape."""

import mujoco
import numpy as np
import pytest
import torch

from policies.vla.dynamics import Chain, joint_torques, load_chain


def arm_xml(seed: int, slide: bool) -> tuple[str, tuple[str, ...]]:
    draw = np.random.default_rng(seed)

    def numbers(*values) -> str:
        return " ".join(f"{value:.5f}" for value in values)

    names, inner = [], ""
    for link in reversed(range(5)):
        kind = "slide" if slide and link == 2 else "hinge"
        names.append(f"j{link}")
        fixed = f'<body pos="{numbers(*draw.normal(0, 0.1, 3))}"><geom type="box" size="0.02 0.03 0.04" mass="0.3"/></body>'
        inner = (
            f'<body pos="{numbers(*draw.normal(0, 0.2, 3))}" euler="{numbers(*draw.uniform(-90, 90, 3))}">'
            f'<joint name="j{link}" type="{kind}" axis="{numbers(*draw.normal(0, 1, 3))}" '
            f'pos="{numbers(*draw.normal(0, 0.05, 3))}" '
            f'armature="{draw.uniform(0, 0.1):.4f}" damping="{draw.uniform(0, 0.5):.4f}"/>'
            f'<geom type="capsule" fromto="0 0 0 {numbers(*draw.normal(0, 0.2, 3))}" size="0.03" '
            f'mass="{draw.uniform(0.2, 2):.3f}"/>'
            f"{fixed}{inner}</body>"
        )
    base = f'<body pos="0.3 0.1 0.5" euler="{numbers(*draw.uniform(-60, 60, 3))}">{inner}<geom size="0.1" mass="3"/></body>'
    return f"<mujoco><worldbody>{base}</worldbody></mujoco>", tuple(reversed(names))


@pytest.mark.parametrize("slide", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_torques_are_those_of_mujoco(seed, slide):
    xml, joints = arm_xml(seed, slide)
    model = mujoco.MjModel.from_xml_string(xml)
    model.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_CONTACT
    data = mujoco.MjData(model)
    chain = Chain.of(model, joints)
    draw = np.random.default_rng(seed + 100)
    q, qd, qdd = (draw.normal(0, scale, (20, 5)) for scale in (1.5, 2.0, 5.0))
    found = joint_torques(chain, *(torch.from_numpy(part) for part in (q, qd, qdd)))
    for row in range(len(q)):
        data.qpos[:], data.qvel[:], data.qacc[:] = q[row], qd[row], qdd[row]
        mujoco.mj_inverse(model, data)
        assert found[row].numpy() == pytest.approx(data.qfrc_inverse, abs=1e-4)


def test_gradients_flow_to_the_motion():
    xml, joints = arm_xml(1, False)
    chain = Chain.of(mujoco.MjModel.from_xml_string(xml), joints)
    q = torch.zeros(3, 5, dtype=torch.float64, requires_grad=True)
    still = torch.zeros(3, 5, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: joint_torques(chain, x, still + 0.3, still + 0.7), (q,))


def test_a_chain_is_saved_and_loaded(tmp_path):
    xml, joints = arm_xml(2, True)
    chain = Chain.of(mujoco.MjModel.from_xml_string(xml), joints)
    chain.save(tmp_path / "arm.npz", limits=[1, 2, 3, 4, 5])
    again, limits = load_chain(tmp_path / "arm.npz")
    still = [torch.full((2, 5), value) for value in (0.2, 0.3, 0.4)]
    assert torch.equal(joint_torques(again, *still), joint_torques(chain, *still))
    assert limits.tolist() == [1, 2, 3, 4, 5]
    with pytest.raises(ValueError, match="is no arm model"):
        load_chain(tmp_path / "missing.npz")


def test_joints_that_are_no_chain_are_refused():
    xml, joints = arm_xml(1, False)
    model = mujoco.MjModel.from_xml_string(xml)
    with pytest.raises(ValueError, match="no joint 'elbow'"):
        Chain.of(model, ("elbow",))
    with pytest.raises(ValueError, match="do not form one chain"):
        Chain.of(model, (joints[1], joints[0]))
