"""Names said in pieces, what one mention tells of another, what is left unsaid, and words that only look like names."""

from functools import cache
from pathlib import Path

import pytest

from maps import World, find_map, load_world
from maps.linking import Linked, index_of, link
from maps.linking.groups import group_mentions

SITES = Path(__file__).parent.parent / "missions" / "maps"


@cache
def ground(name: str) -> World:
    return load_world(SITES / name if (SITES / name).exists() else find_map(name))


def linked(map_name: str, text: str) -> Linked:
    return link(text, index_of(ground(map_name)), limit=24, group=24)


def named(map_name: str, text: str) -> list[tuple[str, set[str]]]:
    return [(text[m.start : m.end], {c.name for c in m.candidates}) for m in linked(map_name, text).mentions]


@pytest.mark.parametrize(
    ("map_name", "text", "stretch", "names"),
    [
        ("plant", "park at the charger near the gate", "charger near the gate", {"yard charger"}),
        ("warehouse", "fetch the roll of paper", "roll of paper", {"paper roll"}),
        ("home", "is there anything in the bowl for the dog", "bowl for the dog", {"dog bowl"}),
        ("hospital", "the fridge for medicine is humming", "fridge for medicine", {"medicine fridge"}),
        ("plant", "the green and blue valve", "green", {"green valve"}),
        ("plant", "red, green and blue valves please", "red", {"red valve"}),
        ("warehouse", "take the yellow & green crate away", "yellow", {"yellow crate"}),
        ("farm", "the tomato or cucumber crate", "tomato", {"tomato crate"}),
    ],
)
def test_a_name_in_pieces(map_name: str, text: str, stretch: str, names: set[str]) -> None:
    assert (stretch, names) in named(map_name, text)


@pytest.mark.parametrize(
    ("map_name", "text"),
    [
        ("warehouse", "take the drill for a test in the workshop"),
        ("home", "put the mug by the newspaper"),
        ("plant", "the pump and the red valve"),
        ("warehouse", "any one of the parcels"),
    ],
)
def test_no_name_is_made_of_two(map_name: str, text: str) -> None:
    assert all(" for " not in said and " by " not in said and said != "pump and" for said, _ in named(map_name, text))
    assert not any(said.startswith("one of") for said, _ in named(map_name, text))
    assert not any(said == "pump" and names == {"red valve"} for said, names in named(map_name, text))


@pytest.mark.parametrize(
    ("map_name", "text", "stretch", "names"),
    [
        ("farm", "how much milk is left in the tank", "milk", {"milk tank"}),
        ("airport", "are the trolleys in the hall all gone", "hall", {"main hall"}),
        ("school", "are the windows of 2A and 2B shut", "windows of 2A and 2B", {"window 2A", "window 2B"}),
        (
            "farm",
            "in greenhouse 2 and in greenhouse 3, what is the humidity",
            "humidity",
            {"humidity sensor 2", "humidity sensor 3"},
        ),
        ("warehouse", "the fire extinguishers, at least the one in goods in", "one", {"fire extinguisher 2"}),
        ("office", "除了9号访客证，访客证拿去收发室", "访客证", {"visitor badge 7"}),
        ("school", "the microscopes that are still in the prep room", "microscopes", {"microscope 4"}),
        ("warehouse", "visit the loading bays except 2", "2", {"loading bay 2"}),
        ("plant", "看看三个罐，除了三号", "三号", {"tank 3"}),
        ("plant", "去管廊看阀门，蓝的不用看", "蓝的", {"blue valve"}),
        ("plant", "看完红色阀门，再说一声红阀怎么样", "红阀", {"red valve"}),
    ],
)
def test_one_mention_tells_of_another(map_name: str, text: str, stretch: str, names: set[str]) -> None:
    assert (stretch, names) in named(map_name, text)


def test_where_something_goes_to_says_nothing_of_where_it_is() -> None:
    assert ("hall", {"main hall", "check-in hall"}) in named("airport", "take the trolleys to the hall")


@pytest.mark.parametrize(
    ("map_name", "text", "stretch", "names"),
    [
        ("warehouse", "parcel 7 can go, 8 stays here", "8", {"parcel 8"}),
        ("plant", "look at tank 1 and leave 3 alone", "3", {"tank 3"}),
        ("warehouse", "看看11号托盘，然后22号不用管", "22号", {"pallet 22"}),
        ("hotel", "is the minibar in 303 empty? And 309 as well?", "309", {"minibar 309"}),
        ("hotel", "what does the thermostat in 311 say? Same for 301.", "301", {"thermostat 301"}),
    ],
)
def test_what_was_said_before_is_left_out(map_name: str, text: str, stretch: str, names: set[str]) -> None:
    assert (stretch, names) in named(map_name, text)


@pytest.mark.parametrize(
    ("map_name", "text", "number"),
    [
        ("warehouse", "look at parcel 7 and wait for 8 minutes", "8"),
        ("warehouse", "look at parcel 7 at 8", "8"),
        ("plant", "is tank 1 above 3", "3"),
        ("warehouse", "七号包裹八月8号送到", "8号"),
    ],
)
def test_amounts_and_times_are_no_names(map_name: str, text: str, number: str) -> None:
    assert all(said != number for said, _ in named(map_name, text))


@pytest.mark.parametrize(
    ("map_name", "text", "names"),
    [
        ("office", "give this to Tom", {"Tom Reed's desk", "Tom Silva's desk"}),
        ("office", "Weber wants to know", {"Jonas Weber's desk"}),
        ("office", "这个给汤姆", {"Tom Reed's desk", "Tom Silva's desk"}),
        ("office", "Tom Silva is out", {"Tom Silva's desk"}),
    ],
)
def test_people_are_called_by_one_of_their_names(map_name: str, text: str, names: set[str]) -> None:
    assert [meant for _, meant in named(map_name, text)] == [names]


def test_a_tank_is_called_by_what_its_label_says_is_in_it() -> None:
    assert ("diesel", {"tank 1"}) in named("plant", "do we have enough diesel")
    assert ("甲醇", {"tank 3"}) in named("plant", "甲醇够不够")
    assert not named("warehouse", "is it urgent or express"), "a parcel's label says nothing of what it is"


def test_a_verb_is_no_slip_of_the_pen() -> None:
    assert ("冷库温度", {"freezer gauge"}) in named("warehouse", "把冷库温度报给我")
    assert ("传送带电击", {"conveyor motor"}) in named("warehouse", "看一下传送带电击"), "a slip"


def test_codes_are_numbers_too() -> None:
    assert ("attendance sheets", {"attendance sheet 2A", "attendance sheet 2B"}) in named("school", "collect the attendance sheets")
    assert ("P2", {"printer P2"}) in named("office", "P2 is out of paper")


def test_a_round_goes_by_all_that_is_between() -> None:
    assert ("一号通道巡到四号通道", {f"aisle {number}" for number in range(1, 5)}) in named("warehouse", "从一号通道巡到四号通道")
    assert ("A1走到A3", {"gate A1", "gate A2", "gate A3"}) in named("airport", "从A1走到A3，每个都看看")
    assert [said for said, _ in named("airport", "从A1走到A3")] == ["A1", "A3"], "a way"


def test_every_gate_behind_a_range_is_one_of_the_range() -> None:
    assert [said for said, _ in named("airport", "从A1走到A3，每个登机口停10秒")] == ["A1走到A3"]


@pytest.mark.parametrize(
    ("map_name", "text", "word"),
    [
        ("hospital", "look at the pump next door", "door"),
        ("airport", "all on board now", "board"),
        ("warehouse", "take the umbrella in case it rains", "case"),
        ("warehouse", "look for an oil barrel", "oil"),
    ],
)
def test_words_that_only_look_like_names(map_name: str, text: str, word: str) -> None:
    world = ground(map_name)
    found = group_mentions(linked(map_name, text), world, 24).mentions
    assert all(text[m.start : m.end] != word for m in found)


def test_each_stop_is_each_of_those_listed() -> None:
    def stretches(text: str) -> list[str]:
        return [text[m.start : m.end] for m in group_mentions(linked("plant", text), ground("plant"), 24).mentions]

    assert "stop" not in stretches("go to the viewpoint and the muster point and wait a minute at each stop")
    assert "place" in stretches("visit every place")


def test_what_is_said_to_be_returned_is_no_returns_area() -> None:
    assert ("returns", {"returns area"}) in named("warehouse", "it goes to returns")
    assert not named("warehouse", "it has to return it now")
