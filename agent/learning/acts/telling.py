"""Acts of words: say, tell what was seen, ask, report."""

from agent.learning.acts.shared import listed, times_said
from agent.learning.meaning import Act, Mention, Quote, Slot, Text
from agent.learning.site import Site
from agent.learning.speech import speech
from agent.learning.states import state

__all__ = ["ask", "report", "say", "tell_seen"]


def say(site: Site) -> Act:
    """Say something, here, somewhere or to somebody."""
    rng = site.rng
    step = ("[say]", "[q]", Quote("x"), "[/q]")
    words = speech(site)
    roll = rng.random()
    if roll < 0.05:
        group = site.group("place", rng.choice(("all", "all", "except")))
        return Act(Text("say_at", {"x": words, "p": group}), [[("[goto]", place), step] for place in group.chosen], "say")
    if roll < 0.3:
        place = site.mention("place")
        return Act(Text("say_at", {"x": words, "p": place}), [[("[goto]", place.pointer), step]], "say")
    if roll < 0.42:
        place = site.mention("place")
        units = [[("[goto]", place.pointer), step]]
        return Act(Text("say_to_at", {"x": words, "n": _people(site), "p": place}), units, "say")
    if roll < 0.52:
        return Act(Text("say_to", {"x": words, "n": _people(site)}), [[step]], "say")
    if roll < 0.67:
        person = site.one(site.thing(site.place()), "thing")
        return Act(Text("say_person", {"x": words, "h": person}), [[("[goto]", site.inside[person.pointer]), step]], "say")
    if roll < 0.74:
        times = rng.choice((2, 2, 3, 3, 3, 4, 5))
        slots: dict[str, Slot] = {"x": words, "n": times_said(site, times)}
        if rng.random() < 0.5:
            return Act(Text("say_times", slots), [[step] * times], "say")
        place = site.mention("place")
        return Act(Text("say_times_at", {**slots, "p": place}), [[("[goto]", place.pointer), *[step] * times]], "say")
    return Act(Text("say", {"x": words}), [[step]], "say")


def _people(site: Site) -> Slot:
    """Somebody whom the map does not know: one, or a group of people."""
    if site.rng.random() < 0.5:
        return Text("people")
    return Mention("words", (), (), word=site.rng.choice(site.words.people))


def tell_seen(site: Site) -> Act:
    """Look at something, and tell people somewhere else what was seen: to say nothing in particular is to say that."""
    rng = site.rng
    person = site.one(site.thing(site.place()), "thing") if rng.random() < 0.3 else None
    place = None if person is not None else site.mention("place")
    slots: dict[str, Slot] = {"p": place} if place is not None else {}
    at = place.pointer if place is not None else ""
    if person is not None:
        slots, at = {"h": person}, site.inside[person.pointer]
    form = "" if person is None else "_person"
    ends = [("[goto]", at), ("[say]",)]
    if rng.random() < 0.5:
        thing = site.mention("thing")
        thing.tail = None
        about = Text(
            rng.choice(("q_about", "q_about", "q_whether")), {"it": thing, "st": state(rng, site.words), "n": site.words.noun(rng)}
        )
        look = ("[inspect]", thing.pointer, "[q]", Quote("w"), "[/q]")
        return Act(Text(f"tell_answer{form}", {**slots, "w": about}), [[look, *ends]], "tell seen")
    if rng.random() < 0.25:
        things = listed(site, "thing", rng.choice((2, 2, 3)))
        looks = [("[inspect]", thing.pointer) for thing in things]
        return Act(Text(f"tell_seen{form}", {**slots, "t": list(things)}), [[*looks, *ends]], "tell seen")
    seen = site.group("thing", "all") if rng.random() < 0.2 else site.mention("thing")
    return Act(Text(f"tell_seen{form}", {**slots, "t": seen}), [[*(("[inspect]", t) for t in seen.chosen), *ends]], "tell seen")


def ask(site: Site) -> Act:
    """Ask the operator something while the mission runs."""
    about = Text("ask_about", {"n": site.words.noun(site.rng), "st": state(site.rng, site.words)})
    return Act(Text("ask", {"x": about}), [[("[ask]", "[q]", Quote("x"), "[/q]")]], "ask")


def report(site: Site) -> Act:
    """Report what was observed, or given words."""
    if site.rng.random() < 0.15:
        return Act(Text("report_words", {"x": speech(site)}), [[("[report]", "[q]", Quote("x"), "[/q]")]], "report")
    return Act(Text("report"), [[("[report]",)]], "report")
