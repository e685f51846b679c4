"""Quantities: "what's the temperature in 204" is asked of the instrument that measures it there, where no thing is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from maps.linking.clauses import sentences_between, within_clause
from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.stems import stems

__all__ = ["with_quantities"]

_QUANTITIES: tuple[tuple[re.Pattern[str], frozenset[str], re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(said, re.IGNORECASE), frozenset(names.split()), re.compile(unit, re.IGNORECASE), frozenset(others.split()))
    for said, names, unit, others in (
        (
            r"\b(?:temperatures?|temps?|how\s+(?:hot|cold|warm|cool))\b|温度|气温|(?:零下)?几度|多少度|冷不冷|热不热|多热|多冷",
            "thermometer thermostat temperature",
            r"deg|°|celsius|fahrenheit|^[cfk]$",
            "conditioner",
        ),
        (r"\bhumidity\b|\bhow\s+(?:humid|damp)\b|湿度", "humidity hygrometer moisture", "%?\\s*rh|humid", ""),
        (r"\bpressures?\b|压力|气压", "pressure manometer", "^m?bar$|^psi$|^k?pa$", ""),
        (r"\bvoltages?\b|电压", "voltage voltmeter", "^k?v$|volt", ""),
        (r"\bflow(?:\s+rates?)?\b|流量", "flow flowmeter", "/(?:s|min|h)$", ""),
        (r"\bweights?\b|\bhow\s+heavy\b|多重|重量|多少公斤|几公斤|几斤", "scale balance weighbridge", "", ""),
    )
)
"""How a quantity is said, words of the names of what measures it, its units, and names of what also tells it."""

_OWNER = re.compile(
    r"(?<!what)(?<!how)(?<!\bit)(?<!that)(?<!where)['\u2019]s?\s+(?:(?!the\b|our\b)\w+\s+)?$|(?:里面|里|内|上)?的$", re.IGNORECASE
)
_AND_IN = re.compile(r"\s*(?:,|and|&|,\s*and|[、和跟与及])\s*(?:(?:in|at|for)\s+)?(?:the\s+)?", re.IGNORECASE)
_OF = re.compile(r"\s+of\s+(?:(?:the|that|this|my|our|your|every|each|all|both|its)\s+)*", re.IGNORECASE)


def with_quantities(text: str, mentions: Sequence[Mention], index: NameIndex) -> list[Mention]:
    """The mentions, and one for each quantity that an instrument tells in the place that the text is about.

    Args:
        text: What a person typed.
        mentions: In order and without overlap.
        index: The map's names, and what is where.
    """
    found: list[Mention] = []
    for said, names, unit, others in _QUANTITIES:
        for match in said.finditer(text):
            start, end = match.span()
            taken = any(m.start < end and start < m.end for m in (*mentions, *found))
            if taken or _asked_of_a_thing(text, start, mentions) or _of_something_else(text, start, end, mentions):
                continue
            place = _place(text, start, end, mentions)
            if place is not None:
                among: Iterator[Candidate] = iter(index.held_by(place.candidates, index.kinds))
            elif not mentions:
                among = (candidate for candidate in index.kinds if candidate.type == "thing")
            else:
                continue
            things = [candidate for candidate in among if candidate.type == "thing"]
            group = tuple(c for c in things if _measures(c, names, unit, index)) or tuple(
                c for c in things if not others.isdisjoint(stems(f"{c.name} {index.kinds[c]}"))
            )
            if group and (place is not None or len(group) == 1):
                several = place is not None and len(place.candidates) > 1
                found.append(Mention(start, end, group, plural=several, loose=True))
    return sorted((*mentions, *found), key=lambda mention: mention.start)


def _asked_of_a_thing(text: str, at: int, mentions: Sequence[Mention]) -> bool:
    """Whether the clause names a thing that the quantity may be of."""
    things = (m for m in mentions if any(c.type != "place" for c in m.candidates))
    return any(within_clause(text, min(m.end, at), max(m.start, at)) for m in things)


def _of_something_else(text: str, start: int, end: int, mentions: Sequence[Mention]) -> bool:
    """Whether it is the quantity of what no mention covers: "the aquarium's temperature"."""
    if owner := _OWNER.search(text[:start]):
        return all(m.end != owner.start() for m in mentions)
    of = _OF.match(text, end)
    return of is not None and all(m.start != of.end() for m in mentions)


def _place(text: str, start: int, end: int, mentions: Sequence[Mention]) -> Mention | None:
    """The place that a quantity is asked of: the one behind it in its clause, else the last one before it."""
    places = [m for m in mentions if all(c.type == "place" for c in m.candidates)]
    behind = (m for m in places if m.start >= end and within_clause(text, end, m.start))
    before = [m for m in places if m.end <= start and sentences_between(text, m.end, start) < 2]
    return next(behind, None) or (_with_those_joined(text, before) if before else None)


def _with_those_joined(text: str, places: Sequence[Mention]) -> Mention:
    """The last of some places, with those that "and" joins to it: "in greenhouse 1 and in greenhouse 2 the humidity"."""
    last = places[-1]
    for place in reversed(places[:-1]):
        if _AND_IN.fullmatch(text, place.end, last.start) is None:
            break
        last = replace(last, start=place.start, candidates=tuple(dict.fromkeys((*place.candidates, *last.candidates))))
    return last


def _measures(candidate: Candidate, names: frozenset[str], unit: re.Pattern[str], index: NameIndex) -> bool:
    if not names.isdisjoint(stems(f"{candidate.name} {index.kinds[candidate]}")):
        return True
    said = index.units.get(candidate, "")
    return bool(said and unit.pattern and unit.search(said))
