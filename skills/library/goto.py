"""Goto: drive to a place."""

from maps import Place
from skills.context import Context
from skills.skill import skill
from skills.types import At

__all__ = ["goto"]


@skill(
    uses={"base"},
    idempotent=True,
    takes=(0.0, 0.0),
    phrases=["go to", "drive to", "move to", "head to", "visit", "return to", "come to", "go back to", "walk to"],
)
async def goto(context: Context, place: At[Place]) -> str:
    """Drive to a place and stop there.

    Args:
        place: Where to go.
    """
    context.observe(f"went to {place.name}", "done")
    return place.name
