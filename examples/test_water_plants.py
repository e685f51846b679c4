"""The example skill, tested on a simulated robot in the shipped home: no model, no hardware, no waiting."""

from pathlib import Path

from skills import load_skills
from skills.testing import run_skill, shipped_world

(water,) = load_skills(Path(__file__).with_name("water_plants.py"))


def test_a_plant_is_watered():
    outcome = run_skill(water, shipped_world("home"), plant="house plant", litres=0.7)
    assert outcome.ok, outcome.message
    assert outcome.observations == ("gave house plant 0.7 l of water",)
    assert outcome.evidence["driven_m"] > 1


def test_a_television_is_not_watered():
    outcome = run_skill(water, shipped_world("home"), plant="television")
    assert outcome.code == "NOT_A_PLANT"


def test_too_much_water_is_refused():
    outcome = run_skill(water, shipped_world("home"), plant="house plant", litres=50)
    assert outcome.code == "BAD_ARGUMENT"
