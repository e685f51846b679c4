"""What the looks so far have settled of a mission: its conditions judged, and what is left of its words when they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from agent.decisions.amounts import amounts
from agent.decisions.clauses import HIDDEN, MASK, Conditional, Span, conditionals, inside, masked
from agent.decisions.judge import judge
from agent.decisions.judgement import Judgement
from agent.decisions.retelling import Retold, is_nothing, retold
from agent.decisions.several import Choice, choices, most, said_plainly, spelled, together, told_choice
from agent.decisions.spent import spent
from agent.decisions.words import LONGEST

__all__ = ["Decided", "Decision", "Look", "Named", "decide"]

_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Named:
    """A stretch of the mission that names something: its characters, what it can mean, and whether these can be looked at."""

    start: int
    end: int
    names: tuple[str, ...]
    thing: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """What a step has shown: of what, what was asked, and what was told."""

    name: str
    question: str
    seen: object


@dataclass(frozen=True, slots=True)
class Decision:
    """One condition, settled.

    Attributes:
        condition: Its words in the mission.
        about: The name of what was looked at.
        holds: Whether what is said to hang on it is done ("unless" counted in).
        judgement: What the judge went by.
        look: Number of the look that settled it, from 0.
        kept: The words that are done; empty where nothing is.
        dropped: The words that are not done any more.
    """

    condition: str
    about: str
    holds: bool
    judgement: Judgement
    look: int
    kept: tuple[Span, ...]
    dropped: tuple[Span, ...]

    def sentence(self) -> str:
        """Why, in words: ``pump gauge: reading: 4.2 bar, so 'above 6 bar' does not hold``."""
        seen = self.judgement.seen.removeprefix(f"{self.about.casefold()}: ")
        verb = "holds" if self.judgement.answer == "holds" else "does not hold"
        about = "" if any(f"{name}: " in seen for name in self.about.split(", ")) else f"{self.about}: "
        return f"{about}{seen}, so {self.condition!r} {verb}."


@dataclass(frozen=True, slots=True)
class Decided:
    """A mission with what the looks have settled.

    Attributes:
        decisions: At least one.
        text: What is left of the mission, in words: of each settled conditional the branch that counts.
        spent: Only looks are left that were made, or nothing.
        due: A look has settled that something is to be done, and nothing was done since.
    """

    decisions: tuple[Decision, ...]
    text: str
    spent: bool
    due: bool


def decide(
    mission: str,
    names: Sequence[Named],
    looks: Sequence[Look],
    *,
    fresh: int = 1,
    been: Collection[str] = (),
    places: Mapping[str, str] | None = None,
) -> Decided | None:
    """Judge a mission's conditions by what was seen.

    Args:
        mission: Its text.
        names: What it names, in order.
        looks: What was seen so far, in order.
        been: Places where the robot has been for them.
        fresh: So many of the last looks are not followed by anything that was done.
        places: Where things are.

    Returns:
        None where nothing is settled: no condition, or none that can be told.
    """
    if not looks:
        return None
    spans = [(one.start, one.end) for one in names]
    plain = masked(mission, spans)
    decisions: list[Decision] = []
    tellings: list[Retold] = []
    branches: list[Span] = []
    subject: tuple[str, ...] = ()
    earliest: dict[tuple[str, ...], int] = {}
    before: tuple[Conditional, Judgement, int] | None = None
    held: tuple[str, ...] = ()
    for one in conditionals(mission, spans):
        who = _about(one, names, looks, branches) or subject
        subject = who
        branches += [one.then] if one.otherwise is None else [one.then, one.otherwise]
        words = plain[slice(*one.condition)] if _CJK.search(plain) else _asked_words(plain, one.condition)
        several = together(one.condition, words, names, looks, any_held=bool(held)) if one.elliptic is None else None
        if several is not None:
            judgement, number, which = several
            held = which
        else:
            (judgement, number), which = _settled(one, plain, who, looks, earliest.get(who, 0)), ()
        if not judgement.known and before is not None and one.elliptic is None:
            judgement, number = _contrary(plain, before, one), before[2]
        if not judgement.known:
            before = None
            continue
        before, earliest[who] = (one, judgement, number), number
        holds = (judgement.answer == "holds") != one.negative
        done, other = (one.then, one.otherwise) if holds else (one.otherwise, one.then)
        if done is not None and is_nothing(plain[slice(*done)]):
            done = None
        told = ""
        if which and done is not None and done == one.then:
            told = spelled(mission[slice(*done)].strip(), which, places or {})
        elif done is not None and done == one.then and one.elliptic is None and not one.trailing:
            told = _with_its_words(mission, one)
        tellings.append(Retold(one, done, judgement.answer == "holds", told))
        decisions.append(
            Decision(
                condition=_words(mission, one), about=", ".join(which) or looks[number].name, holds=holds,
                judgement=judgement, look=number,
                kept=() if done is None else (done,), dropped=() if other is None else (other,),
            )
        )  # fmt: skip
    chosen = [(one, name) for one in choices(plain) if (name := most(one, _latest(looks))) is not None]
    if not decisions and not chosen:
        return None
    text, left = retold(mission, tellings)
    for choice, name in chosen:
        text = told_choice(text, mission[slice(*choice.span)], choice, name, places or {})
        decisions.append(_chosen(mission, choice, name, looks))
    over = all(not one.kept for one in decisions) and spent(plain, left, names, {look.name for look in looks} | set(been))
    due = any(one.kept and one.look >= len(looks) - fresh for one in decisions)
    return Decided(tuple(decisions), text, over, due)


def _with_its_words(mission: str, one: Conditional) -> str:
    """A branch that says "so", with the condition's words for it; empty for any other."""
    words = mission[slice(*one.then)]
    plainly = said_plainly(words, _words(mission, one))
    return "" if plainly == words else f"{mission[slice(*one.cut)].lstrip(' ,;')}{plainly}"


def _chosen(mission: str, one: Choice, name: str, looks: Sequence[Look]) -> Decision:
    """One of several that is meant by the figures that were seen."""
    seen = next(look.seen for look in reversed(looks) if look.name == name)
    words = " ".join(mission[slice(*one.span)].split())
    return Decision(words, name, True, Judgement("holds", words, str(seen)), len(looks) - 1, (one.span,), ())


def _latest(looks: Sequence[Look]) -> list[Look]:
    """The last look at each thing, in the order of the first."""
    return list({look.name: look for look in looks}.values())


def _words(mission: str, one: Conditional) -> str:
    span = one.condition if one.elliptic is None or one.question is None else one.question
    return " ".join(mission[slice(*span)].split()).strip(" ,.?\uff0c\u3002\uff1f")


def _about(one: Conditional, names: Sequence[Named], looks: Sequence[Look], branches: Sequence[Span]) -> tuple[str, ...]:
    """What a condition is about: what it names, else the last thing that was named before, outside of other branches."""
    things = [name for name in names if name.thing]
    own = [name for name in things if inside((name.start, name.end), one.condition)]
    if own:
        return own[0].names
    seen = {look.name for look in looks}
    before = [name for name in things if name.end <= one.condition[0]]
    if one.trailing:
        before = [name for name in before if set(name.names) & seen]
    since = max((end for _, end in branches), default=0)
    recent = [name for name in before if name.start >= since]
    if recent or branches:
        return recent[-1].names if recent else ()
    return before[-1].names if before else ()


def _settled(one: Conditional, plain: str, who: tuple[str, ...], looks: Sequence[Look], earliest: int) -> tuple[Judgement, int]:
    """The first look that settles a condition, of those at what it is about."""
    if _SELF.search(plain[slice(*one.condition)]) and MASK not in plain[slice(*one.condition)]:
        return Judgement(), 0
    fitting = [number for number, look in enumerate(looks) if number >= earliest and (not who or look.name in who)]
    if not fitting and not who:
        return Judgement(), 0
    if len({looks[number].name for number in fitting}) != 1:
        return Judgement(), 0
    for number in fitting:
        look = looks[number]
        question = _plainly(look.question) or (_asked(plain, one) if one.question else "")
        if one.elliptic is None:
            words = _asked_words(plain, one.condition)
            judgement = judge(words, look.seen, question=_same_subject(question, look))
            if not judgement.known and isinstance(look.seen, str) and _FACTS.match(look.seen):
                judgement = judge(words, look.seen)  # "state: empty" tells the same whatever was asked
        else:
            asked = _asked(plain, one) or question
            judgement = judge(_statement(asked), look.seen, question=asked) if asked else Judgement()
            judgement = judgement if one.elliptic else judgement.turned()
        if judgement.known:
            return judgement, number
    return Judgement(), 0


def _contrary(plain: str, before: tuple[Conditional, Judgement, int], one: Conditional) -> Judgement:
    """What one condition's holding says of the next: "if it is late ..., if it is on time ..."."""
    other, judgement, _ = before
    if judgement.answer != "holds" or other.elliptic is not None:
        return Judgement()
    found = judge(_asked_words(plain, one.condition), _asked_words(plain, other.condition))
    return Judgement(found.answer, found.condition, judgement.seen) if found.answer == "fails" else Judgement()


def _asked_words(plain: str, span: Span) -> str:
    """A condition's words with "it" for the name in it."""
    text = plain[slice(*span)]
    if _CJK.search(text) and (last := text.rpartition(MASK)[2]):
        text = last  # what is said of a thing stands behind its name, and what is said to the robot before it
    elif (shorter := _WHERE.sub("", text).strip()) and MASK in shorter:
        text = shorter
    if "than that" in text and (told := list(amounts(plain[: span[0]]))):  # "it ought to be under eight degrees"
        text = text.replace("than that", f"than {told[-1].text}")
    stand_in = "" if _CJK.search(text) else "it"
    return re.sub(rf"[{MASK}{HIDDEN}]+", stand_in, text).strip()


def _asked(plain: str, one: Conditional) -> str:
    return "" if one.question is None else _asked_words(plain, one.question)


def _plainly(question: str) -> str:
    return "" if len(question) > LONGEST or question.rstrip("?").casefold() in ("what do you see", "") else question


def _same_subject(question: str, look: Look) -> str:
    """A look's question with "it" for what was looked at."""
    return (
        re.sub(re.escape(look.name), "" if _CJK.search(question) else "it", question, flags=re.IGNORECASE)
        if look.name
        else question
    )


_SELF = re.compile(
    r"\b(?:you|you're|your|yourself|i|i'm|i've|robot|(?<!its )battery)\b"
    r"(?! (?:can |do |should )?(?:see|find|notice|discover|spot|observe|read))|[你我]"
)
"""Conditions on the robot, or on whoever speaks to it: no look settles these."""

_WHERE = re.compile(rf"\b(?:in|at|on|inside|by|near|outside|of|beside)\s+(?:(?:the|my|our|that|this|your)\s+)?{MASK}+\s*$")
"""Where something is, at a condition's end: "the lamp is on in the hall"."""

_FACTS = re.compile(r"[^:;]{1,40}: ")
_ASKING = re.compile(r"^(?:is|are|does|do|has|have|did|was|were|can)\s+")


def _statement(asked: str) -> str:
    """A question as a statement: "is it full" as "it full"."""
    text = _ASKING.sub("", asked)
    return re.sub(r"([\u3400-\u9fff]{1,3})(?:没有?|不)(?=\1)|(?:没有?|吗|呢)$|^(?:是不是|有没有|是否)", "", text)
