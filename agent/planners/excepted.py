"""What a mission excepts: "all the minibars but 305", 303除外, "leave 302 out", and what is to be kept out of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maps.linking import Mention

__all__ = ["excepted"]

_EXCEPTED = re.compile(
    r"(?:\b(?:except(?:\s+for)?|excluding|apart\s+from|aside\s+from|other\s+than|with\s+the\s+exception\s+of|not\s+counting|minus|save\s+for|bar|skip"
    r"|leave\s+out|but\s+not|all\s+(?:\w+\s+)?but"
    r"|omit|exclude|excepting|barring|ignore|(?<!n['\u2019]t )(?<!\bnot )forget(?:\s+about)?)\s+"
    r"(?:(?:the\s+ones?|those|anything|everything|what(?:['\u2019]s|ever)?)\s+(?:is\s+|are\s+)?(?:in|at|on|inside|from)\s+)?"
    r"(?:(?:the|that|our|my|for|in|at|number|nr\.?|no\.?|room)\s+)*"
    r"|\b(?:don['\u2019]?t|do\s+not|never|no\s+need\s+to)\s+(?:go\s+|drive\s+|come\s+)?(?:to|in|into|near|visit|enter|check|touch|take|move|inspect)"
    r"\s+(?:the\s+)?|除了|除|跳过|(?:不要|别|不用|不必)(?:去|进|到|碰|动|看|拿|查|检查|经过))$",
    re.IGNORECASE,
)
_ALL_BUT = re.compile(
    r"\b(?:all|every\w*|each|any\w*|both)\b[^.;!?]{1,60}\bbut\s+(?:for\s+|not\s+|in\s+|at\s+)*(?:the\s+|that\s+|number\s+)?$",
    re.IGNORECASE,
)
"""Before what is excepted: "all the minibars but 305"."""
_NOT = re.compile(
    r"(?:[.;,!?]|\s-+)\s*(?:and\s+|but\s+)?(?:just\s+|only\s+|simply\s+|though\s+)?not\s+(?:in\s+|at\s+|for\s+)?(?:the\s+|number\s+|nr\s+)?$",
    re.IGNORECASE,
)
"""Before what is excepted once all is said: "check the pallets. not 22"."""
_EXCEPTED_BEHIND = re.compile(
    "(?:号|的)?(?:那[个台块只件把辆张本箱盒])?(?:就|都|也|谁也|先)?(?:在原[地处]|原样)?"
    "(?:除外|不用|不算|算了|跳过|先不|先别|别[动碰管]|不[动管搬拿送]|不[许准要]动|免了)"
    r"|\s*,?\s+(?:you\s+)?(?:don['\u2019]?t|do\s+not|mustn['\u2019]?t|never)\s+(?:go|enter|touch|take|check|look|need|bother|drive)\b",
    re.IGNORECASE,
)
"""Behind what is excepted: 303除外, "302 you don't go"."""
_STAYS = re.compile(
    r"\s+(?:you\s+(?:can\s+|may\s+)?leave|(?:can|should|must|may|has\s+to|have\s+to)\s+(?:stay|remain))\b"
    r"|\s+(?:stays?|remains?)(?:\s+(?:put|here|there|behind|where|in|on|at|with|right|exactly|as)\b|(?=\s*(?:[.,;!]|$)))|(?:那[个台块只件把辆张本箱盒])?(?:就|都|也|先)?(?:留下|留着|留在原|在?原[地处样]|放着|搁着)",
    re.IGNORECASE,
)
"""What stays where it is, for certain: 黄的留下, "parcel 7 stays put"."""
_MAYBE = re.compile(r"\b(?:if|when|whether|unless|otherwise|until|till)\b|如果|要是|假如|的话|否则|不然|没.{0,6}就", re.IGNORECASE)
"""Where this is said, nothing that stays is certain to."""
_KEEP_OUT = re.compile(
    "[^\uff0c,\u3002\uff01\uff1f\uff1b]{0,12}[\uff0c,\u3002](?:所以|你)?(?:别|不要|不用|不许|先别)(?:进去?|去了?|打扰|碰|动|管)[它他她了]*(?=[\uff0c,\u3002\uff01!\uff1b]|$)"
    r"|[^.;!?\n]{0,40}?(?:[,;.]|\s-+)\s*(?:so\s+|please\s+|and\s+)?(?:don['\u2019]?t|do\s+not|no\s+need\s+to)\s+(?:go\s+in|enter|disturb|bother)"
    r"(?:\s+(?:there|it|them|him|her))?\s*(?=[.,;!?]|$)",
    re.IGNORECASE,
)
"""Behind a place of which it is said why nobody goes there: 308有客人在睡觉,别进去."""
_SENT = re.compile(r"(?:去|进|到|往|给)$|\b(?:to|into|visit|enter)\s+(?:the\s+|room\s+)?$", re.IGNORECASE)
_LEAVE = re.compile(r"\b(?:leav(?:e|ing)|keep(?:ing)?|cut(?:ting)?|count(?:ing)?)\s+(?:the\s+)?$", re.IGNORECASE)
_OUT = re.compile(
    r"\s+(?:(?:out|aside)\b(?!\s+of\b)|off\s+the\s+list\b|alone\b|untouched\b|be\b|as\s+(?:it|they)\s+(?:is|are)\b|for\s+(?:now|later|another\s+day)\b)",
    re.IGNORECASE,
)
"""Around what is excepted: "leave 302 out", "leave the gas compressor alone"."""
_AND = re.compile(r"\s*(?:,|and|or|&|\+|[、和跟与及])\s*(?:and\s+)?(?:the\s+)?", re.IGNORECASE)


def excepted(mission: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """The mentions behind "except" and its like, those joined to them by "and", and what is to be kept out of.

    Args:
        mission: What the operator said.
        mentions: What it names, in order.
    """
    from maps.linking.kept_out import kept_out

    before: Mention | None = None
    out, maybe = set(kept_out(mission, mentions)), _MAYBE.search(mission) is not None
    for number, mention in enumerate(mentions):
        end = mentions[number + 1].start if number + 1 < len(mentions) else len(mission)
        joined = before is not None and _AND.fullmatch(mission, before.end, mention.start)
        before = None
        behind = _EXCEPTED_BEHIND.match(mission, mention.end) or (
            _LEAVE.search(mission, max(0, mention.start - 20), mention.start) and _OUT.match(mission, mention.end)
        )
        behind = behind or (None if maybe else _STAYS.match(mission, mention.end))
        place = len(mention.candidates) == 1 and mention.candidates[0].type == "place"
        kept = _KEEP_OUT.match(mission, mention.end, end) if place and not _SENT.search(mission, 0, mention.start) else None
        if kept is not None and (kept.end() < end or end == len(mission)):
            behind = behind or kept
        lead = max(0, mention.start - 45)
        before_it = _EXCEPTED.search(mission, lead, mention.start) or any(
            said.search(mission, 0, mention.start) for said in (_ALL_BUT, _NOT)
        )
        if joined or behind or mention in out or before_it:
            before = mention
            yield mention
