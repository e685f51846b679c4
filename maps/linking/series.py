"""Series: names that differ in one number alone, "aisle 1" to "aisle 4", so that a number or a range of them can name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from maps.linking.mention import Candidate
from maps.linking.script import plain
from maps.linking.stems import stems

__all__ = ["Series"]

_NUMBER = re.compile(r"\d+")
_MOST_DIGITS = 4


@dataclass(frozen=True)
class Series:
    """The numbered names of a map.

    Attributes:
        rows: Type and name without its number -> number -> what is called so.
        member: What has a numbered name -> its series and numbers there.
        places: Number -> the places with it in a name.
        heads: Stemmed words of a name without its number -> the series that are called so.
    """

    rows: Mapping[tuple[str, str], dict[int, Candidate]] = field(default_factory=dict)
    member: Mapping[Candidate, tuple[tuple[tuple[str, str], int], ...]] = field(default_factory=dict)
    places: Mapping[int, frozenset[Candidate]] = field(default_factory=dict)
    heads: Mapping[tuple[str, ...], tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, named: Iterable[tuple[Candidate, Iterable[str]]]) -> Series:
        """Collect the numbered names.

        Args:
            named: Features with everything that they are called.
        """
        rows: dict[tuple[str, str], dict[int, Candidate]] = {}
        member: dict[Candidate, tuple[tuple[tuple[str, str], int], ...]] = {}
        places: dict[int, frozenset[Candidate]] = {}
        heads: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
        for candidate, names in named:
            for name in names:
                text = plain(name)
                numbers = list(_NUMBER.finditer(text))
                if len(numbers) != 1 or len(numbers[0].group()) > _MOST_DIGITS:
                    continue
                number, (start, end) = int(numbers[0].group()), numbers[0].span()
                row = (candidate.type, f"{text[:start]}#{text[end:]}")
                rows.setdefault(row, {}).setdefault(number, candidate)
                member[candidate] = (*member.get(candidate, ()), (row, number))
                if candidate.type == "place":
                    places[number] = places.get(number, frozenset()) | {candidate}
                words = stems(f"{text[:start]} {text[end:]}")
                if row not in heads.get(words, ()):
                    heads[words] = (*heads.get(words, ()), row)
        return cls(rows, member, places, heads)

    def place(self, number: int) -> Candidate | None:
        """The one place with this number in a name."""
        found = self.places.get(number, frozenset())
        return next(iter(found)) if len(found) == 1 else None

    def between(self, row: tuple[str, str], first: int, last: int) -> tuple[Candidate, ...]:
        """What a series has from one of its numbers to another, in this order; nothing unless both ends are there."""
        numbers = self.rows[row]
        if first == last or first not in numbers or last not in numbers:
            return ()
        low, high = sorted((first, last))
        return tuple(dict.fromkeys(numbers[n] for n in sorted(numbers, reverse=last < first) if low <= n <= high))

    def beyond(self, row: tuple[str, str], end: int, *, upwards: bool) -> tuple[Candidate, ...]:
        """What a series has from one of its numbers on, upwards or downwards, in the order of the numbers."""
        numbers = self.rows[row]
        return tuple(dict.fromkeys(numbers[n] for n in sorted(numbers) if (n >= end if upwards else n <= end)))
