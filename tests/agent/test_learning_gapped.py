"""Several acts in one breath, two that are left out, and what no skill does in a place."""

import random
import re

import pytest

from agent.learning.acts.gapped import ask_several, deliver_several, say_several, take_along
from agent.learning.language import tongue
from agent.learning.meaning import Quote
from agent.learning.missions import draw
from agent.learning.order import base
from agent.learning.rolling import rolled
from agent.learning.site import Site
from agent.learning.telling import Teller
from agent.learning.units import spelled
from agent.learning.words import Vocabulary

LANGUAGES = ("en", "zh")
POINTER = re.compile(r"\[[PT]\d+\]")


def told(make, language, count=150):
    """Acts of a kind, each with its words and its steps as the answer says them."""
    for seed in range(count):
        rng, words = random.Random(seed), Vocabulary(language=language)
        site = Site(rng, words)
        act = make(site)
        text = base(Teller(rng, tongue(language), words).act(act))
        yield site, act, text, [spelled(step, act.said) for step in act.steps]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_load_goes_to_the_place_that_is_said_with_it(language):
    tables = set()
    for _, act, text, steps in told(deliver_several, language):
        tables.add(act.text.table)
        slots = act.text.slots
        wanted = []
        for number in range(1, 1 + len(slots) // 2):
            load = slots[f"t{number}"]
            things = load if isinstance(load, list) else [load]
            wanted += [step for one in things for step in (("[pick]", one.pointer), ("[place]", slots[f"p{number}"].pointer))]
        assert steps == wanted
        assert {token for step in steps for token in step if POINTER.fullmatch(token)} <= set(POINTER.findall(text)), text
    assert tables == {"bring_2", "bring_3", "bring_respectively"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_taken_along_is_left_where_the_robot_goes(language):
    for _, act, text, steps in told(take_along, language):
        thing, place = act.text.slots["t"].pointer, act.text.slots["p"].pointer
        assert steps == [("[pick]", thing), ("[place]", place)]
        assert thing in text and place in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_is_told_what_is_meant_for_them_where_they_are(language):
    kinds = set()
    for site, act, text, steps in told(say_several, language):
        kinds.add(act.text.table)
        going, saying = steps[::2], steps[1::2]
        assert [step[0] for step in going] == ["[goto]"] * len(going) and [step[0] for step in saying] == ["[say]"] * len(going)
        quotes = [part for step in act.steps for part in step if isinstance(part, Quote)]
        assert all(act.said[quote.slot] in text for quote in quotes)
        assert len({quote.slot for quote in quotes}) == (1 if act.text.table == "say_both" else 2)
        named = {site.inside.get(pointer, pointer) for pointer in POINTER.findall(text)} | set(POINTER.findall(text))
        assert {step[1] for step in going} <= named
    assert kinds == {"say_both", "say_each"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_thing_that_is_asked_about_is_looked_at_with_its_own_question(language):
    kinds = set()
    for _, act, text, steps in told(ask_several, language):
        kinds.add(act.text.table)
        assert len(steps) in (2, 3) and {step[0] for step in steps} == {"[inspect]"}
        assert len({step[1] for step in steps}) == len(steps) and all(step[1] in text for step in steps)
        assert "[q]" in steps[0]
        own = [step for step in steps[1:] if "[q]" in step]
        assert own == [] if act.text.table == "q_and" else len(own) == len(steps) - 1
    assert kinds == {"q_and", "q_every_2", "q_every_3", "q_find_both"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_that_are_left_out_are_both_named_and_both_stand_behind_but(language):
    two = 0
    for seed in range(200):
        rng, words = random.Random(seed), Vocabulary(language=language)
        mention = Site(rng, words).group("place", "except")
        out = [one for one in mention.candidates if one not in mention.chosen]
        if mention.beside is None or len(out) < 2:
            continue
        two += 1
        text = Teller(rng, tongue(language), words).mention(mention)
        assert mention.beside.chosen == tuple(mention.beside.candidates) and set(mention.beside.chosen) == set(out)
        assert all(text.count(one) == 2 for one in out), text  # among all of them, and as what is left out
        answer = list(rolled([("[goto]", one) for one in mention.chosen], [mention], {}))
        assert answer[: answer.index("[goto]")] == ["[each]", "[all]", mention.candidates[0], "[but]", *out]
    assert two > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_no_skill_does_in_a_place_is_declined_in_its_own_words(language):
    found = [
        one
        for one in (draw(11, number, language=language) for number in range(1500))
        if one.families == ("cannot",) and one.answer[0] == "[decline]" and re.search(r"\[P\d", " ".join(one.answer))
    ]
    assert len(found) > 5
    for one in found:
        assert " ".join(one.answer[2 : one.answer.index("[/q]")]) in " ".join(one.mission)
