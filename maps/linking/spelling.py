"""Spelling: which of the map's words a word that it does not know may be a typo of."""

from __future__ import annotations

from collections.abc import Iterable

from maps.everyday_words import known_word
from maps.linking.same_words import noun_words
from maps.ordinary_words import ORDINARY

__all__ = ["Near", "Spelling"]

Near = tuple[tuple[str, int], ...]
"""Words with how many letters differ, nearest first, then by alphabet."""

MOST_NEAR = 8


class Spelling:
    """The words of a map's names by length and by first and last letter, so that few need to be compared.

    A typo keeps the first letter or the last one; distances are those of Damerau and Levenshtein (a swap counts once).
    """

    def __init__(self, words: Iterable[str]) -> None:
        """Sort the words into boxes."""
        self.words = frozenset(words)
        self._boxes: dict[tuple[bool, str, int], list[str]] = {}
        for word in sorted(self.words):
            if len(word) >= 4 and word.isalpha():
                self._boxes.setdefault((True, word[0], len(word)), []).append(word)
                self._boxes.setdefault((False, word[-1], len(word)), []).append(word)

    def alone(self, stem: str) -> Near:
        """The nearest words for a word that stands alone: five letters or more, and the first one is right."""
        if len(stem) < 5 or not self._wrong(stem) or _form_of_ordinary(stem):
            return ()
        near = self._near(stem, True)
        return tuple(pair for pair in near if pair[1] == near[0][1])

    def beside(self, stem: str) -> Near:
        """Words near one whose neighbours will tell: four letters or more, the first or the last one is right."""
        if len(stem) < 4 or not self._wrong(stem):
            return ()
        near = {**dict(self._near(stem, False)), **dict(self._near(stem, True))}
        return tuple(sorted(near.items(), key=lambda pair: (pair[1], pair[0]))[:MOST_NEAR])

    def _wrong(self, stem: str) -> bool:
        """Whether a word is none that the map or ordinary English knows."""
        known = stem in ORDINARY or stem in self.words or known_word(stem) or stem in noun_words()
        return stem.isalpha() and not known

    def _near(self, stem: str, first: bool) -> Near:
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        allowed = 1 if len(stem) < 8 else 2
        letter = stem[0] if first else stem[-1]
        pool = [w for n in range(len(stem) - allowed, len(stem) + allowed + 1) for w in self._boxes.get((first, letter, n), ())]
        found = process.extract(stem, pool, scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=None)
        return tuple(sorted(((word, int(away)) for word, away, _ in found), key=lambda pair: (pair[1], pair[0])))


def _form_of_ordinary(stem: str) -> bool:
    roots = {stem.removesuffix(end) for end in ("ing", "ed", "er", "ly", "d")}
    return any(root != stem and (root in ORDINARY or f"{root}e" in ORDINARY) for root in roots)
