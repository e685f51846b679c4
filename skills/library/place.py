"""Place: put down what is carried."""

from maps import Place
from skills.condition import holding, puts_down
from skills.context import Context
from skills.skill import skill
from skills.types import At

__all__ = ["place"]


@skill(
    uses={"base", "arm"},
    requires=holding(),
    effects=puts_down(),
    idempotent=True,
    takes=(1.0, 30.0),
    power_w=20.0,
    phrases=["put down", "put", "place", "deliver", "drop", "leave", "set down", "bring it to", "hand over"],
)
async def place(context: Context, place: At[Place]) -> list[str]:
    """Put down what is carried at a place.

    Args:
        place: Where to put it.
    """
    put: list[str] = []
    for _ in range(2 * context.body.gripper_capacity):
        carried = (await context.state()).carrying
        if not carried:
            break
        await context.act("place", place.name, thing=carried[-1])
        put += [name for name in carried if name not in (await context.state()).carrying]
    for name in put:
        context.observe(f"put {name} down in {place.name}")
    if not put and not (await context.state()).carrying:
        context.observe(f"put down what was carried in {place.name}")
    return put
