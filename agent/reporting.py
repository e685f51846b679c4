"""The final report: what was done, found and answered, as data and as sentences."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from agent.state import Json
from skills import Observation, SkillCall

__all__ = ["final_report", "given_up", "refusal"]

_TALK = frozenset({"report", "say"})
"""Skills that tell of what was done, and mend nothing of it."""


def final_report(
    status: str, summary: str, history: list[Json], *, limits: Json | None = None, broken: Sequence[Json] = ()
) -> dict[str, Any]:
    """Collect what the finished steps brought.

    Args:
        status: The mission's end status.
        summary: Why it ended, if there is something to say; otherwise it is made here.
        history: Finished steps, ``{"call": ..., "outcome": ...}``.
        limits: Each limit of the mission with what was taken of it; None for a mission without limits.
        broken: House rules that were broken, with ``rule``, ``severity`` and ``sentence``.

    Returns:
        ``status``, ``summary``, ``steps`` (one record each), ``findings`` (sentences: answers and observations), ``broken_rules``,
        and ``limits`` where there are any.
    """
    steps, found = [], []
    for entry in history:
        outcome = entry["outcome"]
        steps.append(
            {
                "call": str(SkillCall.model_validate(entry["call"])),
                "status": outcome["status"],
                "message": outcome["message"],
                "value": outcome["value"],
                "evidence": outcome["evidence"],
            }
        )
        found += [str(told) for told in map(Observation.of, outcome["observations"]) if told not in found]
    done = sum(step["status"] == "succeeded" for step in steps)
    if not summary:
        never = ", ".join(_never_done(steps))
        summary = f"Done: {done} of {len(steps)} steps succeeded{f'; {never} did not' if never else ''}."
    names = sorted({str(each["rule"]) for each in broken if each["severity"] != "note"})
    if names:
        summary += f" {'A house rule was' if len(names) == 1 else 'House rules were'} broken: {', '.join(names)}."
    report = {"status": status, "summary": summary, "steps": steps, "findings": found, "broken_rules": list(broken)}
    return report if limits is None else {**report, "limits": limits}


def refusal(errors: Iterable[str]) -> str:
    """Why nothing was carried out: what was wrong with the last plan, in the verifier's words rather than the planner's."""
    return f"Not carried out: no plan that the planner proposed holds. {' '.join(islice(errors, 3))}"


def given_up(history: Sequence[Json]) -> str:
    """What the mission could not do, where a step failed and nothing but words came after it; empty otherwise.

    Args:
        history: Finished steps, ``{"call": ..., "outcome": ...}``.
    """
    for entry in reversed(history):
        call, outcome = SkillCall.model_validate(entry["call"]), entry["outcome"]
        if outcome["status"] in ("failed", "timed_out"):
            return f"Not done: {call} {outcome['status'].replace('_', ' ')}: {outcome['message']}".rstrip(" :.") + "."
        if call.skill not in _TALK:
            return ""
    return ""


def _never_done(steps: list[Json]) -> list[str]:
    """Calls that failed and did not succeed later either, each once."""
    done = {step["call"] for step in steps if step["status"] == "succeeded"}
    return list(dict.fromkeys(step["call"] for step in steps if step["status"] != "succeeded" and step["call"] not in done))
