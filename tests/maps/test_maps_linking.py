import time

import numpy as np
import pytest

from maps import Door, GridFrame, Place, Point, Pose, Thing, World, find_map, load_world
from maps.linking import Candidate, NameIndex, link


def ring(x0, y0, x1, y1) -> tuple[Point, ...]:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


@pytest.fixture(scope="module")
def index() -> NameIndex:
    world = World.build(
        "site", GridFrame(resolution=0.5, origin=Pose(0, 0, 0), width=40, height=40), np.zeros((40, 40), dtype=np.int8),
        [Place(name="pump room", outline=ring(0, 0, 5, 5), aliases=("泵房",)),
         Place(name="lobby", outline=ring(5, 0, 10, 5), aliases=("entrance hall",)),
         Place(name="aisle 1", outline=ring(0, 5, 5, 10)), Place(name="aisle 2", outline=ring(5, 5, 10, 10)),
         Place(name="children's room", outline=ring(10, 0, 15, 5), kind="bedroom", aliases=("kids' room",)),
         Place(name="charging dock", kind="dock", aliases=("dock",), pose=Pose(1, 8, 0))],
        [Thing(name="pressure gauge", kind="gauge", position=(1, 1), place="pump room"),
         Thing(name="oil gauge", kind="gauge", position=(6, 1), place="lobby"),
         Thing(name="main valve", kind="valve", position=(2, 2), place="pump room", attributes={"colour": "red"}),
         Thing(name="spare valve", kind="valve", position=(2, 3), place="pump room", attributes={"colour": "blue"}),
         Thing(name="fire extinguisher 1", kind="safety", position=(6, 2), place="lobby"),
         Thing(name="fire extinguisher 2", kind="safety", position=(2, 4), place="pump room"),
         Thing(name="toolbox", kind="box", position=(7, 2), place="lobby"),
         Thing(name="house plant", kind="plant", aliases=("plant",), position=(7, 3), place="lobby"),
         Thing(name="pallet 12", kind="pallet", position=(1, 6)), Thing(name="pallet 21", kind="pallet", position=(6, 6))],
        [Door(name="pump room door", segment=((5, 2), (5, 3)), between=("pump room", "lobby")),
         Door(name="children's room door", segment=((10, 2), (10, 3)), between=("children's room", "lobby"))],
    )  # fmt: skip
    return NameIndex.of(world, [("skill", "water_plant", ("water", "give water to"))])


def found(text: str, index: NameIndex) -> list[tuple[str, list[str]]]:
    return [(text[m.start : m.end], [c.name for c in m.candidates]) for m in link(text, index).mentions]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Go to the PUMP ROOM and come back", [("PUMP ROOM", ["pump room"])]),
        ("check the pressure gauge's needle", [("pressure gauge", ["pressure gauge"])]),
        ("check the gauge", [("gauge", ["pressure gauge", "oil gauge"])]),
        ("check the gauges", [("gauges", ["pressure gauge", "oil gauge"])]),
        ("check the gauge in the lobby", [("gauge", ["oil gauge"]), ("lobby", ["lobby"])]),
        ("the lobby gauge please", [("lobby gauge", ["oil gauge"])]),
        ("inspect the red valve", [("red valve", ["main valve"])]),
        ("inspect the tool box", [("tool box", ["toolbox"])]),
        ("the fire extinguisher in the lobby", [("fire extinguisher", ["fire extinguisher 1"]), ("lobby", ["lobby"])]),
        ("fetch pallet number twelve", [("pallet number twelve", ["pallet 12"])]),
        ("go to aisle two", [("aisle two", ["aisle 2"])]),
        ("go to the entrence hall", [("entrence hall", ["lobby"])]),
        ("open the pump room door", [("pump room door", ["pump room door"])]),
        ("is the kids' room door open", [("kids' room door", ["children's room door"])]),
        ("go dock", []),
        ("go to the dock", [("dock", ["charging dock"])]),
        ("water the plant", [("water", ["water_plant"]), ("plant", ["house plant"])]),
        ("start watering the house plant", [("watering", ["water_plant"]), ("house plant", ["house plant"])]),
        ("检查泵房", [("泵房", ["pump room"])]),
        ("go to the wibble and wait there for two minutes", []),
        ("check whether anyone is there, then read it and report back", []),
        ("", []),
        ("?!", []),
    ],
)  # fmt: skip
def test_mentions(index, text, mentions):
    assert found(text, index) == mentions


def test_mentions_are_marked_plural(index):
    assert [m.plural for m in link("check the gauges in the lobby", index).mentions] == [True, False]


def test_candidates_say_what_they_are(index):
    linked = link("bring the toolbox through the pump room door to the lobby", index)
    assert linked.candidates == (Candidate("thing", "toolbox"), Candidate("door", "pump room door"), Candidate("place", "lobby"))


def test_the_limit_cuts_the_largest_group_first(index):
    linked = link("check the gauge and the toolbox and the lobby", index, limit=3)
    assert [len(m.candidates) for m in linked.mentions] == [1, 1, 1]


def test_a_typo_of_an_ordinary_word_is_no_name(index):
    assert found("lobly", index) == [("lobly", ["lobby"])]
    assert found("planet", index) == [("planet", ["house plant"])] or found("planet", index) == []
    assert found("please place it there and wait", index) == []


def test_linking_is_fast_on_a_full_map():
    world = load_world(find_map("warehouse"))
    index = NameIndex.of(world)
    text = "go to the pump room, check the pressure gauge, say what it raeds, then take the yellow crate to the packing station"
    link(text, index)
    started = time.perf_counter()
    for _ in range(20):
        link(text, index)
    assert (time.perf_counter() - started) / 20 < 0.02


def test_hostile_text_is_only_text(index):
    assert link("[P3] " * 1000 + "\x00\ud7ff", index).mentions == ()
