"""How long looking at evidence again takes: ``python -m benchmarks.certificates --map warehouse``.

A plan of twenty drives is certified, once. Timed are the verifier's own look at the twenty certificates again on fields at hand
(the bar is 5 ms, with numba) and the independent program, which reads the map's files itself. ``--large`` draws a building of
4000 x 4000 cells first.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

__all__ = ["main", "measure"]

LEGS = 20


def measure(path: Path, repeats: int) -> dict[str, Any]:
    """Times in seconds: certifying, looking again (median, wall and CPU), checking from the files; and what was certified.

    Args:
        path: A saved map.
        repeats: How often looking again is timed.
    """
    from maps import Body, RobotState, load_world, start_pose
    from skills import Plan, SkillCall, library
    from verifier import examine
    from verifier.certify import certify
    from verifier.check_certificate import check_certificate
    from verifier.recheck import recheck_all

    world, body = load_world(path), Body()
    state = RobotState(pose=start_pose(world), battery_wh=1e6)
    places = [name for name, place in world.places.items() if not place.is_dock]
    calls = tuple(SkillCall(skill="goto", args={"place": places[index % len(places)]}) for index in range(LEGS))
    begun = time.perf_counter()
    verdict, steps = examine(Plan(steps=calls), world, state, body, library())
    examined = time.perf_counter() - begun
    begun = time.perf_counter()
    certificates = certify(verdict, steps, world, path=path)
    made = time.perf_counter() - begun
    recheck_all(certificates, world)  # compiles
    times, cpu, answers = [], [], set()
    for _ in range(repeats):
        begun, worked = time.perf_counter(), time.process_time()
        answers |= set(recheck_all(certificates, world))
        times.append(time.perf_counter() - begun)
        cpu.append(time.process_time() - worked)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "out.json"
        file.write_text(certificates.to_text(), encoding="utf-8")
        begun = time.perf_counter()
        results = check_certificate(file, path)
        checked, size = time.perf_counter() - begun, file.stat().st_size
    return {
        "map": world.name,
        "cells": list(world.frame.shape),
        "legs": len(results),
        "routes": sum(result.kind == "route" for result in results),
        "proofs_of_no_way": sum(result.kind in ("unreachable", "goal") for result in results),
        "refusals": sum(result.kind == "refusal" for result in results),
        "confirmed": all(result.confirmed for result in results) and answers == {True},
        "metres": sum(leg.length_m[1] for leg in certificates.legs if leg.kind == "route"),
        "verify_s": examined,
        "certify_s": made,
        "recheck_s": statistics.median(times),
        "recheck_cpu_s": statistics.median(cpu),
        "check_s": checked,
        "bytes": size,
    }


def building(folder: Path, side: int = 4000) -> Path:
    """A saved map of rooms of 8 m with doorways of 1 m to 2 m between them and a few boxes in each."""
    import numpy as np

    from maps import GridFrame, Place, Pose, World, save_world

    rng = np.random.default_rng(7)
    cells, room = np.zeros((side, side), dtype=np.int8), 160
    for at in range(room, side, room):
        cells[at : at + 4, :] = 100
        cells[:, at : at + 4] = 100
    for row in range(0, side, room):
        for col in range(0, side, room):
            wide = int(rng.integers(20, 40))
            first = int(rng.integers(10, room - wide - 10))
            cells[row + first : row + first + wide, col : col + 4] = 0
            cells[row : row + 4, col + first : col + first + wide] = 0
            for _ in range(4):
                r, c = (int(value) for value in rng.integers(40, 110, 2))
                cells[row + r : row + r + 12, col + c : col + c + 12] = 100
    cells[0, :] = cells[-1, :] = 100
    cells[:, 0] = cells[:, -1] = 100
    walled = int(side / room / 2) * room
    cells[walled : walled + 4, walled : walled + room] = cells[walled + room : walled + room + 4, walled : walled + room] = 100
    cells[walled : walled + room, walled : walled + 4] = cells[walled : walled + room, walled + room : walled + room + 4] = 100
    spots = [int(value) * room for value in rng.permutation(side // room)[:10]] + [walled]
    places = []
    for index, low in enumerate(spots):
        x, y = low * 0.05 + 0.4, (low if low == walled else (spots[(index + 3) % 10])) * 0.05 + 0.4
        outline = ((x, y), (x + 1.2, y), (x + 1.2, y + 1.2), (x, y + 1.2))
        places.append(Place(name=f"room {index + 1}", outline=outline))
    frame = GridFrame(0.05, Pose(0.0, 0.0, 0.0), side, side)
    return save_world(World.build("building", frame, cells, places=places), folder / "building")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time certificates: twenty legs, looked at again and checked by a stranger.")
    parser.add_argument("--map", default="warehouse", help="a shipped map or a path (default: warehouse)")
    parser.add_argument("--large", action="store_true", help="a building of 4000 x 4000 cells instead")
    parser.add_argument("--repeats", type=int, default=50, help="repetitions (default: 50)")
    parser.add_argument("--without-numba", action="store_true", help="NumPy alone")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    arguments = parser.parse_args()
    os.environ["SUREFOOT_NUMBA"] = "0" if arguments.without_numba else "1"
    from maps import find_map

    with tempfile.TemporaryDirectory() as folder:
        result = measure(building(Path(folder)) if arguments.large else find_map(arguments.map), arguments.repeats)
    result["machine"] = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    if arguments.json:
        print(json.dumps(result, indent=2))
        return
    told = "all confirmed" if result["confirmed"] else "NOT ALL CONFIRMED"
    print(
        f"{result['map']} {result['cells'][1]} x {result['cells'][0]}: {result['legs']} legs, {result['metres']:.0f} m, "
        f"{result['routes']} routes, {result['proofs_of_no_way']} proofs of no way, {result['refusals']} refusals, {told}"
    )
    print(f"verify {result['verify_s']:.3f} s, certify {result['certify_s']:.3f} s, file {result['bytes'] / 1000:.0f} kB")
    again = f"look again: {result['recheck_s'] * 1e3:.2f} ms for all ({result['recheck_cpu_s'] * 1e3:.2f} ms of CPU)"
    print(f"{again}; independent program: {result['check_s']:.2f} s; {result['machine']}")


if __name__ == "__main__":
    main()
