"""What a text leaves to what it said before, ranges with one end, series beside their kind, and what a sentence begins with."""

from functools import cache

import pytest

from maps import World, find_map, load_world
from maps.linking import index_of, link


@cache
def ground(name: str) -> World:
    return load_world(find_map(name))


def named(text: str, map_name: str) -> list[list[str]]:
    found = link(text, index_of(ground(map_name)), limit=24, group=24)
    return [[candidate.name for candidate in mention.candidates] for mention in found.mentions]


@pytest.mark.parametrize(
    ("map_name", "text", "last"),
    [
        ("warehouse", "go to aisle 4 and up", ["aisle 4", "aisle 5", "aisle 6"]),
        ("warehouse", "patrol loading bay 3 upwards, then charge", ["loading bay 3", "loading bay 4"]),
        ("warehouse", "sweep aisle 2 and below", ["aisle 1", "aisle 2"]),
        ("hospital", "106以上的病房", ["room 106", "room 107", "room 108"]),
    ],
)
def test_a_range_may_have_one_end(map_name, text, last):
    assert last in named(text, map_name)


def test_up_and_down_are_no_range_before_other_words():
    assert ["aisle 4"] in named("go to aisle 4 up to the wall", "warehouse")
    assert ["room 106"] in named("go to room 106 and up the volume", "hospital")


@pytest.mark.parametrize(
    ("map_name", "text", "last"),
    [
        ("hospital", "is bed 102 taken? what about 106", ["bed 106"]),
        ("hospital", "see if bed 102 is empty. Same for 106.", ["bed 106"]),
        ("plant", "look at tank 1. how about 3", ["tank 3"]),
    ],
)
def test_a_number_says_the_same_of_another(map_name, text, last):
    assert named(text, map_name)[-1] == last


def test_an_amount_is_no_number_of_a_name():
    assert named("look at tank 1 for 3 minutes", "plant") == [["tank 1"]]
    assert named("look at tank 1 for 3", "plant") == [["tank 1"]]


@pytest.mark.parametrize(
    ("map_name", "text", "group"),
    [
        ("hospital", "visit every patient room", [f"room {number}" for number in range(101, 109)]),
        ("plant", "which tank holds water", ["tank 1", "tank 2", "tank 3"]),
        ("plant", "每个罐都看看", ["tank 1", "tank 2", "tank 3"]),
        ("home", "look in the bedrooms", ["main bedroom", "children's room"]),
    ],
)
def test_a_numbered_series_is_all_of_its_kind(map_name, text, group):
    assert sorted(named(text, map_name)[0]) == sorted(group)


@pytest.mark.parametrize(
    ("map_name", "text", "one"),
    [
        ("plant", "except the red one, check all the valves", ["red valve"]),
        ("plant", "除了红色那个,阀门都看看", ["red valve"]),
        ("warehouse", "除了红的那个,工具箱都拿走", ["red toolbox"]),
        ("home", "fetch the book, the red one", ["red book"]),
    ],
)
def test_one_may_be_told_before_its_group_or_again(map_name, text, one):
    assert one in named(text, map_name)


@pytest.mark.parametrize(
    ("text", "valves"),
    [
        ("泵棚里的阀门都看看", ["suction valve"]),
        ("管廊上,阀门全部检查", ["red valve", "green valve", "blue valve"]),
        ("In the pipe rack check all valves.", ["red valve", "green valve", "blue valve"]),
    ],
)
def test_what_a_sentence_begins_with_is_where_all_of_it_is(text, valves):
    assert sorted(named(text, "plant")[-1]) == sorted(valves)


def test_what_is_worn_is_nothing_to_drink_from():
    assert named("where are my eyeglasses", "hospital") == [["reading glasses"]]
    assert named("where are my eyeglasses", "home") == []
    assert named("the glasses to the kitchen", "home")[0] == ["wine glasses"]
