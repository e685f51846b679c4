"""RobotShell: a robot with a thin shell around it, which passes everything on; what watches a robot overrides some of it."""

from collections.abc import Sequence

from pydantic import JsonValue

from maps import Body, Change, RobotState, Route
from skills import ActionReport, Robot, Stopped, Verb, View

__all__ = ["RobotShell"]


class RobotShell:
    """The robot inside does what the shell is told.

    Args:
        robot: The robot inside.
    """

    def __init__(self, robot: Robot) -> None:
        self._robot = robot

    @property
    def body(self) -> Body:
        """The robot's body."""
        return self._robot.body

    async def state(self) -> RobotState:
        """The robot's state."""
        return await self._robot.state()

    async def drive(self, action: str, route: Route) -> None:
        """Start driving along a route."""
        await self._robot.drive(action, route)

    async def act(self, action: str, verb: Verb, target: str, **options: JsonValue) -> None:
        """Start an act."""
        await self._robot.act(action, verb, target, **options)

    async def report(self, action: str) -> ActionReport:
        """What became of an action."""
        return await self._robot.report(action)

    async def look(self, target: str | None = None) -> View:
        """Look, without moving."""
        return await self._robot.look(target)

    async def stop(self) -> Stopped:
        """Stop."""
        return await self._robot.stop()

    async def changes(self, after: int) -> tuple[int, Sequence[Change]]:
        """What was sensed."""
        return await self._robot.changes(after)

    async def wait(self, seconds: float) -> None:
        """Let robot time pass."""
        await self._robot.wait(seconds)
