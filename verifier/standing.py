"""Standing: verdicts that a change of the map provably leaves as they were, but for the revision that they speak of.

A verdict is a pure function of what was read of the world. Where every route that was asked for is known to be the same, and no
door that was looked at has changed, judging the plan anew would read the same and say the same.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from maps import Route
from maps.difference import difference, noted
from maps.evidence import Evidence
from maps.tiles import Tiles
from skills.changed import changed
from verifier.digest import digest_of
from verifier.memory import Memory
from verifier.reads import Reads
from verifier.step import Scope, Step
from verifier.verdict import Verdict

__all__ = ["STANDING", "keep", "standing"]

_MOST = 6
"""Of so many maps the verdicts on one question are kept: those that were of use last."""


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """A verdict with what it was decided by."""

    revision: str
    doors: frozenset[str]
    evidence: tuple[Evidence, ...]
    verdict: Verdict
    steps: tuple[Step, ...]
    digest: tuple[str, str]


STANDING: Memory[list[_Judged]] = Memory(8)
"""By question; ``clear`` it to measure."""


def keep(question: Hashable, reads: Reads, verdict: Verdict, steps: tuple[Step, ...], digest: tuple[str, str]) -> None:
    """Keep a verdict for when the map changes, if all that it was decided by is known."""
    world = reads.world
    if not reads.complete or world.building is not None or world.lanes is not None:
        return
    light = replace(world, grid=Tiles(world.grid.shape, world.grid.tiles, world.grid.hashes))  # without the arrays made from it
    scopes = {id(step.scope): changed(step.scope, world=light, reads=None) for step in steps}
    steps = tuple(changed(step, scope=scopes[id(step.scope)]) for step in steps)
    judged = STANDING.recall(question, list)
    judged.insert(0, _Judged(noted(world), frozenset(reads.doors), tuple(reads.evidence.values()), verdict, steps, digest))
    del judged[_MOST:]


def standing(question: Hashable, scope: Scope) -> tuple[Verdict, tuple[Step, ...]] | None:
    """The verdict and steps on this map as they were on another one; None where they might differ.

    Args:
        question: All that the verdict depends on but the map's content.
        scope: Its world is the map now.
    """
    known = STANDING.recall(question, list)
    for judged in tuple(known):
        if judged.revision != scope.world.revision and _stands(judged, scope):
            known[:] = [judged, *(other for other in known if other is not judged)]
            return _restamped(judged, scope)
    return None


def _stands(judged: _Judged, scope: Scope) -> bool:
    found = difference(judged.revision, scope.world)
    if found is None or not found.same_things or not judged.doors.isdisjoint(found.doors):
        return False
    changes = {judged.revision: found}
    for why in judged.evidence:
        from_there = changes.get(why.revision) or difference(why.revision, scope.world)
        if from_there is None or not why.stands(from_there):
            return False
        changes[why.revision] = from_there
    return True


def _restamped(judged: _Judged, scope: Scope) -> tuple[Verdict, tuple[Step, ...]]:
    """The same verdict and steps about the scope's world."""
    revision = scope.world.revision
    scopes: dict[int, Scope] = {}
    routes: dict[int, Route] = {}

    def now(route: Route) -> Route:
        if id(route) not in routes:
            routes[id(route)] = replace(route, revision=revision)
        return routes[id(route)]

    steps = []
    for step in judged.steps:
        about = scopes.setdefault(id(step.scope), changed(step.scope, plan=scope.plan, world=scope.world, reads=None))
        leg = step.leg
        if leg is not None and isinstance(leg.result, Route):
            leg = changed(leg, result=now(leg.result))
        steps.append(changed(step, scope=about, leg=leg))
    verdicts = tuple(
        each if each.route is None else each.model_copy(update={"route": now(each.route)}) for each in judged.verdict.steps
    )
    update = {"revision": revision, "plan_digest": digest_of(judged.digest, revision), "steps": verdicts}
    return judged.verdict.model_copy(update=update), tuple(steps)
