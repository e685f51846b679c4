"""Prove mission sets: reference plans reach their goals in simulation, what must be refused is, doing nothing never passes.

    python -m tests.missions.prove [SET.yaml ...]

All 1,326 missions take about fifteen minutes on one core; the tests prove a third of them.
"""

import asyncio
import sys
from pathlib import Path

from agent.evaluation.case import reference_answers, run_case
from agent.evaluation.mission_set import Mission, MissionSet, load_set
from agent.evaluation.result import Record, judge
from agent.evaluation.scenario import Sites
from agent.evaluation.trace import Trace
from agent.planners import Proposal, ScriptedPlanner
from agent.settings import Settings
from maps import Body, RobotState
from skills import Plan, library

HERE = Path(__file__).parent
SETS = (
    "development",
    "development-2",
    "development-3",
    "development-4",
    "development-5",
    "development-6",
    "development-7",
    "development-8",
    "development-9",
    "development-10",
    "development-11",
    "development-12",
    "unseen",
    "rounds-development",
    "rounds-development-2",
    "rounds-development-3",
    "rounds-development-4",
    "rounds-development-5",
    "rounds-development-6",
    "rounds-unseen",
)


def sets() -> list[MissionSet]:
    """All sets, in order."""
    return [load_set(HERE / f"{name}.yaml") for name in SETS]


def prove(mission: Mission, sites: Sites) -> str:
    """What is wrong with a mission's goal or reference; empty when nothing is."""
    skills = library()
    for conditions in (False, True):  # as it stands, and with what its looks decide told between its plans
        planner = ScriptedPlanner(reference_answers(mission, skills), repeat_last=True)
        case = asyncio.run(run_case(mission, planner, sites, skills, Settings(setbacks=False, conditions=conditions)))
        if case.right:
            break
    if not case.right:
        return f"{mission.id}: {case.why} ({case.summary})"
    if mission.decline is not None and mission.reference() and (case.ran or case.first):
        return f"{mission.id}: its plan should have been refused"
    if mission.reference() and mission.want == "plan" and not case.exact:
        return f"{mission.id}: its reference plan is not exact"
    return ""


def passes_idle(mission: Mission, sites: Sites) -> bool:
    """Whether a planner that answers with an empty plan would be right."""
    scenario = sites.scenario(mission)
    state = RobotState(pose=scenario.start, battery_wh=Body().battery_wh)
    trace = Trace(deeds=(), before=scenario.truth, known=scenario.world, after=scenario.truth, state=state)
    answers = [Proposal(plan=Plan(steps=()))]
    record = Record(trace=trace, answers=answers, question=None, verdicts=[], status="failed", summary="")
    return judge(mission, record, None, library()).right


if __name__ == "__main__":
    wrong = 0
    for one in [load_set(Path(name)) for name in sys.argv[1:]] or sets():
        sites = Sites(one.folder)
        for mission in one.missions:
            fault = prove(mission, sites) or (f"{mission.id}: doing nothing passes" if passes_idle(mission, sites) else "")
            if fault:
                wrong += 1
                print(fault)
        print(f"{one.name}: {len(one.missions)} missions")
    sys.exit(bool(wrong))
