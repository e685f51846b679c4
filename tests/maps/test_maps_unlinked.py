"""Words that are said like names and name nothing here: found where they would be missed, and only there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Door, GridFrame, Place, Pose, Thing, World
from maps.linking import NameIndex, link
from maps.unlinked import unlinked


def ring(x0, y0, x1, y1):
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


WORLD = World.build(
    "site", GridFrame(resolution=0.5, origin=Pose(0, 0, 0), width=40, height=40), np.zeros((40, 40), dtype=np.int8),
    [Place(name="kitchen", outline=ring(0, 0, 5, 5)), Place(name="aisle 1", outline=ring(0, 5, 5, 10)),
     Place(name="aisle 2", outline=ring(5, 5, 10, 10)), Place(name="charging dock", kind="dock", pose=Pose(1, 8, 0))],
    [Thing(name="yellow crate", kind="crate", position=(1, 1), attributes={"material": "wood", "label": "express", "unit": "kg"}),
     Thing(name="fish crate", kind="crate", position=(6, 1), attributes={"note": "a rather long remark"}),
     Thing(name="coffee mug", kind="cup", aliases=("mug",), position=(7, 2))],
    [Door(name="kitchen door", segment=((5, 2), (5, 3)), between=("kitchen", "aisle 1"))],
)  # fmt: skip
INDEX = NameIndex.of(WORLD)


def found(text):
    return [(text[s.start : s.end], s.text(text)) for s in unlinked(link(text, INDEX))]


@pytest.mark.parametrize("text, words", [
    ("go to the moon", ["moon"]), ("explore room 2", ["room 2"]), ("go to room two, then the kitchen", ["room two"]),
    ("go to mars and back", ["mars"]), ("put the mug on the big moon", ["moon"]), ("visit the attic", ["attic"]),
    ("Explore the Old Boiler House.", ["Boiler House"]), ("look for a cat in the attic", ["cat", "attic"]),
    ("give a hammer to Bob", ["hammer"]),
    ("search the kitchen for my hammer", ["hammer"]), ("bring me a hammer", ["hammer"]),
    ("take the mug to aisle 1 and look for my hammer", ["hammer"]),
])  # fmt: skip
def test_a_name_that_the_map_does_not_know(text, words):
    assert found(text) == [(word, word) for word in words]


@pytest.mark.parametrize("text, pairs", [
    ("take the plastic crate", [("plastic", "plastic crate")]), ("open the attic door", [("attic", "attic door")]),
    ("go to the kitchen 2", [("2", "kitchen 2")]), ("go to aisle 9 and wait", [("9", "aisle 9")]),
])  # fmt: skip
def test_words_that_choose_among_what_is_there_and_fit_none_of_it(text, pairs):
    assert found(text) == pairs


@pytest.mark.parametrize("text", [
    "go to the kitchen", "check the dirty mug", "explore", "look around and report the results", "ask whether to go on",
    "I need you to hunt for the mug", "after that observe the yellow crate", "say hello to the visitors", "charge your battery",
    "go to the charging station", "wait in the kitchen 2 minutes", "go and fetch the mug in the morning", "take the wooden crate",
    "get the express crate", "do a round", "have a gander in the kitchen", "take the mug to the lady in aisle 1",
    "take the mug to the kitchen for my demo",
    "look in the kitchen, then bring the mug for my demo", "in \u5ba2\u5385", "", "the", "to",
])  # fmt: skip
def test_nothing_is_found_where_nothing_is_missed(text):
    assert found(text) == []


@pytest.mark.parametrize("text", [
    "be a darling and check the mug", "um, could you, er, get the uh the mug", "it feels like an oven in the kitchen, go and see",
    "this is an emergency, go to the kitchen", "what a day! go to the kitchen", "look at the mug, is it a fake",
    "the fish crate is a nuisance, check it", "the fish crate is past its prime, look at it", "check the mug's handle",
    "look at the fish crate, if that lid is open tell me", "bring a pile of mugs to aisle 1", "bring me another mug",
    "whichever crate is in the kitchen, look at it", "read the fill level of the fish crate",
    "the mug belongs in the kitchen, not in the cellar", "go to the kitchen because the landlord wants it",
    "go to aisle 1 and tell them that the truck is late", "tell the packers the lorry is late, then go to the kitchen",
    'go to the kitchen and say "the taxi is here"', "take the mug next to my bed", "see whether the ventilator in the kitchen runs",
    "take the fish crate to the cellar, no, to the kitchen", "tell the teachers in their room, then go to the kitchen",
    "put the mug on the south side of the kitchen", "the kitchen crate, not the aisle one",
    "the mug is on a bench in the kitchen, get it",
    "come back on Monday, the next day",
])  # fmt: skip
def test_everyday_speech_is_not_asked_about(text):
    assert found(text) == []


@pytest.mark.parametrize("text, words", [
    ("there is a ladder in the kitchen, bring it", ["ladder"]), ("I'd like a sandwich", ["sandwich"]),
    ("what's the aquarium's temperature", ["aquarium"]), ("bring me a bottle of champagne", ["bottle"]),
    ("visit the guest house", ["guest house"]), ("go to level 7", ["level 7"]), ("do not go into the crypt", ["crypt"]),
    ("put the mug next to the anvil", ["anvil"]), ("tell me whether the attic is open", ["attic"]),
    ("take the mug and the wheel to the kitchen", ["wheel"]),
])  # fmt: skip
def test_what_is_to_be_fetched_or_visited_is_still_asked_about(text, words):
    assert [word for word, _ in found(text)] == words


def test_an_attribute_chooses_among_things():
    def linked(text):
        return [[c.name for c in m.candidates] for m in link(text, INDEX).mentions]

    assert linked("the wooden crate") == linked("the wood crate") == linked("the express crate") == [["yellow crate"]]
    assert linked("the plastic crate") == linked("the kg crate") == [["yellow crate", "fish crate"]]


WORDS = st.sampled_from("go to the a moon room 2 kitchen crate wooden mug , . and my explore 9 attic door \u5ba2 it's".split())


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=60))
def test_stretches_are_in_order_and_no_mention_covers_them(text):
    linked = link(text, INDEX)
    end = 0
    for stretch in unlinked(linked):
        assert end <= stretch.start < stretch.end <= len(text)
        assert all(m.end <= stretch.start or stretch.end <= m.start for m in linked.mentions)
        assert stretch.text(text).strip() == stretch.text(text)
        end = stretch.end
