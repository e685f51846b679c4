"""Standing: what a change of the map provably leaves of a verdict as it was, but for the revision that it speaks of.

A verdict is a pure function of what was read of the world. Where every route that was asked for is known to be the same, and no
door that was looked at has changed, judging the plan anew would read the same and say the same. The same holds for its first steps:
up to the first one that may have read something else they are taken over, and only the rest of the plan is walked anew, with those
of its routes that are known to be the same.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

from maps import Route
from maps.difference import noted, tiles_apart
from maps.huge.size import is_large
from maps.polygon import line_cells
from maps.tiles import Tiles
from skills.changed import changed
from verifier.digest import digest_of
from verifier.judged import Changes, Judged, Walked
from verifier.later import Later
from verifier.memory import Memory
from verifier.reads import Asked, Reads
from verifier.rehearsal import rehearse
from verifier.step import Scope, Step
from verifier.verdict import Verdict, with_values

__all__ = [
    "STANDING",
    "Changes",
    "Judged",
    "Nearest",
    "Resumed",
    "Walked",
    "digest_known",
    "keep",
    "nearest",
    "standing",
]

_MOST = 6
"""Of so many maps the verdicts on one question are kept: those that were of use last."""
_MOST_COMPARED = 4
"""Of so many at most, on maps that differ least, it is looked whether they stand as they are."""
_MOST_COUNTED = 2
"""Of so many it is looked how many steps stand."""
_MOST_DOORS = 512
"""Of so many the cells are worked out before they shut."""


STANDING: Memory[list[Judged]] = Memory(8)
"""By question; ``clear`` it to measure."""


class Resumed:
    """The first steps of a plan, judged on another map and the same on this one.

    Attributes:
        walked: What was found in them; ``last`` is the situation after the last one.
        digest: What ``digest_parts`` gave.
    """

    def __init__(self, judged: Judged, count: int, changes: Changes) -> None:
        """Take over so many parts: the one before the first step, and the first steps."""
        self._parts, self._steps, self._changes = judged.parts[:count], judged.steps[: count - 1], changes
        self._later = {question: asked for part in judged.parts[count:] for question, asked in part.asked}
        last = judged.steps[count - 1].before if count <= len(judged.steps) else judged.walked.last
        self.walked = Walked(judged.walked.about_plan, judged.walked.by_step[: count - 1], last)
        self.digest = judged.digest
        self._routes: dict[Hashable, Asked | None] = {}

    def steps(self, scope: Scope) -> list[Step]:
        """The steps as steps of a scope, whose reads are told what was read for them."""
        if scope.reads is not None:
            scope.reads.parts[:] = self._parts
        return _Now(scope).steps(self._steps)

    def route(self, question: Hashable) -> Asked | None:
        """A route of the later steps, where it is sure to be the same."""
        if question not in self._routes:
            asked = self._later.get(question)
            same = asked is not None and self._changes.stands(asked)
            self._routes[question] = None
            if same and asked is not None:
                route = replace(asked.route, revision=self._changes.revision)
                self._routes[question] = replace(asked, route=route, goal=self._changes.goal(asked))
        return self._routes[question]


class _Now:
    """Steps and routes of another revision, as they are on a scope's map."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._scopes: dict[int, Scope] = {}
        self._routes: dict[int, Route] = {}

    def route(self, route: Route) -> Route:
        """The same route on the map now."""
        if id(route) not in self._routes:
            self._routes[id(route)] = route.on(self._scope.world.revision)
        return self._routes[id(route)]

    def steps(self, steps: Iterable[Step]) -> list[Step]:
        """The same steps on the map now."""
        return [self._step(step) for step in steps]

    def _step(self, step: Step) -> Step:
        now, leg = self._scope, step.leg
        about = self._scopes.get(id(step.scope))
        if about is None:
            about = self._scopes[id(step.scope)] = changed(step.scope, plan=now.plan, world=now.world, reads=now.reads)
        if leg is not None and isinstance(leg.result, Route):
            leg = changed(leg, result=self.route(leg.result))
        return changed(step, scope=about, leg=leg)


def keep(
    question: Hashable, reads: Reads, verdict: Verdict, steps: tuple[Step, ...], walked: Walked | None, digest: tuple[str, str]
) -> None:
    """Keep a verdict for when the map changes, as far as all that it was decided by is known.

    Args:
        question: All that the verdict depends on but the map's content.
        reads: What of the map was read.
        verdict: The verdict.
        steps: The simulated steps behind it.
        walked: What was found in them; None where the plan was not walked through.
        digest: What ``digest_parts`` gave.
    """
    world, parts = reads.world, tuple(reads.parts)
    if walked is None or len(parts) < 2 or not parts[0].complete or world.building is not None or world.lanes is not None:
        return
    light = replace(world, grid=Tiles(world.grid.shape, world.grid.tiles, world.grid.hashes))  # without the arrays made from it
    scopes = {
        id(scope): changed(scope, world=light, reads=None) for scope in {id(step.scope): step.scope for step in steps}.values()
    }
    steps = tuple([changed(step, scope=scopes[id(step.scope)]) for step in steps])
    judged = STANDING.recall(question, list)
    others = [other for other in judged if other.revision != world.revision]
    newest = Judged(noted(world), parts, verdict, steps, walked, digest)
    if newest.complete and is_large(world.frame.shape):  # looked at now, so that nobody waits for it when the map has changed
        newest.routes  # noqa: B018
        for door in islice(world.doors.values(), _MOST_DOORS):
            line_cells(world.frame, door.segment)
        rehearse(world, (pair for part in parts for pair in part.asked))
    judged[:] = [newest, *others[: _MOST - 1]]


def digest_known(question: Hashable) -> tuple[str, str] | None:
    """What ``digest_parts`` gave for a question, if a verdict on any map is kept: it says nothing of the map."""
    return next((judged.digest for judged in STANDING.recall(question, list)), None)


def standing(question: Hashable, scope: Scope) -> tuple[Verdict, Sequence[Step]] | Resumed | None:
    """What is known of the verdict from other maps.

    Args:
        question: All that the verdict depends on but the map's content.
        scope: Its world is the map now.

    Returns:
        The verdict and steps on this map as they were on another one; or those first steps of another one, as many as there are,
        that are the same on this map; None where not even what comes before the first step is known to be the same.
    """
    every = nearest(question, scope)
    same = next((near for near in every if near.is_near and near.is_same), None)
    if same is not None:
        return same.restamped()
    best = max(every[:_MOST_COUNTED], key=lambda near: near.count, default=None)
    return None if best is None else best.resumed()


class Nearest:
    """A verdict on another map, with how that map differs from the scope's.

    Attributes:
        judged: The verdict and what it was decided by.
        is_near: Whether no other map differs less: only there it pays to look whether it stands as it is.
        scope: What is asked now.
    """

    def __init__(self, judged: Judged, scope: Scope, known: list[Judged], is_near: bool) -> None:
        """``known`` are all verdicts on the question; those of use come first."""
        self.judged, self.scope, self._known, self.is_near = judged, scope, known, is_near

    @cached_property
    def changes(self) -> Changes:
        """How the maps differ."""
        return Changes(self.judged, self.scope)

    @cached_property
    def is_same(self) -> bool:
        """Whether it surely stands."""
        return self.changes.all_stand

    def used(self) -> None:
        """Let it be the last that is forgotten."""
        self._known[:] = [self.judged, *(other for other in self._known if other is not self.judged)]

    @cached_property
    def count(self) -> int:
        """So many of its parts stand, from the first on."""
        return self.changes.standing(self.judged.parts)

    def restamped(self) -> tuple[Verdict, Sequence[Step]]:
        """The same verdict and steps about the scope's world."""
        self.used()
        return _restamped(self.judged, self.scope)

    def resumed(self) -> Resumed | None:
        """Its first steps, as many as there are that are the same on this map."""
        self.used()
        return Resumed(self.judged, min(self.count, len(self.judged.steps) + 1), self.changes) if self.count > 0 else None


def nearest(question: Hashable, scope: Scope) -> list[Nearest]:
    """The verdicts on other maps, those first whose maps differ least from the scope's.

    Args:
        question: All that the verdict depends on but the map's content.
        scope: Its world is the map now.
    """
    known = STANDING.recall(question, list)
    apart = [(tiles_apart(judged.revision, scope.world), judged) for judged in known if judged.revision != scope.world.revision]
    every = sorted(((count, judged) for count, judged in apart if count is not None), key=lambda pair: pair[0])
    most = every[0][0] if every else 0
    return [
        Nearest(judged, scope, known, count == most and number < _MOST_COMPARED) for number, (count, judged) in enumerate(every)
    ]


def _restamped(judged: Judged, scope: Scope) -> tuple[Verdict, Sequence[Step]]:
    """The same verdict and steps about the scope's world."""
    now = _Now(scope)
    verdicts = tuple(
        each if each.route is None else with_values(each, {"route": now.route(each.route)}) for each in judged.verdict.steps
    )
    revision = scope.world.revision
    update = {"revision": revision, "plan_digest": digest_of(judged.digest, revision), "steps": verdicts}
    return judged.verdict.model_copy(update=update), Later(lambda: tuple(now.steps(judged.steps)))
