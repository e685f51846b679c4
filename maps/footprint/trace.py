"""Tracing: the way through a chain of free components as configurations, each step of which stays in free boxes."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from maps.footprint.bricks import CELLS, Brick, box_of
from maps.footprint.contacts import face_boxes
from maps.footprint.decide import Configuration, Decider, Node
from maps.footprint.intervals import HEADINGS

__all__ = ["trace"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SIDEWAYS = 4.0
"""How many times longer a way to the side counts than one along the heading."""
TURNING = 0.3
"""Cells that a turn by one radian counts, per cell of circumscribed radius."""


def trace(decider: Decider, chain: Sequence[Node], start: Configuration, goal: Configuration) -> list[Configuration]:
    """The cheapest way from box to box.

    Args:
        decider: Its bricks hold the chain.
        chain: Free components, each touching the next.
        start: In a box of the first.
        goal: In a box of the last; its heading may be None.

    Returns:
        Configurations from start to goal; heading None where any will do. Straight motion in (x, y, heading) from one to the
        next stays in free boxes.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    keys = list(dict.fromkeys(key for key, _ in chain))
    offset, total = {}, 0
    for key in keys:
        offset[key] = total
        total += decider.bricks[key].labels.size
    outer = decider.space.shape.outer
    parts: list[tuple[IntArray, IntArray, FloatArray]] = []
    wanted = {key: [label for other, label in chain if other == key] for key in keys}
    for key in keys:
        parts += _inside(decider.bricks[key], wanted[key], offset[key], outer)
    for (a, la), (b, lb) in pairwise(chain):
        parts += _across(decider, decider.bricks[a], la, decider.bricks[b], lb, offset)
    source = offset[chain[0][0]] + _number(decider.bricks[chain[0][0]], start)
    targets = [offset[chain[-1][0]] + n for n in _numbers(decider.bricks[chain[-1][0]], chain[-1][1], goal)]
    if parts:
        rows, cols, costs = (np.concatenate(column) for column in zip(*parts, strict=True))
        graph = coo_matrix((costs, (rows, cols)), shape=(total, total)).tocsr()
    else:
        graph = coo_matrix((total, total)).tocsr()
    distances, predecessors = dijkstra(graph, directed=False, indices=np.array([source]), return_predecessors=True)
    away, before = distances[0], predecessors[0]
    target = min(targets, key=lambda n: float(away[n]))
    if not math.isfinite(away[target]):  # pragma: no cover - components are connected and touch
        return []
    numbers = [target]
    while numbers[-1] != source:
        numbers.append(int(before[numbers[-1]]))
    starts = np.array([offset[key] for key in keys])
    way: list[Configuration] = [start]
    last: tuple[Brick, Configuration] | None = None
    for number in reversed(numbers):
        at = int(np.searchsorted(starts, number, side="right")) - 1
        brick = decider.bricks[keys[at]]
        middle = _middle(brick, number - int(starts[at]))
        if last is not None and last[0].key[0] != brick.key[0]:
            way.append(_between(last, (brick, middle)))
        way.append(middle)
        last = (brick, middle)
    return [*way, goal]


def _inside(brick: Brick, labels: Sequence[int], offset: int, outer: float) -> list[tuple[IntArray, IntArray, FloatArray]]:
    """Edges between the free boxes of one brick."""
    mine = np.isin(brick.labels, labels)
    numbers = np.arange(mine.size).reshape(mine.shape) + offset
    level, _, _, turn = brick.key
    side = 0.5 ** max(level - 1, 0)
    width = 2 * math.pi / (HEADINGS << max(level - 1, 0))
    headings = (turn * HEADINGS + np.arange(mine.shape[0]) + 0.5) * width
    edges = []
    for axis in range(3):
        a, b = np.moveaxis(mine, axis, 0)[:-1], np.moveaxis(mine, axis, 0)[1:]
        both = a & b
        na, nb = np.moveaxis(numbers, axis, 0)[:-1][both], np.moveaxis(numbers, axis, 0)[1:][both]
        if axis == 0:
            cost = np.full(len(na), TURNING * outer * width)
        else:
            sideways = np.abs(np.cos(headings) if axis == 1 else np.sin(headings)) if level else np.zeros(1)
            cost = (side * (1 + (SIDEWAYS - 1) * sideways))[(na - offset) // (CELLS * CELLS)]
        edges.append((na, nb, cost))
    if level == 1:
        both = mine[-1] & mine[0]
        edges.append((numbers[-1][both], numbers[0][both], np.full(int(both.sum()), TURNING * outer * width)))
    return edges


def _across(
    decider: Decider, a: Brick, label_a: int, b: Brick, label_b: int, offset: dict[tuple[int, int, int, int], int]
) -> list[tuple[IntArray, IntArray, FloatArray]]:
    """Edges between two components of different bricks."""
    if a.key == b.key:
        return []
    fine, coarse, of_fine, of_coarse = (a, b, label_a, label_b) if a.key[0] >= b.key[0] else (b, a, label_b, label_a)
    edges = []
    for axis, sign in ((2, 1), (2, -1), (1, 1), (1, -1), (0, 1), (0, -1)):
        if coarse.key not in decider.beyond(fine.key, axis, sign):
            continue
        mine, its = face_boxes(fine, coarse, axis, sign)
        touching = (fine.labels[mine] == of_fine) & (coarse.labels[its] == of_coarse)
        na = np.ravel_multi_index(mine, fine.labels.shape)[touching] + offset[fine.key]
        nb = np.ravel_multi_index(its, coarse.labels.shape)[touching] + offset[coarse.key]
        edges.append((na, nb, np.full(len(na), 0.5 ** max(coarse.key[0] - 1, 0))))
    return edges


def _number(brick: Brick, at: Configuration) -> int:
    x, y, yaw = at
    return int(np.ravel_multi_index(box_of(brick.key, x, y, yaw or 0.0), brick.labels.shape))


def _numbers(brick: Brick, label: int, at: Configuration) -> list[int]:
    """The boxes of a component that hold a configuration; several when any heading will do."""
    if at[2] is not None:
        return [_number(brick, at)]
    _, row, column = box_of(brick.key, at[0], at[1], 0.0)
    headings = np.flatnonzero(brick.labels[:, row, column] == label)
    return [int(np.ravel_multi_index((k, row, column), brick.labels.shape)) for k in headings]


def _middle(brick: Brick, number: int) -> Configuration:
    k, i, j = (int(value) for value in np.unravel_index(number, brick.labels.shape))
    level, column, row, turn = brick.key
    side = 0.5 ** max(level - 1, 0)
    width = 2 * math.pi / (HEADINGS << max(level - 1, 0))
    yaw = None if level == 0 else (turn * HEADINGS + k + 0.5) * width
    return ((column * CELLS + j + 0.5) * side, (row * CELLS + i + 0.5) * side, yaw)


def _between(one: tuple[Brick, Configuration], two: tuple[Brick, Configuration]) -> Configuration:
    """A configuration on the face that two boxes of different size share."""
    (fine, at), (coarse, other) = (one, two) if one[0].key[0] > two[0].key[0] else (two, one)
    half = 0.5 ** max(fine.key[0] - 1, 0) / 2
    span = 0.5 ** max(coarse.key[0] - 1, 0) / 2
    x, y, yaw = at
    if abs(x - other[0]) > span:
        x += math.copysign(half, other[0] - x)
    if abs(y - other[1]) > span:
        y += math.copysign(half, other[1] - y)
    if yaw is not None and other[2] is not None:
        apart = (other[2] - yaw + math.pi) % (2 * math.pi) - math.pi
        span = math.pi / (HEADINGS << max(coarse.key[0] - 1, 0))
        if abs(apart) > span:
            yaw += math.copysign(math.pi / (HEADINGS << max(fine.key[0] - 1, 0)), apart)
    return (x, y, yaw)
