"""The torque of what is sent in every tick: the curve is the runtime's, what is under way counts, and training hears of it."""

import numpy as np
import pytest
import torch
from toy_data import JOINTS, toy_data

from policies.runtime.chunks import ActionChunk, ChunkBuffer
from policies.runtime.settings import LoopSettings
from policies.vla.config import VLAConfig
from policies.vla.dynamics import Chain
from policies.vla.losses import as_played, strain_loss, torques_of
from policies.vla.recording import DatasetInvalid, Episode, Recorder
from policies.vla.train import prepare
from policies.vla.training import Training

SHAPE = {"width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1, "text": 8, "words": 64, "chunk": 8, "prefix": 3}


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
    real, led = torch.ones(1, 8, dtype=torch.bool), torch.ones(1, dtype=torch.bool)
    assert float(strain_loss(chain, limits, steady, 0.05, real, led)) == pytest.approx(0.0, abs=1e-12)
    jumps = steady.clone()
    jumps[:, :2] = jumps[:, 1:2]  # at rest before: 0.1 rad/s within a tick are 10 rad/s^2, 20 N m of 4
    at_once = (20 / 4 - 1) ** 2 / 31
    assert float(strain_loss(chain, limits, jumps, 0.05, real, led, fade=0)) == pytest.approx(at_once, rel=1e-6)
    faded = float(strain_loss(chain, limits, jumps, 0.05, real, led))
    # The cubic begins with 4 / 0.1 s times the jump, 4 rad/s^2 or 8 N m, and has fallen below 2 rad/s^2 after a third of it.
    assert 0 < faded < at_once / 10
    assert float(strain_loss(chain, limits, jumps, 0.05, real, led, fade=40)) == 0.0, "0.1 rad/s in 0.4 s are 1 rad/s^2"
    assert float(strain_loss(chain, limits, jumps, 0.05, real, ~led)) == pytest.approx(0.0, abs=1e-12), "nobody knows that it jumps"
    inside = torques_of(chain, jumps[:, 2:], 0.05)
    assert float(inside.abs().max()) < 1e-9, "the chunk by itself asks for nothing"


def test_the_gradient_makes_a_start_gentler():
    chain, limits = turning(joints=2), torch.tensor([4.0, 4.0])
    real, led = torch.ones(1, 8, dtype=torch.bool), torch.ones(1, dtype=torch.bool)
    chunk = (0.02 * torch.arange(1.0, 9.0).view(1, 8, 1).repeat(1, 1, 2)).requires_grad_()

    def loss():
        return strain_loss(chain, limits, torch.cat((torch.zeros(1, 2, 2), chunk), 1), 0.05, real, led)

    before, first = float(loss().detach()), float(chunk[0, 0, 0].detach())
    optimiser = torch.optim.SGD([chunk], lr=2e-6)
    for _ in range(100):
        optimiser.zero_grad()
        value = loss()
        value.backward()
        optimiser.step()
    assert float(loss().detach()) < 0.5 * before and float(chunk[0, 0, 0].detach()) < first


def test_actions_that_are_not_real_do_not_count():
    chain, limits = turning(), torch.tensor([4.0])
    path = torch.zeros(1, 10, 1, dtype=torch.float64)
    path[:, 6:] = 1.0  # a jump at the fifth action
    led = torch.ones(1, dtype=torch.bool)
    real = torch.arange(8)[None] < 4
    assert float(strain_loss(chain, limits, path, 0.05, real | True, led)) > 1.0
    assert float(strain_loss(chain, limits, path, 0.05, real & (torch.arange(8)[None] < 3), led)) == 0.0


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return toy_data(tmp_path_factory.mktemp("vla") / "d")


def test_what_came_before_a_frame_is_of_its_episode(data, tmp_path):
    found, led = data.before(np.array([0, 1, 2, 13, 40]))
    assert led.all() and found.shape == (5, 2, 3)
    states, actions = data.states, data.actions
    wanted = [
        [states[0], states[0]], [states[0], actions[0]], [actions[0], actions[1]], [states[12], actions[12]],
        [actions[38], actions[39]],
    ]  # fmt: skip
    assert found.tolist() == np.array(wanted).tolist()
    batch = data.batch(np.array([13, 40]), 4, np.array([0, 2]))
    assert batch.before.tolist() == data.before(np.array([13, 42]))[0].tolist() and batch.led.all()
    with Recorder(tmp_path / "round", joints=JOINTS, fps=20) as out:
        out.add(Episode(
            task="pick up the red block", states=np.zeros((5, 3), np.float32), actions=np.zeros((5, 3), np.float32),
            pictures={"head": np.zeros((5, 32, 32, 3), np.uint8)}, spots=np.zeros((5, 2, 2), np.float32),
            ahead=np.zeros((5, 16, 3), np.float32),
        ))  # fmt: skip
    both = type(data)([data.folder, tmp_path / "round"])
    assert both.before(np.array([len(both) - 1, 0]))[1].tolist() == [False, True], "what a policy sent, nobody wrote down"


def test_a_training_counts_it_if_it_is_told_to(data, tmp_path):
    config = VLAConfig.of("nano", joints=data.joints, cameras=data.cameras, pixels=32, **SHAPE)

    def terms(name, *, without=("align", "instruct", "act"), **more):
        (tmp_path / name).mkdir()
        made = Training(data, tmp_path / name, config, batch=12, without=without, **more)
        while made.name != "move":
            made.next_stage()
        total, found = made.total(made.sample())
        return float(total.detach()), found

    plain, found = terms("plain")
    assert set(found) == {"action", "physics", "smoothness"} and found["physics"] > 0
    more, strained = terms("strained", strain=0.5)
    assert set(strained) == {*found, "strain"} and strained["strain"] > 0
    assert more == pytest.approx(plain + 0.5 * strained["strain"], rel=1e-5)
    assert set(terms("without", strain=0.5, without=("align", "instruct", "act", "physics"))[1]) == {"action", "smoothness"}


def test_torques_can_be_of_another_arm_than_the_data_s(data, tmp_path):
    turning(inertia=1e-3, joints=2).save(tmp_path / "light.npz", limits=[1e6, 1e6])
    made = prepare([data.folder], tmp_path / "t", arm=tmp_path / "light.npz", without=("align", "instruct"))
    made.next_stage()
    made.next_stage()
    assert made.total(made.sample())[1]["physics"] == 0.0
    with pytest.raises(DatasetInvalid, match="is no arm model"):
        prepare([data.folder], tmp_path / "u", arm=tmp_path / "missing.npz")
