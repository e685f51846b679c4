"""Routes: the one way in which the verifier asks maps for a goal and a route, each question asked once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from maps import Body, Door, DoorState, Feature, NoRoute, Place, Point, Pose, Route, Thing
from maps.arm_reach import height_of
from maps.clearance import UnknownPolicy
from verifier.memory import Memory
from verifier.step import Scope

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from maps import Goal

__all__ = ["MENDED", "ROUTES", "Target", "UnknownPolicy", "goal_now", "goal_of", "reaches", "route_to"]

TargetMotion: TypeAlias = Literal["at", "near", "seen"]

ROUTES: Memory[Route | NoRoute] = Memory(4096)
"""Routes by everything that they depend on; ``clear`` it to measure the cold case."""

MENDED: Memory[Route | NoRoute] = Memory(1024)
"""Routes that were mended, likewise."""

_GOALS: "Memory[Goal]" = Memory(1024)
_STANDING_GOALS: "Memory[list[tuple[str, Feature | None, Goal]]]" = Memory(1024)
"""Goals by all that they depend on but the map, newest first."""
_MOST_GOALS = 4
_REACHED: "Memory[npt.NDArray[np.bool_]]" = Memory(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a step wants the robot: at a place, or near, or in view of, a thing or door; or at an exact pose."""

    motion: TargetMotion
    feature: Feature | None = None
    pose: Pose | None = None

    @property
    def name(self) -> str:
        """The feature's name, or the pose's numbers."""
        if self.feature is not None:
            return self.feature.name
        assert self.pose is not None
        return f"({self.pose.x:.2f}, {self.pose.y:.2f})"

    @property
    def point(self) -> Point | None:
        """One point to measure distances from, metres."""
        if self.pose is not None:
            return self.pose.point
        if isinstance(self.feature, Thing):
            return self.feature.position
        if isinstance(self.feature, Place):
            return self.feature.centre
        if isinstance(self.feature, Door):
            (x0, y0), (x1, y1) = self.feature.segment
            return ((x0 + x1) / 2, (y0 + y1) / 2)
        return None

    @property
    def key(self) -> tuple[object, ...]:
        """What tells this target from others on the same revision of the map."""
        feature = self.feature
        at = (feature.position, height_of(feature)) if isinstance(feature, Thing) else None
        return (self.motion, type(feature).__name__, None if feature is None else feature.name, at, self.pose)


def route_to(
    scope: Scope, start: Pose, target: Target, doors: Mapping[str, DoorState], *, unknown: UnknownPolicy | None = None
) -> Route | NoRoute:
    """The route that will be driven, or why there is none.

    Args:
        scope: World and body.
        start: Where the robot is.
        target: Where it has to be.
        doors: Door states that outrank the map's, by name.
        unknown: ``blocked``, ``allowed`` or ``ask``; by default what the scope says.

    Returns:
        Found by ``maps.find_route``; remembered by everything that it depends on.
    """
    if scope.avoid:
        from verifier.detour import around

        scope.unsettled()
        kept = route_to(around(scope), start, target, doors, unknown=unknown)
        return kept.on(scope.world.revision, evidence=None) if isinstance(kept, Route) else kept
    policy = scope.unknown if unknown is None else unknown
    if not scope.body.footprint:
        start = Pose(start.x, start.y, 0.0)  # a disc's heading decides nothing, and differs after another way to the same place
    question = (scope.body, start, target.key, policy, tuple(sorted(doors.items())))
    reads = scope.reads

    def find() -> Route | NoRoute:
        from maps import find_route

        standing = None if reads is None else reads.standing(question)
        if standing is not None:
            return standing.route
        return find_route(scope.map, scope.body, start, _goal_of(scope, target), unknown=policy, doors=doors, mend=scope.mend)

    key = (scope.world.revision, *question)
    standing = reads.standing(question) if scope.mend and reads is not None else None
    if standing is not None:
        found: Route | NoRoute = standing.route
    elif scope.mend:
        known = ROUTES.known(key) or MENDED.known(key) or find()
        is_mended = isinstance(known, Route) and known.excess_m is not None
        found = (MENDED if is_mended else ROUTES).recall(key, lambda: known)
    else:
        found = ROUTES.recall(key, find)
    if reads is not None:
        reads.route(question, found, scope.body, target, lambda: _goal_of(scope, target))
    return found


def goal_of(scope: Scope, target: Target) -> "Goal":
    """The cells from which a target is served."""
    scope.unsettled()
    return _goal_of(scope, target)


def goal_now(scope: Scope, body: Body, target: Target) -> "Goal":
    """The cells from which a target is served by a body; not noted as looked at."""
    return _goal_of(scope.of(body), target)


def _goal_of(scope: Scope, target: Target) -> "Goal":
    from maps import goal_at, goal_door, goal_near, goal_pose, goal_seen

    world, body, feature = scope.map, scope.body, target.feature

    def find() -> "Goal":
        if target.pose is not None:
            return goal_pose(world, target.pose)
        if isinstance(feature, Door):
            return goal_door(world, feature, body)
        if isinstance(feature, Thing):
            return goal_seen(world, feature, body) if target.motion == "seen" else goal_near(world, feature, body)
        assert isinstance(feature, Place)
        return goal_at(world, feature, body)

    return _GOALS.recall((world.revision, body, target.key), lambda: _standing_goal(scope, target, find))


def _standing_goal(scope: Scope, target: Target, find: "Callable[[], Goal]") -> "Goal":
    """A goal found on another revision of the map, where nothing has changed around it; else it is found anew."""
    from maps.difference import difference, noted

    world = scope.map
    known = _STANDING_GOALS.recall((world.frame, scope.body, target.key), list)
    for revision, feature, goal in tuple(known):
        if feature == target.feature and (changes := difference(revision, world)) is not None:
            if goal.within is None or not changes.near(goal.within):
                return goal
    goal = find()
    known.insert(0, (noted(world), target.feature, goal))
    del known[_MOST_GOALS:]
    return goal


def reaches(scope: Scope, start: Pose, target: Target, doors: Mapping[str, DoorState], *, unknown: UnknownPolicy) -> bool:
    """Whether there is any route at all, told by component labels and, where they leave it open, by exact gaps."""
    from maps import can_reach, reachable
    from maps.clearance import are_known
    from maps.huge import is_huge
    from maps.pocket import is_shut_in

    def find() -> "npt.NDArray[np.bool_]":
        return reachable(scope.map, scope.body, start, unknown=unknown, doors=doors)

    goal = goal_of(scope, target)
    if len(goal.cells) == 0:
        return False
    if is_huge(scope.world.frame.shape):  # its labels are kept, and asked for a few cells only
        if not are_known(scope.map, unknown=unknown, doors=doors):  # gigabytes, for which a room without a door is no reason
            if is_shut_in(scope.map, scope.body, start, goal, unknown=unknown, doors=doors):
                return False
        return can_reach(scope.world, scope.body, start, goal, unknown=unknown, doors=doors)
    here = _REACHED.recall((scope.world.revision, scope.body, start, unknown, tuple(sorted(doors.items()))), find)
    rows, columns = goal.cells[:, 0], goal.cells[:, 1]
    if goal.exact is None and here[rows, columns].any():
        return True
    return can_reach(scope.map, scope.body, start, goal, unknown=unknown, doors=doors)
