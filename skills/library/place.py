"""Place: put down what is carried."""

from pydantic import JsonValue

from maps import Place
from skills.condition import holding, puts_down
from skills.context import Context
from skills.library.evidence import outcome_of
from skills.outcome import Outcome
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
async def place(context: Context, place: At[Place]) -> Outcome:
    """Put down what is carried at a place.

    Args:
        place: Where to put it.
    """
    put: list[JsonValue] = []
    report = None
    for _ in range(2 * context.body.gripper_capacity):
        carried = (await context.state()).carrying
        if not carried:
            break
        report = await context.act("place", place.name, thing=carried[-1])
        put += [name for name in carried if name not in (await context.state()).carrying]
    for name in put:
        context.observe(f"put {name} down in {place.name}", "done")
    if not put and not (await context.state()).carrying:
        context.observe(f"put down what was carried in {place.name}", "done")
    return Outcome(status="succeeded", value=put) if report is None else outcome_of(report, put)
