"""Several numbers of one name: in "pallets 12, 17 and 31" each number names a pallet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maps.linking.index import NameIndex
from maps.linking.phrases import ALIAS
from maps.linking.spans import Span
from maps.linking.stems import SKIPPED, Token
from maps.ordinary_words import ARTICLES, ORDINARY

__all__ = ["with_more_numbers"]

_JOINS = frozenset(("and", "or"))
_UNITS = frozenset("time minute min second sec hour day metre meter m cm percent degree kg step people person more".split())


def with_more_numbers(spans: Sequence[Span], tokens: Sequence[Token], text: str, index: NameIndex) -> list[Span]:
    """The spans, and one for each further number that follows a numbered name and makes another name with its head."""
    out: list[Span] = []
    for number, span in enumerate(spans):
        if out and span.first <= out[-1].last:
            continue  # a number that has been read already
        out.append(span)
        head, _, last = span.key.rpartition(" ")
        if head and _is_number(last):
            end = next((s.first for s in spans[number + 1 :] if s.words > 1 or not _is_number(s.key)), len(tokens))
            out += _more(span, head, tokens, end, text, index)
        elif not _is_number(last):
            out += _called_by_number(span, tokens, index)
    return out


def _called_by_number(span: Span, tokens: Sequence[Token], index: NameIndex) -> Iterator[Span]:
    """The number behind the comma in "every greenhouse, number three is shut"."""
    at = span.last + 2
    if at < len(tokens) and tokens[at - 1].lower in SKIPPED - ARTICLES and tokens[at - 1].comma and not tokens[at].apart:
        phrase = index.phrases.get(f"{span.key} {tokens[at].stem}")
        if phrase is not None and _is_number(tokens[at].stem):
            yield Span(at - 1, at, phrase, phrase.best, f"{span.key} {tokens[at].stem}")


def _more(span: Span, head: str, tokens: Sequence[Token], end: int, text: str, index: NameIndex) -> Iterator[Span]:
    last = span.last
    at = last + 1
    while at < end:
        token = tokens[at]
        if token.lower in _JOINS or token.lower in SKIPPED:
            at += 1
            continue
        between = text[tokens[last].end : token.start]
        joined = "," in between or any(t.lower in _JOINS for t in tokens[last + 1 : at])
        joined = joined or (at == last + 1 and tokens[max(span.first, span.last - 1)].plural)  # "tanks 1 2 and 3"
        key = f"{head} {token.stem}"
        phrase = index.phrases.get(key)
        if not (joined and _is_number(token.stem) and phrase and _ends(tokens, at, text, index)):
            return
        if token.apart or phrase.quality > max(ALIAS, span.quality):
            return
        yield Span(at, at, phrase, phrase.best, key)
        last, at = at, at + 1


def _is_number(stem: str) -> bool:
    return any(letter.isdigit() for letter in stem)


def _ends(tokens: Sequence[Token], at: int, text: str, index: NameIndex) -> bool:
    """Whether a number is not the beginning of an amount: "2 minutes", "3 pallets"."""
    if at + 1 >= len(tokens) or text[tokens[at].end : tokens[at + 1].start].strip():
        return True
    after = tokens[at + 1].stem
    return after not in _UNITS and (after in ORDINARY or _is_number(after) or after not in index.spelling.words)
