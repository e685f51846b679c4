"""Reads: what of a world a verdict was decided by, noted while a plan is judged.

Routes carry evidence of the obstacles that decided them. Beyond that only the states of doors can change without a name, a place
or a rule changing; the doors that are looked at are noted by name. What is read is noted step by step, so that after a change of
the map judging can go on from the first step that may have read something else.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from maps import Body, Door, DoorState, NoRoute, Route, World
from maps.evidence import Evidence

if TYPE_CHECKING:
    from maps import Goal
    from verifier.routes import Target

__all__ = ["Asked", "DoorStates", "Part", "Reads"]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A route that was asked for, with the body and the target, and where it might end."""

    route: Route
    body: Body
    target: "Target"
    goal: "Goal"

    @property
    def evidence(self) -> Evidence:
        """What the route was decided by."""
        why = self.route.evidence
        assert isinstance(why, Evidence)
        return why


_ASKED: dict[int, Asked] = {}
"""By a route's identity, so that where it might end is looked up once: routes are remembered for one revision of the map each."""
_MOST = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one part of the judging read: all before the first step, a step, or all after the last one.

    Attributes:
        doors: Names of the doors whose state was looked at.
        asked: The questions for routes, with what is known of the answers.
        complete: Whether that is all that it was decided by, beside what the parts before it have read.
    """

    doors: frozenset[str] = frozenset()
    asked: tuple[tuple[Hashable, Asked], ...] = ()
    complete: bool = True


@dataclass(slots=True, eq=False)
class Reads:
    """What was read.

    Attributes:
        world: The map itself; what is read of it without a note is read by maps, for routes.
        doors: Names of the doors whose state was looked at since the last part ended.
        asked: Likewise the questions for routes, with what is known of the answers.
        complete: Whether that is all that this part of the verdict was decided by.
        parts: The parts that have ended.
        standing: Answers a question by a route that is known to be the same on this map, if there is one.
    """

    world: World
    doors: set[str] = field(default_factory=set)
    asked: list[tuple[Hashable, Asked]] = field(default_factory=list)
    complete: bool = True
    parts: list[Part] = field(default_factory=list)
    standing: Callable[[Hashable], Asked | None] = lambda question: None

    def end_part(self) -> None:
        """Begin the next part."""
        self.parts.append(Part(frozenset(self.doors), tuple(self.asked), self.complete))
        if self.doors:
            self.doors.clear()
        self.asked.clear()
        self.complete = True

    def watched(self) -> World:
        """The same map, on which looks at doors are noted."""
        return self.world.seen_through(_Watched(self.world.doors, self.doors))

    def route(self, question: Hashable, found: Route | NoRoute, body: Body, target: "Target", goal: "Callable[[], Goal]") -> None:
        """Note a route that was asked for, and where it might end."""
        if not isinstance(found, Route) or not isinstance(found.evidence, Evidence):
            self.complete = False
            return
        asked = _ASKED.get(id(found))
        if asked is None or asked.route is not found or asked.body != body or asked.target != target:
            known = self.standing(question)
            if len(_ASKED) >= _MOST:
                _ASKED.clear()
            asked = _ASKED[id(found)] = Asked(found, body, target, goal() if known is None else known.goal)
        self.asked.append((question, asked))


class _Watched(Mapping[str, Door]):
    """Doors by name; who takes one out is noted."""

    def __init__(self, doors: Mapping[str, Door], seen: set[str]) -> None:
        self._doors, self._seen = doors, seen

    def __getitem__(self, name: str) -> Door:
        door = self._doors[name]
        self._seen.add(name)
        return door

    def __contains__(self, name: object) -> bool:
        return name in self._doors

    def __iter__(self) -> Iterator[str]:
        return iter(self._doors)

    def __len__(self) -> int:
        return len(self._doors)


class DoorStates(Mapping[str, DoorState]):
    """The map's door states by name, each looked up when it is asked for."""

    def __init__(self, world: World) -> None:
        self._doors = world.doors

    def __getitem__(self, name: str) -> DoorState:
        return self._doors[name].state

    def __iter__(self) -> Iterator[str]:
        return iter(self._doors)

    def __len__(self) -> int:
        return len(self._doors)
