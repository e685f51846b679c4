"""Choosing tokens under a grammar, with the probability of each among those that the grammar allows.

llama.cpp parses a grammar once; every answer gets a copy of the parsed one. Only the likeliest tokens are put to the grammar, and
all of them where it allows none of these: a large vocabulary costs no more than a small one.
"""

from __future__ import annotations

import ctypes
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from agent.planners.errors import GrammarFailed

__all__ = ["Choice", "GrammarSampler", "Grammars"]

LIKELIEST = 64
"""So many tokens are put to the grammar when the likeliest is taken; a name beyond them is no more likely than a slip."""

SMALL_VOCABULARY = 16_384
"""Vocabularies of at most so many tokens are put to the grammar whole when an answer is sampled; else the likeliest 1,024 are."""

KEPT = 64
"""Parsed grammars that are kept."""

LEAST_OTHER = 0.01
_TOKEN = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


@dataclass(frozen=True, slots=True)
class Choice:
    """A token that was taken.

    Attributes:
        token: Its id.
        p: Its probability among the allowed tokens, at temperature 1.
        others: The likeliest other allowed tokens with theirs, down to a hundredth.
    """

    token: int
    p: float
    others: tuple[tuple[int, float], ...]


class Grammars:
    """Grammars that llama.cpp has parsed, by their text.

    Args:
        llama_cpp: The module.
        vocabulary: The loaded model's.
    """

    def __init__(self, llama_cpp: Any, vocabulary: Any) -> None:
        self._llama_cpp, self._vocabulary = llama_cpp, vocabulary
        self._parsed: OrderedDict[str, Any] = OrderedDict()

    def check(self, grammar: str) -> Any:
        """Have llama.cpp parse a grammar, unless it has done so before.

        Raises:
            GrammarFailed: It is empty or does not parse. Nothing may then be generated.
        """
        parsed = self._parsed.get(grammar)
        if parsed is not None:
            self._parsed.move_to_end(grammar)
            return parsed
        if grammar.strip() and "\0" not in grammar:
            parsed = self._llama_cpp.llama_sampler_init_grammar(self._vocabulary, grammar.encode("utf-8"), b"root")
        if not parsed:
            raise GrammarFailed("llama.cpp does not accept the grammar for this map and these skills: no plan is generated.")
        self._parsed[grammar] = parsed
        while len(self._parsed) > KEPT:
            self._llama_cpp.llama_sampler_free(self._parsed.popitem(last=False)[1])
        return parsed

    @contextmanager
    def sampler(self, grammar: str, temperature: float, seed: int) -> Iterator[GrammarSampler]:
        """A sampler at the grammar's beginning."""
        copy = self._llama_cpp.llama_sampler_clone(self.check(grammar))
        try:
            yield GrammarSampler(self._llama_cpp, copy, temperature, seed)
        finally:
            self._llama_cpp.llama_sampler_free(copy)

    def close(self) -> None:
        """Free them."""
        while self._parsed:
            self._llama_cpp.llama_sampler_free(self._parsed.popitem()[1])


class GrammarSampler:
    """One answer's way through a grammar.

    Args:
        llama_cpp: The module.
        grammar: A parsed grammar that is this sampler's own.
        temperature: 0 takes the likeliest token.
        seed: Of the sampling.
    """

    def __init__(self, llama_cpp: Any, grammar: Any, temperature: float, seed: int) -> None:
        self._llama_cpp, self._grammar, self._temperature = llama_cpp, grammar, temperature
        self._random = np.random.default_rng(seed)

    def choose(self, logits: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Choice:
        """Take the next token.

        Args:
            logits: The model's, one per token of the vocabulary.

        Raises:
            GrammarFailed: The grammar allows no token at all.
        """
        size = len(logits)
        most = LIKELIEST if self._temperature == 0 else size if size <= SMALL_VOCABULARY else 1024
        ids, kept = self._allowed(np.argpartition(logits, -most)[-most:] if most < size else np.arange(size), logits)
        if not len(ids) and most < size:
            ids, kept = self._allowed(np.arange(size), logits)
        if not len(ids):
            raise GrammarFailed("The grammar came to an end without one: no token of the model's vocabulary goes on.")
        shares = _softmax(kept)
        if self._temperature == 0:
            chosen = int(np.argmax(kept))
        else:
            chosen = int(self._random.choice(len(ids), p=_softmax(kept / self._temperature)))
        order = np.argsort(-shares)[:6]
        others = tuple((int(ids[i]), float(shares[i])) for i in order if i != chosen and shares[i] >= LEAST_OTHER)
        token = int(ids[chosen])
        self._llama_cpp.llama_sampler_accept(self._grammar, token)
        return Choice(token, float(shares[chosen]), others)

    def _allowed(self, ids: Any, logits: Any) -> tuple[Any, Any]:
        """Those of the tokens that the grammar allows next, and their logits."""
        llama_cpp = self._llama_cpp
        tokens = np.zeros(len(ids), dtype=_TOKEN)
        tokens["id"], tokens["logit"] = ids, logits[ids]
        pointer = tokens.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token_data))
        array = llama_cpp.llama_token_data_array(data=pointer, size=len(ids), selected=-1, sorted=False)
        llama_cpp.llama_sampler_apply(self._grammar, ctypes.byref(array))
        good = np.isfinite(tokens["logit"])
        return tokens["id"][good], tokens["logit"][good].astype(np.float64)


def _softmax(logits: Any) -> Any:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()
