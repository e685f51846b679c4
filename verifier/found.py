"""Found: the simulated steps of a plan, and what was found in them."""

from dataclasses import dataclass, field

from verifier.finding import Finding
from verifier.judged import Walked
from verifier.step import Step

__all__ = ["Found"]


@dataclass(slots=True)
class Found:
    """What judging a plan has found so far.

    Attributes:
        steps: The simulated steps.
        about_plan: Findings about the plan as a whole.
        by_step: Findings about each step, by number.
        walked: What the walk alone has found; None where there was none, or where it hangs on more of the map than was noted.
    """

    steps: list[Step] = field(default_factory=list)
    about_plan: list[Finding] = field(default_factory=list)
    by_step: dict[int, list[Finding]] = field(default_factory=dict)
    walked: Walked | None = None

    def errors(self) -> dict[tuple[int | None, str, str], Finding]:
        """The errors, by step, code and subject."""
        every = (*self.about_plan, *(finding for found in self.by_step.values() for finding in found))
        return {(each.step, each.code, each.subject): each for each in every if each.severity == "error"}
