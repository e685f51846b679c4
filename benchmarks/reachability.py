"""Reachability queries in batches on a 4000 x 4000 map: ``python -m benchmarks.reachability`` (about 2 minutes).

A city (MovingAI's Berlin, each cell repeated; without the data a synthetic office) is indexed for one radius (labels) and for
all radii (width forest), and random pairs of free cells are asked for. The same arrays are also read by loops compiled with
numba, where it is installed, and both must answer alike; labels of ``scipy.ndimage`` at several radii must agree with the forest.
All times are processor times.
The bars: 10^7 queries a second at one radius, 3 x 10^6 at any.
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from maps.movingai import read_map
from maps.reach import ReachIndex, WidthForest, reach_index, width_forest
from maps.squares import square_distances

__all__ = ["city", "main", "measure"]


def city(side: int, data: Path | None) -> tuple[str, np.ndarray]:
    """Obstacle cells (side, side): Berlin with its cells repeated, or rooms of 80 cells with doors of 6 to 25."""
    path = None if data is None else data / "maps" / "Berlin_0_256.map"
    if path is not None and path.is_file():
        cells = read_map(path).cells != 0
        times = -(-side // min(cells.shape))
        return f"Berlin, cells repeated {times} x {times}", np.kron(cells, np.ones((times, times), bool))[:side, :side].copy()
    draw = np.random.default_rng(0)
    blocked = np.zeros((side, side), dtype=bool)
    for at in range(0, side, 80):
        blocked[at : at + 2], blocked[:, at : at + 2] = True, True
    for row in range(0, side, 80):
        for col in range(0, side, 80):
            width, low = draw.integers(6, 26), draw.integers(8, 50)
            blocked[row : row + 2, col + low : col + low + width] = False
            width, low = draw.integers(6, 26), draw.integers(8, 50)
            blocked[row + low : row + low + width, col : col + 2] = False
            blocked[row + 40 : row + 44, col + 30 : col + 50] = draw.random() < 0.5
    return "office", blocked


def timed(run: Callable[[], object]) -> tuple[float, object]:
    """Processor time of one run, seconds, and what it gave; nothing here runs in parallel, and other load then counts little."""
    began = time.process_time()
    result = run()
    return time.process_time() - began, result


def measure(side: int, queries: int, radius: float, data: Path | None) -> dict[str, object]:
    """Build both indices, time them, and check them against each other.

    Args:
        side: Cells along the map's side.
        queries: Pairs in a batch.
        radius: Clearance for the index of one radius, cells.
        data: Folder of the MovingAI maps.
    """
    name, blocked = city(side, data)
    transform_s, squares = timed(lambda: square_distances(blocked))
    assert isinstance(squares, np.ndarray)
    clearance = np.sqrt(squares) / 2
    labels_s, index = timed(lambda: reach_index(blocked, clearance, radius))
    forest_s, forest = timed(lambda: width_forest(squares))
    assert isinstance(index, ReachIndex) and isinstance(forest, WidthForest)
    draw = np.random.default_rng(1)
    free = np.flatnonzero(~blocked)
    starts, goals = draw.choice(free, queries), draw.choice(free, queries)
    one = min(timed(lambda: index.joined(starts, goals))[0] for _ in range(5))
    every = min(timed(lambda: forest.keys(starts, goals))[0] for _ in range(5))
    result: dict[str, object] = {
        "map": name,
        "cells": list(blocked.shape),
        "queries": queries,
        "hills": forest.passes.shape[1],
        "transform_s": transform_s,
        "labels_build_s": labels_s,
        "forest_build_s": forest_s,
        "one_radius_per_s": queries / one,
        "any_radius_per_s": queries / every,
        "disagreements": disagreements(index, forest, clearance, starts, goals),
    }
    result.update(compiled(index, forest, starts, goals))
    return result


def disagreements(index: ReachIndex, forest: WidthForest, clearance: np.ndarray, starts: np.ndarray, goals: np.ndarray) -> int:
    """Pairs on which the forest's widths and the labels of some radii differ."""
    from scipy.ndimage import label

    widths = forest.widths(starts, goals)
    wrong = int(((widths >= index.needed) != index.joined(starts, goals)).sum())
    for radius in (1.5, 8.5):
        labels = label(clearance >= radius)[0].ravel()
        here = labels[starts]
        wrong += int(((widths >= radius) != ((here == labels[goals]) & (here > 0))).sum())
    return wrong


def compiled(index: ReachIndex, forest: WidthForest, starts: np.ndarray, goals: np.ndarray) -> dict[str, object]:
    """Rates of loops compiled with numba over the same arrays, and whether they answer alike; empty without numba."""
    try:
        import numba
    except ImportError:
        return {}

    @numba.njit
    def same(labels, a, b):  # type: ignore[no-untyped-def]
        out = np.empty(len(a), dtype=np.bool_)
        for k in range(len(a)):
            out[k] = labels[a[k]] == labels[b[k]] and labels[a[k]] > 0
        return out

    @numba.njit
    def narrowest(squares, hill, passes, a, b):  # type: ignore[no-untyped-def]
        out = np.empty(len(a), dtype=np.int64)
        for k in range(len(a)):
            x, y = a[k], b[k]
            key = min((np.int64(squares[x]) << 32) | (0xFFFFFFFF - x), (np.int64(squares[y]) << 32) | (0xFFFFFFFF - y))
            low, high = min(hill[x], hill[y]), max(hill[x], hill[y])
            if high > low:
                row = 0
                while high - low >> row + 1:
                    row += 1
                key = min(key, passes[row, low], passes[row, high - (1 << row)])
            out[k] = key
        return out

    labels = index.clear.ravel()
    arrays = forest.squares, forest.hill, forest.passes
    alike = bool((same(labels, starts, goals) == index.joined(starts, goals)).all())
    alike &= bool((narrowest(*arrays, starts, goals) == forest.keys(starts, goals)).all())
    one = min(timed(lambda: same(labels, starts, goals))[0] for _ in range(5))
    every = min(timed(lambda: narrowest(*arrays, starts, goals))[0] for _ in range(5))
    return {"one_radius_numba_per_s": len(starts) / one, "any_radius_numba_per_s": len(starts) / every, "numba_alike": alike}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time batched reachability queries at one radius and at any radius.")
    parser.add_argument("--side", type=int, default=4000, help="cells along the side (default 4000)")
    parser.add_argument("--queries", type=int, default=1_000_000, help="pairs in a batch (default 10^6)")
    parser.add_argument("--radius", type=float, default=5.0, help="cells, for the index of one radius (default 5)")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/movingai"), help="folder with MovingAI's maps/")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    result = measure(options.side, options.queries, options.radius, options.data)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {date.today().isoformat()}"
    if options.json:
        print(json.dumps({**result, "machine": machine}, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Reachability on {result['map']}, {options.side} x {options.side}", caption=machine)
    table.add_column("what")
    table.add_column("value", justify="right")
    for key, value in result.items():
        shown = f"{value:,.0f}" if key.endswith("per_s") else f"{value:.2f}" if isinstance(value, float) else str(value)
        table.add_row(key.replace("_", " "), shown)
    Console().print(table)


if __name__ == "__main__":
    main()
