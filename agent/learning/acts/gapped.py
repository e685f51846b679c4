"""Acts said in one breath, the verb once: "X to A, Y to B", "tell Ann this and Bob that", "is the oven on? and the TV?"."""

from agent.learning.acts.shared import listed
from agent.learning.meaning import Act, Mention, Quote, Slot, Step, Text
from agent.learning.site import Site
from agent.learning.speech import speech
from agent.learning.states import state

__all__ = ["ask_several", "deliver_several", "say_several", "take_along"]


def deliver_several(site: Site) -> Act:
    """Several things, each to a place of its own."""
    rng = site.rng
    count = 3 if rng.random() < 0.25 else 2
    places = listed(site, "place", count)
    loads: list[list[Mention]] = []
    while len(loads) < count:
        loads.append(listed(site, "thing", 2 if rng.random() < 0.12 else 1))
    units: list[list[Step]] = []
    slots: dict[str, Slot] = {}
    for number, (load, place) in enumerate(zip(loads, places, strict=True), 1):
        slots |= {f"t{number}": load if len(load) > 1 else load[0], f"p{number}": place}
        units += [[("[pick]", thing.pointer), ("[place]", place.pointer)] for thing in load]
    apart = count == 2 and len(units) == 2 and rng.random() < 0.12
    return Act(Text("bring_respectively" if apart else f"bring_{count}", slots), units, "deliver")


def take_along(site: Site) -> Act:
    """A thing that is taken along to where the robot goes, and left there."""
    thing, place = site.mention("thing"), site.mention("place")
    units = [[("[pick]", thing.pointer), ("[place]", place.pointer)]]
    return Act(Text("bring_along", {"t": thing, "p": place}), units, "deliver")


def say_several(site: Site) -> Act:
    """The same to the people of several places, or to each of two what is meant for them."""
    rng = site.rng
    where = _listeners(site, 3 if rng.random() < 0.3 else 2)
    if rng.random() < 0.5:
        said = ("[say]", "[q]", Quote("x"), "[/q]")
        slots: dict[str, Slot] = {"x": speech(site), "p": [mention for mention, _ in where]}
        return Act(Text("say_both", slots), [[("[goto]", at), said] for _, at in where], "say")
    slots, units = {}, []
    for number, (mention, at) in enumerate(where[:2], 1):
        slots |= {f"p{number}": mention, f"x{number}": speech(site)}
        units.append([("[goto]", at), ("[say]", "[q]", Quote(f"x{number}"), "[/q]")])
    return Act(Text("say_each", slots), units, "say")


def _listeners(site: Site, count: int) -> list[tuple[Mention, str]]:
    """Places with people in them, or people whom the map knows; each with where to go."""
    if site.rng.random() < 0.7:
        return [(place, place.pointer) for place in listed(site, "place", count)]
    people = [site.one(site.thing(site.place()), "thing") for _ in range(count)]
    return [(person, site.inside[person.pointer]) for person in people]


def ask_several(site: Site) -> Act:
    """Questions about several things, in full, in two words each, or the second left to the first one's words."""
    rng = site.rng
    count = 3 if rng.random() < 0.35 else 2
    things = listed(site, "thing", count)
    for thing in things:
        thing.tail = None
    if rng.random() < 0.4:
        first, *others = things
        words = Text("q_plain", {"it": first, "st": state(rng, site.words)})
        units: list[list[Step]] = [[("[inspect]", first.pointer, "[q]", Quote("w"), "[/q]")]]
        units += [[("[inspect]", other.pointer)] for other in others]
        return Act(Text("q_and", {"w": words, "t": others if len(others) > 1 else others[0]}), units, "question")
    form, table = ("q_every", "q_bare") if rng.random() < 0.45 else ("q_every", "q_plain")
    if count == 2 and rng.random() < 0.35:
        form, table = "q_find_both", rng.choice(("q_about", "q_whether"))
    slots: dict[str, Slot] = {}
    units = []
    for number, thing in enumerate(things, 1):
        about: dict[str, Slot] = {"it": thing, "st": state(rng, site.words)}
        slots[f"w{number}"] = Text(table, about | ({"n": site.words.noun(rng)} if form == "q_find_both" else {}))
        units.append([("[inspect]", thing.pointer, "[q]", Quote(f"w{number}"), "[/q]")])
    return Act(Text(form if form == "q_find_both" else f"{form}_{count}", slots), units, "question")
