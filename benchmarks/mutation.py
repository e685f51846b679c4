"""How many seeded faults the verifier finds, and how many a script without any model repairs from its findings.

``python -m benchmarks.mutation --faults 1000`` takes some 50 minutes on two busy cores. Good plans on the shipped maps and on
generated buildings must have no finding; each fault must be found at its step with its code; the repaired plan must be verified.
"""

import argparse
import json
import os
import platform
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from benchmarks.faults import FAULTS, Broken, Unfit
from benchmarks.good_plans import SHIPPED, Good, good_plan, world_of
from skills import Plan, library
from verifier import Verdict, examine, repair, verify

__all__ = ["Result", "Tally", "broken_plans", "judge", "run"]

LIBRARY = library()


@dataclass
class Tally:
    """Counts for one kind of fault."""

    seeded: int = 0
    found: int = 0
    alone: int = 0
    mended: int = 0
    whole: int = 0
    misses: list[str] = field(default_factory=list)


@dataclass
class Result:
    """All counts; ``noise`` are findings on good plans."""

    plans: int = 0
    noise: list[str] = field(default_factory=list)
    kinds: dict[str, Tally] = field(default_factory=dict)

    def total(self, name: str) -> int:
        """The sum of one count over all kinds."""
        return sum(getattr(tally, name) for tally in self.kinds.values())


def judge(broken: Broken, plan: Plan | None = None, *, explain: bool = True) -> Verdict:
    """The verdict on a broken plan, or on another in its circumstances; without alternatives unless it is to ``explain``."""
    good = broken.good
    return examine(
        plan or good.plan, good.world, good.state, good.body, LIBRARY, broken.rules, limits=broken.limits, explain=explain
    )[0]


def broken_plans(count: int, seed: int, worlds: int) -> Iterator[tuple[str, Good, Broken]]:
    """Faults of every kind in turn, in good plans on every map in turn; a plan serves every kind once."""
    kinds = list(FAULTS)
    made = number = 0
    while made < count:
        rng = random.Random(f"mutation/{seed}/{number}")
        good = good_plan(rng, world_of(rng.randrange(worlds)))
        number += 1
        for kind in rng.sample(kinds, len(kinds)):
            if made == count:
                return
            try:
                broken = FAULTS[kind](rng, good)
            except Unfit:
                continue
            made += 1
            yield kind, good, broken


def run(count: int, seed: int = 0, worlds: int = 12) -> Result:
    """Seed faults, find them, repair them.

    Args:
        count: Number of faults.
        seed: Everything random comes from here.
        worlds: Number of maps: the shipped ones, then generated buildings.
    """
    result = Result()
    last: Good | None = None
    for kind, good, broken in broken_plans(count, seed, worlds):
        if good is not last:
            last = good
            result.plans += 1
            verdict = verify(good.plan, good.world, good.state, good.body, LIBRARY)
            result.noise += [f"{good.world.name}: {finding.message}" for finding in verdict.all_findings()]
        tally_up(result.kinds.setdefault(kind, Tally()), broken, judge(broken))
    return result


def tally_up(tally: Tally, broken: Broken, verdict: Verdict) -> None:
    tally.seeded += 1
    errors = [finding for finding in verdict.all_findings() if finding.severity == "error" and finding.because_of is None]
    first = [(finding.step, finding.code) for finding in errors][:1]
    if first != [(broken.step, broken.code)]:
        said = "; ".join(f"{finding.step} {finding.code}" for finding in errors[:3]) or "nothing"
        tally.misses.append(f"{broken.good.world.name}: wanted {broken.step} {broken.code}, found {said}")
    else:
        tally.found += 1
        tally.alone += {(finding.step, finding.code) for finding in errors} == {(broken.step, broken.code)}
    mended = repair(
        broken.good.plan, verdict, lambda plan: judge(broken, plan), glance=lambda plan: judge(broken, plan, explain=False)
    )
    if mended.verdict.ok:
        tally.mended += 1
        tally.whole += mended.left_out == 0
    last = mended.verdict.all_findings()
    if not mended.verdict.ok and last:
        tally.misses.append(f"{broken.good.world.name}: not repaired: {last[0].message}")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--faults", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--seed", type=int, default=0, help="where chance begins (default: 0)")
    parser.add_argument("--worlds", type=int, default=12, help=f"maps: {len(SHIPPED)} shipped, then generated (default: 12)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    result = run(arguments.faults, arguments.seed, arguments.worlds)
    seconds = time.perf_counter() - begun
    if arguments.json:
        print(json.dumps({**asdict(result), "seconds": seconds}, indent=2))
    else:
        _print(result, seconds)
    return 0 if result.total("found") == result.total("seeded") and not result.noise else 1


def _print(result: Result, seconds: float) -> None:
    from rich.console import Console
    from rich.table import Table

    seeded = result.total("seeded")
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    table = Table(title=f"{seeded} faults in {result.plans} good plans", caption=f"{seconds:.0f} s, {machine}")
    for name in ("fault", "seeded", "found at its step, by its code", "and nothing else", "repaired", "of these with every step"):
        table.add_column(name, justify="left" if name == "fault" else "right")
    for kind in FAULTS:
        tally = result.kinds.get(kind)
        if tally is not None:
            table.add_row(kind, *map(str, (tally.seeded, tally.found, tally.alone, tally.mended, tally.whole)))
    table.add_section()
    table.add_row("all", *(str(result.total(name)) for name in ("seeded", "found", "alone", "mended", "whole")))
    console = Console()
    console.print(table)
    share = 100 * result.total("mended") / max(1, seeded)
    print(f"findings on the {result.plans} good plans: {len(result.noise)}; repaired: {share:.1f} %")
    for line in result.noise[:10]:
        print(f"  noise: {line}")
    for kind, tally in result.kinds.items():
        for line, times in Counter(tally.misses).most_common(3):
            print(f"  {kind}: {times} x {line}")


if __name__ == "__main__":
    sys.exit(main())
