"""MissionState: the graph's checkpointed state. Small plain data only; maps, routes and certificates lie on disk."""

from typing import Any, TypeAlias, TypedDict

__all__ = ["Json", "MissionState"]

Json: TypeAlias = dict[str, Any]


class MissionState(TypedDict, total=False):
    """What is known between two nodes.

    Attributes:
        instruction: The mission's sentence, with the operator's answers worked in.
        round: Number of the current plan, 1-based; names plan-<round>.json and verdict-<round>.json.
        plan: The current plan as JSON; None before the first and when the planner asked or declined.
        proposed: The steps that its planner proposed, as JSON; mending puts others between them.
        rejected: Plans that were refused since the last accepted one, as JSON.
        refuted: Calls that no plan may contain any more, as JSON.
        findings: Findings of the last verdict, as JSON.
        more: Whether the current plan is a beginning: when it is carried out, the planner goes on with what was seen.
        waits: Whether the current plan only looks again at what the mission waits for.
        asked: Names that the operator was asked about because the planner was unsure, and those he was offered.
        verified: Whether the current plan's verdict is ok.
        digest: Digest of the current plan, body, rules, skills and revision.
        approved: Digest that was approved; an other digest is not.
        warnings: Texts of findings that the approver has seen.
        seen: What those findings are about.
        asks: Whether one of them is a question to the operator, whatever the approval mode.
        step: Index of the next step of the current plan.
        attempt: How often this step was begun.
        action: Id of the step in progress: the intent.
        outcome: Outcome of the last dispatched step, as JSON.
        notes: What the steps so far have noted down (``skills.Notes``), as JSON.
        ending: What the step in progress will have noted down, by how it ends (``verifier.noted``), as JSON.
        history: Finished steps: ``{"call": ..., "outcome": ...}``.
        broken: The plan that broke off at its first step, as JSON: why, and what was looked for since; None where none did.
        taken: Conditions of the instruction that were gone by after setbacks, in characters.
        told: What the planner is told in the instruction's stead since such a condition held, from which entry of the history on,
            and the steps that wait behind it: ``{"mission": ..., "since": ..., "after": [...]}``.
        replans: Plans made after the first was under way.
        request: What the operator is asked, as JSON; None when nothing.
        status: How it stands; an end state once the report is written.
        summary: One sentence for the record.
    """

    instruction: str
    round: int
    plan: Json | None
    proposed: list[Json]
    rejected: list[Json]
    refuted: list[Json]
    findings: list[Json]
    more: bool
    waits: bool
    asked: list[str]
    verified: bool
    digest: str
    approved: str
    warnings: list[str]
    seen: list[str]
    asks: bool
    step: int
    attempt: int
    action: str
    outcome: Json | None
    notes: Json
    ending: Json
    history: list[Json]
    broken: Json | None
    taken: list[list[int]]
    told: Json
    replans: int
    request: Json | None
    status: str
    summary: str
