"""How long verifying takes: ``python benchmarks/verification.py --map warehouse``.

A plan of ten drives over the map, judged cold (new process, nothing cached; wall and CPU time), cold within a process and warm
(the same plan again). The bar for the whole process is 1 s; ``benchmarks.start_up`` times it.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

__all__ = ["main", "measure"]

ROOT = Path(__file__).resolve().parent.parent


def measure(map_name: str, steps: int, repeats: int) -> dict[str, Any]:
    """Times in this process, seconds: imports, map, first verdict, the same again, a plan with one step changed.

    Args:
        map_name: A shipped map's name or a path.
        steps: Number of drives in the plan.
        repeats: How often the warm case is timed.
    """
    started = time.perf_counter()
    from maps import Body, RobotState, find_map, load_world, start_pose
    from skills import Plan, SkillCall, library
    from verifier import verify

    imported = time.perf_counter()
    world = load_world(find_map(map_name))
    loaded = time.perf_counter()
    body, skills = Body(), library()
    state = RobotState(pose=start_pose(world), battery_wh=body.battery_wh)
    open_doors = {name: "open" for name in world.doors}
    state = RobotState(pose=state.pose, battery_wh=state.battery_wh, doors=open_doors)  # type: ignore[arg-type]
    places = [name for name, place in world.places.items() if not place.is_dock]
    calls = [SkillCall(skill="goto", args={"place": places[index % len(places)]}) for index in range(steps)]
    plan = Plan(steps=tuple(calls))
    begun, cpu = time.perf_counter(), time.process_time()
    verdict = verify(plan, world, state, body, skills, unknown="allowed")
    cold, cold_cpu = time.perf_counter() - begun, time.process_time() - cpu
    warm, changed = [], []
    for index in range(repeats):
        begun = time.perf_counter()
        verify(plan, world, state, body, skills, unknown="allowed")
        warm.append(time.perf_counter() - begun)
        other = list(calls)
        other[index % steps] = SkillCall(skill="goto", args={"place": places[(index + steps) % len(places)]})
        begun = time.perf_counter()
        verify(Plan(steps=tuple(other)), world, state, body, skills, unknown="allowed")
        changed.append(time.perf_counter() - begun)
    return {
        "map": map_name,
        "cells": list(world.frame.shape),
        "steps": steps,
        "ok": verdict.ok,
        "routes": sum(step.route is not None for step in verdict.steps),
        "import_s": imported - started,
        "load_s": loaded - imported,
        "verify_cold_s": cold,
        "verify_cold_cpu_s": cold_cpu,
        "verify_warm_s": statistics.median(warm),
        "verify_one_changed_s": statistics.median(changed),
    }


def _whole_process(arguments: argparse.Namespace) -> dict[str, Any]:
    """Start a new process that imports, loads and verifies; its own times, and the wall and CPU time of all of it."""
    command = [sys.executable, __file__, "--inner", "--map", arguments.map, "--steps", str(arguments.steps)]
    command += ["--repeats", str(arguments.repeats)]
    begun = time.perf_counter()
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    total = time.perf_counter() - begun
    result: dict[str, Any] = json.loads(ended.stdout)
    extra = result.pop("extra_s")
    return {**result, "process_s": total - extra}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time the verifier: a plan of ten drives, cold and warm.")
    parser.add_argument("--map", default="warehouse", help="a shipped map or a path (default: warehouse)")
    parser.add_argument("--steps", type=int, default=10, help="drives in the plan (default: 10)")
    parser.add_argument("--repeats", type=int, default=20, help="warm repetitions (default: 20)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inner:
        begun = time.perf_counter()
        result = measure(arguments.map, arguments.steps, arguments.repeats)
        needed = result["import_s"] + result["load_s"] + result["verify_cold_s"]
        print(json.dumps({**result, "extra_s": time.perf_counter() - begun - needed}))
        return
    result = _whole_process(arguments)
    result["machine"] = (
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    if arguments.json:
        print(json.dumps(result, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"Verifying {result['steps']} drives on {result['map']} ({result['routes']} routes found)", caption=result["machine"]
    )
    table.add_column("what")
    table.add_column("seconds", justify="right")
    for key, what in (
        ("process_s", "whole process, cold"),
        ("import_s", "  imports"),
        ("load_s", "  map"),
        ("verify_cold_s", "  verify, nothing cached"),
        ("verify_cold_cpu_s", "    of which CPU time"),
        ("verify_one_changed_s", "verify, one step changed"),
        ("verify_warm_s", "verify again"),
    ):
        table.add_row(what, f"{result[key]:.4f}")
    Console().print(table)


if __name__ == "__main__":
    main()
