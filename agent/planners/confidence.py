"""How sure a model was of each name in its plan: the share of its choice among all names that the grammar allowed there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from agent.planners.planner import NamedArgument
from agent.planners.refuted import NAMED

if TYPE_CHECKING:
    from agent.planners.dialect import Prompt
    from agent.planners.generation import Said
    from skills import SkillSet
    from skills.call import Plan

__all__ = ["names_in_dialect", "names_in_json"]


class _Answer:
    """An answer's bytes, and which token each of them is part of."""

    def __init__(self, said: Sequence[Said]) -> None:
        self.said = said
        self.text = b"".join(token.text for token in said)
        self.owner = [number for number, token in enumerate(said) for _ in token.text]

    def tokens(self, start: int, end: int) -> Sequence[Said]:
        """The tokens that a stretch of bytes lies in."""
        return self.said[self.owner[start] : self.owner[end - 1] + 1]


def names_in_dialect(plan: Plan, said: Sequence[Said], prompt: Prompt, skills: SkillSet) -> tuple[NamedArgument, ...]:
    """The names of a plan that was said in a small models' dialect, where each is one token.

    Args:
        plan: The plan as it was read.
        said: The answer's tokens.
        prompt: What was answered.
        skills: The robot's skills.

    Returns:
        One per argument that is a name, in the order in which they were said.
    """
    answer = _Answer(said)
    found = []
    for pointer, (start, end) in _pointers(answer.text, prompt):
        tokens = answer.tokens(start, end)
        others: tuple[tuple[str, float], ...] = ()
        if len(tokens) == 1:
            table = prompt.table
            others = tuple(
                (table[text].name, p) for piece, p in tokens[0].others if (text := piece.decode("utf-8", "replace")) in table
            )
        word = next((word for word in prompt.words if word.item.special and word.item.text == pointer), None)
        about = "" if word is None else prompt.mission[word.start : word.end]
        found.append((prompt.table[pointer].name, prod(token.p for token in tokens), others, about))
    arguments = list(_arguments(plan, skills))
    if [name for _, _, name in arguments] != [name for name, *_ in found]:
        return ()  # told by the map rather than by the plan: an answer to a question
    return tuple(
        NamedArgument(step=step, parameter=parameter, name=name, confidence=p, others=others, about=about)
        for (step, parameter, name), (_, p, others, about) in zip(arguments, found, strict=True)
    )


def _pointers(text: bytes, prompt: Prompt) -> Iterator[tuple[str, tuple[int, int]]]:
    """The pointers to places, things and doors outside of quotations, loops gone through, and where in the answer each was said."""
    from agent.planners.dialect.loops import unrolled
    from agent.planners.pointers import tokenise

    tokens = tokenise(text.decode("utf-8", "replace"))
    spans, at = [], 0
    for token in tokens:
        start = text.find(token.encode(), at)
        at = start + len(token.encode())
        spans.append((start, at))
    quoted = False
    for token, origin in unrolled(tokens, prompt):
        if token in ("[q]", "[/q]"):
            quoted = token == "[q]"
        elif not quoted and token in prompt.table and prompt.table[token].type != "skill":
            yield token, spans[origin]


def names_in_json(plan: Plan, said: Sequence[Said], skills: SkillSet) -> tuple[NamedArgument, ...]:
    """The names of a plan that was said as JSON, where each is several tokens: the product of their shares.

    Args:
        plan: The plan as it was read.
        said: The answer's tokens.
        skills: The robot's skills.
    """
    answer = _Answer(said)
    at = max(0, answer.text.find(b'"steps"'))
    found = []
    for step, parameter, name in _arguments(plan, skills):
        key, value = (json.dumps(text, ensure_ascii=False).encode() for text in (parameter, name))
        match = re.compile(re.escape(key) + rb"\s*:\s*" + re.escape(value)).search(answer.text, at)
        if match is None:
            return ()
        at = match.end()
        p = prod(token.p for token in answer.tokens(at - len(value) + 1, at - 1))
        found.append(NamedArgument(step=step, parameter=parameter, name=name, confidence=p))
    return tuple(found)


def _arguments(plan: Plan, skills: SkillSet) -> Iterator[tuple[int, str, str]]:
    """Step, parameter and value of the arguments that are names."""
    for number, call in enumerate(plan.steps, 1):
        kinds: dict[str, Any] = {parameter.name: parameter.kind for parameter in skills[call.skill].parameters}
        for parameter, value in call.args.items():
            if kinds.get(parameter) in NAMED and isinstance(value, str):
                yield number, parameter, value
