"""Say: speak to the people around."""

from typing import Annotated

from pydantic import Field

from skills.context import Context
from skills.skill import skill

__all__ = ["say"]

LONGEST = 2000
"""Characters that are said at once."""


@skill(idempotent=True, takes=(0.5, 60.0), phrases=["say", "tell", "announce", "greet", "speak"])
async def say(context: Context, text: Annotated[str | None, Field(min_length=1, max_length=LONGEST)] = None) -> str:
    """Say a sentence to the people around.

    Args:
        text: What to say; what was seen in this mission if it is left out, and not what was done or heard.
    """
    seen = (observation for observation in context.observations if observation.kind == "seen")
    words = text or "; ".join(seen)[:LONGEST] or "nothing was observed"
    await context.say(words)
    context.observe(f"said: {words}", "done")
    return words
