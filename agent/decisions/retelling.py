"""Retelling: a mission in which only the branch that counts is left of each settled conditional."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.decisions.clauses import Conditional, Span, said

__all__ = ["Retold", "is_nothing", "retold"]

_CJK = re.compile(r"[\u3400-\u9fff]")
_STOPS = re.compile(r"[,.;:!?\uff0c\u3002\uff1b\uff1a\uff01\uff1f\u3001\u2026\s-]+")
_PAUSES = ",;:\uff0c\uff1a\uff1b\u3001.\u3002!\uff01?\uff1f"
_AROUND = re.compile(r"^(?:then|just|please|you can|you may|就|那就|那|你)\s*|\s*(?:then|thanks|thank you|please|了|吧|啦)$")
_SO = {True: "不是的话\uff0c", False: "是的话\uff0c"}
_DANGLING = re.compile(r"(?:[\s,]+(?:and|but|then))*[\s,\uff0c]*$")
_IF, _IF_NOT = "如果", "如果不是"


@dataclass(frozen=True, slots=True)
class Retold:
    """A conditional as it turned out.

    Attributes:
        one: The conditional.
        done: The branch that counts; None where nothing is to be done.
        holds: Whether its condition holds as it is worded.
        text: What is told of it in the branch's stead; empty for the branch itself.
    """

    one: Conditional
    done: Span | None
    holds: bool
    text: str = ""


def is_nothing(words: str) -> bool:
    """Whether a branch says that nothing is to be done: "never mind"."""
    text = _STOPS.sub(" ", words).strip()
    for _ in range(3):
        text = _AROUND.sub("", text).strip()
    if not _CJK.search(text):
        return not text or text in said("en", "nothing")
    return text in {one.removesuffix("\u4e86").removeprefix("\u5c31") for one in said("zh", "nothing")}


def retold(mission: str, tellings: Sequence[Retold]) -> tuple[str, list[Span]]:
    """Tell a mission anew.

    What holds keeps its "if", what does not gets an "unless" before the other branch: a planner that knows conditions reads it as
    it reads others, and finds nothing in it that is not to be done.

    Args:
        mission: Its text.
        tellings: The settled conditionals, in order.

    Returns:
        The text, and the stretches of the mission that are no part of these conditionals.
    """
    chinese = _CJK.search(mission) is not None
    left: list[Span] = []
    parts: list[str] = []
    at = 0
    for told in tellings:
        start, end = _whole(told.one)
        branch = told.text or _branch(mission, told, chinese=chinese)
        left.append(_trimmed(mission, (at, start), ends=not branch))
        parts += [mission[slice(*left[-1])], branch]
        at = end
    left.append(_trimmed(mission, (at, len(mission))))
    parts.append(mission[slice(*left[-1])])
    return _joined([part for part in parts if part], chinese=chinese), [span for span in left if span[0] < span[1]]


def _whole(one: Conditional) -> Span:
    spans = [one.cut, one.then, *(span for span in (one.otherwise, one.cut_else) if span is not None)]
    return min(start for start, _ in spans), max(end for _, end in spans)


def _branch(mission: str, told: Retold, *, chinese: bool) -> str:
    """The branch that counts with its condition; "" for none."""
    one, done = told.one, told.done
    if done is None:
        return ""
    words = mission[slice(*done)].strip()
    condition = " ".join(mission[slice(*one.condition)].split()).strip(_PAUSES + " ")
    if done == one.then:
        start, end = min(one.cut[0], one.then[0]), max(one.cut[1], one.then[1])
        return mission[start:end].strip(_PAUSES + " ")
    if one.elliptic is not None:  # "if so" turned round
        return f"{_SO[one.elliptic]}{words}" if chinese else f"if {'not' if one.elliptic else 'so'}, {words}"
    if chinese:
        return f"{_IF if told.holds else _IF_NOT}{condition}\uff0c\u5c31{words}"
    return f"{'if' if told.holds else 'unless'} {condition}, {words}"


def _trimmed(mission: str, span: Span, *, ends: bool = False) -> Span:
    """A stretch without the white space around it and the stops before it; where nothing follows (``ends``), without a joint."""
    start, end = span
    while start < end and (mission[start].isspace() or mission[start] in _PAUSES):
        start += 1
    while end > start and mission[end - 1].isspace():
        end -= 1
    dangling = _DANGLING.search(mission[start:end]) if ends else None
    return start, end if dangling is None else start + dangling.start()


def _joined(parts: Sequence[str], *, chinese: bool) -> str:
    """Parts as one text; what no stop ends gets one."""
    text = ""
    for part in parts:
        if not text:
            text = part
        elif text[-1] in _PAUSES or text.endswith((" and", " then", " but")) or (text[-1] in ")]\"'" and not chinese):
            text += part if chinese else f" {part}"
        else:
            text += f"\uff0c{part}" if chinese else f", {part}"
    return text
