"""Objective: what each stage of a training minimises.

align, instruct   where what is asked for is, and where in the pictures; in the first also captions that find their pictures
act               action + 0.1 torque + 0.01 smoothness + 0.1 where + 0.1 look
move              action + 0.1 torque + 0.01 smoothness

Moving is learnt also, if there are some, from situations that the policy got itself into (``policies.vla.met``): 8 strain + stay,
the torque of what is sent there in every tick, and how far answers are from those of the policy to begin with.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from policies.vla.dynamics import Chain
from policies.vla.losses import (
    alignment_loss,
    look_loss,
    smoothness_loss,
    stay_loss,
    strain_loss,
    torque_loss,
    weighted,
    where_loss,
)  # fmt: skip
from policies.vla.met import answer_to
from policies.vla.mover import Mover
from policies.vla.processors import PACE_S

__all__ = ["Objective"]


class Objective:
    """Losses of a network on batches as ``Samples`` draws them.

    Attributes:
        network: Whose.
        captions: Brings captions to where pictures are compared with them.
        chain: The arm, for torques.
        limits: (n,) its motors', newton metres.
        middle: (D,) of the normalisation of joints, and
        spread: (D,) likewise.
        without: Terms to leave out.
        weights: How much each term of learning to act counts.
    """

    network: Mover
    captions: nn.Module
    chain: Chain
    limits: Tensor
    middle: Tensor
    spread: Tensor
    without: tuple[str, ...]
    weights: Mapping[str, float]

    @property
    def name(self) -> str:
        """The present stage."""
        raise NotImplementedError

    @property
    def aligns(self) -> bool:
        """Whether captions are to find their pictures."""
        return self.name == "align" and "alignment" not in self.without

    def total(self, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
        """The present stage's loss and its terms, for the log."""
        return weighted(self.losses(batch), _WEIGHTS.get(self.name, self.weights))

    def losses(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """The terms of the present stage."""
        network = self.network
        if self.name == "move":
            return {**self._action(batch["latent"], batch), **(self._where_it_got(batch) if "met_state" in batch else {})}
        latent, logits = network.study(batch["pictures"], batch["texts"], batch["then"])
        terms: dict[str, Tensor] = {}
        if self.aligns:  # the last of a picture's instructions is empty: what is seen where nothing is asked for
            latent, seen = _parted(latent, batch["texts"])
            logits = None if logits is None else _parted(logits, batch["texts"])[0]
            terms["alignment"] = alignment_loss(
                network.pooled(seen), self.captions(network.read(batch["caption"])), same=batch["same"]
            )
        terms["where"] = where_loss(network.where(latent), batch["places"].flatten(0, 1))
        if logits is not None and "views" in batch and "look" not in self.without:
            terms["look"] = look_loss(logits, batch["views"].flatten(0, 1))
        return terms if self.name != "act" else {**terms, **self._action(latent, batch)}

    def prefix(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """The prefix (B, P, D), which of it is given (B, P), and which actions count (B, K): those that are real and not given."""
        prefix, given = batch["actions"][:, : self.network.config.prefix], batch["given"]
        counts = batch["real"].clone()
        counts[:, : prefix.shape[1]] &= given < 0.5
        return prefix, given, counts

    def _action(self, latent: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        network, state = self.network, batch["state"]
        actions = network.relative(batch["actions"], state)
        prefix, given, counts = self.prefix(batch)
        if network.noise is not None:
            noise = torch.randn_like(actions)
            time = torch.rand(len(actions), 1, 1, device=actions.device)
            noisy = torch.cat(((1 - time) * noise + time * actions, time.expand(-1, actions.shape[1], 1)), -1)
            out = network.raw(latent, state, prefix, given, noisy)
            chunk = noisy[..., :-1] + (1 - time) * out
            terms = {"action": network.head.loss(out, actions - noise, counts)}
        else:
            out = network.raw(latent, state, prefix, given)
            chunk = network.head.actions(out)
            terms = {"action": network.head.loss(out, actions, counts)}
        return {**terms, **self.motion(network.absolute(chunk, state), batch)}

    def motion(self, chunk: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """What a chunk (B, K, D) asks of motors and gears, behind the prefix that it goes on from."""
        actions, given, counts, terms = batch["actions"], batch["given"], batch["real"], dict[str, Tensor]()
        kept = torch.cat((given, torch.zeros_like(counts[:, given.shape[1] :], dtype=given.dtype)), 1).unsqueeze(-1)
        whole = kept * actions + (1 - kept) * chunk
        if "physics" not in self.without:
            joints, period_s = self._joints(whole), self.network.config.period_s
            terms["physics"] = torque_loss(self.chain, self.limits, joints, period_s, counts)
        if "smoothness" not in self.without:
            terms["smoothness"] = smoothness_loss(whole, counts)
        return terms

    def _where_it_got(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        network, state = self.network, batch["met_state"]
        was = network.training
        network.eval()  # nothing is hidden: who does not know how fast the joints are cannot go on from there
        chunk = answer_to(network, batch["met_latent"], state)
        network.train(was)
        terms = {"stay": stay_loss(chunk, batch["met_answer"], network.reach)}
        if "strain" not in self.without:
            joints, period_s = network.joints(state), network.config.period_s
            earlier = joints - state[:, joints.shape[1] :] * (period_s / PACE_S)
            path = self._joints(torch.cat((torch.stack((earlier, joints), 1), chunk), 1))
            terms["strain"] = strain_loss(self.chain, self.limits, path, period_s)
        return terms

    def _joints(self, actions: Tensor) -> Tensor:
        """Actions (..., D) in radians and metres."""
        return (actions * self.spread + self.middle).float()


_WEIGHTS: dict[str, Mapping[str, float]] = {
    "align": {"alignment": 0.3, "where": 1.0, "look": 1.0},
    "instruct": {"where": 1.0, "look": 1.0},
}
"""Of the stages that do not act."""


def _parted(values: Tensor, texts: Tensor) -> tuple[Tensor, Tensor]:
    """(B M, ...) for texts (B, M, L) -> those of all but the last text (B (M - 1), ...), and of the last (B, ...)."""
    by_picture = values.unflatten(0, texts.shape[:2])
    return by_picture[:, :-1].flatten(0, 1), by_picture[:, -1]
