"""Report: sum up what was observed."""

from skills.context import Context
from skills.skill import skill

__all__ = ["report"]


@skill(takes=(0.0, 0.5), idempotent=True, phrases=["report", "report back", "tell me", "let me know", "summarise"])
async def report(context: Context, text: str | None = None) -> str:
    """Report to the operator what was observed in this mission.

    Args:
        text: What to report instead of the observations.
    """
    if text:
        return text
    return "; ".join(context.observations) or "nothing was observed"
