"""Spans: every stretch of words that matches a phrase of the map, as it is spelled or nearly so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from maps.everyday_words import known_word
from maps.linking.index import NameIndex, together
from maps.linking.joined import turned_round
from maps.linking.mention import Candidate
from maps.linking.phrases import ALIAS, KIND, LEAD, Phrase
from maps.linking.same_words import noun_words
from maps.linking.single_words import by_itself, goes_there, is_so
from maps.linking.spelling import Near
from maps.linking.stems import SKIPPED, Token
from maps.ordinary_words import ARTICLES, DETERMINERS, ORDINARY, POSSESSIVES, PREPOSITIONS, VERBS

__all__ = ["FEATURES", "Span", "chosen_spans"]

FEATURES = frozenset(("place", "thing", "door"))
LONGEST_PHRASE = 8
_IN_PLACE = frozenset("in at to from into".split())
_TITLES = frozenset("mr mrs ms miss dr doctor prof professor sir sister".split())
"""Before somebody's name: "Mrs Hall" is no hall."""
_OF_TIME = frozenset("for before after until till since during".split())
"""Words that make what a name begins with no name: "for breakfast"."""
_HAPPENS = frozenset("is was will has had starts started begins began ends ended runs finishes comes".split())
"""Words behind what takes place: "breakfast is at six"."""
_BEFORE_PLACES = (DETERMINERS - {"that"}) | PREPOSITIONS | {"to"}
_ANY = frozenset("a an another some any".split())
_AFTER_CODE = frozenset(
    "and or to then over into in at on from for with please instead thanks now too first next after before is has".split()
)
"""What may follow "two a" where that is a room."""
_ADVERBS = frozenset(
    tuple(two.split())
    for two in "next door|in case|on board|by hand|in charge|in line|on hand|at hand|on hold|in person".split("|")
)
"""Two words that tell how or where and name nothing, where no article makes a noun of the second: "the pump next door"."""
_OBJECTS = ARTICLES | POSSESSIVES - {"its"} | frozenset("me us him them it anything something everything some here".split())
_BEFORE_IMPERATIVES = frozenset("you u ya please pls and then just also now must should kindly".split())
_BEFORE_VERBS = frozenset("want need have like try able ready going you us him her them how remember forget".split())
MOST_WRONG = 2
"""So many words of one name may be misspelled."""


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens ``first`` to ``last``, both included, that match a phrase.

    Attributes:
        first: The first token.
        last: The last one.
        phrase: What it can mean.
        candidates: What is kept of that.
        key: The words of the phrase.
        wrong: So many letters differ from it.
        doubtful: A single word that may be a verb.
    """

    first: int
    last: int
    phrase: Phrase
    candidates: tuple[Candidate, ...]
    key: str
    wrong: int = 0
    doubtful: bool = False

    @property
    def quality(self) -> int:
        """How good the match is."""
        return self.phrase.quality

    @property
    def words(self) -> int:
        """How many tokens."""
        return self.last - self.first + 1


def chosen_spans(tokens: Sequence[Token], index: NameIndex) -> list[Span]:
    """The longest matches, the better and the earlier of two as long, without overlap, in order."""
    found = sorted(_spans(tokens, index), key=lambda span: (-span.words, span.wrong, span.quality, span.first))
    found = [_verb_alone(span, found, tokens) for span in _plausible(found, tokens)]
    taken = [False] * len(tokens)
    chosen: list[Span] = []
    for span in found:
        if not any(taken[span.first : span.last + 1]):
            taken[span.first : span.last + 1] = [True] * span.words
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.first)


def _spans(tokens: Sequence[Token], index: NameIndex) -> Iterator[Span]:
    near = [index.spelling.beside(token.stem) for token in tokens]
    for first, token in enumerate(tokens):
        if token.lower in ARTICLES:
            continue
        spelled = {span.last: span for span in _as_spelled(tokens, first, index)}
        yield from spelled.values()
        if token.lower not in ORDINARY or (first and tokens[first - 1].lower in DETERMINERS):
            for last, key in turned_round(tokens, first, index):
                yield from _match(tokens, first, last, (key,), index)
        if first not in spelled and first and token.stem in index.by_use and _alone_in_place(tokens, first):
            phrase = index.by_use[token.stem]
            yield Span(first, first, phrase, phrase.best, token.stem)
        if not any(near[first : first + LONGEST_PHRASE]):
            continue
        for span in _misspelled(tokens, near, first, index):
            if span.last not in spelled:
                yield span


def _as_spelled(tokens: Sequence[Token], first: int, index: NameIndex) -> Iterator[Span]:
    key = tight = ""
    for last in range(first, min(len(tokens), first + LONGEST_PHRASE)):
        token = tokens[last]
        if last > first and (token.apart or (token.comma and not index.commas)):
            return
        if last > first and token.lower in SKIPPED:
            if f"{key} {token.stem}" in index.phrases:  # "ward a", where that is a name
                yield from _match(tokens, first, last, (f"{key} {token.stem}",), index)
            elif token.lower == "a" and key.isdigit() and (coded := index.joined.get(f"{tight}a")) and _ends_at(tokens, last):
                yield from _match(tokens, first, last, coded, index)
            continue
        key = f"{key} {token.stem}" if key else token.stem
        tight += together(token.stem)
        keys = (key,) if key in index.phrases else index.joined.get(tight, ())
        if keys:
            yield from _match(tokens, first, last, keys, index)


def _ends_at(tokens: Sequence[Token], at: int) -> bool:
    """Whether no noun follows a word, so that an "a" is a letter: "over to two a instead"."""
    return at + 1 == len(tokens) or tokens[at + 1].apart or tokens[at + 1].comma or tokens[at + 1].lower in _AFTER_CODE


def _misspelled(tokens: Sequence[Token], near: Sequence[Near], first: int, index: NameIndex) -> list[Span]:
    """Matches in which a word or two is misspelled: of each stretch, the phrases that are nearest to it.

    One word by itself must be long and begin rightly; in a phrase of several, the other words tell.
    """
    found: dict[int, list[tuple[int, str]]] = {}
    open_: list[tuple[int, str, int, int]] = []  # next token, phrase so far, letters wrong, words wrong
    stem = tokens[first].stem
    for word, away in index.spelling.alone(stem):
        if word in index.phrases:
            found.setdefault(first, []).append((away, word))
    if stem in index.prefixes:
        open_.append((first + 1, stem, 0, 0))
    open_ += [(first + 1, word, away, 1) for word, away in near[first] if word in index.prefixes]
    while open_:
        at, key, wrong, words = open_.pop()
        if at >= min(len(tokens), first + LONGEST_PHRASE) or tokens[at].apart or (tokens[at].comma and not index.commas):
            continue
        if tokens[at].lower in SKIPPED:
            open_.append((at + 1, key, wrong, words))
            continue
        for word, away in ((tokens[at].stem, 0), *(near[at] if words < MOST_WRONG else ())):
            longer = f"{key} {word}"
            if wrong + away and longer in index.phrases:
                found.setdefault(at, []).append((wrong + away, longer))
            if longer in index.prefixes:
                open_.append((at + 1, longer, wrong + away, words + (away > 0)))
    spans: list[Span] = []
    for last, matches in found.items():
        fewest = min(wrong for wrong, _ in matches)
        keys = sorted(key for wrong, key in matches if wrong == fewest)
        spans += (replace(span, wrong=fewest) for span in _match(tokens, first, last, keys, index))
    return spans


def _match(tokens: Sequence[Token], first: int, last: int, keys: Sequence[str], index: NameIndex) -> Iterator[Span]:
    """The span of a stretch that matches these phrases equally well."""
    phrase = index.phrases[keys[0]]
    if len(keys) > 1:
        matches: dict[Candidate, int] = {}
        for key in keys:
            for candidate, quality in index.phrases[key].matches.items():
                matches[candidate] = min(quality, matches.get(candidate, quality))
        phrase = Phrase.of(matches)
    if last > first or _noun_like(tokens, first, phrase):
        yield Span(first, last, phrase, phrase.best, keys[0])
    elif tokens[first].lower in VERBS:
        yield Span(first, last, phrase, phrase.best, keys[0], doubtful=True)


def _alone_in_place(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word stands behind a word of place, without an article and before no other noun: "in treatment"."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if tokens[at].stem in VERBS and not tokens[at].plural:
        return False  # "to return", not "to returns"
    ends = after is None or after.apart or after.comma or after.lower in ORDINARY or known_word(after.lower)
    return tokens[at - 1].lower in _IN_PLACE and not tokens[at].apart and not tokens[at].comma and ends


def _verb_like(tokens: Sequence[Token], at: int) -> bool:
    """Whether one word has the place of a verb and an object behind it: "milk the cows", "could you book me a flight"."""
    if at + 1 == len(tokens) or tokens[at + 1].lower not in _OBJECTS or tokens[at + 1].apart or tokens[at + 1].comma:
        return False
    if tokens[at].text[:1].isupper() and at and not tokens[at].apart:  # "tell Maya this, and Jonas that"
        return False
    before = tokens[at - 1].lower if at and not tokens[at].apart else ""
    if before == "to":
        return at > 1 and tokens[at - 2].lower in _BEFORE_VERBS
    return before == "" or before in _BEFORE_IMPERATIVES


def _adverbial(tokens: Sequence[Token], at: int) -> bool:
    """Whether one word and the one before it are an adverb, "next door", and not a noun with its adjective, "the next door"."""
    if not at or tokens[at].apart or (tokens[at - 1].lower, tokens[at].lower) not in _ADVERBS:
        return False
    return at < 2 or tokens[at - 1].apart or tokens[at - 2].lower not in DETERMINERS


def _begins_another_name(tokens: Sequence[Token], at: int, phrase: Phrase) -> bool:
    """Whether what something holds stands before a noun of its own: "the oil drum", where the map has an oil can."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is None or after.apart or after.comma or any(candidate.type == "place" for candidate in phrase.best):
        return False
    return after.stem in noun_words() and after.lower not in ORDINARY and not known_word(after.lower)


def _takes_place(tokens: Sequence[Token], at: int, phrase: Phrase) -> bool:
    """Whether what a place is for is told of and not the place: "breakfast is at six", "lunch will be late"."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is None or after.apart or after.comma or any(candidate.type != "place" for candidate in phrase.best):
        return False
    before = tokens[at - 1].lower if at and not tokens[at].apart else ""
    return after.lower in _HAPPENS and before not in _BEFORE_PLACES


def _noun_like(tokens: Sequence[Token], at: int, phrase: Phrase) -> bool:
    """Whether one word is used as a name: verbs and adverbs need an article before them."""
    word, stem = tokens[at].lower, tokens[at].stem
    if not phrase.types <= FEATURES:
        return True
    if _verb_like(tokens, at) or _adverbial(tokens, at) or is_so(tokens, at, phrase):
        return False
    if phrase.quality == LEAD and _takes_place(tokens, at, phrase):
        return False
    if phrase.quality == LEAD and at:
        before = tokens[at - 1].lower
        if (
            _begins_another_name(tokens, at, phrase)
            or before in _OF_TIME
            or (before in _ANY and all(candidate.type == "place" for candidate in phrase.best))
        ):
            return False
    if word not in ORDINARY and stem not in ORDINARY:
        return True
    before = tokens[at - 1].lower if at else ""
    if (word in VERBS or stem in VERBS) and (by_itself(tokens, at, phrase) or goes_there(tokens, at, phrase)):
        return True
    within = at > 1 and tokens[at - 2].lower in _IN_PLACE and before in DETERMINERS and _ends_at(tokens, at)
    return (
        (word in VERBS or stem in VERBS)
        and before in DETERMINERS
        and (phrase.quality <= KIND or (within and phrase.quality == LEAD))
    )


def _plausible(found: list[Span], tokens: Sequence[Token]) -> list[Span]:
    """Without verbs, and without parts of names that cut the full name of a place before them.

    A word that may be a verb is a noun behind a place that has an article: "the north hall fan". In "Ada's office light", where
    only Bob has a thing called "Bob's office light", the office is Ada's.
    """
    full = [s for s in found if s.quality <= ALIAS and not s.doubtful and s.candidates[0].type == "place"]
    after = {s.last + 1 for s in full if s.first and tokens[s.first - 1].lower in DETERMINERS}
    cuts: dict[int, int] = {}
    for span in full:
        if span.words > 1:
            for at in range(span.first + 1, span.last + 1):
                cuts[at] = max(cuts.get(at, 0), span.last)
    return [
        replace(span, doubtful=False)
        for span in found
        if not (span.doubtful and span.first not in after)
        and not (span.quality > ALIAS and span.first and tokens[span.first - 1].lower in _TITLES)
        and not (span.quality > ALIAS and span.first in cuts and cuts[span.first] < span.last)
    ]


def _verb_alone(span: Span, found: list[Span], tokens: Sequence[Token]) -> Span:
    """A skill named with its object leaves the object alone: of "water the plant" the skill is "water", the plant a mention."""
    if span.words == 1 or span.phrase.types & FEATURES:
        return span
    inner = [other for other in found if span.first < other.first and other.last == span.last and other.phrase.types & FEATURES]
    last = min((other.first - 1 for other in inner), default=span.last)
    while last > span.first and tokens[last].lower in SKIPPED:
        last -= 1
    return replace(span, last=last)
