"""Missions on a large site with the names that they need, known from the facts: many phrasings, typos, plurals, Chinese."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.retrieval_phrases import FORMS, Facts
from benchmarks.retrieval_site import Site

__all__ = ["Mission", "Needed", "Reference", "make_missions"]

Needed = frozenset[tuple[str, str]]
"""Type and name of everything that a phrase means."""

MOST_MEANT = 6


@dataclass(frozen=True)
class Reference:
    """A phrase of a mission: its characters, what it means, and which form of speech it is."""

    start: int
    end: int
    needed: Needed
    form: str


@dataclass(frozen=True)
class Mission:
    """A mission's text and its phrases."""

    text: str
    references: tuple[Reference, ...]

    @property
    def needed(self) -> Needed:
        """Everything that is named."""
        return frozenset().union(*(reference.needed for reference in self.references))


_CLAUSES = (
    "go to {}", "check {}", "inspect {} and tell me what it says", "take a picture of {}", "bring me {}",
    "drive to {} and wait 5 minutes",
    "have a look at {}", "please see whether {} is leaking", "report the state of {}", "stop at {}", "put it next to {}",
    "make sure that {} is fine", "read {} twice", "visit {} before 9 am", "is anybody near {}?",
)  # fmt: skip
_JOINS = (", then ", " and then ", ". After that, ", "; ", ", ")
_ZH_CLAUSES = (
    "去{}", "检查{}", "请到{}看看", "拍一张{}的照片", "告诉我{}的状态", "先去{}等5分钟", "看看{}是否正常", "把它送到{}",
    "巡视{}", "报告{}的读数",
)  # fmt: skip


def make_missions(site: Site, count: int = 1000, seed: int = 0) -> Iterator[Mission]:
    """Missions of one to four clauses, every fourth in Chinese (some with English names in them).

    Args:
        site: Where.
        count: How many.
        seed: The same seed gives the same missions.
    """
    facts = Facts(site)
    for number in range(count):
        rng = random.Random(f"missions/{seed}/{number}")
        chinese = number % 4 == 3
        forms = [name for name in FORMS if name.startswith("Chinese") == chinese]
        if chinese:
            forms.append("full name")
        clauses, joins = (_ZH_CLAUSES, ("\uff0c然后", "。", "\uff0c再", "\uff1b")) if chinese else (_CLAUSES, _JOINS)
        text, references = "", []
        for clause in range(rng.choice((1, 1, 2, 2, 3, 4))):
            phrase, needed, form = _draw(rng, facts, forms)
            before, after = rng.choice(clauses).split("{}")
            text += (rng.choice(joins) if clause else "") + before
            references.append(Reference(len(text), len(text) + len(phrase), needed, form))
            text += phrase + after
        yield Mission(text, tuple(references))


def _draw(rng: random.Random, facts: Facts, forms: list[str]) -> tuple[str, Needed, str]:
    while True:
        form = rng.choice(forms)
        drawn = FORMS[form](rng, facts)
        if drawn is not None:
            needed = frozenset(item.key for item in drawn[1])
            if 1 <= len(needed) <= MOST_MEANT:
                return drawn[0], needed, form
