"""Whether anything is left to do in what remains of a mission, or only looks that were made, questions and politeness."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Protocol

from agent.decisions.clauses import MASK, Span, phrases, said

__all__ = ["spent"]

_CJK = re.compile(r"[\u3400-\u9fff]")
_CLAUSES = re.compile(
    r"[,.;:!?\uff0c\u3002\uff1b\uff1a\uff01\uff1f]+|\s-\s|\band then\b|\band\b|\bthen\b|然后|并且|再(?=[\u3400-\u9fff])"
)
_POLITE = re.compile(
    r"^(?:please|thanks?|thank you(?: very much| so much)?|hi|hey|hello|ok(?:ay)?|um|oh|well|so|robot|now|just|cheers|quick thing|"
    r"a couple of things|one thing|good morning|good day|please and thank you|would you|will you|for me|right now|"
    r"hi there|hey there|"
    r"你好|您好|好的|好|谢谢|多谢|麻烦了?|请|辛苦了?|拜托了?|嗨|喂|嗯|哎|行吗|好吗|可以吗|谢谢你|谢了|好不好|机器人)$"
)
_ASKED = re.compile(r"^(?:is|are|does|has|did|was|were|any|anything|whether|what|how)\b")
_FILLERS = re.compile(
    r"^(?:(?:please|can you|could you|would you|will you|go|first|just|and|hi|hey|ok|robot|i want you to|you should|first of all)\b"
    r"[ ,]*)+(?=\w)"
)
_DOES = re.compile(
    r"\b(?:tell|report|say|bring|let|inform|announce|take|fetch|note|write|log|send|photo\w*|picture|to me|aloud|back|return)\b"
)
_DOES_ZH = re.compile(r"[把拿送带告说给叫喊搬取找放报充回问念记拍]")


class _Named(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def names(self) -> tuple[str, ...]: ...


def spent(plain: str, left: Sequence[Span], names: Sequence[_Named], seen: Collection[str]) -> bool:
    """Whether nothing is left to do.

    Args:
        plain: The mission, masked.
        left: The stretches of it that no settled condition is part of.
        names: What it names.
        seen: What was looked at, and where the robot has been for it.
    """
    for start, end in left:
        at = start
        for match in [*_CLAUSES.finditer(plain, start, end), None]:
            stop = end if match is None else match.start()
            if not _idle(plain[at:stop].strip(), [one for one in names if at <= one.start < stop], seen):
                return False
            at = stop if match is None else match.end()
    return True


def _idle(text: str, named: Sequence[_Named], seen: Collection[str]) -> bool:
    """Whether a clause asks for nothing that was not done."""
    if not text or _POLITE.match(text):
        return True
    if any(not set(one.names) & set(seen) for one in named):
        return False
    if _CJK.search(text) or (MASK in text and not re.search("[a-z]", text)):
        looks = "|".join(map(re.escape, said("zh", "looks")))
        rest = re.sub(rf"^(?:[请你先去帮我到在麻烦那这个台只张的]|{looks}|一下|一眼|{MASK})+", "", text)
        return len(rest) <= 10 and not _DOES_ZH.search(rest)
    if _DOES.search(text):
        return False
    if _ASKED.match(text):
        return True
    text = _FILLERS.sub("", text)
    if any(text.startswith(" ".join(phrase)) for phrase in phrases("en", "looks")):
        return bool(named)
    return bool(named) and len(text.replace(MASK, "").split()) <= 4
