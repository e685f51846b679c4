"""Reasons: what the route finder says of a way that there is not, in words, with numbers and what would help."""

from dataclasses import dataclass

from maps.checks.look import BodyLook
from maps.geometry import Point
from maps.route import NoRoute

__all__ = ["Reason", "reason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why there is no way.

    Attributes:
        why: The cause, to follow a colon.
        fix: What to do.
        needed: Width that is needed, metres.
        available: Width that there is, metres.
        unit: ``m`` with numbers, else empty.
        where: Where the cause is, if that is known.
    """

    why: str
    fix: str
    needed: float | None = None
    available: float | None = None
    unit: str = ""
    where: Point | None = None


def reason(look: BodyLook, no: NoRoute) -> Reason:
    """Say why there is no way."""
    at = "" if no.where is None else f" at ({no.where[0]:.2f}, {no.where[1]:.2f})"
    named = ", ".join(map(repr, no.subjects))
    if no.code in ("CLEARANCE", "WITHIN_TOLERANCE") and no.needed is not None and no.available is not None:
        needed, available = 2 * no.needed, 2 * no.available
        door = f", at the door {named}" if named else ""
        return Reason(
            why=f"the widest way is {available:.2f} m wide{at}{door}, and it needs {needed:.2f} m",
            fix="widen it, or use a smaller robot or margin",
            needed=round(needed, 6),
            available=round(available, 6),
            unit="m",
            where=no.where,
        )
    if look.body.footprint and no.code == "GOAL_OCCUPIED":
        return Reason(why="its footprint does not fit there in that heading", fix="move or turn the pose", where=no.where)
    why, fix = _words(no, at, named)
    return Reason(why=why, fix=fix, where=no.where)


def _words(no: NoRoute, at: str, named: str) -> tuple[str, str]:
    """Cause and remedy where they need no numbers."""
    if no.code == "KEEPOUT":
        return f"the keep-out {named or 'mask'} closes the way{at}", "shrink the keep-out, or remove the place"
    if no.code == "UNKNOWN_SPACE":
        return f"every way leads through unknown space{at}", "map it, or allow unknown space (--unknown ask)"
    if no.code == "DOOR_CLOSED":
        return f"the door {named} closes the way{at}", "open it"
    if no.code == "NOT_DRIVABLE":
        return f"no drive was found that its shape can make{at}", "give it more room to turn"
    if no.code in ("START_OCCUPIED", "START_OUTSIDE_MAP"):
        return f"it cannot stand{at}, where it would start", "start it where it has room"
    if no.code in ("GOAL_OCCUPIED", "GOAL_OUTSIDE_MAP"):
        return "no free space is there", "move it to where the robot can stand"
    return "walls close every way to it", "erase from the map's image what is no wall, or remove the place"
