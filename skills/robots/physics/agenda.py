"""Agenda: the actions that the robot in physics was given, which one it works at, and what became of each."""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import JsonValue

from maps import Route
from skills.robot import ActionReport, ActionStatus
from skills.robots.physics.jobs import Failed, Job
from skills.robots.physics.memory import PhysicsFile
from skills.robots.physics.simulation import Simulation
from skills.robots.state_file import ActionRecord

__all__ = ["Agenda"]


class Agenda:
    """Actions by their ids, and the jobs of those that are not over.

    Args:
        simulation: For time and pose.
        file: Keeps the records.
        ended: Called when an action that was worked at has ended, before it is kept.
        save: Keeps everything.
    """

    def __init__(
        self, simulation: Simulation, file: PhysicsFile, ended: Callable[[ActionRecord], None], save: Callable[[], None]
    ) -> None:
        self._sim, self._file, self._ended, self._save = simulation, file, ended, save
        self._jobs: dict[str, Job] = {}

    def __iter__(self) -> Iterator[str]:
        """Ids of what is being worked at."""
        return iter(tuple(self._jobs))

    def __bool__(self) -> bool:
        """Whether anything is being worked at."""
        return bool(self._jobs)

    @property
    def doing(self) -> str:
        """What the robot is busy with, in words; empty when it waits."""
        action = next(iter(self._jobs), None)
        if action is None:
            return ""
        record = self._file.actions[action]
        return f"{record.verb.replace('_', ' ')} {record.target}".strip()

    @property
    def route(self) -> Route | None:
        """The route that is driven along; None while nothing is driven."""
        records = (self._file.actions[action] for action in self._jobs)
        return next((Route.from_json(record.route) for record in records if record.route is not None), None)

    def record(self, verb: str, **more: Any) -> ActionRecord:
        """The record of an action that begins here and now."""
        pose, now = self._sim.pose(), self._sim.time
        return ActionRecord(verb=verb, start_pose=(pose.x, pose.y, pose.yaw), started=now, ends=now, **more)

    def begin(self, action: str, record: ActionRecord, job: Job) -> None:
        """Work at an action from now on; one at a time, only speech goes beside another."""
        busy = next(iter(self._jobs), None)
        self._file.actions[action] = record
        if busy is not None and record.verb != "say":
            self._end(action, "failed", "BUSY", f"the robot is busy with {busy!r}")
            return
        self._jobs[action] = job
        self._save()

    def work(self) -> None:
        """Give every job its turn."""
        for action, job in list(self._jobs.items()):
            try:
                next(job)
            except StopIteration as ended:
                self._end(action, "succeeded", value=ended.value)
            except Failed as failure:
                self._end(action, "failed", failure.code, failure.message, failure.value)

    def breathe(self) -> None:
        """How long handling takes is not known: nearer and nearer to done, as a sign of life."""
        for action in self._jobs:
            record = self._file.actions[action]
            if record.verb != "drive":
                record.fraction = (self._sim.time - record.started) / (self._sim.time - record.started + 5.0)

    def cancel(self, action: str) -> None:
        """End an action that was stopped."""
        self._jobs[action].close()
        self._end(action, "cancelled", "CANCELLED", "it was stopped")

    def fail(self, code: str, message: str) -> None:
        """End everything that is worked at: the robot cannot go on."""
        for action in self:
            self._jobs[action].close()
            self._end(action, "failed", code, message)

    def forget(self, action: str) -> ActionRecord:
        """Remove an action of the robot's own; returns its record."""
        self._jobs.pop(action, None)
        return self._file.actions.pop(action)

    def report(self, action: str) -> ActionReport:
        """What became of an action; ``never_started`` for an id the robot has not seen."""
        record = self._file.actions.get(action)
        if record is None:
            return ActionReport(action=action, status="never_started")
        seconds = (self._sim.time if record.status == "running" else record.ends) - record.started
        return ActionReport(
            action=action, status=record.status, code=record.code, message=record.message, driven_m=record.driven_m,
            seconds=seconds, fraction=1.0 if record.status == "succeeded" else record.fraction, value=record.value,
        )  # fmt: skip

    def _end(self, action: str, status: ActionStatus, code: str = "", message: str = "", value: JsonValue = None) -> None:
        record = self._file.actions[action]
        record.status, record.code, record.message, record.value = status, code, message, value
        record.ends = self._sim.time
        if action in self._jobs:
            self._ended(record)
            del self._jobs[action]
        self._save()
