"""Single words that may be a verb or an adjective as well as a name: by what stands around them they are one or the other."""

from __future__ import annotations

from collections.abc import Sequence

from maps.everyday_words import everyday
from maps.linking.phrases import ALIAS, PART, Phrase
from maps.linking.stems import Token
from maps.ordinary_words import DETERMINERS

__all__ = ["by_itself", "goes_there", "is_so"]

_COPULAS = frozenset("is are was were be isn't aren't it's it".split())
_MOVES = frozenset(
    "go drive return report move walk head run travel get come roll race proceed back charge dock switch turn".split()
)


def is_so(tokens: Sequence[Token], at: int, phrase: Phrase) -> bool:
    """Whether one word tells what something is like: "is it free", no duty free shop."""
    before = tokens[at - 1].lower if at and not tokens[at].apart else ""
    return phrase.quality > ALIAS and before in _COPULAS and tokens[at].lower in everyday("qualities")


def by_itself(tokens: Sequence[Token], at: int, phrase: Phrase) -> bool:
    """Whether one word is a place's name in a list: "study, bathroom, laundry"."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    alone = (not at or tokens[at].apart or tokens[at].comma) and after is not None and after.comma and not after.apart
    return alone and phrase.quality <= ALIAS and all(candidate.type == "place" for candidate in phrase.best)


def goes_there(tokens: Sequence[Token], at: int, phrase: Phrase) -> bool:
    """Whether one word is what goes somewhere, where no verb is: "drill to the lab, please"."""
    if phrase.quality > PART or tokens[at].stem in _MOVES or any(candidate.type != "thing" for candidate in phrase.best):
        return False
    begins = not at or tokens[at].apart or tokens[at].comma or tokens[at - 1].lower in ("and", "then")
    behind = [token.lower for token in tokens[at + 1 : at + 3]]
    return begins and len(behind) == 2 and behind[0] in ("to", "into", "onto") and behind[1] in DETERMINERS
