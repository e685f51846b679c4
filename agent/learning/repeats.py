"""What puts acts together but conditions: the same several times over, something on the way, one here and the other there."""

from agent.learning.acts import user_skill
from agent.learning.acts.driving import come_back, dock, explore, go
from agent.learning.acts.handling import deliver, fetch
from agent.learning.acts.looking import inspect, question, search
from agent.learning.acts.manipulating import one_on_other, press, put_on
from agent.learning.acts.shared import listed
from agent.learning.acts.telling import say
from agent.learning.durations import duration
from agent.learning.meaning import Act, Loop, Mention, Slot, Text, Way
from agent.learning.site import Site

__all__ = ["loop", "one_and_other", "way"]


def loop(site: Site) -> Loop:
    """The same several times over."""
    rng = site.rng
    roll = rng.random()
    if roll < 0.4:
        more = () if site.cell is None else (press, press, press)
        acts = [
            rng.choice((go, inspect, inspect, question, say, say, user_skill, explore, *more))(site)
            for _ in range(1 if rng.random() < 0.7 else 2)
        ]
        if any(one.family == "say" and len(one.steps) > 1 for one in acts):
            raise IndexError("to say something twice somewhere is to go there once")
        return _short(Loop(acts, rng.choice((2, 2, 3, 3, 4, 5)), "repeat"), site)
    if roll < 0.74:
        places = listed(site, "place", rng.choice((2, 3, 3, 3, 4)))
        stops: Slot = list(places) if rng.random() < 0.7 else site.group("place", "all")
        through = stops.chosen if isinstance(stops, Mention) else tuple(place.pointer for place in places)
        times = rng.choice((1, 2, 2, 2, 3, 3, 4))
        slots: dict[str, Slot] = {}
        if rng.random() < 0.2:
            spoken, seconds = duration(rng, site.words.language)
            units = [[("[goto]", place), ("[wait]", seconds)] for place in through]
            walk = Act(Text("go_and_wait", {"p": stops, "d": spoken}), list(units), "go")
            slots = {"p": stops, "d": spoken} if rng.random() < 0.65 else {}
            return _short(Loop([walk], max(times, 2), "patrol_round", slots=slots), site)
        patrol = Act(Text("patrol", {"p": stops}), [[("[goto]", place)] for place in through], "go")
        slots = {"p": stops} if times > 1 and rng.random() < 0.35 else {}
        return _short(Loop([patrol], times, "patrol_round", slots=slots), site)
    if roll < 0.82:
        ends = listed(site, "place", 2)
        there = Act(Text("back_and_forth_act", {"p": ends[0], "r": ends[1]}), [[("[goto]", p.pointer)] for p in ends], "go")
        return _short(Loop([there], rng.choice((2, 3, 4)), "back_and_forth_round"), site)
    acts = [rng.choice((inspect, question, go, say, *(() if site.cell is None else (press,))))(site)]
    spoken, seconds = duration(rng, site.words.language)
    return _short(Loop(acts, rng.choice((2, 3, 3, 4, 5)), "interval", pause=int(seconds), slots={"d": spoken}), site)


def _short(made: Loop, site: Site) -> Loop:
    """The loop, with fewer rounds if it is too long for one plan."""
    each = sum(len(a.steps) for a in made.acts) + bool(made.pause)
    most = max(1, 20 // max(1, each))
    if most < made.times:
        made.times = max(2, most)
    if each * made.times > 26 or any(
        a.answer or a.text.table.endswith("_skip") or a.text.table.startswith("say_times") for a in made.acts
    ):
        raise IndexError("so long a plan is not asked for")
    return made


def way(site: Site) -> Way:
    """Something on the way to something else."""
    rng = site.rng
    goals, sides = ((), ()) if site.cell is None else ((put_on,), (press,))
    goal = rng.choice((go, go, come_back, dock, fetch, deliver, *goals))(site)
    side = rng.choice((inspect, inspect, question, go, search, say, *sides))(site)
    if len(goal.units) != 1 or len(side.units) != 1 or goal.text.table == "go_and_back" or goal.steps == side.steps:
        raise IndexError("on the way to one thing, another")
    return Way(goal, side)


def one_and_other(site: Site) -> Act:
    """One of two candidates here, the other there."""
    group = site.group("thing", "all")
    while len(group.candidates) > 2:
        group = Mention("thing", group.candidates[:2], group.candidates[:2], "all")
    one, other = group.candidates
    if site.cell is not None and site.rng.random() < 0.6:
        return one_on_other(site, group)
    if site.rng.random() < 0.5:
        first, second = site.mention("place"), site.mention("place")
        units = [[("[pick]", one), ("[place]", first.pointer)], [("[pick]", other), ("[place]", second.pointer)]]
        slots: dict[str, Slot] = {"t": Mention("thing", group.candidates, (one,), "group"), "p": first, "r": second}
        return Act(Text("one_and_other", slots), list(units), "deliver")
    place = site.mention("place")
    slots = {"t": Mention("thing", group.candidates, (one,), "group"), "p": place}
    return Act(Text("look_and_other", slots), [[("[inspect]", one)], [("[pick]", other), ("[place]", place.pointer)]], "deliver")
