"""Feed: the packed samples of coming steps, made ahead of training by worker processes where there are cores for it."""

from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from agent.learning.curriculum import Mix
from agent.learning.dataset import Encoder, draw, load_encoder
from agent.learning.packing import Rows, pack

__all__ = ["Feed", "spare_cores"]


def spare_cores(threads: int) -> int:
    """Cores that are left beside training's own threads; none on a machine of two."""
    import os

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(0, cores - threads)


class Feed:
    """Steps' samples in order, whoever makes them: what is given does not depend on the number of workers.

    Args:
        tokenizer: The tokenizer's file.
        seed: Seed of the run.
        tokens: Tokens per step.
        workers: Processes; 0 makes each step's samples when they are taken.
    """

    def __init__(self, tokenizer: Path, seed: int, tokens: int, workers: int) -> None:
        self._make = partial(_make, seed=seed, tokens=tokens)
        self._encode = load_encoder(tokenizer)
        self._pool = None
        if workers:
            self._pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_start, initargs=(tokenizer,))
        self._asked: deque[tuple[int, Mix] | Future[list[Rows]]] = deque()

    def ask(self, step: int, mix: Mix) -> None:
        """Have a step's samples made, drawn by this mix."""
        if self._pool is None:
            self._asked.append((step, mix))
        else:
            self._asked.append(self._pool.submit(_make_there, self._make, step, mix))

    def take(self) -> list[Rows]:
        """The samples of the step that was asked for first."""
        first = self._asked.popleft()
        return first.result() if isinstance(first, Future) else self._make(self._encode, first[0], first[1])

    def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


def _make(encode: Encoder, step: int, mix: Mix, *, seed: int, tokens: int) -> list[Rows]:
    return pack(draw(encode, seed, step, mix, tokens=tokens))


_encode: Encoder | None = None
"""A worker's encoder, loaded once."""


def _start(tokenizer: Path) -> None:
    global _encode
    _encode = load_encoder(tokenizer)


def _make_there(make: "partial[list[Rows]]", step: int, mix: Mix) -> list[Rows]:
    return make(_encode, step, mix)
