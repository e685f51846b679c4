"""Samples: many instructions about one picture, each with its places, and nothing of what is kept for trials."""

import random

import numpy as np
import pytest
import torch
from toy_data import JOINTS

from policies.vla.captions import rephrase
from policies.vla.config import VLAConfig
from policies.vla.grounding import ahead, questions
from policies.vla.joined import Joined
from policies.vla.losses import look_loss
from policies.vla.model import VLA
from policies.vla.processors import Stats
from policies.vla.recording import Episode, Recorder
from policies.vla.samples import Samples, phrases
from policies.vla.tokenizer import Tokenizer

CONTEXT = {
    "blocks": [{"colour": "red", "at": [0.5, 0.2, 0.5]}, {"colour": "blue", "at": [0.6, -0.1, 0.5]}],
    "trays": [{"colour": "yellow", "at": [0.7, 0.3, 0.5]}],
    "button": {"at": [0.4, 0.0, 0.5]},
}
KNOWN = ("pick up the red block", "pick up the blue block", "put the blue block on the yellow tray", "press the red button")
CONFIG = VLAConfig.of(
    "nano", joints=JOINTS, cameras=("head", "wrist"), pixels=32, width=48, heads=4, encoder_layers=1, decoder_layers=1, text=8,
    words=64, chunk=4, prefix=2,
)  # fmt: skip


def recorded(folder, *, views=True):
    """Two episodes of one scene: the blue block is lifted, the button is pressed."""
    draw = np.random.default_rng(1)
    with Recorder(folder, joints=JOINTS, fps=20) as out:
        for task, words, thing in (("pick", KNOWN[1], 1), ("press", KNOWN[3], 3)):
            out.add(Episode(
                task=words, states=draw.normal(0, 0.3, (6, 3)).astype(np.float32), actions=np.zeros((6, 3), np.float32),
                pictures={name: draw.integers(0, 255, (6, 32, 32, 3), dtype=np.uint8) for name in ("head", "wrist")},
                spots=np.full((6, 2, 2), 9.0, np.float32) + np.arange(6, dtype=np.float32)[:, None, None],
                views=np.arange(6 * 2 * 4 * 2, dtype=np.float32).reshape(6, 2, 4, 2) / 100 if views else None,
                about={"task": task, "thing": thing, "goal": None, "physics_context": CONTEXT},
            ))  # fmt: skip
        out.add(Episode(
            task=KNOWN[2], states=np.zeros((6, 3), np.float32), actions=np.ones((6, 3), np.float32),
            pictures={name: np.zeros((6, 32, 32, 3), np.uint8) for name in ("head", "wrist")},
            spots=np.zeros((6, 2, 2), np.float32), views=np.zeros((6, 2, 4, 2), np.float32) if views else None,
            about={"task": "place", "thing": 1, "goal": 2, "physics_context": CONTEXT},
        ))  # fmt: skip
    return Joined([folder])


def samples_of(data):
    stats = Stats.of(data.joints, np.concatenate((data.states, data.actions)))
    tokenizer = Tokenizer.fit(phrases(data), most=64, length=8)
    return Samples(data, CONFIG, stats, lambda said: {"text": torch.from_numpy(np.stack([tokenizer(text) for text in said]))})


def test_everything_in_a_scene_can_be_asked_for_but_pairs_that_no_demonstration_had():
    asked = questions({"physics_context": CONTEXT}, KNOWN)
    assert [(one.about["task"], one.thing, one.goal) for one in asked] == [
        ("pick", 0, None), ("pick", 1, None), ("place", 1, 2), ("press", 3, None),
    ]  # fmt: skip
    assert asked[2].places == pytest.approx(np.array([[0.6, -0.1], [0.7, 0.3]]))
    assert asked[3].places.tolist() == asked[3].places[::-1].tolist()
    said = {rephrase(one.about, random.Random(seed)) for one in asked for seed in range(40)}
    assert None not in said and "把蓝色方块放到黄色托盘上" in said and not any("red block on" in text for text in said)
    assert questions({}, KNOWN) == questions({"physics_context": {"blocks": []}}, KNOWN) == ()


def test_places_turn_with_the_turret():
    assert ahead(np.array([[1.0, 0.0], [0.0, 1.0]]), np.pi / 2) == pytest.approx(np.array([[0.0, -1.0], [1.0, 0.0]]), abs=1e-6)


def test_each_text_has_its_places_and_where_they_are_in_the_pictures(tmp_path):
    data = recorded(tmp_path / "d")
    samples = samples_of(data)
    batch = samples.draw((3,), 40, more=2, captioned=True)
    assert (
        batch["texts"].shape == (40, 4, 8) and batch["places"].shape == (40, 3, 2, 2) and batch["views"].shape == (40, 3, 2, 2, 2)
    )
    assert torch.equal(batch["texts"][:, 0], batch["text"]) and torch.equal(batch["places"][:, 0], batch["spots"])
    assert not batch["texts"][:, -1].any(), "the empty one"
    again = samples.draw((3,), 40, more=2, captioned=True)
    assert all(torch.equal(value, again[name]) for name, value in batch.items()), "the same for the same seed"
    columns = {tuple(views[0, 0].tolist()) for views in batch["views"].flatten(0, 1)[:, :, :1].flatten(0, 0)}
    assert len(columns) > 6, "of several things and frames"
    moved = [places for places in batch["places"].flatten(0, 1) if (places >= 9).any()]
    assert moved and all((places[0] >= 9).all() for places in moved), "what was handled is where it is now, not where it stood"
    assert samples.draw((3,), 5)["texts"].shape == (5, 1, 8)


def test_without_views_nothing_is_said_of_pictures(tmp_path):
    recorded(tmp_path / "with")
    data = recorded(tmp_path / "without", views=False)
    assert "views" not in samples_of(data).draw((0,), 4, more=2)
    both = Joined([tmp_path / "with", tmp_path / "without"])
    assert "views" not in samples_of(both).draw((0,), 30, more=2), "what one of them does not know is not learnt"


def test_pictures_are_lit_differently_and_stay_pictures(tmp_path):
    data = recorded(tmp_path / "d")
    pictures = samples_of(data).draw((1,), 64)["pictures"]
    assert pictures.shape == (64, 2, 3, 32, 32) and pictures.abs().max() <= 1
    means = pictures.flatten(3).mean(-1)  # of noise about the middle in two episodes, black in the third
    assert means[:, 0].std() > 0.05 and (means[:, 0] - means[:, 1]).abs().max() > 0.1, "each picture by itself"


def test_the_unit_of_actions_is_how_far_they_go(tmp_path):
    samples = samples_of(recorded(tmp_path / "d"))
    reach = samples.reach()
    assert reach.shape == (4, 3) and (reach >= 1e-3).all()
    network = VLA(CONFIG)
    network.reach.copy_(torch.from_numpy(reach))
    batch = samples.draw((0,), 16)
    far = network.relative(batch["actions"], batch["state"])
    assert torch.allclose(network.absolute(far, batch["state"]), batch["actions"], atol=1e-5)
    assert 0.3 < far.square().mean().sqrt() < 3


def test_looking_at_the_place_costs_least_and_what_is_outside_is_nowhere():
    logits = torch.full((1, 1, 2, 17), -10.0)
    views = torch.tensor([[[[-0.75, 0.25], [1.4, 0.0]]]])  # first column, third row of four; outside
    logits[0, 0, 0, 8] = 10.0
    logits[0, 0, 1, 16] = 10.0
    assert look_loss(logits, views) < 1e-3
    swapped = logits.flip(2)
    assert look_loss(swapped, views) > 10
    between = torch.full((1, 1, 1, 17), -10.0)
    between[..., [8, 9]] = 10.0
    assert look_loss(between, torch.tensor([[[[-0.5, 0.25]]]])) == pytest.approx(np.log(2), abs=1e-3), "half in each of two cells"
    corner = torch.full((1, 1, 1, 17), -10.0)
    corner[..., 15] = 10.0
    assert look_loss(corner, torch.tensor([[[[1.0, 1.0]]]])) < 1e-3, "the edge belongs to the last cell"


def test_one_look_serves_every_instruction(tmp_path):
    torch.manual_seed(0)
    network = VLA(CONFIG).eval()
    batch = samples_of(recorded(tmp_path / "d")).draw((0,), 3, more=2)
    latents, logits = network.study(batch["pictures"], batch["texts"], batch["then"])
    assert logits is not None and logits.shape == (9, 2, 2, 65)
    for number in range(3):
        alone = network.encode(batch["pictures"], batch["texts"][:, number], batch["then"])
        assert torch.allclose(latents.unflatten(0, (3, 3))[:, number], alone, atol=1e-5)
    assert network.where(latents).shape == (9, 2, 2)
