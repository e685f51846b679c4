"""Open door: open a door that is not locked."""

from maps import Door
from skills.condition import door_is
from skills.context import Context
from skills.skill import skill
from skills.types import Near

__all__ = ["open_door"]


@skill(
    uses={"base", "arm"},
    requires=~door_is("door", "locked"),
    effects=door_is("door", "open"),
    takes=(1.0, 30.0),
    power_w=20.0,
    idempotent=True,
    phrases=["open", "unlatch", "push open"],
)
async def open_door(context: Context, door: Near[Door]) -> str:
    """Open a door from close by.

    Args:
        door: Which door to open.
    """
    await context.act("open_door", door.name)
    context.observe(f"opened {door.name}", "done")
    return door.name
