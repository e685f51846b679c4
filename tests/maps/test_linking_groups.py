import numpy as np
import pytest

from maps import Door, GridFrame, Place, Pose, Thing, World
from maps.linking import Linked, index_of, link
from maps.linking.groups import group_mentions


def ring(x):
    return ((x, 0.0), (x + 2.0, 0.0), (x + 2.0, 2.0), (x, 2.0))


def world(rooms=3) -> World:
    places = [Place(name=f"ward {letter}", kind="ward", outline=ring(2.0 * i)) for i, letter in enumerate("abcdefgh"[:rooms])]
    places += [Place(name="gallery", kind="corridor", outline=ring(20.0)), Place(name="charger", kind="dock", pose=Pose(1, 8, 0))]
    doors = [Door(name=f"ward {letter} door", segment=((i, 2.0), (i + 1.0, 2.0))) for i, letter in enumerate("ab")]
    frame = GridFrame(resolution=0.5, origin=Pose(0, 0, 0), width=60, height=20)
    things = [Thing(name="red bin", kind="bin", position=(1, 1), place="ward a")]
    return World.build("wards", frame, np.zeros((20, 60), dtype=np.int8), places, things, doors)


def groups(text: str, limit: int = 24, rooms: int = 3) -> Linked:
    site = world(rooms)
    return group_mentions(link(text, index_of(site)), site, limit)


@pytest.mark.parametrize(
    "text",
    [
        "visit every room",
        "check all the rooms",
        "go to each of the places",
        "look into all of our rooms",
        "去所有房间看看",
        "每个房间都去一下",
    ],
)
def test_words_for_all_rooms_mean_all_rooms_and_no_ways_or_docks(text):
    (mention,) = groups(text).mentions
    assert [c.name for c in mention.candidates] == ["ward a", "ward b", "ward c"]
    assert mention.loose and mention.plural == text[mention.start : mention.end].endswith("s")


@pytest.mark.parametrize("text", ["open all doors", "open every door", "which are the closed doors", "打开所有的门"])
def test_words_for_all_doors_mean_all_doors(text):
    (mention,) = groups(text).mentions
    assert [(c.type, c.name) for c in mention.candidates] == [("door", "ward a door"), ("door", "ward b door")]


def test_what_is_named_stays_what_it_is():
    linked = groups("visit every room except ward b, then the red bin")
    assert [[c.name for c in m.candidates] for m in linked.mentions] == [["ward a", "ward b", "ward c"], ["ward b"], ["red bin"]]
    assert [c.name for c in groups("check every ward").mentions[0].candidates] == ["ward a", "ward b", "ward c"]


def test_a_group_that_is_too_large_is_left_out():
    assert groups("visit every room", limit=2).mentions == ()
    assert len(groups("visit every room", limit=8, rooms=8).mentions[0].candidates) == 8


def test_a_room_by_itself_is_no_group():
    assert groups("go to the room").mentions == () == groups("make room").mentions


def test_more_candidates_of_one_mention_can_be_asked_for():
    site = world(8)
    assert len(link("check every ward", index_of(site)).mentions[0].candidates) == 8
    assert len(link("check every ward", index_of(site), limit=24, group=5).mentions[0].candidates) == 5
