"""What each stage, each loss term and each part of distillation buys: the same minutes without one of them after the other.

    python -m benchmarks.policy_ablation --data demos --out ablation --minutes 20                          9 runs, 3 hours
    python -m benchmarks.policy_ablation --data demos --out ablation --minutes 20 --teacher teacher        6 more, 2 hours
    ... --episodes 100      closed loop besides: success in the cell, asked as it was drawn and asked for another thing

Every tenth episode is kept from all of them, and on it is measured: by how much the joints that a policy asks for are off, by how
much the places that it names, how often a chunk asks a motor for more torque than it has, and how bent chunks are. Broken off and
started again it goes on with the run at which it was. ``ablation.json`` and ``ablation.md`` in the folder hold the table.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch

from policies.policy import PolicyError
from policies.vla import distill, train
from policies.vla.losses import smoothness_loss, torques_of
from policies.vla.training import Training

__all__ = ["DISTILLED", "TRAINED", "main", "measured"]

TRAINED: dict[str, tuple[str, ...]] = {
    "everything": (), "no alignment stage": ("align",), "no instruction stage": ("instruct",),
    "action stage alone": ("align", "instruct"), "no action with open eyes": ("act",), "no moving alone": ("move",),
    "no caption loss": ("alignment",),
    "no look loss": ("look",), "no torque loss": ("physics",),
    "no smoothness loss": ("smoothness",), "neither of the two": ("physics", "smoothness"),
}  # fmt: skip
"""What is left out, by the name of the row."""

DISTILLED: dict[str, tuple[str, ...]] = {
    "student": (), "student, no KL": ("soft",), "student, no hard loss": ("hard",), "student, no features": ("feature",),
    "student, KL alone": ("hard", "feature"), "student alone": ("soft", "feature"),
}  # fmt: skip

COLUMNS = {
    "steps": "steps", "joints_mrad": "joints, mrad", "gripper_mm": "gripper, mm", "places_cm": "places, cm",
    "over_torque": "over torque", "bend": "bend", "seen": "seen", "swapped": "swapped",
}  # fmt: skip
_KEEP_OUT, _FRAMES, _BATCH = 10, 512, 32


def measured(training: Training, held: np.ndarray) -> dict[str, float]:
    """How a trained policy does on frames that it never saw.

    Args:
        training: Its training.
        held: (N,) frames.

    Returns:
        ``joints_mrad`` and ``gripper_mm``: mean absolute error of the actions asked for; ``places_cm`` of the places named;
        ``over_torque``: share of a chunk's motor torques beyond the motor's limit; ``bend``: second differences x 1000.
    """
    policy, data = training.policy(), training.data
    network, config, stats = policy.network, policy.config, policy.stats
    sums, count = np.zeros(5), 0
    limits = training.limits.cpu()
    for begin in range(0, len(held), _BATCH):
        frames = held[begin : begin + _BATCH]
        found = data.batch(frames, config.chunk)
        said = np.stack([policy.tokenizer(data.instructions[task]) for task in found.tasks.tolist()])
        pictures = torch.from_numpy(found.pictures).permute(0, 1, 4, 2, 3).float() / 127.5 - 1
        if pictures.shape[-1] != config.pixels:
            small = torch.nn.functional.interpolate(pictures.flatten(0, 1), (config.pixels,) * 2, mode="bilinear", antialias=True)
            pictures = small.unflatten(0, pictures.shape[:2])
        with torch.inference_mode():
            state = torch.from_numpy(stats.normalise(found.states))
            latent = network.encode(pictures, torch.from_numpy(said), state)
            nothing = torch.zeros(len(frames), config.prefix)
            chunk = network.decode(latent, state, torch.zeros(len(frames), config.prefix, len(config.joints)), nothing)
            places = float((network.where(latent) - torch.from_numpy(found.spots)).abs().mean())
            asked = torch.from_numpy(stats.restore(chunk.numpy()))
            over = (torques_of(training.chain, asked, config.period_s).abs() > limits).float().mean()
            bend = float(smoothness_loss(chunk))
        off = np.abs(asked.numpy() - found.actions)[found.real]
        sums += len(frames) * np.array([off[:, :-1].mean(), off[:, -1].mean(), places, float(over), bend])
        count += len(frames)
    joints, gripper, places, over_torque, bend = sums / count
    return {
        "joints_mrad": joints * 1e3, "gripper_mm": gripper * 1e3, "places_cm": places * 100, "over_torque": over_torque,
        "bend": bend * 1e3,
    }  # fmt: skip


def once(options: argparse.Namespace, name: str, without: tuple[str, ...], *, teacher: Path | None) -> dict[str, Any]:
    """Train (or go on with) one row and measure it."""
    folder = options.out / name.replace(",", "").replace(" ", "-")
    shared = {
        "size": options.size, "batch": options.batch, "rate": options.rate, "stride": options.stride, "seed": options.seed,
        "threads": options.threads, "device": options.device, "bf16": options.bf16, "without": without,
    }  # fmt: skip
    if teacher is None:
        training = train.prepare(options.data, folder, head=options.head, **shared)
    else:
        training = distill.prepare(teacher, options.data, folder, pixels=options.pixels, **shared)
    frames = training.data.frames
    kept_out = training.data.episode_of[frames] % _KEEP_OUT == _KEEP_OUT - 1
    if not kept_out.any() or kept_out.all():
        raise PolicyError(f"an ablation keeps every {_KEEP_OUT}th episode for measuring: record at least {_KEEP_OUT} episodes")
    training.data.frames, held = frames[~kept_out], frames[kept_out]
    train.run(
        training, options.minutes * 60, told=lambda record: print(f"  {json.dumps(record)}", file=sys.stderr, flush=True),
        clock=time.process_time if options.processor_time else time.monotonic,
    )  # fmt: skip
    training.policy().save_pretrained(folder / "policy")
    chosen = held[np.linspace(0, len(held) - 1, min(_FRAMES, len(held))).astype(int)]
    row = {"name": name, "without": list(without), "minutes": training.elapsed / 60, "steps": training.step}
    row |= measured(training, chosen)
    return row | closed_loop(folder / "policy", options.episodes) if options.episodes else row


def closed_loop(folder: Path, episodes: int) -> dict[str, Any]:
    """Success in the cell; where it cannot be played, why not."""
    try:
        from policies.vla.folders import open_policy
        from skills.robots.physics.trials import trials

        played = list(trials(open_policy(folder), episodes=episodes, groups=("seen", "swapped")))
    except (ImportError, ValueError, RuntimeError) as error:
        return {"not_played": str(error).splitlines()[0]}
    return {
        group: sum(trial.success for trial in played if trial.group == group) / episodes for group in ("seen", "swapped")
    }  # fmt: skip


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as Markdown."""
    shown = {key: head for key, head in COLUMNS.items() if any(key in row for row in rows)}
    lines = [f"| | {' | '.join(shown.values())} |", f"| --- |{' ---: |' * len(shown)}"]
    for row in rows:
        lines.append(f"| {row['name']} | {' | '.join(_cell(key, row.get(key)) for key in shown)} |")
    notes = sorted({row["not_played"] for row in rows if "not_played" in row})
    return "\n".join([*lines, *(f"\nnot run: closed loop: {why}" for why in notes)])


def _cell(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    if key in ("over_torque", "seen", "swapped"):
        return f"{100 * value:.1f} %"
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def main(arguments: list[str] | None = None) -> int:
    """Run all of them; print and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="recorded datasets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the runs and the table")
    parser.add_argument("--minutes", type=float, default=20.0, help="of training, each row")
    parser.add_argument("--teacher", type=Path, help="a training with a binned head: the terms of distillation instead")
    parser.add_argument("--only", action="append", help="only this row; repeatable")
    parser.add_argument("--episodes", type=int, default=0, help="play so many of each group in the cell, too")
    parser.add_argument("--size", choices=sorted(train.SIZES), default="nano")
    parser.add_argument("--head", choices=("l1", "flow", "binned"), default="l1")
    parser.add_argument("--pixels", type=int, help="side of a student's pictures")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default=None)
    parser.add_argument("--bf16", action="store_true", help="compute in bfloat16 on a processor too: a large teacher gains")
    parser.add_argument("--processor-time", action="store_true", help="minutes are the processor's, of all threads")
    options = parser.parse_args(arguments)
    choice = TRAINED if options.teacher is None else DISTILLED
    odd = [name for name in options.only or () if name not in choice]
    if odd:
        parser.error(f"there is no row {odd[0]!r}; there are {', '.join(choice)}")
    rows = []
    try:
        for name, without in choice.items():
            if options.only and name not in options.only:
                continue
            print(f"{name} ...", file=sys.stderr, flush=True)
            rows.append(once(options, name, without, teacher=options.teacher))
            about = {
                "date": date.today().isoformat(),
                "minutes_each": options.minutes,
                "size": options.size,
                "torch": torch.__version__,
            }
            (options.out / "ablation.json").write_text(json.dumps({**about, "rows": rows}, indent=1), encoding="utf-8")
            (options.out / "ablation.md").write_text(table(rows) + "\n", encoding="utf-8")
    except PolicyError as error:
        print(f"cannot be done: {error}", file=sys.stderr)
        return 2
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
