"""Words of a text in the one form in which names are compared: lower case, no accents, singular, numbers as digits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from maps.ordinary_words import ARTICLES, NUMBERS

__all__ = ["CJK", "HAN", "HAN_MANY", "HAN_ROOM", "SKIPPED", "WORD", "Token", "stem", "stems", "tokens"]

HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Characters of scripts without spaces, for a character class."""
HAN_ROOM = "(?:号?(?:房间|病房|客房|房|室)|号)?"
"""What may stand behind the number of a room: 302号房."""
HAN_MANY = "(?:所有的?|全部的?|每[个间张台条只扇]|各[个间张台]?|[这那]些|[这那]?[几两三四五六七八九十][个间张台条只扇件把辆箱盒本])"
"""What stands between a place and what is in it: 打包台上那几个方块, 三个大棚里所有的温度计."""

_ONE_BY_ONE = re.compile(r"one\s+(?:by\s+one|at\s+a\s+time|after\s+(?:the\s+other|another))\b", re.IGNORECASE)
"""No number of anything: "the bays one by one"."""
CJK = re.compile(f"[{HAN}]")
WORD = re.compile(rf"[^\W{HAN}]+(?:['\u2019-][^\W{HAN}]+)*")
SKIPPED = ARTICLES | {"number", "no", "nr"}
"""Words that may stand inside a name and are left out of it: "pallet number 12"."""
_BREAK = re.compile(r"[.;:!?\u2026](?=\s)|\.\.|\s[-\u2013\u2014]+\s|[()\n]")
"""What stands between two words that are never of one name."""
_SHORT = frozenset("no nr st dr mr mrs ms prof".split())
"""Words that a point shortens."""
_IRREGULAR = {
    "shelves": "shelf",
    "bookshelves": "bookshelf",
    "knives": "knife",
    "scarves": "scarf",
    "mice": "mouse",
    "teeth": "tooth",
}


@dataclass(slots=True)
class Token:
    """A word of a text, in characters.

    Attributes:
        text: As typed.
        start: Where it begins.
        end: Where it ends.
        stem: Its stem.
        lower: As typed, in lower case.
        apart: Words of a script without spaces, or the end of a sentence, stand between it and the word before.
        comma: A comma stands there.
    """

    text: str
    start: int
    end: int
    stem: str
    lower: str
    apart: bool = False
    comma: bool = False

    @property
    def plural(self) -> bool:
        """Whether it is one."""
        return self.text[-1:] in "sS" and len(stem(self.text)) < len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """The words of a text; a possessive's ending belongs to none."""
    before, last = 0, ""
    for match in WORD.finditer(text):
        word, end = match.group(), match.end()
        if word.lower().endswith(("'s", "\u2019s")):
            word, end = word[:-2], end - 2
        between = text[before : match.start()]
        apart = between != " " and (CJK.search(between) is not None or (last not in _SHORT and _BREAK.search(between) is not None))
        counts = not _ONE_BY_ONE.match(text, match.start()) and not text[: match.start()].lower().endswith("one by ")
        yield Token(word, match.start(), end, stem(word) if counts else word.lower(), word.lower(), apart, "," in between)
        before, last = match.end(), word.lower()


def stems(text: str) -> tuple[str, ...]:
    """The stemmed words of a name, without articles; the "A" that a name ends with is a letter: "Ward A"."""
    words = [match.group() for match in WORD.finditer(text)]
    last = len(words) - 1
    kept = (w for i, w in enumerate(words) if w.lower() not in ARTICLES or (i == last and i and w.lower() == "a"))
    return tuple(stem(word.removesuffix("'s")) for word in kept)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Lower case without accents, singular; numbers as digits."""
    plain = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode() or word.casefold()
    plain = plain.replace("\u2019", "'")
    plain = plain.removesuffix("'s").removesuffix("'")
    if plain in NUMBERS:
        return NUMBERS[plain]
    if plain in _IRREGULAR:
        return _IRREGULAR[plain]
    if len(plain) > 4 and plain.endswith("ies"):
        return f"{plain[:-3]}y"
    if len(plain) > 4 and plain.endswith(("ches", "shes", "xes", "sses")):
        return plain[:-2]
    if len(plain) > 3 and plain.endswith("s") and not plain.endswith(("ss", "us", "is")):
        return plain[:-1]
    return plain
