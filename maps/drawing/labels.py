"""Label placement: boxes that keep clear of one another, placed greedily, the important ones first."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Box", "Cost", "Placer", "Spots", "around", "within"]

Spots: TypeAlias = npt.NDArray[np.float64]
"""(N, 2) centres of candidate boxes, the best first; sheet units."""

Cost: TypeAlias = Callable[[Spots, float, float], npt.NDArray[np.float64]]
"""What speaks against boxes besides what they cover: (centres, width, height) -> (N,), in shares of their area."""


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned rectangle on the sheet, by its centre; sheet units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Width times height."""
        return self.width * self.height


@dataclass
class Placer:
    """Boxes that are taken, and a search for the cheapest free one.

    Attributes:
        bounds: Where labels may be.
        taken: What is already there: x, y, width, height, and how much it minds being covered (1 = as much as a label).
    """

    bounds: Box
    taken: list[tuple[float, float, float, float, float]] = field(default_factory=list)

    def take(self, box: Box, weight: float = 1.0) -> None:
        """Reserve a box."""
        self.taken.append((box.x, box.y, box.width, box.height, weight))

    def cover(self, spots: Spots, width: float, height: float) -> npt.NDArray[np.float64]:
        """The share of each box that is taken, weighted, plus four times the share out of bounds; 0 where it is free."""
        area = width * height
        bounds = np.array([(self.bounds.x, self.bounds.y, self.bounds.width, self.bounds.height, 1.0)])
        outside = 1 - _shared(spots, width, height, bounds).sum(axis=1) / area
        if not self.taken:
            return np.asarray(4 * outside)
        others = np.asarray(self.taken)
        return np.asarray(_shared(spots, width, height, others) @ others[:, 4] / area + 4 * outside)

    def best(
        self, spots: Spots, width: float, height: float, cost: Cost | None = None, *, at_most: float = 0.12
    ) -> tuple[float, Box] | None:
        """The cheapest box and its price, or None where even that one covers more than ``at_most`` of itself."""
        covered = self.cover(spots, width, height)
        price = 6 * covered + (0.0 if cost is None else cost(spots, width, height)) + 1e-4 * np.arange(len(spots))
        price = np.where(covered <= at_most, price, np.inf)
        index = int(price.argmin())
        if not np.isfinite(price[index]):
            return None
        return float(price[index]), Box(float(spots[index, 0]), float(spots[index, 1]), width, height)

    def place(self, spots: Spots, width: float, height: float, cost: Cost | None = None, *, at_most: float = 0.12) -> Box | None:
        """Reserve the cheapest box.

        Args:
            spots: Centres to try, best first.
            width: Of the box.
            height: Of the box.
            cost: What speaks against a box besides what it covers.
            at_most: The largest share that may be covered.

        Returns:
            The box, or None if it fits nowhere.
        """
        found = self.best(spots, width, height, cost, at_most=at_most)
        if found is None:
            return None
        self.take(found[1])
        return found[1]


def around(x: float, y: float, width: float, height: float, gap: float) -> Spots:
    """Centres of boxes beside a point: right, left, above, below, then the corners."""
    sides = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 1), (-0.7, 1), (0.7, -1), (-0.7, -1)])
    return np.asarray(sides * (width / 2 + gap, height / 2 + gap) + (x, y))


def within(x: float, y: float, outer: Box, width: float, height: float, steps: int = 8) -> Spots:
    """Centres of boxes inside an outer box, the nearest to a wished-for centre first."""
    share = np.linspace(-0.5, 0.5, steps + 1)
    across, down = np.meshgrid(share * max(outer.width - width, 0.0), share * max(outer.height - height, 0.0))
    spots = np.vstack([[(x, y)], np.add(np.column_stack([across.ravel(), down.ravel()]), (outer.x, outer.y))])
    away = ((spots - (x, y)) ** 2).sum(axis=1)
    return np.asarray(spots[np.argsort(away, kind="stable")])


def _shared(spots: Spots, width: float, height: float, others: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(N, M): the area that each candidate shares with each other box."""
    wide = np.minimum(spots[:, None, 0] + width / 2, others[:, 0] + others[:, 2] / 2)
    wide -= np.maximum(spots[:, None, 0] - width / 2, others[:, 0] - others[:, 2] / 2)
    high = np.minimum(spots[:, None, 1] + height / 2, others[:, 1] + others[:, 3] / 2)
    high -= np.maximum(spots[:, None, 1] - height / 2, others[:, 1] - others[:, 3] / 2)
    return np.asarray(np.maximum(wide, 0.0) * np.maximum(high, 0.0))
