"""Samples as token ids: the tokenizer, and batches of like lengths whose content is a pure function of seed and number."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from agent.learning.missions import Sample, items, sample
from agent.learning.words import Vocabulary
from agent.planners.dialect.prompt import compose
from agent.planners.pointers import SPECIAL_TOKENS, Segment, merge

__all__ = ["Batch", "Encoder", "batches", "load_encoder", "train_tokenizer"]


def train_tokenizer(path: Path, *, vocabulary: int = 2048, samples: int = 40_000, seed: int = 0) -> Tokenizer:
    """Make the byte-level BPE from generated missions; digits are never merged, special tokens take the first ids."""
    rng = random.Random(seed)
    words = Vocabulary()

    def texts() -> Iterator[str]:
        for _ in range(samples):
            drawn = sample(rng, rng.randrange(1, 5), words)
            for segment in (*compose(drawn.facts, items(drawn.mission)), *merge(items(drawn.answer))):
                if not segment.special:
                    yield segment.text

    tokenizer = Tokenizer(models.BPE())
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=[AddedToken(t, special=True) for t in SPECIAL_TOKENS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
    )  # fmt: skip
    tokenizer.train_from_iterator(texts(), trainer)
    tokenizer.pre_tokenizer = byte_level  # what llama.cpp does; digits have no merges, so the result is the same
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    tokenizer.save(str(partial))
    partial.replace(path)
    return tokenizer


def load_encoder(path: Path) -> "Encoder":
    """The encoder of a tokenizer file, which is made first where there is none."""
    return Encoder(Tokenizer.from_file(str(path)) if path.exists() else train_tokenizer(path))


class Encoder:
    """Segments to ids. User text never becomes a special token: its words are encoded by merges alone."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._model = tokenizer.model
        self._split = pre_tokenizers.ByteLevel(add_prefix_space=False)
        known = tokenizer.get_vocab()
        self._special: dict[str, int] = {token: known[token] for token in SPECIAL_TOKENS}
        self._words: dict[str, list[int]] = {}
        self.size: int = tokenizer.get_vocab_size()

    def __call__(self, segments: Iterator[Segment] | tuple[Segment, ...]) -> list[int]:
        """Ids of a prompt or an answer."""
        ids: list[int] = []
        for segment in segments:
            if segment.special:
                ids.append(self._special[segment.text])
                continue
            for word in segment.text.split(" ")[1:]:
                known = self._words.get(word)
                if known is None:
                    known = [t.id for piece, _ in self._split.pre_tokenize_str(f" {word}") for t in self._model.tokenize(piece)]
                    self._words[word] = known
                ids.extend(known)
        return ids


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded ids (n, t) int64; targets (n, t) with -1 wherever nothing is to be learnt; levels (n,)."""

    ids: "np.ndarray[tuple[int, int], np.dtype[np.int64]]"
    targets: "np.ndarray[tuple[int, int], np.dtype[np.int64]]"
    levels: "np.ndarray[tuple[int], np.dtype[np.int64]]"


def _pad(rows: list[tuple[list[int], list[int], int]]) -> Batch:
    length = max(len(prompt) + len(answer) for prompt, answer, _ in rows) - 1
    ids = np.zeros((len(rows), length), dtype=np.int64)
    targets = np.full((len(rows), length), -1, dtype=np.int64)
    for row, (prompt, answer, _) in enumerate(rows):
        whole = prompt + answer
        ids[row, : len(whole) - 1] = whole[:-1]
        targets[row, len(prompt) - 1 : len(whole) - 1] = answer
    return Batch(ids, targets, np.array([level for _, _, level in rows]))


def batches(
    encode: Encoder, seed: int, chunk: int, weights: list[float], *, tokens: int, samples: int = 640, held_out: bool = False
) -> list[Batch]:
    """One chunk of batches, each of about ``tokens`` tokens and of samples of like length.

    Args:
        encode: The encoder.
        seed: Seed of the whole run.
        chunk: Number of the chunk; the same seed, chunk and weights give the same batches.
        weights: How often one, two, three and four clauses are drawn.
        tokens: Tokens per batch, padding counted.
        samples: Samples per chunk.
        held_out: Use the vocabulary that training never sees.
    """
    rng = random.Random(f"{seed}/{chunk}")
    words = Vocabulary(held_out=held_out)
    rows = []
    for level in rng.choices((1, 2, 3, 4), weights, k=samples):
        drawn: Sample = sample(rng, level, words)
        prompt = encode(compose(drawn.facts, items(drawn.mission)))
        rows.append((prompt, encode(tuple(merge(items(drawn.answer)))), level))
    rows.sort(key=lambda row: len(row[0]) + len(row[1]))
    out: list[Batch] = []
    pending: list[tuple[list[int], list[int], int]] = []
    for row in rows:
        if pending and (len(pending) + 1) * (len(row[0]) + len(row[1])) > tokens:
            out.append(_pad(pending))
            pending = []
        pending.append(row)
    if pending:
        out.append(_pad(pending))
    rng.shuffle(out)
    return out
