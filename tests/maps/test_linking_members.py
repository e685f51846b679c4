"""Numbers and ranges beside a group choose its members, wherever they stand."""

from functools import cache
from pathlib import Path

import pytest

from maps import World, find_map, load_world
from maps.linking import index_of, link


@cache
def ground(name: str) -> World:
    return load_world(find_map(name))


def named(text: str, map_name: str = "hospital") -> list[tuple[str, tuple[str, ...]]]:
    linked = link(text, index_of(ground(map_name)), limit=24, group=24)
    return [(text[m.start : m.end], tuple(c.name for c in m.candidates)) for m in linked.mentions]


def rooms(*numbers: int) -> tuple[str, ...]:
    return tuple(f"room {number}" for number in numbers)


def beds(*numbers: int) -> tuple[str, ...]:
    return tuple(f"bed {number}" for number in numbers)


@pytest.mark.parametrize(
    ("text", "stretch", "names"),
    [
        ("visit every patient room from 102 to 105", "patient room from 102 to 105", rooms(102, 103, 104, 105)),
        ("walk the patient rooms near the stairs, 103 to 105", "patient rooms near the stairs, 103 to 105", rooms(103, 104, 105)),
        ("go round the patient rooms (105-107)", "patient rooms (105-107", rooms(105, 106, 107)),
        ("the beds, 101 to 103, are they free?", "beds, 101 to 103", beds(101, 102, 103)),
        ("are the beds free, 104 to 106?", "beds", beds(104, 105, 106)),
        ("103到105的病床看一下", "103到105的病床", beds(103, 104, 105)),
        ("把102到104病房都走一遍", "102到104病房", rooms(102, 103, 104)),
        ("把病历夹送到106病房", "106病房", rooms(106)),
        ("把一零五号病房的毛毯拿来", "一零五号病房", rooms(105)),
    ],
)
def test_a_group_is_what_its_numbers_choose(text, stretch, names):
    assert (stretch, names) in named(text)
    assert len([group for _, group in named(text) if len(group) > 1]) == (len(names) > 1)


@pytest.mark.parametrize(
    ("text", "stretch", "names"),
    [
        ("check the beds. then go from 101 to 103", "beds", beds(*range(101, 109))),
        ("check the beds, then do rooms 101 to 103", "beds", beds(*range(101, 109))),
        ("take the tray from 104 to 106", "104", rooms(104)),
        ("每个病房都看一下", "病房", (*rooms(*range(101, 109)), "isolation room")),
        ("去209病房", "病房", (*rooms(*range(101, 109)), "isolation room")),
    ],
)
def test_another_clause_a_way_and_a_number_that_the_group_does_not_hold_choose_nothing(text, stretch, names):
    assert (stretch, frozenset(names)) in [(words, frozenset(group)) for words, group in named(text)]


def test_the_same_text_gives_the_same_mentions():
    text = "which beds are taken, 101 to 105?"
    assert named(text) == named(text)
    assert named(text)[0] == ("beds", beds(101, 102, 103, 104, 105))


@pytest.mark.parametrize(
    ("map_name", "text", "stretch", "name"),
    [
        ("plant", "levels on tanks 1 2 and 3", "2", "tank 2"),
        ("plant", "levels on tanks 1 2 and 3", "3", "tank 3"),
        ("warehouse", "pallets 11 22 31", "31", "pallet 31"),
        ("plant", "look at the valves in the pipe rack, all but the green one", "green one", "green valve"),
        ("warehouse", "there are two toolboxes. bring me the blue one", "blue one", "blue toolbox"),
        ("factory", "red block to the test bay, green one to the store counter", "green one", "green block"),
        ("factory", "check the yellow block, then the white one", "white one", "white block"),
        ("hospital", "look at wheelchair 2 and the other one", "other one", "wheelchair 1"),
    ],
)
def test_numbers_without_commas_and_the_one_of_a_colour_name_members_too(map_name, text, stretch, name):
    assert (stretch, (name,)) in named(text, map_name)


@pytest.mark.parametrize(
    ("map_name", "text"),
    [
        ("plant", "go to tank 1 2 times"),
        ("plant", "check the pump, the green one"),
        ("factory", "take the red block, not the other one"),
        ("plant", "check the valves, the big one first"),
    ],
)
def test_amounts_and_words_that_choose_nothing_make_no_mention(map_name, text):
    assert not any(words == "2" or words.endswith(" one") for words, _ in named(text, map_name))


def test_places_in_a_list_choose_together_whatever_they_are_called() -> None:
    hotel = load_world(Path(__file__).parents[1] / "missions" / "maps" / "hotel")
    for text in ("check the minibars in 301, 302 and 304", "check the minibars in 301, 302, 304 and bring the towel stack to 305"):
        linked = link(text, index_of(hotel), limit=24, group=24)
        assert [c.name for c in linked.mentions[0].candidates] == ["minibar 301", "minibar 302", "minibar 304"]
