"""Train the shipped planner from nothing, on one or two CPU cores, in about 90 minutes.

    python -m agent.learning.train --out train --size 5M --minutes 90 --compile

Needs torch, numpy and tokenizers. Runs in legs: started again with the same ``--out`` it goes on exactly where the last
checkpoint was written, and a larger ``--minutes`` gives it a longer life. The step length is constant until the last third of
the time and then falls to zero. How many samples of each clause count are drawn follows the accuracy of the count before; the
log shows ``exact`` for 1 to 4 clauses, measured on fresh samples: nothing is ever seen twice. To expect, on two threads without
bf16: loss 0.4 and exact 0.86, 0.65, 0.45, 0.25 at step 1,000; 0.034 and 0.98, 0.95, 0.91, 0.84 at the end, step 3,400. The
figures that count are in agent/models/planner/CARD.md.
"""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

from agent.learning.dataset import Batch, Encoder, batches, load_encoder
from agent.learning.model import SIZES, Config, Network
from agent.learning.muon import Muon

__all__ = ["Training", "curriculum", "main", "rate"]

FULL = (0.24, 0.28, 0.26, 0.22)
"""Shares of one to four clauses once all are learnt."""


def curriculum(exact: list[float]) -> list[float]:
    """Weights of one to four clauses: each count waits until the one before is mostly right, yet never vanishes."""
    gates = [1.0, *(min(1.0, max(0.08, accuracy / 0.7)) for accuracy in exact[:-1])]
    return [share * gate for share, gate in zip(FULL, gates, strict=True)]


def rate(elapsed: float, budget: float, step: int, *, warmup: int = 60, decay: float = 0.3) -> float:
    """Share of the full step length: linear warm-up in steps, constant, linear decay in wall time."""
    left = max(0.0, budget - elapsed) / (decay * budget)
    return min(1.0, (step + 1) / warmup, max(left, 0.01))


class Training:
    """The network, its optimisers and how far they have come; all of it survives in a checkpoint.

    Args:
        folder: Folder for tokenizer, checkpoint and log; an existing checkpoint is taken up.
        size: One of ``SIZES``.
        length: Step length of the matrices.
        seed: Of the first weights; the data's seed is given with each chunk.
    """

    def __init__(self, folder: Path, size: str, *, length: float = 0.02, seed: int = 1) -> None:
        torch.manual_seed(seed)
        self.file = folder / "checkpoint.pt"
        self.encode: Encoder = load_encoder(folder / "tokenizer.json")
        self.network = Network(Config(vocabulary=self.encode.size, **SIZES[size]))
        named = list(self.network.named_parameters())
        matrices = [p for name, p in named if p.ndim == 2 and "embedding" not in name]
        others = [p for name, p in named if p.ndim != 2 or "embedding" in name]
        self.lengths = (length, length / 5)
        self.optimisers: tuple[torch.optim.Optimizer, ...] = (
            Muon(matrices, lr=length),
            torch.optim.AdamW(others, lr=length / 5, betas=(0.9, 0.98), weight_decay=0.0),
        )
        self.average = {name: p.detach().clone() for name, p in named}
        self.step, self.chunk, self.seen, self.elapsed = 0, 0, 0, 0.0
        self.exact = [0.0] * 4
        if self.file.exists():
            self._load()

    def learn(self, batch: Batch, share: float) -> float:
        """Take one step of this share of the full length; returns the loss."""
        for optimiser, length in zip(self.optimisers, self.lengths, strict=True):
            optimiser.param_groups[0]["lr"] = length * share
        loss = self._loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        keep = min(0.998, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for name, parameter in self.network.named_parameters():
                self.average[name].lerp_(parameter, 1 - keep)
        self.step += 1
        self.seen += int((batch.ids > 0).sum())
        return float(loss.detach())

    def _loss(self, batch: Batch) -> torch.Tensor:
        """Cross-entropy on the answers' tokens; keeps a running share of samples right in every token, per clause count."""
        ids, targets = torch.from_numpy(batch.ids), torch.from_numpy(batch.targets)
        learnt = targets >= 0
        logits = self.network.logits(self.network(ids)[learnt])
        wanted = targets[learnt]
        with torch.no_grad():
            wrong = torch.zeros_like(targets, dtype=torch.bool)
            wrong[learnt] = logits.argmax(-1) != wanted
            right = ~wrong.any(dim=1).numpy()
        for level in (1, 2, 3, 4):
            mine = right[batch.levels == level]
            if len(mine):
                keep = 0.997 ** len(mine)
                self.exact[level - 1] = keep * self.exact[level - 1] + (1 - keep) * float(mine.mean())
        return F.cross_entropy(logits, wanted)

    def save(self) -> None:
        """Write the checkpoint, complete or not at all."""
        partial = self.file.with_suffix(".partial")
        state = {
            "network": self.network.state_dict(),
            "average": self.average,
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "config": self.network.config.to_json(),
            "exact": self.exact,
            **{name: getattr(self, name) for name in ("step", "chunk", "seen", "elapsed")},
        }
        torch.save(state, partial)
        os.replace(partial, self.file)

    def _load(self) -> None:
        saved: dict[str, Any] = torch.load(self.file, weights_only=True)
        self.network.load_state_dict(saved["network"])
        self.average = saved["average"]
        for optimiser, state in zip(self.optimisers, saved["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        self.exact = saved["exact"]
        for name in ("step", "chunk", "seen", "elapsed"):
            setattr(self, name, saved[name])


def main(arguments: list[str] | None = None) -> None:
    """Train until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for tokenizer, checkpoint and log")
    parser.add_argument("--size", choices=sorted(SIZES), default="5M")
    parser.add_argument("--minutes", type=float, default=90.0, help="wall time of the whole training, earlier legs counted")
    parser.add_argument("--steps", type=int, default=10**9, help="stop this leg after so many steps")
    parser.add_argument("--tokens", type=int, default=3072, help="tokens per step")
    parser.add_argument("--rate", type=float, default=0.02, help="step length of the matrices")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save-every", type=float, default=300.0, help="seconds between checkpoints")
    parser.add_argument("--compile", action="store_true", help="compile the blocks: a third faster after one or two minutes")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    training = Training(options.out, options.size, length=options.rate, seed=options.seed)
    if options.compile:
        for block in training.network.blocks:
            block.compile(dynamic=True)

    budget, stop = options.minutes * 60, training.step + options.steps
    last = saved_at = time.monotonic()
    losses: list[float] = []
    while training.elapsed < budget and training.step < stop:
        weights = curriculum(training.exact)
        for batch in batches(training.encode, options.seed, training.chunk, weights, tokens=options.tokens):
            share = rate(training.elapsed, budget, training.step)
            losses.append(training.learn(batch, share))
            now = time.monotonic()
            training.elapsed, last = training.elapsed + now - last, now
        training.chunk += 1
        if training.chunk % 5 == 0:
            _log(options.out / "log.jsonl", training, sum(losses) / len(losses), share)
            losses = []
        if now - saved_at > options.save_every or training.elapsed >= budget or training.step >= stop:
            saved_at = now
            training.save()


def _log(file: Path, training: Training, loss: float, share: float) -> None:
    record = {
        "minutes": round(training.elapsed / 60, 2),
        "step": training.step,
        "tokens": training.seen,
        "loss": round(loss, 4),
        "exact": [round(x, 3) for x in training.exact],
        "rate": round(share, 3),
    }
    print(json.dumps(record), flush=True)
    with file.open("a") as log:
        log.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
