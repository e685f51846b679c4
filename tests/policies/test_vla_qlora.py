"""Training with frozen bases: pretrained towers, and four bits; what moves, what stays, legs that continue, what comes out."""

import json

import numpy as np
import pytest
import torch
from toy_data import JOINTS, toy_data
from toy_pretrained import layout, tokenizer

from policies.vla.config import ConfigInvalid, VLAConfig
from policies.vla.export import export
from policies.vla.exported import load
from policies.vla.lora import LoRALinear, lora_parameters
from policies.vla.nf4 import NF4Linear, dequantise, quantise
from policies.vla.policy import VLAPolicy
from policies.vla.pretrained import Pretrained
from policies.vla.shapes import PretrainedInvalid
from policies.vla.train import prepare
from policies.vla.training import Training, TrainingInvalid

SHAPE = {"width": 64, "heads": 4, "decoder_layers": 1, "text": 8, "chunk": 8, "prefix": 3, "pixels": 32}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return toy_data(tmp_path_factory.mktemp("vla") / "d")


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pretrained")
    made = Pretrained(layout(folder / "eyes", "clip_vision_model"), layout(folder / "mind", "qwen2", shards=2))
    tokenizer(made.mind)
    return made


def training(data, folder, pretrained=None, *, qlora=True, stage=0, **more):
    folder.mkdir(exist_ok=True)
    about = {"joints": data.joints, "cameras": data.cameras, **SHAPE}
    if pretrained is None:
        config = VLAConfig.of("nano", words=64, encoder_layers=1, **about)
    else:
        config = VLAConfig.of("full", vision=pretrained.vision, language=pretrained.language, **about)
    made = Training(data, folder, config, batch=6, rate=3e-3, pretrained=pretrained, qlora=qlora, **more)
    for _ in range(stage):
        made.next_stage()
    return made


def state(made):
    return {name: value.clone() for name, value in made.network.state_dict().items()}


def moved(made, before):
    return {name for name, value in made.network.state_dict().items() if not torch.equal(value, before[name])}


def test_four_bits_stay_while_all_around_them_learns(data, tmp_path):
    made = training(data, tmp_path / "q", stage=1)
    bases = [module for module in made.network.encoder.modules() if isinstance(module, NF4Linear)]
    assert len(bases) == 6 and len(lora_parameters(made.network)) == 8, "q, k, v and o have a LoRA, up and down have none"
    for stage in ("instruct", "act"):
        assert made.name == stage
        before = state(made)
        made.learn(1.0)
        made.learn(1.0)
        changed = moved(made, before)
        assert not {name for name in changed if name.endswith((".codes", ".maxima", ".scales", ".offset"))}
        assert any(name.endswith(".b") for name in changed)
        assert any(name.startswith(("stem.", "decoder.")) for name in changed) == (stage == "act")
        if stage == "instruct":
            made.next_stage()


def test_the_towers_stay_as_they_came_and_only_a_lora_is_added(data, tmp_path, pretrained):
    made = training(data, tmp_path / "f", pretrained, qlora=False)
    between = ("projection.", "reading.", "encoder_norm.", "then.", "spots.")
    before = state(made)
    made.learn(1.0)
    assert {name.split(".")[0] + "." for name in moved(made, before)} == set(between)
    made.next_stage()
    before = state(made)
    made.learn(1.0)
    made.learn(1.0)
    changed = moved(made, before)
    assert any(name.endswith(".b") for name in changed)
    assert all(name.startswith(between) or name.endswith((".a", ".b")) for name in changed)
    assert {name.split(".")[-2] for name in changed if name.endswith(".b")} == {"q_proj", "k_proj", "v_proj", "o_proj"}
    made.next_stage()
    before = state(made)
    made.learn(1.0)
    changed = moved(made, before)
    assert any(name.startswith("decoder.") for name in changed)
    assert all(name.endswith((".a", ".b")) for name in changed if name.startswith(("vision.", "language.")))


@pytest.mark.parametrize("stage", [1, 2])
@pytest.mark.parametrize("full, qlora", [(False, True), (True, True), (True, False)])
def test_a_leg_continues_exactly(data, tmp_path, pretrained, full, qlora, stage):
    towers = pretrained if full else None
    whole = training(data, tmp_path / "whole", towers, qlora=qlora, stage=stage)
    for _ in range(4):
        whole.learn(1.0)
    broken = training(data, tmp_path / "legs", towers, qlora=qlora, stage=stage)
    for _ in range(2):
        broken.learn(1.0)
    broken.save()
    resumed = training(data, tmp_path / "legs", towers, qlora=qlora)
    assert (resumed.stage, resumed.step) == (stage, 2)
    for _ in range(2):
        resumed.learn(1.0)
    assert not moved(resumed, state(whole))
    for name, value in whole.average.items():
        assert torch.equal(value, resumed.average[name]), name


def test_a_stage_begins_without_the_gradients_of_the_one_before(data, tmp_path):
    """A leg that ends where a stage does goes on exactly, too: nothing is kept that a checkpoint does not hold."""
    whole, broken = (training(data, tmp_path / name, qlora=False, stage=1) for name in ("whole", "legs"))
    for made in (whole, broken):
        made.learn(1.0)
    broken.save()
    resumed = training(data, tmp_path / "legs", qlora=False)
    for made in (whole, resumed):
        made.next_stage()
        torch.manual_seed(5)
        made.learn(1.0)
    assert not moved(resumed, state(whole))


def test_a_checkpoint_leaves_the_lent_weights_out_and_knows_them_again(data, tmp_path, pretrained):
    made = training(data, tmp_path / "c", pretrained, stage=1)
    made.save()
    kept = torch.load(made.file, weights_only=True)
    assert not {name for name in kept["network"] if name.startswith("vision.")}
    assert all(name.endswith((".a", ".b")) for name in kept["network"] if name.startswith("language."))
    with pytest.raises(TrainingInvalid, match="was trained with a four-bit base; go on so"):
        training(data, tmp_path / "c", pretrained, qlora=False)
    other = Pretrained(pretrained.eyes, layout(tmp_path / "mind", "qwen2", shards=2))
    tokenizer(other.mind)
    assert training(data, tmp_path / "c", other).step == 0, "a copy elsewhere is the same"
    file = sorted(other.mind.glob("model-*.safetensors"))[0]
    content = bytearray(file.read_bytes())
    content[-3] ^= 0x10
    file.write_bytes(content)
    with pytest.raises(TrainingInvalid, match="with another pretrained model"):
        training(data, tmp_path / "c", other)


@pytest.mark.parametrize("full", [False, True])
def test_what_is_written_is_merged_and_computes_the_same(data, tmp_path, pretrained, full):
    made = training(data, tmp_path / "t", pretrained if full else None, stage=2)
    for parameter in lora_parameters(made.network):
        torch.nn.init.normal_(parameter, std=0.05)
    made.average = {name: value.clone() for name, value in made._own().items()}
    policy = made.policy()
    assert not any(isinstance(module, LoRALinear | NF4Linear) for module in policy.network.modules())
    assert any(isinstance(module, NF4Linear) for module in made.network.modules()), "training goes on with four bits"
    batch = made.sample()
    made.network.eval()
    with torch.no_grad():
        wanted = made.network.encode(batch["pictures"], batch["text"], batch["then"])
        found = policy.network.encode(batch["pictures"], batch["text"], batch["then"])
    assert torch.allclose(wanted, found, atol=1e-4)
    policy.save_pretrained(tmp_path / "p")
    again = VLAPolicy.from_pretrained(tmp_path / "p", joints=JOINTS)
    seen = {
        "observation.state": data.states[0],
        "observation.images.head": data.parts[0].pictures[0, 0],
        "task": "pick up the red block",
    }
    assert np.array_equal(again.predict_action_chunk(seen), policy.predict_action_chunk(seen))
    if full:
        (tmp_path / "p/tokenizer.json").unlink()
        with pytest.raises(PretrainedInvalid, match=r"tokenizer.json' cannot be read"):
            VLAPolicy.from_pretrained(tmp_path / "p")


@pytest.mark.slow
def test_a_full_size_policy_exports_to_every_runtime(data, tmp_path, pretrained):
    policy = training(data, tmp_path / "t", pretrained).policy()
    manifest = export(policy, tmp_path / "e", backends=("pt2", "onnxruntime"))
    assert set(manifest["parity"]) == {"pt2", "onnxruntime"}
    seen = {
        "observation.state": data.states[0],
        "observation.images.head": data.parts[0].pictures[0, 0],
        "task": "pick up the red block",
    }
    wanted = policy.predict_action_chunk(seen)
    for backend in ("eager", "pt2", "onnxruntime"):
        assert np.abs(load(tmp_path / "e", backend).predict_action_chunk(seen) - wanted).max() < 1e-5


@pytest.mark.parametrize("qlora", [False, True])
def test_towers_in_half_precision_teach_as_on_a_gpu(data, tmp_path, pretrained, qlora):
    """What a training does on a GPU, by the CPU's autocast."""
    made = training(data, tmp_path / "h", pretrained, qlora=False)
    batch = made.sample()
    made.network.eval()
    with torch.no_grad():
        wanted = made.network.encode(batch["pictures"], batch["text"], batch["then"])
    made = training(data, tmp_path / "h", pretrained, qlora=qlora)
    made.network.halve()
    made.next_stage()
    made.network.eval()
    assert made.network.language.norm.weight.dtype == torch.bfloat16
    with torch.autocast("cpu", torch.bfloat16):
        found = made.network.encode(batch["pictures"], batch["text"], batch["then"])
    assert float((found - wanted).detach().square().mean().sqrt()) < (0.5 if qlora else 0.1), "of values whose spread is 1"
    found.square().mean().backward()
    trained = lora_parameters(made.network)
    assert all(parameter.dtype == torch.float32 for parameter in trained) and any(
        p.grad is not None and p.grad.any() for p in trained
    )
    policy = made.policy()
    assert {parameter.dtype for parameter in policy.network.parameters()} == {torch.float32}
    seen = {
        "observation.state": data.states[0],
        "observation.images.head": data.parts[0].pictures[0, 0],
        "task": "pick up the red block",
    }
    assert np.isfinite(policy.predict_action_chunk(seen)).all()


def test_the_command_says_what_goes_together(data, tmp_path, pretrained):
    made = prepare(
        [data.folder], tmp_path / "o", size="full", batch=2, threads=1, device="cpu", qlora=True,
        vision=pretrained.eyes, language=pretrained.mind,
    )  # fmt: skip
    assert made.network.config.size == "full" and made.qlora
    made.save()
    about = json.loads(json.dumps(made.policy().config.to_json()))
    assert about["vision"]["patch"] == 7 and about["language"]["qkv_bias"]
    with pytest.raises(ConfigInvalid, match="size full needs two folders"):
        prepare([data.folder], tmp_path / "p", size="full", vision=pretrained.eyes)
    with pytest.raises(ConfigInvalid, match="pretrained towers are for size full; nano is trained from scratch"):
        prepare([data.folder], tmp_path / "p", size="nano", vision=pretrained.eyes)


# bitsandbytes


@pytest.mark.parametrize("shape", [(64, 64), (96, 200), (512, 128)])
def test_four_bits_are_those_of_bitsandbytes(shape):
    functional = pytest.importorskip("bitsandbytes.functional", reason="bitsandbytes is not installed: pip install bitsandbytes")
    weight = torch.randn(shape, generator=torch.Generator().manual_seed(shape[1]))
    try:
        codes, kept = functional.quantize_4bit(weight, blocksize=64, compress_statistics=True, quant_type="nf4")
        back = functional.dequantize_4bit(codes, kept)
    except (RuntimeError, NotImplementedError) as error:
        pytest.skip(f"this bitsandbytes cannot quantise here: {str(error).splitlines()[0]}")
    ours = quantise(weight)
    assert torch.equal(ours["codes"], codes.flatten())
    assert torch.allclose(ours["offset"], kept.offset) and torch.allclose(ours["scales"], kept.state2.absmax)
    apart = (ours["maxima"].int() - kept.absmax.flatten().int()).abs()
    assert int(apart.max()) <= 1 and float((apart > 0).float().mean()) < 0.01, "its kernel errs at near ties"
    same = (apart == 0).repeat_interleave(64)[: weight.numel()]
    assert torch.allclose(dequantise(ours, shape).flatten()[same], back.flatten()[same], atol=1e-6)
