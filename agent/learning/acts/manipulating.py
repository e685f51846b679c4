"""Acts of a manipulation cell: a thing put onto another, a button pressed, and what is seen of it then."""

from agent.learning.acts.shared import mention, times_said, trouble_of
from agent.learning.cell import Cell, acting_as
from agent.learning.meaning import Act, Form, Mention, Quote, Slot, Step, Text
from agent.learning.site import Site

__all__ = ["beside", "one_on_other", "press", "put_found_on", "put_on", "put_seen_on"]


def put_on(site: Site) -> Act:
    """Put one thing, several or all of them onto a thing that stays where it is."""
    rng, cell = site.rng, _cell(site)
    if site.trouble == "unknown" and rng.random() < 0.5:
        return _unknown_on(site)
    if not site.trouble and rng.random() < 0.1:
        return _load_on(site)
    if not site.trouble and rng.random() < 0.14:
        things = [_load(site) for _ in range(rng.choice((2, 2, 3)))]
        holder = _holder(site)
        units = [unit for thing in things for unit in _onto(cell, thing, holder)]
        return Act(Text("set_on", {"t": list(things), "h": holder}), units, "put on")
    if not site.trouble and rng.random() < 0.08:
        place = site.place()
        with acting_as(site, "load"):
            thing = site.one(site.thing(place), "thing")
        with acting_as(site, "holder"):
            holder = site.one(site.thing(place), "thing")
        there: dict[str, Slot] = {"p": site.one(place, "place"), "t": thing, "h": holder}
        return Act(Text("go_and_put", there), [[("[goto]", place)], *_onto(cell, thing, holder)], "put on")
    if site.trouble == "unknown" or rng.random() < 0.4:  # a load that the map does not know would be looked for
        holder = _holder(site)
        thing = _load(site, groups=0.35)
    else:
        thing = _load(site, groups=0.35)
        holder = _holder(site)
    answer = trouble_of(thing, holder)
    if not answer and set(thing.chosen) & set(holder.chosen):
        raise IndexError("nothing stands on itself")
    units = [] if answer else _onto(cell, thing, holder)
    slots: dict[str, Slot] = {"t": thing, "h": holder}
    if not answer and thing.form == "one" and thing.pointer in site.inside and thing.tail is None and rng.random() < 0.12:
        slots["s"] = site.one(site.inside[thing.pointer], "place")
        return Act(Text("set_on_from", slots), units, "put on")
    table = "set_all_on" if len(thing.chosen) > 1 and rng.random() < 0.15 else "set_on"
    return Act(Text(table, slots), units, "put on", answer=answer)


def _cell(site: Site) -> Cell:
    if site.cell is None:
        raise IndexError("the robot cannot put things onto things here")
    return site.cell


def _load(site: Site, *, groups: float = 0.0) -> Mention:
    with acting_as(site, "load"):
        return mention(site, "thing", groups=groups)


def _holder(site: Site) -> Mention:
    """A mention of what things are put on: the one before again at times, or one chosen among several."""
    rng = site.rng
    with acting_as(site, "holder"):
        if not site.trouble and rng.random() < 0.12:
            forms: tuple[Form, ...] = ("nearest", "nearest_to", "any", "any", "attribute", "attribute")
            group = site.group("thing", rng.choice(forms))
            if len(group.chosen) == 1:
                return group
            raise IndexError("one thing is put on one")
        if not site.trouble and site.holders and rng.random() < 0.25:
            return site.one(rng.choice(site.holders), "thing")
        holder = mention(site, "thing", groups=0.0)
    if len(holder.chosen) == 1 and holder.form == "one":
        site.holders.append(holder.pointer)
    return holder


def _onto(cell: Cell, thing: Mention, holder: Mention) -> list[list[Step]]:
    return [[("[pick]", t), (cell.put, holder.pointer)] for t in thing.chosen]


def _load_on(site: Site) -> Act:
    """What the robot holds already."""
    if site.carrying is None:
        site.carrying = site.unlisted()
    load: Slot = site.one(site.carrying, "thing") if site.rng.random() < 0.3 else Text("load")
    holder = _holder(site)
    return Act(Text("set_on", {"t": load, "h": holder}), [[(_cell(site).put, holder.pointer)]], "put on")


def _unknown_on(site: Site) -> Act:
    """What is to be put on something and is not on the map is looked for."""
    site.trouble = ""
    noun, holder = Mention("words", (), (), word=site.noun()), _holder(site)
    search: Step = ("[search]", "[q]", Quote("n"), "[/q]")
    found: list[Step] = [("[pick]", "*"), (_cell(site).put, holder.pointer)]
    return Act(Text("set_on_unknown", {"n": noun, "h": holder}), [[search]], "put on", found=found)


def put_seen_on(site: Site, thing: Mention) -> Act:
    """The thing that was looked at, onto another."""
    holder = _holder(site)
    again = Mention("thing", thing.candidates, thing.chosen)
    return Act(Text("set_on", {"t": again, "h": holder}), _onto(_cell(site), again, holder), "put on")


def put_found_on(site: Site) -> Act:
    """What was found, onto something."""
    holder = _holder(site)
    return Act(Text("set_it_on", {"h": holder}), [[("[pick]", "*"), (_cell(site).put, holder.pointer)]], "put on")


def one_on_other(site: Site, group: Mention) -> Act:
    """One of two candidates on this, the other on that."""
    cell, holders = _cell(site), [_holder(site), _holder(site)]
    pairs = list(zip(group.candidates, holders, strict=True))
    if {h.pointer for h in holders} & set(group.candidates) or holders[0].chosen == holders[1].chosen:
        raise IndexError("one here, the other there")
    units: list[list[Step]] = [[("[pick]", thing), (cell.put, holder.pointer)] for thing, holder in pairs]
    slots: dict[str, Slot] = {"t": Mention("thing", group.candidates, group.candidates[:1], "group")}
    return Act(Text("one_on_other", {**slots, "h": holders[0], "r": holders[1]}), list(units), "put on")


def beside(site: Site, thing: Mention) -> Act:
    """Beside something: where the robot can put things onto things, that is another meaning, and the place's."""
    holder = site.one(site.thing(site.place()), "thing")
    units: list[list[Step]] = [[("[pick]", t), ("[place]", site.inside[holder.pointer])] for t in thing.chosen]
    return Act(Text("put_beside", {"t": thing, "h": holder}), units, "deliver", answer=trouble_of(thing))


def press(site: Site) -> Act:
    """Press a button, once or several times, several buttons, or one of which is then seen what comes of it."""
    rng, cell = site.rng, _cell(site)
    with acting_as(site, "button"):
        if not site.trouble and rng.random() < 0.08:
            buttons = [mention(site, "thing", groups=0.0) for _ in range(rng.choice((2, 2, 3)))]
            units: list[list[Step]] = [[(cell.press, button.pointer)] for button in buttons]
            return Act(_pressed(site, {"t": list(buttons)}), units, "press")
        if not site.trouble and rng.random() < 0.1:
            place = site.place()
            button = site.one(site.thing(place), "thing")
            units = [[("[goto]", place)], [(cell.press, button.pointer)]]
            return Act(_pressed(site, {"t": button, "p": site.one(place, "place")}), units, "press")
        button = mention(site, "thing", groups=0.12)
    answer = trouble_of(button)
    units = [[(cell.press, b)] for b in button.chosen]
    roll = rng.random()
    if answer or len(button.chosen) != 1 or roll < 0.62:
        return Act(_pressed(site, {"t": button}), units, "press", answer=answer)
    if roll < 0.84:
        times = rng.choice((2, 2, 2, 3, 3, 4, 5))
        return Act(_pressed(site, {"t": button, "n": times_said(site, times)}), units * times, "press")
    if button.form == "one":
        look: Step = ("[inspect]", button.pointer, "[q]", Quote("w"), "[/q]")
        return Act(_pressed(site, {"t": button, "w": Text("q_pressed")}), [[*units[0], look]], "press")
    return Act(_pressed(site, {"t": button}), units, "press")


def _pressed(site: Site, slots: dict[str, Slot]) -> Text:
    """The words for pressing: with the skill's pointer where linking finds its verb in the mission, with plain words elsewhere."""
    cell, zh = _cell(site), site.words.language == "zh"
    form = "press_times" if "n" in slots else "press_see" if "w" in slots else "go_and_press" if "p" in slots else "press"
    if cell.own_names and site.rng.random() < (0.04 if zh else 0.8):
        return Text(f"{form}_k", {"k": site.one(cell.press, "skill"), **slots})
    # Where linking knows "press" and "push", only what else people say stays words.
    return Text(f"{form}_other" if cell.own_names and not zh else f"{form}_said", slots)
