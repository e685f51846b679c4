"""A plan of 20 drives on a 4000 x 4000 map: ``python -m benchmarks.large_map --data ../shared/data/movingai``.

Cold: from the saved map's files to the verdict, in a process whose modules are loaded and whose kernels are compiled. From a
saved index: the same in a process that finds the decoded map and the plan's routes on disk. Then the same question again; the
same plan judged anew with its legs in memory; and that with every certificate checked again. Medians of fresh processes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from maps import RobotState, World

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent
SIDE, STEPS, RESOLUTION = 4000, 20, 0.05


def city(data: Path | None) -> np.ndarray:
    """Free cells (SIDE, SIDE): MovingAI's Berlin with each cell repeated, or rooms with doors where it is not at hand."""
    if data is not None:
        from maps.movingai import read_map

        cells = read_map(data / "maps" / "Berlin_0_256.map").cells == 0
        return np.kron(cells, np.ones((16, 16), dtype=bool))[:SIDE, :SIDE]
    dice = np.random.default_rng(0)
    free = np.ones((SIDE, SIDE), dtype=bool)
    for at in range(0, SIDE, 80):
        free[at : at + 3] = free[:, at : at + 3] = False
    for row in range(40, SIDE, 80):
        for col in range(80, SIDE, 80):
            door = int(dice.integers(18, 30))
            free[row : row + door, col : col + 3] = free[col : col + 3, row : row + door] = True
    return free


def write_map(folder: Path, data: Path | None) -> None:
    """Save the map with STEPS point places, and a plan that visits them."""
    from scipy.ndimage import label

    from maps import Body, GridFrame, Place, Pose, World, clearance, save_world

    free = city(data)
    frame = GridFrame(resolution=RESOLUTION, origin=Pose(0.0, 0.0, 0.0), width=SIDE, height=SIDE)
    world = World.build("city", frame, np.where(free, 0, 100).astype(np.int8))
    roomy, _ = label(clearance(world) >= Body().needed_clearance_m + 0.1)
    cells = np.argwhere(roomy == np.bincount(roomy.ravel())[1:].argmax() + 1)
    chosen = cells[np.random.default_rng(1).integers(0, len(cells), STEPS + 1)]
    places = [Place(name=f"stop {n}", pose=Pose(*frame.centre(*map(int, cell)))) for n, cell in enumerate(chosen)]
    save_world(World.build("city", frame, world.cells, places=places), folder / "city")
    steps = [{"skill": "goto", "args": {"place": f"stop {n + 1}"}} for n in range(STEPS)]
    (folder / "plan.json").write_text(json.dumps({"steps": steps}))


def at_first_stop(world: World) -> RobotState:
    """The robot at the first stop, with a battery for all of them."""
    pose = world.places["stop 0"].pose
    assert pose is not None, "write_map gives every stop one"
    return RobotState(pose=pose, battery_wh=1e6)


def once(folder: Path, indexed: bool) -> dict[str, Any]:
    """Load the map and judge the plan in this process; seconds."""
    from maps import Body, load_world
    from maps.saved_index import SavedIndex
    from skills import Plan, library
    from verifier import examine, verify
    from verifier.book import RouteBook, TimeBook
    from verifier.budget import TIMES
    from verifier.certify import certify
    from verifier.recheck import recheck_all
    from verifier.routes import ROUTES
    from verifier.verify import VERDICTS

    skills, body = library(), Body()
    plan = Plan.model_validate_json((folder / "plan.json").read_text())
    warm_up(folder, plan, body, skills)
    begun = time.perf_counter()
    world = load_world(folder / "city", index=SavedIndex(folder / "index") if indexed else None)
    loaded = time.perf_counter()
    if indexed:
        ROUTES.store, TIMES.store = RouteBook(folder / "routes", world.revision), TimeBook(folder / "times", world.revision)
    state = at_first_stop(world)
    verdict, steps = examine(plan, world, state, body, skills)
    done = time.perf_counter()
    figures = {"load_s": loaded - begun, "verify_s": done - loaded, "cold_s": done - begun}
    begun = time.perf_counter()
    verify(plan, world, state, body, skills)
    figures["same_question_s"] = time.perf_counter() - begun
    VERDICTS.clear()
    begun = time.perf_counter()
    verify(plan, world, state, body, skills)
    figures["cached_legs_s"] = time.perf_counter() - begun
    if not indexed:
        certificates = certify(verdict, steps, world)
        recheck_all(certificates, world)
        VERDICTS.clear()
        begun = time.perf_counter()
        verify(plan, world, state, body, skills)
        held = recheck_all(certificates, world)
        figures["cached_legs_rechecked_s"] = time.perf_counter() - begun
        assert all(held)
    return {"ok": verdict.ok, "metres": round(verdict.totals.distance_m, 3), **figures}


def warm_up(folder: Path, plan: Any, body: Any, skills: Any) -> None:
    """Load modules and kernels on a small map, so that no import is counted."""
    from maps import GridFrame, Place, Pose, RobotState, World, load_world, save_world
    from verifier import examine
    from verifier.certify import certify
    from verifier.recheck import recheck_all

    frame = GridFrame(resolution=RESOLUTION, origin=Pose(0.0, 0.0, 0.0), width=120, height=120)
    places = [Place(name=f"stop {n}", pose=Pose(1.0 + 0.15 * n, 2.0, 0.0)) for n in range(STEPS + 1)]
    if not (folder / "small").exists():
        save_world(World.build("small", frame, np.zeros((120, 120), dtype=np.int8), places=places), folder / "small")
    world = load_world(folder / "small")
    state = RobotState(pose=Pose(1.0, 1.0, 0.0), battery_wh=1e6)
    verdict, steps = examine(plan, world, state, body, skills)
    recheck_all(certify(verdict, steps, world), world)


def process(folder: Path, numba: bool, indexed: bool) -> dict[str, Any]:
    """``once`` in a fresh process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SUREFOOT_NUMBA": "1" if numba else "0"}
    command = [sys.executable, "-m", "benchmarks.large_map", "--inner", str(folder), *(["--indexed"] if indexed else [])]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(ended.stdout)
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time a plan of 20 drives on a 4000 x 4000 map.")
    parser.add_argument("--data", type=Path, help="folder with maps/*.map of MovingAI; without it rooms with doors are drawn")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--inner", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--indexed", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inner:
        print(json.dumps(once(options.inner, options.indexed)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_map(folder, options.data)
        process(folder, True, indexed=True)  # fills the index
        for numba, indexed in ((True, False), (True, True), (False, False)):
            runs = [process(folder, numba, indexed) for _ in range(options.repeats if numba else 1)]
            figures = {key: statistics.median(run[key] for run in runs) for key in runs[0] if key.endswith("_s")}
            shown = ", ".join(f"{key[:-2].replace('_', ' ')} {value * 1e3:.1f} ms" for key, value in figures.items())
            name = f"{'with' if numba else 'without'} numba{', from a saved index' if indexed else ''}"
            print(f"{name}: {shown}; ok {runs[0]['ok']}, {runs[0]['metres']} m", flush=True)


if __name__ == "__main__":
    main()
