"""Waiting until something is so: a door, or what a look at a thing shows, now and then or all the time."""

from agent.learning.durations import duration
from agent.learning.meaning import Act, Quote, Text, Until
from agent.learning.site import Site

__all__ = ["EVERYDAY", "until"]

EVERYDAY = 0.6
"""So often a thing's state is said in everyday words, where any state may be made up."""


def until(site: Site) -> Until:
    """Wait until something is so."""
    rng = site.rng
    every = rng.random() < 0.4
    spoken, seconds = duration(rng, site.words.language) if every else ("", "30")
    pause = Text("every_pause", {"d": spoken}) if every else None
    if rng.random() < 0.25:
        door = site.one(site.door(), "door")
        word = rng.choice(("open", "open", "open", "closed"))
        now = rng.choice(("open", "closed"))
        site.attributes[door.pointer] = (now,)
        return Until(None, Text(f"c_door_{word}", {"it": door}), int(seconds), pause, holds=now == word, door=word)
    thing = site.mention("thing")
    thing.tail = None
    look = Act(Text("look", {"t": thing}), [[("[inspect]", thing.pointer, "[q]", Quote("c"), "[/q]")]], "inspect")
    everyday = site.situation(named=True) if rng.random() < EVERYDAY else None
    if everyday is not None:
        words = Text("does", {"it": thing, "w": everyday.named})
        return Until(look, words, int(seconds), pause, rng.random() < 0.5, everyday.seen)
    state, holds = site.condition(thing.pointer)
    return Until(look, Text("c_state", {"it": thing, "st": state.said}), int(seconds), pause, holds, (state.yes, state.no))
