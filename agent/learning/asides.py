"""Asides: sentences beside a mission that ask for nothing, as people put them before or after what they want."""

import random
from collections.abc import Iterable, Sequence

from agent.learning.casual import casual, dictated
from agent.learning.durations import duration
from agent.learning.families import acts_of
from agent.learning.meaning import Branch, Mention, Node
from agent.learning.quotes import quoted
from agent.learning.site import Site, tokens
from agent.learning.telling import Teller

__all__ = ["with_aside"]

_OFTEN = 0.2
"""Share of missions with an aside."""

_STOP = "\u3002"
_STOPS = (".", ".", ".", "-", "...", ";")
_ENDS = f".?!{_STOP}\uff1f\uff01"
_JOINTS = (",", ".", ".", ", so", ", please", "...", "-", "!")
_CHINESE_JOINTS = ("\uff0c", "\uff0c", _STOP)


def with_aside(rng: random.Random, site: Site, teller: Teller, text: str, nodes: Sequence[Node]) -> str:
    """A mission's words as they are typed or spoken, at times with an aside.

    An aside is a remark, gives a reason, or tells where a thing is, what is to be left alone, or where not to go; that is the
    verifier's and the house rules' to keep: no skill drives through a place because it is named.
    """
    text = _aside(rng, site, teller, text, nodes)
    kept = {word for act in acts_of(nodes) for said in act.said.values() for word in tokens(said)}
    scoped = len(nodes) > 1 and any(isinstance(node, Branch) for node in nodes)
    return (dictated if teller.chinese else casual)(rng, text, kept, quoted(nodes), scoped=scoped)


def _aside(rng: random.Random, site: Site, teller: Teller, text: str, nodes: Iterable[Node]) -> str:
    roll = rng.random()
    if roll >= _OFTEN:
        return text
    if roll < 0.18 * _OFTEN:
        lone = [m for act in acts_of(nodes) for m in act.things if m.form == "one" and m.tail is None and m.pointer in site.inside]
        if len(lone) == 1:
            return _after(teller, text, teller.tongue.phrase(rng, "aside_where", p=_place(teller, site, lone[0])))
    if roll < 0.25 * _OFTEN:
        left = site.one(site.thing(), "thing")
        return _after(teller, text, teller.tongue.phrase(rng, "aside_leave", t=teller.mention(left, plain=True)))
    if roll < 0.35 * _OFTEN:
        place = site.one(site.fresh_place(), "place")
        return _after(teller, text, teller.tongue.phrase(rng, "aside_stay", p=teller.mention(place, plain=True)))
    if roll < 0.55 * _OFTEN:
        return _before(teller, text, _about(rng, site, teller))
    if roll < 0.78 * _OFTEN:
        return _before(teller, text, teller.tongue.phrase(rng, "aside_reason"))
    aside = _timed(rng, site, teller) if roll < 0.85 * _OFTEN else teller.tongue.phrase(rng, "aside")
    return _after(teller, text, aside) if rng.random() < 0.5 else _before(teller, text, aside)


def _about(rng: random.Random, site: Site, teller: Teller) -> str:
    """A remark about a thing or a place with which nothing is to be done."""
    aside = teller.tongue.clause(rng, "aside_about")
    if "{p}" in aside:
        return aside.replace("{p}", teller.mention(site.one(site.fresh_place(), "place"), plain=True))
    return aside.replace("{t}", teller.mention(site.one(site.thing(), "thing"), plain=True))


def _timed(rng: random.Random, site: Site, teller: Teller) -> str:
    """A remark that tells a time or a number, with which nothing is to be done."""
    spoken, _ = duration(rng, site.words.language)
    number = str(rng.choice((2, 3, 5, 10, 15, rng.randrange(1, 60))))
    return teller.tongue.phrase(rng, "aside_time", h=rng.choice(site.words.people), d=spoken, v=number)


def _place(teller: Teller, site: Site, thing: Mention) -> str:
    return teller.mention(site.one(site.inside[thing.pointer], "place"), plain=True)


def _before(teller: Teller, text: str, aside: str) -> str:
    if teller.chinese:
        return f"{aside}{teller.rng.choice(_CHINESE_JOINTS)}{text}"
    return f"{aside} {teller.rng.choice(_JOINTS)} {text}"


def _after(teller: Teller, text: str, aside: str) -> str:
    ended = text.rstrip()[-1] in _ENDS
    if teller.chinese:
        return f"{text}{'' if ended else _STOP}{aside}"
    return f"{text} {'' if ended else teller.rng.choice(_STOPS)} {aside}"
