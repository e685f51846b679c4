"""The learned policy as a thing: shapes, prefixes, checkpoints, and what it refuses."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from policies.policy import ACTION, IMAGES, STATE, TASK, ObservationInvalid, Policy
from policies.vla.config import ConfigInvalid, VLAConfig
from policies.vla.model import VLA
from policies.vla.policy import CheckpointInvalid, VLAPolicy
from policies.vla.processors import Stats, StatsMismatch
from policies.vla.tokenizer import PAD, UNKNOWN, Tokenizer, split_words

JOINTS = ("a", "b", "c", "grip")
STATS = Stats(joints=JOINTS, middle=(0.1, -0.2, 0.0, 0.04), spread=(1.0, 2.0, 0.5, 0.04))
WORDS = ("put", "the", "red", "block", "把", "红")


def config(head="l1", **more):
    shape = {"pixels": 32, "width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1, "text": 8, "words": 16}
    return VLAConfig.of("nano", joints=JOINTS, cameras=("head", "wrist"), head=head, **{**shape, **more})


def policy(head="l1", seed=0):
    torch.manual_seed(seed)
    return VLAPolicy(VLA(config(head)), Tokenizer(WORDS, 8), STATS, name="tiny")


def observation(seed=0, **changes):
    draw = np.random.default_rng(seed)
    pictures = {IMAGES + name: draw.integers(0, 255, (32, 32, 3), dtype=np.uint8) for name in ("head", "wrist")}
    return {STATE: np.array([0.1, 0.2, -0.1, 0.02], np.float32), TASK: "put the red block", **pictures, **changes}


@pytest.mark.parametrize("head", ["l1", "flow", "binned"])
def test_every_head_gives_a_chunk_that_begins_with_what_is_committed(head):
    made = policy(head)
    assert isinstance(made, Policy) and made.spec.kind == "learned"
    chunk = made.predict_action_chunk(observation())
    assert chunk.shape == (16, 4) and chunk.dtype == np.float32 and np.isfinite(chunk).all()
    committed = chunk[3:9] + 0.3
    after = made.predict_action_chunk(observation(), inference_delay=4, prev_chunk_left_over=committed)
    assert after[:4] == pytest.approx(committed[:4], abs=1e-5)
    assert np.abs(after[4:] - chunk[4:]).max() > 1e-4, "the rest is made to continue them"
    beyond = made.predict_action_chunk(observation(), inference_delay=99, prev_chunk_left_over=committed[:2])
    assert beyond[:2] == pytest.approx(committed[:2], abs=1e-5)


def test_the_fast_half_alone_is_the_whole():
    made = policy()
    seen = observation()
    latent = made.encode(seen)
    assert tuple(latent.shape[1:]) == made.network.config.latent
    assert made.decode(latent, seen) == pytest.approx(made.predict_action_chunk(seen), abs=1e-6)
    assert made.decode(latent, {STATE: seen[STATE]}) == pytest.approx(made.decode(latent, seen)), "it needs no pictures"
    moved = {**seen, STATE: seen[STATE] + 0.1}
    after = made.decode(latent, moved)
    assert np.abs(after - made.decode(latent, seen)).max() > 0.01, "it knows where the joints are now"
    assert np.abs(after - made.predict_action_chunk(moved)).max() > 1e-5, "and where they were when the pictures were taken"


def test_actions_are_handed_out_one_by_one_and_a_reset_forgets_them():
    made = policy()
    first = made.predict_action_chunk(observation())
    handed = [made.select_action(observation()) for _ in range(3)]
    assert np.stack(handed) == pytest.approx(first[:3])
    made.reset()
    assert made.select_action(observation(1)) == pytest.approx(made.predict_action_chunk(observation(1))[0])


def test_pictures_words_and_joints_all_matter():
    made = policy()
    base = made.predict_action_chunk(observation())
    for other in (observation(1), observation(**{TASK: "put the block"}), observation(**{STATE: np.zeros(4, np.float32)})):
        assert np.abs(made.predict_action_chunk(other) - base).max() > 1e-5


def test_the_state_is_hidden_at_times_while_training():
    torch.manual_seed(0)
    network = VLA(config(state_dropout=1.0))
    inputs = (torch.rand(2, *network.config.latent), torch.rand(2, 4), torch.zeros(2, 6, 4), torch.zeros(2, 6))
    other = (inputs[0], torch.rand(2, 4), *inputs[2:])
    network.train()
    assert torch.equal(network.raw(*inputs), network.raw(*other))
    network.eval()
    assert not torch.equal(network.raw(*inputs), network.raw(*other))


def test_a_checkpoint_comes_back_as_it_was(tmp_path):
    made = policy()
    made.save_pretrained(tmp_path / "p")
    again = VLAPolicy.from_pretrained(tmp_path / "p", joints=JOINTS)
    assert again.spec == made.spec
    assert np.array_equal(again.predict_action_chunk(observation()), made.predict_action_chunk(observation()))
    assert sorted(file.name for file in (tmp_path / "p").iterdir()) == ["config.json", "model.safetensors"]


def damage(folder, how):
    file, about = folder / "model.safetensors", json.loads((folder / "config.json").read_text())
    if how == "nothing":
        (folder / "config.json").unlink()
    elif how == "no weights":
        file.unlink()
    elif how == "short":
        file.write_bytes(file.read_bytes()[:1000])
    elif how == "other weights":
        weights = load_file(file)
        save_file({**weights, "queries": torch.zeros(3, 3)}, file)
    elif how == "no json":
        (folder / "config.json").write_text("{")
    elif how == "version":
        (folder / "config.json").write_text(json.dumps({**about, "surefoot_vla": 9}))
    elif how == "edited stats":
        about["stats"]["middle"][0] += 1
        (folder / "config.json").write_text(json.dumps(about))
    elif how == "config":
        about["config"]["colour"] = "red"
        (folder / "config.json").write_text(json.dumps(about))


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("nothing", "holds no policy"),
        ("no weights", "model.safetensors is missing"),
        ("short", "are damaged"),
        ("other weights", "do not fit their config.json"),
        ("no json", "cannot be read"),
        ("version", "no policy of this version"),
        ("edited stats", "were edited or damaged"),
        ("config", "other fields than this version knows: colour"),
    ],
)
def test_a_damaged_checkpoint_is_one_sentence(tmp_path, how, says):
    policy().save_pretrained(tmp_path)
    damage(tmp_path, how)
    with pytest.raises(CheckpointInvalid, match=says) as caught:
        VLAPolicy.from_pretrained(tmp_path)
    assert "\n" not in str(caught.value)


def test_statistics_of_another_robot_are_refused(tmp_path):
    policy().save_pretrained(tmp_path)
    with pytest.raises(StatsMismatch, match="the robot has elbow, grip"):
        VLAPolicy.from_pretrained(tmp_path, joints=("elbow", "grip"))
    with pytest.raises(StatsMismatch, match="are broken: 4 joints, 4 middles, 1 spreads"):
        Stats.from_json({**STATS.to_json(), "spread": [1.0]})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({TASK: "bonjour monsieur"}, "knows no word of the instruction 'bonjour monsieur'"),
        ({TASK: None}, "has to be told what to do"),
        ({STATE: np.array([0, np.nan, 0, 0], np.float32)}, "is not finite for b"),
        ({STATE: np.zeros(7, np.float32)}, "is it another robot's"),
        ({IMAGES + "wrist": np.zeros((48, 48, 3), np.uint8)}, r"needs uint8 \(32, 32, 3\)"),
    ],
)
def test_an_observation_that_does_not_fit_is_one_sentence(change, says):
    with pytest.raises(ObservationInvalid, match=says):
        policy().predict_action_chunk(observation(**change))


def test_statistics_go_there_and_back():
    draw = np.random.default_rng(0)
    values = draw.normal(0, (1, 0.2, 3, 1e-9), (4000, 4))
    stats = Stats.of(JOINTS, values)
    assert stats.restore(stats.normalise(values)) == pytest.approx(values, abs=1e-5)
    assert np.quantile(np.abs(stats.normalise(values)), 0.99) < 1.0
    assert stats.spread[3] == pytest.approx(1e-3), "a joint that does not move is not blown up"


def test_words_are_those_of_the_data():
    assert split_words("Put the RED block on tray 12, 把红色方块!") == [*"put the red block on tray 1 2 把 红 色 方 块".split()]
    fitted = Tokenizer.fit(["put the block", "put the cup", "put it"], most=5, length=4)
    assert fitted.words == ("put", "the", "block") and len(fitted) == 5
    assert fitted("Put the saucer").tolist() == [2, 3, UNKNOWN, PAD]
    assert fitted("the the the the the").tolist() == [3] * 4


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"pixels": 50}, "a multiple of 16"),
        ({"width": 50}, "not a multiple"),
        ({"head": "gan"}, "no head"),
        ({"prefix": 16}, "less than"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(change, says):
    with pytest.raises(ConfigInvalid, match=says):
        config(**change)


def test_the_keys_are_those_of_lerobot():
    assert (STATE, IMAGES, TASK, ACTION) == ("observation.state", "observation.images.", "task", "action")
