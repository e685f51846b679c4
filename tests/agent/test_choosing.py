"""An answer in one's own words means one choice, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.choices import told_of
from agent.choosing import choice_of
from agent.operator import OperatorRequest
from maps import find_map, load_world

FOLDERS = ("red folder", "blue folder", "green folder")
VEHICLES = ("delivery van", "fork lift", "Tom's truck")
PALLETS = ("pallet 4", "pallet 14", "pallet 24")
METERS = ("parking meter N", "parking meter S")
SCOPES = ("3号显微镜", "4号显微镜", "电子显微镜")


@pytest.mark.parametrize(
    ("answer", "choices", "meant"),
    [
        ("2", FOLDERS, "blue folder"),
        ("  Blue Folder ", FOLDERS, "blue folder"),
        ("red", FOLDERS, "red folder"),
        ("the red one please", FOLDERS, "red folder"),
        ("i mean the green folder", FOLDERS, "green folder"),
        ("the gren one", FOLDERS, "green folder"),
        ("the van", VEHICLES, "delivery van"),
        ("tom's", VEHICLES, "Tom's truck"),
        ("trucks", VEHICLES, "Tom's truck"),
        ("14", PALLETS, "pallet 14"),
        ("number 24", PALLETS, "pallet 24"),
        ("pallet four", PALLETS, "pallet 4"),
        ("the first one", FOLDERS, "red folder"),
        ("the last", FOLDERS, "green folder"),
        ("第二个", FOLDERS, "blue folder"),
        ("四号显微镜", SCOPES, "4号显微镜"),
        ("四号", SCOPES, "4号显微镜"),
        ("电子的那个", SCOPES, "电子显微镜"),
        ("黄色的", ("red block", "yellow block", "white block"), "yellow block"),
        ("北边那台", METERS, "parking meter N"),
        ("the southern one", METERS, "parking meter S"),
        ("parking meter s", METERS, "parking meter S"),
        ("左边那个", ("left lamp", "right lamp"), "left lamp"),
        ("不要黄色的", ("red block", "yellow block"), ""),
        ("紫色的", ("red block", "yellow block"), ""),
        ("the box", ("box", "red box"), "box"),
        ("the folder", FOLDERS, ""),
        ("not the red one", FOLDERS, ""),
        ("red or blue", FOLDERS, ""),
        ("both", FOLDERS, ""),
        ("不要3号", SCOPES, ""),
        ("显微镜", SCOPES, ""),
        ("the purple one", FOLDERS, ""),
        ("", FOLDERS, ""),
        ("the fourth", FOLDERS, ""),
        ("anything", (), ""),
    ],
)
def test_an_answer_means_one_choice_or_none(answer: str, choices: tuple[str, ...], meant: str) -> None:
    assert choice_of(answer, choices) == meant


def test_what_the_map_knows_of_the_choices_tells_them_apart_where_their_names_do_not() -> None:
    world = load_world(find_map("factory"))
    names = tuple(name for name, thing in world.things.items() if thing.kind == "block")[:2]
    told = ("; ".join(("box", "blue", "hall")), "; ".join(("box", "grey", "yard")))
    assert choice_of("the blue one", ("crate 3", "crate 4"), told) == "crate 3"
    assert choice_of("the one in the yard", ("crate 3", "crate 4"), told) == "crate 4"
    assert choice_of("the grey crate 3", ("crate 3", "crate 4"), told) == "crate 3"  # its name goes before
    assert choice_of("the box", ("crate 3", "crate 4"), told) == ""
    known = told_of(world, (*names, "no such thing"))
    assert len(known) == len(names) + 1
    assert known[-1] == ""
    assert all("block" in words for words in known[:-1])


@given(st.text(max_size=30), st.lists(st.text(min_size=1, max_size=12), max_size=5))
def test_whatever_is_said_the_answer_is_a_choice_or_nothing(answer: str, choices: list[str]) -> None:
    assert choice_of(answer, choices) in {*choices, ""}


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=5), st.data())
def test_a_choice_said_in_full_is_meant_unless_it_is_a_number(choices: list[str], data: st.DataObject) -> None:
    said = data.draw(st.sampled_from(choices))
    if said.strip() == said and not said.isdigit():
        assert choice_of(said, choices).casefold() == said.casefold()


def test_a_request_takes_what_is_meant_and_any_text_where_nothing_is_to_choose() -> None:
    request = OperatorRequest(kind="question", text="Which folder?", choices=FOLDERS)
    assert request.chosen("blue one") == "blue folder" and request.chosen("neither") == ""
    assert OperatorRequest(kind="question", text="What does it say?").chosen(" 4 bar ") == "4 bar"
