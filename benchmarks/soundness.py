"""How often the geometry is wrong: ``python -m benchmarks.soundness --cases 10000 --jobs 2`` (15 minutes of processor time).

Draws maps with thin walls and tight gaps, settles 100 pairs of points on each and compares every answer with an exact checker
that shares no code with it (``benchmarks.exact_oracle``). Some pairs, those first that labels leave open, are also routed, and
the route's polyline is measured with shapely. The bar: no wrong accept, no wrong reject, fewer than 1 in 1,000 refusals within
tolerance.
"""

import argparse
import json
import os
import platform
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date

import numpy as np
import shapely
from scipy.ndimage import distance_transform_edt, label

from benchmarks.exact_oracle import JOINED, OPEN, PARTED, ExactSpace
from benchmarks.tight_maps import KINDS, tight_map
from maps import Body, GridFrame, NoRoute, Pose, Route, World, find_route, goal_pose
from maps.reach import Outcome, ReachIndex, reach_index
from maps.squares import distance_field

__all__ = ["judge_case", "main", "run"]

PAIRS = 100
ROUTED = 1
WRONG = ("wrong accepts", "wrong rejects", "unsound routes", "routes missed", "routes against the verdict")


def judge_case(seed: int, case: int) -> Counter[str]:
    """Draw one map, radius and 100 pairs, settle them both ways and count."""
    draw = np.random.default_rng((seed, case))
    kind, blocked, radius = tight_map(draw)
    space = ExactSpace(blocked, radius)
    starts, goals = _points(draw, space, blocked.shape[0])
    field = distance_field(blocked, 1.0)
    index = reach_index(blocked, field, radius)
    outcomes, truth = index.outcomes(starts, goals), space.judge(starts, goals)
    count: Counter[str] = Counter({"cases": 1, "pairs": len(starts)})
    accept, reject = outcomes == Outcome.ACCEPT, outcomes == Outcome.REJECT
    count["accepts"], count["rejects"] = int(accept.sum()), int(reject.sum())
    count["tolerance"] = int((outcomes == Outcome.WITHIN_TOLERANCE).sum())
    count["wrong accepts"] = int((accept & (truth == PARTED)).sum())
    count["wrong rejects"] = int((reject & (truth == JOINED)).sum())
    count["checker open"] = int((truth == OPEN).sum())
    open_to_labels = _undecided(index, starts, goals)
    count["left open by labels"] = int(open_to_labels.sum())
    shortcut = _centre_to_centre(blocked, radius, starts, goals)
    count["shortcut accepts"] = int(shortcut.sum())
    count["shortcut wrong accepts"] = int((shortcut & (truth == PARTED)).sum())
    if count["wrong accepts"] or count["wrong rejects"]:
        count[f"seed {seed} case {case}: {kind}, radius {radius!r}"] = 1
    order = np.concatenate((np.flatnonzero(open_to_labels), np.flatnonzero(~open_to_labels)))
    _route(count, blocked, radius, space, starts, goals, outcomes, order[:ROUTED])
    return count


def _points(draw: np.random.Generator, space: ExactSpace, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of points anywhere; nine of ten where the disc fits, if it fits anywhere."""
    many = draw.uniform(0, side, (600, 2))
    fitting = many[space.clearance(many) >= space.radius]
    if len(fitting):
        chosen = fitting[draw.integers(0, len(fitting), 2 * PAIRS)]
        anywhere = draw.random(2 * PAIRS) < 0.05
        chosen[anywhere] = many[: int(anywhere.sum())]
    else:
        chosen = many[: 2 * PAIRS]
    return chosen[:PAIRS], chosen[PAIRS:]


def _undecided(index: ReachIndex, starts: np.ndarray, goals: np.ndarray) -> np.ndarray:
    """The pairs, both clear, that neither label decides: what a checker without exact gaps would have to leave open."""
    a, b = (tuple(np.floor(points[:, ::-1]).astype(int).T) for points in (starts, goals))
    near, far = index.clear[a], index.clear[b]
    return (index.possible[a] > 0) & (index.possible[a] == index.possible[b]) & ~((near == far) & (near > 0))


def _centre_to_centre(blocked: np.ndarray, radius: float, starts: np.ndarray, goals: np.ndarray) -> np.ndarray:
    """The usual shortcut: an ordinary distance transform, cells whose centre is a radius from obstacle centres, labels."""
    field = distance_transform_edt(np.pad(~blocked, 1))[1:-1, 1:-1]
    labels, _ = label(field >= radius, structure=np.ones((3, 3)))
    a, b = (labels[tuple(np.floor(points[:, ::-1]).astype(int).T)] for points in (starts, goals))
    return (a == b) & (a > 0)


def _route(
    count: Counter[str],
    blocked: np.ndarray,
    radius: float,
    space: ExactSpace,
    starts: np.ndarray,
    goals: np.ndarray,
    outcomes: np.ndarray,
    chosen: np.ndarray,
) -> None:
    """Route some pairs and measure the polylines."""
    world = World.build("case", GridFrame(1.0, Pose(0.0, 0.0), *blocked.shape[::-1]), np.where(blocked, 100, 0).astype(np.int8))
    body = Body(radius_m=radius, margin_m=0.0)
    for index in chosen:
        start, goal = starts[index], goals[index]
        found = find_route(world, body, Pose(*start.tolist()), goal_pose(world, Pose(*goal.tolist())))
        count["routed"] += 1
        if isinstance(found, NoRoute):
            refused = found.code == "WITHIN_TOLERANCE"
            count["routes within tolerance"] += int(refused)
            count["routes missed"] += int(outcomes[index] == Outcome.ACCEPT and not refused)
            continue
        assert isinstance(found, Route)
        line = shapely.LineString(found.points if len(found.points) > 1 else found.points * 2)
        ends = np.hypot(*(np.array((found.points[0], found.points[-1])) - (start, goal)).T)
        sound = shapely.distance(line, space.solid) >= radius - 1e-8 and ends.max() < 1e-6
        count["unsound routes"] += int(not sound)
        count["routes against the verdict"] += int(outcomes[index] != Outcome.ACCEPT)


def run(cases: int, seed: int, jobs: int, *, quiet: bool = False) -> Counter[str]:
    """Judge many cases in several processes.

    Args:
        cases: How many (map, radius) cases, of 100 pairs each.
        seed: Every case draws from (seed, its number).
        jobs: Processes.
        quiet: Without a progress bar.
    """
    if jobs == 1:
        return _sum((judge_case(seed, case) for case in range(cases)), cases, quiet)
    with ProcessPoolExecutor(jobs) as pool:
        return _sum(pool.map(judge_case, [seed] * cases, range(cases), chunksize=8), cases, quiet)


def _sum(results: Iterable[Counter[str]], cases: int, quiet: bool) -> Counter[str]:
    from rich.console import Console
    from rich.progress import track

    total: Counter[str] = Counter()
    for count in track(results, "judging", cases, disable=quiet, console=Console(stderr=True)):
        total.update(count)
    return total


def main() -> int:
    """Run, print, and fail if anything was wrong."""
    parser = argparse.ArgumentParser(description="Count wrong verdicts of the disc geometry against an exact checker.")
    parser.add_argument("--cases", type=int, default=1_000, help="maps and radii, 100 pairs each (default 1,000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one per core)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    count = run(options.cases, options.seed, options.jobs, quiet=options.json)
    wrong = sum(count[name] for name in WRONG)
    if options.json:
        machine = {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
        report = {"date": date.today().isoformat(), "machine": machine, "seed": options.seed, "counts": dict(count)}
        print(json.dumps(report, indent=2))
        return int(wrong > 0)
    from rich.console import Console
    from rich.table import Table

    bound = 3 / max(1, count["pairs"])
    caption = f"kinds: {', '.join(KINDS)}; none in {count['pairs']:,} pairs means a rate below {bound:.1e} at 95 %"
    table = Table(title=f"Disc geometry against the exact checker, {date.today().isoformat()}", caption=caption)
    table.add_column("what")
    table.add_column("number", justify="right")
    table.add_column("share of pairs", justify="right")
    for name, number in count.items():
        table.add_row(name, f"{number:,}", f"{number / count['pairs']:.3%}" if "rout" not in name and name != "cases" else "")
    Console().print(table)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
