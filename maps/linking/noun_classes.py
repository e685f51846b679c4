"""Classes of nouns: gauges and thermometers are instruments, 沙发 and 椅子 are 家具. They are listed in ``wider_nouns.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from maps.linking.stems import CJK, HAN, stems

__all__ = ["LONGEST", "LONGEST_CHINESE", "classes_of", "words_for"]

_FILE = Path(__file__).with_name("wider_nouns.toml")
LONGEST = 3
"""Words of the longest noun or word for a class."""
LONGEST_CHINESE = 6
"""Characters of the longest one."""


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return found


@cache
def words_for(key: str) -> Mapping[str, frozenset[str]]:
    """Stemmed words, joined by spaces, or Chinese ones -> the classes that they are in.

    Args:
        key: Which words of the tables: ``words``, ``uncounted``, ``nouns``, ``chinese`` or ``chinese_nouns``.
    """
    found: dict[str, set[str]] = {}
    for name, table in _table().items():
        entries = table.get(key, "").split() if key.startswith("chinese") else table.get(key, "").replace("\n", "|").split("|")
        for entry in filter(str.strip, entries):
            found.setdefault(entry if key.startswith("chinese") else " ".join(stems(entry)), set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


def classes_of(names: Iterable[str]) -> frozenset[str]:
    """The classes that a thing is in.

    Args:
        names: What it is called and its kind; the nouns that they end with tell, before a number or code.
    """
    found: frozenset[str] = frozenset()
    for name in names:
        nouns, ends = _ends(name)
        found |= next((nouns[end] for end in ends if end in nouns), frozenset())
    return found


def _ends(name: str) -> tuple[Mapping[str, frozenset[str]], list[str]]:
    """Where to look up what a name ends with, and these ends, longest first."""
    if CJK.search(name):
        core = re.sub(f"[^{HAN}]+号?$", "", name)
        return words_for("chinese_nouns"), [core[-length:] for length in range(min(LONGEST_CHINESE, len(core)), 0, -1)]
    words = stems(name)
    while len(words) > 1 and (len(words[-1]) == 1 or any(letter.isdigit() for letter in words[-1])):
        words = words[:-1]
    return words_for("nouns"), [" ".join(words[-length:]) for length in range(min(LONGEST, len(words)), 0, -1)]
