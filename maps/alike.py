"""Names that people mistake for each other when they read or type them; ``maps.sound`` is for those that they hear."""

import re
from collections.abc import Iterable, Iterator

from maps.naming import Named, normalise_name

__all__ = ["alike_names"]

_SHORTEST = 5
_FIRST_IDEOGRAPH = 0x2E80


def alike_names(features: Iterable[Named], only: frozenset[str] | None = None) -> Iterator[tuple[str, str]]:
    """Pairs of names or aliases, of different features, that are one letter apart or differ in punctuation alone.

    ``room 1`` and ``room 2`` are not alike: numbers and single letters are how people tell such things apart. In scripts whose
    characters are words, one character apart is not alike either.

    Names one edit apart become equal when some letter of one, or of each, is left out; only such names are compared.

    Args:
        features: All of one type.
        only: Names of features; pairs without any of them are left out, which costs far less.

    Yields:
        Pairs as they are written, in file order, at most one per pair of features.
    """
    from rapidfuzz.distance import OSA

    named = [(feature.name, name, _squash(name)) for feature in features for name in (feature.name, *feature.aliases)]
    seen: set[tuple[str, str]] = set()
    if only is not None:
        touched = [item for item in named if item[0] in only]
        for owner, name, form in named:
            for other_owner, other, other_form in touched:
                pair = (min(owner, other_owner), max(owner, other_owner))
                if owner == other_owner or pair in seen or abs(len(form) - len(other_form)) > 1:
                    continue
                if form == other_form or _one_apart(name, other, OSA.distance(form, other_form, score_cutoff=1)):
                    seen.add(pair)
                    yield other, name
        return
    shorter: dict[str, list[int]] = {}
    for i, (owner, name, form) in enumerate(named):
        variants = {form, *(form[:at] + form[at + 1 :] for at in range(len(form)))} if len(form) >= _SHORTEST else {form}
        for j in sorted({j for variant in variants for j in shorter.get(variant, ())}):
            other_owner, other, other_form = named[j]
            if owner == other_owner or (other_owner, owner) in seen:
                continue
            if form == other_form or _one_apart(name, other, OSA.distance(form, other_form, score_cutoff=1)):
                seen.add((other_owner, owner))
                yield other, name
        for variant in variants:
            shorter.setdefault(variant, []).append(i)


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
