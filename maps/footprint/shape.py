"""Footprints: what a polygon must be to be one, its two discs, its convex parts, and what a carried load adds to it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from maps.geometry import Point

if TYPE_CHECKING:
    from maps.features import Thing

__all__ = [
    "FootprintInvalid", "carried_outline", "carried_size", "checked_footprint", "circumscribed_radius", "convex_hull",
    "convex_parts", "inscribed_radius", "passing_radius",
]  # fmt: skip

MOST_M = 20.0
"""No robot that this program knows of is farther across than this."""
MOST_CORNERS = 64
LEAST_INSCRIBED_M = 0.005
"""A thinner body than a centimetre is a slip of the pen, and no grid tells it from a line."""
DISC_CORNERS = 24


class FootprintInvalid(ValueError):
    """A footprint that no body can have; the message is one sentence."""


def checked_footprint(corners: Iterable[Sequence[float]]) -> tuple[Point, ...]:
    """A footprint, counter-clockwise and free of corners in the middle of an edge.

    Args:
        corners: Corners in the robot's frame, metres, x forward, y to the left; the robot turns about (0, 0).

    Raises:
        FootprintInvalid: Not a simple polygon of sensible size around the point that the robot turns about.
    """
    try:
        ring = [(float(x), float(y)) for x, y in corners]
    except (TypeError, ValueError):
        raise FootprintInvalid("a footprint is a list of corners [x, y] in metres") from None
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if any(not math.isfinite(value) for corner in ring for value in corner):
        raise FootprintInvalid("the footprint has a corner that is not a finite number")
    if len(ring) < 3:
        raise FootprintInvalid(f"a footprint needs at least 3 corners, this one has {len(ring)}")
    if len(ring) > MOST_CORNERS:
        raise FootprintInvalid(f"a footprint has at most {MOST_CORNERS} corners, this one has {len(ring)}")
    across = max(math.dist(a, b) for a in ring for b in ring)
    if across > MOST_M:
        raise FootprintInvalid(f"the footprint is {across:g} m across, more than {MOST_M:g} m; its corners are in metres")
    from maps.polygon import is_simple

    if not is_simple(ring):
        raise FootprintInvalid("the footprint's edges cross, touch or repeat a corner")
    if _signed_area(ring) < 0:
        ring.reverse()
    ring = _without_straight_corners(ring)
    if len(ring) < 3 or _signed_area(ring) < LEAST_INSCRIBED_M**2:
        raise FootprintInvalid("the footprint has no area")
    room = inscribed_radius(ring)
    if room < LEAST_INSCRIBED_M:
        raise FootprintInvalid(
            "the footprint does not hold the point (0, 0) that the robot turns about, with at least "
            f"{LEAST_INSCRIBED_M * 1000:g} mm to every edge"
        )
    return tuple(ring)


def circumscribed_radius(ring: Sequence[Point]) -> float:
    """Radius of the disc about (0, 0) that holds the footprint in every heading, metres."""
    return max(math.hypot(x, y) for x, y in ring)


def inscribed_radius(ring: Sequence[Point]) -> float:
    """Radius of the largest disc about (0, 0) that lies in the footprint, metres; 0 when (0, 0) lies outside."""
    from maps.polygon import contains

    if not contains(ring, (0.0, 0.0)):
        return 0.0
    return min(_to_origin(a, b) for a, b in _edges(ring))


def passing_radius(ring: Sequence[Point]) -> float:
    """Half the narrowest gap that the footprint could ever be moved through, metres; for one that is not convex a lower bound.

    A convex body passes no gap that is narrower than its least width, however it is turned (G. Strang, "The width of a chair",
    1982).
    """
    if not _is_convex(ring):
        return inscribed_radius(ring)
    return min(max(abs(_cross(a, b, c)) / math.dist(a, b) for c in ring) for a, b in _edges(ring)) / 2


def convex_hull(points: Iterable[Point]) -> tuple[Point, ...]:
    """The corners of the convex hull, counter-clockwise (A. M. Andrew's monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return tuple(ordered)

    def chain(run: Iterable[Point]) -> list[Point]:
        kept: list[Point] = []
        for point in run:
            while len(kept) > 1 and _cross(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return tuple(chain(ordered) + chain(reversed(ordered)))


def convex_parts(ring: Sequence[Point]) -> tuple[tuple[Point, ...], ...]:
    """A counter-clockwise footprint as a union of convex polygons: ears are cut off, then joined where that stays convex."""
    if _is_convex(ring):
        return (tuple(ring),)
    left, parts = list(ring), list[tuple[Point, ...]]()
    while len(left) > 3:
        ear = next((i for i in range(len(left)) if _is_ear(left, i)), None)
        if ear is None:  # rounding only: every simple polygon has two ears (G. H. Meisters, 1975)
            break
        parts.append((left[ear - 1], left[ear], left[(ear + 1) % len(left)]))
        left.pop(ear)
    parts.append(tuple(left) if _is_convex(left) else convex_hull(left))
    return tuple(_joined(parts))


def carried_outline(ring: tuple[Point, ...], radius_m: float, things: Iterable["Thing"]) -> tuple[tuple[Point, ...], float]:
    """The footprint and radius of a body that carries things.

    A thing's attribute ``carried_radius_m`` takes the disc of that radius about the robot's centre; ``carried_length_m`` with
    ``carried_width_m`` takes a rectangle of that size before the body's front, in the middle. What lies between body and load
    counts as body (convex hull).

    Args:
        ring: The empty body's footprint; empty for a disc.
        radius_m: Its circumscribed radius.
        things: What it carries.

    Returns:
        Footprint and radius; the arguments themselves when no load sticks out.

    Raises:
        FootprintInvalid: A load's size is not a positive number, or only one of length and width is given.
    """
    grown: list[Point] = []
    radius = 0.0
    for thing in things:
        wide, length, width = carried_size(thing.attributes, f"thing {thing.name!r}")
        radius = max(radius, wide)
        if length > 0:
            front = max((x for x, _ in ring), default=radius_m)
            grown += [(x, y) for x in (0.0, front + length) for y in (-width / 2, width / 2)]
    if not grown:
        if radius <= (inscribed_radius(ring) if ring else radius_m):
            return ring, radius_m
        if not ring or radius >= radius_m:
            return (), radius
    discs = [own for own in (radius, 0.0 if ring else radius_m) if own > 0]
    corners = [*ring, *grown, *(corner for own in discs for corner in _around(own))]
    return checked_footprint(convex_hull(corners)), radius_m


def carried_size(attributes: Mapping[str, object], owner: str = "it") -> tuple[float, float, float]:
    """What a thing takes while it is carried: radius about the robot's centre, length and width before its front, metres.

    Args:
        attributes: The thing's; 0 for what they do not say.
        owner: Whose they are, for the message.

    Raises:
        FootprintInvalid: One is no length, or only one of length and width is given.
    """
    sizes = []
    for key in ("carried_radius_m", "carried_length_m", "carried_width_m"):
        value = attributes.get(key, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_M:
            raise FootprintInvalid(f"{owner} has {key} = {value!r}; it is a length from 0 to {MOST_M:g} m")
        sizes.append(float(value))
    if (sizes[1] > 0) != (sizes[2] > 0):
        raise FootprintInvalid(f"{owner} has only one of carried_length_m and carried_width_m: give both")
    return sizes[0], sizes[1], sizes[2]


def _around(radius: float) -> list[Point]:
    """A regular polygon that holds a disc about (0, 0)."""
    corner, turn = radius / math.cos(math.pi / DISC_CORNERS), 2 * math.pi / DISC_CORNERS
    return [(corner * math.cos(i * turn), corner * math.sin(i * turn)) for i in range(DISC_CORNERS)]


def _edges(ring: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    return ((ring[i - 1], ring[i]) for i in range(len(ring)))


def _cross(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _signed_area(ring: Sequence[Point]) -> float:
    return sum(ax * by - ay * bx for (ax, ay), (bx, by) in _edges(ring)) / 2


def _to_origin(a: Point, b: Point) -> float:
    """Distance of the segment a-b from (0, 0)."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    share = min(max(-(a[0] * dx + a[1] * dy) / max(dx * dx + dy * dy, 1e-300), 0.0), 1.0)
    return math.hypot(a[0] + share * dx, a[1] + share * dy)


def _without_straight_corners(ring: list[Point]) -> list[Point]:
    kept = [b for a, b, c in zip(ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1], strict=True) if abs(_cross(a, b, c)) > 1e-12]
    return kept


def _is_convex(ring: Sequence[Point]) -> bool:
    return all(_cross(ring[i - 2], ring[i - 1], ring[i]) >= 0 for i in range(len(ring)))


def _is_ear(ring: list[Point], i: int) -> bool:
    a, b, c = ring[i - 1], ring[i], ring[(i + 1) % len(ring)]
    if _cross(a, b, c) <= 0:
        return False
    others = (p for p in ring if p not in (a, b, c))
    return not any(_cross(a, b, p) >= 0 and _cross(b, c, p) >= 0 and _cross(c, a, p) >= 0 for p in others)


def _joined(parts: list[tuple[Point, ...]]) -> list[tuple[Point, ...]]:
    """Join parts that share an edge as long as their union is convex (S. Hertel, K. Mehlhorn, 1983)."""
    done = list[tuple[Point, ...]]()
    while parts:
        part = parts.pop()
        for other in parts:
            merged = _merged(part, other)
            if merged is not None:
                parts.remove(other)
                parts.append(merged)
                break
        else:
            done.append(part)
    return done


def _merged(one: tuple[Point, ...], two: tuple[Point, ...]) -> tuple[Point, ...] | None:
    for i, (a, b) in enumerate(_edges(one)):
        for j, (c, d) in enumerate(_edges(two)):
            if (a, b) == (d, c):
                from_a = (*two[j:], *two[:j])
                ring = (*one[i:], *one[:i], *from_a[1:-1])
                return ring if _is_convex(ring) else None
    return None
