"""The shipped policy: its files belong together, and it does what its card says, by a wide margin."""

from pathlib import Path

import numpy as np
import pytest

from policies.arm import ARM
from policies.policy import STATE, TASK
from policies.vla.folders import about_folder, open_policy, shipped_policy
from policies.vla.policy import VLAPolicy

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder():
    found = shipped_policy()
    assert found is not None
    return found


def test_its_weights_are_those_of_its_programs(folder):
    network = VLAPolicy.from_pretrained(folder, joints=ARM.joints)
    programs = open_policy(folder, backend="onnxruntime", joints=ARM.joints)
    draw = np.random.default_rng(0)
    for said in ("press the red button", "put the blue block on the green tray", "拿起红色方块"):
        seen = {f"observation.images.{name}": draw.integers(0, 255, (64, 64, 3), dtype=np.uint8) for name in ("head", "wrist")}
        seen |= {STATE: np.array(ARM.ready, np.float32) + draw.normal(0, 0.1, 7).astype(np.float32) * 0.3, TASK: said}
        assert programs.predict_action_chunk(seen) == pytest.approx(network.predict_action_chunk(seen), abs=1e-4)


def test_all_that_is_shipped_is_small_and_has_its_card(folder):
    cards = (folder / "CARD.md", ROOT / "agent/models/planner/CARD.md")
    assert all("## Figures" in card.read_text() and "## Limits" in card.read_text() for card in cards)
    shipped = [file for card in cards for file in card.parent.iterdir()]
    assert sum(file.stat().st_size for file in shipped) < 35e6
    assert about_folder(folder)["kind"] == "export"


@pytest.mark.slow
@pytest.mark.parametrize("task", ["pick", "place", "press"])
def test_it_does_at_least_half_of_what_it_is_told(folder, task):
    from skills.robots.physics.trials import trials

    policy = open_policy(folder, backend="onnxruntime", joints=ARM.joints)
    played = list(trials(policy, episodes=8, groups=("seen",), task=task, seed=3_000_000, limit_s=20.0))
    assert sum(trial.success for trial in played) >= 4, [trial.why for trial in played]
