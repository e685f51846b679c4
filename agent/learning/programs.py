"""Whole missions as meanings: acts in a row, conditions, repetition, waiting for something, things to do on the way."""

import re
from collections.abc import Callable, Iterable

from agent.learning.acts import act, user_skill
from agent.learning.acts.driving import come_back, dock, explore, go
from agent.learning.acts.handling import deliver, fetch, open_door
from agent.learning.acts.looking import inspect, question, search
from agent.learning.acts.manipulating import press, put_found_on, put_on, put_seen_on
from agent.learning.acts.telling import report, say
from agent.learning.among import among
from agent.learning.asked import asked
from agent.learning.cell import Cell
from agent.learning.meaning import Act, Branch, Loop, Mention, Node, Quote, Slot, Text, Way
from agent.learning.repeats import loop, one_and_other, way
from agent.learning.replies import replies
from agent.learning.site import Site
from agent.learning.states import condition_state
from agent.learning.until import EVERYDAY, until

__all__ = ["can_hold", "program"]

_RETURN = 0.09
"""So often a mission of two clauses or more ends with coming back, beyond what is drawn by chance."""

_COMBINED = 0.56
"""So often a mission of two clauses or more holds a condition, a repetition or the like."""


def program(site: Site, level: int) -> list[Node]:
    """What a mission asks for, of so many clauses."""
    rng = site.rng
    nodes: list[Node] = []
    left = level
    trouble, troubled = site.trouble, rng.randrange(level)
    site.trouble = ""
    combined = not trouble and rng.random() < (0.32 if level == 1 else _COMBINED)
    if combined:
        nodes.append(_combined(site, level))
        left -= 1 if level < 3 else 2
    while left > 0:
        site.trouble = trouble if len(nodes) == troubled else ""
        if left == 1 and level > 1 and not site.trouble and rng.random() < _RETURN:
            nodes.append(come_back(site))
            break
        drawn = act(site)
        if drawn.family in ("report", "come back") and left > 1 and rng.random() < 0.85:
            continue  # people report and return at the end
        nodes.insert(rng.randrange(len(nodes) + 1) if combined else len(nodes), drawn)
        left -= 1
    if not trouble and not can_hold(nodes, site.carrying is not None, site.cell):
        raise IndexError("nobody asks a full hand to take more")
    if _charges_first(nodes):
        raise IndexError("how full the battery is after charging is not known before")
    return nodes


def can_hold(nodes: Iterable[Node], full: bool, cell: Cell | None = None) -> bool:
    """Whether the hand holds one thing at most, nothing where it presses, and something to put on, whatever branches are taken."""
    puts = ("[place]",) if cell is None else ("[place]", cell.put)
    takes = ("[pick]",) if cell is None else ("[pick]", cell.press)
    for node in nodes:
        if isinstance(node, Branch):
            lead = [node.first] if node.first is not None else []
            if not can_hold([*lead, *node.way(so=True)], full, cell) or not can_hold([*lead, *node.way(so=False)], full, cell):
                return False
            full = _holds(full, [*lead, *node.then], puts)
            continue
        acts = [node] if isinstance(node, Act) else node.acts * node.times if isinstance(node, Loop) else []
        steps = [step for one in acts for step in (*one.steps, *(one.found or ()))]
        if isinstance(node, Way):
            steps = [*node.goal.steps[:-1], *node.side.steps, node.goal.steps[-1]]
        for step in steps:
            if (step[0] in takes and full) or (step[0] in puts[1:] and not full):
                return False
            full = step[0] == "[pick]" or (full and step[0] not in puts)
    return True


def _charges_first(nodes: Iterable[Node]) -> bool:
    """Whether the robot charges before a condition on its battery."""
    charged = False
    for node in nodes:
        if isinstance(node, Branch) and node.kind == "battery" and charged:
            return True
        charged = charged or (isinstance(node, Act) and node.family == "dock")
    return False


def _holds(full: bool, acts: Iterable[Act], puts: tuple[str, ...]) -> bool:
    for step in (step for one in acts for step in one.steps):
        full = step[0] == "[pick]" or (full and step[0] not in puts)
    return full


def _combined(site: Site, level: int) -> Node:
    kinds: dict[Callable[[Site], Node], float] = {branch: 50, until: 10, loop: 27, way: 9, one_and_other: 4}
    return site.rng.choices(list(kinds), list(kinds.values()))[0](site)


# conditions


def branch(site: Site) -> Branch:
    """Something that is done only if something else is so."""
    kinds: dict[Callable[[Site], Branch], float] = {
        _look: 40, _among: 8, _asked: 24, _seek: 24, _door: 28, _battery: 18, _answer: 9, _fails: 13,
    }  # fmt: skip
    return site.rng.choices(list(kinds), list(kinds.values()))[0](site)


_ANSWERED = re.compile(r"yes\b|\u662f(?:$|\u7684 )")
"""A look that only answers what was asked: of something that is denied it tells nothing for sure."""

_FOLLOWING: dict[Callable[[Site], Act], float] = {
    go: 16, come_back: 9, report: 12, say: 20, fetch: 8, deliver: 9, inspect: 9, dock: 6, question: 4, open_door: 4, explore: 2,
    user_skill: 3, search: 3,
}  # fmt: skip


def _acts(site: Site, *, most: int = 2) -> list[Act]:
    count = 1 if site.rng.random() < 0.75 else most
    kinds = _FOLLOWING if site.cell is None else {**_FOLLOWING, put_on: 18, press: 12}
    return [site.rng.choices(list(kinds), list(kinds.values()))[0](site) for _ in range(count)]


def _otherwise(site: Site, share: float) -> list[Act]:
    return _acts(site) if site.rng.random() < share else []


def _look(site: Site) -> Branch:
    """If a thing is in some state: look at it, and see."""
    rng = site.rng
    thing = site.mention("thing")
    explicit = rng.random() < 0.45
    first = Act(Text("look", {"t": thing}), [[("[inspect]", thing.pointer, "[q]", Quote("c"), "[/q]")]], "inspect")
    everyday = site.situation(named=not explicit) if rng.random() < EVERYDAY else None
    then = _acts(site)
    if rng.random() < 0.2:
        then = [_with(site, thing)]
    elif rng.random() < 0.22:
        then = [_tell(site)]
    kind = "look_it" if explicit else "look"
    if everyday is not None:
        words = Text("whole", {"w": everyday.said}) if explicit else Text("does", {"it": thing, "w": everyday.named})
        return Branch(kind, first, words, then, _otherwise(site, 0.55), holds=rng.random() < 0.5, seen=everyday.seen)
    state, holds = site.condition(thing.pointer)
    negative = rng.random() < 0.25
    while negative and _ANSWERED.match(state.yes):  # "it is not full", "yes": is it?
        state, holds = site.condition(thing.pointer)
    it: dict[str, Slot] = {"st": state.said} if explicit else {"it": thing, "st": state.said}
    table = "c_it" if explicit else "c_state"
    if not explicit and not negative and any(sign.isdigit() for sign in state.said) and rng.random() < 0.5:
        table = "c_amount"
    return Branch(
        kind, first, Text(table, it), then, _otherwise(site, 0.55), holds=holds, negative=negative, seen=(state.yes, state.no)
    )  # fmt: skip


def _asked(site: Site) -> Branch:
    """If what is asked about a thing is so."""
    return asked(site, _acts(site), _otherwise(site, 0.45))


def _among(site: Site) -> Branch:
    """If one of several things is in some state, or all of them."""
    then = [_tell(site)] if site.rng.random() < 0.25 else _acts(site)
    return among(site, then, _otherwise(site, 0.45))


def _tell(site: Site) -> Act:
    """Say that it is so: what was just seen is what is said."""
    roll = site.rng.random()
    if roll < 0.3:
        return Act(Text("tell_it"), [[("[say]",)]], "tell")
    if roll < 0.5:
        person = site.one(site.thing(site.place()), "thing")
        return Act(Text("tell_it_to", {"h": person}), [[("[goto]", site.inside[person.pointer]), ("[say]",)]], "tell")
    place = site.mention("place")
    return Act(Text("tell_it_at", {"p": place}), [[("[goto]", place.pointer), ("[say]",)]], "tell")


def _with(site: Site, thing: Mention) -> Act:
    """Something to do with the thing that was looked at."""
    if site.cell is not None and site.rng.random() < 0.4:
        return put_seen_on(site, thing)
    again = Mention("thing", thing.candidates, thing.chosen)
    if site.rng.random() < 0.4:
        return Act(Text("bring_here", {"t": again}), [[("[pick]", thing.pointer), ("[place]", site.start)]], "fetch")
    place = site.mention("place")
    return Act(Text("bring", {"t": again, "p": place}), [[("[pick]", thing.pointer), ("[place]", place.pointer)]], "deliver")


def _seek(site: Site) -> Branch:
    """If something is found: look for it."""
    rng = site.rng
    noun = Mention("words", (), (), word=site.noun())
    if rng.random() < 0.15:
        return _explore(site, noun)
    where = site.mention("place") if rng.random() < 0.7 else None
    slots: dict[str, Slot] = {"n": noun} if where is None else {"n": noun, "p": where}
    step = ("[search]", "[q]", Quote("n"), "[/q]", *(() if where is None else (where.pointer,)))
    explicit = rng.random() < 0.5
    first = Act(Text("seek" if where is None else "seek_in", slots), [[step]], "search")
    negative = rng.random() < 0.18
    then = [_with_found(site)] if not negative and rng.random() < 0.45 else _acts(site)
    condition = Text("c_found") if explicit else Text("c_is_there" if where is not None else "c_there", slots)
    return Branch("seek_it" if explicit else "seek", first, condition, then, _otherwise(site, 0.6), negative=negative)


def _explore(site: Site, noun: Mention) -> Branch:
    """If something turns up where nobody has looked yet: explore, and see what the map knows then."""
    rng = site.rng
    place = site.mention("place")
    first = Act(Text(rng.choice(("explore", "explore", "go_and_look")), {"p": place}), [[("[explore]", place.pointer)]], "explore")
    then = [_with_found(site)] if rng.random() < 0.7 else _acts(site)
    return Branch("seek_it", first, Text("c_there", {"n": noun}), then, _otherwise(site, 0.3))


def _with_found(site: Site) -> Act:
    """Something to do with what was found."""
    if site.cell is not None and site.rng.random() < 0.35:
        return put_found_on(site)
    if site.rng.random() < 0.5:
        return Act(Text("bring_it_here"), [[("[pick]", "*"), ("[place]", site.start)]], "fetch")
    if site.rng.random() < 0.3:
        return Act(Text("take_it"), [[("[pick]", "*")]], "pick")
    place = site.mention("place")
    return Act(Text("bring_it", {"p": place}), [[("[pick]", "*"), ("[place]", place.pointer)]], "deliver")


def _door(site: Site) -> Branch:
    """If a door is open or closed, as the prompt tells."""
    rng = site.rng
    door = site.one(site.door(), "door")
    site.attributes[door.pointer] = (rng.choice(("open", "closed", "closed", "locked")),)
    word = rng.choice(("open", "closed", "closed", "locked"))
    state = site.attributes[door.pointer][0]
    holds = state == word or (word == "closed" and state == "locked")
    then = _acts(site)
    if word == "closed" and rng.random() < 0.4:
        then = [Act(Text("open", {"d": site.one(door.pointer, "door")}), [[("[open_door]", door.pointer)]], "open")]
    condition = Text(f"c_door_{word}", {"it": door})
    return Branch("door", None, condition, then, _otherwise(site, 0.5), holds=holds, negative=rng.random() < 0.15)


def _battery(site: Site) -> Branch:
    """If the battery is low."""
    rng = site.rng
    limit = rng.choice((10, 15, 20, 25, 30, 40, 50, 60, 70, 80, rng.randrange(5, 96)))
    below = rng.random() < 0.75
    holds = site.battery < limit if below else site.battery > limit
    then = [dock(site)] if below and rng.random() < 0.7 else _acts(site)
    condition = Text("c_battery_below" if below else "c_battery_above", {"v": str(limit)})
    return Branch("battery", None, condition, then, _otherwise(site, 0.4), holds=holds)


def _answer(site: Site) -> Branch:
    """If the operator says yes."""
    rng = site.rng
    about = Text("ask_about", {"n": site.words.noun(rng), "st": condition_state(rng, site.words).said})
    first = Act(Text("ask", {"x": about}), [[("[ask]", "[q]", Quote("x"), "[/q]")]], "ask")
    yes, no = replies(rng, chinese=site.words.language == "zh")
    return Branch(
        "ask_it", first, Text("c_yes"), _acts(site), _otherwise(site, 0.5), holds=True, seen=(yes, no), negative=rng.random() < 0.15
    )


def _fails(site: Site) -> Branch:
    """If an act fails."""
    more = () if site.cell is None else (put_on, press)
    first = site.rng.choice((open_door, fetch, deliver, go, inspect, *more))(site)
    while len(first.units) != 1:
        first = site.rng.choice((go, inspect, open_door))(site)
    table = _FAILS.get(first.family, "c_fails") if site.rng.random() < 0.45 else "c_fails"
    return Branch("fail", first, Text(table), _acts(site))


_FAILS = {"open": "c_fails_open", "pick": "c_fails_take", "fetch": "c_fails_take", "deliver": "c_fails_take", "go": "c_fails_go"}
"""How people say that an act of this family fails."""
