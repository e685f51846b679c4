"""Doors said with the places that they belong to: 302的门, 主卧和儿童房的门, 车间那扇, "doors of the workshop and the store"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from maps.linking.clauses import sentences_between
from maps.linking.index import NameIndex
from maps.linking.left_out import LISTED_BEFORE
from maps.linking.mention import Candidate, Mention
from maps.linking.script import numeral_value
from maps.linking.stems import HAN_ROOM

__all__ = ["doors_of"]

_Found = tuple[Mention, Collection[Candidate]]
"""A mention, and all that it might mean."""

_NO_DOOR = "(?!口|廊|诊|卫|铃|禁|外|前|边|旁|后|里|票|把|牙|类)"
_DOOR = re.compile(
    f"{HAN_ROOM}(?:上|里|里面|那边)?"
    f"(?:(?:的)?(?:那扇)?(?P<door>门){_NO_DOOR}|(?P<that>那扇)(?!门|窗)|[锁关开](?P<shut>门)(?=[了没吗着]))"
)
_ALL_DOORS = re.compile(
    f"[\uff0c,]?\\s*(?:[这那]?[几两三四五六七八九十](?:个地方|个房间|间|处|个|边|扇)的?|(?:晚上|都|也)?)(?P<door>门){_NO_DOOR}"
)
"""Behind a list of places: 静室、药店、员工食堂,这三个地方的门."""
_WITH = re.compile(f"{HAN_ROOM}(?:、|和|与|及|跟|以及|还有|加上)")
_BESIDE = re.compile(f"{_WITH.pattern}|[\uff0c,]?\\s*")
_DOORS_OF = re.compile(
    r"(?:doors|gates)\s+(?:of|to|into|for|from|at)\s+(?:both\s+|all\s+)?(?:the\s+)?(?:rooms?\s+)?", re.IGNORECASE
)
_AND = re.compile(r"\s*(?:,\s*and|,|and|&)\s*(?:(?:of|to|into)\s+)?(?:the\s+)?", re.IGNORECASE)
_ITS = re.compile(f"它的(?P<door>门){_NO_DOOR}")


def doors_of(text: str, found: Sequence[_Found], index: NameIndex) -> list[_Found]:
    """The mentions, and one for each 门 behind a place; the places that are listed before it are said for their doors too.

    Args:
        text: What a person typed.
        found: Mentions in order, each with all that it might mean.
        index: The map's names.
    """
    out: list[_Found] = []
    for number, (mention, among) in enumerate(found):
        out.append((mention, among))
        kinds = _kinds(mention)
        listed = _listed(text, out, _WITH)
        if kinds == {"door"} and text[mention.end - 1] == "门":  # 库房跟锅炉房的门, where the map has the latter for a name
            out = [*out[:listed], *_theirs(out[listed:-1], index), out[-1]]
        if kinds != {"place"}:
            continue
        door = _DOOR.match(text, mention.end)
        if door is None and (many := _listed(text, out, _BESIDE)) < len(out) - 1:
            listed, door = many, _ALL_DOORS.match(text, mention.end)
        doors = () if door is None else _doors(mention.candidates, index)
        if door is None or not doors or (number + 1 < len(found) and found[number + 1][0].start < door.end()):
            continue
        which = next(name for name, said in door.groupdict().items() if said)
        numbers = _numbers_before(text, out[listed][0], [other for other, _ in out[:listed]], index)
        out = [*out[:listed], *numbers, *_theirs(out[listed:-1], index), out[-1]]
        out.append((Mention(*door.span(which), doors, loose=True), doors))
    out = _of_several(text, out, index)
    for its in _ITS.finditer(text):
        places = [m for m, _ in out if m.end <= its.start() and _kinds(m) == {"place"}]
        near = places and len(places[-1].candidates) == 1 and sentences_between(text, places[-1].end, its.start()) < 2
        if near and (doors := _doors(places[-1].candidates, index)):
            out.append((Mention(*its.span("door"), doors, loose=True), doors))
    return sorted(out, key=lambda pair: pair[0].start)


def _of_several(text: str, found: Sequence[_Found], index: NameIndex) -> list[_Found]:
    """The mentions; the places that "doors of the workshop, the test bay and the store" lists are said for their doors."""
    out: list[_Found] = []
    rest = list(found)
    while rest:
        pair = rest.pop(0)
        mention, taken = pair[0], 0
        of = _DOORS_OF.search(text, mention.start, mention.end + 20) if _kinds(mention) == {"door"} else None
        if of is None or of.start() >= mention.end:
            out.append(pair)
            continue
        alone = of.end() >= mention.end  # the first place is a mention of its own
        end = mention.end
        while taken < len(rest) and _kinds(rest[taken][0]) == {"place"}:
            start = rest[taken][0].start
            if not (start == of.end() if alone and not taken else _AND.fullmatch(text, end, start)):
                break
            end = rest[taken][0].end
            taken += 1
        theirs = _theirs(rest[:taken], index)
        told = any(_kinds(doors) == {"door"} for doors, _ in theirs)
        out += theirs if alone and told else [pair, *theirs]
        rest = rest[taken:]
    return out


def _kinds(mention: Mention) -> set[str]:
    return {candidate.type for candidate in mention.candidates}


def _theirs(places: Sequence[_Found], index: NameIndex) -> list[_Found]:
    """For each of some places its doors; itself where it has none."""
    doors = [_doors(place.candidates, index) for place, _ in places]
    return [
        (Mention(pair[0].start, pair[0].end, theirs, loose=True), theirs) if theirs else pair
        for pair, theirs in zip(places, doors, strict=True)
    ]


def _doors(places: Sequence[Candidate], index: NameIndex) -> tuple[Candidate, ...]:
    return tuple(candidate for candidate in index.held_by(places, index.kinds) if candidate.type == "door")


def _listed(text: str, found: Sequence[_Found], join: re.Pattern[str]) -> int:
    """The first of the single places that end in a list with the last mention."""
    first = len(found) - 1
    while first and len(found[first - 1][0].candidates) == 1 and found[first - 1][0].candidates[0].type == "place":
        if not join.fullmatch(text, found[first - 1][0].end, found[first][0].start):
            break
        first -= 1
    return first


def _numbers_before(text: str, place: Mention, before: Sequence[Mention], index: NameIndex) -> list[_Found]:
    """The doors of places whose numbers, which are no mentions, are listed before a place: 打开101和103的门."""
    found: list[_Found] = []
    start = place.start
    while (earlier := LISTED_BEFORE.search(text[max(0, start - 12) : start])) is not None:
        begin = max(0, start - 12) + earlier.start()
        end = begin + len(earlier["said"])
        value = numeral_value(earlier["number"]) if not re.search("[a-zA-Z]", earlier["number"]) else None
        one = None if value is None else index.series.place(int(value))
        doors = () if one is None else _doors((one,), index)
        if not doors or any(other.start < end and begin < other.end for other in before):
            break
        found.insert(0, (Mention(begin, end, doors, loose=True), doors))
        start = begin
    return found
