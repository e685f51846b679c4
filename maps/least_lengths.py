"""Least lengths: how short ways through what has become clear could be, of several routes at once."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from maps import evidence
from maps.compiled import compiled, use_numba
from maps.difference import Difference
from maps.evidence import SPARE, Evidence

__all__ = ["Lengths"]


class Lengths:
    """The least lengths of several routes through what may have become clear, all told at once.

    Args:
        every: Their evidence: of one map, with the same obstacles.
    """

    def __init__(self, every: Sequence[Evidence]) -> None:
        self._every, self._told = every, compiled(_shortest) if use_numba(0) else _shortest
        self._starts, self._last = np.concatenate([why.starts for why in every]), np.cumsum([len(why.starts) for why in every])
        self._ends = np.array([(*why.goals, why.needed + SPARE) for why in every])
        self._tell(np.empty((0, 2), dtype=np.int64))  # loads the kernel, so that nobody waits for it when the map has changed

    def may_be_shorter(self, found: Difference) -> list[bool]:
        """Of each route whether a way through what a difference may have made clear could be as short."""
        why = self._every[0]
        removed = found.blocks(evidence.BLOCK, why.unknown_blocks, why.doors)[1]
        if not removed:
            return [False] * len(self._every)
        told = self._tell(np.array(removed, dtype=np.int64) * evidence.BLOCK)
        for other, value in zip(self._every, told, strict=True):
            other.know_least_through(found, value)
        return [value <= other.total + 1e-6 for other, value in zip(self._every, told, strict=True)]

    def _tell(self, corners: npt.NDArray[np.int64]) -> list[float]:
        """The least lengths through blocks with these first rows and columns (b, 2)."""
        least = np.empty(len(self._every))
        self._told(corners, evidence.BLOCK - 1, self._starts, self._last, self._ends, least)
        found: list[float] = least.tolist()
        return found


def _shortest(corners: Any, span: int, starts: Any, last: Any, ends: Any, least: Any) -> None:
    """``Evidence._least_through`` of several routes, for numba too.

    Args:
        corners: (b, 2) first row and column of blocks.
        span: From there to their last ones.
        starts: (k, 3) row, column and cost of the cells where the routes might begin, one route after the other.
        last: (R,) the number after the last of each route.
        ends: (R, 6) first and last row, first and last column and cost of where they might end, and how far blocks are grown.
        least: (R,) is given the lengths.
    """
    begin = 0
    for number in range(len(last)):
        top, bottom, left, right, cost, grown = ends[number]
        least[number] = math.inf
        for block in range(len(corners)):
            low, near = corners[block, 0] - grown, corners[block, 1] - grown
            high, far = corners[block, 0] + span + grown, corners[block, 1] + span + grown
            down, across = max(low - bottom, top - high, 0.0), max(near - right, left - far, 0.0)
            on = max(down, across) + (math.sqrt(2.0) - 1.0) * min(down, across) + cost
            for start in range(begin, last[number]):
                down = max(low - starts[start, 0], starts[start, 0] - high, 0.0)
                across = max(near - starts[start, 1], starts[start, 1] - far, 0.0)
                first = max(down, across) + (math.sqrt(2.0) - 1.0) * min(down, across) + starts[start, 2]
                least[number] = min(least[number], first + on)
        begin = last[number]
