"""A mission told in several sentences, planned sentence by sentence: short missions are planned better than long ones.

Parts that mean something of those before ("it", "there", "the other one", "if so") stay with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from agent.planners.errors import PlannerError

if TYPE_CHECKING:
    from agent.planners.candidates import Sampler
    from agent.planners.planner import Brief, Proposal
    from maps.linking import Mention
    from skills import SkillCall

__all__ = ["in_parts", "parts_of_mission"]

_THEN = (
    r"(?:and\s+|but\s+|then\s+|also\s+|finally,?\s+|lastly,?\s+)*"
    r"(?:then\s+next|next\s+up|next|then|after\s+(?:that|this)|afterwards|second(?:ly)?|third(?:ly)?|as\s+well|one\s+more(?:\s+thing)?|finally|lastly|now"
    r"|(?:once|when|as\s+soon\s+as)\s+(?:that|this|it|you)(?:['\u2019](?:s|re))?(?:\s+(?:is|are))?\s+(?:all\s+)?(?:done|finished|there)(?:\s+with\s+that)?"
    r"|(?:when|once)\s+(?:all\s+)?(?:done|finished))"
)
_CUT = re.compile(
    rf"(?:(?<=[.;!?])\s+|\s*[,;]\s*(?={_THEN}\b)|\s+(?={_THEN}\b)(?=and\b)|\s*\n+\s*)"
    "|(?<=[\u3002\uff1b\uff01\uff1f;])|[\uff0c,](?=然后|接着|之后再|完了再|最后|随后|完事后|处理完|做完之后|弄完)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    rf"^(?:\W*{_THEN}\s*[,:]?\s*|(?:and|also|plus|oh\s+and)\s+|(?:然后|接着|之后再|之后|完了再|最后|随后|完事后|处理完|做完之后|弄完|第[一二三四](?:步|件)?[\uff1a:]?|再|顺便|还有)[\uff0c,]?)+",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"\b(?:same|too|also|as\s+well|again|others?|another|rest|respectively|instead|first|before|otherwise|else|meanwhile|so|either|neither|both"
    r"|twice|thrice|times|repeat\w*|all\s+of\s+(?:that|this|it|them)|back\s+and\s+forth|on\s+(?:the|your)\s+way|after|one|ones)\b"
    "|也|一样|同样|先|之前|以前|另|其|剩|遍|次|趟|圈|路上|否则|不然|再",
    re.IGNORECASE,
)
"""A part with such words means something of the one before."""
_REFERS = re.compile(
    r"\b(?:it|its|them|they|their|there|that|those|these|this|him|her|he|she|his|if|unless|no|nope|not|don['\u2019]?t|sorry|actually|rather|mean|meant|wait,|oops"
    r"|scratch|forget|never\s*mind|which|what|why|because|should|in\s+there)\b|[它他她们]|那|这|如果|要是|的话|若|不|没|错|算了|就",
    re.IGNORECASE,
)
"""So does one with these before anything is named in it."""
_ALONE = re.compile(
    r"\b(?:wait|pause|hold|stay|rest|return|back|home|charge|recharge|dock|plug|report|tell|say|announce|let|explore|look\s+around|map|inform|shout|call)\b"
    "|充电|回|等|停|告诉|说|报|通知|转转|看看周围|探",
    re.IGNORECASE,
)
"""What names nothing may be an order all the same with these."""
_NOTHING = re.compile(r"(?:\b(?:the|an?|my|our|your|and|please|to|in|of)\b|[\W_])*", re.IGNORECASE)
_STOP = re.compile(r"[.;!?:\u3002\uff1b\uff01\uff1f]$")
_MOST = 8


def parts_of_mission(mission: str, mentions: Sequence[Mention]) -> list[str]:
    """The parts that can be planned by themselves, in order; one where there is nothing to part.

    Args:
        mission: What the operator said.
        mentions: What it names, in order.
    """
    cuts = [
        0,
        *(cut.end() for cut in _CUT.finditer(mission) if not any(m.start < cut.end() < m.end for m in mentions)),
        len(mission),
    ]
    kept = [0]
    for start, end in pairwise(cuts):
        if start and not _leans(mission, start, end, mentions):
            kept.append(start)
    spans = pairwise((*kept, len(mission)))
    return [_LEAD.sub("", mission[start:end].strip()).strip(" ,;") or mission[start:end].strip() for start, end in spans]


def _leans(mission: str, start: int, end: int, mentions: Sequence[Mention]) -> bool:
    """Whether a stretch of a mission means something of what stands before it, or orders nothing."""
    lead = _LEAD.match(mission[start:end])
    start += lead.end() if lead is not None else 0
    own = [m for m in mentions if start <= m.start < end]
    first = own[0].start if own else end
    rest = "".join(char for at, char in enumerate(mission[start:end], start) if not any(m.start <= at < m.end for m in own))
    if own and not _STOP.search(mission[:start].removesuffix(lead.group() if lead is not None else "").rstrip()):
        if _NOTHING.fullmatch(mission, start, first):
            return True  # "the lamp, and then the chair": a list goes on
    if not own and not _ALONE.search(rest):
        return True
    return bool(_LEANS.search(rest) or _REFERS.search(mission, start, first) or _NOTHING.fullmatch(rest))


async def in_parts(planner: Sampler, brief: Brief, first: Proposal) -> Proposal | None:
    """Plan the parts of a mission by themselves and join the plans, up to one that is a beginning.

    Args:
        planner: Who plans.
        brief: Of a whole mission of which nothing was done yet.
        first: The answer to it, whose planner and words the joined one is given.

    Returns:
        None where there is nothing to part, or a part is not planned, or leaves a doubt.
    """
    from agent.planners.dialect.mentions import find_mentions
    from agent.planners.doubts import doubts
    from agent.planners.mended import mended
    from agent.planners.pointers import POINTER_3

    mentions = find_mentions(brief, frozenset(), POINTER_3).mentions
    parts = parts_of_mission(brief.mission, mentions)
    if not 1 < len(parts) <= _MOST or brief.history or brief.rejected or first.plan is None:
        return None
    steps: list[SkillCall] = []
    more = False
    for text in parts:
        clause = replace(brief, mission=text)
        try:
            part = await planner.propose(clause)
        except PlannerError:
            return None
        part, found = mended(clause, part, doubts(clause, part))
        if part.plan is None or not part.plan.steps or found:
            return None
        steps += part.plan.steps
        if part.more:
            more = True
            break
    plan = first.plan.model_copy(update={"steps": tuple(steps)})
    return replace(first, plan=plan, more=more, names=())
