"""Times of clearance and routing on this machine.

    python benchmarks/routing.py --data ../shared/data/movingai

Prints a table of processor times (or ``--json``): the exact clearance of a 1000 x 1000 map, grid searches compiled and
as plain Python, whole routes.
"""

import argparse
import importlib.util
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from maps import Body, Pose, clearance, find_route, goal_pose
from maps.astar import search
from maps.movingai import read_map, read_scenarios
from maps.routing import _ROUTES, _STANDING
from maps.squares import square_distances

POINT = Body(radius_m=0.5, margin_m=0.0)


def milliseconds(run: Callable[[], object], times: int = 1) -> float:
    """Processor time of the best of several runs; other load on the machine then counts little."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        run()
        taken.append((time.process_time() - began) * 1e3)
    return min(taken)


def boxes(size: int) -> np.ndarray:
    """A square map with scattered boxes."""
    draw = np.random.default_rng(0)
    blocked = np.zeros((size, size), dtype=bool)
    for _ in range(size * size // 7000):
        row, col = draw.integers(0, size, 2)
        height, width = draw.integers(1, 60, 2)
        blocked[row : row + height, col : col + width] = True
    return blocked


def measure(data: Path | None, every: int) -> list[dict[str, object]]:
    """One row per thing measured."""
    rows: list[dict[str, object]] = []
    engines = ["plain"] + (["compiled"] if importlib.util.find_spec("numba") else [])
    for name, blocked in (("boxes", boxes(1000)), ("empty", np.zeros((1000, 1000), dtype=bool))):
        taken = milliseconds(partial(square_distances, blocked), 3)
        rows.append({"what": "clearance", "map": f"{name} 1000 x 1000", "count": 1, "median_ms": taken, "worst_ms": taken})
    for size in (400, 1000):
        free = ~boxes(size)
        cells = np.argwhere(free)
        ends = cells[:1], np.zeros(1), cells[-1:], np.zeros(1)
        for engine in engines:
            os.environ["SUREFOOT_NUMBA"] = "1" if engine == "compiled" else "0"
            search(free, *ends)
            taken = milliseconds(partial(search, free, *ends), 3)
            rows.append({"what": f"search {engine}", "map": f"boxes {size}", "count": 1, "median_ms": taken, "worst_ms": taken})
    for path in sorted((data / "maps").glob("*.map")) if data else ():
        rows += scenarios_of(path, engines, every)
    return rows


def scenarios_of(path: Path, engines: list[str], every: int) -> list[dict[str, object]]:
    """Grid searches and whole routes of one MovingAI map."""
    world = read_map(path)
    scenarios = read_scenarios(path.parents[1] / "scen" / f"{path.name}.scen")[::every]
    free = clearance(world) >= POINT.needed_clearance_m
    rows = []
    for engine in engines:
        searches, routes = [], []
        os.environ["SUREFOOT_NUMBA"] = "1" if engine == "compiled" else "0"
        for one in scenarios:
            ends = np.array([one.start]), np.zeros(1), np.array([one.goal]), np.zeros(1)
            searches.append(milliseconds(partial(search, free, *ends)))
            start, goal = (Pose(*world.frame.centre(*cell)) for cell in (one.start, one.goal))
            _ROUTES.clear()
            _STANDING.clear()
            routes.append(milliseconds(partial(find_route, world, POINT, start, goal_pose(world, goal))))
        rows += [summary(f"search {engine}", path.stem, searches), summary(f"route {engine}", path.stem, routes)]
    return rows


def summary(what: str, name: str, taken: list[float]) -> dict[str, object]:
    """Median and worst of many."""
    return {"what": what, "map": name, "count": len(taken), "median_ms": statistics.median(taken), "worst_ms": max(taken)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time clearance and routing.")
    parser.add_argument("--data", type=Path, help="folder with maps/*.map and scen/*.scen of MovingAI")
    parser.add_argument("--every", type=int, default=10, help="take every Nth scenario (default 10)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    rows = measure(options.data, options.every)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    machine = {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count(), "load": load}
    if options.json:
        print(json.dumps({"date": date.today().isoformat(), "machine": machine, "rows": rows}, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Routing, {date.today().isoformat()}, {machine['cores']} cores, load {machine['load']:.1f}")
    for heading in ("what", "map", "count", "median ms", "worst ms"):
        table.add_column(heading, justify="left" if heading in ("what", "map") else "right")
    for row in rows:
        table.add_row(str(row["what"]), str(row["map"]), str(row["count"]), f"{row['median_ms']:.1f}", f"{row['worst_ms']:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
