"""What a policy meets by its own answers: noted as it was asked, answered by the one before, and learnt from beside the data."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from toy_data import toy_data

from policies.policy import IMAGES, STATE, TASK, VELOCITY, ObservationInvalid
from policies.vla.config import VLAConfig
from policies.vla.full import make_network
from policies.vla.met import Met, Noting, answer_to
from policies.vla.processors import PACE_S
from policies.vla.start import Start
from policies.vla.train import prepare
from policies.vla.training import Training

SHAPE = {"width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1, "text": 8, "words": 64, "chunk": 8, "prefix": 3}
SHAPES = [SHAPE, {**SHAPE, "design": 2}]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return toy_data(tmp_path_factory.mktemp("vla") / "d")


def config_of(data, shape, **more):
    return VLAConfig.of("nano", joints=data.joints, cameras=data.cameras, pixels=32, **shape, **more)


def policy_of(data, config, folder):
    return Training(data, folder, config, batch=4).policy()


def batch(**more):
    return {
        STATE: np.array([0.1, 0.2, 0.03]),
        TASK: "pick up the red block",
        IMAGES + "head": np.zeros((32, 32, 3), np.uint8),
        **more,
    }


def test_velocities_are_by_where_the_joints_were_in_the_same_episode(data):
    found = data.velocities(np.array([0, 1, 40]))
    states = data.states
    wanted = [np.zeros(3), (states[1] - states[0]) * data.fps, (states[40] - states[39]) * data.fps]
    assert found == pytest.approx(np.array(wanted), abs=1e-5)
    begins = [int(start) for start in data.parts[0].starts]
    assert len(begins) > 1 and not data.velocities(np.array(begins)).any(), "an episode begins at rest"
    assert data.batch(np.array([39]), 4, np.array([1])).velocities == pytest.approx(data.velocities(np.array([40])))


@pytest.mark.parametrize("shape", SHAPES, ids=["first design", "second"])
def test_a_policy_that_is_told_velocities_begins_as_the_one_that_was_not(data, tmp_path, shape):
    config = config_of(data, shape)
    plain = policy_of(data, config, tmp_path / "plain")
    wider = replace(config, velocity=True)
    assert (config.told, wider.told) == (3, 6)
    network = make_network(wider)
    network.load_state_dict(Start(policy=plain, digest="").weights_for(wider))
    state, latent = torch.rand(5, 3), torch.rand(5, *config.latent)
    for velocity in (torch.zeros(5, 3), torch.rand(5, 3)):
        assert torch.allclose(
            answer_to(network.eval(), latent, torch.cat((state, velocity), 1)), answer_to(plain.network, latent, state), atol=1e-6
        )
    assert VLAConfig.from_json(wider.to_json()) == wider and "velocity" not in config.to_json()


def test_a_policy_that_goes_by_velocities_says_so_where_there_are_none(data, tmp_path):
    policy = policy_of(data, config_of(data, SHAPE, velocity=True), tmp_path)
    latent = policy.encode(batch())
    assert policy.decode(latent, batch(**{VELOCITY: np.zeros(3)})).shape == (8, 3)
    with pytest.raises(ObservationInvalid, match=r"has no 'observation\.velocity', which the policy 'vla-nano' goes by"):
        policy.decode(latent, batch())
    with pytest.raises(ObservationInvalid, match="finite"):
        policy.decode(latent, batch(**{VELOCITY: np.array([0.0, np.nan, 0.0])}))


@pytest.mark.parametrize("shape", SHAPES, ids=["first design", "second"])
def test_what_is_noted_is_what_was_asked(data, tmp_path, shape):
    policy = policy_of(data, config_of(data, shape, velocity=True), tmp_path / "a")
    asked = batch(**{VELOCITY: np.array([0.5, -0.5, 0.01])})
    before = policy.predict_action_chunk(asked)
    noting = Noting(policy)
    assert policy.predict_action_chunk(asked) == pytest.approx(before), "noting changes nothing"
    told = np.concatenate((policy.stats.normalise(asked[STATE]), asked[VELOCITY] * PACE_S / np.array(policy.stats.spread)))
    assert noting.states[0] == pytest.approx(told, abs=1e-6)
    met = Met(policy_of(data, config_of(data, shape), tmp_path / "b").network)
    met.add(Noting(policy))
    assert len(met) == 0, "who was asked nothing has met nothing"
    met.add(noting)
    drawn = met.draw((1,), 7)
    assert drawn["met_latent"].shape == (7, *policy.config.latent) and drawn["met_state"].shape == (7, 6)
    again = answer_to(policy.network, drawn["met_latent"][:1], drawn["met_state"][:1])[0]
    assert policy.stats.restore(again.detach().numpy()) == pytest.approx(before, abs=2e-3), "kept in half precision"
    assert not torch.allclose(drawn["met_answer"][0], again), "the answers are the other one's"


def test_a_training_learns_from_what_was_met(data, tmp_path):
    config = config_of(data, SHAPE)
    plain = policy_of(data, config, tmp_path / "plain")
    plain.save_pretrained(tmp_path / "plain/policy")
    training = prepare([data.folder], tmp_path / "t", batch=6, start=tmp_path / "plain/policy", velocity=True, without=("act",))
    assert training.network.config == replace(config, velocity=True)
    while training.name != "move":
        training.next_stage()
    assert "strain" not in training.learn(1.0), "nothing was met yet"
    noting = Noting(training.policy())
    noting.latents = [np.random.default_rng(0).normal(size=config.latent).astype(np.float16) for _ in range(9)]
    noting.states = list(np.random.default_rng(1).uniform(-1, 1, (9, 6)).astype(np.float32))
    training.met = Met(plain.network)
    training.met.add(noting)
    first = training.learn(1.0)
    assert first["strain"] > 0 and first["stay"] >= 0
    for _ in range(60):
        last = training.learn(1.0)
    assert last["strain"] < 0.7 * first["strain"], "what is asked of the motors becomes less"
    training.without = (*training.without, "strain")
    assert "strain" not in training.learn(1.0)
