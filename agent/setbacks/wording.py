"""What the words for a failure's case ask for: to look for a thing, to leave it, to do the same with another, to give up."""

from __future__ import annotations

import re

from agent.decisions.retelling import is_nothing

__all__ = ["any_will_do", "carries", "comes", "does_more", "ends", "hands_over", "seeks", "skips", "supposes", "without_skipping"]

_SKIPS = re.compile(
    r"\b(?:skip|leave\s+(?:it|that|them|those|him|her)(?:\s+\w+)?|forget|don'?t\s+(?:go\s+)?(?:bother|worry|let|mind|look|search|waste|poke|hang|hunt)|"
    r"never\s*mind|no\s+(?:matter|need|problem)|take\s+the\s+(?:others|rest)|carry\s+on|go\s+on|the\s+rest|move\s+on|continue|next\s+one)\b"
    r"|算了|不用|别.{0,4}找|别管|跳过|别折腾|没事|没关系|剩下|其他的|接着",
    re.IGNORECASE,
)
_SEEKS = re.compile(r"\b(?:look|search|hunt|find|seek)\b(?!\s+(?:at|after)\b)|(?<!没)(?<!不)找(?!到|着|不)", re.IGNORECASE)
_UNSOUGHT = re.compile(
    r"(?:别|不用|不要|甭|不必)[^\uff0c\u3002,.;\uff1b]{0,6}找|\b(?:don'?t|do\s+not|no\s+need\s+to|never)\s+(?:\w+\s+){0,2}(?:look|search|hunt|seek|poke)\w*",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"\s*(?:(?:then|well|so)\s+)?(?:i\s+(?:think|guess|bet|suppose|reckon)|maybe|perhaps|probably|possibly|(?:it|they)(?:'s|'re|\s+(?:is|are|will|may|might|must))\b"
    r"|(?:try|check)\b|(?:可能|也许|大概|应该|八成|多半|估计|说不定))",
    re.IGNORECASE,
)
_CARRIES = re.compile(r"\b(?:bring|take|carry|fetch|deliver|put|get|move|run)\b|[拿送搬带放取]", re.IGNORECASE)
_COMES = re.compile(r"\bcome\s+(?:over\s+|back\s+|straight\s+)*(?:here|and|to\s+me)\b|过来|来这", re.IGNORECASE)
_HANDS_OVER = re.compile(
    r"\b(?:leave|put|bring|take|drop|set|hand|give|place|carry|keep|return)\s+(?:it|that|this|that\s+one)\b", re.IGNORECASE
)
_ENDS = re.compile(
    r"\b(?:come\s+(?:back|home)|go\s+(?:back|home)|return|head\s+(?:back|home)|give\s+up|stop\s+there|call\s+it\s+off)\b"
    r"|回来|回去|回充|到此为止",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"\b(?:one|any|either|some)\s+of\b|\bwhichever\b|\beither\b|\bany\s+(?:one\b|\w+)|[任随]意|随便|任何|哪[个台件张把]都|其中[一任]|随手",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:tell|say|ask|announce|inform|let|shout|call|report|charge|dock|look|check|read|inspect|see|wait|stay|search|explore|press)\b"
    r"|[说讲告问喊看查读等按]",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^,.;!?\uff0c\u3002\uff1b\uff01\uff1f]+[,.;!?\uff0c\u3002\uff1b\uff01\uff1f]\s*")


def skips(words: str) -> bool:
    """Whether what failed is to be left: "never mind, take the others"."""
    return is_nothing(words.casefold()) or _SKIPS.search(words) is not None


def seeks(words: str) -> bool:
    """Whether what is missing is to be looked for: "have a look in the hall"."""
    return _SEEKS.search(_UNSOUGHT.sub("", words)) is not None


def supposes(words: str) -> bool:
    """Whether it is told where something may be: "I think the porter has carried it into the back office"."""
    return _SUPPOSES.match(words) is not None


def carries(words: str) -> bool:
    """Whether something is to be carried: "bring the atlas over to 2A"."""
    return _CARRIES.search(words) is not None


def does_more(words: str) -> bool:
    """Whether something else is asked for than to go, or to carry something: to tell, to look, to wait."""
    return _MORE.search(words) is not None


def ends(words: str) -> bool:
    """Whether nothing else is done then: "come back"."""
    return _ENDS.search(words) is not None


def comes(words: str) -> bool:
    """Whether the robot is to come to whoever is told: "come here and tell me"."""
    return _COMES.search(words) is not None


def hands_over(words: str) -> bool:
    """Whether "it" is put somewhere: "leave it on her desk"."""
    return _HANDS_OVER.search(words) is not None


def any_will_do(mission: str) -> bool:
    """Whether another thing may do as well as the one that was chosen: "one of the two parcels"."""
    return _ANY.search(mission) is not None


def without_skipping(words: str) -> str:
    """Words without what says only that no more is tried, where something else is to be done: "don't bother, look at the oven"."""
    first = _CLAUSE.match(words)
    rest = words[first.end() :].strip() if first else ""
    return rest if first and _SKIPS.search(first.group()) and rest and not _SKIPS.search(rest) else words
