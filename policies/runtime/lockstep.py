"""Lockstep: the engine in simulated time, in one process, the same every time. For missions in simulation and for tests.

The tick, the watchdog, the filter and the asking are those of the real-time engine; only time is the simulation's, and an answer
arrives a chosen time after its observation.
"""

import math
from collections.abc import Callable

from maps import Body
from policies.policy import ObservationInvalid, Policy
from policies.runtime.arm_model import ArmModel
from policies.runtime.asking import Asker, check_spec
from policies.runtime.base import BaseDriver
from policies.runtime.chunks import ActionChunk
from policies.runtime.corridor import Corridor
from policies.runtime.limits import RobotLimits
from policies.runtime.plant import SteppedPlant
from policies.runtime.report import RunReport, report_of
from policies.runtime.settings import LoopSettings
from policies.runtime.tick import ControlLoop
from policies.runtime.watchdog import Mode

__all__ = ["Lockstep"]


class Lockstep:
    """Drives a simulated plant with a policy.

    Args:
        plant: Whose time passes when it is told to.
        limits: Of this robot.
        policy: What acts; None to hold the arm while the base drives. It can be exchanged between tasks (``use``).
        settings: Rates and patience.
        model: Where the limits need one.
        body: For a robot with a base.
        delay_s: How long an answer takes, from observation to arrival, simulated seconds.

    Raises:
        EngineError: Plant, policy, limits and model do not fit each other.
    """

    def __init__(
        self,
        plant: SteppedPlant,
        limits: RobotLimits,
        policy: Policy | None = None,
        *,
        settings: LoopSettings | None = None,
        model: ArmModel | None = None,
        body: Body | None = None,
        delay_s: float = 0.0,
    ) -> None:
        self.plant, self.delay_s = plant, delay_s
        self.settings = settings or LoopSettings()
        self.loop = ControlLoop(limits, plant.joint_names, plant.read(), settings=self.settings, model=model, body=body)
        self._asker: Asker | None = None
        self._coming: list[tuple[float, int, ActionChunk]] = []
        self._next_ask = -math.inf
        self._number = 0
        if policy is not None:
            self.use(policy)

    def use(self, policy: Policy) -> None:
        """Act with another policy from now on.

        Raises:
            LimitsMismatch: It does not fit the plant.
        """
        check_spec(policy.spec, self.plant.joint_names, self.plant.cameras)
        self._asker = Asker(policy, self.settings)
        self._asker.took(self.delay_s)
        self._coming.clear()

    def start(self, task: str, *, grip_force_n: float = 0.0) -> None:
        """Give the policy a task.

        Args:
            task: The instruction.
            grip_force_n: With which force the gripper is to hold, newtons per finger.
        """
        self._coming.clear()
        self._next_ask = -math.inf
        self.loop.start(task, grip_force_n=grip_force_n)

    def finish(self) -> None:
        """No task any more: brake, and hold."""
        self._coming.clear()
        self.loop.finish()

    def drive(self, driver: BaseDriver, corridor: Corridor) -> None:
        """Drive the base along a verified route from now on."""
        self.loop.base.drive(driver, corridor)

    def reset(self) -> None:
        """Leave STOP.

        Raises:
            PlantUnfit: The robot cannot be taken up from where it is.
        """
        self._coming.clear()
        self.loop.reset(self.plant.read())

    def step(self) -> Mode:
        """One tick, and the plant's time until the next one.

        Returns:
            The mode that the tick ran in.
        """
        plant, loop = self.plant, self.loop
        state, now = plant.read(), plant.now()
        due = [answer for answer in self._coming if answer[0] <= now + 1e-9]
        self._coming = [answer for answer in self._coming if answer[0] > now + 1e-9]
        for _, number, chunk in due:
            loop.offer(chunk, now, number=number)
        # One question at a time: an answer must know the chunk that it will continue.
        asks = self._asker is not None and not self._coming and now >= self._next_ask - 1e-9
        if asks and self._asker is not None and loop.wanted and loop.mode is not Mode.STOP:
            self._next_ask = now + self._asker.period_s
            asked = loop.observation(state, period_s=self._asker.spec.period_s, most=self._asker.spec.chunk)
            try:
                answer = self._asker.answer(asked, plant.image)
            except ObservationInvalid as error:
                loop.refuse(str(error))
            else:
                if self.delay_s <= 0:
                    loop.offer(answer, now, number=asked.number)
                else:
                    self._coming.append((now + self.delay_s, asked.number, answer))
        targets = loop.tick(state, now)
        if loop.mode is Mode.STOP and loop.at_rest:
            plant.hold()
        else:
            plant.send(targets)
        plant.advance(self.settings.period_s)
        return loop.mode

    def run(self, seconds: float, *, until: Callable[[], bool] | None = None) -> RunReport:
        """Ticks for some simulated seconds, or until something is so or the robot has stopped.

        Args:
            seconds: At most.
            until: Asked after every tick.

        Returns:
            The report of everything since this object was made.
        """
        for _ in range(max(1, round(seconds * self.settings.tick_hz))):
            mode = self.step()
            if mode is Mode.STOP and self.loop.at_rest:
                break
            if until is not None and until():
                break
        return self.report()

    def report(self) -> RunReport:
        """Of everything since this object was made."""
        return report_of(self.loop.account)
