"""What the torque terms of training buy an arm that carries a weight: the same training with and without them, closed loop.

    surefoot policy record demos --episodes 120 --pixels 64 --seed 500000
    surefoot policy record calm --episodes 22 --pixels 64 --seed 540000 --noise 0
    surefoot policy record round --episodes 80 --pixels 64 --seed 520000 --actor policies/vla/shipped
    python -m benchmarks.policy_payload --data demos calm round --out payload --episodes 100

A weight of 8 kg is bolted to the hand. Nobody sees it: no picture, no word and no joint tells the policy, and the engine's safety
filter takes the hand for empty, as in missions. Who is told is the controller, which holds it against gravity, and the inverse
dynamics by which the torque terms are computed. The motors carry arm and weight, gravity included, and end at their limits. At
rest no joint needs more than 0.7 of what it has: what goes beyond is due to how the arm is moved.

Each row begins with the same policy and learns, eyes shut, the same steps from the same samples. Two learn from demonstrations
alone: without a torque term, and with 0.1 of the torque within each chunk. Two are told how fast the joints have been sent, and
learn besides from situations into which they get themselves with the weight (``policies.vla.met``): in turns they play ``--met``
scenes with answers at once and as many with answers after 20 ms, and learn to stay what they were there, one of them with the
torque of what is sent in every tick. Then all play the same scenes, others; answers take 20 ms, as on a robot, so that a chunk
comes in two ticks after it was asked for (with ``--delay 0`` at once, where the joints have been sent).
Either way the runtime fades from chunk to chunk, in position and velocity.

A tick is over if inverse dynamics with the weight says that what was sent in it needs more than some motor has; it is clipped if
MuJoCo held a motor at its limit at its end; an action is over if the chunk asks for more, before the filter. Bar: five times fewer
ticks over than without, where those are at least 1 %, and success not worse. Intervals: 95 %, bootstrapped over scenes (shares)
and Wilson (success).

A row that is trained is not trained again, and a scene that was played is not played again: a run that was broken off goes on.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agent.errors import AgentError
from agent.evaluation.intervals import interval
from benchmarks.policy_payload_cell import Played, played
from benchmarks.policy_payload_training import ROWS, folder_of, trained
from policies.policy import PolicyError

__all__ = ["fewer", "main", "share"]

FIRST_SEED = 2_600_000
"""Of scenes that nobody else uses: neither demonstrations nor the trials by which policies are chosen."""
_BOOTSTRAP = 2000


def trials(options: argparse.Namespace, name: str, folder: Path | None) -> list[Played]:
    """All scenes of a row; those in its file are not played again."""
    from agent.cli.policy_choice import choose_policy

    played_as = "" if options.accelerations == 1 else f"-{options.accelerations:g}"
    played_as += f"-{options.state}" if options.state else ""
    file = options.out / f"{name.replace(' ', '-')}-{options.mass:g}kg-{options.delay:g}ms{played_as}.jsonl"
    made = [Played(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []
    made = made[: options.episodes]
    if len(made) < options.episodes:
        policy = None if folder is None else choose_policy(str(folder)).policy
        seed = made[-1].seed + 1 if made else options.first_seed
        for one in played(
            policy, mass=options.mass, episodes=options.episodes - len(made), seed=seed, delay_s=options.delay / 1000,
            accelerations=options.accelerations, state=options.state,
        ):  # fmt: skip
            made.append(one)
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(one.to_json()) + "\n")
            if len(made) % 10 == 0:
                print(f"{name}: {json.dumps(row(name, made))}", file=sys.stderr, flush=True)
    return made


def share(parts: Sequence[int], wholes: Sequence[int]) -> tuple[float, float, float]:
    """A share of ticks, with its 95 % interval over scenes: the ticks of one scene are not independent of one another."""
    some, all_ = np.array(parts, dtype=float), np.array(wholes, dtype=float)
    drawn = _drawn(len(some))
    shares = some[drawn].sum(1) / np.maximum(all_[drawn].sum(1), 1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(some.sum() / max(all_.sum(), 1)), float(low), float(high)


def fewer(one: Sequence[Played], other: Sequence[Played]) -> tuple[float, float, float]:
    """How many times fewer of its ticks are over in the second than in the first, with a 95 % interval over the same scenes."""
    counts = np.array([[(a.over, a.ticks), (b.over, b.ticks)] for a, b in zip(one, other, strict=True)], dtype=float)
    with np.errstate(divide="ignore"):
        ratio = [
            _ratio(counts.sum(0)),
            *np.quantile([_ratio(counts[row].sum(0)) for row in _drawn(len(counts))], (0.025, 0.975), method="nearest"),
        ]
    return float(ratio[0]), float(ratio[1]), float(ratio[2])


def _ratio(sums: Any) -> float:
    (over, ticks), (other, others) = sums
    return float((over / ticks) / (other / others)) if other else float("inf")


def _drawn(count: int) -> Any:
    return np.random.default_rng(0).integers(0, count, (_BOOTSTRAP, count))


def row(name: str, made: Sequence[Played]) -> dict[str, Any]:
    """A row's figures."""
    shares = {
        key: [round(part, 5) for part in share([getattr(one, key) for one in made], [getattr(one, of) for one in made])]
        for key, of in (("over", "ticks"), ("clipped", "ticks"), ("over_asked", "actions"))
    }
    done = [one for one in made if one.success]
    return {
        "name": name, "scenes": len(made), "done": len(done), "success": [round(p, 4) for p in interval(len(done), len(made))],
        "seconds": round(float(np.mean([one.seconds for one in done])), 2) if done else None, **shares,
        "most": max(max(one.most) for one in made), "why": sorted({one.why for one in made if one.why}),
    }  # fmt: skip


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as Markdown."""
    lines = [
        "| | done | 95 % interval | ticks over | 95 % interval | fewer than without | both done | clipped | actions over | took |",
        "| --- |" + " ---: |" * 9,
    ]
    for one in rows:
        (done, *success), (over, *overs) = one["success"], one["over"]
        times = " | ".join(
            "" if key not in one else "{:.1f} ({:.1f} to {:.1f})".format(*one[key]) for key in ("fewer", "fewer_done")
        )
        took = "-" if one["seconds"] is None else f"{one['seconds']:.1f} s"
        lines.append(
            f"| {one['name']} | {one['done']} of {one['scenes']}, {done:.1%} | {success[0]:.0%} to {success[1]:.0%} | {over:.2%} | "
            f"{overs[0]:.2%} to {overs[1]:.2%} | {times} | {one['clipped'][0]:.2%} | {one['over_asked'][0]:.2%} | {took} |"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Train, play, print the table; 2 where something cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.policy_payload", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, nargs="+", default=[], help="recorded datasets; needed where a row is to be trained")
    parser.add_argument("--out", type=Path, required=True, help="folder for the trainings, the scenes played and the table")
    parser.add_argument("--from", dest="start", type=Path, default=Path("policies/vla/shipped"), help="what each row begins with")
    parser.add_argument("--row", dest="rows", action="append", choices=list(ROWS), help="only this one; repeatable")
    parser.add_argument("--also", action="store_true", help="play the policy that they began with and the expert, too")
    parser.add_argument("--mass", type=float, default=8.0, help="of the weight, kg")
    parser.add_argument("--delay", type=float, default=20.0, help="how long an answer of the policy takes, simulated ms")
    parser.add_argument("--accelerations", type=float, default=1.0, help="the share of the empty arm's that the filter allows")
    parser.add_argument("--state", choices=("measured", "sent"), help="tell learned policies so where the joints are")
    parser.add_argument("--steps", type=int, default=1200, help="of each training, of three batches each")
    parser.add_argument("--rounds", type=int, default=5, help="in how many turns a row meets what it does to itself, and learns")
    parser.add_argument("--met", type=int, default=24, help="scenes that it plays in each of them for each delay")
    parser.add_argument("--episodes", type=int, default=100, help="scenes for each row; 0 to train only")
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED, help="of the scenes")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=7e-4)
    parser.add_argument("--stride", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0, help="of the trainings")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    names = list(dict.fromkeys(options.rows or ROWS))
    few = min(options.mass, options.delay, options.episodes) < 0 or min(options.steps, options.rounds, options.met) < 1
    if few or not 0 < options.accelerations <= 1:
        parser.error(
            "--mass, --delay and --episodes are at least 0, --steps, --rounds and --met 1, --accelerations above 0 and at most 1"
        )
    if not options.data and not all((folder_of(options.out, name) / "policy/model.safetensors").exists() for name in names):
        parser.error("nothing is trained yet: give --data")
    try:
        trained(options, names) if options.data else None
        if not options.episodes:
            return 0
        who: dict[str, Path | None] = {name: folder_of(options.out, name) / "policy" for name in names}
        made = {name: trials(options, name, folder) for name, folder in who.items()}
        if options.also:
            made |= {name: trials(options, name, at) for name, at in (("begun with", options.start), ("the expert", None))}
    except (PolicyError, AgentError, ValueError, RuntimeError) as error:
        print(f"cannot be compared: {error}", file=sys.stderr)
        return 2
    rows = [row(name, scenes) for name, scenes in made.items()]
    for one in rows[1:]:
        pairs = list(zip(made[rows[0]["name"]], made[one["name"]], strict=True))
        both = [pair for pair in pairs if pair[0].success and pair[1].success]
        one["fewer"], one["both"] = fewer(*zip(*pairs, strict=True)), len(both)
        if both:
            one["fewer_done"] = fewer(*zip(*both, strict=True))
    about = {"mass_kg": options.mass, "delay_ms": options.delay, "accelerations": options.accelerations, "steps": options.steps}
    told = {**about, "rows": rows}
    (options.out / "payload.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
