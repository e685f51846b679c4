"""Riding a lift whose cabins the mission names; a place on another level needs no ride in the plan, since mending puts it in."""

from agent.learning.meaning import Act, Text
from agent.learning.site import Site

__all__ = ["take_lift"]


def take_lift(site: Site) -> Act:
    """Ride from one cabin to another, both named, or both meant by the lift's name, the one on this level first."""
    if site.rng.random() < 0.4:
        cabins = site.several("place", 2)
        if len(cabins) != 2:
            raise IndexError("of several levels one must be named")
        return Act(Text("ride", {"p": " [or] ".join(cabins)}), [[("[take_lift]", *cabins)]], "take lift")
    here, there = site.one(site.fresh_place(), "place"), site.one(site.fresh_place(), "place")
    units = [[("[take_lift]", here.pointer, there.pointer)]]
    return Act(Text("ride_from_to", {"p": here, "r": there}), units, "take lift")
