"""Press: push a button with the hand."""

from pydantic import JsonValue

from maps import Thing
from skills.condition import hand_empty
from skills.context import Context
from skills.library.evidence import outcome_of
from skills.outcome import Outcome
from skills.skill import skill
from skills.types import Near

__all__ = ["press"]


@skill(
    uses={"base", "arm"},
    requires=hand_empty(),
    idempotent=True,
    takes=(1.0, 30.0),
    power_w=20.0,
    phrases=["press", "push", "hit", "push the button"],
)
async def press(context: Context, thing: Near[Thing]) -> Outcome:
    """Press a button.

    Args:
        thing: The button.
    """
    report = await context.act("press", thing.name)
    context.observe(f"pressed {thing.name}", "done")
    value: JsonValue = thing.name
    return outcome_of(report, value)
