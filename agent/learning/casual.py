"""Casual writing: missions as they come from a phone, from speech recognition, or from people whose English is young."""

import random
import re
from collections.abc import Collection, Iterable

__all__ = ["casual", "dictated"]

_OFTEN = 0.13
"""Share of English missions that are written carelessly."""

_SHORT = {
    "please": ("pls", "plz", "pleez"), "you": ("u",), "are": ("r",), "and": ("n", "&", "an"), "thanks": ("thx", "tnx"),
    "because": ("cos", "cuz"), "through": ("thru",), "your": ("ur",), "want": ("wanna",), "something": ("smth",), "tomorrow":
    ("tmrw",), "okay": ("k",), "with": ("w/",), "what's": ("whats",), "that's": ("thats",), "it's": ("its",), "don't":
    ("dont",), "can't": ("cant",), "isn't": ("isnt",), "i'm": ("im",), "there's": ("theres",), "where's": ("wheres",), "let's":
    ("lets",), "you're": ("ur", "youre"), "i'd": ("id",), "doesn't": ("doesnt",), "who's": ("whos",), "whoever's":
    ("whoevers",), "quickly": ("quick",), "going": ("goin",), "minutes": ("min",), "could": ("cud",),
}  # fmt: skip
_POINTS = frozenset(",.;!?-:")
_FULL_WIDTH = frozenset("\uff0c\u3002\uff1f\uff01\uff1b\uff1a")
_SPACED = re.compile(r"\S+")


def casual(rng: random.Random, text: str, kept: Collection[str], ends: Iterable[str] = (), *, scoped: bool = False) -> str:
    """A mission's words, at times without punctuation, articles or apostrophes, or shortened as in messages.

    Args:
        rng: Everything random comes from here.
        text: The mission, its marks of punctuation standing free.
        kept: Words and marks that the plan quotes: these stay.
        ends: Stretches that the plan quotes: the mark behind one tells where it ends, and stays.
        scoped: Something hangs on a condition and something else does not: the marks tell which.
    """
    roll = rng.random()
    if roll >= _OFTEN:
        return text
    words = _SPACED.findall(text)
    if roll < 0.45 * _OFTEN:
        if scoped:
            return text
        stays = {end for stretch in ends for end in _behind(words, stretch.split())}
        return " ".join(
            word
            for at, word in enumerate(words)
            if word not in _POINTS or word in kept or at in stays or _between_digits(words, at)
        )
    if roll < 0.75 * _OFTEN:
        return " ".join(rng.choice(_SHORT[word]) if word in _SHORT and word not in kept else word for word in words)
    return " ".join(word for word in words if word not in ("the", "a", "an") or word in kept or rng.random() < 0.2)


def _behind(words: list[str], stretch: list[str]) -> list[int]:
    """Where each occurrence of a stretch of words has ended."""
    size = len(stretch)
    return [at + size for at in range(len(words) - size + 1) if words[at : at + size] == stretch]


def _between_digits(words: list[str], at: int) -> bool:
    """Whether a mark stands inside a number, "2 . 5", or an arrow."""
    before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
    return (before[-1:].isdigit() and after[:1].isdigit()) or before in ("<", ">", "-", "=") or after in (">", "<", "-", "=")


def dictated(rng: random.Random, text: str, kept: Collection[str], ends: Iterable[str] = (), *, scoped: bool = False) -> str:
    """A Chinese mission's words, at times without punctuation, as speech recognition writes them.

    Args:
        rng: Everything random comes from here.
        text: The mission.
        kept: Marks that the plan quotes: these stay.
        ends: Stretches that the plan quotes: the mark behind one stays.
        scoped: Something hangs on a condition and something else does not: the marks tell which.
    """
    if rng.random() >= _OFTEN or scoped:
        return text
    stays = {match.end() for stretch in ends if stretch for match in re.finditer(re.escape(stretch), text)}
    return "".join(" " if mark in _FULL_WIDTH and mark not in kept and at not in stays else mark for at, mark in enumerate(text))
