"""Doubts about how often: "do the following three times: ...", "four laps of the yard", and a plan that repeats less."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt

if TYPE_CHECKING:
    from maps.linking import Mention
    from skills import Plan, SkillCall

__all__ = ["doubted_number", "doubted_repeats", "once", "times_of_all"]

_NUMBER = r"(?:(?P<twice>twice)|(?P<thrice>thrice)|(?P<number>\d+|[a-z]+)\s*(?:times|x)\b)"
_HELLO = (
    r"^\W*(?:[^.!?:;]{0,40}?[,.!]\s*|(?:could|can|would|will)\s+you\s+|please\s+|help\s+me\s+and\s+"
    r"|i\s+(?:want|need|would\s+like)\s+you\s+to\s+)*"
)
_FOLLOWING = re.compile(
    rf"{_HELLO}(?:do|perform|run|carry\s+out|repeat|execute|go\s+through)\s+"
    rf"(?:(?:all\s+of\s+)?(?:the\s+following|this|what\s+follows|these(?:\s+\w+){{0,2}}))\s+{_NUMBER}(?:\s+over)*\s*[:,;-]",
    re.IGNORECASE,
)
_ALL_OF_IT = re.compile(
    r"[.,;]?\s*(?:and\s+|then\s+|please\s+)*(?:do|repeat|run)\s+(?:all\s+(?:of\s+)?(?:that|this|it)"
    r"|the\s+whole\s+(?:thing|lot|sequence|round)|everything|it\s+all|these\s+(?:two|three|steps)|both)"
    rf"\s+{_NUMBER}(?:\s+(?:over|in\s+total|altogether|in\s+a\s+row))*\s*[.!]*\s*$",
    re.IGNORECASE,
)
_LAPS = re.compile(
    r"\b(?P<number>\d+|[a-z]+)\s+(?:full\s+|complete\s+|whole\s+)?(?:circuits?|laps?|rounds?|loops?|tours?|circles)\s+(?:of|around|round|between|through)\b",
    re.IGNORECASE,
)
_HAN_NUMBER = "(?P<number>\\d+|[一二两三四五六七八九十]+)"
_HAN_FOLLOWING = re.compile(
    f"(?:把)?(?:下面|以下|接下来|下列)[^\uff0c,\u3002:\uff1a]{{0,8}}?(?:做|重复|来|执行|走|干|循环){_HAN_NUMBER}(?:遍|次|回|轮|趟)[\uff1a:\uff0c,]"
)
_HAN_LAPS = re.compile(f"(?:转|绕|走|跑|巡逻|巡){_HAN_NUMBER}(?:圈|趟|轮)")
_MOST, _LONGEST = 20, 60
_STOP = re.compile(
    r"[.;!?](?=\s)|\b(?:then|after\s+(?:that|which)|once\s+(?:that|done)|followed\s+by|next|finally|lastly)\b"
    "|[\u3002\uff1b]|然后|接着|之后|最后|完事|处理完|弄好|弄完|做完|顺便|要先|再|先",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"[.;!?](?=\s)|\b(?:second|(?:and|then)\s+next|next(?=\s*[,:])|finally|lastly|as\s+soon\s+as|(?:when|once)\s+(?:(?:you|that|this|it)\S*\s+)?(?:is\s+)?(?:all\s+)?(?:done|finished))\b"
    "|[\u3002\uff1b]|最后|完事|处理完|弄好|弄完|做完|顺便|要先",
    re.IGNORECASE,
)
"""What follows is not to be repeated."""
_ANY_NUMBER = re.compile(r"\bany\s+(?:(?P<number>\w+)\s+)?(?:of\s+)?(?:(?:the|our|my|these|those)\s+)?$", re.IGNORECASE)
_YOU_LIKE = re.compile(
    r"\s*,?\s*(?:that\s+)?(?:you\s+(?:like|want|prefer|please)|will\s+do|of\s+your\s+choice|is\s+fine)\b", re.IGNORECASE
)


def times_of_all(mission: str) -> int | None:
    """How often all of a mission is to be done; None where it does not say so."""
    if (said := once(mission)) is not None:
        return said[1]
    laps = _LAPS.search(mission) or _HAN_LAPS.search(mission)
    if laps is None or _STOP.search(mission.strip(" .!\u3002"), laps.end()) or _STOP.search(mission, 0, laps.start()):
        return None
    return _value(laps)


def once(mission: str) -> tuple[str, int] | None:
    """What is to be done several times, said once, and how often; None where a mission does not say so of all of it."""
    for pattern in (_FOLLOWING, _HAN_FOLLOWING, _ALL_OF_IT):
        said = pattern.search(mission)
        times = None if said is None else _value(said)
        if said is not None and times is not None:
            rest = (mission[: said.start()] if pattern is _ALL_OF_IT else mission[said.end() :]).strip()
            more = pattern is not _ALL_OF_IT and _MORE.search(rest.rstrip(" .!?;\u3002\uff01"))
            return (rest, times) if rest and not more else None
    return None


def doubted_repeats(plan: Plan, mission: str) -> Iterator[Doubt]:
    """A plan that does once, or only its beginning again and again, what is all to be done several times.

    Args:
        plan: A whole plan.
        mission: What the operator said.
    """
    times = times_of_all(mission)
    steps = plan.steps
    if times is None or _is_round(steps, times):
        return
    size, count = _repeated(steps)
    unit = (*steps[:size], *steps[size * times :]) if count >= times else steps
    if count not in (1, times) or len(unit) * times > _LONGEST:
        yield Doubt(f"all of it is to be done {times} times")
        return
    yield Doubt(f"all of it is to be done {times} times", plan=plan.model_copy(update={"steps": unit * times}))


def doubted_number(plan: Plan, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """More of a group than are asked for: "any two of the doors", "any studio you like"; with the plan of the first ones.

    Args:
        plan: The plan.
        mission: What the operator said.
        mentions: What it names, in order.
    """
    from maps.ordinary_words import NUMBERS

    for mention in mentions:
        said = _ANY_NUMBER.search(mission, 0, mention.start)
        names = {candidate.name for candidate in mention.candidates}
        if said is None or len(names) < 2 or (said["number"] is None and not _YOU_LIKE.match(mission, mention.end)):
            continue
        word = (said["number"] or "one").lower()
        number = NUMBERS.get(word, word)
        used = list(dict.fromkeys(value for step in plan.steps for value in step.args.values() if value in names))
        if number.isdigit() and 0 < int(number) < len(used):
            more = set(used[int(number) :])
            less = tuple(step for step in plan.steps if not more & set(map(str, step.args.values())))
            yield Doubt(f"{len(used)} instead of {number} are chosen", plan=plan.model_copy(update={"steps": less}))


def _value(said: re.Match[str]) -> int | None:
    """The number that was said, from 2 to 20."""
    from maps.linking.script import numeral_value
    from maps.ordinary_words import NUMBERS

    groups = said.groupdict()
    if groups.get("twice") or groups.get("thrice"):
        return 2 if groups.get("twice") else 3
    word = said["number"].lower()
    value = word if word.isdigit() else NUMBERS.get(word) or ("" if word.isascii() else str(numeral_value(word) or ""))
    return int(value) if value.isdigit() and 2 <= int(value) <= _MOST else None


def _is_round(steps: Sequence[SkillCall], times: int) -> bool:
    """Whether steps are some of them so many times over; what is done between one round and the next may be left out at last."""
    for size in range(1, len(steps) + 1):
        whole = list(steps[:size]) * times
        if whole == list(steps) or (steps[size - 1].skill == "wait" and whole[:-1] == list(steps)):
            return True
    return False


def _repeated(steps: Sequence[SkillCall]) -> tuple[int, int]:
    """How many steps a plan begins with that come again right behind, and how often they come."""
    for size in range(1, len(steps) // 2 + 1):
        count = 1
        while tuple(steps[size * count : size * (count + 1)]) == tuple(steps[:size]):
            count += 1
        if count > 1:
            return size, count
    return len(steps), 1
