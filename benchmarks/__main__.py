"""``python -m benchmarks``: all benchmarks one after the other, each in a process of its own. ``make bench`` runs this."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime

ALL = ("start_up", "routing", "verification", "certificates", "rules", "planner", "reachability", "soundness", "mutation", "symbolic")


def main() -> int:
    """Run them; the exit code tells whether all of them ran."""
    load = ", ".join(f"{x:.2f}" for x in os.getloadavg())
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {load}"
    )
    failed = []
    for name in ALL:
        print(f"\n== {name} ==", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"did not run to the end: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
