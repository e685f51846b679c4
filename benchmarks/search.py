"""The jump search beside plain A*, both compiled: ``python -m benchmarks.search --data ../shared/data/movingai`` (needs numba).

Both answer the longest scenarios of every MovingAI map at hand, and the same with each cell repeated 4 x 4, in one process and in
turn. The A* is as quick as a plain one gets: octile bound, buckets for a heap, the moves from each cell at hand, dense arrays of
which what was touched is cleared; no corner cutting.
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

__all__ = ["astar", "main", "moves"]

DIAGONAL = 2.0**0.5

_STEPS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
"""Rows and columns to the eight neighbours."""
_FINE = 32.0
"""Buckets for a length of one cell."""


def moves(free: np.ndarray) -> np.ndarray:
    """(H, W) uint8: by bit which of the eight neighbours of a cell can be moved to; the outermost cells are not free."""
    wide = np.pad(free, 1)
    height, width = free.shape
    found = np.zeros(free.shape, dtype=np.uint8)
    for bit, (dy, dx) in enumerate(_STEPS):
        beside = [wide[1 + y : 1 + y + height, 1 + x : 1 + x + width] for y, x in ((dy, dx), (dy, 0), (0, dx))]
        found |= (free & beside[0] & beside[1] & beside[2]).astype(np.uint8) << np.uint8(bit)
    return found


def astar(ways: Any, reached: Any, width: int, start: int, goal: int) -> Any:
    """Plain A*: the length of the shortest route (infinite for none), how many cells were expanded, and the touched cells.

    Open cells lie in buckets by their keys, the newest of a bucket first. Two cells of one bucket may come in the wrong order; what
    is then found to be nearer is expanded again, and the goal's bucket is emptied before its length counts. Lengths are exact:
    straight and diagonal steps are counted.

    Args:
        ways: (H * W,) uint8, ``moves`` of the map.
        reached: (H * W,) uint32 zeros; written to it is how many straight steps lead to a cell, times 65536, and how many diagonal
            ones (32767 at most), times 2; and 1 more while the cell is still to be expanded.
        width: Columns.
        start: Flat index.
        goal: Flat index.
    """
    goal_row, goal_col = goal // width, goal % width
    down, across = abs(start // width - goal_row), abs(start % width - goal_col)
    least = max(down, across) + (DIAGONAL - 1.0) * min(down, across)
    newest = np.full(4096, -1, dtype=np.int32)  # by bucket
    cells, before = np.empty(4096, dtype=np.int32), np.empty(4096, dtype=np.int32)
    newest[0], cells[0], before[0], reached[start] = 0, start, -1, 1
    used, bucket, last, expanded = 1, 0, 0, 0
    best: Any = np.inf
    while bucket <= last:
        entry = newest[bucket]
        if entry < 0:
            bucket += 1
            if least + bucket / _FINE > best + 1e-9:
                break
            continue
        newest[bucket] = before[entry]
        cell: Any = np.int64(cells[entry])
        stored: Any = np.int64(reached[cell])
        if stored & 1 == 0:
            continue  # expanded already
        stored -= 1
        reached[cell] = stored
        here = (stored >> 16) + DIAGONAL * ((stored >> 1) & 0x7FFF)
        if cell == goal:
            best = here
            continue
        expanded += 1
        if used + 8 > len(cells):
            cells, before = np.append(cells, np.empty_like(cells)), np.append(before, np.empty_like(before))
        row = cell // width
        col = cell - row * width
        open_ways = np.int64(ways[cell])
        for bit in range(8):
            if open_ways >> bit & 1 == 0:
                continue
            dy, dx = _STEPS[bit]
            onto = cell + dy * width + dx
            known = np.int64(reached[onto])
            slanted = dy != 0 and dx != 0
            length = here + (DIAGONAL if slanted else 1.0)
            if known != 0 and length >= (known >> 16) + DIAGONAL * ((known >> 1) & 0x7FFF) - 1e-9:
                continue
            reached[onto] = stored + (3 if slanted else 65537)
            down, across = abs(row + dy - goal_row), abs(col + dx - goal_col)
            bound = max(down, across) + (DIAGONAL - 1.0) * min(down, across)
            place = int((length + bound - least + 1e-9) * _FINE)
            while place >= len(newest):
                newest = np.append(newest, np.full(len(newest), -1, dtype=np.int32))
            cells[used], before[used] = onto, newest[place]
            newest[place] = used
            used += 1
            last = max(last, place)
    return best, expanded, cells[:used]


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

    plain = compiled(astar)
    ways, width, zero = moves(np.pad(free, 1)).ravel(), free.shape[1] + 2, np.zeros(1)
    reached = np.zeros(ways.size, dtype=np.uint32)
    free = free.copy()
    free.flags.writeable = False
    bits = jump_bits(free)
    ours, theirs, by_bits, expansions = [], [], [], 0
    for number, (start, goal, optimum) in enumerate([pairs[0], *pairs]):
        ends = (start[0] + 1) * width + start[1] + 1, (goal[0] + 1) * width + goal[1] + 1
        flat = np.array([start[0] * free.shape[1] + start[1]]), zero, np.array([goal[0] * free.shape[1] + goal[1]]), zero
        (length, expanded, touched), slow = _timed(lambda ends=ends: plain(ways, reached, width, *ends))  # type: ignore[misc]
        reached[touched] = 0
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
