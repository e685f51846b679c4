"""Whole-process times: ``surefoot --help`` (bar: 0.3 s), and ``surefoot verify`` of a ten-step plan on the warehouse (bar: 1 s).

``verify`` is measured twice: with nothing remembered, and with the user's cache filled by the run that is not counted. Beside
the wall time stands the processor time, which tells more on a machine that does other things too.

python -m benchmarks.start_up --repeat 9
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

TEN_STEPS = {
    "steps": [
        {"skill": "inspect", "args": {"thing": "pressure gauge", "question": "What does it read?"}},
        {"skill": "goto", "args": {"place": "break room"}},
        {"skill": "pick", "args": {"thing": "red toolbox"}},
        {"skill": "place", "args": {"place": "packing station"}},
        {"skill": "goto", "args": {"place": "returns area"}},
        {"skill": "wait", "args": {"seconds": 30}},
        {"skill": "goto", "args": {"place": "sorting area"}},
        {"skill": "goto", "args": {"place": "loading bay 2"}},
        {"skill": "report", "args": {}},
        {"skill": "dock", "args": {}},
    ]
}


def seconds(command: list[str], repeat: int, environment: Mapping[str, str]) -> dict[str, list[float]]:
    """Wall and processor times of a command, after one run that is not counted; its exit code must be 0."""
    wall, processor = [], []
    for _ in range(repeat + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        wall.append(time.perf_counter() - begun)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {"wall": wall[1:], "processor": processor[1:]}


def main() -> None:
    """Measure and print minimum, median and maximum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    # Installed packages come with their bytecode; where Python is told not to write any, each run would compile all files.
    usual = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.json"
        plan.write_text(json.dumps(TEN_STEPS))
        surefoot = str(Path(sys.executable).parent / "surefoot")
        verify = [surefoot, "verify", str(plan), "--map", "warehouse"]
        cases = {
            "surefoot --help": ([surefoot, "--help"], {}),
            "verify, 10 steps, nothing remembered": (verify, {"SUREFOOT_CACHE": "0"}),
            "verify, 10 steps, seen before": (verify, {"XDG_CACHE_HOME": folder}),
        }
        results = {name: seconds(command, options.repeat, {**usual, **more}) for name, (command, more) in cases.items()}
    if options.json:
        print(json.dumps(results, indent=2))
        return
    for name, kinds in results.items():
        for kind, times in kinds.items():
            print(f"{name:<38} {kind:<9} min {min(times):.2f} s, median {statistics.median(times):.2f} s, max {max(times):.2f} s")


if __name__ == "__main__":
    main()
