"""Explore: see what is not known yet, frontier by frontier."""

from typing import Any

from maps import Place, Point, contains, goal_at
from skills.context import Context
from skills.errors import SkillFailed
from skills.skill import skill
from skills.types import Known

__all__ = ["explore", "next_frontier"]

MOST_LEGS = 80
"""After so many drives it is enough: the mission decides what comes next."""

ENOUGH_S = 1200.0
"""After so long no new drive is begun, seconds of robot time: the last one and the looks end well before the time-out, which the
verifier's budget rests on."""


@skill(
    uses={"base"},
    motion="inside",
    uncertain=True,
    idempotent=True,
    timeout=1800.0,
    takes=(1.0, 1800.0),
    power_w=60.0,
    phrases=["explore", "scout", "survey", "map", "look around", "discover", "see what is in"],
)
async def explore(context: Context, place: Known[Place] | None = None) -> dict[str, Any]:
    """Drive to the edges of what is known until all of it has been seen.

    Args:
        place: Where to explore; everywhere that can be reached when it is not given.
    """
    before = set(context.world.things)
    await context.look_around()
    await _go_in(context, place)
    legs, avoided = 0, set[Point]()
    while more := legs < MOST_LEGS and context.robot_s < ENOUGH_S:
        if not await next_frontier(context, place, avoided):
            break
        legs += 1
        await context.look_around()
    found = [thing for name, thing in context.world.things.items() if name not in before]
    if place is not None and place.outline:
        found = [thing for thing in found if contains(place.outline, thing.position)]
    for thing in found:
        where = context.world.place_at(thing.position)
        context.observe(f"found {thing.name}{f' in {where.name}' if where else ''}")
    if not found:
        context.observe(f"explored {place.name if place else 'all that can be reached'} and found nothing new")
    return {"found": [thing.name for thing in found], "drives": legs, "complete": more}


async def next_frontier(context: Context, place: Place | None, avoided: set[Point]) -> bool:
    """Drive to the best frontier that was not tried in vain; False when there is none.

    Args:
        context: The robot and the world.
        place: Limits the frontiers to a place with an outline, and those on the way there; None for all.
        avoided: Frontiers that could not be driven to; those that fail are added.
    """
    import asyncio

    from policies.explore import frontiers

    while True:
        state = await context.state()
        region = place.outline if place is not None and place.outline else None
        open_ones = await asyncio.to_thread(frontiers, context.world, context.body, state.pose, region=region, doors=state.doors)
        best = next((frontier for frontier in open_ones if _rounded(frontier.at) not in avoided), None)
        if best is None:
            return place is not None and await _led_on(context, place, avoided)
        context.progress(None, f"{len(open_ones)} edges of the known left")
        avoided.add(_rounded(best.at))
        try:
            await context.drive_to(best.goal)
        except SkillFailed:
            continue
        return True


async def _led_on(context: Context, place: Place, avoided: set[Point]) -> bool:
    """Drive to where the way to a place in the middle of the unknown leaves the known; False when nothing leads on."""
    import asyncio

    from policies.explore import edge_towards

    state, goal = await context.state(), goal_at(context.world, place, context.body)
    edge = await asyncio.to_thread(edge_towards, context.world, context.body, state.pose, goal, doors=state.doors)
    if edge is None or _rounded(edge.at) in avoided:
        return False
    context.progress(None, f"on the way to {place.name}")
    avoided.add(_rounded(edge.at))
    try:
        await context.drive_to(edge.goal)
    except SkillFailed:
        return False
    return True


async def _go_in(context: Context, place: Place | None) -> None:
    """Drive into the place to be explored, if a known way leads there; its frontiers may be reached without one."""
    if place is None or (place.outline and contains(place.outline, (await context.state()).pose.point)):
        return
    try:
        await context.drive_to(goal_at(context.world, place, context.body))
    except SkillFailed:
        return
    await context.look_around()


def _rounded(point: Point) -> Point:
    return (round(point[0], 1), round(point[1], 1))
