"""Detours: ways around what a house rule forbids. The shortest way may break a rule that a longer one keeps.

Where a step's drive breaks a rule by being at a place, in a zone or near a thing, or by crossing a door, its route is searched
again with that closed like a keep-out: first so that the whole body stays out, then so that its centre does. All rules judge the
plan again; what they do not take stays refused as it was. A route that keeps clear of more than it has to is certified like any
other.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from math import cos, dist, pi, sin
from typing import TYPE_CHECKING

from maps import Door, FeatureChange, Place, Point, Route, Thing, World, Zone
from maps.arm_reach import moved_to, reach_to
from verifier.finding import Finding
from verifier.found import Found
from verifier.memory import Memory
from verifier.step import Scope, Step

if TYPE_CHECKING:
    from maps import Feature

__all__ = ["Detours", "around", "led_around"]

Detours = Mapping[int, tuple[Zone, ...]]
"""By step number the regions that its drive keeps out of."""

_MOST = 8
"""So often drives are led around something more."""
_SIDES = 32
"""Of the polygon around a disc."""
_SILL_M = 0.01
"""Half of how deep a door is closed that is not to be crossed, metres."""
_NARROW: Memory[World] = Memory(16)


def around(scope: Scope) -> Scope:
    """A scope on whose map the regions that it avoids are keep-outs; nothing is noted of what is read there."""
    world, zones = scope.map, scope.avoid

    def close() -> World:
        return world.apply(*(FeatureChange(type="zone", name=zone.name, feature=zone) for zone in zones))

    return replace(scope, world=_NARROW.recall((world.revision, zones), close), reads=None, avoid=())


def led_around(found: Found, walk: Callable[[Detours], Found]) -> Found:
    """A plan judged with drives around what rules forbid, wherever that keeps the rules and breaks nothing else.

    Args:
        found: The plan as it was judged with the shortest ways.
        walk: Judges it with drives around regions.

    Returns:
        The plan with detours, and a note for each of them. A drive that would come from one thing that is forbidden to another
        stays as it was.
    """
    detours: Detours = {}
    mended: dict[int, list[Finding]] = {}
    for _ in range(_MOST):
        step = next(_steps_further(found, detours, walk), None)
        if step is None:
            break
        before = found.errors()
        found, detours = step
        after = found.errors()
        for key, finding in before.items():
            number = finding.step
            if key not in after and number is not None and number in detours and _place_of(finding) is not None:
                mended.setdefault(number, []).append(finding)
    vain = {step for step, code, _ in found.errors() if code == "RULE" and step in mended}
    if vain:
        detours = {number: zones for number, zones in detours.items() if number not in vain}
        mended = {number: findings for number, findings in mended.items() if number not in vain}
        found = walk(detours)
    for number, findings in mended.items():
        found.by_step[number] += [_note(finding) for finding in findings]
    found.walked = None  # it hangs on more of the map than was noted
    return found


def _steps_further(found: Found, detours: Detours, walk: Callable[[Detours], Found]) -> Iterator[tuple[Found, Detours]]:
    """Detours that keep a rule more and break nothing else, first those after which their drives break none any more."""
    before, later = found.errors(), []
    for is_inner in (False, True):
        more = _more(found, detours, is_inner)
        if more == detours:
            continue
        trial = walk(more)
        left = trial.errors()
        if not all(key in left for key in before) and all(key in before or key[1] == "RULE" for key in left):
            led = {number for number, zones in more.items() if zones != detours.get(number)}
            if any(code == "RULE" and step in led for step, code, _ in left):
                later.append((trial, more))
            else:
                yield trial, more
    yield from later


def _more(found: Found, known: Detours, is_inner: bool) -> Detours:
    """The regions that drives avoid, and those whose avoidance may keep the rules that are broken still."""
    every = dict(known)
    for number, findings in found.by_step.items():
        zones = [zone for finding in findings for zone in _regions(found.steps[number - 1], finding, is_inner)]
        new = [zone for zone in dict.fromkeys(zones) if zone not in every.get(number, ())]
        if new:
            every[number] = (*every.get(number, ()), *new)
    return every


def _note(finding: Finding) -> Finding:
    """What is told of a detour, by the finding that it has mended."""
    atom = finding.detail["atom"]
    reason = f"the way goes around for house rule {finding.subject!r}: the shortest one breaks it, {atom}"
    detail = {"rule": finding.subject, "atom": atom, "reason": reason, "state": "kept"}
    return Finding(code="RULE", severity="note", step=finding.step, subject=finding.subject, where=finding.where, detail=detail)


def _place_of(finding: Finding) -> str | None:
    """The condition on where the robot is by which a rule is broken; None where it is another one, or none holds."""
    if finding.code != "RULE" or finding.severity != "error" or finding.detail.get("state") != "broken":
        return None
    atom: str | None = finding.detail["atom"]
    is_place = atom is not None and atom in finding.detail["holds"] and atom.startswith(("at(", "in(", "near(", "crosses("))
    return atom if is_place else None


def _regions(step: Step, finding: Finding, is_inner: bool) -> Iterator[Zone]:
    """What a drive would have to avoid for a rule not to be broken; nothing where it is not the drive that breaks it."""
    atom = _place_of(finding)
    if atom is None or step.leg is None or not isinstance(step.leg.result, Route):
        return
    from verifier.rules.parse import parse_formula
    from verifier.rules.shapes import features_of

    read = parse_formula(atom).atom
    for feature in () if read is None else features_of(read, step.scope.world):
        outline, name = _outline(step, feature, is_inner), f"{type(feature).__name__} {feature.name}"
        while name in step.scope.world.zones:
            name += "'"
        if outline:
            yield Zone(name=name, rule="keepout", outline=outline)


def _outline(step: Step, feature: "Feature", is_inner: bool) -> tuple[Point, ...]:
    """A ring that holds what a body's centre has to avoid, metres; ``is_inner``: no more than that. Empty where there is none."""
    from verifier.rules.shapes import POINT_PLACE_RADIUS_M

    body = step.scope.body
    room = body.needed_clearance_m if is_inner else 0.0
    if isinstance(feature, Thing):
        put = step.before.state.thing_places.get(feature.name)
        if feature.name in step.before.state.carrying:
            return ()
        here = feature if put is None else moved_to(feature, put, None)
        return _disc(here.position, reach_to(body, here) - room)
    if isinstance(feature, Door):
        (x0, y0), (x1, y1) = feature.segment
        size = dist(*feature.segment) / _SILL_M or 1.0
        off_x, off_y = (y0 - y1) / size, (x1 - x0) / size
        return ((x0 - off_x, y0 - off_y), (x1 - off_x, y1 - off_y), (x1 + off_x, y1 + off_y), (x0 + off_x, y0 + off_y))
    if isinstance(feature, Place) and not feature.outline:
        return _disc(feature.centre, POINT_PLACE_RADIUS_M - room)
    outline = feature.outline if isinstance(feature, Place | Zone) else ()
    if not is_inner or not outline:
        return outline
    import shapely

    if isinstance(feature, Zone):  # the body must not touch it: closed like a keep-out, it does not
        return ()
    less = shapely.Polygon(outline).buffer(-room)
    return tuple((x, y) for x, y in less.exterior.coords[:-1]) if less.geom_type == "Polygon" and not less.is_empty else ()


def _disc(middle: Point, radius: float) -> tuple[Point, ...]:
    """A ring around a disc."""
    size = radius / cos(pi / _SIDES)
    angles = [2 * pi * side / _SIDES for side in range(_SIDES)] if radius > 0 else []
    return tuple((middle[0] + size * cos(angle), middle[1] + size * sin(angle)) for angle in angles)
