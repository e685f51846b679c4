"""Clauses: where a sentence, a clause or a phrase of a text begins and ends, and what is done in it to a place that it names."""

from __future__ import annotations

import re

__all__ = [
    "carries",
    "clause_start",
    "english_sentence_start",
    "is_destination",
    "phrase_start",
    "puts",
    "sentences_between",
    "within_clause",
]

_ENGLISH_END = r"[.!?;](?=\s|$)|\n"
"""A mark that ends a sentence, and not one inside a number or a code."""

_ENGLISH_SENTENCE_END = re.compile(_ENGLISH_END)
_SENTENCE_END = re.compile(rf"{_ENGLISH_END}|\.\.|[\u3002\uff01\uff1f\uff1b]")
_CLAUSE_END = re.compile(
    r"[,:]\s|[\uff0c\uff1a]|\s-\s|\b(?:and|then|but|before|after)\b|\u7136\u540e|\u518d|\u4e4b\u524d|\u4e4b\u540e|\u5148",
    re.IGNORECASE,
)
_PHRASE_END = re.compile(r"[,;.!?:]|\b(?:and|then|but)\b", re.IGNORECASE)
"""Any mark, be it inside a number, and the words that join; "before" and "after" stand inside a phrase."""

_CARRIES = re.compile(
    r"\b(?:bring|take|carry|put|place|deliver|leave|drop|send|give|hand|get|move|return|store|set|chuck|throw|dump|stick|pop|pass|drag|haul|shift)\w*\b"
    "|[把送拿放搬带交给运递取端]",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:from|out\s+of|off)\s+(?:the\s+|our\s+)?$|[从在]\s*$", re.IGNORECASE)
_PUTS = re.compile(
    r"\b(?:put|putting|place|placing|leave|leaving|drop|dropping|store|storing|stow|set|stick|pop|throw|chuck|dump|lay|deposit|stash|park)"
    r"\s+(?:back\s+|down\s+)?(?:[\w'-]+\s+){0,3}$",
    re.IGNORECASE,
)


def clause_start(text: str, at: int) -> int:
    """Where the clause begins that a character is in."""
    ends = [match.end() for pattern in (_SENTENCE_END, _CLAUSE_END) for match in pattern.finditer(text, 0, at)]
    return max(ends, default=0)


def english_sentence_start(text: str, at: int) -> int:
    """Where the English sentence begins that a character is in; two dots without a space do not end it."""
    return max((match.end() for match in _ENGLISH_SENTENCE_END.finditer(text, 0, at)), default=0)


def phrase_start(text: str, at: int) -> int:
    """Where the words begin that no mark and no joining word parts from a character; a new line parts nothing."""
    return max((match.end() for match in _PHRASE_END.finditer(text, 0, at)), default=0)


def sentences_between(text: str, start: int, end: int) -> int:
    """How many sentences end between two characters."""
    return sum(1 for _ in _SENTENCE_END.finditer(text, start, end))


def within_clause(text: str, start: int, end: int) -> bool:
    """Whether no clause ends between two characters."""
    return not _SENTENCE_END.search(text, start, end) and not _CLAUSE_END.search(text, start, end)


def is_destination(text: str, start: int) -> bool:
    """Whether something is carried to the place that is named at a character, and not from there."""
    return _FROM.search(text[:start]) is None and carries(text, start)


def carries(text: str, start: int) -> bool:
    """Whether the clause has said before a character that something is carried: "take everything"."""
    return _CARRIES.search(text, clause_start(text, start), start) is not None


def puts(text: str, start: int) -> bool:
    """Whether the thing that is named at a character is put somewhere: "put the red crate", behind which "in" tells where to."""
    return _PUTS.search(text[clause_start(text, start) : start]) is not None
