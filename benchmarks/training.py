"""How fast the planner trains here, and what each device of the training script brings: processor seconds, one thread, one batch.

    python -m benchmarks.training --size 8M

About two minutes. Every line is one step over the same samples, measured in the process's own processor time, so that other work
on the machine does not change the order. Real tokens alone count.
"""

import argparse
import copy
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np
import torch
from torch.nn import functional as F

from agent.learning import model, muon
from agent.learning.curriculum import Mix
from agent.learning.dataset import FULL, draw, load_encoder
from agent.learning.model import SIZES, Config, Network
from agent.learning.muon import Muon
from agent.learning.packing import Encoded, Rows, pack, split

Loss = Callable[[Network, Rows], torch.Tensor]


def like_lengths(samples: list[Encoded], tokens: int) -> list[Rows]:
    """One sample to a row, rows of like length together, padded to the longest: what packing replaces."""
    out: list[Rows] = []
    pending: list[Encoded] = []
    for sample in sorted(samples, key=lambda s: s.length):
        if pending and (len(pending) + 1) * sample.length > tokens:
            out += [_padded(pending)]
            pending = []
        pending.append(sample)
    return [*out, _padded(pending)]


def _padded(samples: list[Encoded]) -> Rows:
    """Like ``pack``, with one sample in every row."""
    longest = max(sample.length for sample in samples)
    rows = [pack([sample], (longest,))[0] for sample in samples]
    kept = np.concatenate([row.kept + number * longest for number, row in enumerate(rows)])
    ids, documents, prompts = (np.concatenate([getattr(row, name) for row in rows]) for name in ("ids", "documents", "prompts"))
    return Rows(ids, documents, prompts, kept, np.concatenate([row.targets for row in rows]), tuple(row.samples[0] for row in rows))


def packed_loss(network: Network, rows: Rows) -> torch.Tensor:
    """As training takes it: masked by sample, the last block and the logits for answers alone."""
    kept = torch.from_numpy(rows.kept)
    hidden = network(torch.from_numpy(rows.ids), torch.from_numpy(rows.documents), kept)
    return F.cross_entropy(network.logits(hidden), torch.from_numpy(rows.targets))


def whole_last_block(network: Network, rows: Rows) -> torch.Tensor:
    """The last block for every token, the logits for answers alone."""
    hidden = network(torch.from_numpy(rows.ids), torch.from_numpy(rows.documents)).flatten(0, 1)[torch.from_numpy(rows.kept)]
    return F.cross_entropy(network.logits(hidden), torch.from_numpy(rows.targets))


def every_logit(network: Network, rows: Rows) -> torch.Tensor:
    """Logits of every token, prompt or answer."""
    logits = network.logits(network(torch.from_numpy(rows.ids), torch.from_numpy(rows.documents))).flatten(0, 1)
    return F.cross_entropy(logits[torch.from_numpy(rows.kept)], torch.from_numpy(rows.targets))


def causal_rows(network: Network, rows: Rows) -> torch.Tensor:
    """One sample to a row needs no mask."""
    hidden = network(torch.from_numpy(rows.ids), None, torch.from_numpy(rows.kept))
    return F.cross_entropy(network.logits(hidden), torch.from_numpy(rows.targets))


def fused(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Masked attention by torch's kernel for CPUs."""
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


def seconds(work: Callable[[], object], repeat: int) -> float:
    """Processor seconds, the least of several runs after one to warm up."""
    work()
    times = []
    for _ in range(repeat):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=sorted(SIZES), default="8M")
    parser.add_argument("--tokens", type=int, default=8192)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--compile", action="store_true", help="measure compiled blocks too: a minute more")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    with TemporaryDirectory() as folder:
        encode = load_encoder(Path(folder) / "tokenizer.json")
    started = time.process_time()
    samples = draw(encode, 1, 0, Mix(FULL), tokens=options.tokens)
    made = len(samples) / (time.process_time() - started)
    tokens = sum(sample.length for sample in samples)
    network = Network(Config(encode.size, **SIZES[options.size]))
    packed, padded = pack(samples), like_lengths(samples, 4096)
    laid = sum(rows.ids.size for rows in packed)
    answers = sum(len(rows.targets) for rows in packed)
    print(f"load {os.getloadavg()[0]:.1f}; {options.size}: {sum(p.numel() for p in network.parameters()) / 1e6:.1f} M parameters")
    print(f"{len(samples)} samples, {tokens} tokens, {answers} of them answers; {made:.0f} samples/s are made and encoded")
    many = draw(encode, 1, 1, Mix(FULL), tokens=8 * options.tokens)  # like lengths need many samples to choose from
    spare = 1 - sum(sample.length for sample in many) / sum(rows.ids.size for rows in like_lengths(many, 4096))
    print(f"padding: packed {1 - tokens / laid:.1%}, like lengths among {len(many)} samples {spare:.1%}")

    def line(what: str, batches: list[Rows], loss: Loss, net: Network = network) -> None:
        def work() -> None:
            for rows in batches:
                loss(net, rows).backward()
            net.zero_grad()

        took = seconds(work, options.repeat)
        print(f"{what:44} {took:7.2f} s  {tokens / took:7.0f} tokens/s", flush=True)

    for micro in (2048, 4096, 8192):
        line(f"packed, {micro} tokens at once", [part for rows in packed for part in split(rows, micro)], packed_loss)
    at_once = [part for rows in packed for part in split(rows, 8192)]
    for longer in (256, 512):
        rows = [part for rows in pack(samples, (longer, 512, 1024)) for part in split(rows, 8192)]
        line(f"packed into rows of {longer}", rows, packed_loss)
    line("one sample to a row, like lengths", padded, causal_rows)
    line("packed, the last block for every token", at_once, whole_last_block)
    line("packed, logits for every token", at_once, every_logit)
    compiled = copy.deepcopy(network)
    for block in compiled.blocks:
        block.compile(dynamic=True)
    for name, lowered in (("float32", False), ("bf16", True)):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=lowered):
            line(f"packed, {name}", at_once, packed_loss)
            with mock.patch.object(model, "attend_in_full", fused):
                line(f"packed, {name}, torch's fused attention", at_once, packed_loss)
            if options.compile:
                line(f"packed, {name}, compiled blocks", at_once, packed_loss, compiled)
    matrices = [p for name, p in network.named_parameters() if p.ndim == 2 and "embedding" not in name]
    packed_loss(network, at_once[0]).backward()
    for name, optimiser, native in (
        ("our Muon, float32", Muon(matrices), False),
        ("our Muon, bf16", Muon(matrices), True),
        ("torch.optim.Muon, bf16", torch.optim.Muon(matrices), True),
    ):
        with mock.patch.object(muon, "has_bf16", return_value=native):
            took = seconds(optimiser.step, options.repeat)
        print(f"{name + ', a step':44} {took:7.2f} s", flush=True)


if __name__ == "__main__":
    main()
