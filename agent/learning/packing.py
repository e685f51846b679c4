"""Packing: samples of any length laid into rows of fixed lengths, so that next to no token of a batch is padding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

__all__ = ["LENGTHS", "OWN", "Encoded", "Rows", "pack", "split"]

LENGTHS = (192, 512, 1024)
"""Lengths of rows, tokens: each sample goes into a row of the shortest that holds it, or fills up a longer one."""

OWN = "own"
"""The family of a user's own missions."""

Array: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.int64]]"
Flags: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"


@dataclass(frozen=True, slots=True)
class Encoded:
    """One sample as token ids.

    Attributes:
        prompt: What is read.
        answer: What is learnt, its end token with it.
        level: How hard it is.
        family: What kind of mission it is.
    """

    prompt: Sequence[int]
    answer: Sequence[int]
    level: int
    family: str = ""

    @property
    def length(self) -> int:
        """Tokens that it takes in a row: all but the last, after which nothing is predicted."""
        return len(self.prompt) + len(self.answer) - 1


@dataclass(frozen=True, slots=True)
class Rows:
    """Packed rows of one length, n of them.

    Attributes:
        ids: (n, length) token ids; 0 where nothing is.
        documents: (n, length) number of the sample within ``samples``; -1 where nothing is.
        prompts: (n, length) whether a token is of a prompt.
        kept: (m,) flat positions after which an answer's token is predicted.
        targets: (m,) those tokens.
        samples: Level and family of each sample.
    """

    ids: Array
    documents: Array
    prompts: Flags
    kept: Array
    targets: Array
    samples: tuple[tuple[int, str], ...]

    @property
    def tokens(self) -> int:
        """How many tokens are no padding."""
        return int((self.documents >= 0).sum())


def pack(samples: Sequence[Encoded], lengths: Sequence[int] = LENGTHS) -> list[Rows]:
    """Lay samples into rows, longest first, each into the row that it fills best.

    Args:
        samples: What to pack; one that is longer than the longest row is left out.
        lengths: Lengths of rows, ascending.

    Returns:
        One batch per length that is needed, in the order of ``lengths``.
    """
    rows: list[tuple[int, list[Encoded]]] = []
    room: list[int] = []
    for sample in sorted(samples, key=lambda s: -s.length):
        need = sample.length
        best = min((i for i, left in enumerate(room) if left >= need), key=room.__getitem__, default=None)
        if best is None:
            length = next((length for length in lengths if length >= need), None)
            if length is None:
                continue
            best = len(rows)
            rows.append((length, []))
            room.append(length)
        rows[best][1].append(sample)
        room[best] -= need
    return [_laid(length, chosen) for length in lengths if (chosen := [row for size, row in rows if size == length])]


def _laid(length: int, rows: Sequence[Sequence[Encoded]]) -> Rows:
    ids = np.zeros((len(rows), length), dtype=np.int64)
    documents = np.full((len(rows), length), -1, dtype=np.int64)
    prompts = np.zeros((len(rows), length), dtype=np.bool_)
    kept: list[int] = []
    targets: list[int] = []
    samples: list[tuple[int, str]] = []
    for number, row in enumerate(rows):
        at = 0
        for sample in row:
            whole = [*sample.prompt, *sample.answer]
            ids[number, at : at + sample.length] = whole[:-1]
            documents[number, at : at + sample.length] = len(samples)
            prompts[number, at : at + len(sample.prompt)] = True
            first = number * length + at + len(sample.prompt) - 1
            kept.extend(range(first, first + len(sample.answer)))
            targets.extend(sample.answer)
            samples.append((sample.level, sample.family))
            at += sample.length
    return Rows(ids, documents, prompts, np.array(kept, dtype=np.int64), np.array(targets, dtype=np.int64), tuple(samples))


def split(rows: Rows, tokens: int) -> list[Rows]:
    """Batches of whole rows with at most so many tokens each (but at least one row): what fits memory and caches at once."""
    length = rows.ids.shape[1]
    size = max(1, tokens // length)
    out = []
    for first in range(0, len(rows.ids), size):
        documents = rows.documents[first : first + size]
        start, end = first * length, (first + len(documents)) * length
        mine = (rows.kept >= start) & (rows.kept < end)
        low, high = int(documents[documents >= 0].min()), int(documents.max()) + 1
        renumbered = np.where(documents >= 0, documents - low, -1)
        ids, prompts = rows.ids[first : first + size], rows.prompts[first : first + size]
        out.append(Rows(ids, renumbered, prompts, rows.kept[mine] - start, rows.targets[mine], rows.samples[low:high]))
    return out
