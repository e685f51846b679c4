"""LoRA: low-rank adapters on a trained planner (Hu et al., 2021), learnt from a user's own missions, exported for llama.cpp.

    python -m agent.learning.train --lora missions.jsonl --from planner.gguf --out my-skill --steps 200

A line of ``missions.jsonl`` is one mission and what should have been planned, on a map that surefoot knows:

    {"map": "warehouse", "mission": "polish the pump", "plan": [{"skill": "polish", "args": {"thing": "pump"}}]}

The adapter (``my-skill/adapter.gguf``) is used with ``surefoot run --lora``; the planner's own weights stay as they are.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from agent.learning.model import Network
from agent.learning.packing import OWN, Encoded, pack
from agent.learning.weights import gguf_name

__all__ = ["Adapted", "AdapterFailed", "adapt", "export_adapter", "learn_adapter", "merged"]

PARTS = ("q", "k", "v", "out", "gate", "up", "down")


class AdapterFailed(Exception):
    """An adapter cannot be made or written; one sentence."""


class Adapted(nn.Module):
    """A matrix that stays, and a low-rank change of it that is learnt: W x + (alpha / rank) B A x.

    Args:
        linear: The matrix.
        rank: Rank of the change.
        alpha: Its scale times the rank.
    """

    def __init__(self, linear: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.linear = linear
        self.scale = alpha / rank
        self.a = nn.Parameter(torch.randn(rank, linear.in_features) / linear.in_features**0.5)
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) -> (..., out)."""
        out: Tensor = self.linear(x) + self.scale * ((x @ self.a.T) @ self.b.T)
        return out


def adapt(network: Network, rank: int = 8, alpha: float = 16.0) -> list[nn.Parameter]:
    """Put an adapter on every matrix of every block, in place; everything else is frozen.

    Args:
        network: The trained network.
        rank: Rank of the adapters.
        alpha: Their scale times the rank.

    Returns:
        The parameters to learn.
    """
    if rank < 1:
        raise AdapterFailed(f"An adapter of rank {rank} holds nothing: give a rank of 1 or more.")
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for block in network.blocks:
        for part in PARTS:
            setattr(block, part, Adapted(getattr(block, part), rank, alpha))
    return [parameter for adapted in _adapters(network).values() for parameter in (adapted.a, adapted.b)]


def _adapters(network: Network) -> dict[str, Adapted]:
    """By the name of the parameter that each changes."""
    return {f"{name}.weight": module for name, module in network.named_modules() if isinstance(module, Adapted)}


def learn_adapter(
    network: Network, own: Sequence[Encoded], others: Iterator[Sequence[Encoded]], *, steps: int, rate: float
) -> float:
    """Learn a user's samples into an adapted network, beside others so that what it could is not forgotten.

    Args:
        network: Adapted.
        own: The user's samples; all are in every step.
        others: Samples of the planner's own training, one batch per step.
        steps: How many steps.
        rate: Step length.

    Returns:
        Share of the user's samples that are right in every token at the end.
    """
    learnt = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=rate, betas=(0.9, 0.98), weight_decay=0.0)
    right = 0.0
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = rate * min(1.0, (step + 1) / 10, (steps - step) / (0.3 * steps))
        good = 0
        for rows, share in ((pack(own), 0.5), (pack(next(others)), 0.5)):
            count = sum(len(part.targets) for part in rows)
            for part in rows:
                kept, targets = torch.from_numpy(part.kept), torch.from_numpy(part.targets)
                documents = torch.from_numpy(part.documents)
                logits = network.logits(network(torch.from_numpy(part.ids), documents, kept, torch.from_numpy(part.prompts)))
                (share * F.cross_entropy(logits, targets, reduction="sum") / count).backward()
                if rows and part.samples and part.samples[0][1] == OWN:
                    wrong = torch.zeros(len(part.samples)).index_add_(
                        0, documents.flatten()[kept], (logits.argmax(-1) != targets).float()
                    )
                    good += int((wrong == 0).sum())
        right = good / len(own)
        optimiser.step()
        optimiser.zero_grad()
    return right


def merged(network: Network) -> Iterator[tuple[str, Tensor]]:
    """The adapted matrices with their changes added in, by parameter name."""
    for name, adapted in _adapters(network).items():
        yield name, adapted.linear.weight + adapted.scale * (adapted.b @ adapted.a)


def export_adapter(network: Network, target: Path, about: Mapping[str, Any]) -> Path:
    """Write the adapters as a GGUF that llama.cpp puts on the planner they were learnt on, complete or not at all.

    Args:
        network: An adapted network.
        target: Where to write.
        about: ``dialect`` of the planner, for the file's description.

    Raises:
        AdapterFailed: The network has no adapters, or the disk is full.
    """
    import gguf

    adapters = _adapters(network)
    if not adapters:
        raise AdapterFailed("The network has no adapters, so there is nothing to write: adapt it first.")
    first = next(iter(adapters.values()))
    partial = target.with_suffix(".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        writer = gguf.GGUFWriter(partial, "qwen3")
        writer.add_type("adapter")
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", first.scale * first.a.shape[0])
        writer.add_string("surefoot.dialect", str(about["dialect"]))
        for name, adapted in adapters.items():
            for part, value in (("a", adapted.a), ("b", adapted.b)):
                array = np.ascontiguousarray(value.detach().float().cpu().numpy())
                writer.add_tensor(f"{gguf_name(name)}.lora_{part}", array)
        try:
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_tensors_to_file()
        finally:
            writer.close()
        os.replace(partial, target)
    except OSError as error:
        raise AdapterFailed(
            f"The adapter cannot be written to {str(target)!r}: {error.strerror}; nothing was changed there."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return target
