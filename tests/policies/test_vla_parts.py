"""Heads, LoRA, four-bit weights and losses: each against what it is defined to be."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from policies.vla.config import VLAConfig
from policies.vla.heads import BinnedHead
from policies.vla.lora import LoRALinear, add_lora, lora_parameters, merge_lora
from policies.vla.losses import Distillation, alignment_loss, smoothness_loss, torque_loss, weighted
from policies.vla.model import VLA
from policies.vla.nf4 import LEVELS, NF4Linear, dequantise, dynamic_map, quantise, quantise_linears

CONFIG = VLAConfig.of(
    "nano", joints=("a", "b", "grip"), cameras=("head",), pixels=32, width=48, heads=4, encoder_layers=1, decoder_layers=1, words=16
)


def inputs(batch=2):
    return (
        torch.rand(batch, 1, 3, 32, 32), torch.randint(2, 16, (batch, CONFIG.text)), torch.rand(batch, 3), torch.zeros(batch, 6, 3),
        torch.zeros(batch, 6),
    )  # fmt: skip


# Heads


@given(st.lists(st.floats(-6, 6), min_size=3, max_size=3))
@settings(max_examples=50, deadline=None)
def test_bins_hold_an_action_to_a_thousandth(values):
    head = BinnedHead(VLAConfig.of("nano", joints=("a", "b", "c"), cameras=("x",), head="binned"))
    target = torch.tensor(values)
    soft = head.soft(target)
    assert soft.sum(-1) == pytest.approx(np.ones(3), abs=1e-5)
    assert (soft * head.centres).sum(-1) == pytest.approx(target.numpy(), abs=1e-5)
    assert head.actions((soft + 1e-12).log()).numpy() == pytest.approx(values, abs=1e-3)


def test_bins_reach_as_far_as_a_demonstration_goes():
    """Distances are told in root mean squares: of the demonstrations a quarter go farther than one, some farther than five."""
    head = BinnedHead(VLAConfig.of("nano", joints=("a",), cameras=("x",), head="binned"))
    gaps = head.centres.diff()
    assert float(head.centres[-1]) == pytest.approx(6) and float(head.centres[0]) == pytest.approx(-6)
    assert (gaps > 0).all() and float(gaps.min()) < 0.03 and float(gaps.max()) < 0.8
    assert head.soft(torch.tensor([40.0, -40.0])).argmax(-1).tolist() == [63, 0]


def test_two_peaks_are_not_averaged():
    head = BinnedHead(VLAConfig.of("nano", joints=("a",), cameras=("x",), head="binned"))
    logits = torch.full((1, 64), -20.0)
    logits[0, 3], logits[0, 60] = 5.0, 4.0
    assert float(head.actions(logits)) == pytest.approx(float(head.centres[3]), abs=1e-3)


# LoRA


def test_a_lora_changes_nothing_at_first_and_merges_to_the_same():
    torch.manual_seed(0)
    model = VLA(CONFIG).eval()
    there = inputs()
    before = model(*there)
    names = add_lora(model, r=4, alpha=8)
    assert {name.rsplit(".", 1)[1] for name in names} == set("qkvo") and len(names) == 4 * 5
    model.eval()
    assert torch.allclose(model(*there), before, atol=1e-6)
    trained = lora_parameters(model)
    assert [p for p in model.parameters() if p.requires_grad] and all(p.requires_grad for p in trained)
    assert sum(p.requires_grad for p in model.parameters()) == len(trained) == 2 * len(names)
    with torch.no_grad():
        for parameter in trained:
            parameter.normal_(std=0.05)
    after = model(*there)
    assert not torch.allclose(after, before)
    merge_lora(model)
    assert not any(isinstance(module, LoRALinear) for module in model.modules())
    assert torch.allclose(model(*there), after, atol=1e-5)


def test_a_lora_is_w_plus_ba():
    base = nn.Linear(5, 3)
    made = LoRALinear(base, r=2, alpha=6)
    nn.init.normal_(made.b)
    x = torch.rand(7, 5)
    assert torch.allclose(made(x), x @ (base.weight + 3 * made.b @ made.a).T + base.bias, atol=1e-6)
    with pytest.raises(ValueError, match="rank"):
        LoRALinear(base, r=0)
    with pytest.raises(ValueError, match="train nothing"):
        add_lora(nn.Sequential(nn.Linear(2, 2)))


# Four bits


def test_the_levels_are_the_quantiles_they_are_named_for():
    normal = torch.distributions.Normal(0, 1)
    offset = (1 - 1 / 30 + 1 - 1 / 32) / 2
    positive = normal.icdf(torch.linspace(offset, 0.5, 9)[:-1])
    negative = -normal.icdf(torch.linspace(offset, 0.5, 8)[:-1])
    levels = torch.cat((positive, negative, torch.zeros(1))).sort().values
    assert torch.tensor(LEVELS) == pytest.approx((levels / levels.max()).numpy(), abs=2e-3)
    table = dynamic_map()
    assert len(table) == 256 == len(table.unique()) and bool((table.diff() > 0).all())
    assert (float(table[0]), float(table[-1])) == (pytest.approx(-0.9929687), 1.0)


@given(st.integers(1, 400), st.floats(1e-4, 10), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_four_bits_are_within_half_a_level(half, size, seed):
    weight = torch.randn(2 * half, generator=torch.Generator().manual_seed(seed)) * size
    packed = quantise(weight)
    back = dequantise(packed, weight.shape)
    blocks = F.pad(weight, (0, -len(weight) % 64)).view(-1, 64).abs().amax(1).repeat_interleave(64)[: len(weight)]
    widest = max(b - a for a, b in pairwise(LEVELS)) / 2
    slack = 0.02 * float((blocks - blocks.mean()).abs().max())  # the maxima themselves are kept in eight bits
    assert bool(((back - weight).abs() <= widest * blocks + slack + 1e-6).all())
    assert packed["codes"].numel() == half


def test_a_four_bit_layer_is_a_quarter_of_bf16_and_learns_through_a_lora():
    torch.manual_seed(0)
    linear = nn.Linear(512, 512)
    small = NF4Linear(linear)
    assert small.nbytes < 0.27 * 2 * linear.weight.numel()
    x = torch.randn(8, 512)
    error = (small(x) - linear(x)).norm() / linear(x).norm()
    assert float(error.detach()) < 0.12
    tuned = LoRALinear(small, r=2)
    tuned(x).sum().backward()
    assert tuned.b.grad is not None and all(not p.requires_grad for p in small.parameters())
    assert torch.allclose(tuned.merged()(x), tuned(x), atol=1e-4)


def test_a_model_in_four_bits_still_moves():
    torch.manual_seed(0)
    model = VLA(CONFIG).eval()
    before = model(*inputs())
    assert quantise_linears(model, least=1000) > 10
    assert model(*inputs()).shape == before.shape


# Losses


def test_smoothness_sees_a_bend_and_not_a_straight_line():
    straight = torch.linspace(0, 1, 16)[None, :, None].expand(2, 16, 3)
    assert float(smoothness_loss(straight)) == pytest.approx(0, abs=1e-10)
    bent = straight.clone()
    bent[:, 8:] += 0.5
    assert float(smoothness_loss(bent)) > 0.01
    mask = torch.zeros(2, 16, dtype=torch.bool)
    mask[:, :8] = True
    assert float(smoothness_loss(bent, mask)) == pytest.approx(0, abs=1e-10)


def test_torque_beyond_the_limit_costs_and_the_gradient_lowers_it():
    from policies.vla.dynamics import Chain

    one = np.ones(1)
    pendulum = Chain(
        places=np.zeros((1, 3)), turns=np.eye(3)[None], anchors=np.zeros((1, 3)), axes=np.array([[0.0, 1.0, 0.0]]),
        slides=np.zeros(1, bool), masses=2 * one, centres=np.array([[0.5, 0.0, 0.0]]), inertias=np.zeros((1, 3, 3)),
        armature=0 * one, damping=0 * one, gravity=np.array([0.0, 0.0, -9.81]),
    )  # fmt: skip
    still = torch.zeros(1, 16, 2)
    need = 2 * 9.81 * 0.5
    assert float(torque_loss(pendulum, torch.tensor([need + 0.01]), still, 0.05)) == 0.0
    expected = (need / (need / 2) - 1) ** 2
    assert float(torque_loss(pendulum, torch.tensor([need / 2]), still, 0.05)) == pytest.approx(expected, rel=1e-5)
    chunk = (torch.randn(1, 16, 2, generator=torch.Generator().manual_seed(1)) * 0.3).requires_grad_()
    loss = torque_loss(pendulum, torch.tensor([need]), chunk, 0.05)
    (slope,) = torch.autograd.grad(loss, chunk)
    lower = chunk.detach() - 1e-6 * slope / slope.norm()
    assert float(torque_loss(pendulum, torch.tensor([need]), lower, 0.05)) < float(loss.detach())
    with torch.autocast("cpu", torch.bfloat16):  # as a training in bfloat16 calls it
        again = torque_loss(pendulum, torch.tensor([need]), chunk, 0.05)
    assert float(again.detach()) == float(loss.detach())


def test_alignment_is_least_when_each_finds_its_own():
    same = torch.eye(4)
    assert float(alignment_loss(same, same)) < 1e-4 < float(alignment_loss(same, same.roll(1, 0)))
    twins = torch.tensor([[1.0, 0], [1.0, 0], [0, 1.0]])
    alike = torch.tensor([[True, True, False], [True, True, False], [False, False, True]])
    assert float(alignment_loss(twins, twins, same=alike)) < 1e-4 < math.log(2) / 2 < float(alignment_loss(twins, twins))


def test_a_student_that_says_what_its_teacher_says_only_pays_for_the_truth():
    torch.manual_seed(0)
    logits = torch.randn(2, 4, 3, 8)
    mask = torch.ones(2, 4)
    loss = Distillation(5, 7)
    with torch.no_grad():
        loss.adaptor.weight.zero_()
        loss.adaptor.bias.zero_()
    total, terms = loss(logits, logits, torch.tensor(2.0), (torch.rand(2, 5), torch.zeros(2, 7)), mask)
    assert terms == {"soft": pytest.approx(0, abs=1e-6), "hard": 2.0, "feature": 0.0}
    assert float(total.detach()) == pytest.approx(0.6)
    other = torch.randn(2, 4, 3, 8)
    wanted = F.kl_div((logits / 4).log_softmax(-1), (other / 4).softmax(-1), reduction="none").sum(-1).mean() * 16
    assert loss(logits, other, torch.tensor(0.0), (torch.rand(2, 5), torch.zeros(2, 7)), mask)[1]["soft"] == pytest.approx(
        float(wanted), rel=1e-5
    )


def test_terms_are_weighted_and_logged():
    total, log = weighted({"action": torch.tensor(1.0), "physics": torch.tensor(2.0), "smoothness": torch.tensor(10.0)})
    assert (float(total), log) == (pytest.approx(1.3), {"action": 1.0, "physics": 2.0, "smoothness": 10.0})
