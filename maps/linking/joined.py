"""Names that are said in pieces: "the charger by the gate" for a gate charger, "the red and blue folder" for two folders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from maps.linking.phrases import ALIAS, PART
from maps.linking.stems import SKIPPED, Token
from maps.ordinary_words import ARTICLES, ORDINARY, POSSESSIVES

if TYPE_CHECKING:
    from maps.linking.index import NameIndex
    from maps.linking.spans import Span

__all__ = ["shared_heads", "turned_round"]

_BESIDE = frozenset("of for by near beside".split())
"""Between a noun and the one that stands before it in a name: "the can of milk" is the milk can."""
_JOINS = frozenset(("and", "or"))
_LONGEST = 3
"""So many words at most stand on each side."""


def turned_round(tokens: Sequence[Token], first: int, index: NameIndex) -> Iterator[tuple[int, str]]:
    """Names that begin at a token with their last words: the last token of each, and the phrase that it is.

    Args:
        tokens: The words of the text.
        first: Where the last words of a name may begin.
        index: The map's names.
    """
    for at in range(first + 1, min(len(tokens), first + 1 + _LONGEST)):
        if tokens[at].lower in _BESIDE:
            if not tokens[at - 1].stem.isdigit():  # "one of the pumps" is no pump 1
                yield from _with_head(tokens, at + 1, " ".join(token.stem for token in tokens[first:at]), index)
            return
        if tokens[at].apart or tokens[at].comma or tokens[at].lower in SKIPPED:
            return


def _with_head(tokens: Sequence[Token], begin: int, head: str, index: NameIndex) -> Iterator[tuple[int, str]]:
    while begin < len(tokens) and tokens[begin].lower in ARTICLES | POSSESSIVES:
        begin += 1
    for last in range(begin, min(len(tokens), begin + _LONGEST)):
        if tokens[last].apart or tokens[last].comma:
            return
        key = f"{' '.join(token.stem for token in tokens[begin : last + 1])} {head}"
        phrase = index.phrases.get(key)
        if phrase is not None and phrase.quality <= ALIAS:
            yield last, key


def shared_heads(spans: Sequence[Span], tokens: Sequence[Token], text: str, index: NameIndex) -> list[Span]:
    """The spans, and one for each word that shares the noun of the span behind it: "the north and south barn".

    Args:
        spans: In order and without overlap.
        tokens: The words of the text.
        text: What a person typed.
        index: The map's names.
    """
    from maps.linking.spans import Span

    out: list[Span] = []
    for span in spans:
        if span.words > 1 and span.quality <= PART:
            head = span.key.partition(" ")[2]
            found: list[Span] = []
            at = span.first
            taken = out[-1].last if out else -1
            while (at := _before(tokens, at, text)) > taken and tokens[at].lower not in ORDINARY - {
                "left",
                "right",
                "first",
                "second",
            }:
                phrase = index.phrases.get(f"{tokens[at].stem} {head}")
                if phrase is None or phrase.quality > max(PART, span.quality):
                    break
                found.append(Span(at, at, phrase, phrase.best, f"{tokens[at].stem} {head}"))
            out += reversed(found)
        out.append(span)
    return out


def _before(tokens: Sequence[Token], at: int, text: str) -> int:
    """The word that "and", a comma or their like joins to the one at a place; -1 where none is."""
    if not at or tokens[at].apart:
        return -1
    before = at - 1
    if tokens[before].lower in _JOINS and not tokens[before].apart:
        return before - 1
    between = text[tokens[before].end : tokens[at].start].strip()
    return before if between in (",", "&", "+", "/") else -1
