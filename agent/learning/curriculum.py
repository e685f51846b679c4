"""The curriculum: how often a level is drawn follows from how often the one before is answered rightly, never from a clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Curriculum", "Mix"]

MASTERED = 0.7
"""Share of right answers at which a level no longer holds back the next."""

LEAST = 0.08
"""Part of its full share that a level always has: all levels are mixed from the first step on."""

MEMORY = 300
"""Samples over which the running shares of right answers reach back, roughly."""


EASY, RARE = 0.9, 0.4
"""A family that is answered rightly more often than this is drawn less and less often, down to this part of its natural share."""


@dataclass(frozen=True, slots=True)
class Mix:
    """What to draw.

    Attributes:
        levels: Shares of the levels, from level 1 upwards.
        families: Part of the samples of a family that is kept; 1 for one that is not listed.
    """

    levels: tuple[float, ...]
    families: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """As plain data, for a checkpoint."""
        return {"levels": list(self.levels), "families": dict(self.families)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Mix":
        """What ``to_json`` gave."""
        return cls(tuple(data["levels"]), dict(data["families"]))


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

    def mix(self) -> Mix:
        """What to draw next: a level waits for the one before it and never vanishes; families that are easy become rarer."""
        before = [1.0, *self.levels[:-1]]
        gates = [min(1.0, max(LEAST, share / MASTERED)) for share in before]
        easy = {name: round((share - EASY) / (1 - EASY), 2) for name, share in self.families.items() if share > EASY}
        kept = {name: round(1 - (1 - RARE) * part, 3) for name, part in sorted(easy.items())}
        return Mix(tuple(full * gate for full, gate in zip(self.full, gates, strict=True)), kept)

    def to_json(self) -> dict[str, object]:
        """As plain data, for a checkpoint."""
        return {"levels": list(self.levels), "families": dict(self.families)}

    def restore(self, levels: Iterable[float], families: dict[str, float]) -> None:
        """Take up what a checkpoint holds."""
        self.levels, self.families = list(levels), dict(families)
