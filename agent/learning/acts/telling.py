"""Acts of words: say, ask, report."""

from agent.learning.acts.shared import times_said
from agent.learning.meaning import Act, Mention, Quote, Slot, Text
from agent.learning.site import Site
from agent.learning.speech import speech
from agent.learning.states import state

__all__ = ["ask", "report", "say"]


def say(site: Site) -> Act:
    """Say something, here, somewhere or to somebody."""
    rng = site.rng
    step = ("[say]", "[q]", Quote("x"), "[/q]")
    words = speech(site)
    roll = rng.random()
    if roll < 0.05:
        group = site.group("place", rng.choice(("all", "all", "except")))
        return Act(Text("say_at", {"x": words, "p": group}), [[("[goto]", place), step] for place in group.chosen], "say")
    if roll < 0.2:
        place = site.mention("place")
        return Act(Text("say_at", {"x": words, "p": place}), [[("[goto]", place.pointer), step]], "say")
    if roll < 0.3:
        person = Mention("words", (), (), word=rng.choice(site.words.people))
        return Act(Text("say_to", {"x": words, "n": person}), [[step]], "say")
    if roll < 0.4:
        person = site.one(site.thing(site.place()), "thing")
        return Act(Text("say_person", {"x": words, "h": person}), [[("[goto]", site.inside[person.pointer]), step]], "say")
    if roll < 0.47:
        times = rng.choice((2, 2, 3, 3, 3, 4, 5))
        slots: dict[str, Slot] = {"x": words, "n": times_said(site, times)}
        if rng.random() < 0.5:
            return Act(Text("say_times", slots), [[step] * times], "say")
        place = site.mention("place")
        return Act(Text("say_times_at", {**slots, "p": place}), [[("[goto]", place.pointer), *[step] * times]], "say")
    return Act(Text("say", {"x": words}), [[step]], "say")


def ask(site: Site) -> Act:
    """Ask the operator something while the mission runs."""
    about = Text("ask_about", {"n": site.words.noun(site.rng), "st": state(site.rng, site.words)})
    return Act(Text("ask", {"x": about}), [[("[ask]", "[q]", Quote("x"), "[/q]")]], "ask")


def report(site: Site) -> Act:
    """Report what was observed, or given words."""
    if site.rng.random() < 0.15:
        return Act(Text("report_words", {"x": speech(site)}), [[("[report]", "[q]", Quote("x"), "[/q]")]], "report")
    return Act(Text("report"), [[("[report]",)]], "report")
