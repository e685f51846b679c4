"""Doubt: a plan whose model was unsure of a name becomes a question to the operator, once per name."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from agent.operator import OperatorRequest

if TYPE_CHECKING:
    from agent.planners import NamedArgument, Proposal

__all__ = ["question_of_doubt"]


_LIKELY = 0.1
"""Another name that is less likely than this is none that was meant."""


def _all_used(name: "NamedArgument", used: Collection[object]) -> bool:
    """Whether all that a name might have been are in the plan: then it is in no doubt which of them is meant."""
    likely = [other for other, share in name.others if share >= _LIKELY and other != name.name]
    return bool(likely) and all(other in used for other in likely)


def question_of_doubt(
    proposal: "Proposal", least: float, settled: Collection[str]
) -> tuple[OperatorRequest, tuple[str, ...]] | None:
    """What to ask about the name that the model was least sure of.

    Args:
        proposal: A plan with its model's confidences.
        least: Names below this confidence are asked about, 0 to 1; 0 asks about none.
        settled: Names that were asked about before in this mission, or offered; they are not asked about again.

    Returns:
        The question and the names that it settles; None where there is nothing to ask.
    """
    if proposal.plan is None:
        return None
    used = {value for step in proposal.plan.steps for value in step.args.values() if isinstance(value, str)}
    doubtful = [
        name for name in proposal.names
        if name.confidence < least and name.name not in settled and not _all_used(name, used)
    ]  # fmt: skip
    if not doubtful:
        return None
    name = min(doubtful, key=lambda doubted: doubted.confidence)
    call = proposal.plan.steps[name.step - 1]
    choices = (name.name, *(other for other, _ in name.others if other != name.name))
    sure = f"the planner is {name.confidence:.0%} sure of {name.name!r}"
    said = f" by {name.about!r}" if name.about and name.about.casefold() != name.name.casefold() else ""
    if len(choices) == 1:
        text = f"What is meant{said} in step {name.step}, {call}? {sure[0].upper()}{sure[1:]}."
        return OperatorRequest(kind="question", text=text, about=name.about), choices
    text = f"Which one is meant{said} in step {name.step}, {call}: {', '.join(choices[:-1])} or {choices[-1]} ({sure})?"
    return OperatorRequest(kind="question", text=text, choices=choices, about=name.about), choices
