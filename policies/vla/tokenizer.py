"""Instructions as numbers: words of scripts with spaces, single characters of Chinese; the vocabulary comes from the data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from policies.policy import ObservationInvalid

__all__ = ["PAD", "UNKNOWN", "Tokenizer", "split_words"]

PAD, UNKNOWN = 0, 1

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_HAN}]|[^\W\d_{_HAN}]+|\d")


def split_words(text: str) -> list[str]:
    """Lower-cased words, single digits and single Chinese characters; punctuation is left out."""
    return _WORD.findall(text.casefold())


class Tokenizer:
    """A fixed list of words.

    Args:
        words: The vocabulary, without padding and unknown, which come first.
        length: Tokens of every instruction.
    """

    def __init__(self, words: Iterable[str], length: int) -> None:
        self.words = tuple(words)
        self.length = length
        self._ids = {word: index for index, word in enumerate(self.words, start=2)}

    @classmethod
    def fit(cls, instructions: Iterable[str], *, most: int, length: int) -> Tokenizer:
        """The vocabulary of a dataset: its most frequent words, ties in the order of the alphabet."""
        counts = Counter(word for text in instructions for word in split_words(text))
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        return cls(ranked[: most - 2], length)

    def __len__(self) -> int:
        """Entries, padding and unknown among them."""
        return len(self.words) + 2

    def __call__(self, instruction: str) -> NDArray[np.int64]:
        """(length,) ids; words beyond the length are left out.

        Raises:
            ObservationInvalid: Not one word is known, so that the policy would act without having been told anything.
        """
        words = split_words(instruction)
        ids = [self._ids.get(word, UNKNOWN) for word in words][: self.length]
        if not any(number > UNKNOWN for number in ids):
            raise ObservationInvalid(
                f"the policy knows no word of the instruction {instruction[:80]!r}; it was trained on {len(self.words)} words, "
                f"such as {', '.join(self.words[:5])}"
            )
        return np.array(ids + [PAD] * (self.length - len(ids)), dtype=np.int64)
