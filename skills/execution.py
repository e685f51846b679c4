"""Executing one call: drive the verified route, run the function under its time limits, say how it ended as an Outcome."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from pydantic import JsonValue

from maps import Route
from skills.call import SkillCall
from skills.calling import call_function
from skills.context import Context
from skills.errors import ArgumentsInvalid, RetryWith, RobotUnreachable, SkillFailed
from skills.invariant_watch import InvariantWatch
from skills.outcome import Outcome
from skills.plan_state import PlanState
from skills.registry import SkillSet
from skills.returned import as_outcome, text_of
from skills.skill import Skill

__all__ = ["execute"]


async def execute(
    call: SkillCall,
    *,
    skills: SkillSet,
    context: Context,
    route: Route | None = None,
    on_begin: Callable[[], None] | None = None,
) -> Outcome:
    """Carry out one call and say how it ended.

    Executed again with a context of the same action prefix it takes up where it was: what the robot has finished is not repeated.

    Args:
        call: The call.
        skills: The skills there are.
        context: The guarded robot, made for this call.
        route: The route of the verdict on this step; it is driven before the function runs.
        on_begin: Called once the drive has ended and before the function runs: what it writes down tells, after a crash, whether
            the function may have done anything. An error of its own is raised, and the function does not run.

    Returns:
        The outcome. Whatever goes wrong is one: a failure with its code, a timeout, a bug in the skill, or ``uncertain`` when the
        robot does not answer.

    Raises:
        asyncio.CancelledError: It was cancelled; the robot has stopped.
    """
    skill = skills.get(call.skill)
    if skill is None:
        return Outcome(status="failed", code="UNKNOWN_SKILL", message=f"there is no skill {call.skill!r}")
    try:
        await context.sync()
        args = skill.resolve_args(call.args, context.world)
    except ArgumentsInvalid as error:
        return Outcome(status="failed", code=error.problems[0].code, message=str(error))
    except RobotUnreachable as error:
        return Outcome(status="uncertain", code="ROBOT_UNREACHABLE", message=str(error))
    return await _Execution(skill, args, context, route, on_begin).run()


class _Execution:
    """One run of one skill."""

    def __init__(
        self, skill: Skill, args: dict[str, Any], context: Context, route: Route | None, on_begin: Callable[[], None] | None
    ) -> None:
        self.skill = skill
        self.args = args
        self.context = context
        self.route = route
        self.on_begin = on_begin
        self.revision = context.world.revision
        self.started = time.monotonic()
        self.limit: asyncio.Timeout | None = None
        self.evidence: dict[str, JsonValue] = {}

    async def run(self) -> Outcome:
        """The outcome, with evidence, observations and whether the world changed."""
        try:
            before = PlanState.of(await self.context.state(), self.context.body)
            outcome = await self.attempt()
            if outcome.status in ("timed_out", "uncertain") or outcome.code == "SKILL_BUG":
                outcome = await self.stopped(outcome)
            self.context.end(f"{self.skill.name} has ended")
            await self.note_state(before, outcome)
        except asyncio.CancelledError:
            self.context.end(f"{self.skill.name} was cancelled")
            with suppress(RobotUnreachable):
                await asyncio.shield(self.context.stop())
            raise
        except RobotUnreachable as error:
            self.context.end(f"{self.skill.name} has ended")
            outcome = Outcome(status="uncertain", code="ROBOT_UNREACHABLE", message=str(error))
        learnt = self.skill.uncertain or self.context.world.revision != self.revision
        return outcome.model_copy(
            update={
                "evidence": {**self.measured(), **self.evidence, **outcome.evidence},
                "observations": (*self.context.own_observations, *outcome.observations),
                "learnt": outcome.learnt or learnt,
            }
        )

    async def attempt(self) -> Outcome:
        """Drive, say that the function begins, call it."""
        watch = InvariantWatch(self.skill, self.args, self.context.body)
        self.context.begin(self.sign_of_life, driving_refusal=self.driving_refusal(), broken=watch.broken if watch else None)
        unfinished: Outcome | None = await self.ended(self.drive())
        if unfinished is not None:
            return unfinished
        watch.arrived = True
        if self.on_begin is not None:
            self.on_begin()
        value = await self.ended(self.call(), self.skill.timeout_s)
        return self.outcome(value)

    async def ended(self, work: Awaitable[Any], limit_s: float | None = None) -> Any:
        """What the work returns; each other way it can end becomes an outcome."""
        idle, total = asyncio.timeout(self.skill.idle_timeout_s), asyncio.timeout(limit_s)
        try:
            async with idle, total:
                self.limit = idle
                return await work
        except TimeoutError as error:
            if total.expired():
                return self.timed_out(f"{self.skill.name} took longer than {self.skill.timeout_s:g} s")
            if idle.expired():
                return self.timed_out(f"{self.skill.name} gave no sign of life for {self.skill.idle_timeout_s:g} s")
            return self.bug(error)
        except SkillFailed as failure:
            return self.failed(text_of(failure.code) or "FAILED", failure.message)
        except RetryWith as retry:
            return self.failed("RETRY", retry.message)
        except RobotUnreachable as error:
            return Outcome(status="uncertain", code="ROBOT_UNREACHABLE", message=text_of(error))
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return self.bug(error)
        except Exception as error:
            return self.bug(error)
        finally:
            self.limit = None

    def sign_of_life(self) -> None:
        """Let the idle timeout begin anew, unless it has run out or the call is over."""
        if self.limit is not None and not self.limit.expired():
            self.limit.reschedule(asyncio.get_running_loop().time() + self.skill.idle_timeout_s)

    async def drive(self) -> None:
        """Drive what the parameters imply, along the verified route only."""
        parameter = self.skill.motion_parameter
        if self.route is not None:
            await self.context.drive_verified(self.route)
        elif parameter is not None and self.args[parameter.name] is not None:
            raise SkillFailed("UNVERIFIED", f"{self.skill.name} has to drive to {parameter.name} and was given no verified route")

    async def call(self) -> Any:
        """Call the function with what it is handed."""
        first: list[Any] = []
        if self.skill.injected is not None:
            first.append(self.context if self.skill.injected == "context" else self.context.robot)
        return await call_function(self.skill, first, dict(self.args))

    def driving_refusal(self) -> str | None:
        """Why this skill may not ask for routes of its own; None when it may."""
        parameter = self.skill.motion_parameter
        if self.skill.motion in ("inside", "undeclared") or (parameter is not None and self.args[parameter.name] is None):
            return None
        return f"{self.skill.name} asked for a route but does not declare that it drives by itself; write @skill(motion='inside')"

    def outcome(self, value: Any) -> Outcome:
        """What the function returned, as an outcome."""
        try:
            return as_outcome(value)
        except TypeError as error:
            return self.bug(error)

    def failed(self, code: str, why: object) -> Outcome:
        """A failure that the skill told; one that tells nothing is told so, since the planner has to go on from it."""
        return Outcome(status="failed", code=code, message=text_of(why) or f"{self.skill.name} failed and does not say why")

    def timed_out(self, message: str) -> Outcome:
        return Outcome(status="timed_out", code="TIMEOUT", message=message)

    def bug(self, error: BaseException) -> Outcome:
        """An exception that the skill did not mean; its place in the code goes into the evidence."""
        import traceback

        self.evidence["traceback"] = text_of("".join(traceback.format_exception(error))[-4000:])
        text = text_of(error)
        detail = f": {text}" if text else ""
        message = f"{self.skill.name} has a bug: {type(error).__name__}{detail[:200]}"
        return Outcome(status="failed", code="SKILL_BUG", message=message)

    async def stopped(self, outcome: Outcome) -> Outcome:
        """Tell the robot to stop and keep its evidence; without that evidence nobody knows whether it moves."""
        self.context.end(f"{self.skill.name} has ended: {outcome.message}")
        try:
            stop = await self.context.stop()
        except RobotUnreachable as error:
            message = f"{outcome.message}; and it may still move: {error}"
            return outcome.model_copy(update={"status": "uncertain", "message": message})
        self.evidence["stopped_after_s"] = round(stop.seconds, 3)
        return outcome

    async def note_state(self, before: PlanState, outcome: Outcome) -> None:
        """Note where the robot is, and what changed that no effect names (the frame rule)."""
        try:
            state = await self.context.state()
        except RobotUnreachable:
            return
        pose = state.pose
        self.evidence["pose"] = [round(pose.x, 3), round(pose.y, 3), round(pose.yaw, 4)]
        self.evidence["battery_wh"] = round(state.battery_wh, 3)
        if outcome.ok:
            unexpected = _unexpected(self.skill, self.args, before, PlanState.of(state, self.context.body))
            if unexpected:
                self.evidence["unexpected"] = list[JsonValue](unexpected)

    def measured(self) -> dict[str, JsonValue]:
        return {
            "driven_m": round(self.context.driven_m, 3),
            "seconds": round(self.context.robot_s, 3),
            "wall_s": round(time.monotonic() - self.started, 3),
        }


def _unexpected(skill: Skill, args: dict[str, Any], before: PlanState, after: PlanState) -> list[str]:
    """Differences between what the effects foretell and what is, one sentence each."""
    expected = before if skill.motion == "none" else before.moved(after.pose)
    for effect in skill.effects:
        expected = effect.apply(expected, args)
    found = []
    if sorted(expected.carrying) != sorted(after.carrying):
        found.append(f"carries {', '.join(after.carrying) or 'nothing'} instead of {', '.join(expected.carrying) or 'nothing'}")
    if expected.docked and not after.docked:
        found.append("is not docked")
    for door, state in expected.doors.items():
        now = after.doors.get(door)
        if now is not None and now != state:
            found.append(f"door {door} is {now} instead of {state}")
    return found
