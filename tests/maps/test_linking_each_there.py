"""What is in each of several places, noun lists and counted groups, colours that stand alone, in English and Chinese."""

from functools import cache
from pathlib import Path

import pytest

from maps import World, find_map, load_world
from maps.linking import index_of, link

MISSIONS = Path(__file__).parents[1] / "missions" / "maps"


@cache
def ground(name: str) -> World:
    return load_world(MISSIONS / name if (MISSIONS / name).is_dir() else find_map(name))


def groups(map_name: str, text: str) -> list[tuple[str, ...]]:
    return [tuple(c.name for c in mention.candidates) for mention in link(text, index_of(ground(map_name))).mentions]


def some(head: str, *numbers: int) -> tuple[str, ...]:
    return tuple(f"{head} {number}" for number in numbers)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the displays of gates A1, A2 and A3", ("A1", "A2", "A3")),
        ("read the displays at A1 and B1 please", ("A1", "B1")),
        ("A1、A2和B1的屏", ("A1", "A2", "B1")),
    ],
)
def test_places_behind_several_of_a_kind_are_what_is_of_it_there(text, numbers):
    assert groups("airport", text) == [tuple(f"gate {number} display" for number in numbers)]


def test_places_that_are_gone_to_stay_places():
    assert groups("airport", "go to gates A1, A2 and A3") == [("gate A1",), ("gate A2",), ("gate A3",)]
    assert groups("airport", "read the display of gate A1, then go to A2")[-1] == ("gate A2",)


@pytest.mark.parametrize(
    "text",
    [
        "302 through 304, check each minibar",
        "Check every minibar from 302 to 304",
        "Check the minibars from 302 to 304",
        "rooms 302 to 304: is the minibar full?",
        "302 to 304 minibars please",
        "302到304的迷你吧都查一遍",
        "302号房到304号房的迷你吧",
        "302-304房间里的迷你吧",
        "从302到304，每间的迷你吧都看看",
        "302、303跟304房间里的迷你吧",
    ],
)
def test_what_is_in_each_of_several_places(text):
    assert some("minibar", 302, 303, 304) in groups("hotel", text)


@pytest.mark.parametrize(
    ("map_name", "text", "meant"),
    [
        ("hospital", "look in on 101, 103 and 107; see whether each bed is made", [some("bed", 101, 103, 107)]),
        ("hospital", "101、102还有104号病房的床铺好了吗", [some("bed", 101, 102, 104)]),
        ("hospital", "walk through all the rooms from 101 to 103", [some("room", 101, 102, 103)]),
        ("hospital", "打开101和103的门", [("door 101",), ("door 103",)]),
        ("hospital", "101、102和103的门都关着吗", [("door 101",), ("door 102",), ("door 103",)]),
        ("school", "2A和2B的窗户都关了吗", [("window 2A",), ("window 2B",)]),
        ("office", "打印机两台都看看", [("printer P1", "printer P2")]),
        ("office", "tell Maya this, and Jonas that", [("Maya Okafor's desk",), ("Jonas Weber's desk",)]),
        ("office", "put the red folder and the blue one on Maya's desk", [("red folder",), ("blue folder",)]),
        ("factory", "打包台上那几个方块", [("red block", "green block", "yellow block")]),
        ("factory", "打包台上的方块，黄的留下", [("yellow block",)]),
        ("factory", "the blocks: red goes to the test bay, green stays where it is", [("red block",), ("green block",)]),
        ("warehouse", "do the loading bays one by one, 1 to 4", [some("loading bay", 1, 2, 3, 4)]),
        ("school", "get the globe from two a and bring it to the library", [("classroom 2A",), ("library",)]),
        ("school", "over to two a instead thanks", [("classroom 2A",)]),
        ("hotel", "301、307、309这三间的迷你吧都看一下", [some("minibar", 301, 307, 309)]),
        ("hotel", "301、307和309三间房的迷你吧", [some("minibar", 301, 307, 309)]),
        ("airport", "A1到A4四个登机口的显示屏", [tuple(f"gate A{number} display" for number in (1, 2, 3, 4))]),
    ],
)
def test_all_that_is_meant_is_named(map_name, text, meant):
    assert [group for group in meant if group not in groups(map_name, text)] == []


@pytest.mark.parametrize(
    ("map_name", "text", "never"),
    [
        ("hotel", "check the minibar in 302 and go to 306", "minibar 303"),
        ("hospital", "go from 101 to 103", "room 102"),
        ("hospital", "经过101和102，打开103的门", "door 101"),
        ("hospital", "take the tray from 104 to 106", "room 105"),
        ("school", "bring two a day", "classroom 2A"),
    ],
)
def test_a_way_and_another_clause_make_no_group(map_name, text, never):
    assert all(never not in group for group in groups(map_name, text))
