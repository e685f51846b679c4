"""Calls as a small model reads and writes them: what was carried out, what the verifier refused, what must not be said again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.planners.dialect.arguments import ARGUMENTS
from agent.planners.dialect.handing import Pointers
from agent.planners.dialect.prompt import History, Signature
from agent.planners.pointers import Item, ReferentType, Segment, normalise_words
from agent.planners.refuted import by_names

if TYPE_CHECKING:
    from agent.planners.planner import Brief, HistoryEntry
    from skills import SkillCall
    from verifier.finding import Finding

__all__ = ["past", "refused", "refuted"]

SEEN_WORDS = 16
"""So many words of what was seen are told."""

_NAMED: dict[str, ReferentType] = {"place": "place", "thing": "thing", "door": "door", "dock": "place"}
"""Kinds of argument that are a name on the map, and what is named."""

_SILENT = frozenset({"goto", "pick", "place", "open_door", "wait", "dock", "say", "report", "explore", "take_lift"})
"""Skills whose value says nothing that the call does not say."""


def _call(call: SkillCall, pointers: Pointers, signatures: dict[str, Signature]) -> tuple[Item, ...]:
    """A call as the model writes it; names that get no pointer are words."""
    if call.skill in pointers.dialect.library:
        items = [Segment(f"[{call.skill}]", special=True)]
        kinds = dict(ARGUMENTS[call.skill])
    else:
        pointer = pointers.of("skill", call.skill) if call.skill in signatures else None
        items = [Segment(pointer, special=True)] if pointer else [Segment(word) for word, _, _ in normalise_words(call.skill)]
        signature = signatures.get(call.skill)
        kinds = dict(zip(signature.names, signature.kinds, strict=True)) if signature else {}
    for name, kind in kinds.items():
        value = call.args.get(name)
        if value is None:
            continue
        target = pointers.of(_NAMED[kind], str(value)) if kind in _NAMED else None
        if target is not None:
            items.append(Segment(target, special=True))
        elif kind == "text":
            items += [Segment("[q]", special=True), *_spoken(str(value)), Segment("[/q]", special=True)]
        else:
            items += _spoken(f"{value:g}" if isinstance(value, float) else str(value))
    return tuple(items)


def _spoken(text: str) -> list[Item]:
    return [Segment(word) for word, _, _ in normalise_words(text)[:40]]


def past(entry: HistoryEntry, pointers: Pointers, signatures: dict[str, Signature]) -> History:
    """A step that was carried out, and what came of it.

    Args:
        entry: The step and its outcome.
        pointers: Gives names their pointers.
        signatures: The user's skills by name.
    """
    outcome = entry.outcome
    call = _call(entry.call, pointers, signatures)
    value = outcome.value
    if not outcome.ok:
        return History(call, "[failed]", tuple(_code(outcome.code)))
    if entry.call.skill == "search":
        found = isinstance(value, dict) and bool(value.get("found"))
        name = value.get("thing") if isinstance(value, dict) else None
        thing = pointers.of("thing", name) if isinstance(name, str) else None
        return History(call, "[found]" if found else "[missed]", (Segment(thing, special=True),) if thing else ())
    if isinstance(value, str | int | float) and entry.call.skill not in _SILENT:
        return History(call, "[ok]", (Segment("[saw]", special=True), *_spoken(str(value))[:SEEN_WORDS]))
    return History(call, "[ok]")


def _code(code: str) -> list[Item]:
    """A cause code as words: ``DOOR_LOCKED`` is "door locked"."""
    return [Segment(word) for word in code.lower().split("_") if word]


def refused(brief: Brief, pointers: Pointers, signatures: dict[str, Signature]) -> Iterator[History]:
    """The first step that the verifier refused, why, and what would help: a call to make first, or in its stead.

    Args:
        brief: What is planned.
        pointers: Gives names their pointers.
        signatures: The user's skills by name.
    """
    if not brief.rejected:
        return
    steps = brief.rejected[-1].steps
    for finding in brief.findings:
        if (
            finding.severity == "error"
            and finding.step is not None
            and finding.because_of is None
            and 1 <= finding.step <= len(steps)
        ):
            call = _call(steps[finding.step - 1], pointers, signatures)
            yield History(call, seen=(*_code(finding.code), *_help(finding, pointers, signatures)))
            return


def _help(finding: Finding, pointers: Pointers, signatures: dict[str, Signature]) -> tuple[Item, ...]:
    """The first verified alternative: the calls to make before the step, or the one to make in its stead."""
    step = finding.step or 0
    for alternative in finding.alternatives:
        edits = alternative.edits_at(step)
        calls = [edit.call for edit in edits if edit.call is not None]
        here = [edit.step for edit in edits] == list(range(step, step + len(edits)))
        for verb, mark in (("insert", "[first]"), ("replace", "[instead]")):
            if calls and here and all(edit.verb == verb for edit in edits):
                marked: list[Item] = [Segment(mark, special=True)]
                return tuple(marked + [item for call in calls for item in _call(call, pointers, signatures)])
    return (Segment("[first]", special=True), Segment("[dock]", special=True)) if finding.code == "BATTERY" else ()


def refuted(brief: Brief, pointers: Pointers, signatures: dict[str, Signature]) -> Iterator[tuple[str | None, ...]]:
    """Refuted calls as the model would write them; what it cannot write needs no barring.

    Args:
        brief: What is planned.
        pointers: Gives names their pointers.
        signatures: The user's skills by name.
    """
    for call in brief.refuted:
        skill = brief.skills.get(call.skill)
        if skill is None or not by_names(call, skill):
            continue
        signature = signatures.get(call.skill)
        verb = pointers.given("skill", call.skill) if signature else f"[{call.skill}]"
        written = tuple(zip(signature.names, signature.kinds, strict=True)) if signature else ARGUMENTS.get(call.skill, ())
        named = [(name, _NAMED[kind]) for name, kind in written if kind in _NAMED]
        if verb is None or set(call.args) - {name for name, _ in named}:
            continue
        arguments = [pointers.given(type_, str(call.args[name])) if name in call.args else None for name, type_ in named]
        if all(pointer is not None for pointer, (name, _) in zip(arguments, named, strict=True) if name in call.args):
            yield verb, *arguments
