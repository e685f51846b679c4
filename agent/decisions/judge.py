"""The judge of conditions: whether what was seen makes a condition's words true. It says so only where it can tell by what."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from agent.decisions.amounts import amounts, direction, limit
from agent.decisions.by_amount import by_amount
from agent.decisions.facts import Fact, facts, unsure, yes_or_no
from agent.decisions.judgement import UNKNOWN, Judgement
from agent.decisions.lexicon import BOTH, Reading, axes, fine, joined, read
from agent.decisions.numerals import digits
from agent.decisions.words import NEGATORS, STOP, parts, plain, words

__all__ = ["judge"]

_LEAD = re.compile(
    r"^(?:(?:(?:it )?(?:so )?(?:turns? out|happens?|appears|looks like|seems|is the case|is true|is so|be|proves)"
    r"(?: (?:that|to be))?|(?:you|we|u|robot) (?:can |do |should |happen to |then )?"
    r"(?:see|find|notice|discover|spot|observe|read|realise|realize)(?: out)?(?: that)?|"
    r"there (?:happens|turns out|seems) to be|by (?:any )?chance|indeed|really|actually|in fact|then|so that|that|whether|if)\b|"
    r"看到|看见|发现|确认|检查发现|真的?|确实|果真|是不是|是否|你?看)\s*(?=\S)"
)
_ONE_OF_THEM = re.compile(
    r"^(?:any|either|one|some)(?:\s+of\s+(?:them|these|those|the\s+\w+))?\s+(?=(?:is|are|was|has|have|does|do|shows?|reads?|\w+s)\b)"
)
"""Whichever is looked at: "one vibrates"."""
_SPLIT = (re.compile(r"\s+and\s+(?:also\s+)?|\s*(?:并且|而且|同时)\s*"), re.compile(r"\s+or\s+|\s*(?:或者|或是|或)\s*"))
_ASKS = re.compile(r"([\u3400-\u9fff]{1,3})(?:没有?|不)(?=\1)|(?:没有?|吗|呢|不)$|^(?:是不是|有没有|是否)|[?\uff1f]")
_SAME = re.compile(r"[^\w\u3400-\u9fff]+")
_ENOUGH = re.compile(r"\b(?:too|enough)\b|太|够")
_STATE_KEYS = frozenset({"state", "status", "状态"})
_ALARMING = frozenset({"alarm", "function", "damage", "fire", "burning"})
"""States on these axes may be what an alarm is about."""
_ON = frozenset({"on", "active", "yes", "true", "present", "有", "是", "开"})
_OFF = frozenset({"off", "none", "no", "false", "inactive", "nothing", "0", "absent", "无", "没有", "否", "关"})


def judge(condition: str, seen: object, *, question: str = "") -> Judgement:
    """Whether a condition holds by what was seen.

    Args:
        condition: Its words, without "if" or 如果, with "it" for what it is about: "it is above 6 bar", 没关.
        seen: What the look gave: a sentence, or typed values.
        question: What was asked about the same thing, for an answer of "yes" and for words that could mean several things.

    Returns:
        Never a guess: ``unknown`` unless all the words that bear on the condition agree.
    """
    said, asked = _statement(plain(condition)), _statement(_ASKS.sub("", plain(question)))
    found = facts(seen)
    if not said or not found or unsure(found):
        return UNKNOWN
    return _judged(said, found, asked)


def _statement(text: str) -> str:
    """A folded condition or question without what only leads to it."""
    text = text.strip(" ,.:!?-\uff0c\u3002\uff1a\uff01\uff1f")
    while (match := _LEAD.match(text)) is not None and match.end():
        text = text[match.end() :].strip()
    return _ONE_OF_THEM.sub("it ", text)


def _judged(said: str, found: Sequence[Fact], asked: str) -> Judgement:
    for number, pattern in enumerate(_SPLIT):
        pieces = [piece for piece in pattern.split(digits(said)) if piece]
        if len(pieces) > 1 and all(_tells(piece) for piece in pieces):
            return _together([_judged(piece, found, asked) for piece in pieces], every=number == 0)
    if (asks := limit(asked)) is not None and limit(said) is None and (same := direction(said)) is not None:
        judgement = by_amount(asked, found, asked)
        agree = same == (asks.sense in ("above", "least", "over"))
        return judgement if agree != asks.denied else judgement.turned()
    for way in (by_amount, _by_states, _by_answer, _by_fine, _by_words):
        judgement = way(said, found, asked)
        if judgement.known:
            return judgement
        if way is by_amount and limit(said) is not None:
            break
    return UNKNOWN


def _tells(piece: str) -> bool:
    return limit(piece) is not None or bool(read(piece))


def _together(several: Sequence[Judgement], *, every: bool) -> Judgement:
    """Judgements joined by "and" (``every``) or "or"."""
    decisive = "fails" if every else "holds"
    for one in several:
        if one.answer == decisive:
            return one
    if not all(one.known for one in several):
        return UNKNOWN
    join: Callable[[Sequence[str]], str] = ", ".join
    return Judgement(several[0].answer, join([one.condition for one in several]), join([one.seen for one in several]))


# states


def _by_states(said: str, found: Sequence[Fact], asked: str) -> Judgement:
    wanted = _narrowed(read(said), asked)
    if not wanted:
        return UNKNOWN
    judgement = _compared(wanted, _seen(found, percent=_ENOUGH.search(said) is None), found)
    return judgement if judgement.known else _no_alarm(wanted, found)


def _no_alarm(wanted: dict[str, Reading], found: Sequence[Fact]) -> Judgement:
    """A thing's state is one word: one that stands still, by it, shows no alarm."""
    if set(wanted) != {"alarm"} or "fails" not in wanted["alarm"].answers or wanted["alarm"].states & axes()["alarm"].fine:
        return UNKNOWN
    told = [
        fact for fact in found if fact.key in _STATE_KEYS and (readings := read(fact.value)) and not readings.keys() & _ALARMING
    ]
    return Judgement("fails", wanted["alarm"].word, told[0].text) if len(told) == 1 else UNKNOWN


def _narrowed(wanted: dict[str, Reading], asked: str) -> dict[str, Reading]:
    """Of the axes that a condition's words are on, those that the question is about; all where it is about none of them."""
    about = read(asked) if asked else {}
    shared = {name: reading for name, reading in wanted.items() if name in about}
    return shared or wanted


def _compared(wanted: dict[str, Reading], seen: dict[str, Reading], found: Sequence[Fact]) -> Judgement:
    judgements = []
    for name in wanted.keys() & seen.keys():
        want, got = wanted[name], seen[name]
        if got.states <= want.states and "holds" in want.answers:
            judgements.append(Judgement("holds", want.word, _text(got.word, found)))
        elif not got.states & want.states and "fails" in want.answers:
            judgements.append(Judgement("fails", want.word, _text(got.word, found)))
    if len({one.answer for one in judgements}) != 1:
        return UNKNOWN
    return min(judgements, key=lambda one: (one.condition, one.seen))


def _text(word: str, found: Sequence[Fact]) -> str:
    """The fact that some of its words stand in."""
    return next((fact.text for fact in found if word in fact.value or word in fact.text), word)


def _seen(found: Sequence[Fact], *, percent: bool) -> dict[str, Reading]:
    """What the facts together leave open."""
    told: dict[str, list[Reading]] = {}
    for fact in found:
        for name, reading in _of_fact(fact, percent=percent).items():
            if reading.fact:
                told.setdefault(name, []).append(reading)
    return {name: both for name, several in told.items() if (both := joined(several)) is not None}


def _of_fact(fact: Fact, *, percent: bool) -> dict[str, Reading]:
    readings = read(fact.value)
    if fact.key and fact.value in _ON | _OFF:
        readings |= read(fact.key if fact.value in _ON else f"no {fact.key}")
    elif fact.key and fact.value.isdigit():
        readings |= read(f"{int(fact.value[:9])} {fact.key}")
    told = [amount for amount in amounts(fact.value) if amount.dimension in ("share", "temperature")] if percent else []
    if len(told) == 1 and told[0].low == told[0].high:
        value, word = float(told[0].low), told[0].text
        if told[0].dimension == "share":
            about = [name for name in ("charge", "fill") if fact.key in ("battery", "charge", "电量") and name == "charge"]
            for name in about or (("fill", "charge") if fact.key in ("", "level", "fill", "state", "液位") else ()):
                readings[name] = Reading(axes()[name].at(value), word)
        else:
            degrees = float(told[0].base[0])
            heat = "cold" if degrees <= 4 else "cold mild" if degrees <= 26 else "hot" if degrees >= 65 else ""
            if heat:
                readings["heat"] = Reading(frozenset(heat.split()), word)
            if degrees > 4:
                readings["ice"] = Reading(frozenset(("free",)), word)
    return readings


# answers to a question, "all is well", the same words


def _by_answer(said: str, found: Sequence[Fact], asked: str) -> Judgement:
    answer = yes_or_no(list(found))
    if answer is None or not asked or any(word in NEGATORS for word in words(asked)):
        return UNKNOWN
    told = "yes" if answer else "no"
    if _SAME.sub("", said) == _SAME.sub("", asked):
        return Judgement("holds" if answer else "fails", said, told)
    about = read(asked)
    if not answer:
        about = {name: reading for name, reading in about.items() if reading.answers == BOTH}
        every = {name: frozenset(axes()[name].states) for name in about}
        about = {name: Reading(every[name] - reading.states, f"no ({reading.word})") for name, reading in about.items()}
        about = {name: reading for name, reading in about.items() if reading.states}
    judgement = _compared(read(said), about, found)
    return replace(judgement, seen=told) if judgement.known else UNKNOWN


def _by_fine(said: str, found: Sequence[Fact], asked: str) -> Judgement:
    """Conditions and observations that say "ok", which means another thing on every axis."""
    well, told_by = next(((word, fact.text) for fact in found if (word := fine(fact.value)) is not None), (None, ""))
    wanted = read(said)
    if well is not None and wanted:
        seen = {}
        for name in wanted:
            axis = axes()[name]
            if axis.fine:
                seen[name] = Reading(axis.fine if well else frozenset(axis.states) - axis.fine, told_by)
        judgement = _compared(_narrowed(wanted, asked), seen, found)
        if judgement.known:
            return judgement
    wish = fine(said)
    if wish is None or wanted:
        return UNKNOWN
    if well is not None:
        return Judgement("holds" if well == wish else "fails", said, told_by)
    answer = yes_or_no(list(found))
    if answer is not None and asked:  # "has it finished?" yes is well, "is it leaking?" yes is not
        about = read(asked)
        ill = bool(about) and all(axes()[name].fine and not one.states & axes()[name].fine for name, one in about.items())
        return Judgement("holds" if (answer != ill) == wish else "fails", said, "yes" if answer else "no")
    told = {name: reading for name, reading in _narrowed(_seen(found, percent=True), asked).items() if axes()[name].fine}
    good = {reading.states <= axes()[name].fine for name, reading in told.items()}
    bad = {not reading.states & axes()[name].fine for name, reading in told.items()}
    if good == {True} or bad == {True}:
        return Judgement("holds" if (good == {True}) == wish else "fails", said, next(iter(told.values())).word)
    return UNKNOWN


def _by_words(said: str, found: Sequence[Fact], asked: str) -> Judgement:
    """The condition's own words in what was seen, with as many denials."""
    wanted = [word for word in words(said) if word not in STOP]
    content = {word for word in wanted if word not in NEGATORS}
    if not content or len(parts(said)) > 1 or read(said):
        return UNKNOWN
    answers = []
    for fact in found:
        told = words(f"{fact.key} {fact.value}")
        if content <= set(told) and len(told) <= 4 * len(content) + 4:
            even = (sum(word in NEGATORS for word in told) - sum(word in NEGATORS for word in wanted)) % 2 == 0
            answers.append(Judgement("holds" if even else "fails", said, fact.text))
    if not answers and all(fact.listed for fact in found) and not (set(wanted) & NEGATORS):
        return Judgement("fails", said, "; ".join(fact.text for fact in found))
    return answers[0] if len({one.answer for one in answers}) == 1 else UNKNOWN
