"""What sounds alike, in English and Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import Place, Pose
from maps.sound import sound, sound_alike


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("mail room", "male room"),
        ("pear store", "pair store"),
        ("night office", "knight office"),
        ("rack", "wrack"),
        ("waste bin", "waist bin"),
        ("stationery shelf", "stationary shelf"),
        ("site 4", "cite four"),
        ("aisle two", "isle 2"),
        ("centre", "center"),
        ("gray crate", "Grey crate"),
        ("room 13", "room 30"),
        ("room 15", "room 50"),
        ("rack B", "rack D"),
        ("bay M", "bay N"),
        ("四号病房", "十号病房"),
        ("4号病房", "10号病房"),
        ("十四号", "40号"),
        ("厨房", "储房"),
        ("事务室", "实物室"),
    ],
)
def test_these_cannot_be_told_apart(a: str, b: str) -> None:
    assert sound(a) == sound(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("mill room", "mail room"),
        ("kitchen", "chicken"),
        ("room 1", "room 2"),
        ("room 13", "room 31"),
        ("room 14", "room 50"),
        ("rack A", "rack B"),
        ("bed", "bad"),
        ("pump", "bump"),
        ("office", "offices"),
        ("ward 3", "ward 8"),
        ("一号病房", "七号病房"),
        ("冷库", "仓库"),
        ("11号托盘", "12号托盘"),
        ("南门", "北门"),
        ("厨房", "厨柜"),
    ],
)
def test_these_can(a: str, b: str) -> None:
    assert sound(a) != sound(b)


def place(name: str, *aliases: str) -> Place:
    return Place(name=name, aliases=aliases, pose=Pose(0, 0))


def test_groups_are_of_different_features_and_by_alias_too() -> None:
    places = [
        place("pier", "mail room"),
        place("post", "male room"),
        place("mill"),
        place("rack B"),
        place("rack D"),
        place("rack V"),
    ]
    assert sound_alike(places) == [
        [("pier", "mail room"), ("post", "male room")],
        [("rack B",) * 2, ("rack D",) * 2, ("rack V",) * 2],
    ]
    assert sound_alike([place("mail room", "male room")]) == []
    assert sound_alike([place("?"), place("!")]) == []


@given(st.text(max_size=40))
def test_any_text_has_a_sound_and_case_does_not_matter(text: str) -> None:
    assert sound(text) == sound(f"  {text} ")
    assert sound("The " + text.upper()) == sound("the " + text.upper().lower().upper())
