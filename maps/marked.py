"""Marked: the blocks of a map that come near segments, drawn for ``maps.evidence``, and whether a change meets them."""

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled
from maps.difference import Blocks

__all__ = ["ADDED", "REMOVED", "Drawn", "draw_compiled", "draw_plain", "joined", "meets", "segments_of"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
BitArray: TypeAlias = npt.NDArray[np.uint8]

Drawn: TypeAlias = tuple[tuple[int, int], BitArray]
"""The first row and column in blocks, and (h, w) bits by block."""

ADDED, REMOVED = 1, 2
"""Bits: obstacles that come, or go, may matter there."""


def segments_of(marks: list[tuple[list[tuple[FloatArray, FloatArray]], float, int]]) -> tuple[FloatArray, FloatArray, BitArray]:
    """What is to be drawn: lists of segments, from (N, 2) to (N, 2) as (x, y) in cells, each with a radius and bits.

    Returns:
        (n, 4) all segments, and the radius and the bits (n,) of each.
    """
    parts = [(np.concatenate((a, b), axis=1), radius, bits) for lines, radius, bits in marks for a, b in lines]
    counts = [len(segments) for segments, _, _ in parts]
    radii = np.repeat([radius for _, radius, _ in parts], counts)
    return (
        np.concatenate([segments for segments, _, _ in parts]),
        radii,
        np.repeat([bits for _, _, bits in parts], counts).astype(np.uint8),
    )


def _reach(segments: FloatArray, radii: FloatArray, block: int) -> FloatArray:
    """The radii, larger where only points along a segment are looked at, half a block apart."""
    return np.asarray(radii + block / 4 * (segments[:, :2] != segments[:, 2:]).any(axis=1))


def draw_compiled(segments: FloatArray, radii: FloatArray, bits: BitArray, block: int) -> Drawn:
    """Set the bits of every block of a side that comes within the radius of a segment, and of some that come almost as near."""
    reach = _reach(segments, radii, block)[:, None]
    low = np.minimum(segments[:, :2], segments[:, 2:]) - reach
    high = np.maximum(segments[:, :2], segments[:, 2:]) + reach
    left, top = np.floor(low.min(axis=0) / block).astype(np.int64).tolist()
    right, bottom = np.floor(high.max(axis=0) / block).astype(np.int64).tolist()
    blocks = np.zeros((bottom - top + 1, right - left + 1), dtype=np.uint8)
    compiled(_draw)(segments, reach[:, 0], bits, block, top, left, blocks)
    return (top, left), blocks


def _draw(segments: Any, reach: Any, bits: Any, block: int, top: int, left: int, blocks: Any) -> None:
    """For numba: mark the blocks in a box around points along each segment, of which the next is half a block away at most."""
    for index in range(len(segments)):
        ax, ay, bx, by = segments[index, 0], segments[index, 1], segments[index, 2], segments[index, 3]
        count = math.ceil(math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay)) / (block / 2))
        for step in range(count + 1):
            share = step / max(count, 1)
            x, y = ax + share * (bx - ax), ay + share * (by - ay)
            first, last = math.floor((x - reach[index]) / block), math.floor((x + reach[index]) / block)
            for row in range(math.floor((y - reach[index]) / block), math.floor((y + reach[index]) / block) + 1):
                for col in range(first, last + 1):
                    blocks[row - top, col - left] |= bits[index]


def draw_plain(segments: FloatArray, radii: FloatArray, bits: BitArray, block: int) -> Drawn:
    """``draw_compiled`` by array operations."""
    a, b, step = segments[:, :2], segments[:, 2:], block / 2
    count = np.ceil(np.hypot(*(b - a).T) / step).astype(np.int64) + 1
    owner = np.repeat(np.arange(len(a)), count)
    share = (np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)) / np.maximum(count - 1, 1).take(owner)
    at = (a[owner] + share[:, None] * (b - a)[owner])[:, ::-1]
    reach = _reach(segments, radii, block)[owner, None]
    low, high = np.floor((at - reach) / block).astype(np.int64), np.floor((at + reach) / block).astype(np.int64)
    first, last = low.min(axis=0), high.max(axis=0)
    height, width = (last - first + 1).tolist()
    blocks = np.zeros((height, width), dtype=np.uint8)
    for bit in np.unique(bits).tolist():
        mine = bits[owner] == bit
        (top, left), (bottom, right) = (low[mine] - first).T, (high[mine] - first + 1).T
        # Each box adds one from its first corner on and takes it away behind its last; sums along both axes count boxes.
        corners = np.concatenate([top * (width + 1) + left, bottom * (width + 1) + right])
        others = np.concatenate([top * (width + 1) + right, bottom * (width + 1) + left])
        size = (height + 1) * (width + 1)
        steps = np.bincount(corners, minlength=size) - np.bincount(others, minlength=size)
        boxes = steps.reshape(height + 1, width + 1).cumsum(axis=0).cumsum(axis=1)
        blocks[boxes[:-1, :-1] > 0] |= bit
    return (int(first[0]), int(first[1])), blocks


def meets(drawn: Drawn, added: Blocks, removed: Blocks) -> bool:
    """Whether any block that obstacles came to, or went from, is marked for that."""
    return _met(drawn, added, ADDED) or _met(drawn, removed, REMOVED)


def _met(drawn: Drawn, blocks: Blocks, bit: int) -> bool:
    """Whether any of some blocks has a bit set."""
    (top, left), marked = drawn
    height, width = marked.shape
    for row, col in blocks:
        down, across = row - top, col - left
        if 0 <= down < height and 0 <= across < width and marked[down, across] & bit:
            return True
    return False


def joined(every: Sequence[Drawn]) -> Drawn:
    """What is marked in any of several, one at least."""
    top, left = (min(drawn[0][axis] for drawn in every) for axis in range(2))
    bottom, right = (max(drawn[0][axis] + drawn[1].shape[axis] for drawn in every) for axis in range(2))
    marked = np.zeros((bottom - top, right - left), dtype=np.uint8)
    for (row, col), part in every:
        marked[row - top : row - top + part.shape[0], col - left : col - left + part.shape[1]] |= part
    return (top, left), marked
