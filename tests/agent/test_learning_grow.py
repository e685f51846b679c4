"""A grown network says what the smaller one said, learns at once, and only hidden units and blocks may be more."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from agent.learning.export import network_of
from agent.learning.grow import can_grow, deeper, grown, wider
from agent.learning.model import SIZES, Config, Network
from agent.learning.weights import Weights


def small() -> Weights:
    torch.manual_seed(3)
    config = Config(vocabulary=50, width=32, layers=2, heads=2, hidden=64)
    tensors = {name: value.detach().numpy() for name, value in Network(config).named_parameters()}
    return Weights(config.to_json(), tensors, "", "", {})


def test_the_function_is_kept_exactly_and_the_new_units_learn_at_once():
    weights = small()
    grown = wider(weights, 160)
    ids = torch.randint(0, 50, (3, 17))
    before, after = network_of(weights), network_of(grown)
    assert torch.equal(before(ids), after(ids))
    after.train()
    torch.nn.functional.cross_entropy(after.logits(after(ids[:, :-1])).flatten(0, 1), ids[:, 1:].flatten()).backward()
    gradient = after.blocks[0].down.weight.grad
    assert gradient is not None and gradient[:, 64:].abs().min() > 0


@pytest.mark.parametrize("layers", [2, 3, 5, 9])
def test_new_blocks_change_nothing_and_learn_at_once(layers):
    weights = small()
    more = deeper(weights, layers)
    ids = torch.randint(0, 50, (3, 17))
    before, after = network_of(weights), network_of(more)
    assert len(after.blocks) == layers and torch.equal(before(ids), after(ids))
    after.train()
    torch.nn.functional.cross_entropy(after.logits(after(ids[:, :-1])).flatten(0, 1), ids[:, 1:].flatten()).backward()
    silent = [block for block in after.blocks if not block.down.weight.any()]
    assert len(silent) == layers - 2 and not any(block.out.weight.any() for block in silent)
    assert all(part.weight.grad.abs().max() > 0 for block in silent for part in (block.out, block.down))


def test_both_ways_to_grow_go_together():
    weights, ids = small(), torch.randint(0, 50, (3, 17))
    into = {**weights.config, "hidden": 96, "layers": 3}
    more = grown(weights, into)
    assert can_grow(weights.config, into) and more.config == into
    assert torch.equal(network_of(weights)(ids), network_of(more)(ids))


def test_the_same_seed_grows_the_same():
    one, other, third = wider(small(), 96), wider(small(), 96), wider(small(), 96, seed=2)
    assert all(np.array_equal(one.tensors[name], other.tensors[name]) for name in one.tensors)
    assert any(not np.array_equal(one.tensors[name], third.tensors[name]) for name in one.tensors)


@pytest.mark.parametrize(
    ("changes", "grows"),
    [
        ({"hidden": 128}, True),
        ({"hidden": 64}, False),
        ({"hidden": 128, "layers": 3}, True),
        ({"layers": 3}, True),
        ({"hidden": 128, "layers": 1}, False),
        ({"hidden": 32, "layers": 3}, False),
        ({"hidden": 128, "width": 64}, False),
    ],
)
def test_only_hidden_units_and_blocks_may_be_more(changes, grows):
    config = Config(vocabulary=50, width=32, layers=2, heads=2, hidden=64)
    assert can_grow(config.to_json(), replace(config, **changes).to_json()) == grows


def test_the_sizes_hold_some_that_grow():
    five, nine, more = (Config(2056, **SIZES[size]).to_json() for size in ("5M", "9M", "14M"))
    assert can_grow(five, nine) and can_grow(nine, more) and can_grow(five, more)
    assert not can_grow(nine, five) and not can_grow(more, nine)
