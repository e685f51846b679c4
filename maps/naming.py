"""Names as people say them: one form for ``The  Kitchen`` and ``kitchen``, and the table from names and aliases to features."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Protocol

__all__ = ["Named", "name_table", "near_names", "no_such", "normalise_name"]

_ARTICLE = re.compile(r"^(?:the|a|an)\s+(?=\S)")


class Named(Protocol):
    """Anything with a name and aliases."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names."""


def normalise_name(text: str) -> str:
    """One form for all spellings that mean the same name: Unicode NFKC, case, white space and a leading English article."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _ARTICLE.sub("", folded)


def name_table(features: Iterable[Named]) -> Mapping[str, str]:
    """Normalised names and aliases to names. Names outrank aliases; among equals the first feature wins."""
    known = tuple(features)
    table: dict[str, str] = {}
    for feature in known:
        table.setdefault(normalise_name(feature.name), feature.name)
    for feature in known:
        for alias in feature.aliases:
            table.setdefault(normalise_name(alias), feature.name)
    return table


def near_names(text: str, names: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Up to ``most`` of the names that look like ``text``, best first."""
    by_form = {normalise_name(name): name for name in names}
    return tuple(by_form[form] for form in get_close_matches(normalise_name(text)[:100], by_form, n=most, cutoff=0.55))


def no_such(world: str, type: str, name: str, names: Iterable[str]) -> str:
    """The sentence that a world has no feature of this type and name; it offers names that look alike."""
    near = near_names(name, names)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"map {world!r} has no {type} named {name!r}{hint}"
