"""Joint or hand actions: the same network, data, minutes and seed, told once as joints and once as poses of the hand.

    python -m benchmarks.policy_hand_actions --data demos --out hand --minutes 20 --threads 1 --processor-time --episodes 60
    ... --only hand         this row alone; that of an earlier run stays in the table

``joints`` learns targets of the joints, as all policies here do; ``hand`` learns where the fingertips are to be and how the hand is
to be turned (``benchmarks.policy_hand_poses``), and inverse kinematics, from the joints now and action by action, brings it about.
Both do without the torque term, which needs joints. Every tenth episode is kept for measuring: how far the hand that a policy asks
for is off, and with ``--episodes`` how often it does what it is told in the cell, by the engine, safety filter and recovery of
missions, asked as it was drawn and asked for another thing. Broken off and started again it goes on, trials included.
``hand_actions.json`` and ``hand_actions.md`` in the folder hold the table.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from agent.evaluation.intervals import interval
from benchmarks.policy_hand_policy import HandProprioception, HandSamples, open_hand_policy, told_as_poses
from benchmarks.policy_hand_poses import Hand, apart
from policies.policy import PolicyError
from policies.recovery import Recovering
from policies.vla import train
from policies.vla.config import VLAConfig
from policies.vla.folders import open_policy
from policies.vla.joined import Joined
from policies.vla.processors import digest_of
from policies.vla.training import Training

__all__ = ["ROWS", "Row", "main"]

ROWS = ("joints", "hand")
GROUPS: tuple[Literal["seen", "swapped"], ...] = ("seen", "swapped")
COLUMNS: dict[str, str] = {
    "minutes": "minutes", "steps": "steps", "hand_mm": "hand, mm", "hand_mrad": "hand, mrad", "gripper_mm": "gripper, mm",
    "joints_mrad": "joints, mrad", "places_cm": "places, cm", "kinematics_ms": "inverse kinematics, ms",
    **{group: f"done, {group}" for group in GROUPS},
}  # fmt: skip
_KEEP_OUT, _FRAMES, _BATCH = 10, 512, 32


class Row:
    """One of the two: its training, where it left off, and what it is measured on.

    Args:
        name: ``joints`` or ``hand``.
        options: Of the command.

    Raises:
        PolicyError: The data cannot be used, or the checkpoint is not of them.
    """

    def __init__(self, name: str, options: argparse.Namespace) -> None:
        torch.set_num_threads(options.threads)
        self.name, self.folder = name, options.out / name
        data = Joined(options.data, stride=options.stride)
        self.hand = Hand(data.folder / "meta/surefoot_arm.npz", data.joints)
        self.joints = told_as_poses(data, self.hand) if name == "hand" else data.states
        self.folder.mkdir(parents=True, exist_ok=True)
        config = VLAConfig.of("nano", joints=data.joints, cameras=data.cameras, pixels=data.pixels, period_s=1 / data.fps)
        self.training = Training(
            data, self.folder, config, batch=options.batch, rate=options.rate, seed=options.seed, without=("physics",)
        )
        if name == "hand":
            self.training.samples = HandSamples(self.training.samples, self.joints)
            self.training.network.body = HandProprioception.of(self.training.network.body)
        kept_out = data.episode_of[data.frames] % _KEEP_OUT == _KEEP_OUT - 1
        if not kept_out.any() or kept_out.all():
            raise PolicyError(f"every {_KEEP_OUT}th episode is kept for measuring: record at least {_KEEP_OUT} episodes")
        data.frames, held = data.frames[~kept_out], data.frames[kept_out]
        self.held = held[np.linspace(0, len(held) - 1, min(_FRAMES, len(held))).astype(int)]

    def train(self, seconds: float, *, processor_time: bool) -> None:
        """Train until the time is up, and write the policy into ``policy``, with what turns its poses into joints."""
        train.run(
            self.training, seconds, told=lambda record: print(f"  {json.dumps(record)}", file=sys.stderr, flush=True),
            clock=time.process_time if processor_time else time.monotonic,
        )  # fmt: skip
        self.training.policy().save_pretrained(self.folder / "policy")
        if self.name == "hand":
            self.hand.save(self.folder / "policy")

    def measured(self) -> dict[str, float]:
        """How far off the chunks are that are asked for on frames (N,) that were never seen.

        Returns:
            Means over actions: ``hand_mm`` between the fingertips, ``hand_mrad`` between how the hand is turned, ``gripper_mm``,
            ``joints_mrad`` of each joint that is sent; ``places_cm`` of the places named; and for poses ``kinematics_ms``, how long
            the joints of one chunk take to find, the median.
        """
        policy, data = self.training.policy(), self.training.data
        network, config = policy.network, policy.config
        off: list[np.ndarray] = []
        places, took = 0.0, []
        for begin in range(0, len(self.held), _BATCH):
            frames = self.held[begin : begin + _BATCH]
            found = data.batch(frames, config.chunk)
            said = np.stack([policy.tokenizer(data.instructions[task]) for task in found.tasks.tolist()])
            with torch.inference_mode():
                state = torch.from_numpy(policy.stats.normalise(found.states))
                pictures = torch.from_numpy(found.pictures).permute(0, 1, 4, 2, 3).float() / 127.5 - 1
                latent = network.encode(pictures, torch.from_numpy(said), state)
                nothing = torch.zeros(len(frames), config.prefix, len(config.joints))
                chunk = network.decode(latent, state, nothing, nothing[..., 0])
                places += float((network.where(latent) - torch.from_numpy(found.spots)).abs().mean()) * len(frames)
            pairs = [policy.stats.restore(chunk.numpy()), found.actions]
            if self.name == "joints":
                joints, poses = pairs, [self.hand.poses(values) for values in pairs]
            else:
                now = self.joints[frames]
                joints, poses = [self.hand.joints(values, now) for values in pairs], pairs
                begun = time.perf_counter()
                self.hand.joints(pairs[0][:1], now[:1])
                took.append(time.perf_counter() - begun)
            metres, radians = apart(*poses)
            each = np.abs(joints[0] - joints[1])
            off.append(np.stack((metres, radians, each[..., -1], each[..., :-1].mean(-1)), -1)[found.real])
        hand, turned, gripper, joint = np.concatenate(off).mean(0) * 1e3
        row = {"hand_mm": hand, "hand_mrad": turned, "gripper_mm": gripper, "joints_mrad": joint}
        row |= {"places_cm": places / len(self.held) * 100}
        return {name: float(value) for name, value in row.items()} | (
            {"kinematics_ms": 1e3 * float(np.median(took))} if took else {}
        )

    def played(self, episodes: int, *, recover: bool) -> dict[str, Any]:
        """Success in the cell: done, of, and both ends of the interval by group; where it cannot be played, why not."""
        try:
            from skills.robots.physics.trials import Trial, trials

            policy = self.folder / "policy"
            acting = open_hand_policy(policy) if self.name == "hand" else open_policy(policy)
            digest = digest_of(policy / "model.safetensors")  # other weights' trials do not count
            file = self.folder / f"trials-{digest}{'' if recover else '-no-recover'}.json"
            known = [Trial(**told) for told in json.loads(file.read_text(encoding="utf-8"))] if file.exists() else []
            found, begun = list[Trial](), time.monotonic()
            for trial in trials(Recovering(acting) if recover else acting, episodes=episodes, groups=GROUPS, known=known):
                found.append(trial)
                if trial not in known:
                    known.append(trial)
                    _keep(file, [one.to_json() for one in known])
                    now = time.monotonic()
                    said = f"{trial.why or 'done'}, {trial.seconds:.1f} s simulated in {now - begun:.1f} s"
                    print(f"  {trial.group} {trial.seed} {trial.instruction!r}: {said}", file=sys.stderr, flush=True)
                    begun = now
        except (ImportError, ValueError, RuntimeError) as error:
            return {"not_played": str(error).splitlines()[0]}
        told: dict[str, Any] = {"recover": recover}
        for group in GROUPS:
            done = sum(trial.success for trial in found if trial.group == group)
            _, low, high = interval(done, episodes)
            told[group] = {"done": done, "of": episodes, "low": low, "high": high}
        return told


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as Markdown."""
    shown = {key: head for key, head in COLUMNS.items() if any(key in row for row in rows)}
    lines = [f"| | {' | '.join(shown.values())} |", f"| --- |{' ---: |' * len(shown)}"]
    lines += [f"| {row['name']} | {' | '.join(_cell(row.get(key)) for key in shown)} |" for row in rows]
    notes = sorted({row["not_played"] for row in rows if "not_played" in row})
    return "\n".join([*lines, *(f"\nnot run: closed loop: {why}" for why in notes)])


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, dict):
        share = 100 * value["done"] / value["of"]
        return f"{value['done']} of {value['of']}, {share:.0f} % ({100 * value['low']:.0f}-{100 * value['high']:.0f})"
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def _keep(file: Path, told: Any) -> None:
    """Write JSON, complete or not at all."""
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(told, indent=1), encoding="utf-8")
    os.replace(partial, file)


def _rows(folder: Path) -> list[dict[str, Any]]:
    """What was measured so far."""
    files = (folder / name / "row.json" for name in ROWS)
    return [json.loads(file.read_text(encoding="utf-8")) for file in files if file.exists()]


def main(arguments: list[str] | None = None) -> int:
    """Train, measure and play both; print and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="recorded datasets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the runs and the table")
    parser.add_argument("--minutes", type=float, default=20.0, help="of training, each row")
    parser.add_argument("--only", choices=ROWS, help="only this row")
    parser.add_argument("--episodes", type=int, default=0, help="play so many of each group in the cell, too")
    parser.add_argument("--no-recover", action="store_true", help="leave a policy in the cell where it comes to a standstill")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--stride", type=int, default=1, help="look at every so manieth frame only: less memory")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--processor-time", action="store_true", help="minutes are the processor's, of all threads")
    options = parser.parse_args(arguments)
    if not (options.minutes > 0 and options.rate > 0 and min(options.batch, options.stride, options.threads) > 0):
        parser.error("minutes, rate, batch, stride and threads must be positive")
    try:
        for name in ROWS if options.only is None else (options.only,):
            print(f"{name} ...", file=sys.stderr, flush=True)
            row = Row(name, options)
            row.train(options.minutes * 60, processor_time=options.processor_time)
            training = row.training
            told = {"name": name, "minutes": training.elapsed / 60, "steps": training.step, "seed": options.seed, **row.measured()}
            if options.episodes > 0:
                told |= row.played(options.episodes, recover=not options.no_recover)
            told |= {"date": date.today().isoformat(), "torch": torch.__version__}
            _keep(row.folder / "row.json", told)
            rows = _rows(options.out)
            _keep(options.out / "hand_actions.json", {"minutes_each": options.minutes, "rows": rows})
            (options.out / "hand_actions.md").write_text(table(rows) + "\n", encoding="utf-8")
    except PolicyError as error:
        print(f"cannot be done: {error}", file=sys.stderr)
        return 2
    print(table(_rows(options.out)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
