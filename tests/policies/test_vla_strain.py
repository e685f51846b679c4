"""The torque of what is sent in every tick: the curve is the runtime's, and what is under way counts."""

import numpy as np
import pytest
import torch
from toy_data import toy_data

from policies.runtime.chunks import ActionChunk, ChunkBuffer
from policies.runtime.settings import LoopSettings
from policies.vla.dynamics import Chain
from policies.vla.losses import as_played, strain_loss, torques_of
from policies.vla.recording import DatasetInvalid
from policies.vla.train import prepare


def turning(inertia=2.0, joints=1):
    """An arm of joints that turn about the vertical, one metre apart, so that gravity asks for nothing."""
    one = np.ones(joints)
    return Chain(
        places=np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]][:joints]), turns=np.stack([np.eye(3)] * joints),
        anchors=np.zeros((joints, 3)), axes=np.array([[0.0, 0.0, 1.0]] * joints), slides=np.zeros(joints, bool), masses=one,
        centres=np.zeros((joints, 3)), inertias=np.zeros((joints, 3, 3)), armature=inertia * one, damping=0 * one,
        gravity=np.array([0.0, 0.0, -9.81]),
    )  # fmt: skip


@pytest.mark.parametrize("fade", [None, 20, 0])
def test_what_is_played_is_what_the_runtime_sends(fade):
    draw = np.random.default_rng(0)
    path = draw.normal(0, 1, (3, 2 + 8, 2))
    blend_s = LoopSettings().blend_s if fade is None else fade / 100
    found = as_played(torch.from_numpy(path), 5, 6, **({} if fade is None else {"fade": fade})).numpy()
    assert found.shape == (3, 3 + 6 * 5, 2)
    for one, whole in zip(found, path, strict=True):
        step = whole[1] - whole[0]
        buffer = ChunkBuffer(2, blend_s=blend_s)  # a motion that goes straight on
        before = ActionChunk(observed=0.95, period_s=0.05, actions=whole[1] + np.outer(range(9), step), origin=whole[0])
        buffer.offer(before, 0.95)
        buffer.offer(ActionChunk(observed=1.0, period_s=0.05, actions=whole[2:], origin=whole[1]), 1.0)
        sent = [buffer.sample(1.0 + 0.01 * tick).positions for tick in range(31)]
        assert one[2:] == pytest.approx(np.array(sent), abs=1e-9)
        assert one[:2] == pytest.approx(whole[1] - np.outer([0.4, 0.2], whole[1] - whole[0]), abs=1e-12)


def test_what_goes_on_costs_nothing_and_a_jump_of_velocity_costs_while_it_dies_away():
    chain, limits = turning(), torch.tensor([4.0])
    steady = 0.1 * 0.05 * torch.arange(-1.0, 9.0, dtype=torch.float64).view(1, 10, 1)  # 0.1 rad/s
    assert float(strain_loss(chain, limits, steady, 0.05)) == pytest.approx(0.0, abs=1e-12)
    jumps = steady.clone()
    jumps[:, :2] = jumps[:, 1:2]  # at rest before: 0.1 rad/s within a tick are 10 rad/s^2, 20 N m of 4
    at_once = (20 / 4 - 0.85) / 31
    assert float(strain_loss(chain, limits, jumps, 0.05, fade=0)) == pytest.approx(at_once, rel=1e-6)
    # The cubic begins with 4 / 0.1 s times the jump, 4 rad/s^2 or 8 N m, and ends with half of that.
    gone = np.clip(np.arange(-2, 31) / 10, 0, 1)
    sent = 1e-3 * (np.maximum(np.arange(-2, 31), 0) - 10 * gone * (1 - gone) ** 2)
    shares = 2.0 * np.abs(np.diff(sent, 2)) / 1e-4 / 4.0
    faded = np.maximum(shares - 0.85, 0).sum() / 31
    assert 1.0 < shares.max() < 2.0 < 20 / 4, "a jump that dies away asks for less than half of one at once"
    assert float(strain_loss(chain, limits, jumps, 0.05)) == pytest.approx(faded, rel=1e-6)
    assert float(strain_loss(chain, limits, jumps, 0.05, fade=40)) == 0.0, "0.1 rad/s in 0.4 s are 1 rad/s^2"
    inside = torques_of(chain, jumps[:, 2:], 0.05)
    assert float(inside.abs().max()) < 1e-9, "the chunk by itself asks for nothing"


def test_the_gradient_makes_a_start_gentler():
    chain, limits = turning(joints=2), torch.tensor([4.0, 4.0])
    chunk = (0.02 * torch.arange(1.0, 9.0).view(1, 8, 1).repeat(1, 1, 2)).requires_grad_()

    def loss():
        return strain_loss(chain, limits, torch.cat((torch.zeros(1, 2, 2), chunk), 1), 0.05)

    before, first = float(loss().detach()), float(chunk[0, 0, 0].detach())
    optimiser = torch.optim.Adam([chunk], lr=1e-3)
    for _ in range(300):
        optimiser.zero_grad()
        value = loss()
        value.backward()
        optimiser.step()
    assert float(loss().detach()) < 0.5 * before and float(chunk[0, 0, 0].detach()) < first


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return toy_data(tmp_path_factory.mktemp("vla") / "d")


def test_torques_can_be_of_another_arm_than_the_data_s(data, tmp_path):
    turning(inertia=1e-3, joints=2).save(tmp_path / "light.npz", limits=[1e6, 1e6])
    made = prepare([data.folder], tmp_path / "t", arm=tmp_path / "light.npz", without=("align", "instruct"))
    made.next_stage()
    made.next_stage()
    assert made.total(made.sample())[1]["physics"] == 0.0
    with pytest.raises(DatasetInvalid, match="is no arm model"):
        prepare([data.folder], tmp_path / "u", arm=tmp_path / "missing.npz")
