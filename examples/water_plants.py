"""A skill of one's own: water a plant, so that its soil is wet afterwards."""

from typing import Annotated

from pydantic import Field

from maps import Thing
from skills import Context, Near, SkillFailed, fact, hand_empty, skill


@skill(uses={"arm"}, requires=hand_empty(), effects=fact("{plant} is watered"), takes=(1, 60), phrases=["water", "give water to"])
async def water(context: Context, plant: Near[Thing], litres: Annotated[float, Field(gt=0, le=5)] = 0.5) -> float:
    """Water a plant from close by.

    Args:
        plant: Which plant; the robot is driven to within reach of it first.
        litres: How much water, litres.
    """
    if plant.kind != "plant":
        raise SkillFailed("NOT_A_PLANT", f"{plant.name} is not a plant but a {plant.kind}")
    await context.wait(10 * litres)
    context.observe(f"gave {plant.name} {litres:g} l of water")
    return litres
