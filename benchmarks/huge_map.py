"""A site of 20,000 x 20,000 cells, 1 km at 0.05 m: ``python -m benchmarks.huge_map --data ../shared/data/movingai`` (2 minutes).

In a fresh process with an empty cache: from ``map.yaml`` and its image to everything that answers questions of one body (grid,
obstacles, clear cells, jump bits, labels), then 10^6 pairs of cells at once, then routes of 500 m and more as the verifier asks for
them, then ``verify`` on a plan of such drives and on one that cannot be carried out. Memory is the most that was ever resident at
once, pages of mapped files included. Kernels are compiled before the clock runs, on a small map; processor times stand beside the
others, as they depend less on what else runs.
The bars: build < 15 s and < 3 GB, 10^7 queries a second, a 500 m route < 1 s.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.huge_site import draw_site, save_site

__all__ = ["main", "once", "resident_gb", "write_site"]

ROOT = Path(__file__).resolve().parent.parent
RESOLUTION = 0.05


def write_site(folder: Path, side: int, data: Path | None, stops: int = 9) -> None:
    """Save the site with places half its side apart from one another, each where a robot fits and gets to from the others.

    The last place, ``cell``, lies in a room without a door.
    """
    from maps.huge.clear import clear_cells, least_square
    from maps.huge.labels import tiled_labels

    image = draw_site(side, data)
    image[40:120, 40:120] = 0
    image[48:112, 48:112] = 254
    labels = tiled_labels(clear_cells(np.flipud(image) != 254, least_square(0.5, RESOLUTION)))
    cells = np.random.default_rng(1).integers(0, side, (4000, 2))
    found = labels.at(cells)
    cells = cells[found == np.bincount(found[found > 0]).argmax()]
    chosen = [cells[0]]
    for _ in range(stops - 1):
        apart = np.hypot(*(cells - chosen[-1]).T)
        chosen.append(cells[np.abs(apart - side / 2).argmin()])
        cells = cells[(cells != chosen[-1]).any(axis=1)]
    names = ["dock", *(f"stop {n}" for n in range(1, stops)), "cell"]
    places = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": (at := [(col + 0.5) * RESOLUTION, (row + 0.5) * RESOLUTION])},
            "properties": {"type": "dock" if name == "dock" else "place", "name": name, "pose": [*at, 0.0]},
        }
        for name, (row, col) in zip(names, [*chosen, (side - 80, 80)], strict=True)
    ]
    save_site(folder, image, json.dumps({"type": "FeatureCollection", "surefoot": 1, "frame": "map", "features": places}))


def resident_gb() -> float:
    """The most memory that this process ever had resident, files included, GB."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells begins with the parent's
        found = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(found.split()[1]) * 1024 / 1e9
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def _timed(run: Callable[[], Any]) -> tuple[Any, float, float]:
    """What a call gave, its wall and its processor time, seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    result = run()
    return result, time.perf_counter() - wall, time.process_time() - processor


def once(folder: Path, queries: int) -> dict[str, Any]:
    """Build, ask, route and verify in this process."""
    import maps.huge.size as size
    from maps import Body, RobotState, find_route, goal_pose, load_world
    from maps.astar import search
    from maps.clearance import layers
    from maps.huge.jump_bits import bits_of
    from maps.huge.labels import tiled_labels_of
    from maps.saved_index import SavedIndex
    from skills import Plan, library
    from verifier import verify

    body = Body()

    def build() -> tuple[Any, Any]:
        world = load_world(folder / "site", index=SavedIndex(folder / "index"))
        free = layers(world).clear(body.needed_clearance_m)
        bits_of(free)
        return world, tiled_labels_of(free)

    def route(world: Any, a: Any, b: Any) -> Any:
        return find_route(world, body, a.pose, goal_pose(world, b.pose))

    threshold, size.HUGE_CELLS = size.HUGE_CELLS, 0
    small = load_world(folder / "small")
    route(small, small.places["dock"], small.places["stop 1"])
    tiled_labels_of(layers(small).clear(body.needed_clearance_m)).joined(np.arange(9), np.arange(9))
    size.HUGE_CELLS = threshold
    assert search is not None
    before = resident_gb()
    (world, labels), build_s, build_cpu = _timed(build)
    build_gb = resident_gb()
    draw = np.random.default_rng(2)
    starts, goals = draw.integers(0, labels.local.size, (2, queries))
    asked = [_timed(lambda: labels.joined(starts, goals)) for _ in range(5)]
    stops = [place for name, place in world.places.items() if name != "cell"]
    legs = [_timed(partial(route, world, a, b)) for a, b in pairwise(stops)]
    goto = [{"skill": "goto", "args": {"place": place.name}} for place in stops[1:4]]
    state, skills = RobotState(pose=world.places["dock"].pose, battery_wh=1e6), library()
    good, good_s, _ = _timed(lambda: verify(Plan.model_validate({"steps": goto}), world, state, body, skills))
    broken = [*goto, {"skill": "goto", "args": {"place": "cell"}}]
    bad, bad_s, _ = _timed(lambda: verify(Plan.model_validate({"steps": broken}), world, state, body, skills))
    return {
        "before_gb": before, "build_s": build_s, "build_cpu_s": build_cpu, "build_gb": build_gb, "components": labels.count,
        "queries_per_s": queries / min(wall for _, wall, _ in asked), "queries_per_cpu_s": queries / min(cpu for *_, cpu in asked),
        "joined_share": float(asked[0][0].mean()), "routes_m": [leg.length_m for leg, *_ in legs],
        "routes_s": [wall for _, wall, _ in legs], "routes_cpu_s": [cpu for *_, cpu in legs],
        "verified": good.ok, "verify_s": good_s, "refused": not bad.ok, "refuse_s": bad_s,
        "why": bad.steps[-1].findings[0].code, "peak_gb": resident_gb(),
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time a site of 20,000 x 20,000 cells from its image to routes and verdicts.")
    parser.add_argument("--side", type=int, default=20_000, help="cells along the side (default 20000)")
    parser.add_argument("--queries", type=int, default=1_000_000, help="pairs in a batch (default 10^6)")
    parser.add_argument("--data", type=Path, help="folder with MovingAI's maps/; without it other houses are drawn")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--inner", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inner:
        print(json.dumps(once(options.inner, options.queries)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_site(folder / "site", options.side, options.data)
        write_site(folder / "small", 2000, options.data, stops=2)
        command = [sys.executable, "-m", "benchmarks.huge_map", "--inner", name, "--queries", str(options.queries)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        ended = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(ended.stdout)
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(
        f"{date.today().isoformat()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {options.side} x {options.side} cells"
    )
    print(
        f"build: {found['build_s']:.1f} s ({found['build_cpu_s']:.1f} s of processor), peak {found['build_gb']:.2f} GB "
        f"({found['before_gb']:.2f} GB of it before), {found['components']} components"
    )
    print(
        f"queries: {found['queries_per_s'] / 1e6:.1f} million a second ({found['queries_per_cpu_s'] / 1e6:.1f} by the processor), "
        f"{found['joined_share']:.0%} joined"
    )
    print(
        f"{len(found['routes_s'])} routes of {min(found['routes_m']):.0f} to {max(found['routes_m']):.0f} m: median "
        f"{statistics.median(found['routes_s']):.2f} s, worst {max(found['routes_s']):.2f} s (processor: median "
        f"{statistics.median(found['routes_cpu_s']):.2f} s, worst {max(found['routes_cpu_s']):.2f} s)"
    )
    print(
        f"verify: 3 such drives {found['verify_s']:.2f} s, ok {found['verified']}; with a goal in a closed room "
        f"{found['refuse_s']:.2f} s, refused {found['refused']} ({found['why']}); peak of all {found['peak_gb']:.2f} GB"
    )


if __name__ == "__main__":
    main()
