"""Answer to proposal: a lossless parser of the dialect that never repairs; what does not parse is refused whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planners.asides import needs, orders_nothing
from agent.planners.dialect.arguments import ARGUMENTS, OPTIONAL, pointers_of
from agent.planners.dialect.prompt import Prompt
from agent.planners.dialect.questions import either, qualifier, unknown_question, unlinked_question
from agent.planners.dialect.reader import Reader
from agent.planners.errors import PlanUnreadable
from agent.planners.pointers import TOPICS

if TYPE_CHECKING:
    from pydantic import JsonValue

    from agent.planners.planner import Proposal
    from skills import SkillCall

__all__ = ["decode"]

_CLAUSE = re.compile(r"[,.;:!?]|\b(?:and|then|after|afterwards|before|but|next|finally|followed|once|also|when)\b", re.IGNORECASE)
"""What a new clause of a mission begins with."""
_OWNS = re.compile(r"(?<=\w)['\u2019]s$")
"""What is searched for has no ending: "the crate's gone"."""
_OPEN_ENDED = frozenset({"explore", "search"})
"""Skills after which the rest of the mission is planned anew: what is said after them may be left to that plan."""
_DECLINED = "None of this robot's skills can do that."


def decode(text: str, prompt: Prompt, *, wondered: bool = True) -> Proposal:
    """Read a model's answer.

    Args:
        text: The answer, special tokens as text.
        prompt: The prompt that it answers.
        wondered: Whether the model thought of asking what words mean, whatever it said at last.

    Returns:
        A plan, a question with its candidates, or a reason for declining; planner and timing are not filled in. A plan that
        leaves out what is said like a name and names nothing here is not the mission that was asked for: where the model
        wondered itself, it is a question. Of twelve such plans in missions by hand for which it did not, none was one to ask about.

    Raises:
        PlanUnreadable: The answer is not exactly one of them.
    """
    from agent.planners.planner import Proposal
    from skills import Plan

    reader = Reader(text, prompt)
    first = reader.peek()
    if first == "[decline]":
        proposal = _declined(reader)
    elif first == "[which]":
        proposal = _which(reader)
    elif first == "[unknown]":
        reader.at += 1
        words = reader.span()
        proposal = unknown_question(prompt.mission[words[0].start : words[-1].end], prompt)
    elif first == "[done]" and prompt.begun:
        reader.at += 1
        proposal = Proposal(plan=Plan(mission=prompt.mission, steps=()))
    elif first == "[answer]":
        proposal = _answer(reader)
    else:
        return _plan(reader, wondered)
    if reader.peek():
        raise reader.wrong("the end")
    return proposal


def _plan(reader: Reader, wondered: bool) -> Proposal:
    from agent.planners.planner import Proposal
    from skills import Plan

    prompt = reader.prompt
    steps: list[SkillCall] = []
    more = False
    while reader.peek() and not more:
        if steps and reader.peek() == "[more]":
            more = True
            reader.at += 1
            break
        reader.said_until = 0
        steps.append(_step(reader))
    if reader.peek():
        raise reader.wrong("the end")
    if not steps:
        raise PlanUnreadable(
            "The model answered with an empty plan, which is no plan for this mission: what should the robot do first? "
            "Say it in other words."
        )
    later = reader.said_until if more or steps[-1].skill in _OPEN_ENDED else 0
    for stretch in prompt.unlinked if wondered else ():
        if reader.quotes(stretch) or orders_nothing(prompt.mission, stretch.start):
            continue
        if stretch.of is None and not needs(prompt.mission, stretch.start):
            continue
        if not (later and _CLAUSE.search(prompt.mission[later : stretch.start])):
            return unlinked_question(stretch, prompt)
    return Proposal(plan=Plan(mission=prompt.mission, map=None, revision=None, steps=tuple(steps)), more=more)


def _declined(reader: Reader) -> Proposal:
    """What cannot be done, with the words that say it where the model quotes them."""
    from agent.planners.planner import Proposal

    reader.at += 1
    if reader.peek() != "[q]":
        return Proposal(reason=_DECLINED)
    words = reader.span()
    said = reader.prompt.mission[words[0].start : words[-1].end]
    return Proposal(reason=f"None of this robot's skills can do this: {said!r}.", about=said)


def _answer(reader: Reader) -> Proposal:
    """What the map or the robot's own state answers, as a report."""
    from agent.planners.dialect.answers import answer_text, speaker
    from agent.planners.planner import Proposal
    from skills import Plan, SkillCall

    prompt = reader.prompt
    said = speaker(prompt)
    reader.at += 1
    topic = reader.peek()
    if topic not in TOPICS or said is None:
        raise reader.wrong("what the answer is about")
    reader.at += 1
    pointers: list[str] = []
    kinds = {"[list]": ("place",), "[hello]": (), "[self]": ()}.get(topic, ("place", "thing", "door"))
    named = {pointer for pointer, referent in prompt.table.items() if referent.type in kinds}
    while reader.peek() in named and (not pointers or topic in ("[where]", "[count]")):
        pointers.append(reader.take())
        if reader.peek() != "[or]":
            break
        reader.at += 1
    if not pointers and topic in ("[where]", "[state]", "[count]"):
        raise reader.wrong("a pointer")
    text = answer_text(topic, [prompt.table[pointer] for pointer in pointers], prompt)
    step = SkillCall(skill=said, args={"text": text})
    return Proposal(plan=Plan(mission=prompt.mission, map=None, revision=None, steps=(step,)))


def _which(reader: Reader) -> Proposal:
    from agent.planners.planner import Proposal

    reader.at += 1
    pointers = [reader.take()]
    while reader.peek() == "[or]":
        reader.at += 1
        pointers.append(reader.take())
    names = []
    for pointer in pointers:
        if pointer not in reader.prompt.table:
            raise reader.wrong("a pointer")
        names.append(reader.prompt.table[pointer].name)
    if len(names) < 2:
        raise reader.wrong("several candidates")
    word = next((word for word in reader.prompt.words if word.item.text == pointers[0]), None)
    stretch = None if word is None else qualifier(word, reader.prompt)
    if stretch is not None:
        return unlinked_question(stretch, reader.prompt, tuple(names))
    about = "" if word is None else reader.prompt.mission[word.start : word.end]
    return Proposal(question=f"Which one is meant by {about!r}: {either(names)}?", choices=tuple(names), about=about)


ALOUD = ("say", "ask", "report")
"""Skills whose words are for people's ears."""


def _step(reader: Reader) -> SkillCall:
    from skills import SkillCall

    verb = reader.peek()
    args: dict[str, JsonValue] = {}
    signature = reader.prompt.signatures.get(verb)
    if signature is not None:
        reader.at += 1
        for name, kind in zip(signature.names, signature.kinds, strict=True):
            args[name] = reader.argument(kind)
        return SkillCall(skill=signature.skill, args=args)
    skill = verb[1:-1]
    if verb not in reader.prompt.dialect.verbs or skill not in reader.prompt.library:
        raise reader.wrong("a skill of this robot")
    reader.at += 1
    for name, kind in ARGUMENTS[skill]:
        if (skill, name) in OPTIONAL and not _begins(reader, kind):
            continue
        args[name] = reader.argument(kind, aloud=skill in ALOUD)
    if skill == "search" and isinstance(what := args.get("what"), str):
        args["what"] = _OWNS.sub("", what) or what
    return SkillCall(skill=skill, args=args)


def _begins(reader: Reader, kind: str) -> bool:
    """Whether the next token starts an argument of this kind."""
    token = reader.peek()
    if kind == "text":
        return token == "[q]"
    return token in pointers_of(kind, reader.prompt)
