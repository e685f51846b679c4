"""Briefs over the shipped maps, and a planner that draws nothing, for tests of doubts and drafts."""

from functools import cache

from agent.planners import ScriptedPlanner
from agent.planners.planner import Brief
from maps import Body, RobotState, World, find_map, load_world, start_pose
from skills import library


@cache
def ground(name: str) -> World:
    """A shipped map."""
    return load_world(find_map(name))


def brief(mission: str, map_name: str = "home", **changes) -> Brief:
    """A brief for a mission that begins at the map's dock."""
    world, body = ground(map_name), Body()
    pose = start_pose(world)
    state = RobotState(pose=pose, battery_wh=body.battery_wh)
    here = world.place_at(pose.point)
    return Brief(mission=mission, world=world, state=state, body=body, skills=library(), start_place=here and here.name, **changes)


def look(*things: str):
    """Steps that look at things."""
    return tuple(("inspect", {"thing": thing}) for thing in things)


def carry(thing: str, place: str):
    """Steps that bring a thing to a place."""
    return ("pick", {"thing": thing}), ("place", {"place": place})


class Second(ScriptedPlanner):
    """Gives its answers to briefs in order, and draws nothing."""

    async def sample(self, brief, count, *, temperature=0.8, first=0):
        """No other answer."""
        return ()
