"""The benchmark of four bits: what is rounded is what ``--qlora`` rounds, and pairs of trials are counted as pairs."""

import json
import math

import pytest
import torch

from benchmarks import policy_nf4
from policies.recovery import Recovering
from policies.vla.config import VLAConfig
from policies.vla.full import make_network
from policies.vla.lora import LoRALinear
from policies.vla.nf4 import NF4Linear, dequantise, quantise
from policies.vla.policy import VLAPolicy
from policies.vla.processors import Stats
from policies.vla.tokenizer import Tokenizer
from skills.robots.physics.trials import Trial

JOINTS = ("a", "b", "grip")
SHAPE = {"pixels": 32, "width": 64, "heads": 4, "encoder_layers": 1, "decoder_layers": 1, "text": 8, "words": 16}


def network(size="nano", **more):
    torch.manual_seed(0)
    return make_network(VLAConfig.of(size, joints=JOINTS, cameras=("head",), **{**SHAPE, **more})).eval()


def played(*successes):
    return [
        Trial(group="seen", seed=n, task="press", instruction="press", success=good, seconds=1.0, why="" if good else "late")
        for n, good in enumerate(successes)
    ]


@pytest.mark.parametrize("size", ["nano", "small"])
def test_the_base_is_the_encoder_and_nothing_else_changes(size):
    full = network(size)
    before = {name: value.clone() for name, value in full.state_dict().items()}
    four, layers = policy_nf4.in_four_bits(full)
    assert all(torch.equal(value, before[name]) for name, value in full.state_dict().items()), "the network is left as it is"
    assert not any(isinstance(module, NF4Linear | LoRALinear) for module in four.modules())
    changed = {name for name, value in four.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {f"{name}.weight" for name, *_ in layers} and len(layers) == 6
    assert all(name.startswith("encoder.0.") for name in changed)
    for name in changed:
        assert torch.equal(four.state_dict()[name], dequantise(quantise(before[name]), before[name].shape))
    size_of = policy_nf4.bytes_of(layers)
    assert size_of["weights"] == 12 * 64 * 64 and size_of["bf16_bytes"] == 2 * size_of["weights"]
    assert size_of["share"] == pytest.approx(size_of["nf4_bytes"] / size_of["bf16_bytes"], abs=1e-4)
    assert 0.25 < size_of["share"] < 0.27


def test_the_whole_network_can_be_rounded_too():
    four, layers = policy_nf4.in_four_bits(network(), whole=True)
    names = {name.split(".")[0] for name, *_ in layers}
    assert {"encoder", "decoder", "reader", "reflex"} <= names and policy_nf4.bytes_of(layers)["share"] < 0.27
    assert not four.training and not any(isinstance(module, NF4Linear) for module in four.modules())


def test_pairs_are_told_apart_from_what_both_did():
    full, four = played(True, True, True, False, False, True), played(True, False, True, True, False, False)
    found = policy_nf4.paired(full, four)
    assert (found["trials"], found["bf16_done"], found["nf4_done"]) == (6, 4, 3)
    assert [seed for _, seed, *_ in found["lost"]] == [1, 5] and [seed for _, seed, *_ in found["won"]] == [3]
    assert found["points"] == pytest.approx(-100 / 6, abs=0.01)
    middle, spread = -1 / 8, 1.959964 * math.sqrt(4 - 1 / 8) / 8  # 1.5 won, 2.5 lost, of 8
    assert (found["low"], found["high"]) == (
        pytest.approx(100 * (middle - spread), abs=0.01), pytest.approx(100 * (middle + spread), abs=0.01),
    )  # fmt: skip


def test_policies_that_do_the_same_differ_by_nothing_and_more_trials_say_so_more_surely():
    few, many = (policy_nf4.paired(played(*[True] * count), played(*[True] * count)) for count in (20, 500))
    assert few["points"] == many["points"] == 0 and few["low"] < -3 < many["low"] < 0 < many["high"] < 3
    size = {"share": 0.26}
    assert [bar.get("shown", True) for bar in policy_nf4.verdicts(size, few)] == [True, False]
    assert [bar.get("shown", True) for bar in policy_nf4.verdicts(size, many)] == [True, True]
    worse = policy_nf4.paired(played(*[True] * 100), played(*[False] * 4, *[True] * 96))
    assert [bar["met"] for bar in policy_nf4.verdicts({"share": 0.31}, worse)] == [False, False]


def test_both_play_the_same_and_what_was_played_is_not_played_again(tmp_path, monkeypatch, capsys):
    stats = Stats(joints=JOINTS, middle=(0, 0, 0), spread=(1, 1, 1))
    VLAPolicy(network(), Tokenizer(("press",), 8), stats, name="tiny").save_pretrained(tmp_path / "p")
    monkeypatch.setattr(policy_nf4, "exported", lambda policy, folder, backend, recover: (folder.name, recover))
    asked = []

    def trials(policy, *, episodes, known, **more):
        asked.append((policy, len(known), more["seed"], more["groups"]))
        yield from played(*[policy[0] == "full" or number != 1 for number in range(episodes)])

    monkeypatch.setattr("skills.robots.physics.trials.trials", trials)
    arguments = [str(tmp_path / "p"), "--episodes", "4", "--seed", "7", "--out", str(tmp_path / "o"), "--json"]
    assert policy_nf4.main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["success"]["lost"] == [["seen", 1, "press", "late"]] and told["success"]["points"] == -25
    assert told["bytes"]["layers"] == 6 and [bar["met"] for bar in told["bars"]] == [True, False]
    assert policy_nf4.main([*arguments[:-1], "--strict"]) == 1
    shown = capsys.readouterr().out
    assert "only in full: seen 1 press (late)" in shown and "missed, 25" in shown
    assert asked == [(("full", True), 0, 7, ("seen",)), (("nf4", True), 0, 7, ("seen",)),
                     (("full", True), 4, 7, ("seen",)), (("nf4", True), 4, 7, ("seen",))]  # fmt: skip
    assert policy_nf4.main([*arguments, "--no-recover"]) == 2
    assert "differs in recover" in capsys.readouterr().err, "trials of another kind are not mixed"


@pytest.mark.slow
def test_an_export_of_its_own_is_brought_out_of_a_standstill(tmp_path):
    stats = Stats(joints=JOINTS, middle=(0, 0, 0), spread=(1, 1, 1))
    policy = VLAPolicy(network(), Tokenizer(("press",), 8), stats, name="tiny")
    made = policy_nf4.exported(policy, tmp_path / "e", "onnxruntime")
    assert isinstance(made, Recovering) and made.spec.joints == JOINTS
    assert not isinstance(policy_nf4.exported(policy, tmp_path / "f", "eager", recover=False), Recovering)


@pytest.mark.parametrize(("asked", "code"), [(["--episodes", "0"], 2), (["--group", "all"], 2)])
def test_what_cannot_be_asked_is_refused(asked, code, capsys):
    with pytest.raises(SystemExit) as stopped:
        policy_nf4.main(asked)
    assert stopped.value.code == code and "error:" in capsys.readouterr().err


def test_a_folder_without_a_policy_is_one_sentence(tmp_path, capsys):
    assert policy_nf4.main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("cannot be compared: ")
