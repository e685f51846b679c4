"""Words for many kinds of things at once: "every instrument in the boiler house", 车间里的机器都看看.

Which nouns such a word stands for is in ``wider_nouns.toml``. They count in the plural, or where all or each of them is meant, and
never where the map itself calls something so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from maps.everyday_words import everyday
from maps.linking.mention import Candidate, Mention
from maps.linking.noun_classes import LONGEST, LONGEST_CHINESE, words_for
from maps.linking.places_beside import places_beside
from maps.linking.stems import CJK, HAN, Token, stems
from maps.ordinary_words import NUMBERS, ORDINARY

if TYPE_CHECKING:
    from maps.linking.index import NameIndex

__all__ = ["with_wider_nouns"]

_EVERY = frozenset("every each any all both whatever whichever which".split())
_WHOLE = _EVERY | {"the", "our", "your", "of"}
"""What stands before a word that has no plural: "all the furniture", "every piece of equipment"."""
_BACK = 4
"""So many words before a noun may say that all of it is meant."""
_HAN_BEFORE = re.compile(
    "(?:所有|每一?[个台件样只辆盏张]|全部|各[个种类台]?|任何|哪[些个台]|那些|这些|几[个台件样辆盏]|[两三四五六七八九十][个台件样辆盏]|其他|其它|剩下)(?:的)?$"
)
_HAN_BEHIND = re.compile(
    f"[{HAN}\uff0c,]{{0,4}}?(?:都|全|逐[个一]|挨[个着]|一个[个不]|一[台件样]不|有没有|哪[个台些])"
    f"|[\uff0c,]?(?:除|[{HAN}]{{1,6}}除外)"
)
_HAN_APART = re.compile(f"(?:^|[^{HAN}]|[的有把看查检里内中上下边处和与跟、]|[个台件样种类些部辆盏张])$")
"""What may stand before such a word in Chinese: another character would make another noun of it."""


def with_wider_nouns(
    text: str, tokens: Sequence[Token], found: Sequence[tuple[Mention, Collection[Candidate]]], index: NameIndex, most: int
) -> list[tuple[Mention, Collection[Candidate]]]:
    """The mentions, and one for each word that means things of several kinds; in the places beside it, where some stand there.

    Args:
        text: What a person typed.
        tokens: Its words.
        found: Mentions in order, each with all that it might mean; what they cover stays theirs.
        index: The map's names.
        most: Words that mean more things than this are left out.
    """
    out = list(found)
    for start, end, classes in (*_said(tokens), *_said_in_chinese(text)):
        group = tuple(dict.fromkeys(one for name in sorted(classes) for one in index.classes.get(name, ())))
        over = [(mention, among) for mention, among in out if mention.start < end and start < mention.end]
        if any(not _cut_short(mention, start, end, group) or _is_called(mention, text) for mention, _ in over):
            continue
        out = [pair for pair in out if pair not in over]
        mention = Mention(start, end, group, plural=True, loose=True)
        beside = places_beside(text, sorted((*(m for m, _ in out), mention), key=lambda m: m.start), mention)
        if beside:
            group = index.held_by(beside, group)
        if 0 < len(group) <= most:
            out.append((Mention(start, end, group, plural=True, loose=True), group))
    return sorted(out, key=lambda pair: pair[0].start)


def _cut_short(mention: Mention, start: int, end: int, group: Collection[Candidate]) -> bool:
    """Whether a mention only is what a longer word ends with: 电器 of 充电器."""
    same = mention.loose and (mention.start, mention.end) == (start, end)
    return same and bool(group) and not set(mention.candidates) & set(group)


def _is_called(mention: Mention, text: str) -> bool:
    """Whether the names that a mention means end with its words: "the kit" is the first aid kit, and not all equipment."""
    said = stems(text[mention.start : mention.end])
    return (
        bool(said)
        and not CJK.match(text, mention.start)
        and all(stems(one.name)[-len(said) :] == said for one in mention.candidates)
    )


def _said(tokens: Sequence[Token]) -> Iterator[tuple[int, int, frozenset[str]]]:
    """English words for a class, in characters, where several or all of it are meant."""
    words, uncounted = words_for("words"), words_for("uncounted")
    first = 0
    while first < len(tokens):
        length = 1
        for size in range(LONGEST, 0, -1):
            part = tokens[first : first + size]
            if len(part) < size or any(token.apart or token.comma for token in part[1:]):
                continue
            key = " ".join(token.stem for token in part)
            before = [token.lower for token in tokens[max(0, first - _BACK) : first]]
            counted = key in words and (part[-1].plural or not _EVERY.isdisjoint(before[-2:]))
            if (counted or (key in uncounted and not _WHOLE.isdisjoint(before))) and _begins_there(tokens, first):
                yield part[0].start, part[-1].end, words.get(key, frozenset()) | uncounted.get(key, frozenset())
                length = size
                break
        first += length


def _begins_there(tokens: Sequence[Token], first: int) -> bool:
    """Whether the word before is no part of the noun: "washing machines" are not all machines."""
    if not first or tokens[first].apart or tokens[first].comma:
        return True
    before = tokens[first - 1]
    return before.lower in ORDINARY or before.lower in NUMBERS or before.stem.isdigit() or before.lower in everyday("qualities")


def _said_in_chinese(text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Chinese words for a class where all of it is meant."""
    if not CJK.search(text):
        return
    words = words_for("chinese")
    at = 0
    while at < len(text):
        word = next((text[at : at + size] for size in range(LONGEST_CHINESE, 0, -1) if text[at : at + size] in words), "")
        if word and _HAN_APART.search(text, 0, at):
            if _HAN_BEFORE.search(text, 0, at) or _HAN_BEHIND.match(text, at + len(word)):
                yield at, at + len(word), words[word]
        at += len(word) or 1
