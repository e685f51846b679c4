"""The control process: ``python -m policies.runtime.control_process``, started by ``Engine``; imports no torch.

It owns the plant, ticks on absolute deadlines, starts the policy's process beside it and takes its orders, lines of JSON, from the
standard input. When the orders end, because whoever gave them has ended, it brakes, holds and ends too.
"""

import contextlib
import json
import math
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from maps import Body, Route
from policies.runtime.base import RouteDriver
from policies.runtime.clock import Pacer, prefer_punctuality
from policies.runtime.corridor import Corridor
from policies.runtime.errors import EngineError, EngineFailed
from policies.runtime.limits import limits_of
from policies.runtime.naming import made
from policies.runtime.plans import plan_of
from policies.runtime.plant import Plant, PlantState, SteppedPlant
from policies.runtime.policy_link import PolicyLink
from policies.runtime.report import draw_report, report_of, save_report
from policies.runtime.settings import settings_of
from policies.runtime.tick import ControlLoop
from policies.runtime.watchdog import Mode

__all__ = ["ControlProcess", "main"]

STATUS_S = 0.05


class ControlProcess:
    """One run.

    Args:
        order: What to run; see ``Engine``.
        read: Gives what has come in of orders since it was asked last; None once nothing can come any more. Never waits.
        say: Tells whoever gave the order something. Never waits.

    Raises:
        EngineError: Plant, limits, model and policy do not fit each other.
    """

    def __init__(self, order: dict[str, Any], read: Callable[[], bytes | None], say: Callable[[dict[str, Any]], None]) -> None:
        self._order, self._read, self._say = order, read, say
        self.settings = settings_of(order["settings"])
        self.plant: Plant = made(order["plant"], order["plant_options"])
        if not isinstance(self.plant, Plant):
            raise EngineFailed(
                f"{order['plant']!r} gave a {type(self.plant).__name__!r}, which lacks verbs of policies.runtime.Plant"
            )
        model = None if order["model"] is None else made(order["model"], order["model_options"])
        self._body = Body() if order["body"] is None else Body(**_with_tuples(order["body"]))
        self.loop = ControlLoop(
            limits_of(order["limits"]),
            self.plant.joint_names,
            self.plant.read(),
            settings=self.settings,
            model=model,
            body=self._body,
        )
        self._policy: PolicyLink | None = None
        if order["policy"] is not None:
            self._policy = PolicyLink(order["policy"], order["policy_options"], self.plant, self.loop, self.settings)
        self._ending = False
        self._told = (-math.inf, Mode.HOLD)
        self._driver: RouteDriver | None = None
        self._orders = b""

    def run(self) -> int:
        """Tick until told to end.

        Returns:
            The exit status.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._end("the control process was told to end by a signal"))
        if self._policy is not None:
            self._policy.start()
        for sentence in prefer_punctuality(real_time=self.settings.real_time):
            self.loop.account.note(sentence)
        self._say({"ready": self._policy.pid if self._policy else None})
        pacer = Pacer(self.settings.period_s)
        try:
            while not (self._ending and self.loop.at_rest):
                late, skipped = pacer.wait()
                self._round(late, skipped)
                self.loop.account.sent(time.monotonic() - pacer.due)
        finally:
            with contextlib.suppress(Exception):
                self.plant.hold()
                self.plant.close()
            if self._policy is not None:
                self._policy.end()
            self._write()
        return 0

    def _round(self, late: float, skipped: int) -> None:
        """One tick."""
        loop, plant = self.loop, self.plant
        state, fault = self._measured()
        now = plant.now()
        self._take_orders(state)
        policy, wrong, alive = self._policy, fault, True
        if policy is not None:
            policy.take_answers(now)
            wrong, alive = fault or policy.fault, policy.lives
        targets = loop.tick(state, now, alive=alive, fault=wrong, lateness_s=late, skipped=skipped)
        try:
            if loop.mode is Mode.STOP and loop.at_rest:
                plant.hold()
            else:
                plant.send(targets)
            if isinstance(plant, SteppedPlant):
                plant.advance(self.settings.period_s * (1 + skipped))
        except Exception as error:
            loop.stop(f"sending to the robot failed: {type(error).__name__}: {error}")
        # What the policy needs is handed over after the targets are out: it may take longer than they may wait.
        if policy is not None and state is not None and not fault:
            policy.serve(state, now)
        self._tell(state, now)

    def _measured(self) -> tuple[PlantState | None, str]:
        try:
            return self.plant.read(), ""
        except Exception as error:
            return None, f"reading the robot failed: {type(error).__name__}: {error}"

    def _take_orders(self, state: PlantState | None) -> None:
        """Lines of JSON."""
        if self._ending:
            return
        got = self._read()
        if got is None:
            self._end("whoever commanded the robot has ended")
            return
        self._orders += got
        while b"\n" in self._orders:
            line, _, self._orders = self._orders.partition(b"\n")
            try:
                self._take_order(json.loads(line), state)
            except (EngineError, KeyError, TypeError, ValueError) as error:
                self._say({"refused": f"{error}"})

    def _take_order(self, order: dict[str, Any], state: PlantState | None) -> None:
        loop = self.loop
        match order["do"]:
            case "start":
                if self._policy is None:
                    raise EngineFailed("there is no policy to give a task to; name one when you make the engine")
                loop.start(str(order["task"]), grip_force_n=float(order["grip_force_n"]))
            case "finish":
                loop.finish()
            case "drive":
                route = Route.from_json(order["route"])
                self._driver = RouteDriver(plan_of(order["plan"]), self._body, period_s=self.settings.period_s)
                loop.base.drive(self._driver, Corridor(route, self._body))
            case "halt":
                loop.base.stop()
                self._driver = None
            case "stop":
                loop.stop(str(order["reason"]))
            case "reset":
                if state is None:
                    raise EngineFailed("the robot's joints cannot be read; it stays stopped")
                loop.reset(state)
                if self._policy is not None and not self._policy.lives:
                    # The robot stands, so the ticks that this takes are no harm.
                    self._policy.end()
                    self._policy.start()
                    self._say({"ready": self._policy.pid})
            case "end":
                self._end("")
            case other:
                raise ValueError(f"there is no order {other!r}")

    def _end(self, reason: str) -> None:
        self._ending = True
        if reason:
            self.loop.account.note(reason)
        self.loop.finish()
        self.loop.base.stop()

    def _tell(self, state: PlantState | None, now: float) -> None:
        """Where things stand, some times a second and whenever the mode changes."""
        mode = self.loop.mode
        if now - self._told[0] < STATUS_S and mode is self._told[1]:
            return
        self._told = (now, mode)
        base = None if state is None else state.base
        self._say(
            {
                "now": now,
                "mode": mode.value,
                "reason": self.loop.watch.reason,
                "positions": None if state is None else state.positions,
                "pose": None if base is None else (base.pose.x, base.pose.y, base.pose.yaw),
                "driving": self.loop.base.driving and self._driver is not None and not self._driver.done,
                "arrived": self._driver is not None and self._driver.done,
                "policy": None if self._policy is None or self._policy.spec is None else self._policy.spec.name,
                "ticks": self.loop.account.ticks,
            }
        )

    def _write(self) -> None:
        report = report_of(self.loop.account)
        self._say({"report": report.to_json()})
        if self._order["report"] is not None:
            save_report(report, self._order["report"])
        if self._order["figure"] is not None:
            draw_report(self.loop.account, Path(self._order["figure"]))


def _with_tuples(data: dict[str, Any]) -> dict[str, Any]:
    """A body's data with its footprint as points again."""
    return {**data, "footprint": tuple((x, y) for x, y in data.get("footprint", ()))}


def main(order: dict[str, Any]) -> int:
    """Run what is ordered; says on the standard output, as lines of JSON, how it goes.

    Returns:
        The exit status: 1 when it could not start.
    """
    source, sink = sys.stdin.fileno(), os.dup(sys.stdout.fileno())
    # Whatever else prints must not come between the lines.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.set_blocking(source, False)
    os.set_blocking(sink, False)

    def read() -> bytes | None:
        try:
            return os.read(source, 65536) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def say(what: dict[str, Any]) -> None:
        line = json.dumps(what).encode() + b"\n"
        if "report" in what:
            os.set_blocking(sink, True)
        # A reader that is slow or gone must not delay a tick; the next line says all that this one would have.
        with contextlib.suppress(OSError):
            os.write(sink, line)

    try:
        return ControlProcess(order, read, say).run()
    except EngineError as error:
        say({"failed": str(error)})
        return 1


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(json.loads(sys.argv[1])))
