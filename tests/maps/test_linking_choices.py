"""What else a mission says chooses among several, other words mean the same, and what is left out is found again."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import World, find_map, load_world
from maps.linking import index_of, link
from maps.unlinked import unlinked


@cache
def ground(name: str) -> World:
    return load_world(find_map(name))


def named(map_name: str, text: str) -> list[tuple[str, set[str]]]:
    linked = link(text, index_of(ground(map_name)), limit=24, group=24)
    return [(text[m.start : m.end], {c.name for c in m.candidates}) for m in linked.mentions]


def tanks(*numbers: int) -> set[str]:
    return {f"tank {number}" for number in numbers}


@pytest.mark.parametrize(
    ("map_name", "text", "stretch", "names"),
    [
        ("home", "turn the telly round", "telly", {"television"}),
        ("home", "put the brolly in the front room", "front room", {"living room"}),
        ("home", "bring the satchel down", "satchel", {"school bag"}),
        ("home", "my yellow rucksack please", "yellow rucksack", {"school bag"}),
        ("hospital", "the drug trolley is in the way", "drug trolley", {"medication cart"}),
        ("hospital", "push the zimmer frame to 104", "zimmer frame", {"walking frame"}),
        ("hospital", "the extra sheets", "sheets", {"clean linen"}),
        ("warehouse", "take it to goods receipt", "goods receipt", {"receiving area"}),
        ("plant", "how is the backup pump", "backup pump", {"standby pump"}),
        ("home", "把双肩包拿来", "双肩包", {"school bag"}),
        ("home", "去孩子房间看看", "孩子房间", {"children's room"}),
        ("hospital", "拿两盒手套", "手套", {"gloves box"}),
        ("hospital", "去物资房", "物资房", {"supply room"}),
        ("plant", "读一下管线压力", "管线压力", {"line pressure gauge"}),
    ],
)
def test_other_words_for_the_same(map_name: str, text: str, stretch: str, names: set[str]) -> None:
    assert (stretch, names) in named(map_name, text)


@pytest.mark.parametrize(
    ("map_name", "text", "stretch", "names"),
    [
        ("plant", "go to the pump shed and look at the valve", "valve", {"suction valve"}),
        ("plant", "the compressor shed is loud. Is the gauge in there fine?", "gauge", {"oil level glass"}),
        ("plant", "is the gauge all right in the compressor shed", "gauge", {"oil level glass"}),
        ("plant", "the valve that is green", "valve", {"green valve"}),
        ("plant", "绿色的那个阀门", "绿色的那个阀门", {"green valve"}),
        ("plant", "check the green valve. Then close the valve", "valve", {"green valve"}),
        ("plant", "the level of tank 2, the gauge of tank 3", "gauge", {"level gauge 3"}),
        ("hospital", "Is bed 103 made? The bed in 104 too", "bed", {"bed 104"}),
        ("hospital", "go to 103 and see whether anyone is in the bed", "bed", {"bed 103"}),
        ("hospital", "101和102的病床", "101和102的病床", {"bed 101", "bed 102"}),
        ("hospital", "the beds in 101 through 103", "beds in 101 through 103", {"bed 101", "bed 102", "bed 103"}),
        ("warehouse", "open the door to the cold room", "door", {"cold room door"}),
        ("hospital", "把隔离病房的门关上", "门", {"isolation door"}),
        ("home", "go to whichever bedroom is closest", "bedroom", {"main bedroom", "children's room"}),
    ],
)
def test_the_text_tells_which_one(map_name: str, text: str, stretch: str, names: set[str]) -> None:
    assert (stretch, names) in named(map_name, text)


@pytest.mark.parametrize(
    ("map_name", "text", "stretch", "most"),
    [
        ("plant", "go to the pump shed and look at every valve", "valve", 4),
        ("plant", "check the green valve and then all the other valves", "valves", 4),
        ("plant", "除了绿色阀门，所有的阀门都看一遍", "阀门", 4),
        ("warehouse", "bring the red toolbox to the office and then bring the toolbox back", "toolbox", 1),
        ("warehouse", "put the toolbox in the workshop", "toolbox", 2),
    ],
)
def test_a_group_stays_where_nothing_tells(map_name: str, text: str, stretch: str, most: int) -> None:
    groups = [names for words, names in named(map_name, text) if words == stretch]
    assert len(groups[-1]) == most


@pytest.mark.parametrize(
    ("map_name", "text", "stretch", "names"),
    [
        ("warehouse", "what's the temperature in the cold room", "temperature", {"freezer gauge"}),
        ("warehouse", "冷库里几度", "几度", {"freezer gauge"}),
        ("home", "how warm is it?", "how warm", {"thermostat"}),
        ("plant", "check the pressure at the pump shed", "pressure", {"pump pressure gauge"}),
    ],
)
def test_a_quantity_is_asked_of_what_measures_it(map_name: str, text: str, stretch: str, names: set[str]) -> None:
    assert (stretch, names) in named(map_name, text)


@pytest.mark.parametrize(
    ("map_name", "text"),
    [
        ("home", "what's the aquarium's temperature"),
        ("home", "tell me the temperature of the moon"),
        ("plant", "the temperature of the feed pump"),
        ("home", "go to the kitchen for breakfast"),
        ("hospital", "a nurse comes soon"),
        ("home", "light the fire"),
        ("home", "could you book me a table"),
        ("home", "bring me a hammer"),
        ("home", "in five minutes 五分钟"),
    ],
)
def test_what_is_no_name_is_none(map_name: str, text: str) -> None:
    words = {"kitchen", "feed pump"}
    assert [stretch for stretch, _ in named(map_name, text) if stretch not in words] == []


def test_the_one_at_a_place_is_of_the_kind_named_before() -> None:
    text = "look at the line pressure gauge, then the one in the pump shed"
    assert ("one", {"pump pressure gauge"}) in named("plant", text)
    assert not [words for words, _ in named("warehouse", "the torque wrench, the one in the workshop") if words == "one"]


def test_no_name_goes_over_the_end_of_a_sentence() -> None:
    found = named("warehouse", "drive to the meeting room. Door number 2 is next")
    assert ("meeting room", {"meeting room"}) in found


SAID = st.sampled_from(
    (
        "go to the in on of and then a one other red 红 的 那台 那个 里 门 和 、 ， . ? 's there it her temperature 几度 how hot "
        "gauge valve valves pump 阀门 tank 1 2 号 pump shed 泵棚 kitchen that is marked closest every 每个 put for 's . 101 "
    ).split()
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(("plant", "hospital", "home")),
    st.lists(SAID, max_size=14).map(" ".join) | st.lists(SAID, max_size=14).map("".join) | st.text(max_size=50),
)
def test_any_text_is_linked_the_same_way_twice(map_name: str, text: str) -> None:
    world = ground(map_name)
    linked = link(text, index_of(world), limit=24, group=24)
    end = 0
    for mention in linked.mentions:
        assert end <= mention.start < mention.end <= len(text)
        assert mention.candidates
        assert all(c.name in world.features(c.type) for c in mention.candidates)
        end = mention.end
    assert linked == link(text, index_of(world), limit=24, group=24)
    assert all(0 <= stretch.start < stretch.end <= len(text) for stretch in unlinked(linked))
