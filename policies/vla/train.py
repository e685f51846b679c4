"""Train a policy from recorded demonstrations, in three stages, on one or two CPU cores or a GPU.

    surefoot policy train demos --out train --size nano --minutes 90
    python -m policies.vla.train --data demos --out train --size nano --minutes 90      where there is no surefoot command
    surefoot policy train demos round --from train --out more --minutes 60              what was learnt is the beginning

A fifth of the time goes into alignment, a tenth into instruction, the rest into action (``policies.vla.training``). Started again
with the same ``--out`` it goes on exactly where its last checkpoint was written. ``log.jsonl`` holds every term.
Needs torch, numpy, safetensors, pyarrow and Pillow; no simulator.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from policies.vla.config import SIZES, ConfigInvalid, Head, Size, VLAConfig
from policies.vla.joined import Joined
from policies.vla.pretrained import Pretrained
from policies.vla.start import Start
from policies.vla.training import Training, TrainingInvalid

__all__ = ["WITHOUT", "add_options", "finish", "main", "prepare", "run"]

WITHOUT = ("align", "instruct", "act", "move", "alignment", "look", "physics", "smoothness")
"""Stages and terms that can be left out."""
_LOG_STEPS = 50


def prepare(
    data: Sequence[str | Path],
    out: str | Path,
    *,
    size: Size = "nano",
    head: Head = "l1",
    batch: int = 32,
    accumulate: int = 1,
    rate: float = 5e-4,
    stride: int = 1,
    seed: int = 0,
    threads: int = 2,
    device: str | None = None,
    bf16: bool = False,
    without: tuple[str, ...] = (),
    vision: str | Path | None = None,
    language: str | Path | None = None,
    qlora: bool = False,
    start: str | Path | None = None,
    arm: str | Path | None = None,
    velocity: bool = False,
) -> Training:
    """A training, new or where its checkpoint left it.

    Args:
        data: Recorded datasets of one robot.
        out: Folder for checkpoint, log and the policy.
        size: The dial.
        head: ``l1``, ``flow`` or ``binned``.
        batch: Samples per step, and
        accumulate: batches per optimiser step.
        rate: Step length at its highest.
        stride: Look at every so manieth frame only: less memory.
        seed: Of weights and samples.
        threads: Of the CPU.
        device: ``cpu`` or ``cuda``; a GPU where there is one if None.
        bf16: Compute in bfloat16 on a processor too.
        without: Stages and terms to leave out, for ablations.
        vision: Folder of a pretrained CLIP, and
        language: of a pretrained language model, for size ``full``.
        qlora: Keep what LoRA is added to in four bits.
        start: Folder of a policy to begin with: its shape counts, and what it has learnt to see and read is not learnt again.
        arm: File of another arm that torques are of, such as this one with a tool; the dataset's if None.
        velocity: Whether the policy is told how fast the joints have been sent; as the one to begin with is, if it was.

    Raises:
        DatasetInvalid: The dataset cannot be used.
        StartInvalid: The policy to begin with does not go with the data.
        ConfigInvalid: Size and pretrained folders do not go together.
        PretrainedInvalid: A pretrained folder cannot be used.
        TrainingInvalid: The checkpoint there is of another shape or of other data.
    """
    torch.set_num_threads(threads)
    found = Joined(data, stride=stride)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    loaded = None if arm is None else Path(arm)
    if start is not None:
        first = Start.of(start, found)
        _pretrained(first.policy.config.size, vision, language)  # towers are refused where they would be ignored
        config = replace(first.policy.config, velocity=velocity or first.policy.config.velocity)
        return Training(
            found, folder, config, batch=batch, accumulate=accumulate, rate=rate, seed=seed, device=_device(device),
            bf16=bf16, without=tuple(dict.fromkeys((*without, "align", "instruct"))), qlora=qlora, start=first, arm=loaded,
        )  # fmt: skip
    pretrained = _pretrained(size, vision, language)
    towers = {} if pretrained is None else {"vision": pretrained.vision, "language": pretrained.language}
    config = VLAConfig.of(
        size, joints=found.joints, cameras=found.cameras, head=head, pixels=found.pixels, period_s=1 / found.fps, velocity=velocity,
        **towers,
    )  # fmt: skip
    return Training(
        found, folder, config, batch=batch, accumulate=accumulate, rate=rate, seed=seed, device=_device(device),
        bf16=bf16, without=without, pretrained=pretrained, qlora=qlora, arm=loaded,
    )  # fmt: skip


def _device(wanted: str | None) -> str:
    return wanted or ("cuda" if torch.cuda.is_available() else "cpu")


def _pretrained(size: str, vision: str | Path | None, language: str | Path | None) -> Pretrained | None:
    given = vision is not None, language is not None
    if size != "full" and any(given):
        raise ConfigInvalid(f"pretrained towers are for size full; {size} is trained from scratch")
    if size == "full" and not all(given):
        raise ConfigInvalid("size full needs two folders of pretrained weights: --vision (a CLIP) and --language (Llama or Qwen)")
    return Pretrained(Path(vision), Path(language)) if vision is not None and language is not None else None


def run(
    training: Training,
    budget: float,
    steps: int = 10**9,
    save_every: float = 600.0,
    *,
    told: Callable[[dict[str, Any]], None] = lambda record: None,
    stopped: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Train until the budget is used up.

    Args:
        training: Which.
        budget: Seconds of all stages, earlier legs counted.
        steps: Stop this leg after so many.
        save_every: Seconds between checkpoints.
        told: Called with every line of the log.
        stopped: Asked after every step; the leg ends, with a checkpoint, when it says so.
        clock: What the budget is measured by, in seconds; ``time.process_time`` where other work must not count.

    Returns:
        Whether the budget is used up: there is nothing more to do.
    """
    shares = [0.0 if name in training.without else share for name, share in training.stages]
    if not any(shares):
        raise TrainingInvalid(f"nothing is left to train: all of {', '.join(name for name, _ in training.stages)} are left out")
    ends = np.cumsum(shares) / sum(shares) * budget
    last = saved = clock()
    stop, log = training.step + steps, {}
    while training.elapsed < budget and training.step < stop and not stopped():
        while training.stage < len(training.stages) - 1 and training.elapsed >= ends[training.stage]:
            training.next_stage()
        begin = ends[training.stage - 1] if training.stage else 0.0
        left = (ends[training.stage] - training.elapsed) / max(ends[training.stage] - begin, 1e-9)
        log = training.learn(float(left))
        now = clock()
        training.elapsed, last = training.elapsed + now - last, now
        if training.step % _LOG_STEPS == 0:
            told(_log(training, log))
        if now - saved > save_every:
            saved = now
            training.save()
    training.save()
    told(_log(training, log))
    return training.elapsed >= budget


def _log(training: Training, terms: dict[str, float]) -> dict[str, Any]:
    record = {"minutes": round(training.elapsed / 60, 2), "step": training.step, "stage": training.name}
    record |= {name: round(value, 5) for name, value in terms.items()}
    with (training.folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(record) + "\n")
    return record


def add_options(parser: argparse.ArgumentParser) -> None:
    """What every training can be told."""
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="recorded datasets")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint, log and the policy")
    parser.add_argument("--minutes", type=float, default=90.0, help="wall time of all stages, earlier legs counted")
    parser.add_argument("--steps", type=int, default=10**9, help="stop this leg after so many steps")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--accumulate", type=int, default=1)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--stride", type=int, default=1, help="look at every so manieth frame only: less memory")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default=None, help="cpu or cuda; a GPU where there is one")
    parser.add_argument("--bf16", action="store_true", help="compute in bfloat16 on a processor too: large sizes gain")
    parser.add_argument("--save-every", type=float, default=600.0, help="seconds between checkpoints")


def finish(training: Training, options: argparse.Namespace) -> None:
    """Train until the time is up, print the log, and write the policy."""
    run(
        training, options.minutes * 60, options.steps, options.save_every,
        told=lambda record: print(json.dumps(record), flush=True),
    )  # fmt: skip
    training.policy().save_pretrained(training.folder / "policy")


def main(arguments: list[str] | None = None) -> None:
    """Train until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=[*sorted(SIZES), "full"], default="nano")
    parser.add_argument("--head", choices=("l1", "flow", "binned"), default="l1")
    parser.add_argument("--vision", type=Path, help="size full: folder of a pretrained CLIP")
    parser.add_argument("--language", type=Path, help="size full: folder of a pretrained Llama- or Qwen-shaped model")
    parser.add_argument("--from", dest="start", type=Path, help="folder of a policy to begin with; its size and head count")
    parser.add_argument("--arm", type=Path, help="file of the arm that torques are of, with its tool; the dataset's without")
    parser.add_argument("--velocity", action="store_true", help="tell the policy how fast the joints have been sent")
    parser.add_argument("--qlora", action="store_true", help="keep what LoRA is added to in four bits")
    parser.add_argument(
        "--without", action="append", default=[], choices=WITHOUT, help="leave out a stage or a loss term, for ablations"
    )
    add_options(parser)
    options = parser.parse_args(arguments)
    training = prepare(
        options.data, options.out, size=options.size, head=options.head, batch=options.batch, accumulate=options.accumulate,
        rate=options.rate, stride=options.stride, seed=options.seed, threads=options.threads, device=options.device,
        bf16=options.bf16, without=tuple(options.without), vision=options.vision, language=options.language, qlora=options.qlora,
        start=options.start, arm=options.arm, velocity=options.velocity,
    )  # fmt: skip
    finish(training, options)


if __name__ == "__main__":
    main()
