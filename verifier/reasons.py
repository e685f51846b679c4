"""Reasons: what failed and why, with numbers and units; one clause for each code of a finding."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from verifier.finding import Code, Finding
from verifier.wording import cut, number, quoted, whole

__all__ = ["REASONS", "Detail", "in_outcome"]

Detail: TypeAlias = Mapping[str, Any]


def _at(finding: Finding) -> str:
    if finding.where is None:
        return ""
    words = finding.detail.get("where_words")
    spot = f"({finding.where[0]:.2f}, {finding.where[1]:.2f})"
    return f" at {spot}, {cut(str(words), 120)}" if words else f" at {spot}"


def _short_by(finding: Finding, unit: str) -> str:
    """By how much it falls short, where that can be said."""
    return f", {number(-finding.margin)} {unit} short" if finding.margin is not None and finding.margin < 0 else ""


def _bad_argument(f: Finding, d: Detail) -> str:
    if f.step is None and f.subject == "steps":
        return f"the plan has {whole(f.available)} steps, at most {whole(f.needed)} can be judged: split the mission"
    return cut(str(d.get("reason", f"argument {f.subject!r} is not valid")), 300).rstrip(".")


def _unknown_name(f: Finding, d: Detail) -> str:
    text = f"there is no {d.get('kind', 'feature')} named {quoted(f.subject)} on map {quoted(d.get('map', ''))}"
    if kind := d.get("is"):
        text += f" (it is a {kind}{', in ' + quoted(d['stands_in']) if d.get('stands_in') else ''})"
    elif alike := d.get("alike"):
        text += f" (names that look alike: {', '.join(quoted(name) for name in alike)})"
    return text


def _outside(what: str) -> Callable[[Finding, Detail], str]:
    return lambda f, d: f"the {what} of the drive{_of(f)} lies outside the map{_at(f)}"


def _of(f: Finding) -> str:
    return f" to {quoted(f.subject)}" if f.subject else ""


def _no_valid_path(f: Finding, d: Detail) -> str:
    if d.get("cut_off"):
        return f"what has come{_at(f)} since shuts off every way{_of(f)}"
    return f"walls close every way{_of(f)}{_at(f)}"


def _occupied(what: str) -> Callable[[Finding, Detail], str]:
    def text(f: Finding, d: Detail) -> str:
        room = ""
        if f.needed is not None and f.available is not None:
            room = f": the nearest obstacle is {number(f.available)} m away, the body needs {number(f.needed)} m"
        return f"the {what} of the drive{_of(f)} has no room for this body{_at(f)}{room}"

    return text


def _clearance(f: Finding, d: Detail) -> str:
    way = f"doorway {quoted(d['door'])}" if "door" in d else f"the tightest passage on the way{_of(f)}{_at(f)}"
    return f"{way} is {number(f.available)} m wide, this robot needs {number(f.needed)} m{_short_by(f, 'm')}"


def _door_closed(f: Finding, d: Detail) -> str:
    doors = d.get("doors") or {f.subject: "closed"}
    listed = " and ".join(f"{quoted(name)} is {state}" for name, state in doors.items())
    target = f" to {quoted(d['target'])}" if d.get("target") else ""
    return f"every way{target} is shut: door {listed}{in_outcome(d)}"


def _blocked(what: str) -> Callable[[Finding, Detail], str]:
    def text(f: Finding, d: Detail) -> str:
        if d.get("leaving"):
            return f"the robot stands in the keep-out zone {quoted(f.subject)} and leaves it"
        target = f" to {quoted(d['target'])}" if d.get("target") else _of(f)
        names = ", ".join(quoted(name) for name in d.get("subjects", ()))
        ask = "; the operator has to allow it" if d.get("ask") else ""
        return f"every way{target} leads through {what}{' ' + names if names else ''}{_at(f)}{ask}"

    return text


def _needs_lift(f: Finding, d: Detail) -> str:
    here, there = d.get("levels", ("?", "?"))
    return f"{quoted(f.subject)} is on level {cut(str(there))} and the robot then is on level {cut(str(here))}"


def _within_tolerance(f: Finding, d: Detail) -> str:
    if f.available is None or f.needed is None:
        return f"whether this body fits along the way{_of(f)}{_at(f)} is too close to decide, so it is refused"
    clear = f"is {f.available:.4f} m clear{_at(f)} where {f.needed:.4f} m is needed"
    return f"the way{_of(f)} {clear}: too close to decide, so it is refused"


def _precondition(f: Finding, d: Detail) -> str:
    if f.unit == "kg":
        return f"with {quoted(f.subject)} the load is {number(f.needed)} kg, this robot carries {number(f.available)} kg"
    since = f" since step {d['removed_by']}" if d.get("removed_by") else ""
    holds = "does not hold" if d.get("known", True) else "is not known to hold"
    return f"it is required that {cut(f.subject)}, which {holds} here{since}{in_outcome(d)}"


def _grip_force(f: Finding, d: Detail) -> str:
    if "weight_kg" not in d:
        return f"this gripper is too weak to hold {quoted(f.subject)}"
    what = f"{number(d['weight_kg'])} kg at a friction of {number(d['friction'])}"
    return f"{quoted(f.subject)} ({what}) needs {number(f.needed)} N of each finger, this gripper gives {number(f.available)} N"


def _invariant(f: Finding, d: Detail) -> str:
    if d.get("facts"):
        happens = "both hold" if d.get("known", True) else "both may hold"
        return f"{cut(f.subject)}, {happens} after this step"
    moment = {"start": "when it sets off", "arrival": "on arrival"}.get(str(d.get("moment")), "when it has ended")
    since = f" since step {d['removed_by']}" if d.get("removed_by") else ""
    holds = "does not hold" if d.get("known", True) else "is not known to hold"
    return f"as long as this runs {cut(f.subject)} has to hold, which {holds} {moment}{since}{in_outcome(d)}"


def in_outcome(d: Detail) -> str:
    """Which outcomes of earlier steps it hangs on, where it does."""
    return f" when {cut(str(d['outcomes']), 300)}" if d.get("outcomes") else ""


def _battery(f: Finding, d: Detail) -> str:
    if d.get("reason"):
        return cut(str(d["reason"]), 300)
    needs = "needs" if d.get("proved", True) else "may need"
    purpose = f" and the way back to {quoted(d['dock'])}" if d.get("dock") else ""
    text = f"the plan up to here{purpose} {needs} {number(f.needed)} Wh, the battery "
    reserve = f"its reserve of {number(d.get('reserve_wh'))} Wh"
    if f.available is not None and f.available < 0:
        text += f"is already {number(-f.available)} Wh below {reserve}"
    else:
        text += f"has {number(f.available)} Wh" + (f" above {reserve}" if d.get("reserve_wh", 1) else "")
    text += _short_by(f, "Wh")
    if d.get("at_most_s") is not None:
        text += f", {number(d['at_most_s'])} s being the most that this step can take"
    if safe := d.get("last_safe"):
        spot = f"({safe['point'][0]:.2f}, {safe['point'][1]:.2f})" + (f", {cut(safe['words'], 120)}" if safe.get("words") else "")
        along = f"{number(safe['metres'])} m along step {safe['step']}" if safe["metres"] else f"where step {safe['step']} starts"
        text += f", the last point that it can still return from is {along}, at {spot}"
    elif d.get("last_safe_step"):
        text += f", the last step that it can still return from is {whole(d['last_safe_step'])}"
    return text


def _time(f: Finding, d: Detail) -> str:
    if d.get("limit"):
        return _limit("take", "s")(f, d)
    return f"this takes at least {number(f.needed)} s, the skill is stopped after {number(f.available)} s"


def _limit(verb: str, unit: str) -> Callable[[Finding, Detail], str]:
    def text(f: Finding, d: Detail) -> str:
        over = "" if f.margin is None else f", {number(-f.margin)} {unit} over"
        if d.get("measured"):
            return f"the mission has {_HAS[verb]} {number(f.needed)} {unit}, the limit is {number(f.available)} {unit}{over}"
        spent = f"may {verb} up to {number(f.needed)} {unit}"
        if d.get("proved") and d.get("at_least") is not None:
            spent += f" and must {verb} at least {number(d['at_least'])} {unit}"
        if d.get("taken"):
            spent += f", with {number(d['taken'])} {unit} before it"
        return f"the plan up to here {spent}, the limit is {number(f.available)} {unit}{over}"

    return text


_HAS = {"take": "taken", "drive": "driven", "use": "used"}


def _steps(f: Finding, d: Detail) -> str:
    if d.get("measured"):
        return f"the mission has taken {whole(f.needed)} steps, the limit is {whole(f.available)} steps"
    return f"this is step {whole(f.needed)}{' of the mission' if d.get('taken') else ''}, the limit is {whole(f.available)} steps"


def _unverifiable(f: Finding, d: Detail) -> str:
    if "uncertain_step" in d:
        return (
            f"what step {d['uncertain_step']} finds decides this step; it was judged from the last pose known"
            " and is verified again before it runs"
        )
    return cut(str(d.get("reason", "this skill declares no motion or effects, so nothing can be promised")), 300)


def _out_of_reach(finding: Finding, detail: Detail) -> str:
    high = detail.get("height_m")
    stands = "" if high is None else f" that stands {number(high)} m above the floor"
    if detail.get("too_high"):
        return (
            f"{quoted(finding.subject)}{stands} is out of the arm's reach: the hand must get to {number(finding.available)} m,"
            f" it gets to {number(finding.needed)} m"
        )
    text = (
        f"{quoted(finding.subject)}{stands} cannot be reached from any place where this body fits:"
        f" it must stand within {number(finding.needed)} m of it"
    )
    if finding.available is None:
        return text
    if finding.needed is not None and finding.available <= finding.needed:
        return f"{text} and see it, the best is {number(finding.available)} m with something between"
    return f"{text}, the best is {number(finding.available)} m"


REASONS: dict[Code, Callable[[Finding, Detail], str]] = {
    "EMPTY_PLAN": lambda f, d: "the plan has no steps: propose at least one skill call",
    "UNKNOWN_SKILL": lambda f, d: f"there is no skill named {quoted(f.subject)}",
    "BAD_ARGUMENT": _bad_argument,
    "UNKNOWN_NAME": _unknown_name,
    "WRONG_MAP": lambda f, d: f"the plan was made for map {quoted(f.subject)}, this is map {quoted(d.get('map', ''))}",
    "STALE_REVISION": lambda f, d: (
        f"the plan was made for revision {quoted(cut(f.subject, 20))} of the map, which has changed since;"
        " it was judged against the present one"
    ),
    "START_OUTSIDE_MAP": _outside("start"),
    "GOAL_OUTSIDE_MAP": _outside("goal"),
    "START_OCCUPIED": _occupied("start"),
    "GOAL_OCCUPIED": _occupied("goal"),
    "NO_VALID_PATH": _no_valid_path,
    "NEEDS_LIFT": _needs_lift,
    "UNKNOWN_SPACE": _blocked("space that has not been seen yet"),
    "KEEPOUT": _blocked("the keep-out zone"),
    "CLEARANCE": _clearance,
    "DOOR_CLOSED": _door_closed,
    "OUT_OF_REACH": _out_of_reach,
    "NOT_VISIBLE": lambda f, d: (
        f"{quoted(f.subject)} cannot be seen within {number(f.needed)} m from any place where this body fits"
    ),
    "PRECONDITION": _precondition,
    "GRIP_FORCE": _grip_force,
    "CONDITION_NOT_MET": lambda f, d: f"{quoted(f.subject)} hangs on a condition of the mission that does not hold",
    "CONDITION_IGNORED": lambda f, d: f"{quoted(f.subject)} holds, and the plan does nothing of what hangs on it",
    "INVARIANT": _invariant,
    "BATTERY": _battery,
    "TIME": _time,
    "DISTANCE": _limit("drive", "m"),
    "ENERGY": _limit("use", "Wh"),
    "STEPS": _steps,
    "RULE": lambda f, d: cut(str(d.get("reason", f"house rule {f.subject!r} is broken")), 300).rstrip("."),
    "UNVERIFIABLE": _unverifiable,
    "WITHIN_TOLERANCE": _within_tolerance,
    "NOT_DRIVABLE": lambda f, d: (
        f"there is a way{_of(f)} for a body that moves as it likes, but no straight drives and turns in place were found along it"
    ),
    "NO_LANE": lambda f, d: (
        f"there is room to drive{_of(f)}, but no lane leads there in its direction, and routes keep to lanes on this map"
    ),
    "GREY_205": lambda f, d: cut(str(d.get("reason", "the map's grey pixels may be read as unknown or free")), 300).rstrip(
        "."
    ),
    "GRAPH_ONLY": lambda f, d: cut(str(d.get("reason", "the map is a graph without a grid")), 300).rstrip("."),
}  # fmt: skip
