"""Linking where many names are alike: spelling, numbers, places that choose, Chinese, and indexes that are kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import CellsChange, Door, DoorChange, FeatureChange, GridFrame, Place, Pose, Thing, World
from maps.linking import NameIndex, index_of, link


def ring(x0, y0, x1, y1):
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def site() -> World:
    return World.build(
        "site", GridFrame(resolution=0.5, origin=Pose(0, 0, 0), width=80, height=40), np.zeros((40, 80), dtype=np.int8),
        [Place(name="north hall", outline=ring(0, 0, 5, 5), aliases=("北侧泵房",)),
         Place(name="south hall", outline=ring(5, 0, 10, 5), aliases=("南侧泵房",)),
         Place(name="Ada's office", outline=ring(10, 0, 15, 5)), Place(name="Bob's office", outline=ring(15, 0, 20, 5))],
        [*(Thing(name=f"valve {n}", kind="valve", position=(n % 5 + 0.5, 1), aliases=(f"{n}号冷却水阀门",)) for n in range(1, 13)),
         Thing(name="valve V-77", kind="valve", position=(6, 1), place="south hall", aliases=("V-77阀门",)),
         Thing(name="main valve", kind="valve", position=(7, 1), place="south hall", attributes={"colour": "red"}),
         Thing(name="fan", kind="fan", position=(1, 3), place="north hall"),
         Thing(name="south fan", kind="fan", position=(6, 3), place="south hall"),
         Thing(name="Bob's office lamp", kind="lamp", position=(16, 1)), Thing(name="old lamp", kind="lamp", position=(11, 1)),
         Thing(name="shelf 4", kind="shelf", position=(17, 1)), Thing(name="Holden crate", kind="crate", position=(18, 1)),
         Thing(name="Halden crate", kind="crate", position=(18, 2)), Thing(name="pallet 23", kind="pallet", position=(18, 3))],
        [Door(name="north door", segment=((5, 2), (5, 3)), between=("north hall", "south hall"))],
    )  # fmt: skip


WORLD = site()
INDEX = NameIndex.of(WORLD)


def found(text, limit=24):
    return [(text[m.start : m.end], [c.name for c in m.candidates]) for m in link(text, INDEX, limit).mentions]


@pytest.mark.parametrize("text, mentions", [
    ("check valves 3, 5 and V-77 twice", [("valves 3", ["valve 3"]), ("5", ["valve 5"]), ("V-77", ["valve V-77"])]),
    ("check valve 3, 5 minutes later come back", [("valve 3", ["valve 3"])]),
    ("check valve 3 and 5 crates", [("valve 3", ["valve 3"]), ("crates", ["Holden crate", "Halden crate"])]),
    ("valve V77, valve v 77", [("valve V77", ["valve V-77"]), ("valve v 77", ["valve V-77"])]),
    ("pallet twenty-three", [("pallet twenty-three", ["pallet 23"])]),
    ("the shelves", [("shelves", ["shelf 4"])]),
    ("the valve in the south hall", [("valve", ["valve V-77", "main valve"]), ("south hall", ["south hall"])]),
    ("go to south hall and check the valve", [("south hall", ["south hall"]), ("valve", ["valve V-77", "main valve"])]),
    ("the north hall fan", [("north hall", ["north hall"]), ("fan", ["fan"])]),
    ("go to the north hall and fan me", [("north hall", ["north hall"])]),
    ("Ada's office lamp", [("Ada's office lamp", ["old lamp"])]),
    ("take the Hulden crate", [("Hulden crate", ["Halden crate", "Holden crate"])]),
    ("take the Haldn carte", [("Haldn carte", ["Halden crate"])]),
    ("to the orth hall", [("orth hall", ["north hall"])]),
])  # fmt: skip
def test_english(text, mentions):
    assert found(text) == mentions


@pytest.mark.parametrize("text, mentions", [
    ("检查三号冷却水阀门", [("三号冷却水阀门", ["valve 3"])]),
    ("检查十二号冷却水的阀门", [("十二号冷却水的阀门", ["valve 12"])]),
    ("检查１２号冷却水阀门", [("１２号冷却水阀门", ["valve 12"])]),
    ("检查冷却水阀门12号", [("冷却水阀门12号", ["valve 12"])]),
    ("检查2号冷错水阀门", [("2号冷错水阀门", ["valve 2"])]),
    ("检查2号热却水阀门", [("却水阀门", [f"valve {n}" for n in range(1, 9)])]),
    ("检查99号", []),
    ("去南侧泵房里的阀门", [("南侧泵房", ["south hall"]), ("阀门", ["valve V-77", "main valve"])]),
    ("去泵房", [("泵房", ["north hall", "south hall"])]),
    ("去north hall等5分钟", [("north hall", ["north hall"])]),
    ("检查valve 1等2分钟", [("valve 1", ["valve 1"])]),
    ("检查V-77阀门", [("V-77阀门", ["valve V-77"])]),
])  # fmt: skip
def test_chinese(text, mentions):
    assert found(text) == mentions


def test_an_index_is_kept_for_as_long_as_the_features_stay():
    world = site()
    index = index_of(world)
    assert index_of(world) is index
    assert index_of(site()) is index
    assert index_of(world.apply(CellsChange(cells=((1, 1),), values=(100,)))) is index
    assert index_of(world, [("skill", "weld", ("weld",))]) is not index
    changed = world.apply(FeatureChange(type="thing", name="crane", feature=Thing(name="crane", position=(1, 1))))
    assert index_of(changed) is not index
    assert [c.name for c in link("the crane", index_of(changed)).candidates] == ["crane"]
    assert index_of(world.apply(DoorChange(door="north door", state="closed"))) is not index


WORDS = st.sampled_from(
    (
        "go to the north hall valve valves 3 5 V-77 , and in of Ada's office lamp Holden crate carte fan . "
        "检查 三号 阀门 泵房 里的 １２号"
    ).split()
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(WORDS, max_size=20).map(" ".join) | st.lists(WORDS, max_size=20).map("".join) | st.text(max_size=60),
    st.integers(0, 24),
)
def test_mentions_are_in_order_within_the_limit_and_the_same_every_time(text, limit):
    linked = link(text, INDEX, limit)
    end = 0
    for mention in linked.mentions:
        assert end <= mention.start < mention.end <= len(text)
        assert 1 <= len(mention.candidates) <= 8
        assert len(set(mention.candidates)) == len(mention.candidates)
        assert all(c.name in WORLD.features(c.type) for c in mention.candidates)
        end = mention.end
    assert len(linked.candidates) <= limit
    assert link(text, NameIndex.of(site()), limit) == linked
