"""Put on: put down what is carried on a thing, such as a tray."""

from maps import Thing
from skills.condition import holding, puts_down
from skills.context import Context
from skills.library.evidence import outcome_of
from skills.outcome import Outcome
from skills.skill import skill
from skills.types import Near

__all__ = ["put_on"]


@skill(
    uses={"base", "arm"},
    requires=holding(),
    effects=puts_down(),
    idempotent=True,
    takes=(1.0, 30.0),
    power_w=20.0,
    phrases=["put on", "place on", "set on", "lay on", "put it on", "drop on"],
)
async def put_on(context: Context, thing: Near[Thing]) -> Outcome:
    """Put down what is carried on a thing: a tray, a table.

    Args:
        thing: What to put it on.
    """
    carried = (await context.state()).carrying
    report = await context.act("place", thing.name, thing=carried[-1] if carried else "")
    put = [name for name in carried if name not in (await context.state()).carrying]
    context.observe(f"put {', '.join(put) or 'what was carried'} on {thing.name}", "done")
    return outcome_of(report, list(put))
