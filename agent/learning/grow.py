"""A larger network that begins where a smaller one stopped: its feed-forward parts widened, every answer the same as before.

New hidden units read like the old ones (random rows of their size) and write nothing yet (columns of zeros): the function is
kept exactly and the first step already teaches them (Chen et al., 2016, "Net2Net", with zeros in place of split units).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from agent.learning.weights import Weights

__all__ = ["can_grow", "wider"]


def can_grow(config: Mapping[str, Any], into: Mapping[str, Any]) -> bool:
    """Whether a network of this shape can be widened into the other one: alike in all but hidden units, of which that has more."""
    return into["hidden"] > config["hidden"] and all(
        into[name] == config[name] for name in ("vocabulary", "width", "layers", "heads")
    )


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
