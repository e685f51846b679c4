"""Acts of being somewhere: go, explore, come back, wait, dock."""

from agent.learning.acts.shared import apart, listed, mention, trouble_of
from agent.learning.durations import duration
from agent.learning.meaning import Act, Mention, Quote, Slot, Text
from agent.learning.site import Site

__all__ = ["come_back", "dock", "explore", "go", "go_there", "wait"]


def go(site: Site) -> Act:
    """Go to one place or several."""
    rng = site.rng
    roll = rng.random()
    if roll < 0.16 and not site.trouble:
        places = listed(site, "place", rng.choice((2, 2, 3, 3, 4, 5)))
        if roll < 0.05:
            spoken, seconds = duration(rng, site.words.language)
            if rng.random() < 0.5:
                group = site.group("place", rng.choice(("all", "all", "except")))
                stops = [[("[goto]", place), ("[wait]", seconds)] for place in group.chosen]
                return Act(Text("go_and_wait", {"p": group, "d": spoken}), stops, "go")
            units = [[("[goto]", place.pointer), ("[wait]", seconds)] for place in places]
            return Act(Text("go_and_wait", {"p": list(places), "d": spoken}), units, "go")
        units = [[("[goto]", place.pointer)] for place in places]
        if roll < 0.08 and len(places) > 2:
            return Act(Text("go_and_finish", {"p": list(places[:-1]), "r": places[-1]}), units, "go")
        return Act(Text("go", {"p": list(places)}), units, "go")
    if roll < 0.19 and not site.trouble:
        left, out = apart(site, "place")
        return Act(Text("go_skip", {"p": left, "x": out}), [[("[goto]", place)] for place in left.chosen], "go")
    where = mention(site, "place")
    answer = trouble_of(where)
    if roll < 0.22 and not answer and where.form == "one" and where.pointer != site.start:
        units = [[("[goto]", where.pointer), ("[goto]", site.start)]]
        return Act(Text("go_and_back", {"p": where}), units, "go")
    return Act(Text("go", {"p": where}), [[("[goto]", place)] for place in where.chosen], "go", answer=answer)


def explore(site: Site) -> Act:
    """See what is not known yet, in a place or everywhere."""
    if site.rng.random() < 0.3 and not site.trouble:
        return Act(Text("explore_all"), [[("[explore]",)]], "explore")
    where = mention(site, "place", groups=0.08)
    return Act(
        Text("explore", {"p": where}), [[("[explore]", place)] for place in where.chosen], "explore", answer=trouble_of(where)
    )


def come_back(site: Site) -> Act:
    """Return to where the mission began."""
    return Act(Text("come_back"), [[("[goto]", site.start)]], "come back")


def wait(site: Site) -> Act:
    """Wait, here, somewhere or beside something."""
    rng = site.rng
    spoken, seconds = duration(rng, site.words.language)
    step = ("[wait]", seconds)
    roll = rng.random()
    if roll < 0.55:
        return Act(Text("wait", {"d": spoken}), [[step]], "wait")
    if roll < 0.79:
        thing = mention(site, "thing", groups=0.0)
        units = [[("[inspect]", thing.pointer), step]] if thing.chosen else [[step]]
        return Act(Text("wait_by", {"t": thing, "d": spoken}), units, "wait", answer=trouble_of(thing))
    place = mention(site, "place", groups=0.0)
    units = [[("[goto]", place.pointer), step]] if place.chosen else [[step]]
    return Act(Text("wait_at", {"p": place, "d": spoken}), units, "wait", answer=trouble_of(place))


def dock(site: Site) -> Act:
    """Charge, at a dock that is named or at any."""
    if site.docks and site.rng.random() < 0.3:
        place = site.rng.choice(site.docks)
        return Act(Text("dock_at", {"p": site.one(place, "place")}), [[("[dock]", place)]], "dock")
    return Act(Text("dock"), [[("[dock]",)]], "dock")


def go_there(site: Site) -> Act:
    """Go somewhere and do something there."""
    rng = site.rng
    place = mention(site, "place", groups=0.0)
    answer = trouble_of(place)
    pointer = place.chosen[0] if place.chosen else site.start
    drive = ("[goto]", pointer)
    slots: dict[str, Slot] = {"p": place}
    roll = rng.random()
    if roll < 0.25:
        return Act(Text("go_and_look", slots), [[drive, ("[explore]", pointer)]], "go there", answer=answer)
    if roll < 0.45:
        noun = Mention("words", (), (), word=site.noun())
        step = ("[search]", "[q]", Quote("n"), "[/q]", pointer)
        return Act(Text("go_and_seek", {**slots, "n": noun}), [[drive, step]], "go there", answer=answer)
    thing = site.one(site.thing(pointer), "thing")
    if roll < 0.75:
        units = [[drive], [("[inspect]", thing.pointer)]]
        return Act(Text("go_and_check", {**slots, "t": thing}), units, "go there", answer=answer)
    take = [("[pick]", thing.pointer), ("[place]", site.start)]
    return Act(Text("go_and_take", {**slots, "t": thing}), [[drive], take], "go there", answer=answer)
