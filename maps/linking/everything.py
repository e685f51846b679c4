"""Everything that is somewhere and can be carried: "take everything in the hall to ...", "take the lot over", 东西都搬走."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from maps.linking.clauses import carries, sentences_between
from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.places_beside import places_beside
from maps.linking.stems import CJK

__all__ = ["with_everything"]

_EVERYTHING = re.compile(
    r"\b(?:everything|all\s+(?:of\s+)?(?:the\s+|that\s+|this\s+)?(?:stuff|things?)|the\s+(?:whole\s+|entire\s+)?lot|all\s+of\s+it"
    r"|(?:the|all)\s+(?:two|three|four|five|six)\s+things)\b(?!\s+of\b)|(?:所有|全部)的?东西|(?<=的)东西(?=[\uff0c,]?(?:[都全除]|一样不|统统))",
    re.IGNORECASE,
)
_REST = re.compile(
    "(?:里头|里面|里边|里|内)(?:[那这]?[几两三四五六]样)?[\uff0c,]?(?:除了?[^\uff0c,\u3002]{1,10}?(?:以外|之外|外)?|[^\uff0c,\u3002]{1,8}?除外)[\uff0c,]?"
    "(?P<all>(?:其他|其它|其余|别|剩下)的?(?:[仨俩]|东西)?|(?=都|全))"
)
"""All that is somewhere but for one thing, 免税店里头,收银机除外,其他的都搬去; the noun may be left out."""
_GOES = re.compile(
    r"\b(?:goes|go|moves?|comes|belongs?|is\s+to\s+go|should\s+go|has\s+to\s+go)\s+(?:over\s+|back\s+)?(?:to|in|into)\b",
    re.IGNORECASE,
)
_TAKEN = re.compile(r"[^\u3002\uff01\uff1f\uff1b]{0,16}?[送搬拿运移挪拉带收]")
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
        if not (carries(text, start) or _GOES.search(text, end, end + 60) or (CJK.match(text, start) and _TAKEN.match(text, end))):
            continue
        group = index.held_by(told or _last_place(text, mentions, mention), index.carried)
        if 0 < len(group) <= most:
            out.append((Mention(start, end, group, plural=True, loose=True), group))
    for place in _single_places(found):
        rest = _REST.match(text, place.end)
        if rest is None or not _TAKEN.match(text, rest.end()):
            continue
        start, end = rest.span("all")
        group = index.held_by(place.candidates, index.carried)
        free = not any(m.start < max(end, start + 1) and start < m.end for m, _ in out)
        if free and 0 < len(group) <= most:
            out.append((Mention(start, max(end, start + 1), group, plural=True, loose=True), group))
    return sorted(out, key=lambda pair: pair[0].start)


def _single_places(found: Sequence[tuple[Mention, Collection[Candidate]]]) -> list[Mention]:
    return [mention for mention, _ in found if len(mention.candidates) == 1 and mention.candidates[0].type == "place"]


def _last_place(text: str, mentions: Sequence[Mention], mention: Mention) -> Sequence[Candidate]:
    """The last place before a mention that nothing is carried to."""
    for before in reversed(mentions):
        single = before.end <= mention.start and len(before.candidates) == 1 and before.candidates[0].type == "place"
        if single and not _WHERE_TO.search(text, 0, before.start) and sentences_between(text, before.end, mention.start) < 2:
            return before.candidates
    return ()
