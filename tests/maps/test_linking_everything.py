"""What "everything", "the lot" and 东西 mean where they are to be carried; groups in several places, and said again."""

from functools import cache
from pathlib import Path

import pytest

from maps import World, find_map, load_world
from maps.linking import index_of, link

SITES = Path(__file__).parents[1] / "missions" / "maps"


@cache
def ground(name: str) -> World:
    return load_world(SITES / name if (SITES / name).is_dir() else find_map(name))


def named(map_name: str, text: str) -> list[tuple[str, list[str]]]:
    linked = link(text, index_of(ground(map_name)), limit=24, group=24)
    return [(text[m.start : m.end], [c.name for c in m.candidates]) for m in linked.mentions]


@pytest.mark.parametrize(
    ("map_name", "text", "stretch", "names"),
    [
        ("home", "take everything in the dining room to the kitchen", "everything", ["fruit bowl", "newspaper", "wine glasses"]),
        ("home", "把客厅里的东西都搬到书房", "东西", ["remote control", "red book", "grey cushion"]),
        (
            "airport",
            "the three things in lost and found: take the lot to the information desk",
            "the lot",
            ["lost passport", "lost umbrella", "lost teddy"],
        ),
    ],
)
def test_everything_that_is_carried_is_what_stands_there(map_name, text, stretch, names):
    assert (stretch, names) in named(map_name, text)


@pytest.mark.parametrize("text", ["is everything all right in the dining room?", "everything is fine", "tell me everything"])
def test_everything_else_names_nothing(text):
    assert all(stretch != "everything" for stretch, _ in named("home", text))


def test_a_group_goes_in_the_order_that_is_said_behind_it():
    assert named("plant", "三个液位计挨个抄数,从三号抄起,倒着抄到一号")[0][1] == ["level gauge 3", "level gauge 2", "level gauge 1"]
    found = named("airport", "zero check on the luggage scales. begin with 15 and work back to 12")
    assert found[0][1] == [f"luggage scale {number}" for number in (15, 14, 13, 12)]


def test_what_was_listed_is_not_named_anew():
    assert [names for _, names in named("plant", "泵棚、压缩机棚、工具棚,这三个棚子你依次进去")] == [
        ["pump shed"], ["compressor shed"], ["tool shed"],
    ]  # fmt: skip


def test_a_group_covers_the_places_that_it_is_in():
    assert named("farm", "read the thermometers in all three greenhouses") == [
        ("thermometers in all three greenhouses", ["thermometer 1", "thermometer 2", "thermometer 3"])
    ]
    assert named("hospital", "101、103、104这三张病床都去看") == [("101、103、104这三张病床", ["bed 101", "bed 103", "bed 104"])]


def test_a_title_makes_a_name_and_a_letter_may_be_a_direction():
    assert "Hall" not in dict(named("hospital", "Mrs Hall's walking frame is in 104"))
    assert named("airport", "south parking meter working?") == [("south parking meter", ["parking meter S"])]


def test_colours_choose_each_for_itself():
    found = named("plant", "管廊上红绿蓝三个阀门,除了绿的,都去看看")
    assert ["red valve", "green valve", "blue valve"] in [names for _, names in found] and ["green valve"] in [n for _, n in found]
    assert found[0][1] == ["pipe rack"]
    assert named("farm", "look at the green tractor first and then the red, he's in a hurry")[1][1] == ["red tractor"]
