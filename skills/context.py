"""Context: the guarded robot that a skill is handed. It names actions, asks before driving, keeps the world current."""

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from pydantic import JsonValue

from maps import Body, Change, RobotState, Route, Thing, World
from skills.actions import Actions
from skills.answering import Answerer, AttributeAnswerer, Sight
from skills.errors import SkillFailed
from skills.laden import laden
from skills.observation import Observation, ObservationKind
from skills.robot import ActionReport, Robot, Stopped, Verb, View

if TYPE_CHECKING:
    import asyncio

    from maps import Goal

__all__ = ["Authorise", "Context", "OnChanges", "OnProgress"]

T = TypeVar("T")

Authorise: TypeAlias = Callable[[Route], bool | Awaitable[bool]]
"""Asked before every route that a skill drives by itself; False refuses it."""

OnProgress: TypeAlias = Callable[[float | None, str], None]
"""Told how far a skill is, 0 to 1 (None: not known), and what it is doing."""

OnChanges: TypeAlias = Callable[[int, Sequence[Change], World], None]
"""Told the new sequence number, the changes that the robot sensed since the last one, and the world with them applied."""


class Context:
    """What a skill function does to the robot goes through here.

    Every action gets the id ``<action_prefix>/<number>``, counted in the order of the calls. A call that is executed again with the
    same prefix (after a crash) therefore asks for the same ids: an action that has ended is not repeated, one that still runs is
    waited for.

    Args:
        robot: The robot.
        world: What is known now.
        action_prefix: Unique for this call, e.g. ``<mission>/<revision>/<step>``.
        on_progress: Told of progress.
        on_changes: Told of what was sensed.
        authorise: Asked before each route that a skill drives by itself; without it a route must have been found on the current
            world with the clearance that the body and its load need.
        answerer: Answers questions about things in view; from their attributes without one.
        observations: What was observed earlier in the mission, for ``report`` and ``say``.
        changes_seen: Sequence number of the last change that ``world`` holds already.
        poll_s: Robot time between two questions about a running action, seconds.
    """

    def __init__(
        self,
        robot: Robot,
        world: World,
        *,
        action_prefix: str = "call",
        on_progress: OnProgress | None = None,
        on_changes: OnChanges | None = None,
        authorise: Authorise | None = None,
        answerer: Answerer | None = None,
        observations: Iterable[str] = (),
        changes_seen: int = 0,
        poll_s: float = 0.2,
    ) -> None:
        self._robot = robot
        self._world = world
        self._prefix = action_prefix
        self._on_progress = on_progress
        self._on_changes = on_changes
        self._authorise = authorise
        self._answerer: Answerer = answerer or AttributeAnswerer()
        self._earlier = tuple(map(Observation.of, observations))
        self._observed: list[Observation] = []
        self._changes_seen = changes_seen
        self._actions = Actions(self, robot, action_prefix, poll_s)
        self._refusal: str | None = None
        self._driving_refusal: str | None = None
        self._sign_of_life: Callable[[], None] | None = None
        self._broken: Callable[[RobotState], str | None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._carrying: tuple[str, ...] = ()

    @property
    def robot(self) -> Robot:
        """The robot, guarded: each route it is given to drive has to be authorised."""
        from skills.guard import GuardedRobot

        return GuardedRobot(self)

    @property
    def body(self) -> Body:
        """The robot's body with what it carried when its state was last read (``state``, any drive or act)."""
        return laden(self._robot.body, self._carrying, self._world)

    @property
    def world(self) -> World:
        """What is known now, with everything that was sensed up to the last ``sync``."""
        return self._world

    @property
    def observations(self) -> tuple[Observation, ...]:
        """What was observed in this mission, this call's last."""
        return (*self._earlier, *self._observed)

    @property
    def own_observations(self) -> tuple[Observation, ...]:
        """What was observed in this call."""
        return tuple(self._observed)

    @property
    def driven_m(self) -> float:
        """Distance driven in this call, metres, by the robot's measure."""
        return self._actions.driven_m

    @property
    def robot_s(self) -> float:
        """Time that this call's actions took, seconds, by the robot's measure."""
        return self._actions.robot_s

    @property
    def changes_seen(self) -> int:
        """Sequence number of the last change that the world holds."""
        return self._changes_seen

    async def state(self) -> RobotState:
        """Pose, battery, load and doors seen, now."""
        state = await self._robot.state()
        self._carrying = state.carrying
        return state

    async def drive(self, route: Route) -> ActionReport:
        """Drive along a route once it is authorised, and wait for the end.

        Raises:
            SkillFailed: It was not authorised, or the robot stopped on the way; the code says why.
        """
        return await self._actions.drive(route, verified=False)

    async def drive_to(self, goal: "Goal") -> ActionReport:
        """Find the shortest route to a goal on the current world, have it authorised, drive it.

        When a call is taken up again after a crash, a drive that has ended already and led elsewhere is passed over.

        Raises:
            SkillFailed: There is no route (its code says what blocks), it was not authorised, or the robot stopped on the way.
        """
        return await self._actions.drive_to(goal)

    async def drive_verified(self, route: Route) -> ActionReport:
        """Drive the route of the verdict. For the runtime: a skill function calls ``drive``."""
        return await self._actions.drive(route, verified=True)

    async def act(self, verb: Verb, target: str, **options: JsonValue) -> ActionReport:
        """Have the robot do something besides driving, and wait for the end.

        Raises:
            SkillFailed: It failed, with the robot's code.
        """
        return await self._actions.act(verb, target, **options)

    async def look_at(self, thing: Thing) -> Sight:
        """Look at one thing from here.

        Raises:
            SkillFailed: It cannot be seen from here (NOT_VISIBLE).
        """
        self.check_live()
        view = await self._robot.look(thing.name)
        await self.sync()
        for seen in view.things:
            if seen.name == thing.name:
                return Sight(seen, view, self._answerer)
        raise SkillFailed("NOT_VISIBLE", f"{thing.name!r} cannot be seen from ({view.at[0]:.2f}, {view.at[1]:.2f})")

    async def look_around(self) -> View:
        """See what can be seen from here; the world knows of it afterwards."""
        self.check_live()
        view = await self._robot.look()
        await self.sync()
        return view

    async def say(self, text: str) -> None:
        """Say a sentence to the people around."""
        await self.act("say", text)

    async def wait(self, seconds: float) -> None:
        """Let robot time pass, in slices, with progress."""
        await self._actions.wait(seconds)

    async def stop(self) -> Stopped:
        """Stop whatever runs and return once the robot stands still."""
        return await self._robot.stop()

    async def sync(self) -> World:
        """Take in what the robot has sensed since the last time; returns the world with it."""
        number, changes = await self._robot.changes(self._changes_seen)
        if number != self._changes_seen or changes:
            self._changes_seen = number
            if changes:
                self._world = self._world.apply(*changes)
            if self._on_changes is not None:
                self._on_changes(number, changes, self._world)
        return self._world

    def progress(self, fraction: float | None = None, message: str = "") -> None:
        """Tell how far the skill is, 0 to 1; a sign of life that restarts the idle timeout."""
        self.check_live()
        if self._sign_of_life is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._sign_of_life)
        if self._on_progress is not None:
            self._on_progress(None if fraction is None else min(max(fraction, 0.0), 1.0), message)

    def observe(self, sentence: str, kind: ObservationKind = "seen") -> None:
        """Note something learnt, for the report and for replanning.

        Args:
            sentence: In words; ``say`` without words says what was seen.
            kind: Whether it was ``seen``, ``done`` or ``heard``.
        """
        self.check_live()
        self._observed.append(Observation(sentence, kind))

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """For skills that are plain ``def``: run one of this context's coroutines from their thread and wait for it."""
        if self._loop is None:
            coroutine.close()
            raise RuntimeError("context.run() is for plain def skills while they are executed; in async def write await")
        import asyncio

        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def begin(
        self,
        sign_of_life: Callable[[], None] | None = None,
        *,
        driving_refusal: str | None = None,
        broken: Callable[[RobotState], str | None] | None = None,
    ) -> None:
        """For the runtime: start a call.

        Args:
            sign_of_life: Called at each progress.
            driving_refusal: Routes that the skill asks for are refused with that sentence.
            broken: Says which invariant does not hold in a state, as a sentence; asked as long as the call runs.
        """
        import asyncio

        self._loop = asyncio.get_running_loop()
        self._sign_of_life = sign_of_life
        self._broken = broken
        self._driving_refusal = driving_refusal

    def end(self, reason: str) -> None:
        """For the runtime: the call is over; whatever still runs of it is refused everything from now on."""
        self._refusal = reason
        self._sign_of_life = None

    async def check_invariants(self) -> None:
        """Look whether what the skill needs all the time still holds.

        Raises:
            SkillFailed: It does not (INVARIANT); the robot has stopped.
        """
        if self._broken is None:
            return
        sentence = self._broken(await self.state())
        if sentence is not None:
            await self._robot.stop()
            raise SkillFailed("INVARIANT", sentence)

    async def authorised(self, route: Route) -> None:
        """Ask whether a route may be driven.

        Raises:
            SkillFailed: It may not (NOT_AUTHORISED).
        """
        if self._driving_refusal is not None:
            raise SkillFailed("NOT_AUTHORISED", self._driving_refusal)
        await self.state()
        if self._authorise is not None:
            answer = self._authorise(route)
            allowed = await answer if inspect.isawaitable(answer) else answer
        else:
            allowed = route.revision == self._world.revision and route.keeps(self.body)
        if not allowed:
            end = route.points[-1]
            raise SkillFailed("NOT_AUTHORISED", f"the route to ({end[0]:.2f}, {end[1]:.2f}) was not authorised")

    def check_live(self) -> None:
        """Raise ``SkillFailed`` (CANCELLED) once the call is over."""
        if self._refusal is not None:
            raise SkillFailed("CANCELLED", self._refusal)
