"""What stands around words that no map knows and makes them no name: "like an oven", "past its date", "a pile of towels"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from maps.everyday_words import everyday
from maps.linking import Linked, Mention
from maps.linking.clauses import english_sentence_start, phrase_start

__all__ = ["Said", "names_nothing"]

_SEEKS = frozenset("find finding look looking search searching hunt hunting ask asking wait waiting scan check checking".split())
"""Verbs whose object stands behind "for"; after others, "for" tells a purpose: "take it there for my demo"."""
_BOUND_FOR = re.compile(
    r"\b(?:head|heading|make|making|leave|leaving|aim|aiming|bound|set\s+off|run|room|space)\s+for$", re.IGNORECASE
)
_COPULA = (
    r"(?:['\u2019](?:s|re|m)|\s+(?:is|are|was|were|am|has\s+been|have\s+been))"
    r"(?:\s+(?:not|just|only|really|now|actually|still|all|such))*"
)
_PREDICATE = re.compile(
    rf"\b(?:it|this|that|these|those|he|she|they|i|you|we|who|which|here|something|nothing|everything){_COPULA}$"
    r"|\b(?:be|been|being|become|becomes|becoming|than|such|quite|rather|call(?:ed)?\s+(?:it|me|you))$"
    r"|\b(?:feel|look|sound|smell|taste|seem|work|act|behave|is|was|are|were|it|just|more|much|not)\w*\s+(?:just\s+|more\s+)?like$"
    r"|(?:^|[,;(]\s*)like$|\bas$|\b(?:is|are|was|were)(?:n['\u2019]t)?\s+(?:it|this|that|he|she|they)$",
    re.IGNORECASE,
)
_COPULA_AFTER = re.compile(rf"{_COPULA}\s*", re.IGNORECASE)
_EXCLAIMED = re.compile(r"\bwhat$", re.IGNORECASE)
_EXCLUDED = re.compile(
    r"(?:(?<!\bdo\s)\bnot(?:\s+(?:in|on|at|to|from|by|near|into|inside|behind|under))?|\binstead\s+of|\bwithout|\brather\s+than)$",
    re.IGNORECASE,
)
_REASON = re.compile(r"\b(?:because|cause|cuz|coz|cos|since|so\s+that|in\s+case|so)\b[^,;.!?]*$", re.IGNORECASE)
_SPOKEN = re.compile(
    r"\b(?:(?:tell|telling|inform|informing|remind|reminding|warn|warning|ask|asking|notify|let)\s+(?!me\b|us\b)"
    r"|(?:say|saying|announce|announcing|shout|shouting|explain|mention)\b)[^,;.!?]*?(?:\b(?:that|whether|if)\b|:)(?P<words>[^;.!?]*)$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:tell|telling|remind|reminding|warn|warning|inform|informing)\s+(?!me\b|us\b)(?:(?:the|our|my|your)\s+)?[\w'\u2019]+$",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\s*(?:\.{2,}|[,;\u2026\u2014-]+)?\s*(?:no(?!\s+(?:hurry|rush|need|problem|worries|matter|one|stress|later)\b)|nah|nope|i\s+mean|i\s+meant|sorry"
    r"|scratch\s+that|or\s+rather|correction|make\s+that)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"(?:,|&|\+|\b(?:and|or|plus))$", re.IGNORECASE)
_ACTS = re.compile(
    r"(?:,|\band|\bthen)\s+(?:then\s+|also\s+|please\s+)*(?:go|come|get|take|bring|put|fetch|pick|carry|drop|leave|check|inspect|look|see|read|visit"
    r"|open|close|move|drive|return|explore|search|find|wait|report|tell|say)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\s+(?:which\s+is\s+|that\s+is\s+|that['\u2019]s\s+)?(?:by|beside|next\s+to|near|close\s+to|behind|under|underneath|above|below|opposite|against"
    r"|in\s+front\s+of|with)\s+",
    re.IGNORECASE,
)
_PUTS = re.compile(r"\b(?:put|place|leave|drop|set|bring|take|carry|move|store|park|stand|deliver|lay)\b", re.IGNORECASE)
_OF = re.compile(
    r"\s+(?:of|on|from)\s+(?:(?:the|that|this|my|our|your|all|all\s+(?:of\s+)?the|both|each|every|\d+|two|three)\s+)*",
    re.IGNORECASE,
)
_IN = re.compile(r"\s+(?:in|at|inside|on|from)\s+(?:the\s+|our\s+)?", re.IGNORECASE)
_ON = re.compile(r"\b(?:on|under|behind|beside|by|near|next\s+to)$", re.IGNORECASE)
_WHETHER = re.compile(r"\b(?:whether|if)$", re.IGNORECASE)
_NEXT_WORD = re.compile(r"\s+([\w-]+)")
_QUOTED = re.compile('"[^"]*"|\u201c[^\u201d]*\u201d|\u00ab[^\u00bb]*\u00bb|\u2018[^\u2019]*\u2019(?!\\w)')


@dataclass(frozen=True)
class Said:
    """A stretch of unknown words in its text.

    Attributes:
        linked: The text with its mentions.
        determiner: Where the word begins that introduces the stretch.
        start: Where the stretch begins.
        end: Where it ends.
    """

    linked: Linked
    determiner: int
    start: int
    end: int

    @cached_property
    def of_end(self) -> int:
        """Where it ends, with the mention that it stands before."""
        beside = (m.end for m in self.linked.mentions if m.start >= self.end and not self.linked.text[self.end : m.start].strip())
        return next(beside, self.end)

    @cached_property
    def introducer(self) -> str:
        """The word that introduces it."""
        return self.linked.text[self.determiner : self.start].split()[0].casefold()

    @cached_property
    def words(self) -> list[str]:
        """Its own words."""
        return self.linked.text[self.start : self.end].casefold().replace("\u2019", "'").split()

    @cached_property
    def lead(self) -> str:
        """The sentence before the word that introduces it."""
        text = self.linked.text
        return text[english_sentence_start(text, self.determiner) : self.determiner].rstrip()

    @cached_property
    def before(self) -> tuple[Mention, ...]:
        """The mentions before it."""
        return tuple(m for m in self.linked.mentions if m.end <= self.start)

    def mention_after(self, joined: re.Pattern[str]) -> Mention | None:
        """The mention behind it that these words join to it."""
        join = joined.match(self.linked.text, self.end)
        return None if join is None else next((m for m in self.linked.mentions if m.start == join.end()), None)

    def next_word(self) -> str:
        """The word that follows it directly."""
        after = _NEXT_WORD.match(self.linked.text, self.end)
        return after[1].casefold() if after else ""


def names_nothing(said: Said) -> bool:
    """Whether what stands around a stretch makes it no name that the operator could be asked about."""
    return (
        _part_of_something(said)
        or _quality_of_something(said)
        or _predicate(said)
        or _aside(said)
        or _passed_on(said)
        or _beside_what_is_known(said)
    )


def _part_of_something(said: Said) -> bool:
    """A part of something, or an amount of it: "its lid", "the impeller of the pump", "a pile of towels", "the south side"."""
    last = said.words[-1].removesuffix("'s")
    forms = {last, last.removesuffix("s"), last.removesuffix("es")}
    things = any(c.type == "thing" for m in said.before for c in m.candidates)
    if said.introducer == "its" or (things and forms & everyday("parts") and not _LISTED.search(said.lead)):
        return True
    if said.words[-1] in ("side", "end"):
        return True
    of = said.mention_after(_OF)
    if of is None:
        return False
    between = said.linked.text[said.end : of.start].split()
    return any(c.type == "thing" for c in of.candidates) and (between[0] == "of" or bool(forms & everyday("parts")))


def _quality_of_something(said: Said) -> bool:
    """Words before what is measured, where the text says of what: "the fill levels of the tanks"."""
    words = [said.next_word()] if not set(said.words) <= everyday("measures") else said.words
    return bool(said.linked.mentions) and any({word, word.removesuffix("s")} & everyday("measures") for word in words)


def _predicate(said: Said) -> bool:
    """What something is, or is like, and what is exclaimed: "be a darling", "feels like an oven", "what a mess"."""
    if _PREDICATE.search(said.lead) or (said.introducer in ("a", "an") and _EXCLAIMED.search(said.lead)):
        return True
    last = said.before[-1] if said.before else None
    return last is not None and _COPULA_AFTER.fullmatch(said.linked.text, last.end, said.determiner) is not None


def _aside(said: Said) -> bool:
    """Purposes, reasons, and what is left out or taken back: "for my demo", "because of the storm", "not on the lawn"."""
    if said.lead.casefold().endswith(" for") and not _BOUND_FOR.search(said.lead):
        phrase = said.lead[phrase_start(said.lead, len(said.lead)) :]
        return not any(word in _SEEKS for word in re.findall(r"\w+", phrase.casefold()))
    taken_back = _TAKEN_BACK.match(said.linked.text, said.of_end)
    return taken_back is not None or _EXCLUDED.search(said.lead) is not None or _REASON.search(said.lead) is not None


def _passed_on(said: Said) -> bool:
    """What is to be said to someone: "tell them that the truck is late", in quotes or not."""
    spoken = _SPOKEN.search(said.lead)
    if (spoken is not None and not _ACTS.search(spoken["words"])) or _TOLD.search(said.lead):
        return True
    return any(quoted.start() < said.start and said.end < quoted.end() for quoted in _QUOTED.finditer(said.linked.text))


def _beside_what_is_known(said: Said) -> bool:
    """What only tells where a known thing is, or what may be in a known place: "the clock next to my bed"."""
    last = said.before[-1] if said.before else None
    if last is not None and len(last.candidates) == 1 and _BESIDE.fullmatch(said.linked.text, last.end, said.determiner):
        text = said.linked.text
        return not _PUTS.search(text[phrase_start(text, last.start) : last.start])
    place = said.mention_after(_IN)
    if place is None or any(c.type != "place" for c in place.candidates):
        return False
    on_it = last is not None and _ON.search(said.lead) and not _PUTS.search(said.lead)
    return bool(on_it) or _WHETHER.search(said.lead) is not None
