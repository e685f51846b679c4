"""Reads: what of a world a verdict was decided by, noted while a plan is judged.

Routes carry evidence of the obstacles that decided them. Beyond that only the states of doors can change without a name, a place
or a rule changing; the doors that are looked at are noted by name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from maps import Door, DoorState, NoRoute, Route, World
from maps.evidence import Evidence

__all__ = ["DoorStates", "Reads"]


@dataclass(slots=True, eq=False)
class Reads:
    """What was read.

    Attributes:
        world: The map itself; what is read of it without a note is read by maps, for routes.
        doors: Names of the doors whose state was looked at.
        evidence: That of every route asked for.
        complete: Whether that is all that the verdict was decided by.
    """

    world: World
    doors: set[str] = field(default_factory=set)
    evidence: dict[int, Evidence] = field(default_factory=dict)
    complete: bool = True

    def watched(self) -> World:
        """The same map, on which looks at doors are noted."""
        return self.world.seen_through(_Watched(self.world.doors, self.doors))

    def route(self, found: Route | NoRoute) -> None:
        """Note a route that was asked for."""
        why = found.evidence if isinstance(found, Route) else None
        if isinstance(why, Evidence):
            self.evidence[id(why)] = why
        else:
            self.complete = False


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
