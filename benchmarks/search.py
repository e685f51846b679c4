"""The jump search beside plain A*, both compiled: ``python -m benchmarks.search --data ../shared/data/movingai`` (needs numba).

Both answer the longest scenarios of every MovingAI map at hand, and the same with each cell repeated 4 x 4, in one process and in
turn. The A* is a textbook one: a heap, octile bound, no corner cutting, dense arrays of which what was touched is cleared.
Ours is ``maps.astar.search`` as routes call it, the map's tables at hand, and beside it the search over bits that very large maps
use. Lengths must agree, and on the files' own cells be the published ones to the digits given. Times are of the processor.
The bars: A* at 3 million expansions a second, ours at least 5 times as fast as A*.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["astar", "main"]

DIAGONAL = 2.0**0.5


def _push(keys: Any, cells: Any, size: int, key: float, cell: int) -> None:
    """Put a cell on a heap of so many, four children to a node."""
    at = size
    while at > 0:
        above = (at - 1) >> 2
        if keys[above] <= key:
            break
        keys[at], cells[at] = keys[above], cells[above]
        at = above
    keys[at], cells[at] = key, cell


def _pop(keys: Any, cells: Any, size: int) -> None:
    """Take the first cell off a heap of so many."""
    last = size - 1
    key, cell = keys[last], cells[last]
    at = 0
    while True:
        child = 4 * at + 1
        if child >= last:
            break
        least = child
        for other in range(child + 1, min(child + 4, last)):
            if keys[other] < keys[least]:
                least = other
        if keys[least] >= key:
            break
        keys[at], cells[at] = keys[least], cells[least]
        at = least
    keys[at], cells[at] = key, cell


def astar(free: Any, reached: Any, width: int, start: int, goal: int) -> Any:
    """Plain A*: the length of the shortest route (infinite for none), how many cells were expanded, and the touched cells.

    Args:
        free: (H * W,) uint8, 1 where a cell may be visited; the outermost rows and columns are not free.
        reached: (H * W,) zeros; lengths plus one are written to it, negative where a cell has been expanded.
        width: Columns.
        start: Flat index.
        goal: Flat index.
    """
    goal_row, goal_col = goal // width, goal % width
    keys, cells, size = np.empty(4096), np.empty(4096, dtype=np.int64), 1
    keys[0], cells[0] = 0.0, start
    touched = [start]
    reached[start] = 1.0
    expanded = 0
    while size > 0:
        cell = cells[0]
        _pop(keys, cells, size)
        size -= 1
        stored = reached[cell]
        if stored < 0.0:
            continue
        here = stored - 1.0
        if cell == goal:
            return here, expanded, np.array(touched)
        expanded += 1
        reached[cell] = -stored
        if size + 8 > len(keys):
            keys, cells = np.append(keys, np.empty(len(keys))), np.append(cells, np.empty(len(cells), dtype=np.int64))
        row = cell // width
        col = cell - row * width
        for dy in range(-1, 2):
            beside = cell + dy * width
            if free[beside] == 0:
                continue
            down = abs(row + dy - goal_row)
            for dx in range(-1, 2):
                onto = beside + dx
                known = reached[onto]
                if known < 0.0 or free[onto] == 0 or free[cell + dx] == 0:
                    continue
                length = here + (DIAGONAL if dy != 0 and dx != 0 else 1.0)
                if known == 0.0 or length + 1.0 < known - 1e-9:
                    if known == 0.0:
                        touched.append(onto)
                    reached[onto] = length + 1.0
                    across = abs(col + dx - goal_col)
                    key = length + max(down, across) + (DIAGONAL - 1.0) * min(down, across)
                    _push(keys, cells, size, key, onto)
                    size += 1
    return np.inf, expanded, np.array(touched)


def _timed(run: Callable[[], Any]) -> tuple[Any, float]:
    began = time.thread_time()
    result = run()
    return result, time.thread_time() - began


def compare(name: str, free: np.ndarray, pairs: list[tuple[Any, Any, float | None]]) -> dict[str, Any]:
    """Answer the same questions with both, and with the search over bits.

    Args:
        name: Of the map.
        free: (H, W) cells that may be visited.
        pairs: Start, goal, and the published length or None.
    """
    from maps.astar import search
    from maps.compiled import compiled
    from maps.huge.bit_search import bit_route
    from maps.huge.jump_bits import jump_bits

    plain = compiled(_push, _pop, astar)
    wide = np.pad(free, 1)
    cells, width = wide.astype(np.uint8).ravel(), wide.shape[1]
    reached, zero = np.zeros(cells.size), np.zeros(1)
    free = free.copy()
    free.flags.writeable = False
    bits = jump_bits(free)
    ours, theirs, by_bits, expansions = [], [], [], 0
    for number, (start, goal, optimum) in enumerate([pairs[0], *pairs]):
        ends = (start[0] + 1) * width + start[1] + 1, (goal[0] + 1) * width + goal[1] + 1
        flat = np.array([start[0] * free.shape[1] + start[1]]), zero, np.array([goal[0] * free.shape[1] + goal[1]]), zero
        (length, expanded, touched), slow = _timed(lambda ends=ends: plain(cells, reached, width, *ends))  # type: ignore[misc]
        reached[touched] = 0.0
        found, quick = _timed(lambda a=start, b=goal: search(free, np.array([a]), zero, np.array([b]), zero))  # type: ignore[misc]
        again, bit = _timed(lambda flat=flat: bit_route(bits, *flat))  # type: ignore[misc]
        assert found is not None and abs(found.length - length) < 1e-5, (name, start, goal, found, length)
        # A file gives its optima to three decimals at least; this one is half a unit of the third, and rounding.
        assert optimum is None or abs(length - optimum) < 5.1e-4, (name, start, goal, length, optimum)
        assert np.array_equal(again, found.cells @ (free.shape[1], 1))
        if number:  # the first is to warm up
            ours.append(quick)
            theirs.append(slow)
            by_bits.append(bit)
            expansions += expanded
    ratios = [slow / quick for slow, quick in zip(theirs, ours, strict=True)]
    return {
        "map": name, "count": len(ours), "astar_ms": statistics.median(theirs) * 1e3, "ours_ms": statistics.median(ours) * 1e3,
        "bits_ms": statistics.median(by_bits) * 1e3, "ratio": statistics.median(ratios), "total": sum(theirs) / sum(ours),
        "expansions": expansions, "seconds": sum(theirs),
    }  # fmt: skip


def questions(data: Path, times: int, count: int) -> list[tuple[str, np.ndarray, list[tuple[Any, Any, float | None]]]]:
    """The longest scenarios of every map, its cells repeated so many times."""
    from maps.movingai import read_map, read_scenarios

    asked = []
    for path in sorted((data / "maps").glob("*.map")):
        free = np.kron(read_map(path).cells == 0, np.ones((times, times), dtype=bool))
        scenarios = sorted(read_scenarios(data / "scen" / f"{path.name}.scen"), key=lambda one: -one.length)[:count]
        scaled = [
            (tuple(times * n for n in one.start), tuple(times * n for n in one.goal), one.length if times == 1 else None)
            for one in scenarios
        ]
        asked.append((path.stem + (f" x {times}" if times > 1 else ""), free, scaled))
    return asked


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time the jump search beside a plain compiled A*.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/movingai"), help="folder with MovingAI's maps/ and scen/")
    parser.add_argument("--count", type=int, default=50, help="so many of the longest scenarios of each map (default 50)")
    options = parser.parse_args()
    os.environ["SUREFOOT_NUMBA"] = "1"
    if not (options.data / "maps").is_dir():
        raise SystemExit(f"there are no MovingAI maps in {options.data}; say where with --data")
    print(f"{date.today().isoformat()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    rows = []
    for times in (1, 4):
        for asked in questions(options.data, times, options.count):
            row = compare(*asked)
            rows.append(row)
            print(
                f"{row['map']:18} {row['count']} queries: A* {row['astar_ms']:7.2f} ms, ours {row['ours_ms']:6.2f} ms, over bits "
                f"{row['bits_ms']:6.2f} ms (medians); {row['ratio']:.1f} times as fast by the median, {row['total']:.1f} in all",
                flush=True,
            )
    rate = sum(row["expansions"] for row in rows) / sum(row["seconds"] for row in rows)
    print(f"A*: {rate / 1e6:.2f} million expansions a second; lengths equal on all {sum(row['count'] for row in rows)} queries")


if __name__ == "__main__":
    main()
