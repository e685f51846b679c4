"""The second design of the network: what it promises besides what every network does, and that it learns like the first."""

import json

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from policies.policy import IMAGES, STATE, TASK, Policy
from policies.vla.config import ConfigInvalid, VLAConfig
from policies.vla.export import export, halves
from policies.vla.exported import load
from policies.vla.full import make_network
from policies.vla.lora import LoRALinear, add_lora, merge_lora
from policies.vla.model import VLA
from policies.vla.policy import VLAPolicy
from policies.vla.processors import Stats
from policies.vla.proprioception import Proprioception, QuickProprioception
from policies.vla.quick import QuickVLA
from policies.vla.tokenizer import Tokenizer
from policies.vla.training import STAGES, Training
from tests.policies.toy_data import toy_data

JOINTS = ("a", "b", "c", "grip")
STATS = Stats(joints=JOINTS, middle=(0.1, -0.2, 0.0, 0.04), spread=(1.0, 2.0, 0.5, 0.04))
SHAPE = {"pixels": 32, "width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 2, "text": 8, "words": 64, "design": 2}


def config(head="l1", joints=JOINTS, cameras=("head", "wrist"), **more):
    return VLAConfig.of("small", joints=joints, cameras=cameras, head=head, **{**SHAPE, **more})


def policy(head="l1"):
    torch.manual_seed(0)
    return VLAPolicy(make_network(config(head)), Tokenizer(("put", "the", "red", "block"), 8), STATS, name="tiny")


def observation(seed=0, **changes):
    draw = np.random.default_rng(seed)
    pictures = {IMAGES + name: draw.integers(0, 255, (32, 32, 3), dtype=np.uint8) for name in ("head", "wrist")}
    return {STATE: np.array([0.1, 0.2, -0.1, 0.02], np.float32), TASK: "put the red block", **pictures, **changes}


def seen(count, of, seed=0):
    """Inputs of encode, and those that follow the latent."""
    torch.manual_seed(seed)
    pictures = torch.rand(count, len(of.cameras), 3, of.pixels, of.pixels)
    told = torch.rand(count, of.prefix, len(of.joints)), (torch.rand(count, of.prefix) < 0.5).float()
    return (pictures, torch.randint(0, of.words, (count, of.text)), torch.rand(count, 4)), (torch.rand(count, 4), *told)


@pytest.mark.parametrize("head", ["l1", "flow", "binned"])
def test_every_head_gives_a_chunk_that_begins_with_what_is_committed(head):
    made = policy(head)
    assert isinstance(made, Policy) and isinstance(made.network, QuickVLA)
    chunk = made.predict_action_chunk(observation())
    assert chunk.shape == (16, 4) and np.isfinite(chunk).all()
    committed = chunk[3:9] + 0.3
    after = made.predict_action_chunk(observation(), inference_delay=4, prev_chunk_left_over=committed)
    assert after[:4] == pytest.approx(committed[:4], abs=1e-5)
    assert np.abs(after[4:] - chunk[4:]).max() > 1e-4, "the rest is made to continue them"


def test_pictures_of_every_camera_words_and_joints_all_matter():
    made = policy()
    base, other = made.predict_action_chunk(observation()), observation(1)
    for key, value in ((IMAGES + "head", other[IMAGES + "head"]), (IMAGES + "wrist", other[IMAGES + "wrist"]),
                       (TASK, "put the block"), (STATE, np.zeros(4, np.float32))):  # fmt: skip
        assert np.abs(made.predict_action_chunk(observation(**{key: value})) - base).max() > 1e-5, key
    kept = made.encode(observation())
    later = made.encode(observation(**{STATE: np.zeros(4, np.float32)}))
    assert (kept - later).abs().max() > 1e-4, "where the joints were when the pictures were taken"
    moved = observation(**{STATE: observation()[STATE] + 0.1})
    assert np.abs(made.decode(kept, moved) - made.decode(kept, observation())).max() > 0.01, "and where they are now"


def test_what_is_remembered_is_all_that_moving_needs():
    of = config()
    network = make_network(of).eval()
    looked, moving = seen(3, of)
    with torch.no_grad():
        latent = network.encode(*looked)
        assert latent.shape == (3, *of.latent) and of.latent[0] == 2 * of.looks + of.looks, "the joints have no token"
        memory = network.remember(latent)
        assert memory.shape == (3, *network.memory)
        assert torch.equal(network.act(memory, *moving), network.decode(latent, *moving))
        for number in range(3):  # nothing of one sample reaches another, though all lie in rows
            one = [value[number : number + 1] for value in (*looked, *moving)]
            alone = network.decode(network.encode(*one[:3]), *one[3:])
            assert torch.allclose(alone, network.decode(latent, *moving)[number : number + 1], atol=1e-5)
    parts = {name: {key.split(".")[1] for key, _ in module.named_parameters()} for name, (module, _) in halves(network).items()}
    assert not parts["encode"] & parts["decode"], "each weight is fetched by one half only"
    assert {"recall", "hint", "spots"} <= parts["encode"] and {"decoder", "reflex", "tell"} <= parts["decode"]


def test_a_picture_is_looked_at_once_for_several_instructions():
    of = config()
    network = make_network(of).eval()
    (pictures, _, state), _ = seen(2, of)
    texts = torch.randint(0, 64, (2, 3, 8))
    with torch.no_grad():
        latents, logits = network.study(pictures, texts, state)
        assert logits is not None and logits.shape == (6, 2, of.spots, 8 * 8 + 1)
        for number in range(3):
            alone = network.encode(pictures, texts[:, number], state)
            assert torch.allclose(latents.unflatten(0, (2, 3))[:, number], alone, atol=1e-5)
        assert network.where(latents).shape == (6, 2, 2) and network.read(texts[:, 0]).shape == (2, 48)


def test_the_state_is_hidden_at_times_while_training():
    network = make_network(config(state_dropout=1.0))
    of = network.config
    latent = torch.rand(2, *of.latent)
    nothing = (torch.zeros(2, 6, 4), torch.zeros(2, 6))
    network.train()
    assert torch.equal(network.raw(latent, torch.rand(2, 4), *nothing), network.raw(latent, torch.rand(2, 4), *nothing))
    network.eval()
    assert not torch.equal(network.raw(latent, torch.rand(2, 4), *nothing), network.raw(latent, torch.rand(2, 4), *nothing))


def test_the_hand_is_where_the_first_design_has_it():
    torch.manual_seed(0)
    first, quick = Proprioception(5), QuickProprioception(5)
    with torch.no_grad():
        for buffer in (first.places, first.anchors, first.middle):
            buffer.normal_()
        for link in range(4):
            axis = nn.functional.normalize(torch.randn(3), dim=0)
            first.spins[link] = torch.linalg.cross(torch.eye(3), axis.expand(3, 3))
            first.turns[link] = torch.linalg.matrix_exp(torch.linalg.cross(torch.eye(3), torch.randn(3).expand(3, 3)))
        first.spread.uniform_(0.5, 2)
    quick.load_state_dict(first.state_dict())
    state = torch.randn(20, 5)
    told, wanted = quick(state), first(state)
    assert told.shape == (20, first.features) == (20, quick.features)
    hand = told[:, :12].view(-1, 3, 4)
    assert torch.allclose(hand[:, :, 3], wanted[:, :3], atol=1e-4)
    assert torch.allclose(hand[:, :, :3].flatten(1), wanted[:, 3:12], atol=1e-4)
    assert torch.allclose(told[:, 12:], wanted[:, 12:], atol=1e-6)


def test_a_lora_goes_on_the_encoder_and_merges_to_the_same():
    torch.manual_seed(0)
    network = make_network(config()).eval()
    looked, _ = seen(2, network.config)
    with torch.no_grad():
        before = network.encode(*looked)
        network.begin("instruct")
        added = [module for module in network.modules() if isinstance(module, LoRALinear)]
        assert len(added) == 4 and torch.allclose(network.encode(*looked), before, atol=1e-5)
        for module in added:
            module.b.normal_(std=0.1)
        after = network.encode(*looked)
        merge_lora(network)
        assert not torch.allclose(after, before, atol=1e-3) and torch.allclose(network.encode(*looked), after, atol=1e-4)
    with pytest.raises(ValueError, match="train nothing"):
        add_lora(network.eyes)


def test_a_configuration_tells_its_design_where_it_is_not_the_first():
    nano = VLAConfig.of("nano", joints=("a",), cameras=("x",))
    assert nano.design == 1 and "design" not in nano.to_json() and VLAConfig.from_json(nano.to_json()) == nano
    small = VLAConfig.of("small", joints=("a",), cameras=("x",))
    assert small.design == 2 and VLAConfig.from_json(json.loads(json.dumps(small.to_json()))) == small
    assert isinstance(make_network(nano), VLA) and not isinstance(make_network(nano), QuickVLA)
    with pytest.raises(ConfigInvalid, match="no design 3 of size small"):
        config(design=3)
    with pytest.raises(ConfigInvalid, match="an even number"):
        config(heads=3)


@pytest.mark.parametrize(("size", "encode", "decode"), [("nano", 47e6, 12e6), ("small", 80e6, 28e6)])
def test_a_size_computes_no_more_than_its_time_allows(size, encode, decode):
    """Multiply-adds: 4 ms for both halves of small are 100 million at what a core does with products of this shape."""
    network = make_network(VLAConfig.of(size, joints=tuple("abcdefg"), cameras=("head", "wrist"))).eval().requires_grad_(False)
    for (module, example), most in zip(halves(network).values(), (encode, decode), strict=True):
        with FlopCounterMode(display=False) as counted:
            module(*example.values())
        assert 0.5 * most < counted.get_total_flops() / 2 < most
    weights = sum(parameter.numel() for parameter in halves(network)["decode"][0].parameters())
    assert weights < 2e6, "every one is fetched for every chunk"


@pytest.mark.slow
@pytest.mark.parametrize("head", ["l1", "binned", "flow"])
def test_exports_say_what_the_network_says(tmp_path, head):
    made = policy(head)
    manifest = export(made, tmp_path / "p", backends=("pt2", "onnxruntime", "openvino"))
    for found in manifest["parity"].values():
        assert "not_run" in found or max(found["largest_difference"].values()) <= 1e-5
    for backend in ("eager", "onnxruntime"):
        played = load(tmp_path / "p", backend, joints=JOINTS)
        wanted = made.predict_action_chunk(observation(2))
        assert played.predict_action_chunk(observation(2)) == pytest.approx(wanted, abs=3e-5)


@pytest.mark.slow
def test_every_stage_lowers_what_it_is_about(tmp_path):
    """The bars of the first design (``test_vla_train``)."""
    data = toy_data(tmp_path / "d", views=True)
    (tmp_path / "t").mkdir()
    of = config(joints=data.joints, cameras=data.cameras, chunk=8, prefix=3, decoder_layers=1)
    made = Training(data, tmp_path / "t", of, batch=12, rate=3e-3)
    first, last = {}, {}
    for number, (name, _) in enumerate(STAGES):
        assert made.name == name
        logs = [made.learn(1.0) for _ in range(40)]
        for term in logs[0]:
            first[name, term] = np.mean([log[term] for log in logs[:5]])
            last[name, term] = np.mean([log[term] for log in logs[-5:]])
        if number < len(STAGES) - 1:
            made.next_stage()
    assert last["align", "where"] < 0.5 * first["align", "where"] and last["align", "look"] < first["align", "look"]
    assert last["act", "action"] < 0.75 * first["act", "action"]
    assert last["move", "action"] < last["act", "action"], "moving alone goes on where all together ended"
    made.policy().save_pretrained(tmp_path / "p")
    again = VLAPolicy.from_pretrained(tmp_path / "p", joints=data.joints)
    shown = {STATE: data.states[0], IMAGES + "head": data.parts[0].pictures[0, 0], TASK: "拿起红色方块"}
    assert np.isfinite(again.predict_action_chunk(shown)).all()
