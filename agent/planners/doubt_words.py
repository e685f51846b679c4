"""Doubts about what is said: a message that the mission words and the plan leaves out, words that say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import WORDLESS, Doubt

if TYPE_CHECKING:
    from skills import Plan, SkillCall

__all__ = ["doubted_questions", "doubted_words", "said_again", "words_a_message"]

_SEEING = frozenset({"inspect", "search", "explore", "ask"})
_MEANINGFUL = re.compile(
    r"(?!\b(?:the|an?|me|us|you|him|her|it|its|this|that|these|those|which|what|who|there|them|they|is|are|to|of|in|at|on|and|or|so|if|for)\b)"
    r"\b\w+\b",
    re.IGNORECASE,
)
"""A word that can be a message."""
_TO_WHOM = (
    r"(?!me\b|us\b)(?:(?:the|everyone|everybody|anyone|whoever|people|those|all|our|my)\s+)*[\w'\u2019-]+"
    r"(?:\s+(?!(?:in|at|by|from|on|over|that|to|about|the)\b)[\w'\u2019-]+)?"
    r"(?:\s+(?:in|at|by|from|on|over)\s+(?:the\s+)?[\w'\u2019-]+(?:\s+[\w'\u2019-]+)?)?"
)
_SEEN = (
    r"(?:what(?:ever)?|which|how|whether|if|about|of|on|where|when|the\s+(?:result|reading|value|level|temperature|status|state|number|answer|outcome)s?"
    r"|it(?!['\u2019]s)|them|this|so)\b"
)
"""What is told as it was seen, and not in the mission's words."""
_MESSAGE = re.compile(
    rf"\b(?:tell|telling|inform|remind|warn|notify)\s+{_TO_WHOM}\s+(?:that\s+(?!{_SEEN}\s*(?:$|[,.;]))\w+\s+\w+|(?!{_SEEN})(?:it['\u2019]?s|they|we|he|she|there|to\s+\w+|the\s+\w+|i)\b\s*\w+)"
    rf"|\bmake\s+(?:\S+\s+){{1,4}}aware\s+(?:that\s+)?(?!{_SEEN})\w+\s+\w+"
    rf"|\blet\s+(?!me\b|us\b)(?:\S+\s+){{1,7}}know\s+(?:that\s+)?(?!{_SEEN})\w+\s+\w+"
    r"|\b(?:say|saying|shout|announce)\s+(?!what\b|which\b|how\b|it\b|so\b|to\s+me\b|something\b)(?:that\s+)?\w+\s+\w+",
    re.IGNORECASE,
)
_HAN_MESSAGE = re.compile(
    "(?:通知|告诉|转告|提醒|叫|喊)(?:他们|她们|大家|大伙|同事|他|她|人|一声)+(?P<said>[^,\uff0c\u3002;\uff1b!\uff01?\uff1f]{2,})"
    "|(?:说|讲|喊)(?:一声|一下|句)?(?!一声|一下|句|出来|清楚|明白)(?P<words>[^,\uff0c\u3002;\uff1b!\uff01?\uff1f]{2,})"
)
_CUT_OFF = re.compile(
    r"(?:^|\s)(?:the|an?|to|of|in|at|on|for|with|from|by|is|are|was|were|will|has|have|been|be|not|can|should|must|needs?|my|our|your|their|his|her"
    r"|its|it['\u2019]s|and|or|that|there['\u2019]s|than)$",
    re.IGNORECASE,
)
"""No sentence ends with these words."""
_UNIT_NEXT = re.compile(
    r"\s*(?:[ap]\.?m\b|o['\u2019]?clock\b|min\w*|hours?\b|days?\b|%|percent\b|degrees?\b|euros?\b|times\b)", re.IGNORECASE
)
_NO_WORDS = re.compile(
    r"(?:with\s+)?(?:the\s+exception|except|excluding|apart|aside|other\s+than|but\s+not|not)\b.{0,40}|(?:mr|mrs|ms|dr|st)\.?",
    re.IGNORECASE,
)
"""What tells what is left out, and the half of a name, are neither message nor question."""
_ORDERED = re.compile(
    r"\s*,?\s+(?:and|plus|then|and\s+then)\s+(?:please\s+)?(?:scope\s+out|look\s+at|check|inspect|read|bring|take|fetch|drive|go\s+to|come\s+back|return|open|put|carry)"
    r"\s+(?!it\b|them\b|me\b)",
    re.IGNORECASE,
)
_A_NUMBER = re.compile(r"(?:number|nr\.?|no\.?)\s+\w+", re.IGNORECASE)
_TOLD_THAT = re.compile(
    r"\b(?:tell|telling|inform|remind|warn|notify|say|announce|shout|know|hears?)\b[^.;!?]{0,80}?\bthat\s+(?P<told>[^.;!?]+)",
    re.IGNORECASE,
)
_TOLD = re.compile(rf"\b(?:tell|telling|inform|remind|warn|notify)\s+{_TO_WHOM}\s+(?P<told>\w+\s+[^.;!?]+)", re.IGNORECASE)
_SO = re.compile(r"\b(?:tell\s+\w+(?:\s+\w+)?|say|let\s+\w+\s+know)\s+so\b", re.IGNORECASE)
_ENDS = re.compile(
    r"\s*,?\s+(?:(?:with\s+the\s+exception|except|excluding|apart\s+from|aside\s+from|other\s+than|but\s+not)\b|and\s+then\b|then\b|so\b).*",
    re.IGNORECASE,
)
"""From here on it is no message any more."""
_AGAIN = re.compile(
    r"\b(?:twice|thrice|times|again|back|rounds?|laps?|loops?|repeat\w*|once\s+more|return\w*)\b|\d\s?x\b|[次遍圈趟轮再回]",
    re.IGNORECASE,
)
_COMES = re.compile(
    r"\bcome\s+(?:over\s+|back\s+|round\s+|in\s+)*(?:to|into|in)\b[^.;!?]{0,50}\b(?:tell|let)\s+(?:me|us)\b", re.IGNORECASE
)
"""Who says so is there: "come to the sofa corner and tell me"."""
_QUOTED = re.compile(r"\"(?P<plain>[^\"]{2,200})\"|\u201c(?P<curly>[^\u201d]{2,200})\u201d")
_ORDERS = re.compile(r"\b(?:say|shout|announce|tell|repeat|yell)$", re.IGNORECASE)
_SENTENCE = re.compile(
    r"[.,;:!?\n](?=\s|$)|\s+(?:and\s+then|then|and\s+(?:go|come|take|bring|check|look|return|wait|tell|drive|charge))\b",
    re.IGNORECASE,
)
_HAN_HEARER = re.compile("(?:我|你|他|她|咱|大家|人|(?:我|你|他|她|咱)们|[\u3400-\u9fff]{0,3}[的员])(?:一声|一下)?")
_HAN_TELLS = re.compile("(?:通知|告诉|转告|提醒|叫|喊|告知)[\u3400-\u9fff]{0,3}$")
_HAN_DOWN = re.compile("[布说讲知报念喊播告]下")
"""In 宣布下 the second character belongs to the verb."""
_HAN_SEEN = re.compile("结果|读数|数值|情况|状态|多少|什么|怎么|是否|有没有|几|哪|(.)[没不]\\1|(?:了没|没有|吗)$")


def words_a_message(mission: str) -> bool:
    """Whether a mission says in its own words what is to be told: "tell them that lunch is ready", 说一声没纸了."""
    if _MESSAGE.search(mission):
        return True
    found = ((match["said"] or match["words"]) for match in _HAN_MESSAGE.finditer(mission))
    return any(not _HAN_SEEN.search(said) and not _HAN_HEARER.fullmatch(said) for said in found)


def doubted_words(plan: Plan, mission: str, seen: Sequence[str] = ()) -> Iterator[Doubt]:
    """What speaks against what a plan says.

    Args:
        plan: The plan.
        mission: What the operator said.
        seen: Skills whose steps were carried out before.
    """
    from skills import SkillCall

    worded = any(step.skill == "say" and step.args.get("text") for step in plan.steps)
    for number, step in enumerate(plan.steps):
        text = step.args.get("text")
        if step.skill == "report" and number and plan.steps[number - 1].skill == "goto" and _COMES.search(mission):
            yield Doubt("what is told is told there", instead=(step, SkillCall(skill="say", args=dict(step.args))))
        if step.skill != "say":
            continue
        if isinstance(text, str) and _NO_WORDS.fullmatch(text.strip()):
            told = _message_of(mission)
            meant = None if told is None else SkillCall(skill="say", args={**step.args, "text": told})
            yield Doubt(f"{text!r} says nothing", instead=None if meant is None else (step, meant))
        elif isinstance(text, str) and (down := mission.find(text)) > 0 and _HAN_DOWN.fullmatch(mission[down - 1 : down + 1]):
            yield Doubt(
                f"{text!r} begins a word too early", instead=(step, SkillCall(skill="say", args={**step.args, "text": text[1:]}))
            )
        elif isinstance(text, str) and text and (whole := _quoted(text, mission) or _uncut(text, mission)) is not None:
            yield Doubt(f"{text!r} breaks off", instead=(step, SkillCall(skill="say", args={**step.args, "text": whole})))
        elif isinstance(text, str) and text and not _MEANINGFUL.search(text):
            yield Doubt(f"{text!r} says nothing")
        elif isinstance(text, str) and text and _only_whom(text, mission):
            looked = any(skill in _SEEING for skill in (*seen, *(one.skill for one in plan.steps[:number])))
            yield Doubt(f"{text!r} is who is told", instead=(step, SkillCall(skill="say", args={})) if looked else None)
        if not text and not worded and words_a_message(mission):
            yield Doubt("the words of the message are left out", words=(WORDLESS,))
        elif not text and not any(skill in _SEEING for skill in (*seen, *(one.skill for one in plan.steps[:number]))):
            yield Doubt("nothing was seen that could be said")


def doubted_questions(plan: Plan) -> Iterator[Doubt]:
    """Looks with words that ask nothing (what is left out, or a number), or that go on to another order; with the look without."""
    from skills import SkillCall

    for step in plan.steps:
        question = step.args.get("question")
        if isinstance(question, str) and (_NO_WORDS.fullmatch(question.strip()) or _A_NUMBER.fullmatch(question.strip())):
            less = {key: value for key, value in step.args.items() if key != "question"}
            yield Doubt(f"{question!r} asks nothing", instead=(step, SkillCall(skill=step.skill, args=less)))
        elif isinstance(question, str) and (order := _ORDERED.search(question)) is not None and order.start():
            less = {**step.args, "question": question[: order.start()]}
            yield Doubt(f"{question!r} goes on to another order", instead=(step, SkillCall(skill=step.skill, args=less)))


def said_again(plan: Plan, mission: str) -> Iterator[Doubt]:
    """The same said in the same places once more, where nobody said to do so; the doubt has the plan with that once."""
    if _AGAIN.search(mission):
        return
    done: list[tuple[SkillCall, SkillCall]] = []
    out: set[int] = set()
    for number, (one, other) in enumerate(zip(plan.steps, plan.steps[1:], strict=False)):
        if one.skill == "goto" and other.skill == "say" and other.args.get("text"):
            if (one, other) in done:
                out |= {number, number + 1}
            done.append((one, other))
    if out:
        steps = tuple(step for number, step in enumerate(plan.steps) if number not in out)
        yield Doubt("the same is said again", plan=plan.model_copy(update={"steps": steps}))


def _message_of(mission: str) -> str | None:
    """What is to be told in a mission's words, up to what is left out; for "tell them so" what its first clause says."""
    so = _SO.search(mission)
    if so is not None:
        first = _SENTENCE.search(mission)
        return mission[: first.start()].strip() if first is not None and first.start() < so.start() else None
    match = _TOLD_THAT.search(mission) or _TOLD.search(mission)
    return None if match is None else _ENDS.sub("", match["told"]).strip(" ,") or None


def _quoted(text: str, mission: str) -> str | None:
    """The whole of a quotation that some words are only a part of; None for others."""
    quotes = [(match["plain"] or match["curly"]).strip() for match in _QUOTED.finditer(mission)]
    whole = next((quote for quote in quotes if text in quote and text != quote), None)
    return quotes[0] if whole is None and len(quotes) == 1 and text not in quotes and _ORDERS.search(text) else whole


def _uncut(text: str, mission: str) -> str | None:
    """Words that break off where no sentence ends, to the end of their clause; None for words that do not."""
    found = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", mission)] if text.isascii() else []
    if not found:
        return None
    stop = _SENTENCE.search(mission, found[0])
    start = max(at for at in found if stop is None or at < stop.start())
    end = start + len(text)
    if not (_CUT_OFF.search(text) or (text[-1].isdigit() and _UNIT_NEXT.match(mission, end))):
        return None
    stop = _SENTENCE.search(mission, end)
    whole = mission[start : stop.start() if stop else len(mission)].strip()
    return whole if len(whole) > len(text) else None


def _only_whom(text: str, mission: str) -> bool:
    """Whether Chinese words are only whom something is to be told: 喊我一声, 通知值班的."""
    start = mission.find(text)
    return start > 0 and _HAN_HEARER.fullmatch(text) is not None and _HAN_TELLS.search(mission, 0, start) is not None
