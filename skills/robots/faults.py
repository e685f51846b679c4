"""Faults: failures that a test can order from a simulated robot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["Faults"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What shall go wrong.

    Attributes:
        fail_actions: Cause code by verb (``pick``, ``drive``), by verb and target (``pick red box``) or by action id.
        block_after_m: Every drive meets an obstacle after so many metres.
        slip: Share of the wheels' motion that is lost, in [0, 1): drives take ``1 / (1 - slip)`` as long.
        lose_actions: Ids of actions of which the robot cannot say what became of them (``report`` says ``unknown``).
    """

    fail_actions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    block_after_m: float | None = None
    slip: float = 0.0
    lose_actions: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what is no fault."""
        if not 0.0 <= self.slip < 1.0:
            raise ValueError(f"slip must lie in [0, 1), got {self.slip!r}")
        if self.block_after_m is not None and self.block_after_m < 0:
            raise ValueError(f"block_after_m must be >= 0 metres, got {self.block_after_m!r}")

    def code_for(self, action: str, verb: str, target: str = "") -> str | None:
        """The cause code with which this action shall fail, if it shall."""
        for key in (action, f"{verb} {target}", verb):
            if key in self.fail_actions:
                return self.fail_actions[key]
        return None
