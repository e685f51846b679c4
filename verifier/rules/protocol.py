"""Rule: what a house rule must offer so that ``verify`` can judge a plan by it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from verifier.finding import Finding

if TYPE_CHECKING:
    from verifier.step import Step

__all__ = ["Rule"]


@runtime_checkable
class Rule(Protocol):
    """A house rule over the whole walk: the steps with their routes and the states between them."""

    @property
    def name(self) -> str:
        """How people call the rule; the subject of its findings."""

    def to_json(self) -> dict[str, Any]:
        """The rule as plain data; the approval's digest binds it."""

    def judge(self, steps: "tuple[Step, ...]") -> Iterable[Finding]:
        """Find where the plan breaks the rule; findings name the step at which it does."""
