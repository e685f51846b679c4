"""Evaluate a planner on generated missions over buildings that it has never seen: plan, verify, repair, drive, judge.

    python -m agent.learning.evaluate --missions 200 --maps 20
    python -m agent.learning.evaluate --missions 120 --maps 12 --families held-out      # combinations that training never saw
    python -m agent.learning.evaluate --missions 60 --maps 3 --rooms 60 --things 500 --level 1      # many names much alike

Everything is real but the robot: the map's linking, llama.cpp under the grammar, the verifier, and a SimulatedRobot whose
clock jumps. Names, sites and seeds are held out of training. Two cores take about three minutes for 200 missions.
"""

import argparse
import asyncio
import json
import statistics
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.evaluation.intervals import interval
from agent.learning.cases import Case
from agent.learning.drawn import drawn
from agent.learning.judge import Deed, reached, same_plan
from agent.planners.errors import PlannerError, PlannerUnavailable
from agent.planners.planner import Brief, HistoryEntry, Planner, Proposal
from maps import Body, World
from skills import Context, Plan, SkillCall, execute, library
from skills.robots import SimulatedRobot, VirtualClock
from verifier import Verdict, verify

if TYPE_CHECKING:
    from skills import Outcome

__all__ = ["Result", "evaluate", "interval", "main", "print_figures", "run_case", "summary"]

SHIPPED = Path(__file__).parent.parent / "models" / "planner" / "planner.gguf"
ROUNDS = 8
REPAIRS = 2


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


class _Run:
    """One case on one simulated robot."""

    def __init__(self, planner: Planner, case: Case) -> None:
        self.planner = planner
        self.result = Result(case)
        self.case = case
        self.body = Body()
        self.skills = library(case.world)
        self.robot = SimulatedRobot(
            case.world, truth=case.truth or case.world, start=case.start, body=self.body, clock=VirtualClock()
        )
        self.world: World = case.world
        self.history: list[HistoryEntry] = []
        self.deeds: list[Deed] = []
        self.seen = 0

    async def carry_out(self) -> Result:
        """Plan and drive until nothing is left to do."""
        first = True
        for number in range(ROUNDS):
            proposal, verdict = await self.plan(first)
            first = False
            if proposal is None or proposal.plan is None or not proposal.plan.steps:
                break
            if verdict is None or not verdict.ok:
                break
            if not await self.drive(verdict, number) and not proposal.more:
                break
        if self.case.wanted == "plan" and self.case.plan is not None:
            self.result.goal = bool(self.deeds) and reached(self.case.plan, self.deeds, self.case.world)
        return self.result

    async def plan(self, first: bool) -> tuple[Proposal | None, Verdict | None]:
        """One planning round with its repairs."""
        here = self.case.world.place_at(self.case.start.point)
        brief = Brief(
            mission=self.case.mission, world=self.world, state=await self.robot.state(), body=self.body, skills=self.skills,
            history=tuple(self.history), start_place=None if here is None else here.name,
        )  # fmt: skip
        verdict = None
        proposal = None
        for _ in range(1 + REPAIRS):
            try:
                proposal = await self.planner.propose(brief)
            except PlannerUnavailable:
                raise
            except PlannerError:
                return None, None
            self.result.seconds.append(proposal.seconds)
            self.result.tokens.append(proposal.tokens)
            if proposal.plan is not None:
                verdict = verify(proposal.plan, self.world, brief.state, self.body, self.skills)
            if first:
                self.note(proposal, verdict)
                first = False
            if proposal.plan is None or verdict is None or verdict.ok:
                break
            brief = brief.after_rejection(proposal.plan, verdict.all_findings())
        return proposal, verdict

    def note(self, proposal: Proposal, verdict: Verdict | None) -> None:
        """What the first answer is worth."""
        case, result = self.case, self.result
        result.said = proposal.text
        if proposal.plan is not None:
            result.answer, result.feasible = "plan", verdict is not None and verdict.ok
            wanted = None if case.plan is None else Plan(steps=case.plan.steps[: case.first])
            result.exact = wanted is not None and same_plan(proposal.plan, wanted) and proposal.more == case.more
            if case.wanted == "answer":
                result.goal = result.exact
        elif proposal.question:
            result.answer = "ask"
            result.exact = result.goal = case.wanted == "ask" and frozenset(proposal.choices) == case.choices
        else:
            result.answer = "decline"
            result.exact = result.goal = case.wanted == "decline"

    async def drive(self, verdict: Verdict, number: int) -> bool:
        """Carry out a verified plan until its end or until it must be made anew; whether to plan again."""
        steps = list(verdict.steps)
        while steps:
            step = steps.pop(0)
            outcome = await self.execute(step.call, step.route, f"round{number}/{len(self.history)}")
            self.history.append(HistoryEntry(call=step.call, outcome=outcome))
            if not outcome.ok:
                return True
            state = await self.robot.state()
            self.deeds.append(Deed(step.call, state.pose.point))
            if step.uncertain:  # nobody knew where it would end: the rest is verified again, from there
                rest = verify(Plan(steps=tuple(s.call for s in steps)), self.world, state, self.body, self.skills)
                if not rest.ok or not steps:
                    return True
                steps = list(rest.steps)
        return False

    async def execute(self, call: SkillCall, route: Any, prefix: str) -> "Outcome":
        """One step."""
        context = Context(self.robot, self.world, action_prefix=prefix, changes_seen=self.seen)
        outcome = await execute(call, skills=self.skills, context=context, route=route)
        self.world, self.seen = context.world, context.changes_seen
        if outcome.status == "needs_operator":  # the mission would wait for a person, who answers here
            return outcome.model_copy(update={"status": "succeeded", "value": "yes"})
        return outcome


async def run_case(planner: Planner, case: Case) -> Result:
    """Plan, verify, repair, drive and judge one case."""
    return await _Run(planner, case).carry_out()


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
