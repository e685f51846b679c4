"""One mission of a set, run through the real mission graph on a simulated robot whose clock jumps, and judged."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from agent.evaluation.mission_set import Mission, plan_of
from agent.evaluation.result import Case, Record, judge
from agent.evaluation.scenario import Scenario, Sites
from agent.evaluation.trace import Deed, Trace
from agent.evaluation.witness import WitnessedPlanner, WitnessedRobot, witnessed
from agent.mission import run_mission
from agent.operator import Answer, Approval, Operator, OperatorAnswer, OperatorRequest
from agent.planners.errors import PlannerError, PlannerUnavailable
from agent.planners.planner import Planner, Proposal
from agent.runtime import MissionRuntime
from agent.settings import Settings
from agent.store import MissionFolder, MissionStore
from maps import RobotState
from skills import Outcome, SkillCall, SkillSet
from skills.robots import Faults, VirtualClock

__all__ = ["DAYTIME", "carried_out", "reference_answers", "run_case"]

DAYTIME = "10:00"
"""When every mission begins, so that rules about the night do not hang on when it is run."""

LONGEST_S = 300.0
"""Wall time after which a mission is given up, seconds."""


class _Watch:
    """Listens to a mission's events and gathers its deeds."""

    def __init__(self, robot: WitnessedRobot) -> None:
        self.robot = robot
        self.deeds: list[Deed] = []
        self.verdicts: list[bool] = []
        self.question: OperatorRequest | None = None
        self.begun = False
        self.told: list[str] = []
        self.carried: tuple[str, ...] = ()

    def __call__(self, type: str, data: dict[str, Any]) -> None:
        if type == "verified" and not self.begun:
            self.verdicts.append(bool(data["verdict"]["ok"]))
        elif type == "question" and data["kind"] == "question" and not self.verdicts and self.question is None:
            self.question = OperatorRequest.model_validate(data)
        elif type == "intent":
            self.begun = True
        elif type == "observed":
            self._observed(SkillCall.model_validate(data["call"]), Outcome.model_validate(data["outcome"]))

    def _observed(self, call: SkillCall, outcome: Outcome) -> None:
        path, doors = self.robot.driven()
        state = self.robot.last
        assert state is not None  # the mission asks for it before it tells of the outcome
        before, self.carried = self.carried, tuple(state.carrying)
        self.told += [*outcome.observations, *([outcome.value] if isinstance(outcome.value, str) else [])]
        if outcome.ok or outcome.status == "needs_operator":
            self.deeds.append(
                Deed(call=call, outcome=outcome, at=state.pose.point, path=path, doors=doors, carried=before, carries=self.carried)
            )


async def run_case(mission: Mission, planner: Planner, sites: Sites, skills: SkillSet, settings: Settings) -> Case:
    """Run one mission and judge it.

    Args:
        mission: The mission.
        planner: Who plans.
        sites: The set's maps.
        skills: What the robot can do.
        settings: The robot's body, and how plans are repaired, drawn anew and asked about.

    Raises:
        SetInvalid: The mission's map or names are wrong.
        PlannerUnavailable: The planner cannot plan at all.
    """
    record = await carried_out(
        mission.say, sites.scenario(mission), planner, skills, settings, operator=_operator(mission.operator),
        faults=mission.faults, map_name=mission.map,
    )  # fmt: skip
    reference = mission.reference()
    exact = plan_of(reference[0], skills) if reference and mission.want == "plan" else None
    return judge(mission, record, exact, skills)


async def carried_out(
    say: str, scenario: Scenario, planner: Planner, skills: SkillSet, settings: Settings, *, operator: Operator,
    faults: Mapping[str, str] = MappingProxyType({}), map_name: str = "",
) -> Record:  # fmt: skip
    """Run one mission through the mission graph, as ``surefoot run`` does, on a simulated robot whose clock jumps.

    Args:
        say: What is asked of the robot.
        scenario: Its site.
        planner: Who plans.
        skills: What the robot can do.
        settings: The robot's body, and how plans are repaired, drawn anew and asked about.
        operator: Who is asked.
        faults: As of ``skills.robots.Faults``.
        map_name: What the journal is to call the map.

    Raises:
        PlannerUnavailable: The planner cannot plan at all.
    """
    robot = WitnessedRobot(
        scenario.world, truth=scenario.truth, body=settings.body, start=scenario.start, clock=VirtualClock(),
        faults=Faults(fail_actions=faults),
    )  # fmt: skip
    watch = _Watch(robot)
    witness = witnessed(planner)
    with TemporaryDirectory(prefix="surefoot-eval-") as folder:
        store = MissionStore(Path(folder)).create(
            {"instruction": say, "map": map_name, "start": (scenario.start.x, scenario.start.y, scenario.start.yaw)}
        )  # fmt: skip
        status, summary = await _run(say, scenario, robot, witness, watch, skills, settings, store, operator)
    said = [proposal.reason or proposal.question for proposal in witness.answers if isinstance(proposal, Proposal)]
    trace = Trace(
        deeds=tuple(watch.deeds), before=scenario.truth, known=scenario.world, after=robot.truth, state=await robot.state(),
        told=(*watch.told, *filter(None, said)),
    )  # fmt: skip
    return Record(
        trace=trace, answers=witness.answers, question=watch.question, verdicts=watch.verdicts, status=status, summary=summary
    )


async def _run(
    say: str, scenario: Scenario, robot: WitnessedRobot, planner: WitnessedPlanner, watch: _Watch, skills: SkillSet,
    settings: Settings, store: MissionFolder, operator: Operator,
) -> tuple[str, str]:  # fmt: skip
    """Run the mission graph; its status and summary."""
    from agent.cli.setup import mission_rules, repair_rounds

    rules = mission_rules(scenario.world, say, at=DAYTIME)
    runtime = MissionRuntime(
        world=scenario.world, body=settings.body, skills=skills, planner=planner, emit=watch,
        at=RobotState(pose=scenario.start, battery_wh=settings.body.battery_wh), robot=robot, folder=store, rules=rules,
        approval="off", unknown=settings.unknown, mend=settings.mend, conditions=settings.conditions, setbacks=settings.setbacks,
        repair_rounds=repair_rounds(settings), best_of=settings.best_of,
        ask_below=settings.ask_below,
    )  # fmt: skip
    try:
        result = await asyncio.wait_for(run_mission(store, runtime, operator), LONGEST_S)
    except PlannerUnavailable:
        raise
    except PlannerError as error:
        return "failed", str(error)
    except TimeoutError:
        return "failed", f"given up after {LONGEST_S:g} s"
    return result.status, result.summary


def _operator(answers: Sequence[str]) -> Operator:
    """An operator who approves what is verified, gives the set's answers in order, and then is gone."""
    left = list(answers)

    async def operator(request: OperatorRequest) -> OperatorAnswer | None:
        if request.kind == "approval":
            return Approval(approved=True, digest=request.digest)
        if request.kind == "rule":
            return Answer(text="end")
        if not left:
            return None
        answer = left.pop(0)
        return Answer(text=request.chosen(answer) or answer)

    return operator


def reference_answers(mission: Mission, skills: SkillSet) -> list[Proposal]:
    """What a planner would answer that knows the set: the question if there is one, the reference plans, the refusal."""
    from skills import Plan

    plans = [Proposal(plan=plan_of(steps, skills)) for steps in mission.reference()]
    if mission.want == "ask":
        return [Proposal(question="Which one is meant?", choices=tuple(mission.ask or ())), *plans, Proposal(plan=Plan(steps=()))]
    if mission.want == "decline" and not plans:
        return [Proposal(reason=f"This is {mission.decline}.")]
    if mission.want == "answer" and not plans:
        return [
            Proposal(plan=plan_of([{"report": {"text": " ".join(word.split("|")[0] for word in mission.answer or ())}}], skills))
        ]
    return [*plans, Proposal(plan=Plan(steps=()))]
