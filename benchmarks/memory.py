"""Memory for a 4000 x 4000 map: ``python -m benchmarks.memory --data ../shared/data/movingai`` (half a minute).

A fresh process imports everything and compiles the kernels on a small map, then loads the map from its image and judges a plan of
20 drives. Told is by how much the most that was ever resident (pages of mapped files included) grew.
The bar: 300 MB.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.large_map import SIDE, STEPS, write_map

__all__ = ["main", "once"]

ROOT = Path(__file__).resolve().parent.parent


def once(folder: Path) -> dict[str, float]:
    """Judge the plan in this process; MB resident at most before and after."""
    from benchmarks.huge_map import resident_gb
    from benchmarks.large_map import at_first_stop, warm_up
    from maps import Body, load_world
    from skills import Plan, library
    from verifier import verify

    body, skills = Body(), library()
    plan = Plan.model_validate_json((folder / "plan.json").read_text())
    warm_up(folder, plan, body, skills)
    before = resident_gb() * 1e3
    world = load_world(folder / "city")
    verdict = verify(plan, world, at_first_stop(world), body, skills)
    return {"before_mb": before, "grown_mb": resident_gb() * 1e3 - before, "ok": verdict.ok, "metres": verdict.totals.distance_m}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the memory that a plan of 20 drives on a 4000 x 4000 map takes.")
    parser.add_argument("--data", type=Path, help="folder with maps/*.map of MovingAI; without it rooms with doors are drawn")
    parser.add_argument("--inner", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inner:
        print(json.dumps(once(options.inner)))
        return
    print(f"{date.today().isoformat()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        write_map(Path(name), options.data)
        for numba in (True, False):
            command = [sys.executable, "-m", "benchmarks.memory", "--inner", name]
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "SUREFOOT_NUMBA": "1" if numba else "0"}
            ended = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            found = json.loads(ended.stdout)
            print(
                f"{'with' if numba else 'without'} numba: {SIDE} x {SIDE} cells, {STEPS} drives, {found['metres']:.0f} m, "
                f"ok {found['ok']}: {found['grown_mb']:.0f} MB beyond imports ({found['before_mb']:.0f} MB)",
                flush=True,
            )


if __name__ == "__main__":
    main()
