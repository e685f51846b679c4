"""Train the shipped planner from nothing, on two CPU cores, in about 85 minutes.

    python -m agent.learning.train --out train --size 2M --minutes 85

Needs torch, numpy and tokenizers. Runs in legs: started again with the same ``--out`` it goes on exactly where the last checkpoint was
written, and a larger ``--minutes`` gives it a longer life. The step length is constant until the last quarter of the time and then falls
to zero. How many samples of each clause count are drawn follows the accuracy of the count before (``--log`` shows ``exact`` for 1..4
clauses, measured on fresh samples, so nothing is seen twice). agent/models/planner/CARD.md holds the figures to expect.
"""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from agent.learning.dataset import Batch, Encoder, batches, train_tokenizer
from agent.learning.model import SIZES, Config, Network
from agent.learning.muon import Muon

__all__ = ["curriculum", "main", "rate"]

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


def _save(path: Path, state: dict[str, Any]) -> None:
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def _loss(network: Network, batch: Batch, exact: list[float]) -> torch.Tensor:
    """Cross-entropy on the answers' tokens; keeps a running share of samples that are right in every token, per clause count."""
    ids, targets = torch.from_numpy(batch.ids), torch.from_numpy(batch.targets)
    learnt = targets >= 0
    logits = network.logits(network(ids)[learnt])
    wanted = targets[learnt]
    with torch.no_grad():
        wrong = torch.zeros_like(targets, dtype=torch.bool)
        wrong[learnt] = logits.argmax(-1) != wanted
        right = ~wrong.any(dim=1).numpy()
    for level in (1, 2, 3, 4):
        mine = right[batch.levels == level]
        keep = 0.997 ** len(mine)
        exact[level - 1] = keep * exact[level - 1] + (1 - keep) * float(mine.mean()) if len(mine) else exact[level - 1]
    return F.cross_entropy(logits, wanted)


def main(arguments: list[str] | None = None) -> None:
    """Train until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for tokenizer, checkpoint and log")
    parser.add_argument("--size", choices=sorted(SIZES), default="2M")
    parser.add_argument("--minutes", type=float, default=85.0, help="wall time of the whole training, earlier legs counted")
    parser.add_argument("--steps", type=int, default=10**9, help="stop after this many steps of this leg")
    parser.add_argument("--tokens", type=int, default=3072, help="tokens per step")
    parser.add_argument("--rate", type=float, default=0.02, help="step length of the matrices")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save-every", type=float, default=300.0, help="seconds between checkpoints")
    parser.add_argument("--compile", action="store_true", help="compile the blocks: about 20 percent faster after two minutes")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    tokens_file, checkpoint = options.out / "tokenizer.json", options.out / "checkpoint.pt"
    if not tokens_file.exists():
        train_tokenizer(tokens_file)
    from tokenizers import Tokenizer

    encode = Encoder(Tokenizer.from_file(str(tokens_file)))
    network = Network(Config(vocabulary=encode.size, **SIZES[options.size]))
    if options.compile:
        for block in network.blocks:
            block.compile(dynamic=True)
    matrices = [p for name, p in network.named_parameters() if p.ndim == 2 and "embedding" not in name]
    others = [p for name, p in network.named_parameters() if p.ndim != 2 or "embedding" in name]
    optimisers = (Muon(matrices, lr=options.rate), torch.optim.AdamW(others, lr=options.rate / 5, betas=(0.9, 0.98), weight_decay=0.0))
    bases = [options.rate, options.rate / 5]
    average = {name: p.detach().clone() for name, p in network.named_parameters()}
    step, chunk, elapsed, seen, exact = 0, 0, 0.0, 0, [0.0] * 4

    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(saved["network"])
        average = saved["average"]
        for optimiser, state in zip(optimisers, saved["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        step, chunk, elapsed, seen, exact = (saved[key] for key in ("step", "chunk", "elapsed", "seen", "exact"))

    budget, last, stop = options.minutes * 60, time.monotonic(), step + options.steps
    saved_at, loss_sum, losses = last, 0.0, 0
    while elapsed < budget and step < stop:
        for batch in batches(encode, options.seed, chunk, curriculum(exact), tokens=options.tokens):
            share = rate(elapsed, budget, step)
            for optimiser, base in zip(optimisers, bases, strict=True):
                optimiser.param_groups[0]["lr"] = base * share
            loss = _loss(network, batch, exact)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            for optimiser in optimisers:
                optimiser.step()
                optimiser.zero_grad()
            keep = min(0.998, (step + 1) / (step + 10))
            with torch.no_grad():
                for name, parameter in network.named_parameters():
                    average[name].lerp_(parameter, 1 - keep)
            step, seen, loss_sum, losses = step + 1, seen + int((batch.ids > 0).sum()), loss_sum + float(loss.detach()), losses + 1
            now = time.monotonic()
            elapsed, last = elapsed + now - last, now
        chunk += 1
        if chunk % 5 == 0:
            record = {"minutes": round(elapsed / 60, 2), "step": step, "tokens": seen, "loss": round(loss_sum / losses, 4), "exact": [round(x, 3) for x in exact], "rate": round(share, 3)}
            loss_sum, losses = 0.0, 0
            print(json.dumps(record), flush=True)
            with (options.out / "log.jsonl").open("a") as log:
                log.write(json.dumps(record) + "\n")
        if now - saved_at > options.save_every or elapsed >= budget or step >= stop:
            saved_at = now
            _save(checkpoint, {
                "network": network.state_dict(), "average": average, "optimisers": [o.state_dict() for o in optimisers], "step": step,
                "chunk": chunk, "elapsed": elapsed, "seen": seen, "exact": exact, "config": network.config.to_json(),
            })  # fmt: skip


if __name__ == "__main__":
    main()
