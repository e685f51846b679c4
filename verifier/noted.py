"""What a simulated step will have noted down once it has really been carried out, by how it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from skills import Notes
from verifier.checks.failure import after_failure
from verifier.step import Step
from verifier.walk import proceed

__all__ = ["Ending", "ending_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The notes after a step.

    Attributes:
        done: If it succeeds and nobody says in which of its outcomes.
        failed: If it fails, or is stopped.
        outcomes: If it succeeds in one of the outcomes that it declares, by name.
    """

    done: Notes
    failed: Notes
    outcomes: Mapping[str, Notes] = field(default_factory=lambda: MappingProxyType({}))

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        outcomes = {name: notes.to_json() for name, notes in self.outcomes.items()}
        return {"done": self.done.to_json(), "failed": self.failed.to_json(), "outcomes": outcomes}


def ending_of(step: Step) -> Ending:
    """What a step will have noted down.

    Args:
        step: The first step of a plan, simulated; only how it ends itself is open.
    """
    exclusive = proceed(step).exclusive
    return Ending(
        done=step.after.notes(exclusive),
        failed=after_failure(step).notes(exclusive),
        outcomes=MappingProxyType({branch.outcomes[-1][1]: branch.state.notes(exclusive) for branch in step.ends}),
    )
