"""Samples as token ids: the tokenizer, and the samples of a step as a pure function of seed, step and shares."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from agent.learning.curriculum import Mix
from agent.learning.missions import sample, spoken_words
from agent.learning.packing import Encoded
from agent.learning.samples import Sample, items
from agent.planners.dialect.prompt import compose
from agent.planners.pointers import SPECIAL_TOKENS, Segment, merge

__all__ = ["FULL", "Encoder", "byte_level_bpe", "draw", "load_encoder", "train_tokenizer"]


FULL = (0.28, 0.31, 0.25, 0.16)
"""Shares of the levels (one to four clauses) once all are mastered."""


def train_tokenizer(path: Path, *, vocabulary: int = 2048, samples: int = 40_000, seed: int = 0) -> Tokenizer:
    """Make the byte-level BPE from generated missions; digits are never merged, special tokens take the first ids."""
    rng = random.Random(seed)

    def texts() -> Iterator[str]:
        for _ in range(samples):
            drawn = sample(rng, rng.randrange(1, 5), spoken_words(rng))
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


def byte_level_bpe(tokens: Sequence[str], merges: Sequence[str]) -> Tokenizer:
    """The tokenizer of a model whose vocabulary and merges are known, as they stand in a GGUF ("a b" is a merge)."""
    pairs = [(first, second) for first, second in (merge.split(" ") for merge in merges)]
    tokenizer = Tokenizer(models.BPE({token: number for number, token in enumerate(tokens)}, pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in SPECIAL_TOKENS if t in tokens])
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

    @property
    def words(self) -> list[bool]:
        """By token id: whether it is of a word, not of the dialect."""
        special = set(self._special.values())
        return [number not in special for number in range(self.size)]

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


def draw(encode: Encoder, seed: int, step: int, mix: Mix, *, tokens: int, held_out: bool = False) -> list[Encoded]:
    """The samples of one step: at least ``tokens`` tokens of them.

    Args:
        encode: The encoder.
        seed: Seed of the whole run.
        step: Number of the step; the same seed, step and mix give the same samples.
        mix: How often each level and family is drawn.
        tokens: Tokens to fill.
        held_out: Use the vocabulary that training never sees.
    """
    rng = random.Random(f"{seed}/{step}")
    levels = range(1, len(mix.levels) + 1)
    out: list[Encoded] = []
    filled = 0
    while filled < tokens:
        level = rng.choices(levels, mix.levels)[0]
        drawn: Sample = sample(rng, level, spoken_words(rng, held_out=held_out))
        family = f"{drawn.language} {drawn.family}"
        if rng.random() >= mix.families.get(family, 1.0):
            continue
        prompt = encode(compose(drawn.facts, items(drawn.mission)))
        out.append(Encoded(prompt, encode(tuple(merge(items(drawn.answer)))), level, family))
        filled += out[-1].length
    return out
