"""Trials in the cell: what is asked for in which group, the same again for the same seed, and failures told as what they are."""

from typing import Any

import numpy as np
import pytest

from policies.arm import ARM
from policies.policy import STATE, ObservationInvalid, PolicySpec
from policies.runtime import LimitsMismatch
from skills.robots.physics import Cell
from skills.robots.physics.asking import PALETTE, asked_in, held_out
from skills.robots.physics.trials import FIRST_SEED, _instructed, trials


class Still:
    """Never moves; does not look."""

    def __init__(self, **changes: Any) -> None:
        fields = {"name": "still", "kind": "learned", "joints": ARM.joints, "cameras": {}, "period_s": 0.05, "chunk": 16}
        self.spec = PolicySpec(**{**fields, **changes})

    def reset(self) -> None: ...

    def select_action(self, batch: Any) -> Any:
        return self.predict_action_chunk(batch)[0]

    def predict_action_chunk(self, batch: Any, **_: Any) -> Any:
        return np.tile(np.asarray(batch[STATE], np.float32), (16, 1))


class Deaf(Still):
    """Understands nothing."""

    def predict_action_chunk(self, batch: Any, **_: Any) -> Any:
        raise ObservationInvalid(f"knows no word of {batch['task']!r}")


def test_six_of_the_pairs_are_held_out_and_no_colour_is() -> None:
    pairs = [(block, tray) for block in PALETTE for tray in PALETTE if held_out(block, tray)]
    assert len(pairs) == 6
    assert sorted(block for block, _ in pairs) == sorted(tray for _, tray in pairs) == sorted(PALETTE)


def test_a_scene_allows_every_block_every_tray_and_the_button() -> None:
    asks = asked_in(["red", "green", "blue", "yellow"], ["yellow", "purple"])
    assert len(asks) == 4 + 8 + 1 and len({asked.instruction for asked in asks}) == 13
    assert [asked.instruction for asked in asks if asked.held_out] == [
        "put the red block on the yellow tray", "put the blue block on the purple tray",
    ]  # fmt: skip
    assert asks[-1].thing == 6 and asks[4].goal == 4


def test_groups_ask_for_what_they_are_about() -> None:
    cell = Cell(images=False)
    swapped_tasks = set()
    for seed in range(FIRST_SEED, FIRST_SEED + 10):
        seen = _instructed(cell, "seen", seed, None)
        assert seen is not None and not seen.held_out
        before = [cell.sim.item_pose(number)[0].tolist() for number in range(6)]
        swapped = _instructed(cell, "swapped", seed, None)
        assert swapped is not None and swapped.thing != seen.thing and not swapped.held_out
        assert swapped.goal is None or swapped.goal != seen.goal
        assert [cell.sim.item_pose(number)[0].tolist() for number in range(6)] == before, "the scene is the same"
        assert swapped.physics_context == seen.physics_context
        swapped_tasks.add((seen.task, swapped.task))
        unseen = _instructed(cell, "unseen", seed, None)
        assert unseen is None or (unseen.held_out and unseen.task == "place")
    assert swapped_tasks <= {("pick", "pick"), ("place", "place"), ("press", "pick")} and len(swapped_tasks) > 1


@pytest.mark.slow
def test_the_expert_does_what_each_group_asks_and_the_same_seed_gives_the_same_trial() -> None:
    first = list(trials(episodes=1))
    assert [(trial.group, trial.success, trial.why) for trial in first] == [
        ("seen", True, ""), ("unseen", True, ""), ("swapped", True, ""),
    ]  # fmt: skip
    again = list(trials(episodes=1, groups=("swapped",)))
    assert again == first[2:]


def test_a_policy_that_fails_is_told_as_failing() -> None:
    (trial,) = trials(Still(), episodes=1, groups=("seen",), task="press", limit_s=2.5)
    assert (trial.success, trial.why) == (False, "not done in time") and 2.5 <= trial.seconds < 2.7
    (trial,) = trials(Deaf(), episodes=1, groups=("seen",), task="press")
    assert not trial.success and trial.why == "held: knows no word of 'press the red button'" and trial.seconds < 3.0


def test_a_policy_of_another_robot_plays_no_trial() -> None:
    with pytest.raises(LimitsMismatch, match="other"):
        list(trials(Still(joints=("other", "gripper")), episodes=1))


def test_trials_of_an_earlier_run_are_not_played_again() -> None:
    first = list(trials(Deaf(), episodes=1, groups=("seen",), task="press"))
    both = list(trials(Deaf(), episodes=2, groups=("seen",), task="press", known=first))
    assert both[0] is first[0] and both[1].seed == FIRST_SEED + 1


def test_a_block_in_the_air_that_nobody_asked_for_is_named() -> None:
    cell = Cell(images=False)
    episode = cell.reset(3, "pick")
    assert cell.mistaken() == ""
    other = (episode.thing + 1) % 4
    cell.sim.put_item(other, (0.6, 0.0, 0.8), 0.0)
    cell.sim.mujoco.mj_forward(cell.sim.model, cell.sim.data)
    colour = episode.physics_context["blocks"][other]["colour"]  # type: ignore[index, call-overload]
    assert cell.mistaken() == f"the {colour} block"
    cell.ask(cell.asks[other])
    assert cell.mistaken() == ""
