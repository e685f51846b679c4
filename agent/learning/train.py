"""Train the planner, in legs, on a CPU or a GPU; needs torch, numpy and tokenizers and nothing else.

    python -m agent.learning.train --out train --size 8M --budget 300M --compile    # days of CPU, as many legs as it takes
    python -m agent.learning.train --out train --size 8M --budget 300M --leg-minutes 9 ...        # a leg of nine minutes
    python -m agent.learning.train --out train --from agent/models/planner/planner.gguf ...   # begin with shipped weights
    python -m agent.learning.train --out train --size 9M --from planner.gguf ...   # 5M with more hidden units: the same at first
    python -m agent.learning.export --from train --to planner.gguf                            # what llama.cpp runs

Started again with the same ``--out`` a run goes on bit by bit where its last checkpoint was written. What is drawn and how long
the steps are follows from seed, tokens seen and right answers, never from a clock, so that legs, workers and machines do not
change what is learnt. Where no checkpoint can travel (from a lent machine), ``weights.npz`` in ``--out`` is a sixth of one:
``--from weights.npz`` goes on from it with new momentum. Step lengths are constant until the last third of the budget, then fall
to zero: a larger ``--budget`` before that gives a run a longer life.

Expect, on one thread of a busy CPU without bf16 (``python -m benchmarks.training``): 5,000 tokens/s at 2M with ``--compile``, 1,200
at 8M without, so that 300M tokens are 17 hours at 2M and up to three days at 8M. The loss begins at 7.6; what a whole run reached
stands in agent/models/planner/CARD.md. The log (``log.jsonl``) gives tokens/s, loss, and the share of fresh samples that are right
in every token, by level and family: nothing is ever seen twice.
"""

import argparse
import json
import math
import sys
import time
from pathlib import Path

import torch

from agent.learning.checkpoint import TrainingFailed
from agent.learning.feed import Feed, spare_cores
from agent.learning.model import SIZES
from agent.learning.packing import split
from agent.learning.training import AHEAD, Training, rate
from agent.learning.weights import WeightsInvalid, read_weights
from agent.learning.written import WrittenInvalid

__all__ = ["main"]


def _number(text: str) -> int:
    """``300M``, ``8k`` or plain digits."""
    scale = {"k": 10**3, "M": 10**6, "G": 10**9}.get(text[-1:], 1)
    return int(float(text.rstrip("kMG")) * scale)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--out", type=Path, required=True, help="folder for tokenizer, checkpoint, weights and log")
    add("--size", choices=sorted(SIZES), help="parameters; 8M unless --from says it")
    add("--from", dest="begin", type=Path, help="begin with these weights (.gguf, .npz) where --out has no checkpoint")
    add("--prefix", action="store_true", help="read prompts as a whole: their tokens see what comes after them in it, too")
    add("--dropout", type=float, default=0.0, help="share of the network that a step leaves out, against learning by heart")
    add("--guess", type=float, default=0.0, help="share of a prompt's words and digits that are left out and learnt to be guessed")
    add("--budget", type=_number, default=300_000_000, help="tokens of the whole training, e.g. 300M")
    add("--leg-minutes", type=float, default=math.inf, help="end this leg after so many minutes, with a checkpoint")
    add("--save-minutes", type=float, default=10.0, help="minutes between checkpoints")
    add("--steps", type=int, default=10**9, help="end this leg after so many steps")
    add("--tokens", type=_number, default=8192, help="tokens per step; on a large GPU 64k")
    add("--micro", type=_number, default=8192, help="tokens at once: a step's gradients add up over them; on a large GPU 64k")
    add("--rate", type=float, default=0.02, help="step length of the matrices")
    add(
        "--lora",
        type=Path,
        metavar="MISSIONS",
        help="learn an adapter for --from from these missions (.jsonl), 200 steps or --steps",
    )
    add("--skills", type=Path, action="append", help="with --lora: your skills' file; may be given several times")
    add("--rank", type=int, default=8, help="with --lora: the adapter's rank")
    add("--seed", type=int, default=1)
    add("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    add("--threads", type=int, default=2)
    add("--workers", type=int, help="processes that make samples; one per core that is left")
    add("--compile", action="store_true", help="compile the blocks: faster after one or two minutes")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Train until the budget or the leg is used up; the exit code."""
    options = _options(arguments)
    try:
        _train(options)
    except (TrainingFailed, WeightsInvalid, WrittenInvalid) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _train(options: argparse.Namespace) -> None:
    if options.lora is not None:
        from agent.learning.own_adapter import learn_own  # needs the whole of surefoot, which a machine for training lacks

        return learn_own(options)
    torch.set_num_threads(options.threads)
    torch.set_float32_matmul_precision("high")
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingFailed(f"The folder {str(options.out)!r} cannot be made: {error.strerror}.") from error
    begin = None if options.begin is None else read_weights(options.begin)
    shape = {"size": options.size, "prefix": options.prefix, "dropout": options.dropout, "guess": options.guess}
    training = Training(options.out, **shape, begin=begin, length=options.rate, seed=options.seed, device=options.device)
    if options.compile:
        for block in training.network.blocks:
            block.compile(dynamic=True)
    workers = spare_cores(options.threads) if options.workers is None else options.workers
    feed = Feed(training.tokenizer, options.seed, options.tokens, workers)
    try:
        _leg(training, feed, options)
    finally:
        feed.close()


def _leg(training: Training, feed: Feed, options: argparse.Namespace) -> None:
    """Steps until something is used up, with a log line every half minute and checkpoints between."""
    for number, mix in enumerate(training.ahead):
        feed.ask(training.step + number, mix)
    began = logged_at = saved_at = time.monotonic()
    stop, losses, seen = training.step + options.steps, [], training.seen
    while training.seen < options.budget and training.step < stop:
        share = rate(training.seen, options.budget, training.step - training.warmed)
        batches = [part for rows in feed.take() for part in split(rows, options.micro)]
        losses.append(training.learn(batches, share))
        feed.ask(training.step + AHEAD - 1, training.ahead[-1])
        now = time.monotonic()
        if now - logged_at > 30 or training.seen >= options.budget or training.step >= stop:
            training.seconds += now - logged_at
            _log(training, sum(losses) / len(losses), share, (training.seen - seen) / (now - logged_at))
            logged_at, losses, seen = now, [], training.seen
        if now - began > 60 * options.leg_minutes:
            break
        if now - saved_at > 60 * options.save_minutes:
            saved_at = now
            training.save()
    training.save()


def _log(training: Training, loss: float, share: float, speed: float) -> None:
    record = {
        "minutes": round(training.seconds / 60, 2),
        "step": training.step,
        "tokens": training.seen,
        "tokens_per_s": round(speed),
        "loss": round(loss, 4),
        "rate": round(share, 3),
        "levels": [round(x, 3) for x in training.curriculum.levels],
        "families": {name: round(x, 3) for name, x in sorted(training.curriculum.families.items())},
    }
    print(json.dumps(record), flush=True)
    try:
        with (training.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(record) + "\n")
    except OSError as error:
        raise TrainingFailed(
            f"The log in {str(training.folder)!r} cannot be written: {error.strerror}; make room and go on."
        ) from error


if __name__ == "__main__":
    sys.exit(main())
