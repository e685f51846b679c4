"""What ``surefoot verify`` shows: the same words at a terminal and in a pipe, styles and folding at a terminal alone."""

import io
import re

import pytest
from conftest import plan, two_rooms
from rich.console import Console

from agent.cli.show import print_verdict, print_warnings
from agent.cli.verdict_page import in_colour, plain_page
from maps import Body, Door, Place, Pose, RobotState
from maps.change import FeatureChange
from skills import library
from verifier import examine

STEPS = (("goto", {"place": "right room"}), ("pick", {"thing": "bocks [/red]"}), ("dock", {}))


def judged(*steps, world=None):
    world = two_rooms() if world is None else world
    state = RobotState(pose=Pose(0.8, 0.8, 0.0), battery_wh=200.0)
    return examine(plan(*steps), world, state, Body(), library())[0], world


def in_rich(verdict, world, width=400):
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=True)
    print_warnings(world, console)
    print_verdict(verdict, console)
    return file.getvalue()


def test_a_pipe_gets_the_words_of_a_terminal_without_its_styles():
    verdict, world = judged(*STEPS)
    page, shown = plain_page(verdict, world), in_rich(verdict, world)
    assert "\x1b" not in page and "\x1b[" in shown
    assert page.split() == re.sub(r"\x1b\[[0-9;]*m", "", shown).split()
    assert "bocks [/red]" in page and "infeasible" in page


def test_what_comes_before_a_step_is_not_said_to_stand_in_its_stead():
    door = Door(name="gate", segment=((4.05, 0.05), (4.05, 3.95)), state="closed")
    world = two_rooms().apply(FeatureChange(type="door", name=door.name, feature=door))
    lines = plain_page(*judged(("goto", {"place": "right room"}), world=world)).splitlines()
    assert "    verified to work: open_door(door='gate') before step 1" in lines
    assert "    verified instead: goto(place='left room')" in lines


def test_the_columns_of_numbers_end_at_the_same_place_whatever_script_names_are_in():
    hall = Place(name="大きな部屋", outline=((0.05, 0.05), (3.95, 0.05), (3.95, 3.95), (0.05, 3.95)))
    world = two_rooms().apply(FeatureChange(type="place", name=hall.name, feature=hall))
    page = plain_page(*judged(("goto", {"place": "right room"}), ("goto", {"place": hall.name}), world=world))
    heading, first, second = page.splitlines()[:3]
    assert len(first) == len(heading)
    assert len(second) == len(first) - len(hall.name)  # each sign of the name takes two columns


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_rich_is_for_terminals_and_for_those_who_ask(monkeypatch, name):
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("TTY_COMPATIBLE", raising=False)
    assert not in_colour()
    monkeypatch.setenv(name, "1")
    assert in_colour()
