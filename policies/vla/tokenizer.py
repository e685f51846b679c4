"""Instructions as numbers: words of scripts with spaces, single characters of Chinese; the vocabulary comes from the data.

A policy with a pretrained language model reads by that model's own ``tokenizer.json`` instead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policies.policy import ObservationInvalid
from policies.vla.config import VLAConfig
from policies.vla.shapes import PretrainedInvalid

__all__ = ["PAD", "UNKNOWN", "SubwordTokenizer", "Tokenizer", "split_words", "tokenizer_of"]

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


class SubwordTokenizer:
    """A pretrained model's tokens, by the ``tokenizers`` package.

    Args:
        file: Its ``tokenizer.json``.
        length: Tokens of every instruction.
        pad: What fills up shorter ones.

    Raises:
        PretrainedInvalid: There is no such file, it is damaged, or the package is not installed.
    """

    words: tuple[str, ...] = ()
    """None of its own: they are the model's."""

    def __init__(self, file: str | Path, length: int, pad: int) -> None:
        if not find_spec("tokenizers"):
            raise PretrainedInvalid("a pretrained language model needs the package tokenizers: pip install 'surefoot[full]'")
        from tokenizers import Tokenizer as Subwords

        try:
            self.text = Path(file).read_text(encoding="utf-8")
        except OSError as error:
            raise PretrainedInvalid(f"the tokens {str(file)!r} cannot be read: {error.strerror}") from None
        try:
            self._subwords = Subwords.from_str(self.text)
        except Exception as error:  # the package raises nothing narrower
            raise PretrainedInvalid(f"{str(file)!r} is no tokenizer: {str(error).splitlines()[0]}") from None
        self._subwords.no_padding()
        self._subwords.no_truncation()
        self.length, self.pad = length, pad

    def __len__(self) -> int:
        """Entries of the vocabulary, those added to it among them."""
        return int(self._subwords.get_vocab_size())

    def __call__(self, instruction: str) -> NDArray[np.int64]:
        """(length,) ids; tokens beyond the length are left out.

        Raises:
            ObservationInvalid: There is nothing to read.
        """
        if not instruction.strip():
            raise ObservationInvalid("the instruction is empty; the policy has to be told what to do")
        ids = self._subwords.encode(instruction).ids[: self.length]
        return np.array(ids + [self.pad] * (self.length - len(ids)), dtype=np.int64)


def tokenizer_of(config: VLAConfig, words: Iterable[str], folder: Path) -> Tokenizer | SubwordTokenizer:
    """The tokenizer of a policy's folder: its list of words, or the ``tokenizer.json`` in it.

    Raises:
        PretrainedInvalid: That file is missing or damaged.
    """
    if config.language is None:
        return Tokenizer(words, config.text)
    return SubwordTokenizer(folder / "tokenizer.json", config.text, config.language.pad)
