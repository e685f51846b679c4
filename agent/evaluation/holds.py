"""Whether a condition holds of a trace, and what is missing when it does not.

A condition is matched from a position in the list of deeds and yields the positions at which it may be over: sets of a few
numbers, so that orders, alternatives and repetitions compose without search.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from agent.evaluation.condition import Condition, Spoken
from agent.evaluation.trace import Deed, Trace, inside
from maps import FeatureType

__all__ = ["holds", "missing", "says", "was_found"]

_LOOKS = frozenset({"search", "explore"})


def holds(condition: Condition, trace: Trace) -> bool:
    """Whether a condition holds of what happened."""
    return bool(_ends(condition, trace, 0))


def missing(condition: Condition, trace: Trace) -> str:
    """The first part of a condition that does not hold, as it stands in the file; empty when all of it holds."""
    if holds(condition, trace):
        return ""
    if condition.all is not None:
        return next((missing(part, trace) for part in condition.all if not holds(part, trace)), _told(condition))
    if condition.then is not None:
        at = frozenset({0})
        for part in condition.then:
            at = _from(at, part, trace)
            if not at:
                early = "" if not holds(part, trace) else " (not in this order)"
                return (missing(part, trace) or _told(part)) + early
    return _told(condition)


def says(words: Iterable[str], text: str) -> bool:
    """Whether all words occur in a text, whatever their case; ``a|b`` is either. Latin words count only as whole words."""
    return all(any(_occurs(word, text) for word in either.split("|")) for either in words)


def was_found(thing: str, deed: Deed) -> bool:
    """Whether a deed found a thing, or had it before it."""
    value = deed.outcome.value
    if isinstance(value, Mapping):
        listed = value.get("found")
        return value.get("thing") == thing or (isinstance(listed, list) and thing in listed)
    return thing in (deed.call.args.get("thing"), *set(deed.carries) - set(deed.carried))


def _ends(condition: Condition, trace: Trace, start: int) -> frozenset[int]:
    """Where a condition that begins at ``start`` may be over; empty when it does not hold."""
    if condition.all is not None:
        return _all(condition.all, trace, start)
    if condition.then is not None:
        at = frozenset({start})
        for part in condition.then:
            at = _from(at, part, trace)
        return at
    if condition.any is not None:
        return frozenset().union(*(_ends(part, trace, start) for part in condition.any))
    if condition.never is not None:
        return frozenset() if any(_ends(part, trace, start) for part in condition.never) else frozenset({start})
    if condition.times is not None and condition.of is not None:
        return _times(condition.times, condition.of, trace, start)
    if condition.key in _FINAL:
        return frozenset({start}) if _FINAL[condition.key](condition, trace) else frozenset()
    if condition.wait is not None:
        return _waits(condition, trace, start)
    step = 0 if condition.key in ("visit", "passes") else 1
    return frozenset(i + step for i in range(start, len(trace.deeds)) if _event(condition, trace.deeds[i], trace))


def _from(starts: frozenset[int], part: Condition, trace: Trace) -> frozenset[int]:
    return frozenset().union(*(_ends(part, trace, start) for start in starts))


def _all(parts: Iterable[Condition], trace: Trace, start: int) -> frozenset[int]:
    at = frozenset({start})
    for part in parts:
        over = _ends(part, trace, start)
        at = frozenset(max(a, b) for a in at for b in over)
    return at


def _times(count: int, of: Condition, trace: Trace, start: int) -> frozenset[int]:
    if of.parts or of.key in _FINAL or of.wait is not None:
        at = frozenset({start})
        for _ in range(count):
            at = _from(at, of, trace)
        return at
    hits = [i for i in range(start, len(trace.deeds)) if _event(of, trace.deeds[i], trace)]
    if of.key in ("visit", "passes"):  # arrivals: staying is not coming again
        hits = [i for i in hits if i - 1 not in hits]
    return frozenset({hits[-1] + 1}) if len(hits) == count else frozenset()


def _waits(condition: Condition, trace: Trace, start: int) -> frozenset[int]:
    """Where a wait may be over; waits that follow one another at once add up."""
    assert condition.wait is not None
    low, high = condition.wait.bounds
    over = set()
    for first in range(start, len(trace.deeds)):
        total = 0.0
        for i in range(first, len(trace.deeds)):
            deed = trace.deeds[i]
            seconds = deed.call.args.get("seconds")
            if deed.call.skill != "wait" or not isinstance(seconds, int | float):
                break
            if condition.wait.at and not trace.in_place(condition.wait.at, deed.at):
                break
            total += seconds
            if low <= total <= high:
                over.add(i + 1)
    return frozenset(over)


def _event(condition: Condition, deed: Deed, trace: Trace) -> bool:
    return _EVENTS[condition.key](condition, deed, trace)


def _visit(condition: Condition, deed: Deed, trace: Trace) -> bool:
    return trace.in_place(condition.visit or (), deed.at)


def _passes(condition: Condition, deed: Deed, trace: Trace) -> bool:
    return any(trace.in_place(condition.passes or (), at) for at in (*_dense(deed.path), deed.at))


def _inspect(condition: Condition, deed: Deed, trace: Trace) -> bool:
    thing = _argument(deed, "thing", trace)
    return deed.call.skill == "inspect" and thing is not None and thing in (condition.inspect or ())


def _pick(condition: Condition, deed: Deed, trace: Trace) -> bool:
    return any(name in deed.carries and name not in deed.carried for name in condition.pick or ())


def _put(condition: Condition, deed: Deed, trace: Trace) -> bool:
    put = condition.put
    gone = set(deed.carried) - set(deed.carries)
    return put is not None and bool(gone & set(put.thing)) and trace.in_place(put.place, deed.at)


def _open(condition: Condition, deed: Deed, trace: Trace) -> bool:
    door = _argument(deed, "door", trace)
    return deed.call.skill == "open_door" and door is not None and door in (condition.open or ())


def _find(condition: Condition, deed: Deed, trace: Trace) -> bool:
    return any(was_found(name, deed) for name in condition.find or ())


def _look_in(condition: Condition, deed: Deed, trace: Trace) -> bool:
    where = _argument(deed, "place", trace)
    return deed.call.skill in _LOOKS and (where is None or where in (condition.look_in or ()))


def _say(condition: Condition, deed: Deed, trace: Trace) -> bool:
    return deed.call.skill == "say" and _spoken(
        condition.say, str(deed.call.args.get("text") or deed.outcome.value or ""), deed, trace
    )


def _ask(condition: Condition, deed: Deed, trace: Trace) -> bool:
    return deed.call.skill == "ask" and _spoken(condition.ask, str(deed.call.args.get("question", "")), deed, trace)


def _dock(condition: Condition, deed: Deed, trace: Trace) -> bool:
    wanted = condition.dock if isinstance(condition.dock, tuple) else tuple(place.name for place in trace.before.docks)
    return deed.call.skill == "dock" and trace.in_place(wanted, deed.at)


def _call(condition: Condition, deed: Deed, trace: Trace) -> bool:
    call = condition.call
    if call is None or deed.call.skill != call.skill or (call.at and not trace.in_place(call.at, deed.at)):
        return False
    return all(deed.call.args.get(name) == value for name, value in call.args.items())


_EVENTS: dict[str, Callable[[Condition, Deed, Trace], bool]] = {
    "visit": _visit, "passes": _passes, "inspect": _inspect, "pick": _pick, "put": _put, "open": _open, "find": _find,
    "look_in": _look_in, "say": _say, "ask": _ask, "dock": _dock, "call": _call,
}  # fmt: skip


def _is_told(condition: Condition, trace: Trace) -> bool:
    return says(condition.told or (), "\n".join(trace.told))


def _stands(condition: Condition, trace: Trace) -> bool:
    return bool(trace.deeds) and trace.in_place(condition.ends or (), trace.state.pose.point)


def _lies(condition: Condition, trace: Trace) -> bool:
    return all(_lies_in(thing, places, trace) for thing, places in (condition.lies or {}).items())


def _lies_in(name: str, places: tuple[str, ...], trace: Trace) -> bool:
    thing = trace.after.things.get(name)
    if thing is None:  # in the hand
        return False
    return (thing.place is not None and thing.place in places) or any(
        inside(trace.after.places[place], thing.position) for place in places
    )


def _holds(condition: Condition, trace: Trace) -> bool:
    return sorted(trace.state.carrying) == sorted(condition.holds or ())


def _doors(condition: Condition, trace: Trace) -> bool:
    return all(trace.after.doors[name].state == state for name, state in (condition.doors or {}).items())


_FINAL: dict[str, Callable[[Condition, Trace], bool]] = {
    "told": _is_told, "ends": _stands, "lies": _lies, "holds": _holds, "doors": _doors,
}  # fmt: skip


def _spoken(spoken: Spoken | None, text: str, deed: Deed, trace: Trace) -> bool:
    return spoken is not None and says(spoken.words, text) and (not spoken.at or trace.in_place(spoken.at, deed.at))


def _argument(deed: Deed, name: str, trace: Trace) -> str | None:
    """A name among a call's arguments, as the map has it."""
    value = deed.call.args.get(name)
    if not isinstance(value, str):
        return None
    kind: FeatureType = "place" if name == "place" else "door" if name == "door" else "thing"
    return trace.known.resolve(kind, value) or trace.after.resolve(kind, value) or value


def _occurs(word: str, text: str) -> bool:
    latin = "[A-Za-z0-9]"
    before = rf"(?<!{latin})" if re.match(latin, word) else ""
    after = rf"(?!{latin})" if re.search(f"{latin}$", word) else ""
    return re.search(before + re.escape(word.strip()) + after, text, re.IGNORECASE) is not None


def _dense(path: tuple[tuple[float, float], ...], step: float = 0.25) -> Iterable[tuple[float, float]]:
    """Points along a path, at most ``step`` metres apart."""
    for (ax, ay), (bx, by) in pairwise(path):
        count = max(1, int(max(abs(bx - ax), abs(by - ay)) / step) + 1)
        yield from ((ax + (bx - ax) * i / count, ay + (by - ay) * i / count) for i in range(count + 1))


def _told(condition: Condition) -> str:
    """A condition in one line."""
    data = condition.model_dump(mode="json", exclude_unset=True)
    return ", ".join(f"{key}: {_line(value)}" for key, value in data.items())


def _line(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_line(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return _line(value[0]) if len(value) == 1 and isinstance(value[0], str) else "[" + ", ".join(map(_line, value)) + "]"
    return str(value)
