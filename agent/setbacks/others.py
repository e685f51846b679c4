"""Others in the stead of what failed: a thing of the same name but for its number, a dock that was not tried."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from maps import distance

if TYPE_CHECKING:
    from agent.planners import Brief

__all__ = ["other_dock", "other_thing"]

_NUMBERED = re.compile(r"\s*[#]?\b[\dA-Z]{1,4}$")


def other_thing(brief: Brief, thing: str, places: Sequence[str]) -> str | None:
    """Another thing of a thing's name, but for its number, in one of some places, or anywhere."""
    stem = _NUMBERED.sub("", thing)
    tried = {value for entry in brief.history for value in entry.call.args.values()}
    others = [one for one in brief.world.things.values() if one.name not in tried and _NUMBERED.sub("", one.name) == stem]
    fitting = [one.name for one in others if not places or one.place in places]
    return fitting[0] if fitting else None


def other_dock(brief: Brief, tried: Collection[str]) -> str | None:
    """A dock that was not tried; where none was named, one beside that which is the nearest to the robot."""
    here = brief.state.pose.point
    docks = sorted((place for place in brief.world.places.values() if place.is_dock), key=lambda one: distance(one.centre, here))
    left = [place.name for place in docks if place.name not in tried]
    return (left if tried else left[1:] or left)[0] if left else None
