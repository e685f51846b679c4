"""Afterthoughts: something that is to be done with one thing more, and a door that must be opened before what was said first."""

from agent.learning.acts.shared import listed
from agent.learning.meaning import Act, Mention, Slot, Step, Text
from agent.learning.site import Site

__all__ = ["as_well", "past_door"]


def as_well(site: Site) -> Act:
    """The same with one more: "check the pump, and the fan as well"."""
    rng = site.rng
    kind = rng.choice(("look", "look", "bring", "bring", "bring_here", "go", "hand_over"))
    every = listed(site, "place" if kind == "go" else "thing", 3 if rng.random() < 0.3 else 2)
    for one in every:
        one.tail = one.instead = None
    first: Slot = list(every[:-1]) if len(every) > 2 else every[0]
    slots: dict[str, Slot] = {"p" if kind == "go" else "t": first}
    units: list[list[Step]]
    if kind == "look":
        kind = "look_plain"
        units = [[("[inspect]", one.pointer)] for one in every]
    elif kind == "go":
        units = [[("[goto]", one.pointer)] for one in every]
    else:
        goal = site.start
        if kind == "bring":
            slots["p"] = place = site.mention("place")
            goal = place.pointer
        elif kind == "hand_over":
            person = site.one(site.thing(site.place()), "thing")
            slots["h"], goal = person, site.inside[person.pointer]
        units = [[("[pick]", one.pointer), ("[place]", goal)] for one in every]
    family = {"look_plain": "inspect", "go": "go", "bring": "deliver", "bring_here": "fetch", "hand_over": "hand over"}[kind]
    return Act(Text("as_well", {"a": Text(kind, slots), "t": every[-1]}), units, family)


def past_door(site: Site) -> Act:
    """Something behind a door that is to be opened first, which is told afterwards."""
    rng = site.rng
    door = site.one(site.door(), "door")
    site.attributes[door.pointer] = (rng.choice(("closed", "closed", "closed", "unknown")),)
    what: Mention
    if rng.random() < 0.4:
        what = site.mention("place")
        inner, steps = Text("go", {"p": what}), [("[goto]", what.pointer)]
    else:
        what = site.mention("thing")
        inner, steps = Text("look_plain", {"t": what}), [("[inspect]", what.pointer)]
        if rng.random() < 0.4:
            inner, steps = Text("bring_here", {"t": what}), [("[pick]", what.pointer), ("[place]", site.start)]
    what.instead = None
    units: list[list[Step]] = [[("[open_door]", door.pointer)], list(steps)]
    return Act(Text("past_door", {"a": inner, "d": door}), units, "open")
