"""The trainings of ``benchmarks.policy_payload``: from demonstrations, and from what a policy with a weight in its hand meets."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.policy_payload_cell import LIMITS, bolt, loaded_chain, played
from policies.vla.met import Met, Noting
from policies.vla.policy import VLAPolicy
from policies.vla.train import prepare
from policies.vla.training import Training
from skills.robots.physics.cell import Cell

__all__ = ["ROWS", "folder_of", "trained"]

ROWS: dict[str, dict[str, Any]] = {
    "no torque term": {"without": ("physics",)},
    "torque within chunks": {},
    "what it met without a torque term": {"meets": True, "without": ("physics", "strain")},
    "torque in every tick of what it met": {"meets": True},
}
"""What each training is told, by the name of its row."""
MET_SEED, MET_DELAYS_MS = 2_700_000, (0, 20)
"""Scenes in which policies meet what they do to themselves: their first seed, and how long answers take in them."""


def folder_of(out: Path, name: str) -> Path:
    """Where the training of a row lies."""
    return out / name.replace(" ", "-")


def trained(options: argparse.Namespace, names: Sequence[str]) -> None:
    """Train the rows that are not there yet; what the eyes see, which is the same for all, is worked out once."""
    arm, latents = options.out / "arm.npz", None
    options.out.mkdir(parents=True, exist_ok=True)
    cell = Cell(images=False)
    bolt(cell, options.mass)
    loaded_chain(cell).save(arm, limits=LIMITS)
    for name in names:
        folder = folder_of(options.out, name)
        if (folder / "policy/model.safetensors").exists():
            continue
        meets, without = ROWS[name].get("meets", False), ROWS[name].get("without", ())
        training = prepare(
            options.data, folder, batch=options.batch, rate=options.rate, stride=options.stride, seed=options.seed,
            threads=options.threads, start=options.start, arm=arm, velocity=meets, without=(*without, "act"),
        )  # fmt: skip
        while training.name != "move":
            training.next_stage()
        training.latents = latents
        _learn(training, options, name, meets)
        latents = training.latents
        training.policy().save_pretrained(folder / "policy")


def _learn(training: Training, options: argparse.Namespace, name: str, meets: bool) -> None:
    """All steps; one that meets what it does plays before each of its rounds."""
    begun = VLAPolicy.from_pretrained(options.start).network if meets else None
    met = None if begun is None else Met(begun)
    for turn in range(options.rounds):
        if met is not None:
            _play(training.policy(), met, options, turn)
            training.met = met
            print(f"{name}: round {turn + 1} of {options.rounds}, {len(met)} situations", file=sys.stderr, flush=True)
        while training.step < options.steps * (turn + 1) // options.rounds:
            log = training.learn(1 - training.step / options.steps)
            if training.step % 100 == 0:
                print(f"{name}: step {training.step}", json.dumps(log), file=sys.stderr, flush=True)


def _play(policy: VLAPolicy, met: Met, options: argparse.Namespace, turn: int) -> None:
    noting = Noting(policy)
    for delay in MET_DELAYS_MS:
        seed = MET_SEED + 10_000 * turn + 1000 * delay
        for _ in played(policy, mass=options.mass, episodes=options.met, seed=seed, delay_s=delay / 1000):
            pass
    met.add(noting)
