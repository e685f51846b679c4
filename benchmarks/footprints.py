"""How often polygon bodies are judged wrongly: ``python -m benchmarks.footprints --trials 100000 --jobs 2`` (6 CPU minutes).

Draws small maps with thin walls and gaps about as wide as the body, and a body: rectangle, wedge or L. Pairs of configurations
are decided and compared with an independent checker (``benchmarks.footprint_oracle``); for some pairs that are accepted the
route is found and swept by the checker. The bar: no wrong accept, no wrong reject, no unsound route, and fewer than one answer
in a thousand refused within the tolerance.
"""

import argparse
import json
import math
import os
import platform
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date

import numpy as np

from benchmarks.footprint_oracle import JOINED, PARTED, FootprintOracle
from benchmarks.tight_maps import walls
from maps import Body, GridFrame, Pose, Route, World, find_route, goal_pose
from maps.footprint.bricks import Space
from maps.footprint.decide import Decider
from maps.footprint.obstacles import rectangles
from maps.footprint.route import shape_of
from maps.squares import distance_field

__all__ = ["judge_case", "main", "run"]

CONFIGURATIONS = 64
ROUTED = 2
WRONG = ("wrong accepts", "wrong rejects", "unsound routes", "routes against the verdict")
KINDS = ("rectangle", "wedge", "L")


def judge_case(seed: int, case: int) -> Counter[str]:
    """Draw one map and body and up to 64 configurations; decide every pair of them both ways and count."""
    draw = np.random.default_rng((seed, case))
    blocked, body = _draw(draw)
    shape = shape_of(body, 1.0)
    oracle = FootprintOracle(blocked, body.footprint, shape.parts, body.margin_m)
    configurations = _configurations(draw, oracle, blocked.shape)
    truth = oracle.judge(configurations)
    decider = Decider(Space(shape, distance_field(blocked, 1.0), rectangles(blocked)))
    count: Counter[str] = Counter({"cases": 1})
    accepted: list[tuple[int, int]] = []
    for a in range(len(configurations)):
        for b in range(a):
            outcome = decider.decide(configurations[a], [configurations[b]]).outcome
            count["trials"] += 1
            count[{"free": "accepts", "stuck": "rejects", "undecided": "within tolerance"}[outcome]] += 1
            wrong = {"free": PARTED, "stuck": JOINED}.get(outcome)
            count["checker open"] += int(truth[a, b] == 0)
            if wrong is not None and truth[a, b] == wrong:
                count["wrong accepts" if outcome == "free" else "wrong rejects"] += 1
                count[f"seed {seed} case {case} pair {a} {b}: {outcome}"] += 1
            if outcome == "free":
                accepted.append((a, b))
    _route(count, draw, blocked, body, oracle, [(configurations[a], configurations[b]) for a, b in accepted])
    return count


def _draw(draw: np.random.Generator) -> tuple[np.ndarray, Body]:
    """A map of 20 to 28 cells a side and a body that its gaps may or may not let pass."""
    side = int(draw.integers(20, 29))
    length, width = draw.uniform(3.5, 8.0), draw.uniform(2.0, 5.0)
    margin = float(draw.choice([0.0, 0.3, 0.8]))
    blocked = walls(draw, side, width + 2 * margin + draw.choice([0.0, 1.0, 2.0]))
    blocked |= draw.random((side, side)) < draw.choice([0.0, 0.005, 0.015])
    back, front, half = -draw.uniform(0.3, 0.6) * length, 0.0, width / 2
    front = back + length
    kind = KINDS[int(draw.integers(3))]
    if kind == "rectangle":
        ring = ((back, -half), (front, -half), (front, half), (back, half))
    elif kind == "wedge":
        nose = half * draw.uniform(0.1, 0.8)
        ring = ((back, -half), (front, -nose), (front, nose), (back, half))
    else:
        arm, step = front * draw.uniform(0.15, 0.6), half * draw.uniform(0.15, 0.6)
        ring = ((back, -half), (front, -half), (front, step), (arm, step), (arm, half), (back, half))
    return blocked, Body(footprint=ring, margin_m=margin, tracking_m=0.0)


def _configurations(draw: np.random.Generator, oracle: FootprintOracle, shape: tuple[int, int]) -> list[tuple[float, float, float]]:
    """Configurations in which the body fits, anywhere."""
    found: list[tuple[float, float, float]] = []
    for _ in range(3000):
        at = (float(draw.uniform(0, shape[1])), float(draw.uniform(0, shape[0])), float(draw.uniform(-math.pi, math.pi)))
        if oracle.free(*at):
            found.append(at)
        if len(found) == CONFIGURATIONS:
            break
    return found


def _route(
    count: Counter[str], draw: np.random.Generator, blocked: np.ndarray, body: Body, oracle: FootprintOracle,
    pairs: list[tuple[tuple[float, float, float], tuple[float, float, float]]],
) -> None:  # fmt: skip
    """Find routes for some accepted pairs and sweep them."""
    world = World.build("case", GridFrame(1.0, Pose(0.0, 0.0), *blocked.shape[::-1]), np.where(blocked, 100, 0).astype(np.int8))
    for index in draw.permutation(len(pairs))[:ROUTED]:
        start, goal = pairs[index]
        found = find_route(world, body, Pose(*start), goal_pose(world, Pose(*goal)))
        count["routes asked for"] += 1
        if not isinstance(found, Route):
            refused = found.code in ("NOT_DRIVABLE", "WITHIN_TOLERANCE")
            count[f"routes {found.code}" if refused else "routes against the verdict"] += 1
            continue
        if found.headings is None:
            count["routes in any heading"] += 1
            continue
        stops = [(x, y, yaw) for (x, y), yaw in zip(found.points, found.headings, strict=True)]
        ends = math.dist(stops[0][:2], start[:2]) + math.dist(stops[-1][:2], goal[:2])
        ends += abs(math.sin((stops[0][2] - start[2]) / 2)) + abs(math.sin((stops[-1][2] - goal[2]) / 2))
        count["routes with headings"] += 1
        count["unsound routes"] += int(ends > 1e-6 or not oracle.is_sound(stops))


def run(trials: int, seed: int, jobs: int, *, quiet: bool = False) -> Counter[str]:
    """Judge cases until there are so many trials.

    Args:
        trials: Pairs of configurations to decide, at least.
        seed: Of the draws; the same seed gives the same trials whatever ``jobs``.
        jobs: Processes.
        quiet: Without a progress bar.
    """
    from rich.progress import Progress

    total: Counter[str] = Counter()
    with ProcessPoolExecutor(jobs) as pool, Progress(disable=quiet) as progress:
        task, first = progress.add_task("trials", total=trials), 0
        while total["trials"] < trials:
            for count in pool.map(judge_case, [seed] * 2 * jobs, range(first, first + 2 * jobs)):
                total += count
                progress.update(task, completed=total["trials"])
            first += 2 * jobs
    return total


def main() -> int:
    """Run, print, and fail if anything was wrong."""
    parser = argparse.ArgumentParser(description="Count wrong verdicts on polygon bodies against an independent checker.")
    parser.add_argument("--trials", type=int, default=2_000, help="pairs of configurations (default 2,000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one per core)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    count = run(options.trials, options.seed, options.jobs, quiet=options.json)
    wrong = sum(count[name] for name in WRONG)
    if options.json:
        machine = {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
        print(
            json.dumps(
                {"date": date.today().isoformat(), "machine": machine, "seed": options.seed, "counts": dict(count)}, indent=2
            )
        )
        return int(wrong > 0)
    from rich.console import Console
    from rich.table import Table

    bound = 3 / max(1, count["trials"])
    refused = count["within tolerance"] / max(1, count["trials"])
    caption = f"none in {count['trials']:,} trials means a rate below {bound:.1e} at 95 %; {refused:.3%} refused within tolerance"
    table = Table(title=f"Polygon bodies against an independent checker, {date.today().isoformat()}", caption=caption)
    table.add_column("what")
    table.add_column("number", justify="right")
    for name, number in {**dict.fromkeys(WRONG, 0), **count}.items():
        table.add_row(name, f"{number:,}")
    Console().print(table)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
