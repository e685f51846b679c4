"""``python -m benchmarks``: all benchmarks one after the other, each in a process of its own. ``make bench`` runs this.

Long ones run shortened, in about a quarter of an hour altogether; ``--full`` runs them as their figures were published.
"""

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime

SHORT: dict[str, list[str]] = {
    "start_up": [],
    "routing": [],
    "verification": [],
    "large_map": ["--repeats", "1"],
    "change": ["--count", "6"],
    "certificates": [],
    "rules": [],
    "planner": [],
    "decisions": [],
    "held_back": ["--count", "300"],
    "latency": [],
    "ill_typed": ["--generations", "500"],
    "training": ["--size", "2M", "--repeat", "1"],
    "retrieval": [],
    "reachability": [],
    "soundness": ["--cases", "500"],
    "footprints": [],
    "mutation": ["--faults", "72"],
    "symbolic": ["--plans", "5000"],
    "side_by_side": ["--cases", "60", "--pairs", "3"],
    "runtime": [],
    "cell": ["--quick"],
    "policy_gpu": ["--sizes", "nano", "small"],
    "policy_latency": ["--rounds", "3", "--calls", "20"],
    "policy_nf4": ["--quick"],
}
FULL: dict[str, list[str]] = {
    **{name: [] for name in SHORT},
    "held_back": [],
    "ill_typed": [],
    "training": ["--compile"],
    "soundness": ["--cases", "10000"],
    "footprints": ["--trials", "100000"],
    "runtime": ["--full"],
    "cell": [],
    "policy_latency": [],
    "policy_nf4": [],
}


def main() -> int:
    """Run them; the exit code tells whether all of them ran."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Run benchmarks one after the other.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(SHORT)}")
    parser.add_argument("--full", action="store_true", help="at the size of the published figures (hours)")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in SHORT]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(SHORT)}")
    load = ", ".join(f"{x:.2f}" for x in os.getloadavg())
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {load}"
    )
    failed = []
    for name in options.names or SHORT:
        print(f"\n== {name} ==", flush=True)
        arguments = (FULL if options.full else SHORT)[name]
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"did not run to the end: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
