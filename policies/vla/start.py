"""Start: a trained policy that another training begins with, for new demonstrations, a round of DAgger, or more time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from policies.policy import PolicyError
from policies.vla.config import VLAConfig
from policies.vla.folders import policy_in
from policies.vla.joined import Joined
from policies.vla.policy import VLAPolicy
from policies.vla.processors import digest_of

__all__ = ["Start", "StartInvalid", "unlike"]


class StartInvalid(PolicyError):
    """A policy that a training on this data cannot begin with; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a training begins with.

    Attributes:
        policy: Its weights, normalisation and words.
        digest: Of its weights; a checkpoint goes on with the same only.
    """

    policy: VLAPolicy
    digest: str

    def weights_for(self, config: VLAConfig) -> dict[str, Tensor]:
        """The weights, for a network of a shape like the policy's or of one that is told the joints' velocities besides."""
        weights: dict[str, Tensor] = dict(self.policy.network.state_dict())
        if more := config.told - self.policy.config.told:
            first = "feel.weight" if config.design == 2 else "reflex.0.weight"
            known = weights[first]
            weights[first] = torch.cat((known, known.new_zeros(len(known), more)), 1)
        return weights

    @classmethod
    def of(cls, folder: str | Path, data: Joined) -> Start:
        """The policy of a training, a checkpoint or an export.

        Raises:
            StartInvalid: It was made for another robot, other cameras, pictures or pace, or is of size ``full``.
            PolicyError: There is none, or it is damaged.
        """
        where = policy_in(Path(folder))
        policy = VLAPolicy.from_pretrained(where)
        if policy.config.language is not None:
            raise StartInvalid(
                f"the policy {str(where)!r} is of size full, whose towers come from their own folders: go on in its training folder"
            )
        if differs := unlike(policy.config, data):
            raise StartInvalid(f"the policy {str(where)!r} has {differs}; they must be the same")
        return cls(policy=policy, digest=digest_of(where / "model.safetensors"))


def unlike(config: VLAConfig, data: Joined) -> str:
    """What of a policy's joints, cameras, pictures or pace is not as in some data, in words; empty where all is."""
    theirs = {
        "joints": config.joints, "cameras": config.cameras, "pixels": config.pixels, "period_s": round(config.period_s, 9),
    }  # fmt: skip
    ours = {"joints": data.joints, "cameras": data.cameras, "pixels": data.pixels, "period_s": round(1 / data.fps, 9)}
    return next((f"{name} {value}, the data {ours[name]}" for name, value in theirs.items() if value != ours[name]), "")
