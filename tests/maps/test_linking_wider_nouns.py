"""Words for many kinds of things at once mean all that is of them, where all or several are meant."""

from functools import cache

import pytest

from maps import World, find_map, load_world
from maps.linking import index_of, link
from maps.linking.noun_classes import classes_of, words_for


@cache
def ground(name: str) -> World:
    return load_world(find_map(name))


def named(text: str, map_name: str) -> dict[str, set[str]]:
    linked = link(text, index_of(ground(map_name)), limit=24, group=24)
    return {text[m.start : m.end]: {c.name for c in m.candidates} for m in linked.mentions}


@pytest.mark.parametrize(
    ("map_name", "text", "stretch", "names"),
    [
        ("home", "check all the appliances in the kitchen", "appliances", {"fridge", "kettle", "oven"}),
        ("home", "look at every vehicle", "vehicle", {"car", "bicycle"}),
        ("home", "bring the toys to the living room", "toys", {"teddy bear", "toy train"}),
        ("home", "把厨房里的电器都看一遍", "电器", {"fridge", "kettle", "oven"}),
        ("plant", "所有消防设备检查一下", "消防设备", {"fire hydrant", "fire hose cabinet"}),
        ("hospital", "look at the medical equipment in room 101", "medical equipment", {"heart monitor"}),
    ],
)
def test_a_wider_noun_means_each_of_its_kinds(map_name: str, text: str, stretch: str, names: set[str]) -> None:
    assert named(text, map_name)[stretch] == names


@pytest.mark.parametrize(
    ("map_name", "text"),
    [
        ("home", "is the gadget still on?"),  # one of them: nothing tells which
        ("home", "clean the coffee machines"),  # another noun
        ("home", "把设备关掉"),
        ("plant", "bring me a tool"),
    ],
)
def test_one_of_them_or_another_noun_is_none(map_name: str, text: str) -> None:
    assert not {"gadget", "machines", "设备", "tool"} & set(named(text, map_name))


def test_what_the_map_calls_so_itself_stays_that() -> None:
    assert named("all the washing machines", "home") == {"washing machines": {"washing machine"}}


def test_none_in_the_place_beside_it_is_none() -> None:
    assert "gadgets" not in named("inspect the gadgets in the kitchen", "home")


def test_the_longest_noun_counts() -> None:
    assert "vehicles" not in classes_of(["toy car"])
    assert "toys" in classes_of(["toy car 2"])
    assert classes_of(["手机"]) == {"electronics"}


def test_every_class_has_words_and_nouns() -> None:
    said = {name for key in ("words", "uncounted") for names in words_for(key).values() for name in names}
    for key in ("nouns", "chinese", "chinese_nouns"):
        assert {name for names in words_for(key).values() for name in names} == said
