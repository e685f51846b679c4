"""Pick: take a thing."""

from maps import Thing
from skills.condition import hand_free, holding, loses
from skills.context import Context
from skills.library.evidence import outcome_of
from skills.outcome import Outcome
from skills.skill import skill
from skills.types import Near

__all__ = ["pick"]


@skill(
    uses={"base", "arm"},
    requires=[hand_free(), ~holding("thing")],
    effects=holding("thing"),
    on_failure=loses("thing"),
    idempotent=True,
    takes=(1.0, 30.0),
    power_w=20.0,
    phrases=["pick up", "pick", "take", "grab", "fetch", "get", "lift", "collect", "bring"],
)
async def pick(context: Context, thing: Near[Thing]) -> Outcome:
    """Pick a thing up and keep it in the hand.

    Args:
        thing: What to pick up.
    """
    report = await context.act("pick", thing.name)
    context.observe(f"picked up {thing.name}", "done")
    return outcome_of(report, thing.name)
