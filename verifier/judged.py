"""Judged: a verdict with what it was decided by, and how the map of one differs from another map.

A verdict is a pure function of what was read of the world. Where every route that was asked for is known to be the same, and no
door that was looked at has changed, judging the plan anew would read the same and say the same.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from maps import evidence
from maps.difference import Difference, difference
from maps.least_lengths import Lengths
from maps.marked import joined, meets
from verifier.finding import Finding
from verifier.reads import Asked, Part
from verifier.routes import goal_now
from verifier.step import Scope, Situation, Step
from verifier.verdict import Verdict

if TYPE_CHECKING:
    from maps import Goal

__all__ = ["Changes", "Judged", "Walked"]


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """What walking through a plan found, before house rules and explanations.

    Attributes:
        about_plan: Findings about the plan as a whole.
        by_step: Findings about each step.
        last: The situation after the last step.
    """

    about_plan: tuple[Finding, ...]
    by_step: tuple[tuple[Finding, ...], ...]
    last: Situation


@dataclass(frozen=True, eq=False)
class Judged:
    """A verdict with what it was decided by: a part before the walk, one for each step and one for what comes after."""

    revision: str
    parts: tuple[Part, ...]
    verdict: Verdict
    steps: tuple[Step, ...]
    walked: Walked
    digest: tuple[str, str]

    @cached_property
    def complete(self) -> bool:
        """Whether all that it was decided by is known."""
        return all(part.complete for part in self.parts)

    @cached_property
    def doors(self) -> frozenset[str]:
        """All doors whose state was looked at."""
        return frozenset().union(*(part.doors for part in self.parts))

    @cached_property
    def remarks(self) -> dict[str, bool]:
        """What others have found out about it, so that it is found out once."""
        return {}

    @cached_property
    def routes(self) -> tuple["Routes", ...]:
        """All routes that were asked for, by what they are compared with."""
        groups: dict[Hashable, dict[int, Asked]] = {}
        for part in self.parts:
            for _, asked in part.asked:
                why = asked.evidence
                groups.setdefault((why.revision, why.unknown_blocks, *sorted(why.doors.items())), {})[id(asked)] = asked
        return tuple(Routes(tuple(group.values())) for group in groups.values())


class Routes:
    """Routes that are compared with the same map.

    Attributes:
        every: The routes, with what the evidence of each marks.
        drawn: What any of them marks.
        lengths: Their least lengths through what goes.
    """

    def __init__(self, every: tuple[Asked, ...]) -> None:
        self.every = tuple((asked, asked.evidence.drawn) for asked in every)
        self.drawn = joined([drawn for _, drawn in self.every])
        self.lengths = Lengths([asked.evidence for asked in every])


class Changes:
    """How the map of a verdict differs from another one, and what of the verdict that leaves as it was."""

    def __init__(self, judged: Judged, scope: Scope) -> None:
        world = scope.world
        self.revision = world.revision
        self._judged, self._scope, self._world = judged, scope, world
        self._here = difference(judged.revision, world)
        self._from: dict[str, Difference | None] = {judged.revision: self._here}
        self._known: dict[int, bool] = {}

    def stands(self, asked: Asked) -> bool:
        """Whether a route and where it might end are surely the same."""
        known = self._known.get(id(asked))
        if known is None:
            known = self._known[id(asked)] = self._is_same(asked)
        return known

    def _is_same(self, asked: Asked) -> bool:
        if self._here is None or not self.ends_alike(asked):
            return False
        found = self._since(asked)
        return found is not None and asked.evidence.stands(found)

    def _since(self, asked: Asked) -> Difference | None:
        """How the map differs from the one that a route was found on."""
        revision = asked.evidence.revision
        if revision not in self._from:
            self._from[revision] = difference(revision, self._world)
        return self._from[revision]

    @property
    def reads_alike(self) -> bool:
        """Whether all but routes that the verdict was decided by is known, and surely the same."""
        here = self._here
        return here is not None and here.same_things and self._judged.complete and self._judged.doors.isdisjoint(here.doors)

    @cached_property
    def fallen(self) -> set[int] | None:
        """Which routes may not be the same, by identity; None where it is not known how the maps differ."""
        found: set[int] = set()
        for routes in self._judged.routes:
            asked = routes.every[0][0]
            since, why = self._since(asked), asked.evidence
            if since is None:
                return None
            blocks = since.blocks(evidence.BLOCK, why.unknown_blocks, why.doors)
            met, shorter = meets(routes.drawn, *blocks), routes.lengths.may_be_shorter(since)
            for (asked, mine), may_be_shorter in zip(routes.every, shorter, strict=True):
                if (
                    may_be_shorter
                    or (met and meets(mine, *blocks))
                    or (asked.goal.within is not None and not self.ends_alike(asked))
                ):
                    found.add(id(asked))
        return found

    @property
    def all_stand(self) -> bool:
        """Whether the verdict surely stands."""
        return self.reads_alike and self.fallen == set()

    def ends_alike(self, asked: Asked) -> bool:
        """Whether where a route may end is surely of no concern to it."""
        now = self.goal(asked)
        row, col = asked.evidence.cells[-1].tolist()
        return now is asked.goal or now.offers_no_more_than(asked.goal, (row, col))

    def goal(self, asked: Asked) -> "Goal":
        """Where a route may end now."""
        if asked.goal.within is None or (self._here is not None and not self._here.near(asked.goal.within)):
            return asked.goal
        return goal_now(self._scope, asked.body, asked.target)

    def standing(self, parts: tuple[Part, ...]) -> int:
        """How many parts, from the first on, surely read the same."""
        if self._here is None or not self._here.same_things:
            return 0
        for count, part in enumerate(parts):
            if (
                not part.complete
                or not part.doors.isdisjoint(self._here.doors)
                or not all(self.stands(asked) for _, asked in part.asked)
            ):
                return count
        return len(parts)
