"""Doubts about refusals: that a question about a thing on the map, or a thing to be carried, is beyond all skills."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.asides import orders_nothing
from agent.planners.doubt import ANSWER, DECLINE, UNKNOWN, Doubt

if TYPE_CHECKING:
    from agent.planners.planner import Brief, Proposal
    from maps.linking import Mention
    from skills import Plan

__all__ = ["asks_only", "asks_something", "doubted_question", "doubted_refusal", "doubted_report"]

_ASKS = re.compile(
    r"\b(?:what['\u2019]?s?|which|how|is|are|was|were|does|do|did|has|have|whether|rpm|temp(?:erature)?s?|readings?|levels?|status|state"
    r"|pressure|voltage|speed|weight|humidity)\b|[吗呢么没多几]|怎么样|好不好|剩|哪|度数|读数|状态|转速|温度|压力|液位",
    re.IGNORECASE,
)
"""Words that ask what something is like, which a look tells."""
_ORDERS_A_LOOK = re.compile(
    r"\b(?:check|look\s+at|have\s+a\s+look|inspect|examine|go\s+(?:and\s+)?see)\b|看看|看一|去看|检查|查看", re.IGNORECASE
)
_SHOWS = re.compile(
    r"\bwhat\s+(?:do|does|is|are)\s+(?!(?:you|we|they|i|it|this|that|there)\b)[^.;!?]{1,60}\b(?:say(?:ing)?|show(?:ing)?|read(?:ing)?|display(?:ing)?)\b"
    "|(?:写|显示)(?:的是|了|着|的)?(?:什么|多少|啥)|指(?:针)?(?:指)?(?:到|在|着|向)(?:哪|多少|几)",
    re.IGNORECASE,
)
"""What is asked of a display or an instrument, which no map knows."""
_ORDERS = re.compile(
    r"(?:(?:please|hey|hi|hello|ok|okay|robot|now|and|then|so)[\s,:.!-]+)*(?:go|drive|head|reach|visit|proceed|travel|return|bring|fetch|carry|deliver|take|pick|grab|open|close|put|place)\b"
    r"(?!\s+through\s+the\s+list)|[^\uff0c,\u3002?\uff1f]{0,20}(?:[将把][^\uff0c,\u3002]{1,20}(?:打开|关上|拿|送|放|搬)|^(?:去|前往))",
    re.IGNORECASE,
)
"""How a mission begins that is no question."""
_ASKS_WHERE = re.compile(
    r"\b(?:where|which|what|how|whether|when|who|why|tell|say|report|let\s+me\s+know)\b|\?|哪|什么|多少|告诉|[说讲报]",
    re.IGNORECASE,
)
_HEDGES = re.compile(
    r"(?:most\s+|very\s+|quite\s+)?(?:likely|probably|possibly|perhaps|maybe|presumably|i\s+(?:think|guess|suppose|believe|reckon))|(?:please\s+)?help(?:\s+(?:me|us))?(?:\s+out)?|可能|大概|也许|应该|多半",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\b(?:(?:before|until|till|during|since)\s+(?:the\s+)?|by\s+)$", re.IGNORECASE)
_LOOKS = re.compile(
    r"\b(?:check\w*|look\w*|see|inspect\w*|read|make\s+sure|verify|examine|monitor|eyeball)\b|[看查读瞧报]|流量|电压", re.IGNORECASE
)
_QUESTION = re.compile(
    r"(?:(?:hey|hi|hello|so|ok|okay|quick\s+question|excuse\s+me|sorry|robot)[\s,:.!-]+)*"
    r"(?:is|are|was|were|does|do|did|has|have|what['\u2019]?s?|which|how|where|who|can\s+(?:one|anyone|anybody|people))\b(?!\s+(?:about\s+(?:you|getting)|you\s+(?:able|free)))",
    re.IGNORECASE,
)
_REQUESTS = re.compile(
    r"\b(?:please|pls|bring|take|carry|put|fetch|tell|move|deliver|if\s+so|then)\b|[请把帮拿送去放搬]",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"heads?|chests?|backs?|arms?|hands?|legs?|f(?:oo|ee)t|necks?|shoulders?|faces?|knees?|eyes?|ears?", re.IGNORECASE
)
_ON_HIM = re.compile(r"\b(?:his|her|their|my|your|our)\s+(?:\w+\s+)?$", re.IGNORECASE)
_NOT_SEEN = re.compile(
    r"\b(?:unexplored|unknown|unseen|unvisited|(?:not|haven['\u2019]?t|never)\s+been\s+(?:to|in|seen|mapped|explored))\b|没(?:有)?(?:去|到|看|探|走)过的|未知|没探",
    re.IGNORECASE,
)
_MORE = re.compile(r"[.;!?:\u3002\uff1b\uff01\uff1f]\s*\S")
"""Another sentence."""
_HAN_QUESTION = re.compile("(?:吗|没|没有|多少|几[度个点]|呢|怎么样|不)[?\uff1f。!\uff01]?$")
_PERSON_IN = re.compile(r"\s+(?:(?:up|down|over|out|back)\s+)?(?:in|at|on|by|from|of)\s+(?:the\s+|room\s+)?", re.IGNORECASE)
"""Between a person and the place where that person is."""
_ARTICLES = re.compile(r"\b(?:the|an?|my|our|your|this|that)\b", re.IGNORECASE)
_CARRIES = re.compile(
    r"\b(?:goes?|going|belongs?|should\s+be|to|into|onto|over\s+to|back\s+(?:in|to))\b|[到送去放]|->|\u2192", re.IGNORECASE
)
_DRIVES_AROUND = re.compile(
    r"take\s+up\s+(?:(?:a|your|the)\s+)?(?:position|station|post|place)\b|(?:and\s+|then\s+)*(?:(?:driv|cruis)(?:e|ing)|(?:go|walk|roll|travel|look|roam|wander)(?:ing)?)\s+(?:all\s+)?"
    r"(?:a?round|about|through|over\s+to|past)\b|(?:开|走|转|绕)(?:一|几)?(?:圈|遍|趟)|熟悉(?:一下|下)?|摸(?:一下|摸)|勘察|探一?探",
    re.IGNORECASE,
)
_WHICH_IS = re.compile(r"\b(?:which|that)\s+(?:stands?|is|are|lies)\b", re.IGNORECASE)
_ENTERS = re.compile(
    r"(?:and\s+|then\s+)*(?:go|wander|stroll|nip|pop|swing|hop|drop|duck|walk|move|drive|head|proceed|pay\s+a\s+visit|turn\s+up|make\s+a\s+stop|get\s+yourself|step)\b",
    re.IGNORECASE,
)
_STORES = re.compile(r"(?:and\s+|then\s+)*(?:keep|store|stow|leave|drop|put|set|place|park)\b", re.IGNORECASE)
_HANDS_ON = re.compile(
    r"(?:and\s+|then\s+)*(?:deliver|bring|fetch|carry|return|tak(?=ing)|take)(?:ing)?\s+(?:them|it|both|the\s+\w+|that|those|these)\s+"
    r"(?:back\s+|over\s+)?(?:to|into)\b|(?:把|将)(?:它|它们|这个|那个)(?:们)?(?:送|拿|搬|带|放)",
    re.IGNORECASE,
)
"""What is carried to where nothing on the map is called so is asked about."""


def asks_only(mission: str) -> bool:
    """Whether a mission is nothing but a question: "is the gate open?", 门开着吗."""
    text = mission.strip()
    asks = _QUESTION.match(text) or _HAN_QUESTION.search(text)
    return bool(asks) and not _REQUESTS.search(text) and not _MORE.search(text)


def asks_something(words: str) -> bool:
    """Whether words ask what something is like, or for a look at it."""
    return bool(_ASKS.search(words) or _LOOKS.search(words))


def doubted_report(plan: Plan, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """What speaks against telling only what is known: a look at a thing was asked for, and nothing is told of it.

    Args:
        plan: A plan that only tells.
        mission: What the operator said.
        mentions: What it names, in order.
    """
    told = " ".join(str(value) for step in plan.steps for value in step.args.values())
    things = [m.candidates[0].name for m in mentions if len(m.candidates) == 1 and m.candidates[0].type == "thing"]
    if mentions and _ORDERS.match(mission.strip()) and not any(said.search(mission) for said in (_ASKS_WHERE, _HAN_QUESTION)):
        yield Doubt("it is an order and no question", words=(ANSWER,))
    if things and _ORDERS_A_LOOK.search(mission) and not any(name in told for name in things):
        yield Doubt(f"nothing is told of {things[0]!r}", words=(ANSWER,))
    shown = next((m for m in mentions if all(candidate.type == "thing" for candidate in m.candidates)), None)
    if shown is not None and _SHOWS.search(mission):
        yield Doubt(f"what {mission[shown.start : shown.end]!r} shows is seen by a look", words=(ANSWER,))


def doubted_question(proposal: Proposal, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """What speaks against asking what words mean: they only tell when, "by second shift", "until the match".

    Args:
        proposal: A question.
        mission: What the operator said.
        mentions: What it names, in order.
    """
    from agent.decisions.several import choices
    from maps.everyday_words import everyday

    start = mission.find(proposal.about) if proposal.about and not proposal.choices else -1
    if start >= 0 and any(one.span[0] <= start < one.span[1] for one in choices(mission.casefold())):
        yield Doubt(f"{proposal.about!r} is told by looks", words=(UNKNOWN,))
    behind = next((mention for mention in mentions if start >= 0 and mention.start > start), None)
    if behind is not None and proposal.about.split()[-1].casefold() in everyday("people"):
        if _PERSON_IN.fullmatch(mission, start + len(proposal.about), behind.start) and behind.candidates[0].type == "place":
            yield Doubt(f"{proposal.about!r} is who is in a place", words=(UNKNOWN,))
    if start > 0 and _BODY.fullmatch(proposal.about.strip()) and _ON_HIM.search(mission, 0, start):
        yield Doubt(f"{proposal.about!r} is a part of somebody", words=(UNKNOWN,))
    if start >= 0 and _NOT_SEEN.search(proposal.about):
        yield Doubt(f"{proposal.about!r} is what is to be explored", words=(UNKNOWN,))
    if start > 0 and mentions and orders_nothing(mission, start):
        yield Doubt(f"{proposal.about!r} is only told of", words=(UNKNOWN,))
    if start > 0 and _WHEN.search(mission, 0, start) and any(mention.end <= start for mention in mentions):
        yield Doubt(f"{proposal.about!r} only tells when", words=(UNKNOWN,))


def doubted_refusal(proposal: Proposal, brief: Brief, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """What speaks against declining the words that a planner quotes.

    Args:
        proposal: A refusal.
        brief: What was to be planned.
        mentions: What its mission names, in order.
    """
    from agent.planners.doubt_words import words_a_message
    from agent.planners.undoable import undoable

    mission = brief.mission
    if undoable(mission, mentions, brief.skills) is not None:
        return
    start = mission.find(proposal.about) if proposal.about else -1
    if start < 0:
        return
    end = start + len(proposal.about)
    within = [m for m in mentions if start <= m.start < end]
    things = [m for m in within if all(c.type in ("thing", "door") for c in m.candidates)]
    rest = "".join(char for at, char in enumerate(mission[start:end], start) if not any(m.start <= at < m.end for m in within))
    if things and not _ARTICLES.sub("", rest).strip(" ,.!?\uff0c\u3002"):
        yield Doubt(f"{proposal.about!r} is a name and no order", words=(DECLINE,))
    elif things and _ASKS.search(_WHICH_IS.sub("", rest)):
        yield Doubt(f"{proposal.about!r} can be looked at", words=(DECLINE,))
    elif words_a_message(mission[start:end]):
        yield Doubt(f"{proposal.about!r} can be said", words=(DECLINE,))
    elif things and _STORES.match(mission, start) and any(m.candidates[0].type == "place" for m in mentions if m.start >= start):
        yield Doubt(f"{proposal.about!r} can be carried", words=(DECLINE,))
    elif _ENTERS.match(mission, start) and any(m.candidates[0].type == "place" for m in within):
        yield Doubt(f"{proposal.about!r} is where to go", words=(DECLINE,))
    elif _DRIVES_AROUND.match(mission, start) or (_HANDS_ON.match(mission, start) and mentions):
        yield Doubt(f"{proposal.about!r} is what a robot does", words=(DECLINE,))
    elif _HEDGES.fullmatch(proposal.about.strip(" ,.!?")):
        yield Doubt(f"{proposal.about!r} orders nothing", words=(DECLINE,))
    elif orders_nothing(mission, start) and len(within) < len(mentions):
        yield Doubt(f"{proposal.about!r} orders nothing", words=(DECLINE,))
    elif things and within[-1].candidates[0].type == "place" and _CARRIES.search(rest) and within[-1].start > things[0].start:
        yield Doubt(f"{proposal.about!r} can be carried", words=(DECLINE,))
