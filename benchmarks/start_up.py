"""Whole-process times: ``surefoot --help`` (bar: 0.3 s), and ``surefoot verify`` of a ten-step plan on the warehouse (bar: 1 s).

python -m benchmarks.start_up --repeat 7
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
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


def seconds(command: list[str], repeat: int) -> list[float]:
    """Wall times of a command, after one run that is not counted; its exit code must be 0."""
    times = []
    for _ in range(repeat + 1):
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - begun)
    return times[1:]


def main() -> None:
    """Measure and print minimum, median and maximum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.json"
        plan.write_text(json.dumps(TEN_STEPS))
        surefoot = str(Path(sys.executable).parent / "surefoot")
        commands = {
            "surefoot --help": [surefoot, "--help"],
            "surefoot verify, 10 steps, warehouse": [surefoot, "verify", str(plan), "--map", "warehouse"],
        }
        results = {name: seconds(command, options.repeat) for name, command in commands.items()}
    if options.json:
        print(json.dumps(results, indent=2))
        return
    for name, times in results.items():
        print(f"{name:<40} min {min(times):.2f} s, median {statistics.median(times):.2f} s, max {max(times):.2f} s")


if __name__ == "__main__":
    main()
