"""Stray deeds: what a robot did that nobody asked for. A mission that reached its goal and also emptied the fridge is not done."""

from collections.abc import Collection, Iterator

from agent.evaluation.condition import Condition
from agent.evaluation.trace import Deed, Trace, inside
from skills.matching import matches

__all__ = ["stray_deeds"]

_COUNTED = ("say", "wait", "ask", "dock")
"""Skills that may be used as often as the goal speaks of them, and no more often."""


def stray_deeds(goal: Condition | None, trace: Trace, allow: Collection[str] = ()) -> Iterator[str]:
    """Sentences about deeds that the goal does not account for.

    Free are: reporting; opening a door that is then driven through; stopping where the goal, one of its things or one of its
    doors is, and exploring there; looking at the goal's things, and searching for them; searching at large when the goal is to
    find something.

    Args:
        goal: The goal; None allows nothing but driving, looking and reporting.
        trace: What happened.
        allow: Skills (``wait``) or skills with a name (``inspect oven``) that are free in this mission.
    """
    scope = _Scope(goal, trace)
    for number, deed in enumerate(trace.deeds):
        skill = deed.call.skill
        names = {str(value) for value in deed.call.args.values() if isinstance(value, str)}
        if skill == "report" or skill in allow or any(f"{skill} {name}" in allow for name in names):
            continue
        if not scope.accounts_for(deed, number):
            yield f"nobody asked for {deed.call}"


class _Scope:
    """What a goal speaks of."""

    def __init__(self, goal: Condition | None, trace: Trace) -> None:
        self.trace = trace
        self.goal = goal
        named = [] if goal is None else list(goal.named())
        self.things = {name for kind, name in named if kind == "thing"}
        self.doors = {name for kind, name in named if kind == "door"}
        self.places = {name for kind, name in named if kind == "place"} | self._beside()
        self.parts = [] if goal is None else list(goal.walk())
        self.keys = {part.key for part in self.parts}
        self.left = {skill: _wanted(goal, skill) for skill in _COUNTED}
        if self.keys & {"visit", "ends"} and any(trace.before.places[name].is_dock for name in self.places):
            self.left["dock"] += 1  # "go back to the dock" may be meant, and understood, as charging

    def _beside(self) -> set[str]:
        """Where the goal's things are said to be and are, and what its doors join."""
        worlds = (self.trace.known, self.trace.before, self.trace.after)
        things = (world.things[name] for world in worlds for name in self.things if name in world.things)
        doors = (world.doors[name] for world in worlds for name in self.doors if name in world.doors)
        return {thing.place for thing in things if thing.place} | {name for door in doors for name in door.between}

    def accounts_for(self, deed: Deed, number: int) -> bool:
        skill = deed.call.skill
        if skill in _COUNTED:
            self.left[skill] -= 1
            return self.left[skill] >= 0
        if skill == "goto":
            return self.goal is None or bool(self.keys & {"find", "look_in"}) or self._stops_well(deed)
        if skill == "inspect":
            return self.goal is None or self._thing(deed) in self.things
        if skill in ("search", "explore"):
            return self.goal is None or bool(self.keys & {"find", "look_in"}) or self._searches(deed)
        if skill in ("pick", "place"):
            return {*deed.carried, *deed.carries} - ({*deed.carried} & {*deed.carries}) <= self._handled()
        if skill == "open_door":
            return self._opens(deed, number)
        return any(part.call is not None and part.call.skill == skill for part in self.parts)

    def _stops_well(self, deed: Deed) -> bool:
        return any(inside(self.trace.before.places[name], deed.at) for name in self.places if name in self.trace.before.places)

    def _thing(self, deed: Deed) -> str:
        named = str(deed.call.args.get("thing", ""))
        return self.trace.known.resolve("thing", named) or self.trace.after.resolve("thing", named) or named

    def _searches(self, deed: Deed) -> bool:
        """Whether it looks for one of the goal's things, or at what was never seen where the goal leads."""
        if deed.call.skill == "explore":
            named = str(deed.call.args.get("place", ""))
            return (self.trace.known.resolve("place", named) or named) in self.places
        what = str(deed.call.args.get("what", ""))
        known = (
            world.things[name] for world in (self.trace.known, self.trace.before) for name in self.things if name in world.things
        )
        return any(matches(what, thing) for thing in known)

    def _handled(self) -> set[str]:
        """Things that the goal has moved."""
        found = set()
        for part in self.parts:
            found |= {*(part.pick or ()), *(part.lies or ()), *(part.holds or ()), *(() if part.put is None else part.put.thing)}
        return found

    def _opens(self, deed: Deed, number: int) -> bool:
        named = str(deed.call.args.get("door", ""))
        door = self.trace.known.resolve("door", named) or named
        later = self.trace.deeds[number:]
        return door in self.doors or any(door in after.doors for after in later)


def _wanted(goal: Condition | None, skill: str) -> int:
    """How often a goal speaks of a skill at most."""
    if goal is None:
        return 0
    if goal.key == skill:
        return 1
    if goal.never is not None:
        return 0
    counts = [_wanted(part, skill) for part in goal.parts]
    if goal.any is not None:
        return max(counts)
    return sum(counts) * (goal.times or 1)
