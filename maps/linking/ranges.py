"""Numbers that name places by themselves, "the lady in 101", and ranges: "aisles 1 to 4", "rooms 101-105", 1号到4号通道."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from maps.linking.mention import Candidate, Mention
from maps.linking.script import numeral_value
from maps.linking.stems import HAN_ROOM, stem
from maps.ordinary_words import NUMBERS

if TYPE_CHECKING:
    from maps.linking.series import Series

__all__ = ["with_numbers", "with_ranges"]

_HAN_NUMBER = r"\d{1,4}|[零\u3007一二两三四五六七八九十百]{1,6}"
_TO = HAN_ROOM + r"\s*(?:to|through|thru|till|until|up\s+to|-|\u2013|\u2014|~|(?:一直)?(?:到|至))\s*"
_AFTER = re.compile(rf"{_TO}(?P<last>\d{{1,4}}|\b(?:{'|'.join(NUMBERS)})\b)(?![\w.,]*\d|[a-z])", re.IGNORECASE)
_JOIN = re.compile(rf"{_TO}(?:the\s+)?", re.IGNORECASE)
_ROUND = re.compile(
    "(?:开始|[抄看查读巡走数]起)?[\uff0c,]?(?:一路|一直|倒着|反着|往回|依次)?(?:巡逻|巡视|巡检|巡查|检查|巡|查|转|逛|看|抄|读)(?:到|至)"
)
"""A round goes by all that is between, 从一号通道巡到四号通道; a way does where each of them is spoken of, 走到4号,每个停一下."""
_WAY = re.compile("(?:一路)?(?:[走开跑](?:到|至)|往)")
_EACH = re.compile("[每各逐倒挨]|依次")
_ON_TO = re.compile(
    r"(?:\s+first)?,?\s+(?:and\s+|then\s+)*(?:(?:work|go|count|move|walk|drive|carry\s+on|continue|come)\w*\s+)?(?:your\s+way\s+)?"
    r"(?:back(?:wards?)?|down(?:wards?)?|up(?:wards?)?|on(?:wards?)?)\s+(?:to|until|till)\s+(?:the\s+|number\s+|nr\s+)?(?P<last>\d{1,4})(?![\w.,]*\d|\w)",
    re.IGNORECASE,
)
"""From one number on to another by all that is between: "begin with 15 and work back to 12"."""
_BEFORE = re.compile(rf"(?P<first>{_HAN_NUMBER})号?\s*(?:到|至|-|~)\s*$")
_LEAD = re.compile(r"\b(?:from|between)\s+(?:the\s+)?$|从\s*$", re.IGNORECASE)
_HEADS = re.compile(r"\b(?P<head>[a-z]+s)\s*,?\s+(?:from|between|numbers?)\s+(?:the\s+)?$", re.IGNORECASE)
_UPWARDS = re.compile(
    r"\s*(?:(?:and|or)\s+(?:up(?:wards?)?|above|higher|beyond|over|on(?:wards?)?)|up(?:wards?)?|onwards?)(?=\s*(?:$|[.,;:!?)]|(?:and|then|please|pls)\b))"
    r"|号?(?:及其?|和|与)?(?:以上|往上|以后|之后|开始往后|往后)(?!的?时|再|就)",
    re.IGNORECASE,
)
_DOWNWARDS = re.compile(
    r"\s*(?:(?:and|or)\s+(?:down(?:wards?)?|below|lower|under)|down(?:wards?)?)(?=\s*(?:$|[.,;:!?)]|(?:and|then|please|pls)\b))"
    r"|号?(?:及其?|和|与)?(?:以下|往下|往前)(?!的?时|再|就)",
    re.IGNORECASE,
)
"""Ranges with one end: "from 307 up", "aisle 3 and below", 308以上."""
_OF_NUMBER = re.compile(rf"{HAN_ROOM}(?:里面|里边|里|内)?的(?=.)|\s+(?=[a-z])", re.IGNORECASE)
_PAIR = re.compile(rf"(?<![\w.-])(?P<first>\d{{1,4}}){_TO}(?P<last>\d{{1,4}})(?![\w.]*\d|[a-z])", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"([a-z]+)\s+$", re.IGNORECASE)
_BEFORE_NUMBERS = (
    "in into inside from to near visit skip enter except room check explore search leave via round around through past by".split()
)
_DIGIT = "one|two|three|four|five|six|seven|eight|nine"
_LEADS = "|".join(rf"(?<=\b{word} )" for word in _BEFORE_NUMBERS)
_LEADS += "".join(rf"|(?<=\b{words} )" for words in ("in on", "meant", "i mean", "make it", "make that"))
_LEADS += "".join(rf"|(?<=\b{words} )" for words in ("same for", "same with", "ditto for", "what about", "how about"))
"""Words before the number of a place that is named by it alone."""
_BARE = re.compile(rf"(?:{_LEADS})(?P<number>\d{{2,4}})(?![\w.,:]*\d|\w|\s*(?:%|\u00b0))", re.IGNORECASE)
_LONE = re.compile(
    r"(?:^|(?<=[,;:(-] )|(?<=\bat )|(?<=\band )|(?<=\bor ))(?P<number>\d{3,4})(?![\w.,:]*\d|\w|\s*(?:%|\u00b0))", re.IGNORECASE
)
_SPELT = re.compile(
    rf"\b(?P<first>{_DIGIT})[\s-]+(?P<middle>oh|o|zero|nought|{_DIGIT})[\s-]+(?P<last>{_DIGIT})\b"
    rf"|\b(?:(?P<hundreds>{_DIGIT})[\s-]+)?hundred[\s-]+(?:and[\s-]+)?(?P<rest>{_DIGIT}|ten|eleven|twelve)\b",
    re.IGNORECASE,
)
"""A room's number as it is spoken: "three oh nine"."""
_HAN = re.compile(
    r"(?:^|(?<=[去进到从在往回给送和跟与了是帮替把开关好看查问找经过至坐住、\uff0c\u3002\uff1b\uff01\uff1f])|(?<=\D[,;!?]))(?P<number>\d{3,4}|[零\u3007一二两三四五六七八九]{3,4})"
    r"(?![\d.零\u3007一二两三四五六七八九十百个次遍分秒米度元块点%])"
)
_HAN_ROOM = re.compile(r"(?<![\d.])(?P<number>\d{3,4}|[零\u3007一二两三四五六七八九]{3,4})号?(?:房间|病房|房|室)")
_UNIT = re.compile(
    r"\s*(?:times?|min|minutes?|s|secs?|seconds?|h|hours?|days?|m|cm|km|met(?:er|re)s?|percent|degrees?|kg|steps?|people|persons?|bar"
    r"|more|of|x)\b",
    re.IGNORECASE,
)
_LEAST = 3
"""A range that is not in the plural has at least so many members: "from 101 to 102" may be a way."""


def with_numbers(text: str, mentions: Sequence[Mention], series: Series) -> list[Mention]:
    """Mentions of places by their numbers alone, where just one place has the number.

    Args:
        text: What a person typed.
        mentions: What its names make; what they cover stays theirs.
        series: The map's numbered names.
    """
    found: list[Mention] = []
    for pattern in (_BARE, _LONE, _HAN_ROOM, _HAN):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(m.start < end and start < m.end for m in (*mentions, *found)) or _UNIT.match(text, end):
                continue
            place = series.place(int(numeral_value(match["number"]) or -1))
            if place is not None:
                found.append(Mention(start, end, (place,), loose=True))
    for match in _SPELT.finditer(text):
        place = series.place(_spelt(match))
        if place is not None and not any(m.start < match.end() and match.start() < m.end for m in (*mentions, *found)):
            found.append(Mention(*match.span(), (place,), loose=True))
    return found


def _spelt(match: re.Match[str]) -> int:
    """A number that is spoken digit by digit, or with its hundreds."""
    if match["rest"]:
        return 100 * int(NUMBERS.get((match["hundreds"] or "one").lower(), "1")) + int(NUMBERS[match["rest"].lower()])
    digits = (NUMBERS.get(match[part].lower(), "0") for part in ("first", "middle", "last"))
    return int("".join(digits))


def with_ranges(text: str, mentions: Sequence[Mention], series: Series, most: int, *, unnamed: bool = True) -> list[Mention]:
    """The mentions; those that are the ends of a range become one mention of all that it holds.

    Args:
        text: What a person typed.
        mentions: In order and without overlap.
        series: The map's numbered names.
        most: A range that holds more is left as it is.
        unnamed: Look for ranges too whose ends no mention covers.
    """
    out: list[Mention] = []
    rest = list(mentions)
    while rest:
        mention = rest.pop(0)
        group, start, end = _range(text, mention, rest, series)
        if group and len(group) <= most:
            rest = [other for one in rest if (other := _behind(text, one, end)) is not None]
            out = [other for other in out if other.end <= start]
            mention = replace(mention, start=start, end=end, candidates=group, plural=False, loose=False, each=True)
        out.append(mention)
    for pair in _pairs(text, out, series, most) if unnamed else ():
        head = next((m for m in out if not text[m.end : pair.start].strip() and set(pair.candidates) <= set(m.candidates)), None)
        if head is not None:  # "aisle" of "aisle 1-3"
            out.remove(head)
        out.append(pair if head is None else replace(pair, start=head.start))
    return sorted(out, key=lambda m: m.start)


def _behind(text: str, mention: Mention, end: int) -> Mention | None:
    """What of a mention stands behind the number that ends a range: of 307到311的迷你吧 the last one; None where nothing does."""
    if mention.start >= end:
        return mention
    of = _OF_NUMBER.match(text, end, mention.end)
    return None if of is None else replace(mention, start=of.end())


def _range(text: str, mention: Mention, after: Sequence[Mention], series: Series) -> tuple[tuple[Candidate, ...], int, int]:
    """What a mention and the number or mention beside it hold between them, and where both stand."""
    open_ended = () if mention.each else _open_ended(text, mention, series)
    for group, end in (*_to_number(text, mention, series), *open_ended):
        if len(group) > 1:
            return group, mention.start, end
    if after and (group := _to_another(text, mention, after[0], series)):
        return group, mention.start, after[0].end
    first = _BEFORE.search(text[: mention.start])
    if first is not None and (value := numeral_value(first["first"])) is not None:
        for row, number in _rows(mention, series):
            if (group := series.between(row, int(value), number)) and _is_up(group, series):
                return group, first.start(), mention.end
    return (), 0, 0


def _open_ended(text: str, mention: Mention, series: Series) -> Iterator[tuple[tuple[Candidate, ...], int]]:
    """Ranges with one end, and where each ends."""
    for pattern, upwards in ((_UPWARDS, True), (_DOWNWARDS, False)):
        if (end := pattern.match(text, mention.end)) is not None:
            yield from ((series.beyond(row, number, upwards=upwards), end.end()) for row, number in _rows(mention, series))


def _to_number(text: str, mention: Mention, series: Series) -> Iterator[tuple[tuple[Candidate, ...], int]]:
    """Ranges from a mention to a number behind it, and where each ends."""
    for pattern in (_AFTER, _ON_TO):
        if (last := pattern.match(text, mention.end)) is not None:
            for row, number in _rows(mention, series):
                group = series.between(row, number, int(NUMBERS.get(last["last"].lower(), last["last"])))
                if pattern is _ON_TO or _meant(text, mention, group, series):
                    yield group, last.end()


def _to_another(text: str, mention: Mention, last: Mention, series: Series) -> tuple[Candidate, ...]:
    """What two mentions hold between them, where they are the ends of a range or of a round."""
    join = _JOIN.match(text, mention.end)
    joined = join is not None and join.end() == last.start
    around = not joined and _goes_by_all(text, mention.end, last.start)
    if not (joined or around):
        return ()
    ends = dict(_rows(last, series))
    groups = (series.between(row, number, ends[row]) for row, number in _rows(mention, series) if row in ends)
    return next((group for group in groups if group and (around or _meant(text, mention, group, series))), ())


def _goes_by_all(text: str, end: int, start: int) -> bool:
    """Whether what stands between two places makes them the ends of a round."""
    return bool(_ROUND.fullmatch(text, end, start) or (_WAY.fullmatch(text, end, start) and _EACH.search(text, start)))


def _rows(mention: Mention, series: Series) -> list[tuple[tuple[str, str], int]]:
    return [member for candidate in mention.candidates for member in series.member.get(candidate, ())]


def _meant(text: str, mention: Mention, group: Sequence[Candidate], series: Series) -> bool:
    """Whether it is a range and no way from one end to the other; one that goes down is so in the plural alone."""
    if not group:
        return False
    if mention.plural or _plural_before(text, mention) or _headed(text, mention, series):
        return True
    return (
        group[0] in mention.candidates
        and len(group) >= _LEAST
        and not _LEAD.search(text[: mention.start])
        and _is_up(group, series)
    )


def _headed(text: str, mention: Mention, series: Series) -> bool:
    """Whether several of what a number counts are spoken of right before it: "all the rooms from 101 to 108"."""
    head = _HEADS.search(text[: mention.start])
    rows = series.heads.get((stem(head["head"]),), ()) if head is not None else ()
    return any(row in rows for row, _ in _rows(mention, series))


def _is_up(group: Sequence[Candidate], series: Series) -> bool:
    """Whether the numbers of a range go up."""
    first, last = (dict(series.member[one]) for one in (group[0], group[-1]))
    return any(first[row] < last[row] for row in first if row in last)


def _plural_before(text: str, mention: Mention) -> bool:
    words = text[mention.start : mention.end].split()
    return len(words) > 1 and words[-2].lower() != stem(words[-2])


def _pairs(text: str, mentions: Sequence[Mention], series: Series, most: int) -> Iterator[Mention]:
    """Ranges whose ends no name covers: "rooms 101-105", "106 to 108"."""
    for match in _PAIR.finditer(text):
        start, end = match.span()
        word = _WORD_BEFORE.search(text[:start])
        head = stem(word[1]) if word else ""
        rows = list(series.heads.get((head,), ())) or [
            row for row in series.rows if row[0] == "place" and min(len(match["first"]), len(match["last"])) >= 3
        ]
        low, high = int(match["first"]), int(match["last"])
        groups = {group for row in rows if low <= high and (group := series.between(row, low, high))}
        taken = any(m.start < end and start < m.end for m in mentions)
        if len(groups) != 1 or taken or _UNIT.match(text, end) or _LEAD.search(text[:start]):
            continue
        (group,) = groups
        if 1 < len(group) <= most:
            yield Mention(start, end, group, each=True)
