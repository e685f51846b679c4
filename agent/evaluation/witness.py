"""Witnesses: a robot that remembers where it drove and stood, and a planner that remembers what it proposed."""

from dataclasses import dataclass, field

from agent.planners.candidates import TEMPERATURE, Sampler
from agent.planners.errors import PlannerError
from agent.planners.planner import Brief, Planner, Proposal
from maps import Point, RobotState, Route
from skills.robots import SimulatedRobot

__all__ = ["GLANCE_S", "WitnessedPlanner", "WitnessedRobot", "witnessed"]

GLANCE_S = 1.0
"""Robot time between two looks at an action in progress, seconds: nobody watches, and hundreds of missions are run."""


class WitnessedRobot(SimulatedRobot):
    """A simulated robot that keeps its last state and what it has driven since it was last asked."""

    last: RobotState | None = None
    _routes: tuple[Route, ...] = ()

    async def state(self) -> RobotState:
        """The state, kept."""
        self.last = await super().state()
        return self.last

    async def drive(self, action: str, route: Route) -> None:
        """Drive, and keep the way."""
        self._routes = (*self._routes, route)
        await super().drive(action, route)

    async def wait(self, seconds: float) -> None:
        """Let robot time pass, in longer strides while something is in progress."""
        await super().wait(max(seconds, GLANCE_S) if self._file.running else seconds)

    def driven(self) -> tuple[tuple[Point, ...], tuple[str, ...]]:
        """Points and doors of the drives since the last call."""
        ways, self._routes = self._routes, ()
        return tuple(point for way in ways for point in way.points), tuple(door for way in ways for door in way.doors)


@dataclass
class WitnessedPlanner:
    """A planner whose answers are kept, with the errors among them.

    Attributes:
        planner: Who really plans.
        answers: Every proposal or error, in order.
    """

    planner: Planner
    answers: list[Proposal | PlannerError] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The planner's own name."""
        return self.planner.name

    async def propose(self, brief: Brief) -> Proposal:
        """Ask the planner.

        Raises:
            PlannerError: As the planner does.
        """
        try:
            proposal = await self.planner.propose(brief)
        except PlannerError as error:
            self.answers.append(error)
            raise
        self.answers.append(proposal)
        return proposal

    async def close(self) -> None:
        """Leave the planner open: it serves the next mission."""


@dataclass
class _WitnessedSampler(WitnessedPlanner):
    """A planner that can also be asked for other answers; those are kept as well."""

    async def sample(self, brief: Brief, count: int, *, temperature: float = TEMPERATURE, first: int = 0) -> tuple[Proposal, ...]:
        """Ask for other answers."""
        assert isinstance(self.planner, Sampler)
        drawn = await self.planner.sample(brief, count, temperature=temperature, first=first)
        self.answers.extend(drawn)
        return drawn


def witnessed(planner: Planner) -> WitnessedPlanner:
    """A planner whose answers are kept, and that can do what it could."""
    return _WitnessedSampler(planner) if isinstance(planner, Sampler) else WitnessedPlanner(planner)
