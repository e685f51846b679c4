"""Facts: what a map, a body and its skills make impossible, so that rules can be checked before any plan is."""

from collections.abc import Mapping
from itertools import combinations, permutations
from typing import Any

from maps import (
    Body,
    DoorState,
    Goal,
    Place,
    Pose,
    Route,
    Thing,
    World,
    Zone,
    find_route,
    goal_at,
    goal_near,
    reachable,
    start_pose,
)
from maps.arm_reach import reach_to
from skills import SkillSet
from verifier.rules.atom import FEATURE_OF, Atom
from verifier.rules.consistency import Facts
from verifier.rules.shapes import POINT_PLACE_RADIUS_M, features_of

__all__ = ["facts_of"]

_CALLS = ("inspects", "picks", "calls")


def facts_of(atoms: tuple[Atom, ...], world: World, body: Body, skills: SkillSet, start: Pose | None = None) -> Facts:
    """What cannot be, of these atoms.

    A claim that something is never so is only made where no plan could help: doors that can be opened count as open and space
    that has not been seen as free.

    Args:
        atoms: Those of all rules.
        world: The map.
        body: The body.
        skills: What it can do.
        start: Where missions start; the map's own start without it.
    """
    free = _Free(world, body, start)
    shapes = {atom: shape for atom in atoms if (shape := _shape(atom, world, body)) is not None}
    apart = {pair for pair in combinations(atoms, 2) if _apart(*pair, world, body) or _far(*pair, shapes)}
    follows = {pair for pair in permutations(atoms, 2) if _follows(*pair, world)}
    never = {atom: reason for atom in atoms if (reason := _never(atom, world, body, skills, free))}
    return Facts(never=never, apart=frozenset(apart), follows=frozenset(follows))


class _Free:
    """Where the body can get to; found when first asked for."""

    def __init__(self, world: World, body: Body, start: Pose | None) -> None:
        self._world, self._body, self._start = world, body, start
        self._mask: Any = None

    def leads_to(self, goal: Goal) -> bool:
        """Whether there is a way to a goal: by one labelling of the grid where that finds one, else by the router."""
        doors: Mapping[str, DoorState] = {
            name: "open" if door.state != "locked" else "locked" for name, door in self._world.doors.items()
        }
        start = self._start or start_pose(self._world)
        if self._mask is None:
            self._mask = reachable(self._world, self._body.outer_disc, start, unknown="allowed", doors=doors)
        if len(goal.cells) and bool(self._mask[goal.cells[:, 0], goal.cells[:, 1]].any()):
            return True
        return isinstance(find_route(self._world, self._body, start, goal, unknown="allowed", doors=doors), Route)


def _never(atom: Atom, world: World, body: Body, skills: SkillSet, free: _Free) -> str:
    """Why an atom never holds; empty when it may."""
    predicate = atom.predicate
    if predicate == "calls" and atom.name not in skills.names:
        return f"there is no skill named {atom.name!r}"
    if predicate == "speed_over" and atom.amount is not None and atom.amount >= body.max_speed:
        return f"this body drives at most {body.max_speed:g} m/s"
    if predicate == "battery_below" and not atom.amount:
        return "a battery never has less than nothing"
    if predicate == "carrying_over" and atom.amount is not None and atom.amount >= body.gripper_capacity:
        return f"this body carries at most {body.gripper_capacity}"
    features = features_of(atom, world)
    if predicate not in FEATURE_OF or (atom.name is None and atom.kind is None):
        return ""
    if not features:
        return "nothing on the map is called so"
    reasons = [_unreachable(atom, feature, world, body, free) for feature in features]
    return reasons[0] if all(reasons) else ""


def _unreachable(atom: Atom, feature: Any, world: World, body: Body, free: _Free) -> str:
    """Why one feature's atom never holds; empty when it may."""
    if atom.predicate == "at" and not free.leads_to(goal_at(world, feature, body)):
        return f"no way leads to {feature.name!r} for this body"
    if atom.predicate == "in" and isinstance(feature, Zone) and feature.rule == "keepout":
        return f"{feature.name!r} is a keep-out zone, which no route enters"
    if atom.predicate == "crosses" and feature.state == "locked":
        return f"{feature.name!r} is locked"
    if atom.predicate in ("near", "inspects", "picks") and not free.leads_to(goal_near(world, feature, body)):
        return f"no place within reach of {feature.name!r} can be got to by this body"
    weight = feature.attributes.get("weight_kg") if isinstance(feature, Thing) else None
    if atom.predicate in ("picks", "carrying", "carrying_over") and isinstance(weight, int | float) and weight > body.payload_kg:
        return f"{feature.name!r} weighs {weight:g} kg, this body carries {body.payload_kg:g} kg"
    return ""


def _apart(a: Atom, b: Atom, world: World, body: Body) -> bool:
    """Whether two atoms never hold at once for reasons other than where they are."""
    if a.predicate in _CALLS and b.predicate in _CALLS:
        one, other = (atom.name if atom.predicate == "calls" else atom.predicate[:-1] for atom in (a, b))
        return one != other or (a.predicate == b.predicate and None not in (a.name, b.name) and a.name != b.name)
    if {a.predicate, b.predicate} & set(_CALLS) and "crosses" in (a.predicate, b.predicate):
        return True
    if a.predicate == b.predicate == "carrying" and body.gripper_capacity == 1:
        ours, theirs = ({feature.name for feature in features_of(atom, world)} for atom in (a, b))
        return bool(ours and theirs) and not ours & theirs
    if a.predicate == b.predicate == "clock" and a.window and b.window:
        return not any(_inside(minute, a.window) and _inside(minute, b.window) for minute in (a.window[0], b.window[0]))
    return False


def _inside(minute: int, window: tuple[int, int]) -> bool:
    return (minute - window[0]) % 1440 < (window[1] - window[0]) % 1440


def _follows(a: Atom, b: Atom, world: World) -> bool:
    """Whether the second holds whenever the first does."""
    if a.predicate == b.predicate == "speed_over" or a.predicate == b.predicate == "carrying_over":
        return a.kind in (b.kind, None) and b.kind in (a.kind, None) and (a.amount or 0) > (b.amount or 0)
    if a.predicate == b.predicate == "battery_below":
        return a.unit == b.unit and (a.amount or 0) < (b.amount or 0)
    if b.predicate == "calls":
        return a.predicate in ("inspects", "picks") and b.name == a.predicate[:-1]
    if a.predicate == "carrying_over" and b.predicate == "carrying":
        return b.name is None and b.kind in (None, a.kind)
    if a.predicate != b.predicate or a.predicate not in FEATURE_OF or b.predicate == "carrying_over":
        return False
    if b.name is None and b.kind is None:
        return True
    one, other = ({feature.name for feature in features_of(atom, world)} for atom in (a, b))
    return bool(one) and one <= other


def _shape(atom: Atom, world: World, body: Body) -> tuple[Any, float] | None:
    """Where the robot's centre is when an atom about the place holds: within a distance, metres, of a shape."""
    from shapely import LineString, MultiPoint, Polygon, union_all

    features = features_of(atom, world)
    if not features or atom.predicate not in ("at", "in", "near", "crosses"):
        return None
    if atom.predicate == "near":
        reach = max(reach_to(body, thing) for thing in features if isinstance(thing, Thing))
        return MultiPoint([thing.position for thing in features if isinstance(thing, Thing)]), reach
    if atom.predicate == "crosses":
        return union_all([LineString(door.segment) for door in world.doors.values() if door in features]), 0.0
    shapes = [Polygon(f.outline) for f in features if isinstance(f, Place | Zone) and f.outline]
    spots = [MultiPoint([f.centre]).buffer(POINT_PLACE_RADIUS_M) for f in features if isinstance(f, Place) and not f.outline]
    return union_all([shape.buffer(0) for shape in shapes] + spots), body.radius_m if atom.predicate == "in" else 0.0


def _far(a: Atom, b: Atom, shapes: Mapping[Atom, tuple[Any, float]]) -> bool:
    """Whether two atoms are too far apart on the map to hold at once."""
    if a not in shapes or b not in shapes:
        return False
    (one, grow), (other, more) = shapes[a], shapes[b]
    if a.predicate == b.predicate == "at":
        return float(one.intersection(other).area) <= 1e-9
    return float(one.distance(other)) > grow + more + 0.1
