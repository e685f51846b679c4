"""A toy dataset: pictures whose one coloured square says which way the joints shall go."""

import numpy as np

from policies.vla.dynamics import Chain
from policies.vla.joined import Joined
from policies.vla.recording import Episode, Recorder

JOINTS = ("a", "b", "grip")
COLOURS = ("red", "green", "blue")
CONTEXT = {
    "blocks": [{"colour": colour, "at": [0.5, 0.2 - 0.2 * i, 0.5]} for i, colour in enumerate(COLOURS)],
    "trays": [{"colour": "purple", "at": [0.6, 0.3, 0.5]}],
}


def toy_data(folder, episodes=6, views=False):
    """Episodes of twelve frames at 32 pixels, and an arm of two joints."""
    draw = np.random.default_rng(0)
    with Recorder(folder, joints=JOINTS, fps=20) as out:
        for number in range(episodes):
            thing = number % 3
            picture = np.full((12, 32, 32, 3), 120, np.uint8)
            picture[:, 8:24, 10 * thing : 10 * thing + 10] = 255
            states = np.cumsum(np.full((12, 3), 0.02 * (thing - 1)), axis=0) + draw.normal(0, 0.01, (12, 3))
            out.add(Episode(
                task=f"pick up the {COLOURS[thing]} block", states=states.astype(np.float32),
                actions=(states + 0.02 * (thing - 1)).astype(np.float32), pictures={"head": picture},
                spots=np.full((12, 2, 2), 0.2 * thing, np.float32),
                views=np.tile(np.array([[[-0.7, 0], [0, 0], [0.7, 0], [2, 0]]], np.float32), (12, 1, 1, 1)) if views else None,
                about={"task": "pick", "thing": thing, "goal": None, "physics_context": CONTEXT},
            ))  # fmt: skip
    one = np.ones(2)
    Chain(
        places=np.array([[0, 0, 0.0], [0.3, 0, 0]]), turns=np.stack([np.eye(3)] * 2), anchors=np.zeros((2, 3)),
        axes=np.array([[0.0, 1, 0]] * 2), slides=np.zeros(2, bool), masses=one, centres=np.array([[0.15, 0, 0]] * 2),
        inertias=np.zeros((2, 3, 3)), armature=0 * one, damping=0 * one, gravity=np.array([0, 0, -9.81]),
    ).save(folder / "meta/surefoot_arm.npz", limits=[1.0, 1.0])  # fmt: skip
    return Joined([folder])
