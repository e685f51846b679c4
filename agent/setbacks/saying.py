"""Setbacks in words: what is told of a failure, and the words for its case made plain, so that they are a mission by themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.decisions.decide import Named
from agent.setbacks.kinds import Setback

__all__ = ["asks_operator", "made_plain", "statement", "tells_operator"]

_CJK = re.compile(r"[\u3400-\u9fff]")
_EN = {
    "shut": "{} is locked", "blocked": "the way to {} is blocked", "gone": "{} is not there", "grip": "{} could not be picked up",
    "place": "{} could not be put down", "charge": "{} does not charge", "": "{} did not work out",
}  # fmt: skip
_ZH = {
    "shut": "{}锁着", "blocked": "去{}的路被挡住了", "gone": "{}没找到", "grip": "{}拿不起来", "place": "{}放不下",
    "charge": "{}充不上电", "": "{}没办成",
}  # fmt: skip
_ORDER = ("shut", "blocked", "gone", "grip", "place", "charge", "")
_SO = re.compile(
    r"(?P<verb>\b(?:say|announce|tell|inform|let|report)\b(?:\s+(?!so\b|that\b|which\b|what\b)[\w'\u2019]+){0,6}?)\s+"
    r"(?P<so>so|(?:that|it|this)(?:\s+instead)?|(?:which|what)(?:\s+(?:one|ones|of\s+\w+))?(?:\s+[\w'\u2019]+){0,4})(?=\s*(?:$|[,.;!?]))",
    re.IGNORECASE,
)
_HAN_END = r"(?=$|[\uff0c\u3002,.;\uff1b\uff01!])"
_HAN_WHAT = "(?:是?哪[一]?[^\\uff0c\\u3002,.;]{0,4}|这事|这个?情况|情况)"
_HAN_SO = re.compile(
    rf"(?P<says>[说讲])(?:一?[声下句])?{_HAN_WHAT}?{_HAN_END}"
    rf"|(?P<tells>(?:告诉|通知|知会|报告?|喊|吱)[^\s\uff0c\u3002,.;说讲]{{0,6}}?)(?:(?:一?[声下句]){_HAN_WHAT}?|{_HAN_WHAT}){_HAN_END}"
)
_HAN_SAID = re.compile(
    r"(?P<says>(?<![话])说)(?!(?:一?[声下句])?(?:是?哪|是几|这))(?:一?[声下句])?(?P<what>[^\s\u201c\"\uff0c\u3002,.;说讲]{3,20})$"
)
_HAN_THEM = re.compile("(?P<verb>[跟和给找对]|告诉|通知)(?P<who>他们|她们|他|她|人家|那边)")
_INSTEAD = re.compile(r"\s*\binstead\b|\s*\bthanks\b\s*$", re.IGNORECASE)
_THEM = re.compile(r"\b(?P<verb>tell|ask|inform|let|warn|remind)\s+(?P<who>them|him|her)\b", re.IGNORECASE)
_ADDRESSED = re.compile(r"\b(?:tell|ask|inform|for|to|bring|let|warn)\s+(?:the\s+|our\s+|my\s+)?$", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|that one|the thing)\b", re.IGNORECASE)
_ASK_ME = re.compile(r"(?:(?:then|just|please|and)\s+)*(?:ask|check\s+with)\s+me\s+(?P<what>[^.;!?]{2,120})", re.IGNORECASE)
_OPERATOR = re.compile(
    r"\b(?:let\s+me\s+know|tell\s+me|inform\s+me|report(?:\s+back)?(?:\s+to\s+me)?|message\s+me|give\s+me\s+a\s+shout)\b|告诉我|跟我说|通知我|和我说|向我报告|回来报告",
    re.IGNORECASE,
)


def statement(setback: Setback, about: str, *, chinese: bool) -> str:
    """What is told of a failure.

    Args:
        setback: The failure.
        about: What the mission calls the thing or place that it is about.
        chinese: The language.
    """
    kind = next((kind for kind in _ORDER if kind in setback.kinds), "")
    if chinese:
        return _ZH[kind].format(about)
    bare = re.match(r"(?:the|my|our|your|an?|that|this)\b|[A-Z0-9]", about) is not None and not about.islower()
    return _EN[kind].format(about if bare or about.startswith(("the ", "my ", "our ")) else f"the {about}")


def asks_operator(words: str) -> str | None:
    """What the operator wants to be asked: "ask me what became of it"; None where nothing is to be asked."""
    match = _ASK_ME.match(words)
    return f"{match['what'][0].upper()}{match['what'][1:]}" if match is not None else None


def tells_operator(words: str) -> bool:
    """Whether words ask to be told themselves: "let me know which"."""
    return _OPERATOR.search(words) is not None


def made_plain(words: str, told: str, about: str, before: str, people: Sequence[Named]) -> str:
    """The words for a failure's case as a mission of its own.

    Args:
        words: What is to be done.
        told: What can be told of the failure: for "say so", "tell them which".
        about: What the mission calls what failed: for "it".
        before: The mission up to these words.
        people: What the mission names before them that is a place: for "them".
    """
    if _CJK.search(words):
        text = words
        if not _HAN_SAID.search(words):
            text = _HAN_SO.sub(lambda m: f"{m['says'] or m['tells'] + '说'}{told}", words, count=1)
        text = _HAN_SAID.sub(lambda m: f"{m['says']}\u201c{m['what']}\u201d", text, count=1)
        return _HAN_THEM.sub(lambda m: m["verb"] + before[people[-1].start : people[-1].end], text, count=1) if people else text
    text = _SO.sub(lambda m: f"{m['verb']} {told}", words, count=1)
    text = _INSTEAD.sub("", text).strip()
    them = _THEM.search(text)
    if them is not None and not re.search(r"\b(?:in|at)\b", text[them.end() :]):
        addressed = [one for one in people if _ADDRESSED.search(before[: one.start])] or list(people)
        if addressed:
            whom = before[addressed[-1].start : addressed[-1].end]
            text = f"{text[: them.start('who')]}the {whom}{text[them.end('who') :]}"
    return _IT.sub(f"the {about}", text, count=1) if about and told not in text else text
