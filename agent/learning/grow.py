"""A larger network that begins where a smaller one stopped: blocks wider, or more of them, every answer the same as before.

New hidden units read like the old ones (random rows of their size) and write nothing yet (columns of zeros); a new block is a copy
of the one before it that writes nothing yet. So the function is kept exactly and the first step already teaches what is new (Chen
et al., 2016, "Net2Net", with zeros in place of split units and identities).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from agent.learning.weights import Weights

__all__ = ["can_grow", "deeper", "grown", "wider"]


def can_grow(config: Mapping[str, Any], into: Mapping[str, Any]) -> bool:
    """Whether a network of this shape can become the other one: alike but for more units or blocks."""
    larger = [into[name] - config[name] for name in ("hidden", "layers")]
    return min(larger) >= 0 and max(larger) > 0 and all(into[name] == config[name] for name in ("vocabulary", "width", "heads"))


def grown(weights: Weights, into: Mapping[str, Any], seed: int = 1) -> Weights:
    """The same function in a larger shape (``can_grow``).

    Args:
        weights: What to grow.
        into: The larger network's shape.
        seed: Of the new rows.
    """
    return deeper(wider(weights, into["hidden"], seed), into["layers"])


def wider(weights: Weights, hidden: int, seed: int = 1) -> Weights:
    """The same function with more hidden units in every block.

    Args:
        weights: What to grow.
        hidden: Hidden units afterwards, at least as many as before.
        seed: Of the new rows.
    """
    rng = np.random.default_rng(seed)
    more = hidden - int(weights.config["hidden"])
    tensors = dict(weights.tensors)
    for name, value in weights.tensors.items():
        if name.endswith(("gate.weight", "up.weight")):
            rows = rng.standard_normal((more, value.shape[1])) * np.std(value)
            tensors[name] = np.concatenate((value, rows.astype(value.dtype)))
        elif name.endswith("down.weight"):
            tensors[name] = np.concatenate((value, np.zeros((value.shape[0], more), value.dtype)), axis=1)
    return replace(weights, config={**weights.config, "hidden": hidden}, tensors=tensors)


def deeper(weights: Weights, layers: int) -> Weights:
    """The same function with more blocks, spread evenly between the old ones.

    Args:
        weights: What to grow.
        layers: Blocks afterwards, at least as many as before.
    """
    before = int(weights.config["layers"])
    tensors = {name: value for name, value in weights.tensors.items() if not name.startswith("blocks.")}
    for number in range(layers):
        origin = number * before // layers
        is_new = number > 0 and (number - 1) * before // layers == origin
        for name, value in weights.tensors.items():
            if name.startswith(f"blocks.{origin}."):
                part = name.split(".", 2)[2]
                writes = part in ("out.weight", "down.weight")
                tensors[f"blocks.{number}.{part}"] = np.zeros_like(value) if is_new and writes else value.copy()
    return replace(weights, config={**weights.config, "layers": layers}, tensors=tensors)
