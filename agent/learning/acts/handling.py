"""Acts on things and doors: fetch and deliver, hand over, put down, open, and what the user's own skills do."""

from agent.learning.acts.manipulating import beside
from agent.learning.acts.shared import listed, mention, trouble_of
from agent.learning.durations import duration
from agent.learning.meaning import Act, Mention, Quote, Slot, Step, Text
from agent.learning.site import Site
from agent.learning.speech import speech
from agent.learning.words import made_up

__all__ = ["deliver", "fetch", "fetch_unknown", "hand_over", "lend", "open_door", "unload", "user_skill"]

_SIGNATURES: tuple[tuple[str, ...], ...] = (
    (), (), ("thing",), ("thing",), ("thing",), ("place",), ("place",), ("door",), ("thing", "number"), ("place", "number"),
    ("number",), ("thing", "place"), ("text",), ("thing", "text"), ("place", "thing"),
)  # fmt: skip
_SKILL_NAMES = (
    "scan measure polish record water press weigh label photograph clean stack sort test vent flush read count calibrate".split()
)


def fetch(site: Site) -> Act:
    """Take something, and mostly bring it here."""
    rng = site.rng
    if site.trouble == "unknown":
        return fetch_unknown(site)  # what is to be fetched and is not on the map is looked for
    if rng.random() < 0.1 and not site.trouble:
        things = listed(site, "thing", rng.choice((2, 2, 3, 3, 4)))
        units = [unit for one in things for unit in _carry(one, site.start)]
        return Act(Text("bring_here", {"t": list(things)}), units, "fetch")
    thing = mention(site, "thing", groups=0.12 if rng.random() < 0.7 else 0.0)
    answer = trouble_of(thing)
    if rng.random() < 0.35 and len(thing.chosen) == 1:
        return Act(Text("pick", {"t": thing}), [[("[pick]", t)] for t in thing.chosen], "pick", answer=answer)
    return Act(Text("bring_here", {"t": thing}), _carry(thing, site.start), "fetch", answer=answer)


def deliver(site: Site) -> Act:
    """From where it is, or from where it is said to be, to a place, to a thing, to a person."""
    rng = site.rng
    if site.trouble == "unknown" and rng.random() < 0.5:
        return fetch_unknown(site)
    if rng.random() < 0.16 and not site.trouble:
        things = listed(site, "thing", rng.choice((2, 2, 3, 3, 4)))
        where = site.mention("place")
        units = [unit for thing in things for unit in _carry(thing, where.pointer)]
        return Act(Text("bring", {"t": list(things), "p": where}), units, "deliver")
    thing = site.mention("thing") if site.trouble == "unknown" else mention(site, "thing", groups=0.15)
    roll = rng.random()
    if roll < 0.14 and not site.trouble and thing.chosen and site.cell is not None:
        return beside(site, thing)
    if roll < 0.14 and not site.trouble and thing.chosen:
        holder = site.one(site.thing(site.place()), "thing")
        units = _carry(thing, site.inside[holder.pointer])
        return Act(Text("put_on", {"t": thing, "h": holder}), units, "deliver", answer=trouble_of(thing))
    where = mention(site, "place", groups=0.05)
    while len(where.chosen) > 1:
        where = site.mention("place")
    units = _carry(thing, where.chosen[0]) if where.chosen else []
    slots: dict[str, Slot] = {"t": thing, "p": where}
    answer = trouble_of(thing, where)
    if thing.form == "one" and thing.pointer in site.inside and thing.tail is None and rng.random() < 0.2:
        slots["s"] = site.one(site.inside[thing.pointer], "place")
        return Act(Text("bring_from", slots), units, "deliver", answer=answer)
    if thing.form == "one" and not answer and where.form == "one" and rng.random() < 0.03:
        slots["i"] = site.one(site.fresh_place(), "place")
        return Act(Text("bring_instead", slots), units, "deliver")
    return Act(Text("bring", slots), units, "deliver", answer=answer)


def _carry(thing: Mention, goal: str) -> list[list[Step]]:
    return [[("[pick]", t), ("[place]", goal)] for t in thing.chosen]


def fetch_unknown(site: Site) -> Act:
    """Fetching what is not on the map: search first, and plan the rest once it is found."""
    rng = site.rng
    if site.trouble == "unknown":
        site.trouble = ""
    noun = Mention("words", (), (), word=site.noun())
    place = site.mention("place") if rng.random() < 0.4 else None
    goal = site.start if rng.random() < 0.45 else site.place()
    slots: dict[str, Slot] = {"n": noun}
    search: Step = ("[search]", "[q]", Quote("n"), "[/q]", *((place.pointer,) if place else ()))
    if place is not None:
        slots["s"] = place
    table = "bring_unknown_here" if goal == site.start else "bring_unknown"
    if goal != site.start:
        slots["p"] = site.one(goal, "place")
    if place is not None:
        table += "_from"
    return Act(Text(table, slots), [[search]], "fetch unknown", found=[("[pick]", "*"), ("[place]", goal)])


def hand_over(site: Site) -> Act:
    """Bring something to a person that the map knows, and say something there at times."""
    rng = site.rng
    if site.trouble == "unknown":
        return fetch_unknown(site)
    if rng.random() < 0.12 and not site.trouble:
        things = listed(site, "thing", rng.choice((2, 2, 3)))
        person = site.one(site.thing(site.place()), "thing")
        units = [unit for one in things for unit in _carry(one, site.inside[person.pointer])]
        return Act(Text("hand_over", {"t": list(things), "h": person}), units, "hand over")
    thing = mention(site, "thing", groups=0.0)
    person = site.one(site.thing(site.place()), "thing")
    goal = site.inside[person.pointer]
    units = _carry(thing, goal)
    answer = trouble_of(thing)
    if rng.random() < 0.25:
        words = speech(site)
        units = [*units[:-1], [*units[-1], ("[say]", "[q]", Quote("x"), "[/q]")]] if units else []
        return Act(Text("hand_over_say", {"t": thing, "h": person, "x": words}), units, "hand over", answer=answer)
    if thing.form == "one" and thing.pointer in site.inside and thing.tail is None and not answer and rng.random() < 0.25:
        place = site.one(site.inside[thing.pointer], "place")
        return Act(Text("hand_over_from", {"t": thing, "h": person, "s": place}), units, "hand over")
    return Act(Text("hand_over", {"t": thing, "h": person}), units, "hand over", answer=answer)


def lend(site: Site) -> Act:
    """Bring something somewhere for a while, and put it back where it was."""
    thing, place = site.mention("thing"), site.mention("place")
    if thing.pointer not in site.inside or site.inside[thing.pointer] == place.pointer:
        raise IndexError("it is not told where it was")
    spoken, seconds = duration(site.rng, site.words.language)
    there: list[Step] = [("[pick]", thing.pointer), ("[place]", place.pointer), ("[wait]", seconds)]
    back: list[Step] = [("[pick]", thing.pointer), ("[place]", site.inside[thing.pointer])]
    return Act(Text("lend", {"t": thing, "p": place, "d": spoken}), [[*there, *back]], "lend")


def unload(site: Site) -> Act:
    """Putting down what the robot already holds."""
    rng = site.rng
    if site.carrying is None:
        site.carrying = site.unlisted()
    load: Slot = site.one(site.carrying, "thing") if rng.random() < 0.3 else Text("load")
    if rng.random() < 0.25:
        return Act(Text("put_down", {"t": load}), [[("[place]", site.start)]], "unload")
    place = mention(site, "place", groups=0.0)
    return Act(
        Text("unload", {"t": load, "p": place}), [[("[place]", p)] for p in place.chosen], "unload", answer=trouble_of(place)
    )


def open_door(site: Site) -> Act:
    """Open doors, and at times go through."""
    rng = site.rng
    if rng.random() < 0.1 and not site.trouble:
        doors = listed(site, "door", rng.choice((2, 2, 3)))
        return Act(Text("open", {"d": list(doors)}), [[("[open_door]", one.pointer)] for one in doors], "open")
    door = mention(site, "door", groups=0.15)
    answer = trouble_of(door)
    if not answer and len(door.chosen) == 1 and rng.random() < 0.3:
        place = site.mention("place")
        units = [[("[open_door]", door.pointer)], [("[goto]", place.pointer)]]
        return Act(Text("open_and_go", {"d": door, "p": place}), units, "open")
    return Act(Text("open", {"d": door}), [[("[open_door]", d)] for d in door.chosen], "open", answer=answer)


def user_skill(site: Site) -> Act:
    """A skill that is not in the library: its mention is a pointer, its arguments follow its signature."""
    rng = site.rng
    kinds = rng.choice(_SIGNATURES)
    names = _SKILL_NAMES if site.cell is None else [name for name in _SKILL_NAMES if name != "press"]  # that one is taken
    name = (
        made_up(rng) if rng.random() < 0.5 else rng.choice(names),
        *((rng.choice(site.words.objects).split()[0],) if rng.random() < 0.4 else ()),
    )
    pointer = site.skill(kinds, name)
    slots: dict[str, Slot] = {"k": site.one(pointer, "skill")}
    args: list[str | Quote] = []
    answer = None
    for kind in kinds:
        if kind == "number":
            value = str(rng.randrange(1, rng.choice((10, 100, 1000))))
            value = f"{value} . {rng.randrange(1, 10)}" if rng.random() < 0.1 else value
            slots["v"] = value
            args.extend(value.split())
        elif kind == "text":
            slots["x"] = speech(site)
            args += ["[q]", Quote("x"), "[/q]"]
        else:
            target = mention(site, kind, groups=0.0)
            slots[kind[0]] = target
            answer = answer or trouble_of(target)
            args.append(target.chosen[0] if target.chosen else "")
    form = "skill_" + "".join("x" if kind == "text" else kind[0] for kind in kinds) if kinds else "skill"
    return Act(Text(form, slots), [[(pointer, *args)]], "user skill", answer=answer)
