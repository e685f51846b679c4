"""What a mission says for the case that something fails: "if it's locked, leave it at reception", 充不上就换备用的."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.decisions.clauses import MASK, Conditional, Span, conditionals, inside, masked, said
from agent.decisions.decide import Named
from agent.decisions.english_words import NO_FRAGMENT
from agent.decisions.retelling import Retold, retold
from agent.setbacks.kinds import ANY, Setback, kinds_in
from agent.setbacks.wording import without_skipping

__all__ = ["Fallback", "fallbacks", "kept_back"]

_LONGEST = 4000
_SUBJECT = 4
"""Characters of a subject before its conjunction, at most."""
_CJK = re.compile(r"[\u3400-\u9fff]")
_STOPS = ".;!?\u3002\uff1b\uff01\uff1f\n"
_PAUSES = _STOPS + ",\uff0c:\uff1a"
_NAMES = re.compile(f"{MASK}+")
_CASE = re.compile(r"[,;]?\s+in\s+(?:which|that)\s+case,?\s+")
_TELLS = re.compile(
    r"(?:(?:and|but|or|so)\s+)?(?:they|it|that|this|the|there|he|she|somebody|someone|people|sometimes|often|usually|you)\b"
)
_ASKED = re.compile(
    rf"(?:^|(?<=[{re.escape(_STOPS)}] ))(?P<if>[^.;!?]{{3,60}})\?\s*(?:(?:then|well|ok|in that case),?\s+)?(?P<then>[^.;!?]{{3,}})"
)
_MEANS = re.compile(
    r"(?:^|(?<=[,.;!?] ))(?:and\s+|but\s+)?(?P<if>[^.;!?,]{3,60}?)\s+(?:would\s+)?means?\s+(?:that\s+)?(?P<then>[^.;!?]{3,})"
)
_UNLESS = re.compile(r"[,\s]*\bunless\s+(?P<if>[^.;!?,]{3,80}),?\s*(?:and\s+|but\s+)?then\s+(?P<then>[^.;!?]+)")
_INVERTED = re.compile(
    rf"(?:^|(?<=[{re.escape(_STOPS)}] ))(?:and\s+|but\s+)?(?:is|are|has)\s+(?P<if>[^.;!?,]{{4,60}}),\s*then\s+(?P<then>[^.;!?]+)"
)
_STATED = re.compile(rf"(?<=[{re.escape(_STOPS)}] )(?P<if>[^.;!?,:]{{3,40}}),\s*(?P<then>[^.;!?]{{3,}})")
"""Nothing but a state before a comma: "bay 2 full, bay 4"."""
_WHEREVER = re.compile(r"\b(?:wherever|anywhere)\s+(?:that\s+)?(?P<if>[^.;!?,]{3,60}),\s*(?P<then>[^.;!?]+)")
_VERB = re.compile(r"\s([a-z]+)(?=\s)")
_EXCEPT = re.compile(r"[,\s]*\bunless\s+")
_HAN_BARE = re.compile(
    rf"(?P<if>[^{_PAUSES}就便则]{{1,14}}?)(?:的话|了的话)?[\uff0c,]?(?:那就|就|便|则)(?P<then>(?!在)[^{_PAUSES}]+)"
)
_HAN_WHICH = re.compile(
    r"(?:要是|如果|万一)?(?:里面|其中)?有?(?:哪[一]?[样个件台间扇条把张盒箱只本]|谁|什么(?:东西)?)"
    rf"(?P<if>[^{_PAUSES}]{{1,12}}?)的?(?:话)?[\uff0c,](?P<then>[^{_STOPS}]+)"
)
_HAN_SAID = re.compile(rf"(?P<if>[^{_PAUSES}]{{1,14}}?)了?的话[\uff0c,]?(?:那就|就|你就)?(?P<then>[^{_STOPS}]+)")
_FILLER = re.compile(r"(?:(?:well|then|ok|okay|oh|so|just|please|never mind|那|那么|你)[\s,\uff0c]+)+", re.IGNORECASE)
_WHICH = re.compile(
    rf"(?:^|(?<=[{re.escape(_PAUSES)}] ))(?:if\s+)?(?:any(?:thing|one)?|whatever|whichever|whoever)\s+"
    r"(?:of\s+(?:them|these|those)\s+)?(?:that(?:'s| is)?\s+)?(?P<if>[^.;!?,]{3,60}),\s*(?P<then>[^.;!?]+)"
)


@dataclass(frozen=True, slots=True)
class Fallback:
    """What is to be done where something fails.

    Attributes:
        one: Its conditional in the mission.
        kinds: Kinds of failure that its condition speaks of.
        sure: Those of them that nothing but a failure can settle.
        about: What the condition names, each mention with all that it can mean.
    """

    one: Conditional
    kinds: frozenset[str]
    sure: frozenset[str]
    about: tuple[frozenset[str], ...]

    def meets(self, setback: Setback) -> bool:
        """Whether it is said for this failure."""
        if self.about and not any(names & setback.subjects for names in self.about):
            return False
        return ANY in self.kinds or bool(self.kinds & setback.kinds)


def fallbacks(mission: str, named: Sequence[Named]) -> tuple[Fallback, ...]:
    """What a mission says for the case of failures, in its order.

    Args:
        mission: Its text.
        named: What it names, in order.
    """
    if len(mission) > _LONGEST:
        return ()
    spans = [(one.start, one.end) for one in named]
    plain = masked(mission, spans)
    read = conditionals(mission, spans)
    plainly = [_turned(_from_its_subject(one, plain), plain) for one in read if one.elliptic is None and not one.negative]
    missing = [one for one in read if one.elliptic is False and not one.negative]
    plainly += [whole for one in read if one.elliptic and (whole := _with_what_was_told(one, plain)) is not None]
    others = [one for one in _others(plain) if not any(_overlap(_whole(one), _whole(known)) for known in plainly)]
    found = []
    for one in sorted([*plainly, *missing, *others], key=lambda known: known.condition):
        if one in missing:  # "if not": what was to be found is not there
            found.append(Fallback(one, frozenset(("gone",)), frozenset(), ()))
            continue
        words = _NAMES.sub("" if _CJK.search(plain) else "it", plain[slice(*one.condition)]).replace("it's it", "it")
        kinds = kinds_in(words)
        if kinds:
            told = [name for name in named if inside((name.start, name.end), one.condition)]
            if not kinds & {"shut", "blocked"}:  # where a thing was is no place that it is gone from by now
                told = [name for name in told if name.thing]
            about = tuple(frozenset(name.names) for name in told)
            found.append(Fallback(one, kinds, kinds_in(words, sure=True) - _seen_by_look(one, plain, named), about))
    return tuple(found)


def kept_back(mission: str, found: Sequence[Fallback], named: Sequence[Named]) -> tuple[str, tuple[Fallback, ...]]:
    """A mission without what only counts once something has failed.

    Args:
        mission: Its text.
        found: Its fallbacks.
        named: What it names.

    Returns:
        What is left of it, and the fallbacks that it is told without; those that might hold more than a fallback stay.
    """
    away = tuple(one for one in found if one.sure and one.one.otherwise is None and _is_one(one, mission, named))
    text = retold(mission, [Retold(one.one, None, False) for one in away])[0] if away else mission
    return (text, away) if _says_something(text) else (mission, ())


def _is_one(fallback: Fallback, mission: str, named: Sequence[Named]) -> bool:
    """Whether what is done is one thing: nothing further is named behind its first clause that may be no part of it."""
    start, end = fallback.one.then
    start = end - len(without_skipping(mission[start:end]))
    filler = _FILLER.match(mission, start, end)
    start = start if filler is None else filler.end()
    pause = next((at for at in range(start, end) if mission[at] in _PAUSES), end)
    return not any(pause < one.start < end and one.thing for one in named) or fallback.one.trailing


def _says_something(text: str) -> bool:
    return len(text.split()) > 2 or len(_CJK.findall(text)) > 3


def _seen_by_look(one: Conditional, plain: str, named: Sequence[Named]) -> frozenset[str]:
    """Kinds that a look settles that is asked for before: "check the back door; if it is locked, ..."."""
    own = [name for name in named if inside((name.start, name.end), one.condition)]
    about = own or [name for name in named if name.end <= one.condition[0]][-1:]
    if one.question is not None:
        return frozenset(("shut", "blocked", "gone"))
    if not about or not about[0].thing:
        return frozenset()
    before = [name for name in named if name.end <= one.condition[0] and set(name.names) & set(about[0].names)]
    start = max((at + 1 for at in range(before[-1].start) if plain[at] in _STOPS), default=0) if before else one.condition[0]
    words = plain[start : one.condition[0]]
    if _CJK.search(plain):
        looks = any(look in words for look in said("zh", "looks"))
    else:
        looks = any(re.search(rf"\b{re.escape(look)}\b", words) for look in said("en", "looks"))
    return frozenset(("shut", "blocked")) if looks else frozenset()


def _with_what_was_told(one: Conditional, plain: str) -> Conditional | None:
    """A condition that takes up what was told: "they lock up over lunch, and if they have, ..."."""
    end = max(one.cut[0], 0)
    start = max((at + 1 for at in range(max(end - 2, 0)) if plain[at] in _STOPS), default=0)
    start += len(plain[start:end]) - len(plain[start:end].lstrip())
    if not _TELLS.match(plain, start) or not kinds_in(plain[start:end], sure=True):
        return None
    return replace(one, cut=(start, one.cut[1]), condition=(start, end), elliptic=None)


def _from_its_subject(one: Conditional, plain: str) -> Conditional:
    """A Chinese condition from its clause's beginning, where only its subject stands before the conjunction: 门要是锁了."""
    start = max((at + 1 for at in range(one.cut[0]) if plain[at] in _PAUSES), default=0)
    if one.trailing or not _CJK.search(plain) or not 0 < one.cut[0] - start <= _SUBJECT:
        return one
    return replace(one, cut=(start, one.cut[1]), condition=(start, one.condition[1]))


def _turned(one: Conditional, plain: str) -> Conditional:
    """A condition that seems to follow what hangs on it, where a command is in it: "it plays up, if it sulks use the spare"."""
    start, end = one.condition
    verbs = {*said("en", "verbs"), "use", "try"}
    verb = next((match for match in _VERB.finditer(plain, start, end) if match[1] in verbs and match.start() > start), None)
    opens = plain.rfind("if", 0, start)
    if not one.trailing or opens < 0 or verb is None or not kinds_in(plain[start : verb.start()]):
        return one
    return replace(one, cut=(opens, verb.start(1)), condition=(start, verb.start()), then=(verb.start(1), end), trailing=False)


def _others(plain: str) -> Iterator[Conditional]:
    """Fallbacks that no conjunction opens."""
    if _CJK.search(plain):
        for pattern in (_HAN_WHICH, _HAN_BARE, _HAN_SAID):
            for match in pattern.finditer(plain):
                opens = match.start() == 0 or plain[match.start() - 1] in _PAUSES + "\u2026"
                short = len(match["if"]) <= 4 and pattern is not _HAN_SAID and kinds_in(match["if"])
                if (opens or pattern is _HAN_WHICH) and (short or kinds_in(match["if"], sure=True)):
                    yield _conditional(match.start(), match.span("if"), match.span("then"))
        return
    for pattern in (_WHICH, _UNLESS, _INVERTED, _ASKED, _MEANS, _WHEREVER, _STATED):
        for match in pattern.finditer(plain):
            if pattern is _STATED and NO_FRAGMENT & set(match["if"].split()):
                continue
            if pattern is _WHICH or kinds_in(match["if"], sure=True):
                yield _conditional(match.start(), match.span("if"), match.span("then"))
    yield from _in_that_case(plain)


def _in_that_case(plain: str) -> Iterator[Conditional]:
    """What is done "in that case", behind what is told: they lock up at noon, for instance."""
    for match in _CASE.finditer(plain):
        start = max((at + 1 for at in range(match.start()) if plain[at] in _STOPS), default=0)
        start += len(plain[start : match.start()]) - len(plain[start : match.start()].lstrip())
        end = next((at for at in range(match.end(), len(plain)) if plain[at] in _STOPS), len(plain))
        if (out := _EXCEPT.search(plain, start, match.start())) is not None:
            yield _conditional(out.start(), (out.end(), match.start()), (match.end(), end))
        elif _TELLS.match(plain, start):
            yield _conditional(start, (start, match.start()), (match.end(), end))


def _conditional(start: int, condition: Span, then: Span) -> Conditional:
    return Conditional(condition=condition, cut=(start, then[0]), then=then)


def _whole(one: Conditional) -> Span:
    return min(one.cut[0], one.then[0]), max(one.cut[1], one.then[1])


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]
