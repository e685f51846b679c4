"""Course: what becomes of a simulated robot's actions as time passes, and when its file is written."""

import time
from pathlib import Path

from maps import Pose
from skills.robots.acts import ACTS, Attempt, Situation
from skills.robots.clock import Clock
from skills.robots.reckoning import Reckoning
from skills.robots.state_file import ActionRecord, RobotFile, save_state
from skills.robots.surroundings import LOOK_EVERY_M, Surroundings

__all__ = ["Course"]

SAVE_EVERY_S = 0.25


class Course:
    """The actions of a simulated robot, from their beginning to their effects.

    Args:
        file: Keeps them.
        path: Where the file lies; None keeps it in memory.
        clock: The robot's time.
        around: What the actions change, and what is seen on the way.
        reckoning: Where the robot is meanwhile.
    """

    def __init__(self, file: RobotFile, path: Path | None, clock: Clock, around: Surroundings, reckoning: Reckoning) -> None:
        self._file, self._path, self._clock, self._around, self._reckoning = file, path, clock, around, reckoning
        self._saved_at = 0.0
        self.unsaved = False

    @property
    def is_overdue(self) -> bool:
        """Whether the file was written so long ago that what has changed since should be kept."""
        return time.monotonic() - self._saved_at > SAVE_EVERY_S

    def save(self, *, durable: bool) -> None:
        """Write the file; with ``durable`` wait until it is on disk."""
        self._file.clock = self._clock.to_json()
        self._saved_at, self.unsaved = time.monotonic(), False
        if self._path is not None:
            save_state(self._path, self._file, durable=durable)

    def begin(self, action: str, record: ActionRecord, code: str, message: str) -> None:
        """Note an action before it can have any effect. One that ends at once (refused) never runs."""
        if code:
            record.fate, record.code, record.message = "failed", code, message
        self._clock.start()
        self._file.actions[action] = record
        if code and record.ends <= record.started:
            record.status = record.fate
        else:
            self._file.running.append(action)
        self.save(durable=True)

    def settle(self) -> None:
        """Bring everything up to now: looks on the way, actions that have ended."""
        now = self._clock.now()
        looked = False
        if not self._file.looked:
            self._file.looked = looked = True
            self._around.look(self._reckoning.pose().point)
        ended = sorted(self._file.running, key=lambda action: self._file.actions[action].ends)
        finished = False
        for action in ended:
            record = self._file.actions[action]
            until = min(now, record.ends)
            if record.verb == "drive":
                looked |= self._looks_on_the_way(action, record, until)
            if now >= record.ends:
                self._finish(action, record)
                finished = True
        self.unsaved |= looked
        if finished or (self.unsaved and self.is_overdue):
            self.save(durable=finished)

    def _looks_on_the_way(self, action: str, record: ActionRecord, until: float) -> bool:
        """Look around at every half metre that has been driven since the last time."""
        motion = self._reckoning.motion(action, record)
        due = int(motion.length_driven(until - record.started) / LOOK_EVERY_M + 1e-9)
        news = False
        while record.looks < due:
            record.looks += 1
            news |= self._around.look(motion.pose_at(motion.time_at(record.looks * LOOK_EVERY_M)).point)
        return news

    def _finish(self, action: str, record: ActionRecord) -> None:
        """An action has ended: its effects, and its place among the finished ones."""
        if record.verb == "drive":
            motion = self._reckoning.motion(action, record)
            record.driven_m = motion.length_m
            self._reckoning.rest(record.ends, motion.pose_at(motion.duration))
            self._around.look(self._reckoning.pose_at_rest.point)
            self._reckoning.motions.pop(action, None)
        elif record.fate == "succeeded":
            self._do(ACTS[record.verb](self.situation(record.ends), record.target, record.options), record.ends)
        record.status = record.fate
        self._file.running.remove(action)

    def _do(self, attempt: Attempt, at: float) -> None:
        """An act's effects on the truth and on the robot."""
        self._around.take_place(attempt, at)
        if attempt.pose is not None:
            self._reckoning.rest(at, attempt.pose)
        self._around.look(self._pose_for_acts().point)

    def situation(self, at: float) -> Situation:
        """Where an act would start, at a time, robot seconds."""
        return self._around.situation(self._pose_for_acts(), self._reckoning.battery(at))

    def _pose_for_acts(self) -> Pose:
        """Where it stands, or is now if it drives."""
        return self._reckoning.pose_at_rest if self._reckoning.driving is None else self._reckoning.pose()
