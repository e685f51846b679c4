"""Labels: what a map may call things. Map files are untrusted, and their words end up in sentences, pictures and prompts."""

import re
import reprlib
import unicodedata
from typing import Any

__all__ = ["label_fault", "short"]

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
"""Signs that take no room and join no letters: two names that look the same would differ by them."""
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|command|direction)s?\b"
    r"|\b(?:system|developer)\s+(?:prompt|message|mode)\b"
    r"|^\s*(?:system|assistant|user)\s*:"
    r"|\byou\s+(?:are|must)\s+now\b"
    r"|<\|[^>]*\|?>|\[/?INST\]|</?(?:s|system|user|assistant)>"
    r"|(?:忽略|无视|忘记).{0,20}(?:指令|提示|规则)",
    re.IGNORECASE,
)

_QUOTE = reprlib.Repr()
_QUOTE.maxstring = _QUOTE.maxother = 78
_QUOTE.maxlevel = 2


def label_fault(text: str) -> str:
    """Why a text may not stand in a map, as the end of a sentence; empty when it may.

    Refused are control characters, line separators, lone surrogates, direction overrides and signs that nobody sees, and what
    reads as an order to a language model. The latter is a second line of defence: planners treat all labels as data.
    """
    plain = text.isascii() and text.isprintable()
    for character in () if plain else text:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _BIDI:
            return f"the control character U+{ord(character):04X} is not allowed"
        if character in _UNSEEN or 0xE0000 <= ord(character) <= 0xE0FFF:
            return f"the invisible character U+{ord(character):04X} is not allowed"
    if _ORDERS.search(unicodedata.normalize("NFKC", text)):
        return "it reads as an instruction to a language model, not as a name; rename it"
    return ""


def short(value: Any) -> str:
    """A value as an error quotes it: at most about 80 characters, however large or deeply nested it is."""
    text = _QUOTE.repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
