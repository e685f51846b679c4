"""Engine: starts the control process, hands it orders and hears how it goes. This side may be as slow as it likes."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from maps import Body, Route
from policies.follow import follow_plan
from policies.runtime.errors import EngineError, EngineFailed
from policies.runtime.limits import RobotLimits, limits_data
from policies.runtime.plans import plan_data
from policies.runtime.report import RunReport
from policies.runtime.settings import LoopSettings, settings_data
from policies.runtime.status import Status, report_read, status_of
from policies.smooth import SpeedLimit

__all__ = ["Engine"]


class Engine:
    """A robot in real time: a control process at 100 Hz and a policy's process beside it.

        with Engine(plant="my_robot:plant", limits=limits, policy="my_policy:load") as engine:
            engine.start("put the red block on the blue tray", grip_force_n=8.2)
            status = engine.wait(lambda status: status.mode is Mode.STOP, timeout_s=30)
        print(engine.report)

    Args:
        plant: ``module:factory`` of the plant; made in the control process.
        limits: Of this robot.
        policy: ``module:factory`` of the policy, made in a process of its own; None to drive the base only.
        model: ``module:factory`` of the arm model; needed for efforts and a workspace.
        plant_options: Keyword arguments of the plant's factory, plain data.
        policy_options: Of the policy's.
        model_options: Of the model's.
        body: For a robot with a base.
        settings: Rates and patience.
        report_path: Where to write the report as JSON.
        figure_path: Where to draw it.
    """

    def __init__(
        self,
        *,
        plant: str,
        limits: RobotLimits,
        policy: str | None = None,
        model: str | None = None,
        plant_options: Mapping[str, Any] | None = None,
        policy_options: Mapping[str, Any] | None = None,
        model_options: Mapping[str, Any] | None = None,
        body: Body | None = None,
        settings: LoopSettings | None = None,
        report_path: str | Path | None = None,
        figure_path: str | Path | None = None,
    ) -> None:
        self._body = body
        self._order = {
            "plant": plant,
            "plant_options": dict(plant_options or {}),
            "limits": limits_data(limits),
            "policy": policy,
            "policy_options": dict(policy_options or {}),
            "model": model,
            "model_options": dict(model_options or {}),
            "body": None if body is None else asdict(body),
            "settings": settings_data(settings or LoopSettings()),
            "report": None if report_path is None else str(report_path),
            "figure": None if figure_path is None else str(figure_path),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._heard = threading.Condition()
        self._ready = self._ended = False
        self._status: Status | None = None
        self._failed = ""
        self._refused: list[str] = []
        self._report: RunReport | None = None
        self.policy_pid: int | None = None

    def __enter__(self) -> "Engine":
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def open(self, *, timeout_s: float = 60.0) -> None:
        """Start the processes and wait until the plant is there; the policy may still be loading then.

        Raises:
            EngineFailed: The control process could not start, with its reason.
        """
        # The children find what this process finds, wherever they are started from.
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "policies.runtime.control_process", json.dumps(self._order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            # Ctrl-C ends this process, not the loop in the middle of a motion: the loop notices, and brakes.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._listen, name="engine", daemon=True)
        self._reader.start()
        with self._heard:
            there = self._heard.wait_for(lambda: self._ready or self._ended, timeout_s)
        if not there or not self._ready:
            self._process.kill()
            self.close()
            raise EngineFailed(self._failed or f"the control process was not ready within {timeout_s:g} s")

    @property
    def status(self) -> Status:
        """How the robot stood last.

        Raises:
            EngineFailed: The control process has ended by itself.
        """
        with self._heard:
            self._heard.wait_for(lambda: self._status is not None or self._ended, 10.0)
            if self._ended or self._status is None:
                raise EngineFailed(self._failed or "the control process has ended")
            return self._status

    @property
    def report(self) -> RunReport:
        """The report of the run; there once the engine is closed.

        Raises:
            EngineFailed: There is none: the run goes on, or its process was killed.
        """
        if self._report is None:
            raise EngineFailed("there is no report: close the engine first; if it is closed, its control process was killed")
        return self._report

    def start(self, task: str, *, grip_force_n: float = 0.0) -> None:
        """Give the policy a task; it replaces the last one.

        Args:
            task: The instruction.
            grip_force_n: With which force the gripper is to hold, newtons per finger.
        """
        self._send(do="start", task=task, grip_force_n=grip_force_n)

    def finish(self) -> None:
        """No task any more: brake, and hold."""
        self._send(do="finish")

    def drive(self, route: Route, *, speed_limit: SpeedLimit | None = None) -> None:
        """Drive the base along a verified route; it stops, latched, when it leaves the route's corridor.

        Args:
            route: It starts where the base is.
            speed_limit: ``speed_limit_of(world, body)``.

        Raises:
            OffRoute: The base is not at the route's start.
            EngineError: The robot says no pose.
        """
        pose = self.status.pose
        if pose is None:
            raise EngineError("the robot does not say where its base is, so it cannot drive")
        plan = follow_plan(route, pose, self._body or Body(), speed_limit=speed_limit)
        self._send(do="drive", route=route.to_json(), plan=plan_data(plan))

    def halt(self) -> None:
        """Brake the base; the arm goes on."""
        self._send(do="halt")

    def stop(self, reason: str = "stopped by the operator") -> None:
        """Stop the robot, latched: only ``reset`` leaves it."""
        self._send(do="stop", reason=reason)

    def reset(self) -> None:
        """Leave STOP; a policy's process that has died is started again."""
        self._send(do="reset")

    def wait(self, until: Callable[[Status], bool], *, timeout_s: float) -> Status:
        """Wait until a status is as wanted.

        Args:
            until: Whether a status is as wanted.
            timeout_s: At most so long, seconds.

        Returns:
            The status; the last one when the time is over first.

        Raises:
            EngineFailed: The control process has ended by itself, or refused an order; with its reason.
        """
        end = time.monotonic() + timeout_s
        with self._heard:
            while True:
                if self._refused:
                    raise EngineFailed(self._refused.pop(0))
                if self._ended:
                    raise EngineFailed(self._failed or "the control process has ended")
                if self._status is not None and until(self._status):
                    return self._status
                left = end - time.monotonic()
                if left <= 0 or not self._heard.wait(left):
                    if self._status is None:
                        raise EngineFailed(f"the control process has said nothing within {timeout_s:g} s")
                    return self._status

    def close(self, *, timeout_s: float = 20.0) -> None:
        """Brake, hold, end the processes and fetch the report. Calling it again does nothing."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(EngineFailed):
            self._send(do="end")
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._reader is not None:
            self._reader.join(timeout_s)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process = None

    @property
    def control_pid(self) -> int:
        """Process id of the control process.

        Raises:
            EngineFailed: It does not run.
        """
        if self._process is None:
            raise EngineFailed("the engine is not open")
        return self._process.pid

    def _send(self, **order: Any) -> None:
        if self._process is None or self._process.stdin is None:
            raise EngineFailed("the engine is not open")
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise EngineFailed(self._failed or "the control process has ended") from error

    def _listen(self) -> None:
        """Lines of the control process, until it ends."""
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._heard:
                self._take(json.loads(line))
                self._heard.notify_all()
        with self._heard:
            self._ended = True
            self._heard.notify_all()

    def _take(self, said: dict[str, Any]) -> None:
        if "mode" in said:
            self._status = status_of(said)
        elif "ready" in said:
            self._ready, self.policy_pid = True, said["ready"]
        elif "failed" in said:
            self._failed = said["failed"]
        elif "refused" in said:
            self._refused.append(said["refused"])
        elif "report" in said:
            self._report = report_read(said["report"])
