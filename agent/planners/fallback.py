"""FallbackPlanner: the local model first; the cloud when allowed, reachable and needed. Every switch is logged."""

from __future__ import annotations

import logging
from collections.abc import Callable

from agent.planners.candidates import Sampler
from agent.planners.errors import MissionInvalid, PlannerError, PlannerUnavailable
from agent.planners.planner import Brief, Planner, Proposal

__all__ = ["FallbackPlanner"]

logger = logging.getLogger(__name__)


class FallbackPlanner:
    """Asks ``local``; asks ``cloud`` when local cannot plan, or its plans were rejected too often.

    Args:
        local: The planner on this computer.
        cloud: The planner behind the network; None for none.
        allowed: Whether the user allows the cloud to be asked.
        log: Told one sentence at every switch, with its reason.
        repair_rounds: After this many rejected plans the cloud is asked.
    """

    def __init__(
        self,
        local: Planner,
        cloud: Planner | None,
        *,
        allowed: bool = False,
        log: Callable[[str], None] | None = None,
        repair_rounds: int = 2,
    ) -> None:
        self.local = local
        self.cloud = cloud if allowed else None
        self._log = log
        self._repair_rounds = repair_rounds

    @property
    def name(self) -> str:
        """Both names, in the order in which they are asked."""
        return self.local.name if self.cloud is None else f"{self.local.name}, then {self.cloud.name}"

    async def propose(self, brief: Brief) -> Proposal:
        """The local model's proposal, or the cloud's.

        Raises:
            PlannerUnavailable: Neither can plan; the sentence gives both reasons.
            PlannerError: The local model failed and the cloud is not allowed.
        """
        if self.cloud is None:
            return await self.local.propose(brief)
        if len(brief.rejected) > self._repair_rounds:
            reason = f"{len(brief.rejected)} of its plans were rejected"
            proposal = await self._ask_cloud(self.cloud, brief, reason)
            return await self.local.propose(brief) if proposal is None else proposal
        try:
            local = await self.local.propose(brief)
        except MissionInvalid:
            raise
        except PlannerError as error:
            self._say(self.local, self.cloud, str(error))
            try:
                return await self.cloud.propose(brief)
            except PlannerError as second:
                raise PlannerUnavailable(f"{error} The cloud cannot help either: {second}") from error
        if not local.reason:
            return local
        return await self._ask_cloud(self.cloud, brief, f"it declined: {local.reason}") or local

    async def sample(self, brief: Brief, count: int, *, temperature: float = 0.8, first: int = 0) -> tuple[Proposal, ...]:
        """Other proposals of the local model; none where it cannot draw any."""
        if not isinstance(self.local, Sampler):
            return ()
        return await self.local.sample(brief, count, temperature=temperature, first=first)

    async def close(self) -> None:
        """Close both."""
        await self.local.close()
        if self.cloud is not None:
            await self.cloud.close()

    async def _ask_cloud(self, cloud: Planner, brief: Brief, reason: str) -> Proposal | None:
        """The cloud's proposal, or None (and a switch back) where it has none."""
        self._say(self.local, cloud, reason)
        try:
            return await cloud.propose(brief)
        except PlannerError as error:
            self._say(cloud, self.local, str(error))
            return None

    def _say(self, left: Planner, taken: Planner, reason: str) -> None:
        sentence = f"Planning switches from {left.name} to {taken.name}: {reason.rstrip('.')}."
        logger.info(sentence)
        if self._log is not None:
            self._log(sentence)
