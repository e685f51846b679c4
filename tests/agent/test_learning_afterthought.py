"""Afterthoughts, what is taken back, doors named last, patrols with stops, amounts, counted groups."""

import random
import re

import pytest

from agent.learning.acts.afterthought import as_well, past_door
from agent.learning.acts.looking import question
from agent.learning.asked import asked
from agent.learning.language import tongue
from agent.learning.meaning import Loop
from agent.learning.order import base, tell
from agent.learning.repeats import loop
from agent.learning.replies import replies
from agent.learning.site import Site, tokens
from agent.learning.taken_back import with_taken_back
from agent.learning.telling import Teller
from agent.learning.words import Vocabulary
from agent.planners.pointers import PLACES, THINGS

LANGUAGES = ("en", "zh")


def drawn(function, language, count=300):
    for seed in range(count):
        site = Site(random.Random(seed), Vocabulary(language=language))
        try:
            yield site, function(site), Teller(site.rng, tongue(language), site.words)
        except IndexError:
            continue


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_well_does_the_same_with_each_and_names_the_last_at_the_end(language):
    families = set()
    for _, act, teller in drawn(as_well, language):
        text = base(teller.act(act)).lstrip("?")
        last = act.text.slots["t"].pointer
        named = [token for token in tokens(text) if token in (*THINGS, *PLACES)]
        assert last in named and len(act.units) > 1
        assert last in act.units[-1][0] and all(last not in step for unit in act.units[:-1] for step in unit)
        assert len({step[0] for unit in act.units for step in unit[:1]}) == 1
        families.add(act.family)
    assert families == {"inspect", "go", "deliver", "fetch", "hand over"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_door_that_is_named_last_is_opened_first(language):
    for site, act, teller in drawn(past_door, language):
        door = act.text.slots["d"].pointer
        assert act.steps[0] == ("[open_door]", door) and len(act.steps) > 1
        assert site.attributes[door][0] in ("closed", "unknown")
        words = tokens(base(teller.act(act)))
        assert words.index(door) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_taken_back_stands_beside_the_mission_and_changes_nothing_in_it(language):
    changed = 0
    for seed in range(1500):
        site = Site(random.Random(seed), Vocabulary(language=language))
        try:
            text = with_taken_back(site, Teller(site.rng, tongue(language), site.words), "?the mission itself")
        except IndexError:
            continue
        assert text.count("the mission itself") == 1 and "{" not in text and "<" not in text
        changed += text != "?the mission itself"
    assert 0.02 * 1500 < changed < 0.07 * 1500


@pytest.mark.parametrize("language", LANGUAGES)
def test_patrols_with_stops_wait_at_each_place_in_each_round(language):
    found = 0
    for _, made, teller in drawn(loop, language, 1500):
        if not isinstance(made, Loop) or "d" not in made.slots or made.form != "patrol_round":
            continue
        (walk,) = made.acts
        assert made.times > 1 and all([step[0] for step in unit] == ["[goto]", "[wait]"] for unit in walk.units)
        assert len({unit[1] for unit in walk.units}) == 1
        text = tell(teller, [made])
        assert str(made.slots["d"]) in text and "{" not in text
        found += 1
    assert found > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_of_nothing_on_the_map_is_asked_back(language):
    unknown = 0
    for seed in range(300):
        site = Site(random.Random(seed), Vocabulary(language=language), trouble="unknown")
        try:
            act = question(site)
        except IndexError:
            continue
        assert act.answer[0] == "[unknown]"
        text = Teller(site.rng, tongue(language), site.words).act(act)
        assert tokens(act.answer[2]) and act.answer[2] in text
        unknown += any(place in text for place in PLACES)
    assert unknown > 30


_READING = re.compile(r"[a-z]+ : \d+(?: \. \d+)?(?: [a-z]+)?")


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_that_are_asked_about_are_seen_on_the_side_that_they_are_on(language):
    measured = 0
    for _, branch, teller in drawn(lambda site: asked(site, [past_door(site)], []), language, 600):
        words = branch.condition.slots["w"]
        numbers = [token for token in tokens(words) if token.isdigit()] if isinstance(words, str) else []
        if not numbers or not all(_READING.fullmatch(seen) for seen in branch.seen):
            continue
        limit = int(numbers[0])
        yes, no = (float("".join(seen.split(":")[1].split()[0:3]).rstrip("abcdefghijklmnopqrstuvwxyz")) for seen in branch.seen)
        assert yes != no and min(yes, no) <= limit <= max(yes, no), (words, branch.seen)
        assert tell(teller, [branch])
        measured += 1
    assert measured > 15


def test_replies_are_a_yes_and_a_no():
    for chinese in (False, True):
        pairs = {replies(random.Random(seed), chinese=chinese) for seed in range(200)}
        yes, no = ({pair[side] for pair in pairs} for side in (0, 1))
        assert len(yes) > 10 and len(no) > 10 and not yes & no
