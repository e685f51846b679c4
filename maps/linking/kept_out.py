"""Kept out: the mentions of what a text says to keep out of, stay away from, or not to pass.

"Stay out of the main aisle", 不要经过主通道. What hangs on a condition or lasts for a time is none: "until the floor is dry".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from maps.linking.mention import Mention

__all__ = ["kept_out", "may_keep_out"]

_NOT = r"(?:\b(?:not|never|without|nor)|n['\u2019]t)"
_NEAR = r"near|anywhere\s+near|(?:too\s+)?close\s+to"
_THROUGH = rf"(?:through|into|inside|in|via|across|over|along|down|past|by|by\s+way\s+of|around\s+in|{_NEAR})"
_MOVING = r"(?:(?:go|travel|travell|roll|walk)(?:ing)?|(?:driv|com|mov)(?:e|ing)|(?:cut|get)(?:ting)?|run(?:ning)?)"
_THE = r"(?:the|any|all|both|either|our|my|your|that|this|those|these|of)"
_KEPT_OUT = re.compile(
    rf"(?:\bavoid(?:ing)?(?:\s+(?:{_MOVING}\s+)?{_THROUGH})?|\bbypass(?:ing)?"
    r"|\b(?:keep|keeping|stay|staying|steer|steering|remain|remaining)\s+(?:well\s+|right\s+)?(?:out\s+of|clear\s+of|away\s+from|off)"
    rf"|{_NOT}\s+(?:ever\s+|to\s+)?(?:{_MOVING}\s+(?:back\s+)?{_THROUGH}|(?:enter|cross|pass)(?:ing)?(?:\s+{_THROUGH})?|through|via)"
    rf")\s+(?:{_THE}\s+)*$",
    re.IGNORECASE,
)
_NOT_USED = re.compile(rf"{_NOT}\s+(?:ever\s+)?(?:us(?:e|ing)|tak(?:e|ing))\s+(?:{_THE}\s+)*$", re.IGNORECASE)
"""Places and doors alone: a thing that is not to be taken is no place to keep out of."""
_HAN_NOT = "(?:不要|不准|不许|不能|不可以?|不得|请勿|切勿|千万别|别)(?:再)?"
_HAN_KEPT_OUT = re.compile(
    f"(?:{_HAN_NOT}(?:经过|穿过|穿越|路过|走进|走|进入|进到|进|靠近|通过|横穿|闯入|碰到)"
    "|避免(?:经过|穿过|进入|走|靠近)?|(?:避|绕|躲)开|绕过|远离|不(?:经过|穿过|路过|走|进入|靠近|通过))(?:那个|那条|那间|这个|这条|这间|所有的?|任何)?$"
)
_HAN_FROM = re.compile(f"(?:{_HAN_NOT}|不)从(?:那个|那条|这个|这条)?$")
_HAN_THROUGH = re.compile("(?:里|里面|那边|那里|中间)?(?:走|过|穿|经过|通过)")
_AND = re.compile(r"\s*(?:,|(?P<last>,?\s*(?:\band\b|\bor\b|\bnor\b|&|[、和跟与及或])))\s*(?:the\s+)?", re.IGNORECASE)
_UNNEEDED = re.compile(
    r"(?:\bno\s+need\s+to|\bneed\s*(?:not|n['\u2019]t)(?:\s+to)?|(?:do(?:es)?\s*(?:not|n['\u2019]t)|not)\s+(?:have|need)\s+to"
    r"|\b(?:if|when|whenever|should|unless|why|did|does|can\s*not|cannot|can['\u2019]t|could\s*n['\u2019]t)\b[^,.;!?]*|不用|不必|不需要|无需|如果[^,\uff0c]*|为什么[^,\uff0c]*)\s*$",
    re.IGNORECASE,
)
_FOR_A_TIME = re.compile(
    r"^[^.;!?\u3002\uff1b\uff01\uff1f]*?(?:\b(?:until|till|unless|before|after|when|whenever|while|if|without|except|once|as\s+long\s+as|during|between)\b"
    "|[之以]前|[之以]后|的时候|的话|直到|除非|期间)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;!?\u3002\uff1b\uff01\uff1f\n]|,\s*(?:and\s+)?(?:then|but)\b|[\uff0c,](?:然后|再|但)")
_ANY = re.compile(rf"\bavoid|\bbypass|\b(?:keep|stay|steer|remain)|{_NOT}|[不别避绕躲勿远]", re.IGNORECASE)


def may_keep_out(text: str) -> bool:
    """Whether any word speaks of keeping out; most texts have none, and need no look at the map's names."""
    return _ANY.search(text) is not None


def kept_out(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """The mentions that are told to be kept out of.

    Args:
        text: What a person typed.
        mentions: Its mentions, in order.
    """
    before: Mention | None = None
    listed: list[Mention] = []
    for mention in mentions if may_keep_out(text) else ():
        joint = None if before is None else _AND.fullmatch(text, before.end, mention.start)
        if joint is not None:  # "the lab, the office and bay 1"; after a comma alone something else may begin
            listed.append(mention)
            if joint["last"]:
                yield from listed
                listed.clear()
            before = mention
            continue
        listed.clear()
        before = mention if _is_told(text, mention) else None
        if before is not None:
            yield mention


def _is_told(text: str, mention: Mention) -> bool:
    """Whether the words around a mention tell to keep out of it."""
    lead, rest = text[: mention.start], text[mention.end :]
    found = _KEPT_OUT.search(lead) or _HAN_KEPT_OUT.search(lead)
    if found is None and _HAN_THROUGH.match(rest):
        found = _HAN_FROM.search(lead)
    if found is None and all(each.type != "thing" for each in mention.candidates):
        found = _NOT_USED.search(lead)
    if found is None or _UNNEEDED.search(lead[: found.start()]):
        return False
    end = _CLAUSE.search(rest)
    return _FOR_A_TIME.search(rest[: end.start() if end else None]) is None
