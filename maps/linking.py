"""Linking: which stretches of a text name places, things, doors (or skills), and what each can mean.

Longest match over names, aliases, parts of names, kinds and attributes, tolerant of case, plurals, articles and typos; "in the
lobby" and "lobby bin" choose among several. Deterministic; a text that names nothing links to nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from maps.ordinary_words import ARTICLES, DETERMINERS, NUMBERS, ORDINARY, PREPOSITIONS, VERBS

if TYPE_CHECKING:
    from maps.world import World

__all__ = ["Candidate", "Linked", "Mention", "NameIndex", "link"]

EXACT, ALIAS, PART, KIND = range(4)
"""How good a match is, best first."""

FEATURES = frozenset(("place", "thing", "door"))
GROUP_LIMIT = 8
LONGEST_PHRASE = 7
_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_SKIPPED = ARTICLES | {"number", "no", "nr"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a mention can mean. ``type`` is place, thing, door, or what ``extra`` called it."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the text, in characters, and what it can mean, best first.

    ``plural``: its last word is one. ``loose``: it is no full name or alias, but a part of one, a kind, or chosen by a place.
    """

    start: int
    end: int
    candidates: tuple[Candidate, ...]
    plural: bool = False
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """A text with its mentions, in order and without overlap."""

    text: str
    mentions: tuple[Mention, ...]

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All candidates, each once, in the order of their mentions."""
        return tuple(dict.fromkeys(c for mention in self.mentions for c in mention.candidates))


@dataclass(frozen=True)
class NameIndex:
    """Everything that a map's features are called, ready for look-up.

    Attributes:
        phrases: Stemmed words joined by spaces -> candidates with the quality of the match.
        joined: The same phrases without spaces, for "tool box" and "toolbox".
        words: Every stemmed word of a phrase, for typos.
        scripts: Names in scripts without spaces -> candidates.
        inside: Thing or door -> names of the places that it is in or joins.
    """

    phrases: Mapping[str, Mapping[Candidate, int]]
    joined: Mapping[str, str]
    words: frozenset[str]
    scripts: Mapping[str, tuple[Candidate, ...]]
    inside: Mapping[Candidate, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, extra: Iterable[tuple[str, str, Iterable[str]]] = ()) -> NameIndex:
        """Index a world.

        Args:
            world: The map.
            extra: More that can be named: ``(type, name, phrases)``, e.g. a user's skills with the verbs people use for them.
        """
        builder = _Builder()
        for place in world.places.values():
            builder.feature(Candidate("place", place.name), place.aliases, place.kind)
        for thing in world.things.values():
            attributes = {str(key): str(value) for key, value in thing.attributes.items()}
            builder.feature(Candidate("thing", thing.name), thing.aliases, thing.kind, attributes)
        for door in world.doors.values():
            builder.feature(Candidate("door", door.name), door.aliases, door.kind)
        for type_, name, phrases in extra:
            builder.verb(Candidate(type_, name), (*phrases, name.replace("_", " ")))
        inside = {Candidate("door", door.name): frozenset(door.between) for door in world.doors.values()}
        for thing in world.things.values():
            place_name = thing.place
            if place_name is None:
                spot = world.place_at(thing.position)
                place_name = spot.name if spot else None
            if place_name is not None:
                inside[Candidate("thing", thing.name)] = frozenset((place_name,))
        joined = {key.replace(" ", ""): key for key in builder.phrases}
        words = frozenset(word for key in builder.phrases for word in key.split())
        return cls(builder.phrases, joined, words, {k: tuple(v) for k, v in builder.scripts.items()}, inside)


class _Builder:
    """Collects phrases."""

    def __init__(self) -> None:
        self.phrases: dict[str, dict[Candidate, int]] = {}
        self.scripts: dict[str, list[Candidate]] = {}

    def feature(self, candidate: Candidate, aliases: Iterable[str], kind: str, attributes: Mapping[str, str] | None = None) -> None:
        """Index a feature's name, aliases, parts of names, kind, and kind or head noun with its attributes and number."""
        attributes = attributes or {}
        heads = set()
        for quality, name in ((EXACT, candidate.name), *((ALIAS, alias) for alias in aliases)):
            if _CJK.search(name):
                self.scripts.setdefault(name.casefold(), []).append(candidate)
                continue
            words = _stems(name)
            self.add(words, candidate, quality)
            core = words
            while len(core) > 1 and (core[-1].isdigit() or len(core[-1]) == 1):
                core = core[:-1]
                self.add(core, candidate, PART)
            for cut in range(1, len(core)):
                self.add(core[cut:], candidate, PART)
                self.add(words[cut:], candidate, PART)
            heads.add(core[-1:])
        kinds = _stems(kind)
        if kinds and candidate.type != "zone":
            self.add(kinds, candidate, KIND)
            heads.add(kinds)
        for head in heads:
            for key, value in attributes.items():
                for words in _qualities(key, value):
                    self.add(words + head, candidate, PART)
            if number := _stems(attributes.get("number", "")):
                self.add(head + number, candidate, PART)

    def verb(self, candidate: Candidate, phrases: Iterable[str]) -> None:
        """Index a skill's phrases with the forms of their first word."""
        for phrase in phrases:
            if _CJK.search(phrase):
                self.scripts.setdefault(phrase.casefold(), []).append(candidate)
                continue
            first, *rest = _stems(phrase) or ("",)
            if first:
                doubled = first + first[-1]
                for form in (
                    first,
                    f"{first}ing",
                    f"{first.removesuffix('e')}ing",
                    f"{doubled}ing",
                    f"{first.removesuffix('e')}ed",
                    f"{doubled}ed",
                ):
                    self.add((form, *rest), candidate, EXACT)

    def add(self, words: tuple[str, ...], candidate: Candidate, quality: int) -> None:
        """Index one phrase; the best quality of a candidate counts."""
        if not words or (quality > ALIAS and all(word.isdigit() or word in DETERMINERS or word in _GENERIC for word in words)):
            return
        known = self.phrases.setdefault(" ".join(words), {})
        known[candidate] = min(quality, known.get(candidate, quality))


_GENERIC = frozenset("room area side point part zone region machine safety tool supply storage".split())
"""Words that are too wide to name something when they are only a part of its name or its kind."""


def link(text: str, index: NameIndex, limit: int = 16) -> Linked:
    """Find the mentions in a text.

    Args:
        text: What a person typed.
        index: The map's names.
        limit: At most this many candidates in all; the largest groups are cut first.
    """
    tokens = [_Token(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
    for token in tokens:
        token.stem = _corrected(token.stem, index)
    found = sorted(_spans(tokens, index), key=lambda span: (-span.words, span.quality, span.first))
    found = [_verb_alone(span, found, tokens) for span in found]
    taken = [False] * len(tokens)
    chosen: list[_Span] = []
    for span in found:
        if not any(taken[span.first : span.last + 1]):
            taken[span.first : span.last + 1] = [True] * (span.last + 1 - span.first)
            chosen.append(span)
    chosen.sort(key=lambda span: span.first)
    mentions = [
        Mention(tokens[s.first].start, tokens[s.last].end, s.candidates, tokens[s.last].plural, s.quality > ALIAS)
        for s in _narrowed(chosen, tokens, index)
    ]
    mentions.extend(_script_mentions(text, index))
    mentions.sort(key=lambda mention: mention.start)
    return Linked(text, _limited(mentions, limit))


@dataclass(slots=True)
class _Token:
    text: str
    start: int
    end: int
    stem: str = ""

    def __post_init__(self) -> None:
        if self.text.lower().endswith(("'s", "\u2019s")):
            self.text, self.end = self.text[:-2], self.end - 2
        self.stem = _stem(self.text)

    @property
    def plural(self) -> bool:
        return self.text[-1:] in "sS" and len(_stem(self.text)) < len(self.text)

    @property
    def lower(self) -> str:
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class _Span:
    """Tokens ``first`` to ``last``, both included."""

    first: int
    last: int
    quality: int
    candidates: tuple[Candidate, ...]

    @property
    def words(self) -> int:
        return self.last - self.first + 1


def _spans(tokens: list[_Token], index: NameIndex) -> Iterator[_Span]:
    """Every stretch of tokens that matches a phrase."""
    for first in range(len(tokens)):
        if tokens[first].lower in ARTICLES:
            continue
        words: list[str] = []
        for last in range(first, min(len(tokens), first + LONGEST_PHRASE)):
            if last > first and tokens[last].lower in _SKIPPED:
                continue
            words.append(tokens[last].stem)
            key = " ".join(words)
            matches = index.phrases.get(key)
            if matches is None and (key := index.joined.get("".join(words), "")):
                matches = index.phrases[key]
            if matches is None:
                continue
            best = min(matches.values())
            group = tuple(c for c, quality in matches.items() if quality <= max(best, PART if best >= PART else best))
            if last == first and not _noun_like(tokens, first, group, best):
                continue
            yield _Span(first, last, best, group)


def _noun_like(tokens: list[_Token], at: int, group: tuple[Candidate, ...], quality: int) -> bool:
    """Whether one word is used as a name: verbs and adverbs need an article before them."""
    word = tokens[at].lower
    if any(candidate.type not in FEATURES for candidate in group):
        return True
    if word not in ORDINARY and tokens[at].stem not in ORDINARY:
        return True
    before = tokens[at - 1].lower if at else ""
    return (word in VERBS or tokens[at].stem in VERBS) and before in DETERMINERS and quality <= PART


def _verb_alone(span: _Span, found: list[_Span], tokens: list[_Token]) -> _Span:
    """A skill named with its object leaves the object alone: of "water the plant" the skill is "water", the plant a mention."""
    if span.words == 1 or any(c.type in FEATURES for c in span.candidates):
        return span
    inner = [
        other
        for other in found
        if span.first < other.first and other.last == span.last and any(c.type in FEATURES for c in other.candidates)
    ]
    last = min((other.first - 1 for other in inner), default=span.last)
    while last > span.first and tokens[last].lower in _SKIPPED:
        last -= 1
    return replace(span, last=last)


def _narrowed(spans: list[_Span], tokens: list[_Token], index: NameIndex) -> list[_Span]:
    """Let places choose among things: "the bin in the lobby", "the lobby bin"."""
    out: list[_Span] = []
    for number, span in enumerate(spans):
        things = [c for c in span.candidates if c.type in ("thing", "door")]
        if len(things) > 1:
            after = spans[number + 1] if number + 1 < len(spans) else None
            if after is not None and _joined_by_preposition(tokens, span, after):
                inside = _inside(things, after, index)
                span = replace(span, candidates=inside) if inside else span
            elif out and out[-1].last + 1 == span.first:
                inside = _inside(things, out[-1], index)
                if inside:
                    span = replace(span, first=out.pop().first, candidates=inside)
        out.append(span)
    return out


def _joined_by_preposition(tokens: list[_Token], span: _Span, after: _Span) -> bool:
    between = [token.lower for token in tokens[span.last + 1 : after.first]]
    return bool(between) and between[0] in PREPOSITIONS and all(word in DETERMINERS or word in PREPOSITIONS for word in between)


def _inside(things: list[Candidate], span: _Span, index: NameIndex) -> tuple[Candidate, ...]:
    places = {candidate.name for candidate in span.candidates if candidate.type == "place"}
    return tuple(thing for thing in things if places & index.inside.get(thing, frozenset()))


def _script_mentions(text: str, index: NameIndex) -> Iterator[Mention]:
    """Names in scripts without spaces, longest first."""
    if not index.scripts or not _CJK.search(text):
        return
    folded = text.casefold()
    if len(folded) != len(text):
        return
    taken = [False] * len(text)
    for name in sorted(index.scripts, key=lambda n: (-len(n), n)):
        start = folded.find(name)
        while start >= 0:
            end = start + len(name)
            if not any(taken[start:end]):
                taken[start:end] = [True] * len(name)
                yield Mention(start, end, tuple(dict.fromkeys(index.scripts[name])))
            start = folded.find(name, end)


def _limited(mentions: list[Mention], limit: int) -> tuple[Mention, ...]:
    mentions = [replace(mention, candidates=mention.candidates[:GROUP_LIMIT]) for mention in mentions]
    while len({c for m in mentions for c in m.candidates}) > limit:
        largest = max(range(len(mentions)), key=lambda i: (len(mentions[i].candidates), i))
        if len(mentions[largest].candidates) == 1:
            mentions.pop()
        else:
            mentions[largest] = replace(mentions[largest], candidates=mentions[largest].candidates[:-1])
    return tuple(mentions)


def _qualities(key: str, value: str) -> Iterator[tuple[str, ...]]:
    """An attribute's value as words before a noun: colour "red", label "fragile", material "wood" or "wooden"."""
    words = _stems(value)
    if key == "unit" or not 0 < len(words) <= 2 or not all(word.isalpha() for word in words):
        return
    yield words
    if key == "material" and not words[-1].endswith("en"):
        yield (*words[:-1], f"{words[-1]}en")


def _stems(text: str) -> tuple[str, ...]:
    """The stemmed words of a name, without articles."""
    words = (match.group() for match in _WORD.finditer(text))
    return tuple(_stem(word.removesuffix("'s")) for word in words if word.lower() not in ARTICLES)


def _stem(word: str) -> str:
    """Lower case without accents, singular; numbers as digits."""
    plain = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode() or word.casefold()
    plain = plain.replace("\u2019", "'")
    plain = plain.removesuffix("'s").removesuffix("'")
    if plain in NUMBERS:
        return NUMBERS[plain]
    if len(plain) > 4 and plain.endswith("ies"):
        return f"{plain[:-3]}y"
    if len(plain) > 4 and plain.endswith(("ches", "shes", "xes", "sses")):
        return plain[:-2]
    if len(plain) > 3 and plain.endswith("s") and not plain.endswith(("ss", "us", "is")):
        return plain[:-1]
    return plain


def _corrected(stem: str, index: NameIndex) -> str:
    """The index's word that this one is a typo of, or the word itself."""
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    if len(stem) < 5 or not stem.isalpha() or stem in ORDINARY or stem in index.words or _gerund_of_ordinary(stem):
        return stem
    allowed = 1 if len(stem) < 8 else 2
    near = (word for word in index.words if len(word) >= 4 and word[0] == stem[0] and abs(len(word) - len(stem)) <= allowed)
    pool = sorted(word for word in near if word.isalpha())
    best = process.extractOne(stem, pool, scorer=DamerauLevenshtein.distance, score_cutoff=allowed)
    return best[0] if best else stem


def _gerund_of_ordinary(stem: str) -> bool:
    roots = {stem.removesuffix(end) for end in ("ing", "ed", "er", "ly", "d")}
    return any(root != stem and (root in ORDINARY or f"{root}e" in ORDINARY) for root in roots)
