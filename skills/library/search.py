"""Search: look for something described until it is found."""

from typing import Any

from maps import Goal, Place, Point, Pose, Thing, contains, distance, goal_at, goal_pose, goal_seen
from skills.condition import fact
from skills.context import Context
from skills.errors import SkillFailed
from skills.library.explore import ENOUGH_S, next_frontier
from skills.matching import matches
from skills.robot import View
from skills.skill import skill
from skills.types import Described, Known

__all__ = ["search"]

MOST_LEGS = 150
"""After so many drives it is enough: the mission decides what comes next."""


@skill(
    uses={"base"},
    motion="inside",
    outcomes={"found": fact("found {what}"), "not found": ()},
    idempotent=True,
    timeout=1800.0,
    takes=(1.0, 1800.0),
    power_w=60.0,
    phrases=["search", "search for", "look for", "find", "locate", "seek", "hunt for", "where is"],
)
async def search(context: Context, what: Described, place: Known[Place] | None = None) -> dict[str, Any]:
    """Look for something until it is found: where it is known to be first, then everywhere.

    Args:
        what: What to look for, in words, e.g. a red box.
        place: Where to look; everywhere that can be reached when it is not given.
    """
    hunt = _Hunt(context, what, place)
    found = await hunt.run()
    where = f" in {place.name}" if place else ""
    if found is None:
        context.observe(f"looked for {what}{where} and did not find it")
        return {"outcome": "not found", "found": False, "thing": None, "place": None, "drives": hunt.legs}
    spot = context.world.place_at(found.position)
    context.observe(f"found {found.name}{f' in {spot.name}' if spot else where}")
    name = spot.name if spot else None
    return {"outcome": "found", "found": True, "thing": found.name, "place": name, "drives": hunt.legs}


class _Hunt:
    """One search: what is wanted, where, how many drives it has taken, and whether one of them has got there."""

    def __init__(self, context: Context, what: str, place: Place | None) -> None:
        self.context = context
        self.what = what
        self.place = place
        self.legs = 0
        self.arrived = False

    async def run(self) -> Thing | None:
        """Look from here, at what the map knows, from every viewpoint, and past the edges of the known."""
        found = self.among(await self.context.look_around())
        found = found or await self.known() or await self.cover() or await self.unknown()
        if found is None and self.place is not None and not self.arrived:  # nobody has looked there: the drive there says why
            await self.context.drive_to(goal_at(self.context.world, self.place, self.context.body))
            self.legs += 1
            found = self.among(await self.context.look_around())
        return found

    async def known(self) -> Thing | None:
        """Go and see the things of the map that fit, the nearest first; the map may be wrong."""
        tried: set[str] = set()
        while not self.enough() and (candidate := await self.nearest_candidate(tried)):
            tried.add(candidate.name)
            if await self.drive(goal_seen(self.context.world, candidate, self.context.body)):
                found = self.among(await self.context.look_around())
                if found is not None:
                    return found
        return None

    async def nearest_candidate(self, tried: set[str]) -> Thing | None:
        here = (await self.context.state()).pose.point
        fitting = [thing for thing in self.context.world.things.values() if thing.name not in tried and self.fits(thing)]
        return min(fitting, key=lambda thing: distance(thing.position, here), default=None)

    async def cover(self) -> Thing | None:
        """Drive to viewpoints from which all of the region can be seen, and look around at each."""
        import asyncio

        from policies.cover import coverage_points

        context = self.context
        spacing = context.body.view_range_m
        for region in await self.regions():
            state = await context.state()
            viewpoints = await asyncio.to_thread(
                coverage_points, context.world, context.body, region.outline, spacing_m=spacing, doors=state.doors, start=state.pose
            )
            for point in viewpoints:
                if self.enough():
                    return None
                context.progress(None, f"looking for {self.what} in {region.name}")
                if await self.drive(goal_pose(context.world, Pose(*point))):
                    self.arrived = True
                    found = self.among(await context.look_around())
                    if found is not None:
                        return found
        return None

    async def regions(self) -> list[Place]:
        """The place that was asked for, or every place with an outline, the nearest first."""
        if self.place is not None:
            return [self.place] if self.place.outline else []
        here = (await self.context.state()).pose.point
        places = [place for place in self.context.world.places.values() if place.outline]
        return sorted(places, key=lambda place: distance(place.centre, here))

    async def unknown(self) -> Thing | None:
        """Go past the edges of the known."""
        avoided: set[Point] = set()
        while not self.enough() and await next_frontier(self.context, self.place, avoided):
            self.legs += 1
            self.arrived = True
            found = self.among(await self.context.look_around())
            if found is not None:
                return found
        return None

    def enough(self) -> bool:
        """Whether it has driven as often or as long as it may."""
        return self.legs >= MOST_LEGS or self.context.robot_s >= ENOUGH_S

    async def drive(self, goal: Goal) -> bool:
        self.legs += 1
        try:
            await self.context.drive_to(goal)
        except SkillFailed:
            return False
        return True

    def among(self, view: View) -> Thing | None:
        return next((thing for thing in view.things if self.fits(thing)), None)

    def fits(self, thing: Thing) -> bool:
        if self.place is not None and self.place.outline and not contains(self.place.outline, thing.position):
            return False
        return matches(self.what, thing)
