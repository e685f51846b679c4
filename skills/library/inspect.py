"""Inspect: look at a thing and answer a question about it."""

from maps import Thing
from skills.context import Context
from skills.skill import skill
from skills.types import Near

__all__ = ["inspect"]


@skill(
    uses={"base"},
    idempotent=True,
    takes=(0.5, 10.0),
    phrases=["inspect", "check", "look at", "examine", "read", "take a look at", "see whether", "find out"],
)
async def inspect(context: Context, thing: Near[Thing], question: str = "What do you see?") -> str:
    """Look at a thing from close by and answer a question about it.

    Args:
        thing: What to look at.
        question: What to find out.
    """
    import asyncio

    sight = await context.look_at(thing)
    answer = await asyncio.to_thread(sight.answer, question)
    context.observe(f"{thing.name}: {answer.removeprefix(f'{thing.name}: ')}")
    return answer
