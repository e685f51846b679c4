"""Labels: what a map may call things. Map files are untrusted, and their words end up in sentences, pictures and prompts."""

import re
import unicodedata

__all__ = ["label_fault"]

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|command|direction)s?\b"
    r"|\b(?:system|developer)\s+(?:prompt|message)\b"
    r"|<\|[^>]*\|?>|\[/?INST\]|</?(?:s|system|user|assistant)>"
    r"|(?:忽略|无视|忘记).{0,20}(?:指令|提示|规则)",
    re.IGNORECASE,
)


def label_fault(text: str) -> str:
    """Why a text may not stand in a map, as the end of a sentence; empty when it may.

    Refused are control characters, line separators, lone surrogates and direction overrides, and what reads as an order to a
    language model. The latter is a second line of defence: planners treat all labels as data.
    """
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _BIDI:
            return f"the control character U+{ord(character):04X} is not allowed"
    if _ORDERS.search(unicodedata.normalize("NFKC", text)):
        return "it reads as an instruction to a language model, not as a name; rename it"
    return ""
