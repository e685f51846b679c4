"""Spoken rules: what a mission says the robot must keep out of, as house rules for this mission.

"Go to the packing station, but stay out of the main aisle", 去打包台,不要经过主通道: no plan can say where *not* to drive. So the
words become rules beside those of the map: the verifier leads drives around what they forbid or refuses them, and the robot is
watched while it moves. What hangs on a condition ("until the floor is dry") makes no rule; nobody could tell when it ends.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maps import World
    from maps.linking.mention import Candidate, Mention
    from verifier.rules import HouseRule

__all__ = ["SPOKEN", "spoken_rules"]

SPOKEN = "the mission says so"
"""Why there is a rule that a mission speaks."""

_NOT = r"(?:\b(?:not|never|without|nor)|n['\u2019]t)"
_NEAR = r"near|anywhere\s+near|(?:too\s+)?close\s+to"
_THROUGH = rf"(?:through|into|inside|in|via|across|over|along|down|past|by|by\s+way\s+of|around\s+in|{_NEAR})"
_MOVING = r"(?:(?:go|travel|travell|roll|walk)(?:ing)?|(?:driv|com|mov)(?:e|ing)|(?:cut|get)(?:ting)?|run(?:ning)?)"
_THE = r"(?:the|any|all|both|either|our|my|your|that|this|those|these|of)"
_KEPT_OUT = re.compile(
    rf"(?:\bavoid(?:ing)?(?:\s+(?:{_MOVING}\s+)?{_THROUGH})?|\bbypass(?:ing)?"
    r"|\b(?:keep|keeping|stay|staying|steer|steering|remain|remaining)\s+(?:well\s+|right\s+)?(?:out\s+of|clear\s+of|away\s+from|off)"
    rf"|{_NOT}\s+(?:ever\s+|to\s+)?(?:{_MOVING}\s+(?:back\s+)?{_THROUGH}|(?:enter|cross|pass)(?:ing)?(?:\s+{_THROUGH})?|through|via)"
    rf")\s+(?:{_THE}\s+)*$",
    re.IGNORECASE,
)
_NOT_USED = re.compile(rf"{_NOT}\s+(?:ever\s+)?(?:us(?:e|ing)|tak(?:e|ing))\s+(?:{_THE}\s+)*$", re.IGNORECASE)
"""Places and doors alone: a thing that is not to be taken is no place to keep out of."""
_HAN_NOT = "(?:不要|不准|不许|不能|不可以?|不得|请勿|切勿|千万别|别)(?:再)?"
_HAN_KEPT_OUT = re.compile(
    f"(?:{_HAN_NOT}(?:经过|穿过|穿越|路过|走进|走|进入|进到|进|靠近|通过|横穿|闯入|碰到)"
    "|避免(?:经过|穿过|进入|走|靠近)?|(?:避|绕|躲)开|绕过|远离|不(?:经过|穿过|路过|走|进入|靠近|通过))(?:那个|那条|那间|这个|这条|这间|所有的?|任何)?$"
)
_HAN_FROM = re.compile(f"(?:{_HAN_NOT}|不)从(?:那个|那条|这个|这条)?$")
_HAN_THROUGH = re.compile("(?:里|里面|那边|那里|中间)?(?:走|过|穿|经过|通过)")
_AND = re.compile(r"\s*(?:,|(?P<last>,?\s*(?:\band\b|\bor\b|\bnor\b|&|[、和跟与及或])))\s*(?:the\s+)?", re.IGNORECASE)
_UNNEEDED = re.compile(
    r"(?:\bno\s+need\s+to|\bneed\s*(?:not|n['\u2019]t)(?:\s+to)?|(?:do(?:es)?\s*(?:not|n['\u2019]t)|not)\s+(?:have|need)\s+to"
    r"|\b(?:if|when|whenever|should|unless|why|did|does|can\s*not|cannot|can['\u2019]t|could\s*n['\u2019]t)\b[^,.;!?]*|不用|不必|不需要|无需|如果[^,\uff0c]*|为什么[^,\uff0c]*)\s*$",
    re.IGNORECASE,
)
_FOR_A_TIME = re.compile(
    r"^[^.;!?\u3002\uff1b\uff01\uff1f]*?(?:\b(?:until|till|unless|before|after|when|whenever|while|if|without|except|once|as\s+long\s+as|during|between)\b"
    "|[之以]前|[之以]后|的时候|的话|直到|除非|期间)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;!?\u3002\uff1b\uff01\uff1f\n]|,\s*(?:and\s+)?(?:then|but)\b|[\uff0c,](?:然后|再|但)")
_PREDICATE = {"place": "at", "zone": "in", "door": "crosses", "thing": "near"}


def spoken_rules(mission: str, world: "World") -> "tuple[HouseRule, ...]":
    """The rules that a mission speaks.

    Args:
        mission: What the operator said.
        world: The map.

    Returns:
        One rule for each place, zone, door or thing that the robot is told to keep out of, away from or not to pass, in the order
        of their mention.
    """
    if not _may_speak(mission):
        return ()
    from maps.linking import index_of, link

    zones = [("zone", zone.name, zone.aliases) for zone in world.zones.values()]
    mentions = link(mission, index_of(world, zones)).mentions
    named = dict.fromkeys(candidate for meant in _avoided(mission, mentions) for candidate in meant)
    return tuple(_rule(candidate, world) for candidate in named if candidate.type in _PREDICATE)


def _may_speak(mission: str) -> bool:
    """Whether any word speaks of keeping out; most missions have none, and need no look at the map's names."""
    return re.search(rf"\bavoid|\bbypass|\b(?:keep|stay|steer|remain)|{_NOT}|[不别避绕躲勿远]", mission, re.IGNORECASE) is not None


def _avoided(mission: str, mentions: "tuple[Mention, ...]") -> "Iterator[tuple[Candidate, ...]]":
    """What each of the mentions means that are told to be kept out of."""
    before: Mention | None = None
    listed: list[Mention] = []
    for mention in mentions:
        joint = None if before is None else _AND.fullmatch(mission[before.end : mention.start])
        if joint is not None:  # "the lab, the office and bay 1"; after a comma alone something else may begin
            listed.append(mention)
            if joint["last"]:
                yield from (each.candidates for each in listed)
                listed.clear()
            before = mention
            continue
        listed.clear()
        before = mention if (meant := _told(mission, mention)) else None
        yield meant


def _told(mission: str, mention: "Mention") -> "tuple[Candidate, ...]":
    """What a mention means that is told to be kept out of by the words around it."""
    lead, rest = mission[: mention.start], mission[mention.end :]
    found = _KEPT_OUT.search(lead) or _HAN_KEPT_OUT.search(lead)
    if found is None and _HAN_THROUGH.match(rest):
        found = _HAN_FROM.search(lead)
    used = _NOT_USED.search(lead) if found is None else None
    begins = found or used
    if begins is None or _UNNEEDED.search(lead[: begins.start()]):
        return ()
    end = _CLAUSE.search(rest)
    if _FOR_A_TIME.search(rest[: end.start() if end else None]):
        return ()
    return tuple(each for each in mention.candidates if used is None or each.type != "thing")


def _rule(candidate: "Candidate", world: "World") -> "HouseRule":
    from verifier.rules import HouseRule
    from verifier.rules.atom import Atom
    from verifier.rules.parse import parse_formula

    atom = Atom(predicate=_PREDICATE[candidate.type], name=candidate.name)  # type: ignore[arg-type]
    name = f"keep {'away from' if candidate.type == 'thing' else 'out of'} {candidate.name}"
    return HouseRule(name=name, formula=parse_formula(f"G !{atom}"), pattern="never", why=SPOKEN).on(world)
