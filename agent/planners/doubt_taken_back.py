"""Doubts about what was taken back: "the red block, I mean the green one", and a plan with the first of the two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt

if TYPE_CHECKING:
    from maps.linking import Mention
    from skills import Plan

__all__ = ["doubted_taken_back"]

_TAKES_BACK = re.compile(
    r"\b(?:i\s+mean(?:t)?|make\s+(?:that|it)|scratch\s+that|correction|no,?\s+(?:wait|sorry|hang\s+on|hold\s+on)|wait,?\s+no|sorry,?\s+no|negative"
    r"|what\s+am\s+i\s+saying|my\s+mistake)\b|(?:不对)+|说错了|口误|应该是|改成|换成|哦不|看串行了|还是(?=[放送拿搬去带给])",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:not|n['\u2019]t|instead\s+of|rather\s+than|there['\u2019]?s|there\s+is|already|if|is|are|was)\b|没|不是|有人|已经",
    re.IGNORECASE,
)
"""Between the words that take something back and a name: then the name may not be what is meant in its stead."""
_NEAR = 40
"""What is meant stands within so many characters behind the words that take the other back."""


def doubted_taken_back(plan: Plan, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """Names that a plan uses although others were said in their stead, each doubt with the plan for these.

    Args:
        plan: The plan.
        mission: What the operator said.
        mentions: What it names, in order.
    """
    used = {value for step in plan.steps for value in step.args.values() if isinstance(value, str)}
    for back in _TAKES_BACK.finditer(mission):
        before = [m for m in mentions if m.end <= back.start() and len(m.candidates) == 1]
        behind = [m for m in mentions if back.end() <= m.start <= back.end() + _NEAR and len(m.candidates) == 1]
        for meant in behind[:2]:
            one = meant.candidates[0]
            if _OTHERWISE.search(mission, back.end(), meant.start) or re.search(
                r"[.!?](?=\s)", mission[back.end() + 2 : meant.start]
            ):
                break
            old = next((m.candidates[0] for m in reversed(before) if m.candidates[0].type == one.type), None)
            if old is None or old.name == one.name or old.name not in used or one.name in used:
                continue
            steps = tuple(
                step.model_copy(
                    update={"args": {key: one.name if value == old.name else value for key, value in step.args.items()}}
                )
                for step in plan.steps
            )
            yield Doubt(f"{one.name!r} was said in the stead of {old.name!r}", plan=plan.model_copy(update={"steps": steps}))
            return
