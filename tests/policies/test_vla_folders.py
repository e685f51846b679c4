"""Folders: each is told for what it holds, opened as what it is, and refused in one sentence."""

import json

import pytest
import torch

from policies.policy import PolicyError
from policies.vla.backends import BackendMissing
from policies.vla.config import VLAConfig
from policies.vla.folders import FolderUnknown, about_folder, kind_of, open_policy, policy_in
from policies.vla.model import VLA
from policies.vla.policy import CheckpointInvalid, VLAPolicy
from policies.vla.processors import Stats, StatsMismatch
from policies.vla.tokenizer import Tokenizer

JOINTS = ("a", "b", "grip")


@pytest.fixture
def checkpoint(tmp_path):
    torch.manual_seed(0)
    shape = {"pixels": 32, "width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1, "text": 8, "words": 16}
    network = VLA(VLAConfig.of("nano", joints=JOINTS, cameras=("head",), **shape))
    stats = Stats(joints=JOINTS, middle=(0, 0, 0), spread=(1, 2, 3))
    VLAPolicy(network, Tokenizer(("put", "cup"), 8), stats, name="tiny").save_pretrained(tmp_path / "c")
    return tmp_path / "c"


def test_a_checkpoint_and_the_training_around_it(checkpoint, tmp_path):
    told = about_folder(checkpoint)
    assert told["kind"] == kind_of(checkpoint) == "checkpoint" and told["bytes"] > 10_000
    assert (told["name"], told["joints"], told["cameras"], told["words"]) == ("tiny", list(JOINTS), {"head": 32}, 2)
    assert open_policy(checkpoint, joints=JOINTS).spec.name == "tiny"
    training = tmp_path / "t"
    training.mkdir()
    (training / "checkpoint.pt").write_bytes(b"x")
    assert about_folder(training)["policy"] is None and about_folder(training)["last"] == {}
    with pytest.raises(FolderUnknown, match="has written no policy yet"):
        policy_in(training)
    checkpoint.rename(training / "policy")
    (training / "log.jsonl").write_text(json.dumps({"step": 50}) + "\n" + json.dumps({"step": 100}) + "\n")
    told = about_folder(training)
    assert told["kind"] == "training" and told["last"] == {"step": 100} and told["policy"]["name"] == "tiny"
    assert open_policy(training).spec.name == "tiny"


def test_what_is_no_policy_is_one_sentence(checkpoint, tmp_path):
    with pytest.raises(FolderUnknown, match="there is no such folder"):
        open_policy(tmp_path / "nowhere")
    with pytest.raises(FolderUnknown, match="none of its files are ours"):
        about_folder(tmp_path)
    (tmp_path / "meta").mkdir()
    (tmp_path / "meta/info.json").write_text('{"total_frames": 3, "features": {}}')
    assert about_folder(tmp_path)["frames"] == 3
    with pytest.raises(FolderUnknown, match="holds demonstrations, no policy"):
        open_policy(tmp_path)
    with pytest.raises(BackendMissing, match="is a checkpoint: surefoot policy export first"):
        open_policy(checkpoint, backend="onnxruntime")
    with pytest.raises(StatsMismatch, match="the robot has elbow"):
        open_policy(checkpoint, joints=("elbow",))


def test_one_bit_that_fell_over_is_noticed(checkpoint):
    file = checkpoint / "model.safetensors"
    data = bytearray(file.read_bytes())
    data[-3] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(CheckpointInvalid, match="are damaged") as caught:
        open_policy(checkpoint)
    assert isinstance(caught.value, PolicyError)


@pytest.mark.parametrize("text", ["{", "[]", '{"config": {}}', '{"config": 3}'])
def test_a_damaged_description_is_one_sentence(checkpoint, text):
    (checkpoint / "config.json").write_text(text)
    with pytest.raises(FolderUnknown) as caught:
        about_folder(checkpoint)
    assert "\n" not in str(caught.value)
    with pytest.raises(PolicyError):
        open_policy(checkpoint)
