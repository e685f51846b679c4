"""Report: what became of a leg, as one line for people and as data for machines."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from .check import Result

__all__ = ["line", "to_json"]

_CLAIMS = {
    "route": "a clear route to",
    "unreachable": "no way to",
    "start": "no room at the start of the way to",
    "goal": "no room at",
    "refusal": "a refusal, which claims nothing, about",
}


def line(result: Result) -> str:
    """One leg as one line; control characters in its name are escaped."""
    word = "REFUTED" if not result.confirmed else "nothing claimed" if result.kind == "refusal" else "confirmed"
    text = f"step {result.step}: {word}: {_CLAIMS[result.kind]} {result.subject!r}"
    if result.reasons:
        text += ": " + "; ".join(result.reasons)
    elif result.assumes:
        text += " (taken on trust: " + "; ".join(result.assumes) + ")"
    return text


def to_json(results: Sequence[Result]) -> dict[str, Any]:
    """All legs as plain data; ``ok`` when nothing is refuted."""
    return {"surefoot": 1, "ok": all(result.confirmed for result in results), "legs": [asdict(result) for result in results]}
