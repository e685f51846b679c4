"""Policy: what turns an observation into actions; LeRobot's method and key names, without LeRobot.

A batch is a plain mapping. Everything in it is numpy, without a batch axis, so that the real-time process needs no torch:

    observation.state          float32 (D,)          joint positions, radians; the last one is the gripper's opening, metres
    observation.velocity       float32 (D,)          how fast the joints have been sent, rad/s and m/s; for a policy that is told
    observation.images.<cam>   uint8   (H, W, 3)     RGB
    task                       str                   the instruction
    action                     float32 (D,)          absolute joint targets, in the order and units of the state

An action chunk is float32 (K, D): K targets, one per control period of ``period_s``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ACTION",
    "IMAGES",
    "STATE",
    "TASK",
    "VELOCITY",
    "Batch",
    "Chunk",
    "ObservationInvalid",
    "Policy",
    "PolicyError",
    "PolicySpec",
    "check_batch",
    "check_state",
]

STATE = "observation.state"
VELOCITY = "observation.velocity"
IMAGES = "observation.images."
TASK = "task"
ACTION = "action"

Batch: TypeAlias = Mapping[str, Any]
Chunk: TypeAlias = NDArray[np.float32]


class PolicyError(ValueError):
    """Base of what is wrong with a policy, its data or its folder; each message is one sentence, for whoever asked for it."""


class ObservationInvalid(PolicyError):
    """An observation does not fit the policy; the message says what is missing or wrong, with numbers. The robot holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySpec:
    """What a policy expects and gives.

    Attributes:
        name: Which policy this is, for reports, e.g. ``expert`` or a checkpoint's name.
        kind: ``expert`` for a scripted one, ``learned`` for a network.
        joints: Names of the entries of state and action, in order; the gripper last.
        cameras: Height and width in pixels by camera name; empty for a policy that does not look.
        period_s: Time between two actions of a chunk, seconds.
        chunk: Actions in a chunk.
        steps: Actions of a chunk that are carried out before the next one is asked for, where it comes at once (LeRobot's
            ``n_action_steps``).
        continues: Whether it is told what will be sent meanwhile, so that its answers begin with that; else they are faded in.
        state: Where the arm's joints are said to be: as ``measured``, or where they have been ``sent``. Measured ones lag behind,
            sag and sway with what the hand carries, and who answers that from chunk to chunk makes it sway more. The gripper's
            opening is measured either way: it tells what is held.
    """

    name: str
    kind: str
    joints: tuple[str, ...]
    cameras: Mapping[str, tuple[int, int]]
    period_s: float
    chunk: int
    steps: int = 1
    continues: bool = True
    state: Literal["measured", "sent"] = "measured"


@runtime_checkable
class Policy(Protocol):
    """A policy for one body. ``select_action`` hands out a chunk action by action; the runtime asks for whole chunks."""

    @property
    def spec(self) -> PolicySpec:
        """What it expects and gives."""

    def reset(self) -> None:
        """Forget the last episode."""

    def select_action(self, batch: Batch) -> Chunk:
        """The next action, float32 (D,); a new chunk is computed when the last one is used up.

        Raises:
            ObservationInvalid: The batch does not fit ``spec``.
        """

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The next actions, float32 (K, D).

        Args:
            batch: The observation.
            inference_delay: How many actions of ``prev_chunk_left_over`` will have been sent before this chunk is there; the new
                chunk begins with them, so that it continues what is being executed.
            prev_chunk_left_over: Actions of the last chunk that are not yet sent at the time of the observation, (L, D).

        Raises:
            ObservationInvalid: The batch does not fit ``spec``.
        """


def check_state(batch: Batch, spec: PolicySpec) -> NDArray[np.float64]:
    """The state of a batch, float64 (D,), once it fits; for what does not look at pictures.

    Raises:
        ObservationInvalid: It is missing, has another length, or is not finite.
    """
    if STATE not in batch:
        raise ObservationInvalid(f"the observation has no {STATE!r}; policy {spec.name!r} needs {len(spec.joints)} joint positions")
    state = np.asarray(batch[STATE], dtype=np.float64)
    if state.shape != (len(spec.joints),):
        names = ", ".join(spec.joints)
        raise ObservationInvalid(
            f"{STATE!r} has shape {state.shape}, policy {spec.name!r} needs ({len(spec.joints)},): {names}; is it another robot's?"
        )
    if not np.isfinite(state).all():
        bad = ", ".join(name for name, value in zip(spec.joints, state, strict=True) if not np.isfinite(value))
        raise ObservationInvalid(f"{STATE!r} is not finite for {bad}; check the joint encoders")
    return state


def check_batch(batch: Batch, spec: PolicySpec) -> NDArray[np.float64]:
    """The state of a batch, float64 (D,), once everything in the batch fits.

    Raises:
        ObservationInvalid: A camera is missing, an image has another size, the state has another length or is not finite.
    """
    state = check_state(batch, spec)
    for camera, (height, width) in spec.cameras.items():
        if IMAGES + camera not in batch:
            there = ", ".join(sorted(key.removeprefix(IMAGES) for key in batch if key.startswith(IMAGES))) or "none"
            raise ObservationInvalid(f"camera {camera!r} is missing (there: {there}); policy {spec.name!r} cannot act without it")
        image = np.asarray(batch[IMAGES + camera])
        if image.shape != (height, width, 3) or image.dtype != np.uint8:
            raise ObservationInvalid(
                f"camera {camera!r} gave {image.dtype} {image.shape}, policy {spec.name!r} needs uint8 ({height}, {width}, 3)"
            )
    return state
