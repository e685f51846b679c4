"""GuardedRobot: the Robot interface for skills that ask for a ``Robot``; every route is authorised, every id is the call's own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import JsonValue

from maps import Body, Change, RobotState, Route, Thing
from skills.robot import ActionReport, Robot, Stopped, Verb, View

if TYPE_CHECKING:
    from skills.answering import Sight
    from skills.context import Context

__all__ = ["GuardedRobot"]


class GuardedRobot:
    """A ``Robot`` that drives only what is authorised. Action ids are put under the call's prefix."""

    def __init__(self, context: "Context") -> None:
        self._context = context
        self._robot: Robot = context._robot
        self._prefix: str = context._prefix

    @property
    def body(self) -> Body:
        """The robot's body with its load; see ``Context.body``."""
        return self._context.body

    async def state(self) -> RobotState:
        """Pose, battery, load and doors seen, now."""
        return await self._context.state()

    async def drive(self, action: str, route: Route) -> None:
        """Start driving along a route, once it is authorised."""
        self._context.progress()
        if (await self._robot.report(self._id(action))).status == "never_started":
            await self._context.authorised(route)
            await self._robot.drive(self._id(action), route)

    async def act(self, action: str, verb: Verb, target: str, **options: JsonValue) -> None:
        """Start an action on a named thing, place or door."""
        self._context.progress()
        if (await self._robot.report(self._id(action))).status == "never_started":
            await self._robot.act(self._id(action), verb, target, **options)

    async def report(self, action: str) -> ActionReport:
        """What became of an action."""
        await self._context.check_invariants()
        return await self._robot.report(self._id(action))

    async def look(self, target: str | None = None) -> View:
        """Look around, or at one thing."""
        return await self._robot.look(target)

    async def look_at(self, thing: Thing) -> "Sight":
        """Look at one thing; see ``Context.look_at``."""
        return await self._context.look_at(thing)

    async def stop(self) -> Stopped:
        """Stop and return once the robot stands still."""
        return await self._robot.stop()

    async def changes(self, after: int) -> tuple[int, Sequence[Change]]:
        """What was sensed since a sequence number."""
        return await self._robot.changes(after)

    async def wait(self, seconds: float) -> None:
        """Let robot time pass."""
        self._context.progress()
        await self._context.check_invariants()
        await self._robot.wait(seconds)

    def _id(self, action: str) -> str:
        return f"{self._prefix}/own/{action}"
