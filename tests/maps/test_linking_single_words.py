"""Single words that are names where they stand as such: in a list, as what goes somewhere, as the head of a longer name."""

from functools import cache
from pathlib import Path

import pytest

from maps import World, find_map, load_world
from maps.linking import index_of, link

MISSIONS = Path(__file__).parents[1] / "missions" / "maps"


@cache
def ground(name: str) -> World:
    return load_world(MISSIONS / name if (MISSIONS / name).is_dir() else find_map(name))


@pytest.mark.parametrize(
    ("name", "say", "word", "meant"),
    [
        ("home", "Study, bathroom, laundry, and say in each that it's bedtime", "Study", {"study"}),
        ("home", "study the map, then go to the bathroom", "study", None),
        ("warehouse", "And last thing, drill to the lab, please", "drill", {"cordless drill"}),
        ("warehouse", "drill a hole in the wall", "drill", None),
        ("warehouse", "Pick up the kit and take it to the workshop", "kit", {"first aid kit", "spill kit"}),
        ("airport", "look at wheelchair B, and whether A is free", "A", {"wheelchair A"}),
        ("airport", "look at wheelchair B and see if it is free", "free", None),
        ("airport", "A is where the bus stops", "A", None),
        ("office", "The visitor badge, number nine, is wanted by Li Na", "visitor badge", {"visitor badge 9"}),
        ("airport", "你在A3登机口守两分半钟", "钟", None),
        ("factory", "If you drop red, take green.", "green", {"green block"}),
        ("hospital", "Hold at the lift for two minutes", "lift", {"lift lobby"}),
        ("hospital", "From there down to the lifts and back makes one lap", "lifts", {"lift lobby"}),
        ("hospital", "lift the box and wait", "lift", None),
        ("hotel", "tell 301 that breakfast is at six", "breakfast", None),
        ("hotel", "breakfast will be late today, tell 301", "breakfast", None),
        ("school", "the door to bio is closed, I think", "bio", {"biology lab"}),
        ("hotel", "take the towels to breakfast", "breakfast", {"breakfast room"}),
        ("hotel", "the breakfast is where they wait", "breakfast", {"breakfast room"}),
    ],
)
def test_a_word_is_a_name_where_it_stands_as_one(name, say, word, meant):
    found = [mention for mention in link(say, index_of(ground(name)), limit=24, group=24).mentions]
    at = say.index(word)
    here = next((mention for mention in found if mention.start <= at < mention.end), None)
    assert (None if here is None else {candidate.name for candidate in here.candidates}) == meant


def test_everything_in_here_is_what_is_in_the_place_named_before():
    say = "We're closing the lost property early. Everything in here moves to the information desk except the passport."
    found = link(say, index_of(ground("airport")), limit=24, group=24).mentions
    everything = next(mention for mention in found if say[mention.start :].startswith("Everything"))
    assert {candidate.name for candidate in everything.candidates} == {"lost passport", "lost umbrella", "lost teddy"}
