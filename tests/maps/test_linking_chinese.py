"""Chinese nouns for what a map calls in English: the list is sound, and maps without a Chinese alias are understood."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

import maps.linking.same_words as same_words
from maps import GridFrame, Place, Pose, Thing, World
from maps.linking import index_of, link

FILE = Path(same_words.__file__).with_name("chinese_nouns.toml")
ENTRIES = [
    entry.split() for part in tomllib.loads(FILE.read_text()).values() for entry in part.replace("\n", "|").split("|") if entry
]


def test_every_entry_is_an_english_noun_and_chinese_ones_that_can_be_found():
    for words in ENTRIES:
        english = [word for word in words if word.isascii()]
        chinese = words[len(english) :]
        assert 1 <= len(english) <= same_words.LONGEST and chinese and not any(word.isascii() for word in chinese), words
        assert all(2 <= len(word) <= same_words.LONGEST_CHINESE for word in chinese), words
        assert len(set(chinese)) == len(chinese), words
    nouns = [" ".join(word for word in words if word.isascii()) for words in ENTRIES]
    assert len(nouns) > 700 and len(set(nouns)) >= len(nouns) - 10


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("去茶水间拿杯水", "pantry"),
        ("到收银台旁边等着", "checkout"),
        ("看看展柜锁了没有", "display case"),
        ("把地牛推到发货区", "pallet jack"),
        ("把地牛推到发货区", "shipping area"),
        ("去更衣室", "locker room"),
        ("离心机停了吗", "centrifuge"),
    ],
)
def test_an_english_map_is_understood_in_chinese(said, name):
    frame = GridFrame(0.1, Pose(0, 0), 100, 100)
    places = [Place(name=each, pose=Pose(1, 1, 0)) for each in ("pantry", "checkout", "locker room", "shipping area")]
    things = [Thing(name=each, position=(2, 2)) for each in ("display case", "pallet jack", "centrifuge")]
    world = World.build("shop", frame, np.zeros(frame.shape, np.int8), places=places, things=things)
    linked = link(said, index_of(world))
    assert name in [
        candidate.name for mention in linked.mentions if len(mention.candidates) == 1 for candidate in mention.candidates
    ]
