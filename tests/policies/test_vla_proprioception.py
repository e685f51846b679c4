"""What the network knows of its hand is where MuJoCo says that it is, in the frame of the turret."""

import math

import numpy as np
import pytest
import torch

from policies.arm import ARM
from policies.vla.dynamics import Chain
from policies.vla.processors import Stats
from policies.vla.proprioception import Proprioception

pytest.importorskip("mujoco")


@pytest.fixture(scope="module")
def cell():
    from skills.robots.physics.cell import Cell

    return Cell(images=False)


def test_the_hand_is_where_the_simulator_has_it(cell):
    import mujoco

    model, data = cell.sim.model, mujoco.MjData(cell.sim.model)
    draw = np.random.default_rng(0)
    poses = draw.uniform(np.maximum(ARM.lower, -2.5), np.minimum(ARM.upper, 2.5), (40, len(ARM.joints))).astype(np.float32)
    stats = Stats.of(ARM.joints, poses)
    body = Proprioception(len(ARM.joints))
    body.fill(Chain.of(model, ARM.joints[:6]), stats)
    found = body(torch.from_numpy(stats.normalise(poses))).numpy()
    assert found.shape == (40, body.features) and np.allclose(found[:, 12:18], np.sin(poses[:, :6]), atol=1e-5)
    last = model.joint(ARM.joints[5]).bodyid[0]
    base = model.joint(ARM.joints[0]).bodyid[0]
    for pose, told in zip(poses, found, strict=True):
        for joint, angle in zip(ARM.joints[:6], pose[:6], strict=True):
            data.joint(joint).qpos[0] = angle
        mujoco.mj_kinematics(model, data)
        root = model.body_parentid[base]
        frame, origin = data.xmat[root].reshape(3, 3), data.xpos[root]
        cos, sin = math.cos(pose[0]), math.sin(pose[0])
        turret = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])
        assert np.allclose(told[:3] / 4, turret @ frame.T @ (data.xpos[last] - origin), atol=2e-4)
        assert np.allclose(told[3:12].reshape(3, 3) / 3, turret @ frame.T @ data.xmat[last].reshape(3, 3), atol=2e-4)


def test_it_becomes_half_as_a_whole():
    body = Proprioception(4).half()
    assert body(torch.zeros(2, 4).half()).dtype == torch.float16
