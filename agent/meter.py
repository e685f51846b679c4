"""Meter: what a mission takes while it runs, by the robot's own measure, against the limits that it was given.

The quantities that the verifier foretells are measured: seconds and metres that the robot reports for its actions, seconds that it
waits besides, watt-hours that leave its battery, steps that end. What has been taken is written to the journal after every step and
when the mission is held, with what each action of the step has been counted for; so nothing is counted twice when it goes on.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import asdict, replace
from itertools import count
from typing import Any

from pydantic import JsonValue

from agent.events import Event, EventType
from agent.robot_shell import RobotShell
from agent.state import Json
from skills import ActionReport, Outcome, Robot, RobotUnreachable, SkillCall, SkillFailed
from verifier import Finding, Limits, Taken, Verdict
from verifier.message import told
from verifier.spending import LIMIT_CODES, overrun, taken_of

__all__ = ["Meter", "MeteredRobot", "limit_errors", "stopped_at", "within_limits"]


class Meter:
    """What a mission has taken, and its limits.

    Args:
        limits: The mission's.
        emit: Writes an event to the journal.

    Attributes:
        taken: So far.
        breach: The limit that the step in progress has met; None while all hold.
        halt: Cancels the step in progress.
        waits: Whether no action runs, so that time which passes counts by itself.
    """

    def __init__(self, limits: Limits, emit: Callable[[EventType, dict[str, Any]], None]) -> None:
        self.taken = Taken()
        self.breach: Finding | None = None
        self.halt: Callable[[], Any] = lambda: None
        self.waits = True
        self._limits = limits
        self._emit = emit
        self._step = ""
        self._call: SkillCall | None = None
        self._number: int | None = None
        self._counted: dict[str, tuple[float, float]] = {}
        self._battery_wh: float | None = None
        self._ended = False

    @property
    def limits(self) -> Limits:
        """The limits with what has been taken of them, to judge the rest of a plan by."""
        return replace(self._limits, taken=self.taken)

    @property
    def counts_energy(self) -> bool:
        """Whether the battery has to be looked at."""
        return self._limits.energy_wh is not None

    def replay(self, events: Iterable[Event]) -> None:
        """Remember again what the journal says was taken."""
        for event in events:
            if event.type == "spent":
                self.taken = Taken(**event.data["taken"])
                self._step, self._ended = str(event.data["action"]), bool(event.data["ended"])
                self._counted = {name: (float(m), float(s)) for name, (m, s) in event.data["actions"].items()}

    def begin_step(self, action: str, number: int, call: SkillCall, battery_wh: float | None) -> None:
        """A step is dispatched, perhaps again after a crash.

        Args:
            action: Its id; the robot's actions for it have ids that begin with it.
            number: Step number, 1-based.
            call: The call.
            battery_wh: Charge when it was intended.
        """
        if action != self._step:
            self._step, self._ended, self._counted, self._battery_wh = action, False, {}, battery_wh
        self.breach, self._number, self._call, self.waits = None, number, call, True

    def took(self, report: ActionReport) -> None:
        """Count what an action has taken since it was last asked about."""
        metres, seconds = self._counted.get(report.action, (0.0, 0.0))
        self._counted[report.action] = (max(metres, report.driven_m), max(seconds, report.seconds))
        self._add(distance_m=report.driven_m - metres, time_s=report.seconds - seconds)
        self.waits = report.status != "running"

    def waited(self, seconds: float) -> None:
        """Count time that passed while no action ran."""
        if self.waits:
            self._add(time_s=seconds)

    def drained(self, battery_wh: float) -> None:
        """Count what has left the battery since it was last looked at."""
        if self._battery_wh is not None:
            self._add(energy_wh=self._battery_wh - battery_wh)
        self._battery_wh = battery_wh

    def check(self) -> Finding | None:
        """The limit that is exceeded now, if one is, in words; it stays the step's ``breach``."""
        if self.breach is None:
            over = overrun(self._limits, self.taken, self._number)
            self.breach = None if over is None else told(over, self._call)
        return self.breach

    def exceeded(self) -> list[Json]:
        """The finding about a limit that is exceeded between two steps; none while all hold."""
        over = overrun(self._limits, self.taken)
        return [] if over is None else [told(over).model_dump(mode="json")]

    async def catch_up(self, robot: Robot) -> None:
        """Count what an earlier process has begun of this step."""
        for number in count(1):
            report = await robot.report(f"{self._step}/{number}")
            if report.status == "never_started":
                return
            self.took(report)

    async def settle(self, robot: Robot) -> None:
        """Count what the step's actions took until the robot stood still."""
        for action in tuple(self._counted):
            self.took(await robot.report(action))
        if self.counts_energy:
            self.drained((await robot.state()).battery_wh)

    def end_step(self, *, done: bool) -> None:
        """The step is over, or will be begun again (not ``done``); what was taken goes to the journal."""
        if done and not self._ended:
            self._ended = True
            self.taken = replace(self.taken, steps=self.taken.steps + 1)
        self.note()

    def note(self) -> None:
        """Write down what was taken up to now, if a step has ever begun."""
        if self._step:
            actions = {name: list(counted) for name, counted in self._counted.items()}
            self._emit("spent", {"action": self._step, "ended": self._ended, "taken": asdict(self.taken), "actions": actions})

    def tell(self, findings: Iterable[Json]) -> str:
        """Tell the operator which limits stop the mission; returns the summary."""
        sentences = []
        for finding in findings:
            self._emit("limit", {"finding": finding, "taken": asdict(self.taken)})
            sentences.append(str(finding["message"]))
        return f"Stopped at a limit of the mission. {' '.join(sentences)}"

    def to_json(self) -> Json:
        """Each limit with what was taken of it, for the report."""
        return {
            item.code.lower(): {"limit": item.limit, "taken": round(item.amount[0], 3)}
            for item in taken_of(self._limits, self.taken)
        }

    def _add(self, *, time_s: float = 0.0, distance_m: float = 0.0, energy_wh: float = 0.0) -> None:
        taken = self.taken
        self.taken = replace(
            taken,
            time_s=taken.time_s + max(time_s, 0.0),
            distance_m=taken.distance_m + max(distance_m, 0.0),
            energy_wh=taken.energy_wh + max(energy_wh, 0.0),
        )


class MeteredRobot(RobotShell):
    """A robot whose every report is metered. Where a limit is met it is stopped, and the step with it, whatever its skill does."""

    def __init__(self, robot: Robot, meter: Meter) -> None:
        super().__init__(robot)
        self._meter = meter

    async def report(self, action: str) -> ActionReport:
        """The report on an action; each one is read off."""
        report = await self._robot.report(action)
        if report.status != "never_started":
            self._meter.took(report)
            await self._check()
        return report

    async def wait(self, seconds: float) -> None:
        """Let robot time pass."""
        await self._robot.wait(seconds)
        self._meter.waited(seconds)
        await self._check()

    async def _check(self) -> None:
        meter = self._meter
        if meter.counts_energy:
            meter.drained((await self._robot.state()).battery_wh)
        finding = meter.check()
        if finding is not None:
            await self._robot.stop()
            meter.halt()
            await asyncio.sleep(0)
            raise SkillFailed(finding.code, finding.message)


async def within_limits(work: Coroutine[Any, Any, Outcome], meter: Meter, robot: Robot) -> Outcome:
    """The outcome of a step's execution, or that of a step that a limit has stopped.

    Raises:
        asyncio.CancelledError: Somebody else has cancelled it; the robot has stopped.
    """
    step = asyncio.ensure_future(work)
    meter.halt = step.cancel
    evidence: dict[str, JsonValue] = {}
    try:
        outcome = await step
        evidence = outcome.evidence
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if meter.breach is None or (task is not None and task.cancelling()):
            raise
    finally:
        meter.halt = lambda: None
    return outcome if meter.breach is None else await stopped_at(meter.breach, meter, robot, evidence)


async def stopped_at(breach: Finding, meter: Meter, robot: Robot, evidence: Mapping[str, JsonValue]) -> Outcome:
    """The outcome of a step that a limit has stopped, once the robot says that it stands still."""
    try:
        stopped = await robot.stop()
        await meter.settle(robot)
    except RobotUnreachable as error:
        text = f"The robot may still move: {error}"
        return Outcome(status="uncertain", code="ROBOT_UNREACHABLE", message=text, evidence=dict(evidence))
    pose = stopped.state.pose
    where: dict[str, JsonValue] = {"pose": [round(pose.x, 3), round(pose.y, 3), round(pose.yaw, 4)]}
    return Outcome(status="cancelled", code=breach.code, message=breach.message, evidence={**evidence, **where})


def limit_errors(verdict: Verdict) -> list[Json]:
    """The errors of a verdict when all of them are limits that would be exceeded; none when anything else is wrong."""
    errors = [finding for finding in verdict.all_findings() if finding.severity == "error"]
    if any(finding.code not in LIMIT_CODES or not finding.detail.get("limit") for finding in errors):
        return []
    return [finding.model_dump(mode="json") for finding in errors]
