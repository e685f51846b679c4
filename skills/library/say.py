"""Say: speak to the people around."""

from typing import Annotated

from pydantic import Field

from skills.context import Context
from skills.skill import skill

__all__ = ["say"]


@skill(idempotent=True, takes=(0.5, 60.0), phrases=["say", "tell", "announce", "greet", "speak"])
async def say(context: Context, text: Annotated[str, Field(min_length=1, max_length=2000)]) -> None:
    """Say a sentence to the people around.

    Args:
        text: What to say.
    """
    await context.say(text)
    context.observe(f"said: {text}")
