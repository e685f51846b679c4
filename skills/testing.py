"""Testing skills without a model and without hardware: one call on a simulated robot whose time jumps."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from pydantic import JsonValue
from pydantic_core import to_jsonable_python

from maps import Body, Door, NoRoute, Place, Pose, RobotState, Thing, World, find_map, find_route, load_world, start_pose
from skills.answering import Answerer
from skills.call import SkillCall
from skills.context import Context
from skills.errors import ArgumentsInvalid
from skills.execution import execute
from skills.motion import implied_goal
from skills.observation import Observation
from skills.outcome import Outcome
from skills.registry import SkillSet, as_skill
from skills.robot import Robot
from skills.skill import Skill

__all__ = ["Trial", "run_skill", "shipped_world"]

T = TypeVar("T")


def shipped_world(name: str) -> World:
    """A map that comes with Surefoot: ``home``, ``warehouse``, ``hospital``, ``plant`` or ``factory``."""
    return load_world(find_map(name))


def run_skill(function: Skill | Callable[..., Any], world: World, **args: Any) -> Outcome:
    """Run one skill on a fresh simulated robot, as a mission would: arguments checked, implied motion driven, outcome mapped.

    Args:
        function: A function under ``@skill``, or a ``Skill``.
        world: The map.
        **args: The call's arguments: names or the places, things and doors themselves.

    Returns:
        How it ended. ``Trial`` keeps the robot for several calls.
    """
    return Trial(world).run(function, **args)


class Trial:
    """A simulated robot on a map, for running several skills one after the other in a test.

    Args:
        world: The map.
        truth: What is really there; by default the map's own ``truth/`` folder, else the map.
        start: Where the robot stands; by default the map's first dock.
        body: The body.
        robot: Another robot instead of the simulated one.
        answerer: What answers ``inspect``'s questions.
    """

    def __init__(
        self,
        world: World,
        *,
        truth: World | None = None,
        start: Pose | None = None,
        body: Body | None = None,
        robot: Robot | None = None,
        answerer: Answerer | None = None,
    ) -> None:
        from skills.robots import SimulatedRobot, VirtualClock

        self.world = world
        self.robot: Robot = robot or SimulatedRobot(
            world, truth=truth, body=body, start=start or start_pose(world), clock=VirtualClock()
        )
        self.observations: list[Observation] = []
        self.progress: list[tuple[float | None, str]] = []
        self._answerer = answerer
        self._seen = 0
        self._calls = 0

    @property
    def state(self) -> RobotState:
        """The robot's state now."""
        return _finished(self._state())

    def run(self, function: Skill | Callable[..., Any], **args: Any) -> Outcome:
        """Run one skill; see ``run_skill``.

        Raises:
            RuntimeError: An event loop runs already, as in a notebook or a coroutine: ``await trial.run_async(...)`` there.
        """
        return _finished(self.run_async(function, **args))

    async def _state(self) -> RobotState:
        return await self.robot.state()

    async def run_async(self, function: Skill | Callable[..., Any], **args: Any) -> Outcome:
        """``run`` for tests that are coroutines themselves."""
        skill = as_skill(function)
        self._calls += 1
        call = SkillCall(skill=skill.name, args={name: _argument(value) for name, value in args.items()})
        context = Context(
            self.robot,
            self.world,
            action_prefix=f"trial/{self._calls}",
            on_progress=lambda fraction, message: self.progress.append((fraction, message)),
            answerer=self._answerer,
            observations=self.observations,
            changes_seen=self._seen,
        )
        self.world = await context.sync()
        state = await context.state()
        route = None
        try:
            goal = implied_goal(skill, skill.resolve_args(call.args, self.world), self.world, context.body)
        except ArgumentsInvalid:
            goal = None
        if goal is not None:
            found = find_route(self.world, context.body, state.pose, goal, doors=state.doors)
            if isinstance(found, NoRoute):
                return Outcome(status="failed", code=found.code, message=f"there is no way to {goal.subject} ({found.code})")
            route = found
        outcome = await execute(call, skills=SkillSet([skill]), context=context, route=route)
        self.world = await context.sync()
        self._seen = context.changes_seen
        self.observations += outcome.observations
        return outcome


def _finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine comes to, where no event loop runs yet."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    coroutine.close()
    raise RuntimeError("an event loop runs already, as in a notebook: write await Trial(world).run_async(skill, ...) there")


def _argument(value: Any) -> JsonValue:
    """A call's argument as a plan would give it."""
    if isinstance(value, Place | Thing | Door):
        return value.name
    if isinstance(value, Pose):
        return [value.x, value.y, value.yaw]
    return to_jsonable_python(value)  # type: ignore[no-any-return]  # JSON by its name
