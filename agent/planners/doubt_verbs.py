"""Doubts about verbs: someone is to be told, nobody said to charge or to explore, a place is to be looked around in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt

if TYPE_CHECKING:
    from maps.linking import Mention
    from skills import Plan

__all__ = ["doubted_look_around", "doubted_verbs"]

_TELLING = re.compile(
    r"\b(?:tell|inform|notify|warn|remind)\s+(?!me\b|us\b)\w|\bannounce\b|\blet\s+(?!me\b|us\b)(?:\S+\s+){1,6}know\b|\bsay\s+(?!hi\b|hello\b)(?:to|that|\")"
    "|(?:跟|和|对|向|给)[^,\uff0c\u3002我]{1,10}(?:说|讲)|通知|转告|告诉(?!我)",
    re.IGNORECASE,
)
"""Orders to say something to others."""
_SAYING = re.compile(
    r"\b(?:say\w*|said|spoke\w*|relay\w*|share\w*|tell\w*|told|announc\w*|shout\w*|call\w*|know|inform\w*|ask\w*|greet\w*|remind\w*|warn\w*|notif\w*|messag\w*|word|broadcast\w*"
    r"|pass\s+(?:\w+\s+)?on|heads[-\s]?up|report\w*|wish\w*|thank\w*|invit\w*|wake\w*|hear\w*|explain\w*|mention\w*|yell\w*|speak\w*|repeat\w*|apolog\w*|aware|hello|hi)\b"
    "|带(?:句|个)?话|[说告诉通知喊叫讲报提醒问宣念播请道谢转]",
    re.IGNORECASE,
)
_OTHERS_SAY = re.compile(
    r"\b(?:he|she|they|someone|somebody|who|(?:the|our|my|a)\s+\w+|i(?:['\u2019]m|\s+was))\s+(?:say(?=\s+(?:it|the|there|that|he|she))|reckons?)\b"
    r"|(?<!\bbe )\b(?:says|said|tells|told|asks|asked|knows|knew|calls|called"
    r"|(?:mention|warn|remind|report|complain|shout|announc)(?:s|e[sd]))\b"
    "|(?:客人|病人|患者|[他她]们?|有人|人家|老板|领导|同事|师傅|护士|医生|孩子|员工|顾客|旅客|住户)(?:反映|反应|告诉我|[说讲](?!一声|一下))",
    re.IGNORECASE,
)
"""What others say or have said is no order to say it."""
_EXPLORING = re.compile(
    r"\b(?:explor\w*|look\w*|scan\w*|survey\w*|search\w*|patrol\w*|roam\w*|wander\w*|map\w*|scout\w*|sweep\w*|tour\w*|investigat\w*|find\w*|what['\u2019]?s"
    r"|inspect\w*|unknown|discover\w*|reconnoit\w*|recce|rounds?|see|every\w*|all|each|check\w*\s+out|hunt\w*|around|about)\b|[探看转逛巡查摸扫找搜周围勘每各溜]|所有|全部|走走",
    re.IGNORECASE,
)
_CHARGING = re.compile(
    r"\b(?:dock\w*|charg\w*|recharg\w*|home|base|back|return\w*|park\w*|rest|sleep|plug|juice|power|nap|top\s+up"
    r"|batter(?:y|ies)|full|(?:your|its|the|charger)\s+(?:station|bay))\b|[充回桩坞歇电]",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"\b(?:driv|look|roam|wander|scout|cruis|nos|pok|mov|go|walk|roll|explor)(?:e|ing|es)?\s+(?:a?round|about)\s+(?:inside|within|in)\s+"
    r"(?:(?:the|our|my|your|this|that)\s+)*$",
    re.IGNORECASE,
)
"""Before a place that is to be seen and not only driven to."""


def doubted_verbs(plan: Plan, mission: str, *, taken_back: bool) -> Iterator[Doubt]:
    """What the mission says to do without a name: to tell someone, and charging that nobody asked for."""
    done = {step.skill for step in plan.steps}
    if not taken_back and _TELLING.search(mission) and not done & {"say", "ask", "report"}:
        yield Doubt("nothing is said")
    if "say" in done and not _SAYING.search(_OTHERS_SAY.sub("", mission)):
        yield Doubt("nobody said to say anything", words=("say",))
    if "explore" in done and not _EXPLORING.search(mission):
        yield Doubt("nobody said to explore", words=("explore",))
    if "dock" in done and not _CHARGING.search(mission):
        yield Doubt("nobody said to charge", words=("dock",))


def doubted_look_around(plan: Plan, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """A drive to what is to be looked around in: "drive around in the darkroom"."""
    from skills import SkillCall

    for mention in mentions:
        if len(mention.candidates) != 1 or not _AROUND.search(mission, 0, mention.start):
            continue
        there = {"place": mention.candidates[0].name}
        drive, seen = SkillCall(skill="goto", args=there), SkillCall(skill="explore", args=there)
        at = next((number for number, step in enumerate(plan.steps) if step == drive), None)
        if at is not None and seen not in plan.steps and all(step.skill == "goto" for step in plan.steps[at + 1 : at + 2]):
            yield Doubt(f"{mention.candidates[0].name!r} is to be looked around in", instead=(drive, seen))
