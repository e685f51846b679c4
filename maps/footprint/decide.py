"""Deciding: whether a body gets from one configuration to another, by refining only what the answer hangs on.

Bricks are judged lazily and split where the cheapest way that is not yet refuted leads through boxes that are neither free
nor stuck (soft subdivision search: C. Wang, Y.-J. Chiang, C. Yap, "On soft predicates in subdivision motion planning",
Computational Geometry 48, 2015). A way through free components alone is a proof that there is one; no way through what is not
stuck, a proof that there is none, for a body that may move in any direction.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from maps.footprint.bricks import CELLS, Brick, Key, Space, box_of, children
from maps.footprint.contacts import contact, inner_pairs

__all__ = ["Configuration", "Decider", "Decision", "Node"]

Configuration = tuple[float, float, float | None]
"""x and y in cells, heading in radians; None for any heading."""

Node = tuple[Key, int]
"""A component of a brick."""

FINEST = 12
"""Last level: positions of 1/2048 cell, headings of 2 pi / 65536."""
MOST_BRICKS = 1000
FINEST_AT_ENDS = 20
"""Last level around the start and the goals, which may stand as near to an obstacle as they like."""
_UNKNOWN = 12.0
_LAST_RESORT = 1e6


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer.

    Attributes:
        outcome: ``free`` and ``stuck`` are proofs; ``undecided`` means not down to the finest boxes, or not within the work.
        chain: The components of a free way, or of the way that stayed open; empty when stuck.
        goal: Which goal the chain leads to.
        bricks: Bricks judged so far.
    """

    outcome: Literal["free", "stuck", "undecided"]
    chain: tuple[Node, ...] = ()
    goal: int | None = None
    bricks: int = 0


@dataclass(slots=True, eq=False)
class Decider:
    """The bricks of one body on one map; they are kept from question to question.

    Attributes:
        space: What boxes are judged against.
        finest: Last level that is looked at.
        most_bricks: How many bricks one question may add.
    """

    space: Space
    finest: int = FINEST
    most_bricks: int = MOST_BRICKS
    bricks: dict[Key, Brick] = field(default_factory=dict)
    _split: set[Key] = field(default_factory=set)
    _at_ends: set[Key] = field(default_factory=set)
    _judged: int = 0
    _splits: int = 0
    _last: tuple[Configuration, int, bool, dict[Node, Node | None]] | None = None
    _components: npt.NDArray[np.int32] | None = None

    def decide(self, start: Configuration, goals: Sequence[Configuration]) -> Decision:
        """Decide whether any of the goals can be reached.

        Args:
            start: Where the body stands; it must be free there, which is not checked.
            goals: Where it may end, each of them free.
        """
        by_tile: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, (x, y, _) in enumerate(goals):
            by_tile[int(x) // CELLS, int(y) // CELLS].append(number)
        if not by_tile:
            return Decision("stuck")
        ends: dict[Key, dict[int, int]] = {}
        if not self._joined(start, goals):
            return Decision("stuck", bricks=self._judged)
        until = self._judged + self.most_bricks
        while True:
            known = self._known(start, goals)
            if known is not None:
                return known
            found = self._way(start, goals, by_tile, ends)
            if found is None:
                return Decision("stuck", bricks=self._judged)
            chain, goal = found
            unknown = {key for key, label in chain if not self.bricks[key].free[label]}
            if not unknown:
                return Decision("free", tuple(chain), goal, self._judged)
            self._at_ends.update((chain[0][0], chain[-1][0]))
            coarse = {key for key in unknown if not self._is_finest(key)}
            if not coarse or self._judged > until:
                return Decision("undecided", tuple(chain), goal, self._judged)
            first = min(key[0] for key in coarse)
            for key in coarse:
                if key[0] < first + 2:
                    self._refine(key)
                    ends.pop(key, None)

    def _joined(self, start: Configuration, goals: Sequence[Configuration]) -> bool:
        """Whether the inscribed disc, on whole cells, gets from the start to any goal: a quick no for large maps."""
        component = self._components
        if component is None:
            from scipy.ndimage import label

            shape = self.space.shape
            labels, _ = label(self.space.clearance >= shape.inner + shape.margin - math.sqrt(0.5))
            component = self._components = np.asarray(labels, dtype=np.int32)
        height, width = component.shape

        def at(configuration: Configuration) -> int:
            return int(component[min(int(configuration[1]), height - 1), min(int(configuration[0]), width - 1)])

        mine = at(start)
        return mine > 0 and any(at(goal) == mine for goal in goals)

    def brick(self, key: Key) -> Brick:
        """A leaf, judged when it is first asked for."""
        found = self.bricks.get(key)
        if found is None:
            found = self.bricks[key] = self.space.judge(key)
            self._judged += 1
        return found

    def leaf(self, x: float, y: float, yaw: float) -> Key:
        """The leaf that holds a configuration."""
        level, key = 0, (0, int(x) // CELLS, int(y) // CELLS, 0)
        while key in self._split:
            level += 1
            side = CELLS * 0.5 ** (level - 1)
            turn = int((yaw % (2 * math.pi)) / (2 * math.pi) * 2 ** (level - 1))
            key = (level, int(x / side), int(y / side), min(turn, 2 ** (level - 1) - 1))
        return key

    def links(self, key: Key) -> dict[int, set[Node]]:
        """The neighbours of every component of a leaf."""
        brick = self.brick(key)
        if brick.links is not None:
            return brick.links
        links: dict[int, set[Node]] = defaultdict(set)
        for a, b in inner_pairs(brick.labels):
            links[a].add((key, b))
            links[b].add((key, a))
        for axis, sign in ((2, 1), (2, -1), (1, 1), (1, -1), (0, 1), (0, -1)):
            for other in self.beyond(key, axis, sign):
                for mine, its in contact(brick, self.brick(other), axis, sign):
                    links[mine].add((other, its))
        brick.links = dict(links)
        return brick.links

    def beyond(self, key: Key, axis: int, sign: int) -> Iterator[Key]:
        """The leaves that touch a leaf's face; axis 0 is heading, 1 row, 2 column."""
        level, column, row, turn = key
        if axis == 0:
            if level == 0:
                return
            turn = (turn + sign) % 2 ** (level - 1)
        elif axis == 1:
            row += sign
        else:
            column += sign
        height, width = self.space.clearance.shape
        side = CELLS * 0.5 ** max(level - 1, 0)
        if row < 0 or column < 0 or row * side >= height or column * side >= width:
            return
        other, above = (level, column, row, turn), [(level, column, row, turn)]
        while above[-1][0] > 0:
            up = above[-1]
            above.append((up[0] - 1, *((up[1], up[2], 0) if up[0] == 1 else (up[1] // 2, up[2] // 2, up[3] // 2))))
        for up in reversed(above):
            if up not in self._split:
                yield up
                return
        yield from self._facing(other, axis, sign)

    def _facing(self, key: Key, axis: int, sign: int) -> Iterator[Key]:
        """The leaves in a split brick on the side that looks against ``sign``."""
        if key not in self._split:
            yield key
            return
        place = {0: 3, 1: 2, 2: 1}[axis]
        for child in children(key):
            if key[0] == 0 or child[place] % 2 == (0 if sign > 0 else 1):
                yield from self._facing(child, axis, sign)

    def _refine(self, key: Key) -> None:
        for axis, sign in ((2, 1), (2, -1), (1, 1), (1, -1), (0, 1), (0, -1)):
            for other in self.beyond(key, axis, sign):
                if other in self.bricks:
                    self.bricks[other].links = None
        self._splits += 1
        self._split.add(key)
        del self.bricks[key]

    def _way(
        self, start: Configuration, goals: Sequence[Configuration], by_tile: dict[tuple[int, int], list[int]],
        ends: dict[Key, dict[int, int]],
    ) -> tuple[list[Node], int] | None:  # fmt: skip
        """The cheapest way through what is not stuck: components and the goal's number."""
        heap: list[tuple[float, int, Node, Node | None]] = []
        count = 0
        for first in self._nodes_at(start):
            heap.append((self._toll(first), count, first, None))
            count += 1
        before: dict[Node, Node | None] = {}
        while heap:
            cost, _, node, origin = heapq.heappop(heap)
            if node in before:
                continue
            before[node] = origin
            goal = self._ends(node[0], goals, by_tile, ends).get(node[1])
            if goal is not None:
                self._last = (start, self._splits, False, before)
                return _chain(before, node), goal
            for other in self.links(node[0]).get(node[1], ()):
                if other not in before:
                    count += 1
                    heapq.heappush(heap, (cost + self._toll(other), count, other, node))
        self._last = (start, self._splits, True, before)
        return None

    def _known(self, start: Configuration, goals: Sequence[Configuration]) -> Decision | None:
        """The answer if the last search, from the same start and on the same bricks, holds it already."""
        if self._last is None or self._last[:2] != (start, self._splits):
            return None
        _, _, complete, before = self._last
        met = False
        for number, goal in enumerate(goals):
            for node in self._nodes_at(goal):
                if node in before:
                    met = True
                    chain = _chain(before, node)
                    if all(self.bricks[key].free[label] for key, label in chain):
                        return Decision("free", tuple(chain), number, self._judged)
        return Decision("stuck", bricks=self._judged) if complete and not met else None

    def _toll(self, node: Node) -> float:
        level = node[0][0]
        if self.bricks[node[0]].free[node[1]]:
            return 0.5 ** max(level - 1, 0)
        return _LAST_RESORT if self._is_finest(node[0]) else _UNKNOWN * (level + 1)

    def _is_finest(self, key: Key) -> bool:
        return key[0] >= (FINEST_AT_ENDS if key in self._at_ends else self.finest)

    def _nodes_at(self, at: Configuration) -> list[Node]:
        """The components that hold a configuration."""
        x, y, yaw = at
        if yaw is not None:
            key = self.leaf(x, y, yaw)
            label = int(self.brick(key).labels[box_of(key, x, y, yaw)])
            return [(key, label)] if label else []
        nodes, turned = list[Node](), 0.0
        while turned < 2 * math.pi - 1e-9:
            key = self.leaf(x, y, turned + 1e-9)
            _, row, column = box_of(key, x, y, 0.0)
            nodes += [(key, int(label)) for label in np.unique(self.brick(key).labels[:, row, column]) if label]
            turned += 2 * math.pi / 2 ** max(key[0] - 1, 0)
        return nodes

    def _ends(
        self, key: Key, goals: Sequence[Configuration], by_tile: dict[tuple[int, int], list[int]], ends: dict[Key, dict[int, int]]
    ) -> dict[int, int]:
        """The goals in a leaf by component."""
        found = ends.get(key)
        if found is None:
            found = ends[key] = {}
            shift = max(key[0] - 1, 0)
            for number in by_tile.get((key[1] >> shift, key[2] >> shift), ()):
                for other, label in self._nodes_at(goals[number]):
                    if other == key:
                        found.setdefault(label, number)
        return found


def _chain(before: dict[Node, Node | None], node: Node) -> list[Node]:
    """The way to a node from where the search began."""
    chain = [node]
    while (last := before[chain[-1]]) is not None:
        chain.append(last)
    return chain[::-1]
