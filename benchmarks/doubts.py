"""How many right plans the mission's own words speak against: the oracle's first answers to drawn missions, read by the doubts.

    python -m benchmarks.doubts --missions 400 --maps 40 --seed 21
    python -m benchmarks.doubts --missions 400 --maps 40 --seed 32 --language zh -v

Each doubt about a right plan costs drafts, and may cost the plan: it should be rare. No model is asked; a minute for 400 missions.
"""

import argparse
import sys

from agent.evaluation.intervals import interval
from agent.learning.cases import Case, prompt_of
from agent.learning.drawn import drawn
from agent.planners.dialect import decode
from agent.planners.doubts import doubts
from agent.planners.planner import Brief
from maps import Body, RobotState
from skills import library

__all__ = ["doubted", "main"]


def doubted(case: Case) -> tuple[str, ...]:
    """What speaks against the oracle's first answer to a drawn mission; empty as it should be."""
    body, here = Body(), case.world.place_at(case.start.point)
    brief = Brief(
        mission=case.mission, world=case.world, state=RobotState(pose=case.start, battery_wh=body.battery_wh), body=body,
        skills=library(case.world), start_place=None if here is None else here.name,
    )  # fmt: skip
    return tuple(doubt.why for doubt in doubts(brief, decode(case.oracle, prompt_of(case))))


def main(arguments: list[str] | None = None) -> int:
    """Draw, read, print the share; 2 where nothing can be drawn."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.doubts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--missions", type=int, default=400)
    parser.add_argument("--maps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--level", type=int, choices=(1, 2, 3, 4), help="clauses of each mission; one to four in turn if not given")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every mission with a doubt, and why")
    options = parser.parse_args(arguments)
    if options.missions < 1 or options.maps < 1:
        parser.error("--missions and --maps are at least 1")
    cases = drawn(options.missions, options.maps, options.seed, language=options.language, level=options.level)
    found = [(case, why) for case in cases if (why := doubted(case))]
    for case, why in found if options.verbose else ():
        print(f"{case.mission!r}\n    {case.oracle}\n    {'; '.join(why)}", file=sys.stderr)
    share, low, high = interval(len(found), len(cases))
    unknown = sum(any("is on no map" in one for one in why) for _, why in found)
    print(f"{len(found)} of {len(cases)} right answers leave a doubt: {share:.1%} (95 % interval {low:.1%} to {high:.1%});")
    print(f"{unknown} of these ask where a thing is that is on no map")
    return 0


if __name__ == "__main__":
    sys.exit(main())
