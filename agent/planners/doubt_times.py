"""Doubts about waits: one that nobody asked for, and one of another length than the mission says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt

if TYPE_CHECKING:
    from maps.linking import Mention
    from skills import Plan

__all__ = ["doubted_waits", "durations", "waited_elsewhere"]

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "秒": 1.0, "分": 60.0, "时": 3600.0, "刻": 900.0}
_ENGLISH = re.compile(
    r"(?<![\w.])(?P<number>\d+(?:\.\d+)?|[a-z]+(?:-[a-z]+)?)[\s-]*(?:(?:more|full|whole|solid|good|extra|further|entire|clear|straight)\s+)?(?P<half>and\s+a\s+half\s+)?"
    r"(?P<unit>s|secs?|seconds?|m|mins?|minutes?|hrs?|h|hours?)\b(?P<more>\s+and\s+(?:a\s+half|a\s+quarter|three\s+quarters))?(?!\s+(?:ago|late|early|earlier)\b)",
    re.IGNORECASE,
)
_PART = {"half": 0.5, "quarter": 0.25, "a quarter": 0.25, "three quarters": 0.75}
_PARTS = re.compile(
    r"\b(?P<part>half|(?:a\s+)?quarter|three\s+quarters)(?:\s+of)?\s+an?\s+(?P<unit>hour|minute|min|sec(?:ond)?)\b", re.IGNORECASE
)
_CHINESE = re.compile(
    "(?P<number>\\d+(?:\\.\\d+)?|[零\u3007一二两三四五六七八九十百]+|半)(?P<half>个半)?个?(?P<unit>秒|分|小?时|钟头|刻)(?P<more>半)?"
)
_SPARE = re.compile(r"\b(?:got|have|get|gets|has|spare|just)\s+$", re.IGNORECASE)
"""Before "a minute" that nobody is to wait for: "when you've got a sec"."""
_WORDS = {"a": 1.0, "an": 1.0, "one": 1.0, "half": 0.5}
_WAITS = re.compile(
    r"\b(?:wait\w*|hold\w*|paus\w*|stay\w*|stop\w*|stand\w*|remain\w*|linger\w*|hang\w*|until|till|park\w*|rest\w*|delay\w*|count\w*|idle"
    r"|sit|guard\w*|watch\w*|keep\w*|at\s+each\s+(?:stop|one|place)|after\s+(?:a\s+)?\w+\s+(?:secs?|seconds?|mins?|minutes?|hours?))\b|[等停待候歇守留]|间隔|每隔|直到|过(?:一)?会",
    re.IGNORECASE,
)
"""Words by which someone may wait without saying how long."""
_STAYS_THERE = re.compile(
    r"\b(?:wait|stay|hold|keep|sit|stand|remain|hang|linger|park)\b[^.;!?,]{0,30}?\b(?:in\s+|over\s+|right\s+)?there\b"
    "|[在到](?:那儿|那里|里面|里头)(?:等|待|呆|守|歇|停|陪)",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:a\s+few|some|several|a\s+couple(?:\s+of)?)\s+(?:more\s+)?(?:secs?|seconds?|mins?|minutes?|hours?|time)\b|\ba\s+(?:moment|while|bit)\b|\bas\s+long\s+as\b|\buntil\b|\btill\b"
    "|几(?:秒|分|个?小时)|一会|片刻|直到|等到",
    re.IGNORECASE,
)
"""By these words a wait of any length may be meant."""
_SINCE = re.compile(
    r"\b(?:i|we|you|he|she|they|it|\w+)(?:['\u2019](?:ve|s|d)|\s+(?:have|has|had))\s+been\s+(?!told\b)[^.,;!?]*", re.IGNORECASE
)
"""What has been going on is no order: "I have been standing here for an hour"."""


def durations(mission: str) -> frozenset[float]:
    """The lengths of time that a mission says, in seconds; empty where it says none."""
    return frozenset((*_in_english(mission), *_in_chinese(mission)))


def doubted_waits(plan: Plan, mission: str) -> Iterator[Doubt]:
    """Waits of a plan that its mission does not speak of.

    Args:
        plan: The plan.
        mission: What the operator said.
    """
    from skills import SkillCall

    mission = _SINCE.sub("", mission)
    said = durations(mission)
    vague = _VAGUE.search(mission) is not None
    for step in plan.steps:
        seconds = step.args.get("seconds")
        if step.skill != "wait" or not isinstance(seconds, int | float):
            continue
        if said and not vague and not any(abs(seconds - length) <= 0.01 * length for length in said):
            meant = SkillCall(skill="wait", args={**step.args, "seconds": min(said)})
            yield Doubt(f"nobody said to wait for {seconds:g} s", instead=(step, meant) if len(said) == 1 else None)
        elif not said and not _WAITS.search(mission):
            yield Doubt("nobody said to wait", words=("wait",))


def waited_elsewhere(plan: Plan, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """Waits that a plan begins with, or has before it goes where it is to wait: "keep still in there for six minutes".

    Args:
        plan: The plan.
        mission: What the operator said.
        mentions: What it names, in order.
    """
    from skills import SkillCall

    there = _STAYS_THERE.search(mission)
    before = [m.candidates[0] for m in mentions if there is not None and m.end <= there.start() and len(m.candidates) == 1]
    place = next((one.name for one in reversed(before) if one.type == "place"), None)
    at = next((number for number, step in enumerate(plan.steps) if step.skill == "wait"), None)
    if place is None or at is None or any(step.skill != "goto" for step in plan.steps[:at]):
        return
    if not any(step.args.get("place") == place for step in plan.steps[:at]):
        steps = (*plan.steps[:at], SkillCall(skill="goto", args={"place": place}), *plan.steps[at:])
        yield Doubt(f"it is to wait in {place!r}", plan=plan.model_copy(update={"steps": steps}))


def _in_english(mission: str) -> Iterator[float]:
    from maps.ordinary_words import NUMBERS

    for match in _PARTS.finditer(mission):
        yield _UNITS[match["unit"][0].lower()] * _PART[" ".join(match["part"].lower().split())]
    mission = _PARTS.sub("", mission)
    for match in _ENGLISH.finditer(mission):
        word = match["number"].lower()
        if word in ("a", "an") and _SPARE.search(mission, 0, match.start()):
            continue
        number = float(word) if word[0].isdigit() else _WORDS.get(word, float(NUMBERS.get(word, "nan")))
        if number == number:
            part = " ".join((match["more"] or "").lower().split()).removeprefix("and ")
            more = 0.5 if match["half"] else _PART.get(part.removeprefix("a ") if part == "a half" else part, 0.0)
            yield (number + more) * _UNITS[match["unit"][0].lower()]


def _in_chinese(mission: str) -> Iterator[float]:
    from maps.linking.script import numeral_value

    for match in _CHINESE.finditer(mission):
        said = match["number"]
        number = 0.5 if said == "半" else float(said if said[0].isascii() else numeral_value(said) or "nan")
        unit = match["unit"]
        seconds = _UNITS["时"] if unit in ("小时", "钟头", "时") else _UNITS[unit]
        if number == number:
            yield (number + 0.5 * bool(match["half"] or match["more"])) * seconds
