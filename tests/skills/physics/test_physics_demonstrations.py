"""Demonstrations: the expert's episodes as a dataset, with how they end, and without what is held out."""

import numpy as np
import pytest

from policies.arm import ARM
from policies.policy import STATE, Batch, Chunk, PolicySpec
from policies.vla.dataset import Dataset
from policies.vla.dynamics import load_chain
from policies.vla.joined import Joined
from skills.robots.physics.demonstrations import record


def test_episodes_are_recorded_with_labels_endings_and_the_arm(tmp_path) -> None:  # type: ignore[no-untyped-def]
    told = []
    made = record(
        tmp_path / "d", episodes=2, seed=5, pixels=16, task="press", told=lambda seed, so_far: told.append((seed, so_far))
    )
    data = Dataset(tmp_path / "d")
    assert (made.kept, made.tried, made.frames) == (2, 2, len(data)) and [seed for seed, _ in told] == [5, 6]
    assert data.joints == ARM.joints and data.pictures.shape == (len(data), 2, 16, 16, 3) and data.pictures.std() > 5
    assert data.instructions == ("press the red button",)
    about = data.about()[0]
    assert about["seed"] == 5 and about["success"] is True and len(about["physics_context"]["blocks"]) == 4
    end = int(data.end_of[0])
    assert np.abs(np.diff(data.actions[end - 4 : end, :6], axis=0)).max() < 0.01, "the hand has come to rest when it is done"
    chain, limits = load_chain(tmp_path / "d/meta/surefoot_arm.npz")
    assert len(chain.masses) == 6 and limits.tolist() == list(ARM.torque[:6])


def test_labels_hold_a_block_firmly_whatever_it_weighs(tmp_path) -> None:  # type: ignore[no-untyped-def]
    record(tmp_path / "d", episodes=1, seed=5, pixels=16, task="pick")
    data = Dataset(tmp_path / "d")
    about = data.about()[0]
    width = about["physics_context"]["blocks"][about["thing"]]["width_m"]
    held = data.actions[:, 6] < width
    assert held[-1] and not held[0] and np.ptp(np.diff(np.flatnonzero(held))) == 0, "open, then closed to the end"
    assert np.abs(data.actions[held, 6] - (width - 0.02)).max() < 1e-6
    assert data.views.shape == (len(data), 2, 7, 2)


def test_what_is_held_out_is_not_shown(tmp_path) -> None:  # type: ignore[no-untyped-def]
    asked = []

    def wanted(scene) -> bool:  # type: ignore[no-untyped-def]
        asked.append(scene.held_out)
        return len(asked) > 12 and not scene.held_out

    made = record(tmp_path / "d", episodes=1, pixels=16, task="place", wanted=wanted)
    assert made.kept == 1 and any(asked[:12])
    assert record.__kwdefaults__["wanted"](type("Scene", (), {"held_out": True})) is False


def test_a_recording_that_is_stopped_is_a_dataset_of_what_there_was(tmp_path) -> None:  # type: ignore[no-untyped-def]
    so_far = []
    made = record(
        tmp_path / "d", episodes=9, pixels=16, task="press",
        told=lambda seed, recorded: so_far.append(recorded.kept), stopped=lambda: bool(so_far),
    )  # fmt: skip
    assert made.kept == 1 and len(Dataset(tmp_path / "d").starts) == 1


class Still:
    """A policy that has learnt to do nothing; it counts how often its turn began."""

    spec = PolicySpec(name="still", kind="learned", joints=ARM.joints, cameras={}, period_s=0.05, chunk=16)

    def __init__(self) -> None:
        self.begun = 0

    def reset(self) -> None:
        self.begun += 1

    def select_action(self, batch: Batch) -> Chunk:
        return np.asarray(batch[STATE], dtype=np.float32)

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        return np.tile(self.select_action(batch), (16, 1))


def test_a_policy_and_the_expert_take_turns_and_what_the_expert_foresees_is_the_label(tmp_path) -> None:  # type: ignore[no-untyped-def]
    still = Still()
    made = record(tmp_path / "d", episodes=1, seed=5, pixels=16, task="press", actor=still)
    data = Dataset(tmp_path / "d")
    assert made.kept == made.tried == 1 and made.frames == len(data) and len(data.starts) == 1
    assert still.begun >= 4, "it is told when its turn begins"
    moves = np.abs(np.diff(data.states[:, 0:6], axis=0)).max(1)
    assert (moves < 1e-3).mean() > 0.2 and (moves > 0.01).mean() > 0.1, "one stands still, the other goes on from there"
    chunks, real = data.chunks(np.arange(len(data)), 16)
    assert real.all() and chunks[:, 0] == pytest.approx(data.actions)
    stands = np.flatnonzero(moves[:-1] < 1e-3)
    wanted = np.abs(chunks[stands, -1, :6] - data.states[stands, :6]).max(1)
    assert np.median(wanted) > 0.03, "labels lead on where the policy stands"
    batch = Joined([tmp_path / "d"]).batch(stands[:3], 8)
    assert batch.actions == pytest.approx(chunks[stands[:3], :8]) and batch.real.all()
    assert {about["seed"] for about in data.about()} == {5}
