"""The curriculum: how often a level is drawn follows from how often the one before is answered rightly, never from a clock."""

from collections.abc import Iterable, Sequence

__all__ = ["Curriculum"]

MASTERED = 0.7
"""Share of right answers at which a level no longer holds back the next."""

LEAST = 0.08
"""Part of its full share that a level always has: all levels are mixed from the first step on."""

MEMORY = 300
"""Samples over which the running shares of right answers reach back, roughly."""


class Curriculum:
    """Running shares of right answers per level and family, and the shares to draw by.

    Args:
        full: Shares of the levels, from level 1 upwards, once all are mastered.
    """

    def __init__(self, full: Sequence[float]) -> None:
        self.full = tuple(full)
        self.levels = [0.0] * len(self.full)
        self.families: dict[str, float] = {}

    def see(self, samples: Iterable[tuple[int, str]], right: Iterable[bool]) -> None:
        """Take note of which samples were answered rightly in every token.

        Args:
            samples: Level and family of each.
            right: Whether each was right.
        """
        for (level, family), good in zip(samples, right, strict=True):
            self.levels[level - 1] += (good - self.levels[level - 1]) / MEMORY
            if family:
                old = self.families.setdefault(family, 0.0)
                self.families[family] = old + (good - old) / MEMORY

    def shares(self) -> tuple[float, ...]:
        """How often to draw each level: a level waits for the one before it, and never vanishes."""
        before = [1.0, *self.levels[:-1]]
        gates = [min(1.0, max(LEAST, share / MASTERED)) for share in before]
        return tuple(full * gate for full, gate in zip(self.full, gates, strict=True))

    def to_json(self) -> dict[str, object]:
        """As plain data, for a checkpoint."""
        return {"levels": list(self.levels), "families": dict(self.families)}

    def restore(self, levels: Iterable[float], families: dict[str, float]) -> None:
        """Take up what a checkpoint holds."""
        self.levels, self.families = list(levels), dict(families)
