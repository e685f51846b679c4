"""Acts of looking: inspect, find something out, search."""

from agent.learning.acts.shared import apart, listed, mention, trouble_of
from agent.learning.meaning import Act, Mention, Quote, Slot, Text
from agent.learning.site import Site
from agent.learning.states import state

__all__ = ["inspect", "question", "search"]


def inspect(site: Site) -> Act:
    """Look at one thing or several."""
    rng = site.rng
    if rng.random() < 0.05 and not site.trouble:
        place = site.place()
        there = [site.one(site.thing(place), "thing") for _ in range(rng.choice((1, 2, 2, 3)))]
        slots: dict[str, Slot] = {"p": site.one(place, "place"), "t": list(there)}
        return Act(Text("look_in", slots), [[("[inspect]", thing.pointer)] for thing in there], "inspect")
    if rng.random() < 0.14 and not site.trouble:
        things = listed(site, "thing", rng.choice((2, 2, 3, 3, 4, 5)))
        return Act(Text("look", {"t": list(things)}), [[("[inspect]", thing.pointer)] for thing in things], "inspect")
    if rng.random() < 0.05 and not site.trouble:
        left, out = apart(site, "thing")
        return Act(Text("look_skip", {"t": left, "x": out}), [[("[inspect]", thing)] for thing in left.chosen], "inspect")
    thing = mention(site, "thing", groups=0.3)
    table = "look_plain" if thing.kind == "words" else "look"  # to find what is not on the map is a search
    return Act(Text(table, {"t": thing}), [[("[inspect]", t)] for t in thing.chosen], "inspect", answer=trouble_of(thing))


def question(site: Site) -> Act:
    """An inspection with something to find out; the question is a stretch of the mission."""
    rng = site.rng
    roll = rng.random()
    if roll < 0.06 and not site.trouble:
        things = listed(site, "thing", rng.choice((2, 2, 3, 3, 4)))
        units = [[("[inspect]", thing.pointer, "[q]", Quote("w"), "[/q]")] for thing in things]
        return Act(Text("q_after", {"t": list(things), "w": Text("q_they", {"st": state(rng, site.words)})}), units, "question")
    if site.trouble == "unknown" and rng.random() < 0.35:
        return _of_nothing(site)
    if not site.trouble and rng.random() < 0.07:
        return _of_listed(site)
    if not site.trouble and rng.random() < 0.24:
        return rng.choice((_of_several, _of_each, _of_each, _in_each))(site)
    if site.trouble or roll < 0.45:
        thing = mention(site, "thing", groups=0.15)
        asked = _about(site, thing if len(thing.chosen) == 1 else None)
        many = len(thing.chosen) > 1
        if many:
            asked = Text("q_they", {"st": state(rng, site.words)})
        units = [[("[inspect]", t, "[q]", Quote("w"), "[/q]")] for t in thing.chosen]
        return Act(Text("q_after", {"t": thing, "w": asked}), units, "question", answer=trouble_of(thing))
    thing = site.mention("thing")
    if thing.tail is not None:
        thing.instead = None
    it: dict[str, Slot] = {"it": thing}
    if roll < 0.67:
        form, table = "q_find", rng.choice(("q_about", "q_whether"))
        asked = Text(table, {**it, "st": state(rng, site.words), "n": site.words.noun(rng)})
    elif roll < 0.77:
        form, asked = "q_for", Text("q_faults")
        return Act(Text(form, {"t": thing, "w": asked}), [[("[inspect]", thing.pointer, "[q]", Quote("w"), "[/q]")]], "question")
    elif roll < 0.89:
        form, asked = "q_direct", Text("q_plain", {**it, "st": state(rng, site.words)})
    else:
        form, asked = "q_read", Text("q_property", it)
    return Act(Text(form, {"w": asked}), [[("[inspect]", thing.pointer, "[q]", Quote("w"), "[/q]")]], "question")


def _of_nothing(site: Site) -> Act:
    """What something is like that the map does not know, in a place that it does: "see whether the kiln in the yard runs"."""
    rng = site.rng
    site.trouble = ""
    noun = Mention("words", (), (), word=site.noun())
    thing = Text("where_plain", {"t": noun.word, "p": site.one(site.place(), "place")})
    asked = Text("q_whether" if rng.random() < 0.6 else "q_about", {"it": thing, "st": state(rng, site.words), "n": site.noun()})
    return Act(Text("q_find", {"w": asked}), [], "question", answer=trouble_of(noun))


def _of_listed(site: Site) -> Act:
    """The same of each of several that are named: "levels of tanks 1, 2 and 3"."""
    things = listed(site, "thing", site.rng.choice((2, 2, 3, 3, 4)))
    units = [[("[inspect]", thing.pointer, "[q]", Quote("w"), "[/q]")] for thing in things]
    return Act(Text("q_each_read", {"t": list(things), "w": Text("q_each_property")}), list(units), "question")


def _of_several(site: Site) -> Act:
    """Which of several, how many of them, whether any."""
    rng = site.rng
    slot: Slot
    if rng.random() < 0.15:
        left, out = apart(site, "thing")
        left.word = "those"
        said = Text("q_several_skip", {"t": left, "w": Text("q_those", {"st": state(rng, site.words)}), "x": out})
        return Act(said, [[("[inspect]", thing, "[q]", Quote("w"), "[/q]")] for thing in left.chosen], "question")
    if rng.random() < 0.6:
        group = site.group("thing", "all")
        group.word = "those"
        slot, things = group, group.chosen
    else:
        named = listed(site, "thing", rng.choice((2, 2, 3, 4)))
        slot, things = list(named), tuple(thing.pointer for thing in named)
    asked = Text("q_those", {"st": state(rng, site.words)})
    units = [[("[inspect]", thing, "[q]", Quote("w"), "[/q]")] for thing in things]
    return Act(Text("q_several", {"t": slot, "w": asked}), list(units), "question")


def _of_each(site: Site) -> Act:
    """The same of each of several: whether all of them are in some state, or what each of them reads."""
    rng = site.rng
    group = site.group("thing", "except" if rng.random() < 0.2 else "all")
    if rng.random() < 0.5:
        asked, table = Text("q_those", {"st": state(rng, site.words)}), "q_each"
    else:
        asked, table = Text("q_each_property"), "q_each_read"
    units = [[("[inspect]", thing, "[q]", Quote("w"), "[/q]")] for thing in group.chosen]
    return Act(Text(table, {"t": group, "w": asked}), list(units), "question")


def _in_each(site: Site) -> Act:
    """The thing of one kind in each of several places: "go to every meeting room and check whether the projector is off"."""
    rng = site.rng
    places = site.several("place", rng.choice((2, 2, 3, 3, 4, 5)))
    things = [site.thing(place) for place in places]
    where = Mention("place", tuple(places), tuple(places), "all")
    what = Mention("thing", tuple(things), tuple(things), "all", word="single")
    slots: dict[str, Slot] = {"p": where, "t": what}
    if rng.random() < 0.4:
        return Act(Text("look_in_each", slots), [[("[inspect]", thing)] for thing in things], "inspect")
    units = [[("[inspect]", thing, "[q]", Quote("w"), "[/q]")] for thing in things]
    asked = Text("q_one", {"st": state(rng, site.words)})
    return Act(Text("q_in_each", {**slots, "w": asked}), list(units), "question")


def _about(site: Site, thing: Mention | None) -> Text:
    """What to find out about what was just named."""
    rng = site.rng
    table = rng.choice(("q_short", "q_it", "q_it", "q_it_whether"))
    return Text(table, {"st": state(rng, site.words)})


def search(site: Site) -> Act:
    """Look for something described, or for a thing of the map in a place."""
    rng = site.rng
    somewhere = rng.random() < 0.55
    where = mention(site, "place", groups=0.06) if somewhere else None
    known = somewhere and rng.random() < 0.2
    what: Slot = Mention("words", (), (), word=site.noun())
    if known:
        what = site.one(site.thing(), "thing")
        if where is not None and site.inside.get(what.pointer) in where.chosen:
            raise IndexError("to find a thing where the map has it is to look at it")
    step = ("[search]", "[q]", Quote("n"), "[/q]")
    if where is None:
        return Act(Text("seek", {"n": what}), [[step]], "search")
    table = rng.choice(("seek_in", "seek_in", "seek_in", "is_there"))
    units = [[(*step, place)] for place in where.chosen]
    return Act(Text(table, {"n": what, "p": where}), units, "search", answer=trouble_of(where))
