"""How well the names that a mission needs are found among thousands: ``python -m benchmarks.retrieval``.

Sites of 5,000 things with realistic names, and missions whose needed names are known from the facts and not from the linker.
Printed are recall (needed names among the candidates, at most 24 of them per mission), precision, recall by form of speech,
and the time per mission. The bars are a recall of 99.5 % and 5 ms of processor time (a busy machine adds waiting to the wall
time); the exit code tells whether they were met. About ten seconds.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections import Counter
from typing import Any

from benchmarks.retrieval_missions import Mission, make_missions
from benchmarks.retrieval_site import make_site
from maps.linking import Linked, index_of, link

__all__ = ["RECALL_BAR", "TIME_BAR_S", "main", "measure"]

MOST_CANDIDATES = 24
RECALL_BAR = 0.995
TIME_BAR_S = 0.005


def measure(things: int = 5000, missions: int = 4000, sites: int = 2, seed: int = 0, verbose: bool = False) -> dict[str, Any]:
    """Link every mission once and count.

    Args:
        things: Things on each site.
        missions: Missions over all sites.
        sites: How many sites.
        seed: Of sites and missions.
        verbose: Print every mission with a name that was missed.

    Returns:
        Counts, recall, recall within the naming phrase, precision, recall by form, build and mission times in seconds.
    """
    needed, found, spanned = Counter[str](), Counter[str](), Counter[str]()
    returned = useful = 0
    seconds: list[float] = []
    cpu: list[float] = []
    builds: list[float] = []
    for number in range(sites):
        site = make_site(things, seed + number)
        started = time.perf_counter()
        index_of(site.world)
        builds.append(time.perf_counter() - started)
        for mission in make_missions(site, missions // sites, seed + number):
            started, worked = time.perf_counter(), time.thread_time()
            linked = link(mission.text, index_of(site.world), limit=MOST_CANDIDATES)
            seconds.append(time.perf_counter() - started)
            cpu.append(time.thread_time() - worked)
            got = {(c.type, c.name) for c in linked.candidates}
            if len(got) > MOST_CANDIDATES:
                raise SystemExit(f"{len(got)} candidates for {mission.text!r}")
            returned, useful = returned + len(got), useful + len(got & mission.needed)
            for reference in mission.references:
                here = _named_within(linked, reference.start, reference.end)
                needed[reference.form] += len(reference.needed)
                found[reference.form] += len(reference.needed & got)
                spanned[reference.form] += len(reference.needed & here)
            if verbose and not mission.needed <= got:
                _tell(mission, linked)
    total = sum(needed.values())
    return {
        "sites": sites,
        "things": things,
        "missions": len(seconds),
        "needed": total,
        "recall": sum(found.values()) / total,
        "recall_in_phrase": sum(spanned.values()) / total,
        "precision": useful / max(returned, 1),
        "by_form": {form: [found[form] / count, spanned[form] / count, count] for form, count in sorted(needed.items())},
        "build_s": statistics.median(builds),
        "cpu_s": statistics.mean(cpu),
        "mean_s": statistics.mean(seconds),
        "p50_s": statistics.median(seconds),
        "p95_s": sorted(seconds)[int(0.95 * (len(seconds) - 1))],
        "worst_s": max(seconds),
    }


def _named_within(linked: Linked, start: int, end: int) -> set[tuple[str, str]]:
    """What the mentions that touch a stretch of the text can mean."""
    return {(c.type, c.name) for m in linked.mentions if m.start < end and start < m.end for c in m.candidates}


def _tell(mission: Mission, linked: Linked) -> None:
    got = {(c.type, c.name) for c in linked.candidates}
    print(repr(mission.text))
    for reference in mission.references:
        if missing := reference.needed - got:
            print(f"    {reference.form}: {mission.text[reference.start : reference.end]!r} lacks {sorted(missing)}")
    for mention in linked.mentions:
        print(f"    {linked.text[mention.start : mention.end]!r}: {[c.name for c in mention.candidates]}")


def main() -> int:
    """Print the figures; the exit code tells whether the bars were met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--things", type=int, default=5000)
    parser.add_argument("--missions", type=int, default=4000)
    parser.add_argument("--sites", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every mission with a name that was missed")
    options = parser.parse_args()
    figures = measure(options.things, options.missions, options.sites, options.seed, options.verbose)
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        print(
            f"{figures['sites']} sites of {figures['things']} things, {figures['missions']} missions, "
            f"{figures['needed']} needed names"
        )
        print(f"recall of the needed names, at most {MOST_CANDIDATES} candidates  {figures['recall']:8.2%}")
        print(f"  found in the phrase that names them             {figures['recall_in_phrase']:8.2%}")
        print(f"precision                                         {figures['precision']:8.2%}")
        for form, (recall, spanned, count) in figures["by_form"].items():
            print(f"  {form:20} {recall:8.2%}  in the phrase {spanned:8.2%}  of {count}")
        print(f"index built in {figures['build_s'] * 1e3:.0f} ms, load {os.getloadavg()[0]:.1f}")
        times = ", ".join(f"{name} {figures[name + '_s'] * 1e3:.2f} ms" for name in ("mean", "p50", "p95", "worst"))
        print(f"per mission: {times}")
        print(f"of the mean, {figures['cpu_s'] * 1e3:.2f} ms of processor time, for which the bar stands")
    return 0 if figures["recall"] >= RECALL_BAR and figures["cpu_s"] < TIME_BAR_S else 1


if __name__ == "__main__":
    sys.exit(main())
