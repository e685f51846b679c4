"""``surefoot policy`` and ``surefoot run --policy``: the whole chain on a few steps, and one sentence for what cannot be."""

import json

import pytest
import torch

from agent.cli.policy_choice import choose_policy
from agent.settings import load_settings
from policies.arm import ARM
from policies.policy import PolicyError
from policies.vla.config import VLAConfig
from policies.vla.model import VLA
from policies.vla.policy import VLAPolicy
from policies.vla.processors import Stats
from policies.vla.tokenizer import Tokenizer


def tiny(folder, joints=ARM.joints):
    """A checkpoint with random weights."""
    torch.manual_seed(0)
    shape = {"pixels": 32, "width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1, "text": 8, "words": 16}
    network = VLA(VLAConfig.of("nano", joints=joints, cameras=("head", "wrist"), **shape))
    count = len(joints)
    stats = Stats(joints=joints, middle=(0.2,) * count, spread=(0.05,) * count)
    VLAPolicy(network, Tokenizer(("pick", "press", "block"), 8), stats, name="tiny").save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_record_train_info_and_eval(surefoot, tmp_path):
    code, out, err = surefoot("policy", "record", "demos", "-n", "1", "--pixels", "16", "--task", "press", "--json")
    told = json.loads(out)
    assert code == 0 and told["episodes"] == told["tried"] == 1 and told["frames"] > 30, err
    code, out, _ = surefoot("policy", "info", "demos", "--json")
    assert json.loads(out)["kind"] == "dataset" and json.loads(out)["cameras"] == {"head": 16, "wrist": 16}
    order = (
        "policy",
        "train",
        "demos",
        "--out",
        "t",
        "--steps",
        "2",
        "--batch",
        "2",
        "--threads",
        "1",
        "--device",
        "cpu",
        "--json",
    )
    code, out, _ = surefoot(*order)
    told = json.loads(out)
    assert code == 0 and told["steps"] == 2 and told["finished"] is False and told["samples_per_s"] > 0
    code, out, _ = surefoot(*order)
    assert json.loads(out)["steps"] == 4, "the same command goes on"
    code, out, _ = surefoot("policy", "info", "t")
    assert "training" in out and "step 4" in out and "vla-nano" in out
    trial = ("policy", "eval", "--policy", "t", "-n", "1", "--limit", "1", "--group", "seen", "--task", "press", "--out", "e.jsonl")
    code, out, err = surefoot(*trial, "--json")
    told = json.loads(out)
    assert code == 0 and (told["policy"], told["backend"], told["trials"]) == ("vla-nano", "eager", 1)
    assert told["groups"]["seen"]["good"] == 0 and told["failures"] == {"not done in time": 1}, "four steps teach nothing"
    code, out, _ = surefoot(*trial)
    assert "0.0 %" in out and "1 failed: not done in time" in out
    assert len((tmp_path / "e.jsonl").read_text().splitlines()) == 2, "no trial is played twice"
    code, _, err = surefoot(*trial, "--delay", "50")
    assert code == 2 and "of another run (it differs in delay_ms)" in err


def test_the_expert_is_tried_by_default(surefoot):
    code, out, _ = surefoot("policy", "eval", "-n", "1", "--group", "seen", "--task", "press", "--json", "--policy", "expert")
    told = json.loads(out)
    assert code == 0 and told["policy"] == "expert" and told["groups"]["seen"] == {
        "share": 1.0, "low": 0.2065, "high": 1.0, "good": 1, "of": 1,
        "tasks": {"press": {"share": 1.0, "low": 0.2065, "high": 1.0, "good": 1, "of": 1}},
    }  # fmt: skip


def other(folder):
    return tiny(folder, ("elbow", "gripper"))


def damaged(folder):
    file = tiny(folder) / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-8])
    return folder


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (other, "a policy moves only the robot that it was trained on"),
        (damaged, "are damaged"),
        (lambda folder: folder, "there is no such folder"),
    ],
)
def test_a_policy_that_cannot_act_is_told_before_anything_moves(surefoot, tmp_path, make, says):
    folder = make(tmp_path / "p")
    code, _, err = surefoot("run", "press the packing button", "--map", "factory", "--robot", "mujoco", "--policy", folder)
    assert code == 2 and says in err and len(err.strip().splitlines()) == 1
    assert not list((tmp_path / "data").glob("*/*")), "no mission was begun"
    code, _, err = surefoot("policy", "eval", "--policy", folder, "-n", "1")
    assert code == 2 and says in err


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (("record", "d", "--pixels", "50"), "not a multiple of 16"),
        (("record", "d", "--seed", "999999"), "are those of surefoot policy eval"),
        (("train", "nowhere"), "holds no dataset"),
        (("train", "nowhere", "--without", "sleep"), "nothing that can be left out"),
        (("train", "nowhere", "--device", "warp"), "--device warp is not there"),
        (("eval", "--group", "all"), "--group all is none"),
        (("info", "nowhere"), "there is no such folder"),
        (("export", "nowhere"), "there is no such folder"),
    ],
)
def test_what_cannot_be_is_one_sentence(surefoot, order, says):
    code, _, err = surefoot("policy", *order)
    assert code == 2 and says in err and len(err.strip().splitlines()) == 1, err


def test_a_policy_for_a_robot_without_an_arm_is_refused(surefoot):
    code, _, err = surefoot("run", "go to the dock", "--policy", "expert")
    assert code == 2 and "add --robot mujoco" in err


def test_a_backend_that_cannot_run_a_checkpoint_says_what_to_do(surefoot, tmp_path):
    tiny(tmp_path / "p")
    code, _, err = surefoot("policy", "eval", "--policy", "p", "--backend", "onnxruntime")
    assert code == 2 and "surefoot policy export first" in err


def test_the_settings_name_a_policy_beside_them(tmp_path):
    (tmp_path / "surefoot.toml").write_text('[robot]\nkind = "mujoco"\npolicy = "mine"\n')
    assert load_settings(tmp_path / "surefoot.toml").robot.policy == str(tmp_path / "mine")
    (tmp_path / "surefoot.toml").write_text('[robot]\npolicy = "expert"\n')
    assert load_settings(tmp_path / "surefoot.toml").robot.policy == "expert"


@pytest.fixture
def fresh():
    choose_policy.cache_clear()
    yield
    choose_policy.cache_clear()


def test_the_shipped_policy_acts_where_it_can_and_the_expert_where_not(tmp_path, monkeypatch, fresh):
    monkeypatch.setattr("policies.vla.folders.shipped_policy", lambda: None)
    chosen = choose_policy("auto")
    assert chosen.policy is None and chosen.said.startswith("arm: the scripted expert (no learned policy comes with this version")
    choose_policy.cache_clear()
    tiny(tmp_path / "p")
    monkeypatch.setattr("policies.vla.folders.shipped_policy", lambda: tmp_path / "p")
    chosen = choose_policy("auto")
    assert chosen.policy is not None and chosen.said.startswith("arm: the learned policy 'tiny' on eager, from ") and chosen.digest
    choose_policy.cache_clear()
    monkeypatch.setattr("policies.vla.backends.torch_parts.torch_missing", lambda: "torch is not installed")
    chosen = choose_policy("auto")
    assert chosen.policy is None and "cannot run here" in chosen.said and "torch is not installed" in chosen.said
    with pytest.raises(PolicyError, match="torch is not installed"):
        choose_policy(str(tmp_path / "p"))
    assert choose_policy("expert").said == "arm: the scripted expert"


@pytest.mark.slow
def test_an_export_is_written_measured_and_tried(surefoot, tmp_path):
    tiny(tmp_path / "p")
    code, out, err = surefoot("policy", "export", "p", "--out", "x", "--json")
    told = json.loads(out)
    assert code == 0 and told["kind"] == "export" and told["parity"]["onnxruntime"]["largest_difference"]["decode"] <= 1e-5, err
    code, out, _ = surefoot("policy", "info", "x")
    assert "parity onnxruntime: largest difference" in out
    code, out, _ = surefoot(
        "policy", "eval", "--policy", "x", "--backend", "onnxruntime", "-n", "1", "--limit", "1", "--group", "unseen", "--json"
    )
    assert json.loads(out)["backend"] == "onnxruntime" and json.loads(out)["groups"]["unseen"]["of"] == 1
