"""Wait: stand still for a while."""

from typing import Annotated

from pydantic import Field

from skills.context import Context
from skills.skill import skill

__all__ = ["wait"]


@skill(timeout=4000.0, idempotent=True, takes="seconds", phrases=["wait", "pause", "stay", "stand by", "hold on"])
async def wait(context: Context, seconds: Annotated[float, Field(gt=0, le=3600)]) -> None:
    """Stand still for a number of seconds.

    Args:
        seconds: How long, seconds.
    """
    await context.wait(seconds)
    context.observe(f"waited {seconds:g} s", "done")
