"""The one place where findings become sentences: what failed, why with numbers and units, what would work instead."""

from collections.abc import Callable, Mapping
from typing import Any

from skills.call import Plan, SkillCall
from verifier.edit import Edit
from verifier.finding import Code, Finding

__all__ = ["edit_text", "sentence", "short", "told"]

_LONGEST = 80
_NEAR_M = 3.0
"""A pose farther from the goal than this does not serve in its stead and is not spoken of, metres."""


def sentence(finding: Finding, call: SkillCall | None = None) -> str:
    """Render a finding as one sentence that a person or a language model can repair from.

    Args:
        finding: The finding; its ``message`` is not looked at.
        call: The call that it is about; None for findings about the whole plan.

    Returns:
        For example ``Step 3 goto(place='lab'): doorway 'lab door' is 0.64 m wide, this robot needs 0.72 m.``
    """
    where = "" if finding.step is None else f"Step {finding.step}" + ("" if call is None else f" {short(call)}") + ": "
    parts = [_provided(finding.detail) + _BODY[finding.code](finding, finding.detail)]
    if finding.because_of is not None:
        parts.append(f"this hangs on step {finding.because_of}")
    if remedy := _remedy(finding):
        parts.append(remedy)
    text = where + "; ".join(parts) + "."
    return text if where else text[:1].upper() + text[1:]


def _provided(d: "_Detail") -> str:
    """What has to be so for the finding to hold, where it need not be."""
    if load := d.get("load"):
        return f"with {', '.join(_quoted(name) for name in load)} in the hand{_in_outcome(d)} "
    return "if this step fails, " if d.get("if_fails") else ""


def told(finding: Finding, call: SkillCall | None = None) -> Finding:
    """The finding with its margin and its sentence filled in."""
    measured = finding.model_copy(update={"margin": _margin(finding)})
    return measured.model_copy(update={"message": sentence(measured, call)})


def _margin(finding: Finding) -> float | None:
    """What there is to spare: available less needed; the other way round where ``needed`` is the most that is allowed."""
    if finding.needed is None or finding.available is None:
        return None
    spare = finding.available - finding.needed
    return round(-spare if finding.code in _AT_MOST else spare, 6)


_AT_MOST: tuple[Code, ...] = ("OUT_OF_REACH", "NOT_VISIBLE", "BAD_ARGUMENT")


def edit_text(edit: Edit, plan: Plan) -> str:
    """An edit of a plan as people read it, with the calls that it is about."""
    if edit.verb == "insert" and edit.call is not None:
        return f"{short(edit.call)} {_before(edit.step, plan)}"
    named = f"step {edit.step} {short(plan.steps[edit.step - 1])}"
    if edit.verb == "replace" and edit.call is not None:
        return f"{short(edit.call)} instead of {named}"
    if edit.verb == "drop":
        return f"leave out {named}"
    later = edit.to is not None and edit.to > edit.step
    return f"move {named} {'after' if later else 'before'} step {edit.to}"


def _before(step: int, plan: Plan) -> str:
    return f"before step {step}" if step <= len(plan.steps) else "at the end"


def short(call: SkillCall) -> str:
    """The call as people read it, cut where an argument is absurdly long; control characters are escaped."""
    args = ", ".join(f"{_cut(name)}={_quoted(value)}" for name, value in list(call.args.items())[:8])
    return f"{call.skill}({args}{', ...' if len(call.args) > 8 else ''})"


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _quoted(value: object) -> str:
    try:
        return _cut(repr(value[: _LONGEST + 1] if isinstance(value, str) else value))
    except (ValueError, RecursionError):  # an integer too long to print, or nesting beyond reason
        return f"<{type(value).__name__}>"


def _number(value: float | None) -> str:
    """Two decimals below ten, one below a hundred, none above."""
    if value is None:
        return "?"
    size = abs(value)
    return f"{value:.2f}" if size < 10 else f"{value:.1f}" if size < 100 else f"{value:.0f}"


def _at(finding: Finding) -> str:
    if finding.where is None:
        return ""
    words = finding.detail.get("where_words")
    spot = f"({finding.where[0]:.2f}, {finding.where[1]:.2f})"
    return f" at {spot}, {_cut(str(words), 120)}" if words else f" at {spot}"


def _short_by(finding: Finding, unit: str) -> str:
    """By how much it falls short, where that can be said."""
    return f", {_number(-finding.margin)} {unit} short" if finding.margin is not None and finding.margin < 0 else ""


def _remedy(finding: Finding) -> str:
    """What would work, from the verified alternatives."""
    texts: list[str] = []
    for alternative in finding.alternatives:
        if alternative.change is not None:
            texts.append(alternative.change)
        elif alternative.call is not None:
            texts.append(f"use {short(alternative.call)}")
    nearest = finding.detail.get("nearest")
    lead = ""
    if isinstance(nearest, str):
        lead = f"nearest place it can reach is {_quoted(nearest)}, {_metres(finding)} m away"
    pose, away = finding.detail.get("nearest_pose"), finding.detail.get("nearest_pose_m")
    if isinstance(pose, list | tuple) and isinstance(away, int | float) and away <= _NEAR_M:
        way = finding.detail.get("nearest_pose_way") or "away"
        lead = f"nearest pose that works: {away:.2f} m {way}, ({pose[0]:.2f}, {pose[1]:.2f})" + (f"; {lead}" if lead else "")
    works = f"verified to work: {' or '.join(texts)}" if texts else ""
    return "; ".join(part for part in (lead, works) if part)


def _metres(finding: Finding) -> str:
    away = finding.detail.get("nearest_m")
    return f"{away:.1f}" if isinstance(away, int | float) else "?"


_Detail = Mapping[str, Any]


def _bad_argument(f: Finding, d: _Detail) -> str:
    if f.step is None and f.subject == "steps":
        return f"the plan has {_whole(f.available)} steps, at most {_whole(f.needed)} can be judged: split the mission"
    return _cut(str(d.get("reason", f"argument {f.subject!r} is not valid")), 300).rstrip(".")


def _whole(value: float | None) -> str:
    return "?" if value is None else f"{value:.0f}"


def _unknown_name(f: Finding, d: _Detail) -> str:
    text = f"there is no {d.get('kind', 'feature')} named {_quoted(f.subject)} on map {_quoted(d.get('map', ''))}"
    if alike := d.get("alike"):
        text += f" (names that look alike: {', '.join(_quoted(name) for name in alike)})"
    return text


def _outside(what: str) -> Callable[[Finding, _Detail], str]:
    return lambda f, d: f"the {what} of the drive{_of(f)} lies outside the map{_at(f)}"


def _of(f: Finding) -> str:
    return f" to {_quoted(f.subject)}" if f.subject else ""


def _occupied(what: str) -> Callable[[Finding, _Detail], str]:
    def text(f: Finding, d: _Detail) -> str:
        room = ""
        if f.needed is not None and f.available is not None:
            room = f": the nearest obstacle is {_number(f.available)} m away, the body needs {_number(f.needed)} m"
        return f"the {what} of the drive{_of(f)} has no room for this body{_at(f)}{room}"

    return text


def _clearance(f: Finding, d: _Detail) -> str:
    way = f"doorway {_quoted(d['door'])}" if "door" in d else f"the tightest passage on the way{_of(f)}{_at(f)}"
    return f"{way} is {_number(f.available)} m wide, this robot needs {_number(f.needed)} m{_short_by(f, 'm')}"


def _door_closed(f: Finding, d: _Detail) -> str:
    doors = d.get("doors") or {f.subject: "closed"}
    listed = " and ".join(f"{_quoted(name)} is {state}" for name, state in doors.items())
    target = f" to {_quoted(d['target'])}" if d.get("target") else ""
    return f"every way{target} is shut: door {listed}{_in_outcome(d)}"


def _blocked(what: str) -> Callable[[Finding, _Detail], str]:
    def text(f: Finding, d: _Detail) -> str:
        if d.get("leaving"):
            return f"the robot stands in the keep-out zone {_quoted(f.subject)} and leaves it"
        target = f" to {_quoted(d['target'])}" if d.get("target") else _of(f)
        names = ", ".join(_quoted(name) for name in d.get("subjects", ()))
        ask = "; the operator has to allow it" if d.get("ask") else ""
        return f"every way{target} leads through {what}{' ' + names if names else ''}{_at(f)}{ask}"

    return text


def _needs_lift(f: Finding, d: _Detail) -> str:
    here, there = d.get("levels", ("?", "?"))
    return f"{_quoted(f.subject)} is on level {_cut(str(there))} and the robot then is on level {_cut(str(here))}"


def _within_tolerance(f: Finding, d: _Detail) -> str:
    if f.available is None or f.needed is None:
        return f"whether this body fits along the way{_of(f)}{_at(f)} is too close to decide, so it is refused"
    clear = f"is {f.available:.4f} m clear{_at(f)} where {f.needed:.4f} m is needed"
    return f"the way{_of(f)} {clear}: too close to decide, so it is refused"


def _precondition(f: Finding, d: _Detail) -> str:
    if f.unit == "kg":
        return f"with {_quoted(f.subject)} the load is {_number(f.needed)} kg, this robot carries {_number(f.available)} kg"
    since = f" since step {d['removed_by']}" if d.get("removed_by") else ""
    holds = "does not hold" if d.get("known", True) else "is not known to hold"
    return f"it is required that {_cut(f.subject)}, which {holds} here{since}{_in_outcome(d)}"


def _grip_force(f: Finding, d: _Detail) -> str:
    if "weight_kg" not in d:
        return f"this gripper is too weak to hold {_quoted(f.subject)}"
    what = f"{_number(d['weight_kg'])} kg at a friction of {_number(d['friction'])}"
    return f"{_quoted(f.subject)} ({what}) needs {_number(f.needed)} N of each finger, this gripper gives {_number(f.available)} N"


def _invariant(f: Finding, d: _Detail) -> str:
    if d.get("facts"):
        happens = "both hold" if d.get("known", True) else "both may hold"
        return f"{_cut(f.subject)}, {happens} after this step"
    moment = {"start": "when it sets off", "arrival": "on arrival"}.get(str(d.get("moment")), "when it has ended")
    since = f" since step {d['removed_by']}" if d.get("removed_by") else ""
    holds = "does not hold" if d.get("known", True) else "is not known to hold"
    return f"as long as this runs {_cut(f.subject)} has to hold, which {holds} {moment}{since}{_in_outcome(d)}"


def _in_outcome(d: _Detail) -> str:
    return f" when {_cut(str(d['outcomes']), 300)}" if d.get("outcomes") else ""


def _battery(f: Finding, d: _Detail) -> str:
    if d.get("reason"):
        return _cut(str(d["reason"]), 300)
    needs = "needs" if d.get("proved", True) else "may need"
    purpose = f" and the way back to {_quoted(d['dock'])}" if d.get("dock") else ""
    text = f"the plan up to here{purpose} {needs} {_number(f.needed)} Wh, the battery "
    reserve = f"its reserve of {_number(d.get('reserve_wh'))} Wh"
    if f.available is not None and f.available < 0:
        text += f"is already {_number(-f.available)} Wh below {reserve}"
    else:
        text += f"has {_number(f.available)} Wh" + (f" above {reserve}" if d.get("reserve_wh", 1) else "")
    text += _short_by(f, "Wh")
    if d.get("at_most_s") is not None:
        text += f", {_number(d['at_most_s'])} s being the most that this step can take"
    if safe := d.get("last_safe"):
        spot = f"({safe['point'][0]:.2f}, {safe['point'][1]:.2f})" + (f", {_cut(safe['words'], 120)}" if safe.get("words") else "")
        along = f"{_number(safe['metres'])} m along step {safe['step']}" if safe["metres"] else f"where step {safe['step']} starts"
        text += f", the last point that it can still return from is {along}, at {spot}"
    elif d.get("last_safe_step"):
        text += f", the last step that it can still return from is {_whole(d['last_safe_step'])}"
    return text


def _time(f: Finding, d: _Detail) -> str:
    if d.get("limit"):
        return _limit("take", "s")(f, d)
    return f"this takes at least {_number(f.needed)} s, the skill is stopped after {_number(f.available)} s"


def _limit(verb: str, unit: str) -> Callable[[Finding, _Detail], str]:
    def text(f: Finding, d: _Detail) -> str:
        over = "" if f.margin is None else f", {_number(-f.margin)} {unit} over"
        if d.get("measured"):
            return f"the mission has {_HAS[verb]} {_number(f.needed)} {unit}, the limit is {_number(f.available)} {unit}{over}"
        spent = f"may {verb} up to {_number(f.needed)} {unit}"
        if d.get("proved") and d.get("at_least") is not None:
            spent += f" and must {verb} at least {_number(d['at_least'])} {unit}"
        if d.get("taken"):
            spent += f", with {_number(d['taken'])} {unit} before it"
        return f"the plan up to here {spent}, the limit is {_number(f.available)} {unit}{over}"

    return text


_HAS = {"take": "taken", "drive": "driven", "use": "used"}


def _steps(f: Finding, d: _Detail) -> str:
    if d.get("measured"):
        return f"the mission has taken {_whole(f.needed)} steps, the limit is {_whole(f.available)} steps"
    return f"this is step {_whole(f.needed)}{' of the mission' if d.get('taken') else ''}, the limit is {_whole(f.available)} steps"


def _unverifiable(f: Finding, d: _Detail) -> str:
    if "uncertain_step" in d:
        return (
            f"what step {d['uncertain_step']} finds decides this step; it was judged from the last pose known"
            " and is verified again before it runs"
        )
    return _cut(str(d.get("reason", "this skill declares no motion or effects, so nothing can be promised")), 300)


def _out_of_reach(finding: Finding, detail: _Detail) -> str:
    high = detail.get("height_m")
    stands = "" if high is None else f" that stands {_number(high)} m above the floor"
    if detail.get("too_high"):
        return (
            f"{_quoted(finding.subject)}{stands} is out of the arm's reach: the hand must get to {_number(finding.available)} m,"
            f" it gets to {_number(finding.needed)} m"
        )
    text = (
        f"{_quoted(finding.subject)}{stands} cannot be reached from any place where this body fits:"
        f" it must stand within {_number(finding.needed)} m of it"
    )
    if finding.available is None:
        return text
    if finding.needed is not None and finding.available <= finding.needed:
        return f"{text} and see it, the best is {_number(finding.available)} m with something between"
    return f"{text}, the best is {_number(finding.available)} m"


_BODY: dict[Code, Callable[[Finding, _Detail], str]] = {
    "EMPTY_PLAN": lambda f, d: "the plan has no steps: propose at least one skill call",
    "UNKNOWN_SKILL": lambda f, d: f"there is no skill named {_quoted(f.subject)}",
    "BAD_ARGUMENT": _bad_argument,
    "UNKNOWN_NAME": _unknown_name,
    "WRONG_MAP": lambda f, d: f"the plan was made for map {_quoted(f.subject)}, this is map {_quoted(d.get('map', ''))}",
    "STALE_REVISION": lambda f, d: (
        f"the plan was made for revision {_quoted(_cut(f.subject, 20))} of the map, which has changed since;"
        " it was judged against the present one"
    ),
    "START_OUTSIDE_MAP": _outside("start"),
    "GOAL_OUTSIDE_MAP": _outside("goal"),
    "START_OCCUPIED": _occupied("start"),
    "GOAL_OCCUPIED": _occupied("goal"),
    "NO_VALID_PATH": lambda f, d: f"walls close every way{_of(f)}{_at(f)}",
    "NEEDS_LIFT": _needs_lift,
    "UNKNOWN_SPACE": _blocked("space that has not been seen yet"),
    "KEEPOUT": _blocked("the keep-out zone"),
    "CLEARANCE": _clearance,
    "DOOR_CLOSED": _door_closed,
    "OUT_OF_REACH": _out_of_reach,
    "NOT_VISIBLE": lambda f, d: (
        f"{_quoted(f.subject)} cannot be seen within {_number(f.needed)} m from any place where this body fits"
    ),
    "PRECONDITION": _precondition,
    "GRIP_FORCE": _grip_force,
    "INVARIANT": _invariant,
    "BATTERY": _battery,
    "TIME": _time,
    "DISTANCE": _limit("drive", "m"),
    "ENERGY": _limit("use", "Wh"),
    "STEPS": _steps,
    "RULE": lambda f, d: _cut(str(d.get("reason", f"house rule {f.subject!r} is broken")), 300).rstrip("."),
    "UNVERIFIABLE": _unverifiable,
    "WITHIN_TOLERANCE": _within_tolerance,
    "NOT_DRIVABLE": lambda f, d: (
        f"there is a way{_of(f)} for a body that moves as it likes, but no straight drives and turns in place were found along it"
    ),
    "NO_LANE": lambda f, d: (
        f"there is room to drive{_of(f)}, but no lane leads there in its direction, and routes keep to lanes on this map"
    ),
    "GREY_205": lambda f, d: _cut(str(d.get("reason", "the map's grey pixels may be read as unknown or free")), 300).rstrip(
        "."
    ),
    "GRAPH_ONLY": lambda f, d: _cut(str(d.get("reason", "the map is a graph without a grid")), 300).rstrip("."),
}  # fmt: skip
