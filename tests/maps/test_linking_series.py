"""Numbers that name places, ranges of numbered names, and other words for the same kind of thing."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import World, find_map, load_world
from maps.linking import index_of, link


@cache
def ground(name: str) -> World:
    return load_world(find_map(name))


def named(map_name: str, text: str) -> list[tuple[str, tuple[str, ...]]]:
    linked = link(text, index_of(ground(map_name)), limit=24, group=24)
    return [(text[m.start : m.end], tuple(c.name for c in m.candidates)) for m in linked.mentions]


def rooms(*numbers: int) -> tuple[str, ...]:
    return tuple(f"room {number}" for number in numbers)


@pytest.mark.parametrize(
    ("map_name", "text", "stretch", "names"),
    [
        ("hospital", "take it to the lady in 101", "101", rooms(101)),
        ("hospital", "bring the tray from 104 to 106", "104", rooms(104)),
        ("hospital", "把水送到105", "105", rooms(105)),
        ("hospital", "106房间冷不冷", "106房间", rooms(106)),
        ("hospital", "不要进一零三", "一零三", rooms(103)),
        ("hospital", "每间都去,103别进", "103", rooms(103)),
        ("hospital", "除了106都看看", "106", rooms(106)),
        ("hospital", "visit 101, 103 and 106", "103", rooms(103)),
        ("hospital", "do a round, 106 to 108, then stop", "106 to 108", rooms(106, 107, 108)),
        ("hospital", "rooms 101-104 please", "101-104", rooms(101, 102, 103, 104)),
        ("hospital", "room 101 to room 104", "room 101 to room 104", rooms(101, 102, 103, 104)),
        ("warehouse", "check aisles 1 to 3", "aisles 1 to 3", ("aisle 1", "aisle 2", "aisle 3")),
        ("warehouse", "go to aisle 1-3", "aisle 1-3", ("aisle 1", "aisle 2", "aisle 3")),
        ("warehouse", "去1号到3号通道各停一下", "1号到3号通道", ("aisle 1", "aisle 2", "aisle 3")),
        ("home", "go round all bedrooms", "bedrooms", ("main bedroom", "children's room")),
        ("home", "把遥控器拿到客厅沙发旁", "客厅沙发旁", ("sofa corner",)),
        ("home", "go to the sofa corner in the living room", "sofa corner in the living room", ("sofa corner",)),
        ("home", "look at the tv", "tv", ("television",)),
        ("home", "it goes to the couch corner", "couch corner", ("sofa corner",)),
        ("home", "put it in the refrigerator", "refrigerator", ("fridge",)),
        ("home", "去卧室", "卧室", ("main bedroom", "children's room")),
        ("home", "把灯拿给我", "灯", ("floor lamp", "desk lamp")),
    ],
)
def test_a_number_a_range_or_another_word_names_what_people_mean(
    map_name: str, text: str, stretch: str, names: tuple[str, ...]
) -> None:
    found = dict(named(map_name, text))
    assert stretch in found, found
    assert set(found[stretch]) == set(names)


@pytest.mark.parametrize(
    "text", ["wait 101 seconds", "in 104 minutes", "stay for 105", "it costs 101.50", "at 10:104", "set it to 104 %", "from 2 to 3"]
)
def test_an_amount_is_no_room(text: str) -> None:
    assert named("hospital", text) == []


def test_a_way_from_one_room_to_another_is_no_range() -> None:
    assert [stretch for stretch, _ in named("hospital", "drive from room 101 to room 104")] == ["room 101", "room 104"]
    assert [stretch for stretch, _ in named("hospital", "carry it from 101 to 104")] == ["101", "104"]


def test_the_maps_own_words_come_first() -> None:
    """A word that the map itself uses is never widened to other kinds."""
    world = ground("warehouse")
    for thing in world.things.values():
        found = named("warehouse", f"look at the {thing.name}")
        assert found[0][1] == (thing.name,)


@given(first=st.integers(101, 108), last=st.integers(101, 108))
def test_a_range_holds_every_number_between_its_ends(first: int, last: int) -> None:
    found = dict(named("hospital", f"visit rooms {first} to {last}"))
    if first != last:
        (names,) = found.values()
        assert names == rooms(*range(first, last + 1) if first < last else range(first, last - 1, -1))  # in the order that is said
    else:
        assert all(len(names) == 1 for names in found.values())


SAID = st.sampled_from(
    "room rooms aisle aisles 1 2 104 １０４ ١٠٤ 一零三 十十 百 ⅷ ² to - 到 号 and 房间 通道 the in 从 from all except".split()
)


@given(st.sampled_from(("hospital", "warehouse", "home")), st.lists(SAID, max_size=9).map(" ".join) | st.text(max_size=40))
def test_any_text_is_linked_in_order_and_a_range_is_never_shortened(map_name: str, text: str) -> None:
    whole = {(m.start, m.end): m for m in link(text, index_of(ground(map_name)), limit=1000, group=24).mentions}
    linked = link(text, index_of(ground(map_name)), limit=4, group=24)
    assert len({c for m in linked.mentions for c in m.candidates}) <= 4
    end = 0
    for mention in linked.mentions:
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
        if mention.each:
            assert mention.candidates == whole[mention.start, mention.end].candidates


def test_digits_of_every_script_are_numbers() -> None:
    for digits in ("104", "１０４", "١٠٤"):
        assert named("hospital", f"带去{digits}") == [(digits, rooms(104))]
