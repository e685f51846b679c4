"""make_planner: the planner that the settings describe."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from agent.planners.errors import PlannerUnavailable
from agent.planners.fallback import FallbackPlanner
from agent.planners.local import LocalPlanner
from agent.planners.planner import Planner

if TYPE_CHECKING:
    from agent.planners.cloud import CloudPlanner
    from agent.settings import Settings

__all__ = ["make_planner", "shipped_model"]


def shipped_model() -> Path:
    """The GGUF that comes with surefoot."""
    return Path(str(files("agent"))) / "models" / "planner" / "planner.gguf"


def make_planner(settings: Settings, log: Callable[[str], None] | None = None) -> Planner:
    """Local first, with the cloud behind it where the settings allow it. Nothing is loaded or connected yet.

    Args:
        settings: The user's settings.
        log: Told one sentence whenever planning switches between the two.

    Raises:
        PlannerUnavailable: The cloud is allowed without a model's name.
    """
    local = LocalPlanner(
        settings.model or shipped_model(),
        settings.lora,
        n_ctx=settings.n_ctx,
        n_threads=settings.n_threads,
        n_gpu_layers=settings.n_gpu_layers,
        temperature=settings.temperature,
        seed=settings.seed,
    )
    if not settings.cloud.allowed:
        return local
    return FallbackPlanner(local, _cloud(settings), allowed=True, log=log, repair_rounds=settings.repair_rounds)


def _cloud(settings: Settings) -> CloudPlanner:
    from agent.planners.cloud import CloudPlanner

    cloud = settings.cloud
    if not cloud.model:
        raise PlannerUnavailable("The cloud is allowed (cloud.allowed) and no model is named: set cloud.model.")
    return CloudPlanner(
        cloud.base_url,
        cloud.model,
        api_key=settings.api_key(),
        structured=cloud.structured,
        timeout_s=cloud.timeout_s,
    )
