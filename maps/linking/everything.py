"""Everything that is somewhere and can be carried: "take everything in the hall to ...", "take the lot over", 东西都搬走."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from maps.linking.clauses import carries, sentences_between
from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.places_beside import places_beside

__all__ = ["with_everything"]

_EVERYTHING = re.compile(
    r"\b(?:everything|all\s+(?:of\s+)?(?:the\s+|that\s+|this\s+)?(?:stuff|things?)|the\s+(?:whole\s+|entire\s+)?lot|all\s+of\s+it"
    r"|(?:the|all)\s+(?:two|three|four|five|six)\s+things)\b(?!\s+of\b)|(?:所有|全部)的?东西|(?<=[里内中上]的)东西(?=[都全])",
    re.IGNORECASE,
)
_GOES = re.compile(
    r"\b(?:goes|go|belongs?|is\s+to\s+go|should\s+go|has\s+to\s+go)\s+(?:over\s+|back\s+)?(?:to|in|into)\b", re.IGNORECASE
)
_WHERE_TO = re.compile(r"\b(?:to|into|onto|for)\s+(?:the\s+|our\s+|my\s+)?$|[到往去给]$", re.IGNORECASE)


def with_everything(
    text: str, found: Sequence[tuple[Mention, Collection[Candidate]]], index: NameIndex, most: int
) -> list[tuple[Mention, Collection[Candidate]]]:
    """The mentions, and one for each "everything" that is to be carried: what stands in the place beside it or named before it.

    Args:
        text: What a person typed.
        found: Mentions in order, each with all that it might mean; what they cover stays theirs.
        index: The map's names, and what is where.
        most: Where more is, it is left as it is.
    """
    out = list(found)
    told: Sequence[Candidate] = ()
    for match in _EVERYTHING.finditer(text):
        start, end = match.span()
        mentions = [mention for mention, _ in out]
        if any(m.start < end and start < m.end for m in mentions):
            continue
        mention = Mention(start, end, (), loose=True)
        told = places_beside(text, sorted((*mentions, mention), key=lambda m: m.start), mention) or told
        if not (carries(text, start) or _GOES.search(text, end, end + 60)):
            continue
        group = index.held_by(told or _last_place(text, mentions, mention), index.carried)
        if 0 < len(group) <= most:
            out.append((Mention(start, end, group, plural=True, loose=True), group))
    return sorted(out, key=lambda pair: pair[0].start)


def _last_place(text: str, mentions: Sequence[Mention], mention: Mention) -> Sequence[Candidate]:
    """The last place before a mention that nothing is carried to."""
    for before in reversed(mentions):
        single = before.end <= mention.start and len(before.candidates) == 1 and before.candidates[0].type == "place"
        if single and not _WHERE_TO.search(text, 0, before.start) and sentences_between(text, before.end, mention.start) < 2:
            return before.candidates
    return ()
