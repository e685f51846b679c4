"""Take lift: ride from one level to another. Only robots on a map with lifts get it."""

from maps import Place
from skills.condition import rides
from skills.context import Context
from skills.skill import skill
from skills.types import At, Known

__all__ = ["take_lift"]


@skill(
    uses={"base"},
    effects=rides("lift", "to"),
    timeout=600.0,
    idle_timeout=600.0,
    takes=(10.0, 120.0),
    idempotent=True,
    phrases=["take the lift", "take the elevator", "ride the lift", "go up", "go down", "change floors"],
)
async def take_lift(context: Context, lift: At[Place], to: Known[Place]) -> str:
    """Drive into a lift's cabin and ride to its cabin on another level.

    Args:
        lift: The cabin on the level where the robot is.
        to: The same lift's cabin on the level to go to.
    """
    await context.act("take_lift", to.name)
    context.observe(f"rode from {lift.name} to {to.name}", "done")
    return to.name
