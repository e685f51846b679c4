"""Rolling: the oracle's plain steps written as loops where the mission says "every", "each", "twice"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from agent.learning.meaning import Mention
from agent.planners.dialect.loops import MOST_TIMES
from agent.planners.pointers import ALL, BETWEEN, BUT, EACH, EACH_END, IT, TIMES, TIMES_END

__all__ = ["rolled"]

_Step: TypeAlias = tuple[str, ...]
_LONGEST_BODY = 8
_LOOP_MORE = 4
"""A loop through one member alone may say so many tokens more than its steps do, for each of them."""
_KINDS = {"[P": "place", "[T": "thing", "[D": "door"}
_OF_ONE = frozenset(("[goto]", "[inspect]", "[pick]", "[explore]", "[search]", "[dock]", "[open_door]", "[take_lift]"))
"""Steps that are about one member of a loop: another place between two members is a stop of its own, as on a patrol."""


@dataclass(frozen=True)
class _Run:
    """Blocks of ``size`` steps that differ in one pointer each, in turn ``members``."""

    size: int
    members: tuple[str, ...]
    body: tuple[_Step, ...]


def rolled(steps: Sequence[_Step], mentions: Sequence[Mention], inside: Mapping[str, str]) -> Iterator[str]:
    """Steps as an answer says them.

    Args:
        steps: The plan, as tokens.
        mentions: What the mission names: groups are gone through as groups where all of one is meant, or all but some.
        inside: Thing -> place, as the prompt tells it.
    """
    parts: list[_Step] = []
    at = 0
    while at < len(steps):
        loop, length = _each(steps[at:], mentions, inside)
        parts.append(loop if length else steps[at])
        at += length or 1
    yield from _times(parts)


def _each(steps: Sequence[_Step], mentions: Sequence[Mention], inside: Mapping[str, str]) -> tuple[_Step, int]:
    """The loop that the steps begin with, and how many of them it takes; 0 for none."""
    runs = [run for size in range(1, 5) if (run := _run(steps, size)) is not None]
    for run in runs:
        for mention in mentions:
            taken = run.members[: len(mention.chosen)]
            if mention.form in ("all", "except") and len(mention.candidates) > 1 and taken == tuple(mention.chosen):
                return _loop(_set(mention, inside), run), run.size * len(taken)
    for run in runs:
        if run.size > 1 or "[q]" in run.body[0]:
            return _loop(run.members, run), run.size * len(run.members)
    for mention in mentions:  # all but some, and one is left
        if mention.form == "except" and len(mention.chosen) == 1 and mention.pointer in steps[0]:
            size = 2 if steps[0][0] == "[pick]" and len(steps) > 1 and steps[1][0] == "[place]" else 1
            through = _set(mention, inside)
            if len(through) + 2 <= _LOOP_MORE * size:
                return _loop(through, _Run(size, mention.chosen, _body(steps[:size], mention.pointer))), size
    return (), 0


def _run(steps: Sequence[_Step], size: int) -> _Run | None:
    """The longest run of blocks of a size that the steps begin with; None for less than two."""
    first = steps[:size]
    members: list[str] = []
    body: tuple[_Step, ...] = ()
    for start in range(size, len(steps) - size + 1, size):
        pair = _varied(first, steps[start : start + size])
        if pair is None or (members and (pair[0] != members[0] or pair[1] in members)):
            break
        body = body or _body(first, pair[0])
        if any(step[0] in _OF_ONE and IT not in step for step in body):
            return None
        members = [*(members or [pair[0]]), pair[1]]
        if _body(steps[start : start + size], pair[1]) != body:
            members.pop()
            break
    return _Run(size, tuple(members), body) if len(members) > 1 else None


def _varied(first: Sequence[_Step], other: Sequence[_Step]) -> tuple[str, str] | None:
    """The one pointer in which two blocks differ, in either."""
    if [len(step) for step in first] != [len(step) for step in other]:
        return None
    pairs = {(a, b) for one, two in zip(first, other, strict=True) for a, b in zip(one, two, strict=True) if a != b}
    if len(pairs) != 1:
        return None
    ((a, b),) = pairs
    return (a, b) if a[:2] in _KINDS and a[:2] == b[:2] and a[2].isdigit() and b[2].isdigit() else None


def _body(steps: Sequence[_Step], pointer: str) -> tuple[_Step, ...]:
    """Steps with ``[it]`` for a pointer, but not in what they quote."""
    out = []
    for step in steps:
        end = step.index("[q]") if "[q]" in step else len(step)
        out.append(tuple(IT if token == pointer else token for token in step[:end]) + step[end:])
    return tuple(out)


def _loop(through: Sequence[str], run: _Run) -> _Step:
    return (EACH, *through, *(token for step in run.body for token in step), EACH_END)


def _set(mention: Mention, inside: Mapping[str, str]) -> tuple[str, ...]:
    """All of a group, or all but some of it, as it is said."""
    if mention.form == "all":
        return (ALL, mention.candidates[0])
    left = tuple(pointer for pointer in mention.candidates if pointer not in mention.chosen)
    beside = mention.beside.pointer if mention.beside is not None else ""
    place = mention.kind == "thing" and {p for p in mention.candidates if inside.get(p) == beside} == set(left)
    return (ALL, mention.candidates[0], BUT, *([beside] if beside and place else left))


def _times(parts: list[_Step]) -> Iterator[str]:
    """Parts as tokens, what is repeated at once as loops."""
    at = 0
    while at < len(parts):
        best = (0, 0, 0)
        for size in range(1, _LONGEST_BODY + 1):
            body = parts[at : at + size]
            if any(part[0] == TIMES for part in body) or len(body) < size:
                break
            for pause in (0, 1):
                count = _count(parts, at, size, pause)
                taken = count * size + (count - 1) * pause
                if count > 1 and taken > best[0] and (not pause or parts[at + size][0] == "[wait]" != parts[at][0]):
                    best = (taken, size, pause)
        taken, size, pause = best
        if not taken:
            yield from parts[at]
            at += 1
            continue
        yield from (TIMES, str((taken + pause) // (size + pause)), *(token for part in parts[at : at + size] for token in part))
        if pause:
            yield from (BETWEEN, *parts[at + size])
        yield TIMES_END
        at += taken


def _count(parts: Sequence[_Step], at: int, size: int, pause: int) -> int:
    """How often a body of a size stands one behind the other, with the same pause between."""
    body, between = parts[at : at + size], parts[at + size : at + size + pause]
    count = 1
    while count < MOST_TIMES:
        start = at + count * (size + pause)
        if list(parts[start : start + size]) != list(body) or list(parts[start - pause : start]) != list(between):
            break
        count += 1
    return count
