"""Names that people and speech recognisers mistake for each other."""

import re
from collections.abc import Iterable, Iterator

from maps.naming import Named, normalise_name

__all__ = ["alike_names"]

_MOST = 2_000
_SHORTEST = 5
_FIRST_IDEOGRAPH = 0x2E80


def alike_names(features: Iterable[Named]) -> Iterator[tuple[str, str]]:
    """Pairs of names or aliases, of different features, that are one letter apart or differ in punctuation alone.

    ``room 1`` and ``room 2`` are not alike: numbers and single letters are how people tell such things apart. In scripts whose
    characters are words, one character apart is not alike either.

    Yields:
        Pairs as they are written, in file order, at most one per pair of features.
    """
    from rapidfuzz.distance import OSA

    named = [(feature.name, name, _squash(name)) for feature in features for name in (feature.name, *feature.aliases)][:_MOST]
    seen: set[tuple[str, str]] = set()
    for i, (owner, name, form) in enumerate(named):
        for other_owner, other, other_form in named[:i]:
            if owner == other_owner or (other_owner, owner) in seen or abs(len(form) - len(other_form)) > 1:
                continue
            if form == other_form or _one_apart(name, other, OSA.distance(form, other_form, score_cutoff=1)):
                seen.add((other_owner, owner))
                yield other, name


def _one_apart(a: str, b: str, edits: int) -> bool:
    words_a, words_b = normalise_name(a).split(), normalise_name(b).split()
    if edits > 1 or min(len(_squash(a)), len(_squash(b))) < _SHORTEST or re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return False
    if max(map(ord, a + b)) >= _FIRST_IDEOGRAPH:
        return False
    different = [(x, y) for x, y in zip(words_a, words_b, strict=False) if x != y]
    return len(words_a) != len(words_b) or all(max(len(x), len(y)) > 1 for x, y in different)


def _squash(name: str) -> str:
    return re.sub(r"[\W_]+", "", normalise_name(name))
