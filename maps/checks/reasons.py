"""Reasons: what the route finder says of a way that there is not, in words, with numbers and what would help."""

from dataclasses import dataclass

from maps.checks.look import BodyLook
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
    """

    why: str
    fix: str
    needed: float | None = None
    available: float | None = None
    unit: str = ""


def reason(look: BodyLook, no: NoRoute) -> Reason:
    """Say why there is no way."""
    at = "" if no.where is None else f" at ({no.where[0]:.2f}, {no.where[1]:.2f})"
    named = ", ".join(map(repr, no.subjects))
    if no.code in ("CLEARANCE", "WITHIN_TOLERANCE") and no.needed is not None and no.available is not None:
        needed, available = 2 * no.needed, 2 * no.available
        door = f", at the door {named}" if named else ""
        return Reason(
            why=f"the widest way is {available:.2f} m wide{at}{door}, and it needs {needed:.2f} m",
            fix=f"widen it by {max(needed - available, 0.01):.2f} m, or use a smaller robot or margin",
            needed=round(needed, 6),
            available=round(available, 6),
            unit="m",
        )
    if no.code == "KEEPOUT":
        return Reason(why=f"the keep-out {named or 'mask'} closes the way{at}", fix="shrink the keep-out, or remove the place")
    if no.code == "UNKNOWN_SPACE":
        return Reason(why=f"every way leads through unknown space{at}", fix="map it, or allow unknown space (--unknown ask)")
    if no.code == "DOOR_CLOSED":
        return Reason(why=f"the door {named} closes the way{at}", fix="open it")
    if no.code == "NOT_DRIVABLE":
        return Reason(why=f"no drive was found that its shape can make{at}", fix="give it more room to turn")
    if no.code in ("START_OCCUPIED", "START_OUTSIDE_MAP"):
        return Reason(why=f"it cannot stand{at}, where it would start", fix="start it where it has room")
    if no.code in ("GOAL_OCCUPIED", "GOAL_OUTSIDE_MAP"):
        return Reason(why="no free space is there", fix="move it to where the robot can stand")
    return Reason(why="walls close every way to it", fix="erase from the map's image what is no wall, or remove the place")
