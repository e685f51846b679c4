"""Shifted cells: nothing that was drawn lies where demonstrations were, scenes stay the same, and the same seed shifts the same."""

import numpy as np
import pytest

from skills.robots.physics import Cell
from skills.robots.physics.shift import Shifted
from skills.robots.physics.trials import FIRST_SEED, trials


@pytest.fixture
def cell() -> Cell:
    return Cell(images=False)


def places_of(cell: Cell) -> np.ndarray:
    return np.array([cell.sim.item_pose(number)[0] for number in range(7)])


def light_of(cell: Cell) -> np.ndarray:
    model = cell.sim.model
    sun = model.light("sun")
    return np.concatenate([sun.diffuse, sun.dir, model.vis.headlight.ambient])


def test_masses_and_frictions_are_beyond_those_of_demonstrations_and_nothing_has_moved(cell: Cell) -> None:
    shifted, button = Shifted(cell, "physics"), cell.sim.model.joint(f"button{cell.button}")
    spring = float(button.stiffness[0])
    for seed in range(FIRST_SEED, FIRST_SEED + 3):
        context = cell.reset(seed, "pick").physics_context["blocks"]
        assert all(block["mass_kg"] <= 0.6 and block["friction"] >= 0.35 for block in context), "what training has"
        places, light = places_of(cell), light_of(cell)
        told = shifted.apply(seed)
        assert told == shifted.apply(seed), "a second shift does not add to the first"
        for number, block in enumerate(told["blocks"]):
            assert block["mass_kg"] > 0.6 and block["friction"] < 0.35
            assert float(cell.sim.model.body(f"block{number}").mass[0]) == pytest.approx(block["mass_kg"])
            assert cell.sim.items[number].friction == pytest.approx(block["friction"]), "the grip is made for what it is"
        assert float(button.stiffness[0]) == pytest.approx(spring * told["button_stiffness"]) and told["button_stiffness"] > 1.2
        assert np.array_equal(light_of(cell), light) and places_of(cell) == pytest.approx(places, abs=1e-9)


def test_light_is_beyond_that_of_demonstrations_and_nothing_else_changes(cell: Cell) -> None:
    shifted, base = Shifted(cell, "light"), light_of(cell)
    for seed in range(FIRST_SEED, FIRST_SEED + 6):
        cell.reset(seed)
        places, masses = places_of(cell), cell.sim.model.body_mass.copy()
        told = shifted.apply(seed)
        assert not 0.6 <= told["brightness"] <= 1.35 and min(map(abs, told["direction"][:2])) > 0.5
        assert light_of(cell)[6:] == pytest.approx(told["ambient"] * base[6:]) and told["ambient"] != 1.0
        assert np.array_equal(places_of(cell), places) and np.array_equal(cell.sim.model.body_mass, masses)
        assert told == shifted.apply(seed)


def test_both_is_both_and_the_next_episode_has_its_own(cell: Cell) -> None:
    cell.reset(FIRST_SEED)
    told = Shifted(cell, "both").apply(FIRST_SEED)
    assert {"blocks", "button_stiffness", "brightness", "ambient"} <= set(told)
    assert told["blocks"] == Shifted(Cell(images=False), "physics").apply(FIRST_SEED)["blocks"]
    again = cell.reset(FIRST_SEED).physics_context["blocks"]
    masses = [float(cell.sim.model.body(f"block{number}").mass[0]) for number in range(4)]
    assert masses == pytest.approx([block["mass_kg"] for block in again]), "a reset draws them anew"


@pytest.mark.slow
def test_the_expert_lifts_heavy_smooth_blocks_and_presses_stiff_buttons() -> None:
    (press,) = trials(episodes=1, groups=("seen",), task="press", shift="physics")
    (pick,) = trials(episodes=1, groups=("seen",), task="pick", shift="both")
    assert (press.success, pick.success) == (True, True)
