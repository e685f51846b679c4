"""Start: a training that begins with a trained policy."""

import json

import numpy as np
import pytest
import torch
from toy_data import CONTEXT, toy_data

from policies.policy import ObservationInvalid
from policies.vla.config import ConfigInvalid
from policies.vla.joined import Joined
from policies.vla.recording import Episode, Recorder
from policies.vla.start import StartInvalid
from policies.vla.train import prepare, run
from policies.vla.training import Training, TrainingInvalid


def first(folder):
    """A policy of 32 pixels that has learnt for some steps, and its data."""
    toy_data(folder / "data")
    made = prepare([folder / "data"], folder / "first", batch=4)
    run(made, 3600, 2)
    made.policy().save_pretrained(folder / "first" / "policy")
    return folder / "data", folder / "first"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    return first(tmp_path_factory.mktemp("start"))


def recorded(folder, *, instruction="pick up the red block", side=32):
    with Recorder(folder, joints=("a", "b", "grip"), fps=20) as out:
        out.add(Episode(
            task=instruction, states=np.full((12, 3), 5.0, np.float32), actions=np.full((12, 3), 6.0, np.float32),
            pictures={"head": np.zeros((12, side, side, 3), np.uint8)}, spots=np.zeros((12, 2, 2), np.float32),
            about={"physics_context": CONTEXT},
        ))  # fmt: skip
    return folder


def test_weights_words_and_normalisation_are_the_policys_whatever_the_new_data_are_like(trained, tmp_path):
    data, policy = trained
    new = recorded(tmp_path / "new")
    made = prepare([data, new], tmp_path / "more", start=policy, size="small", head="binned", batch=4)
    before = prepare([data], tmp_path / "again", start=policy, batch=4).policy()
    assert made.network.config == before.config and made.network.config.size == "nano" and made.network.config.head == "l1"
    assert made.stats == before.stats and list(made.tokenizer.words) == list(before.tokenizer.words)
    for name, value in made.network.state_dict().items():
        assert torch.equal(value, before.network.state_dict()[name]), name
    anew = Training(Joined([data, new]), tmp_path, made.network.config)
    assert anew.stats != made.stats, "without the policy these data would be normalised otherwise"


def test_it_goes_on_with_acting_and_its_checkpoint_with_the_same_policy_only(trained, tmp_path):
    data, policy = trained
    made = prepare([data], tmp_path / "more", start=policy, batch=4)
    run(made, 3600, 2)
    assert made.name == "act" and made.step == 2
    again = prepare([data], tmp_path / "more", start=policy, batch=4)
    assert (again.name, again.step) == ("act", 2)
    with pytest.raises(TrainingInvalid, match="was trained with a policy to begin with; go on so, or give another --out"):
        prepare([data], tmp_path / "more", batch=4)
    made.policy().save_pretrained(tmp_path / "other")
    with pytest.raises(TrainingInvalid, match="was trained with another policy to begin with"):
        prepare([data], tmp_path / "more", start=tmp_path / "other", batch=4)


def test_moving_alone_leaves_the_eyes_as_they_came(trained, tmp_path):
    data, policy = trained
    made = prepare([data], tmp_path / "more", start=policy, batch=4, without=("act",))
    came = {name: value.clone() for name, value in made.network.state_dict().items()}
    run(made, 3600, 2)
    assert made.name == "move"
    changed = {name for name, value in made.network.state_dict().items() if not torch.equal(value, came[name])}
    assert changed and all(name.split(".")[0] not in (*made.network.slow, "spots") for name in changed)
    with pytest.raises(TrainingInvalid, match="nothing is left to train: all of align, instruct, act, move are left out"):
        run(prepare([data], tmp_path / "none", start=policy, without=("act", "move")), 3600, 2)


def test_what_does_not_go_together_is_told_in_one_sentence(trained, tmp_path):
    data, policy = trained
    with pytest.raises(StartInvalid, match="has pixels 32, the data 48; they must be the same"):
        prepare([recorded(tmp_path / "large", side=48)], tmp_path / "more", start=policy)
    with pytest.raises(ObservationInvalid, match="no word"):
        prepare([data, recorded(tmp_path / "odd", instruction="xyzzy")], tmp_path / "odd_out", start=policy)
    with pytest.raises(ConfigInvalid, match="pretrained towers are for size full; nano is trained from scratch"):
        prepare([data], tmp_path / "more", start=policy, vision=tmp_path)
    about = json.loads((policy / "policy/config.json").read_text())
    assert about["config"]["pixels"] == 32, "nothing was changed where it came from"
