"""Evaluate a planner on drawn missions over buildings that it has never seen, as ``surefoot eval`` does on written ones.

    python -m agent.learning.evaluate --missions 200 --maps 20
    python -m agent.learning.evaluate --missions 120 --maps 12 --families held-out      # combinations that training never saw
    python -m agent.learning.evaluate --missions 60 --maps 3 --rooms 60 --things 500 --level 1      # many names much alike

Everything is real but the robot: the mission graph that ``surefoot run`` uses, llama.cpp under the grammar, the verifier, and a
SimulatedRobot whose clock jumps. Names, sites and seeds are held out of training.
"""

import argparse
import asyncio
import json
import statistics
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.evaluation.case import carried_out
from agent.evaluation.intervals import interval
from agent.evaluation.scenario import Scenario
from agent.evaluation.trace import Trace
from agent.learning.cases import Case
from agent.learning.drawn import drawn
from agent.learning.judge import Deed, reached, same_plan
from agent.operator import Answer, Approval, OperatorAnswer, OperatorRequest
from agent.planners.errors import PlannerError, PlannerUnavailable
from agent.planners.planner import Planner, Proposal
from agent.settings import Settings
from skills import Plan, library

__all__ = ["Result", "evaluate", "interval", "main", "print_figures", "run_case", "summary"]

SHIPPED = Path(__file__).parent.parent / "models" / "planner" / "planner.gguf"


@dataclass
class Result:
    """What became of one case.

    Attributes:
        case: The case.
        answer: ``plan``, ``ask``, ``decline`` or ``unreadable``: the planner's first answer.
        exact: The first answer is the oracle's.
        feasible: The first plan passed the verifier; None where there was none.
        goal: The mission's goal was reached, or the right question asked.
        seconds: Wall time of each answer.
        tokens: Tokens generated for each answer.
        said: The first answer's text.
    """

    case: Case
    answer: str = "unreadable"
    exact: bool = False
    feasible: bool | None = None
    goal: bool = False
    seconds: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    said: str = ""


async def run_case(planner: Planner, case: Case, settings: Settings | None = None) -> Result:
    """Plan, verify, repair, drive and judge one case, by the mission graph that ``surefoot run`` uses.

    Args:
        planner: The planner.
        case: The mission.
        settings: How plans are repaired, drawn anew and asked about; as they come if None.
    """
    record = await carried_out(
        case.mission, Scenario(case.world, case.truth or case.world, case.start), planner, library(case.world),
        settings or Settings(), operator=_operator,
    )  # fmt: skip
    proposals = [answer for answer in record.answers if isinstance(answer, Proposal)]
    result = Result(case, seconds=[one.seconds for one in proposals], tokens=[one.tokens for one in proposals])
    planned, first = record.answers[0] if record.answers else None, record.first
    if isinstance(planned, Proposal):
        result.said = planned.text
    if not isinstance(first, Proposal):
        return result
    result.answer = "plan" if first.plan is not None else "ask" if first.question else "decline"
    if result.answer == "plan":
        result.feasible = any(record.verdicts[:1])
    result.exact = _exact(case, planned)
    deeds = _deeds(record.trace, case)
    if case.wanted == "plan" and case.plan is not None:
        result.goal = bool(deeds) and reached(case.plan, deeds, case.world)
    elif case.wanted == "ask":
        result.goal = result.answer == "ask" and frozenset(first.choices) == case.choices
    elif case.wanted == "answer" and case.plan is not None:
        result.goal = same_plan(Plan(steps=tuple(deed.call for deed in deeds)), case.plan)
    else:
        result.goal = result.answer == "decline"
    return result


def _exact(case: Case, planned: Proposal | PlannerError | None) -> bool:
    """Whether the planner's first answer is the oracle's."""
    if not isinstance(planned, Proposal):
        return False
    if planned.plan is None:
        asked = case.wanted == "ask" and bool(planned.question) and frozenset(planned.choices) == case.choices
        return asked or (case.wanted == "decline" and not planned.question)
    wanted = None if case.plan is None else Plan(steps=case.plan.steps[: case.first])
    return wanted is not None and same_plan(planned.plan, wanted) and planned.more == case.more


def _deeds(trace: Trace, case: Case) -> list[Deed]:
    """What was done; doors that were opened to be driven through are not counted, unless the oracle opens doors.

    Nor is how often it was looked in vain at what is waited for: nobody says how long to go on.
    """
    wanted = () if case.plan is None else case.plan.steps
    opens = any(step.skill == "open_door" for step in wanted)
    done = [
        Deed(deed.call, deed.at)
        for number, deed in enumerate(trace.deeds)
        if opens
        or deed.call.skill != "open_door"
        or not any(deed.call.args["door"] in later.doors for later in trace.deeds[number:])
    ]
    while len(done) > len(wanted) and [deed.call.skill for deed in done[-2:]] == [step.skill for step in wanted[-2:]] == [
        "wait",
        "inspect",
    ]:
        done = done[:-2]
    return done


async def _operator(request: OperatorRequest) -> OperatorAnswer | None:
    """Approves what is verified, says yes to what a step asks, and answers no question about the mission."""
    if request.kind == "approval":
        return Approval(approved=True, digest=request.digest)
    return Answer(text="yes") if request.kind == "step_question" else None


async def evaluate(planner: Planner, cases: Iterable[Case], *, progress: bool = False) -> list[Result]:
    """Run a planner on drawn missions.

    Args:
        planner: The planner.
        cases: The missions.
        progress: Print a line per mission that fails to standard error.
    """
    results = []
    for case in cases:
        result = await run_case(planner, case)
        results.append(result)
        if progress and not result.goal:
            wanted = " ; ".join(map(str, case.plan.steps)) if case.plan else f"{case.wanted} {sorted(case.choices)}"
            print(
                f"{case.clauses} {result.answer}: {case.mission!r}\n    said   {result.said}\n    wanted {wanted}", file=sys.stderr
            )
    return results


def summary(results: list[Result]) -> dict[str, Any]:
    """The figures: shares as ``[share, low, high]``, latency in seconds."""

    def share(values: Iterable[bool]) -> list[float]:
        kept = list(values)
        return [round(x, 4) for x in interval(sum(kept), len(kept))]

    held_out = list(dict.fromkeys(r.case.held_out for r in results if r.case.held_out))
    seconds = sorted(s for r in results for s in r.seconds)
    tokens = sum(t for r in results for t in r.tokens)
    return {
        "missions": len(results),
        "valid": share(r.answer != "unreadable" for r in results),
        "exact": share(r.exact for r in results),
        "feasible": share(bool(r.feasible) for r in results if r.answer == "plan"),
        "goal": share(r.goal for r in results),
        "goal_by_clauses": {n: share(r.goal for r in results if r.case.clauses == n) for n in (1, 2, 3, 4)},
        **(
            {"goal_by_family": {name: share(r.goal for r in results if r.case.held_out == name) for name in held_out}}
            if held_out
            else {}
        ),
        "asked_when_it_should": share(r.goal for r in results if r.case.wanted == "ask"),
        **{
            f"goal_{name.replace(' ', '_')}": share(r.goal for r in about)
            for name in ("put on", "press")
            if (about := [r for r in results if name in r.case.families])
        },
        "planned_when_it_should": share(r.answer == "plan" for r in results if r.case.wanted == "plan"),
        "latency_p50_s": round(statistics.median(seconds), 4) if seconds else 0.0,
        "latency_p95_s": round(seconds[int(0.95 * (len(seconds) - 1))], 4) if seconds else 0.0,
        "tokens_per_s": round(tokens / sum(seconds), 1) if sum(seconds) else 0.0,
    }


def print_figures(figures: dict[str, Any]) -> None:
    """The figures as a table."""
    for name, value in figures.items():
        if isinstance(value, list):
            print(f"{name:24} {100 * value[0]:5.1f} %   95 % interval {100 * value[1]:.1f} to {100 * value[2]:.1f}")
        elif isinstance(value, dict):
            print(f"{name:24} " + "  ".join(f"{n}: {100 * v[0]:.0f} %" for n, v in value.items()))
        else:
            print(f"{name:24} {value}")


def main(arguments: list[str] | None = None) -> None:
    """Evaluate from the command line."""
    from agent.planners.local import LocalPlanner

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--missions", type=int, default=200)
    parser.add_argument("--maps", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument(
        "--families", choices=("any", "trained", "held-out"), default="any", help="combinations of meanings that training never saw"
    )
    parser.add_argument("--rooms", type=int, help="of each building, up to 200; 8 to 14 if not given")
    parser.add_argument("--things", type=int, help="of each building, up to 500; one to four to a room if not given")
    parser.add_argument("--level", type=int, choices=(1, 2, 3, 4), help="clauses of each mission; one to four in turn if not given")
    parser.add_argument("--cell", action="store_true", help="buildings with a manipulation cell: things put onto things, buttons")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every mission whose goal was missed")
    options = parser.parse_args(arguments)
    planner = LocalPlanner(options.model, n_threads=options.threads)
    try:
        cases = drawn(
            options.missions, options.maps, options.seed, language=options.language, families=options.families, rooms=options.rooms,
            things=options.things, level=options.level, cell=options.cell,
        )  # fmt: skip
    except ValueError as error:
        parser.exit(2, f"{error}; without --level, or with more --maps, it may be\n")
    try:
        results = asyncio.run(evaluate(planner, cases, progress=options.verbose))
    except PlannerUnavailable as error:
        parser.exit(2, f"{error}\n")
    figures = summary(results)
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    print_figures(figures)


if __name__ == "__main__":
    main()
