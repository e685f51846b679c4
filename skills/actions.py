"""Actions: what one call has the robot do, by numbered ids: started once, waited for, counted; taken up again after a crash."""

from typing import TYPE_CHECKING

from pydantic import JsonValue

from maps import NoRoute, Route, distance
from skills.errors import RobotUnreachable, SkillFailed
from skills.robot import ActionReport, Robot, Verb

if TYPE_CHECKING:
    from maps import Goal
    from skills.context import Context

__all__ = ["Actions"]


class Actions:
    """The actions of one call.

    Args:
        context: Of the call; it says what is known and whether the call may go on.
        robot: Which acts.
        prefix: Of the actions' ids, unique for this call.
        poll_s: Robot time between two questions about a running action, seconds.
    """

    def __init__(self, context: "Context", robot: Robot, prefix: str, poll_s: float) -> None:
        self._context, self._robot = context, robot
        self._prefix, self._poll_s = prefix, poll_s
        self._count = 0
        self.driven_m = 0.0
        """Distance driven, metres, by the robot's measure."""
        self.robot_s = 0.0
        """Time that the actions took, seconds, by the robot's measure."""

    async def drive(self, route: Route, *, verified: bool) -> ActionReport:
        """Drive along a route, once it is authorised unless it is verified, and wait for the end; see ``Context.drive``."""
        action, report = await self._next_action()
        if report.status == "never_started":
            if not verified:
                await self._context.authorised(route)
            await self._start(action, route)
        return _succeeded(await self._driven(action), "driving")

    async def drive_to(self, goal: "Goal") -> ActionReport:
        """Find a way to a goal and drive it; see ``Context.drive_to``."""
        while True:
            action, report = await self._next_action()
            if report.status == "never_started":
                route = await self._find(goal)
                await self._context.authorised(route)
                await self._start(action, route)
                return _succeeded(await self._driven(action), "driving")
            ended = await self._driven(action)
            if await self._is_at(goal):
                return ended

    async def act(self, verb: Verb, target: str, **options: JsonValue) -> ActionReport:
        """Do something besides driving, and wait for the end; see ``Context.act``."""
        action, report = await self._next_action()
        if report.status == "never_started":
            await self._robot.act(action, verb, target, **options)
        ended = await self._ended(action, f"{verb.replace('_', ' ')} {target}")
        await self._context.sync()
        await self._context.state()
        return _succeeded(ended, f"{verb.replace('_', ' ')} {target!r}")

    async def wait(self, seconds: float) -> None:
        """Let robot time pass; see ``Context.wait``."""
        left = seconds
        while left > 0:
            self._context.check_live()
            await self._context.check_invariants()
            slice_s = min(left, 1.0)
            await self._robot.wait(slice_s)
            self.robot_s += slice_s
            left -= slice_s
            self._context.progress(1 - left / seconds, f"waiting, {max(left, 0.0):.0f} s left")

    async def _start(self, action: str, route: Route) -> None:
        pose = (await self._context.state()).pose
        off = distance(pose.point, route.start)
        if off > self._context.body.margin_m:
            raise SkillFailed("START_OFF_ROUTE", f"the robot is {off:.2f} m away from where the verified route starts")
        await self._robot.drive(action, route)

    async def _driven(self, action: str) -> ActionReport:
        ended = await self._ended(action, "driving")
        self.driven_m += ended.driven_m
        await self._context.sync()
        return ended

    async def _is_at(self, goal: "Goal") -> bool:
        """Whether the robot stands where the goal wants it, to within the margin and a cell."""
        here = (await self._context.state()).pose.point
        tolerance = self._context.body.margin_m + self._context.world.frame.resolution
        if goal.exact is not None:
            return distance(here, goal.exact.point) <= tolerance
        centres = self._context.world.frame.centres(goal.cells)
        return bool(((centres - here) ** 2).sum(axis=1).min(initial=float("inf")) <= tolerance**2)

    async def _find(self, goal: "Goal") -> Route:
        import asyncio

        from maps import find_route

        state = await self._context.state()
        found = await asyncio.to_thread(find_route, self._context.world, self._context.body, state.pose, goal, doors=state.doors)
        if isinstance(found, NoRoute):
            raise SkillFailed(found.code, f"there is no way to {goal.subject or 'the goal'} ({found.code})")
        return found

    async def _next_action(self) -> tuple[str, ActionReport]:
        self._context.check_live()
        self._count += 1
        action = f"{self._prefix}/{self._count}"
        return action, await self._robot.report(action)

    async def _ended(self, action: str, doing: str) -> ActionReport:
        """Wait until an action has ended; each question that it answers as running is a sign of life if it got further."""
        before = (-1.0, -1.0)
        while (report := await self._robot.report(action)).status == "running":
            if (report.fraction, report.driven_m) != before:
                before = (report.fraction, report.driven_m)
                self._context.progress(report.fraction, doing)
            await self._context.check_invariants()
            await self._robot.wait(self._poll_s)
            self._context.check_live()
        self.robot_s += report.seconds
        return report


def _succeeded(report: ActionReport, doing: str) -> ActionReport:
    """The report, if it says success; otherwise the error that tells what became of the action."""
    if report.status == "succeeded":
        return report
    if report.status in ("unknown", "never_started"):
        raise RobotUnreachable(report.message or f"{doing}: the robot does not know what became of it")
    code = report.code or ("CANCELLED" if report.status == "cancelled" else "FAILED_TO_MAKE_PROGRESS")
    raise SkillFailed(code, report.message or f"{doing} {report.status}")
