"""Several looks that decide together: "if either is jammed, tell them which", 哪张空着就在哪间说一声, "wherever it is warmer"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from agent.decisions.clauses import MASK, Span
from agent.decisions.facts import facts
from agent.decisions.judge import judge
from agent.decisions.judgement import Answer, Judgement

__all__ = ["Choice", "choices", "hangs_on_several", "most", "said_plainly", "spelled", "together", "told_choice"]

Quantity = Literal["any", "all", "none"]
_CJK = re.compile(r"[\u3400-\u9fff]")
_OF = r"(?:\s+of\s+(?:them|these|those|it|the\s+(?:two|three|four|lot|\w+)))?"
_EN: tuple[tuple[Quantity, re.Pattern[str]], ...] = (
    ("none", re.compile(rf"^(?:none|neither|no\s+one){_OF}\b\s*(?:of\s+)?")),
    ("all", re.compile(rf"^(?:both|all|each(?:\s+one)?|every(?:\s*one)?){_OF}\b\s*")),
    (
        "any",
        re.compile(
            r"^(?:any(?:thing|one)?(?:\s+(?:out\s+|in\s+)?there)?|any\s+one|either(?:\s+one)?|one|some|at\s+least\s+one|which\s+ones)"
            rf"{_OF}\b\s*(?:that(?:'s|\s+(?:is|are|has|have))?\s+(?:been\s+)?)?"
        ),
    ),
)
_IN_ONE = re.compile(rf"\s+(?:in|on|at|with|for)\s+(?:either|any|one)(?:\s+one)?{_OF}\s*$")
_ZH: tuple[tuple[Quantity, re.Pattern[str]], ...] = (
    ("none", re.compile(r"^(?:都没|都不|全没|全不|一[个台张间只]也没|没有一[个台张间只])")),
    ("all", re.compile(r"^(?:它们|两[个台张间只]|三[个台张间只])?(?:都|全部?|全都|每[个台张间只]都?)")),
    (
        "any",
        re.compile(
            rf"^(?:其中)?(?:里面)?有?(?:任何|哪)(?:一)?[个台张间只块条扇盒瓶]?[{MASK}]*|^其中一?[个台张间只]|^有一?[个台张间只]|^谁"
        ),
    ),
)
_WHICH = re.compile(
    r"\b(?:what\s+it\s+is|which(?:ever)?(?:\s+(?:one|ones|of\s+(?:them|the\s+\w+)|it\s+is|one\s+it\s+is))*)(?=\s*(?:$|[,.;!?]))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(?:its|his|her|their|the|whose)\s+(?:numbers?|names?)\b|\bwhich\s+numbers?\b", re.IGNORECASE)
_NAME_IT = re.compile(r"\bname\s+(?:it|them|those)\s+(?:to|for)\s+(?P<who>[\w'\u2019]+)", re.IGNORECASE)
_SO = re.compile(r"(?P<verb>\b(?:say|tell\s+(?:\w+\s+){0,2}\w+|let\s+(?:\w+\s+){1,3}know))\s+so\b", re.IGNORECASE)
_ROOM = r"(?:room|place|office|classroom|ward|spot)"
_THERE = re.compile(
    rf"\b(?:in|at|into)\s+(?:the\s+same|that|its)\s+{_ROOM}\b|\b(?:right\s+)?(?<!is )(?<!are )there\b", re.IGNORECASE
)
_HAN_THERE = re.compile(
    rf"(?P<at>[在去到往])(?:哪(?:一)?[间个边里儿]?|那(?:一)?[间个边里儿]?)(?:病房|教室|房间|屋子?|办公室|温室|[{MASK}]+)?"
)
_HAN_WHICH = re.compile(r"是?哪(?:一)?[个台张间只块条扇盒瓶样](?:罐|表|机)?|是几号[\u3400-\u9fff]?")
_HOW = r"(?P<how>[a-z]+(?:er|est)|(?:more|most|less|least)\s+[a-z]+|best|worst)"
_WHEREVER = re.compile(rf"\bwherever\s+(?:it(?:'s|\s+is)|is|the\s+[a-z {MASK}]{{1,30}}?\s+is)\s+(?:the\s+)?{_HOW}\b")
_WHICHEVER = re.compile(
    rf"\b(?:which(?:ever)?(?:\s+(?:one|of\s+(?:them|these|those|the\s+[a-z {MASK}]{{1,30}}?)|room|office|{MASK}+))?"
    rf"\s*(?:is|has|feels|shows|reads|looks|'s)\s+(?:the\s+)?{_HOW}"
    rf"|the\s+{_HOW.replace('how', 'how2')}\s+(?:one|of\s+(?:them|these|those|the\s+(?:[a-z]+|{MASK}+))))"
)
_HAN_MOST = re.compile(
    rf"(?:哪(?:一)?[个台张间只块条扇]?|几号)[{MASK}\u3400-\u9fff]{{0,3}}?(?P<way>最|更|比较)(?P<how>[高低热冷暖凉满空重轻多少大小快慢长短])"
)
_TO = re.compile(r"\b(?:to|in|into|at|from|inside)\s*$")
_MORE = frozenset(
    "hot warm high full heavy big large long fast tall much many strong bright wide far old new 高 热 暖 满 重 多 大 快 长".split()
)
_LESS = frozenset("cold cool chilly low empty light small little short slow few weak dim narrow 低 冷 凉 空 轻 少 小 慢 短".split())
_OWN_KEYS = frozenset({"number", "no", "id", "count of looks", "编号", "号"})
_FIGURE = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")


class _Named(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def names(self) -> tuple[str, ...]: ...


class _Look(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def seen(self) -> object: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """A stretch of the mission that stands for one of several things that are looked at.

    Attributes:
        span: Its characters.
        most: Whether the one with the highest figure is meant, or the lowest.
        place: Whether the place of it is meant: "wherever it is warmer".
    """

    span: Span
    most: bool
    place: bool


def together(
    condition: Span, words: str, names: Sequence[_Named], looks: Sequence[_Look], *, any_held: bool = False
) -> tuple[Judgement, int, tuple[str, ...]] | None:
    """Whether a condition holds of any, all or none of several things that were looked at.

    Args:
        condition: Its characters.
        words: Its words, with "it" for what it names.
        names: What the mission names.
        looks: What was seen, in order.
        any_held: The condition before held of some of them: then what is said of all, and cannot be told, does not hold.

    Returns:
        The judgement, the number of the last look, and the names of which it holds; None where it is said of a single thing, or
        only one was looked at.
    """
    said = _quantified(words)
    last = {look.name: look for look in looks}
    if said is None or len(last) < 2:
        return None
    quantity, rest = said
    denied = any_held and quantity != "any"
    judged = {name: _judged(rest, look) for name, look in last.items()}
    holding = tuple(name for name, one in judged.items() if one.answer == "holds")
    groups = [set(one.names) for one in names if one.start < condition[0] and len(one.names) > 1 and set(one.names) & last.keys()]
    known = all(one.known for one in judged.values()) and all(group <= last.keys() for group in groups)
    failing = any(one.answer == "fails" for one in judged.values())
    if quantity == "any":
        answer: Answer = "holds" if holding else "fails" if known else "unknown"
    elif quantity == "all":
        answer = "fails" if failing else "holds" if known and len(holding) == len(judged) else "unknown"
    else:
        answer = "fails" if holding else "holds" if known else "unknown"
    shown = {name: one.seen.removeprefix(f"{name.casefold()}: ") for name, one in judged.items() if one.known}
    seen = "; ".join(f"{name}: {what}" for name, what in shown.items())
    if denied and answer == "unknown":  # "if any is low, ...; if all are well, ..."
        answer = "fails"
    return Judgement(answer, rest, seen), len(looks) - 1, holding if quantity == "any" and answer == "holds" else ()


def _judged(words: str, look: _Look) -> Judgement:
    """What is said of several, of one of them: by what was seen, or by the answer to what was asked about it."""
    plainly = judge(words, look.seen)
    return plainly if plainly.known else judge(words, look.seen, question=look.question)


def _quantified(words: str) -> tuple[Quantity, str] | None:
    """Of how many of several a condition is said, and the rest of it with "it"; None for one of a single thing."""
    text = words.strip()
    if _CJK.search(text):
        text = text.removeprefix("是")
        found = next(((quantity, match) for quantity, pattern in _ZH if (match := pattern.match(text))), None)
        return None if found is None else (found[0], text[found[1].end() :])
    if match := _IN_ONE.search(text):
        return "any", text[: match.start()]
    found = next(((quantity, match) for quantity, pattern in _EN if (match := pattern.match(text))), None)
    return None if found is None else (found[0], f"it {text[found[1].end() :]}")


def choices(plain: str) -> list[Choice]:
    """The stretches of a masked mission that stand for the one of several of which a figure is highest or lowest."""
    found = []
    for match in _WHEREVER.finditer(plain):
        most_of = _way(match["how"])
        if most_of is not None:
            found.append(Choice(match.span(), most_of, place=True))
    for match in _WHICHEVER.finditer(plain):
        most_of = _way(match["how"] or match["how2"])
        if most_of is not None:
            place = _TO.search(plain, 0, match.start()) is not None and "one" not in match.group().split()
            found.append(Choice(match.span(), most_of, place=place))
    for match in _HAN_MOST.finditer(plain):
        found.append(
            Choice(match.span(), match["how"] in _MORE, place=plain[match.start() - 1 : match.start()] in tuple("在去到往"))
        )
    return sorted(found, key=lambda one: one.span)


def _way(how: str) -> bool | None:
    """Whether words ask for the highest (True) or the lowest; None for words that no figure tells of."""
    first, _, rest = how.partition(" ")
    if first in ("more", "most"):
        return rest not in _LESS
    if first in ("less", "least"):
        return False
    for ending in ("est", "er"):
        stem = first.removesuffix(ending)
        for root in (stem, stem[:-1], f"{stem}e", f"{stem[:-1]}y"):
            if stem != first and (root in _MORE or root in _LESS):
                return root in _MORE
    return None


def most(choice: Choice, looks: Sequence[_Look]) -> str | None:
    """The name of what a choice means by what was seen; None where figures do not tell."""
    figures = {look.name: _figure(look.seen) for look in looks}
    if len(figures) < 2 or any(value is None for value in figures.values()):
        return None
    values = {name: value for name, value in figures.items() if value is not None}
    best = max(values.values()) if choice.most else min(values.values())
    names = [name for name, value in values.items() if value == best]
    return names[0] if len(names) == 1 else None


def _figure(seen: object) -> float | None:
    """The only figure that an observation tells, but its own number."""
    told = [
        float(match.group()) for fact in facts(seen) or () if fact.key not in _OWN_KEYS for match in _FIGURE.finditer(fact.value)
    ]
    return told[0] if len(told) == 1 else None


def told_choice(text: str, words: str, choice: Choice, name: str, places: Mapping[str, str]) -> str:
    """A mission with what a choice means in the stead of its words.

    Args:
        text: The mission, as it is told by now.
        words: The choice's words in it.
        choice: What they stand for.
        name: The thing that is meant.
        places: Where things are.
    """
    where = places.get(name, name)
    if _CJK.search(words):
        clause = re.search(rf"(?<=[\uff0c,\u3002]){re.escape(words)}[\uff0c,]", text)
        told = text.replace(clause.group(), "", 1) if clause else text.replace(words, where if choice.place else f"是{name}", 1)
        return _HAN_WHICH.sub(_numbered(name), told)
    if choice.place:
        return text.replace(words, f"in {where}" if words.casefold().startswith("wherever") else where, 1)
    asked = words.casefold().startswith("which ")
    return text.replace(words, f"that it is {name}" if asked else name, 1)


def said_plainly(words: str, condition: str) -> str:
    """What is done if a condition holds, with its words for "so": "come and say so on the porch"."""
    return _SO.sub(lambda match: f'{match["verb"]} "{condition}"', words, count=1)


def _numbered(name: str) -> str:
    """What a thing is called in Chinese: by its number, where its name ends in one."""
    number = re.search(r"(?<![\w.])(\d{1,4})$", name)
    return f"是{number[1]}号" if number else f"是{name}"


def hangs_on_several(plain: str, conditions: Iterable[str]) -> bool:
    """Whether something in a masked mission, or one of its conditions, waits for looks at several things."""
    return bool(choices(plain)) or any(_quantified(words) is not None for words in conditions)


def spelled(words: str, names: Sequence[str], places: Mapping[str, str]) -> str:
    """What is done where a condition holds of some of several, with these in the stead of "which", "its number" and "there".

    Args:
        words: The branch, as it is said.
        names: Of what the condition holds.
        places: Where things are.
    """
    chinese = _CJK.search(words) is not None
    which = ("和" if chinese else " and ").join(names)
    where = ("和" if chinese else " and ").join(dict.fromkeys(places[name] for name in names if places.get(name)))
    if chinese:
        text = _HAN_THERE.sub(lambda match: f"{match['at']}{where}", words) if where else words
        return _HAN_WHICH.sub(_numbered(which), text)
    text = _WHICH.sub(f"that it is {which}", words, count=1)
    text = _NUMBER.sub(f'"it is {which}"', text, count=1)
    text = _NAME_IT.sub(lambda match: f"tell {match['who']} that it is {which}", text, count=1)
    return _THERE.sub(f"in {where}", text, count=1) if where else text
