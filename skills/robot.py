"""The Robot interface: the few verbs that a body must offer. SimulatedRobot implements it; adapters for real ones do too."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from pydantic import JsonValue

from maps import Body, Change, Point, RobotState, Route, Thing

__all__ = ["ActionReport", "ActionStatus", "Robot", "Stopped", "Verb", "View"]

Verb: TypeAlias = Literal["pick", "place", "press", "open_door", "close_door", "charge", "say", "take_lift"]
"""What a body can do besides driving and looking."""

ActionStatus: TypeAlias = Literal["running", "succeeded", "failed", "cancelled", "never_started", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionReport:
    """What became of an action: the robot's own answer, which outlives the agent that asked for it.

    ``code`` is empty on success; ``driven_m`` and ``seconds`` are the robot's measurements; ``value`` is the verb's result.
    """

    action: str
    status: ActionStatus
    code: str = ""
    message: str = ""
    driven_m: float = 0.0
    seconds: float = 0.0
    fraction: float = 0.0
    value: JsonValue = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Evidence that the robot stands still: its state and how long it took, seconds."""

    state: RobotState
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a look returned: which things are seen now (with what is known of them), from where."""

    at: Point
    things: tuple[Thing, ...] = ()
    image: bytes | None = field(default=None, repr=False)


@runtime_checkable
class Robot(Protocol):
    """The verbs a body must offer.

    Every action has an id chosen by the caller *before* the robot is told, so that after a crash ``report(id)`` tells what became
    of it. ``drive`` and ``act`` return at once (started); the caller polls ``report``. Starting an id twice is the same as once.
    """

    @property
    def body(self) -> Body:
        """The body's footprint, limits and energy model."""

    async def state(self) -> RobotState:
        """Pose, battery, load and doors seen, now."""

    async def drive(self, action: str, route: Route) -> None:
        """Start driving along a verified route; the robot stops by itself when something blocks it."""

    async def act(self, action: str, verb: Verb, target: str, **options: JsonValue) -> None:
        """Start an action on a named thing, place or door, e.g. ``act(id, "pick", "red box")``."""

    async def report(self, action: str) -> ActionReport:
        """What became of an action; ``never_started`` for an id the robot has not seen."""

    async def look(self, target: str | None = None) -> View:
        """Look around, or at one thing, without moving."""

    async def stop(self) -> Stopped:
        """Stop whatever runs and return once it stands still."""

    async def changes(self, after: int) -> tuple[int, Sequence[Change]]:
        """What was sensed since sequence number ``after`` (0 = everything): the new number and the changes, in order."""

    async def wait(self, seconds: float) -> None:
        """Let robot time pass (simulated robots may run faster than the wall clock)."""
