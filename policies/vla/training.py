"""Training: a network, its optimiser and how far they have come, through three stages; a checkpoint brings all of it back.

1. alignment: captions find their pictures (InfoNCE), and the encoder learns to say where the thing and its goal are;
2. instruction: everything frozen but LoRA on the attentions, with the instruction as people say it, English and Chinese;
3. action: end to end, action + 0.1 torque + 0.01 smoothness + 0.1 where, with an average of the weights.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import nullcontext
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from policies.vla.captions import caption, rephrase
from policies.vla.checkpoint import TrainingInvalid, read_checkpoint, write_checkpoint
from policies.vla.config import VLAConfig
from policies.vla.dynamics import load_chain
from policies.vla.full import make_network
from policies.vla.joined import Joined
from policies.vla.lora import merge_lora
from policies.vla.losses import WEIGHTS, alignment_loss, smoothness_loss, torque_loss, weighted
from policies.vla.nf4 import restore_linears
from policies.vla.policy import VLAPolicy
from policies.vla.pretrained import Pretrained
from policies.vla.processors import Stats
from policies.vla.tokenizer import SubwordTokenizer, Tokenizer

__all__ = ["STAGES", "Training", "TrainingInvalid"]

STAGES = (("align", 0.2), ("instruct", 0.2), ("act", 0.6))
"""The stages and their shares of the time."""
_WARMUP, _KEEP = 100, 0.999
_LAG = 4
"""Frames by which the pictures may be older than the joints: the runtime looks at 5 Hz and moves at 10 to 20."""


class Training:
    """The network, its optimiser and how far they have come; a checkpoint brings all of it back.

    Args:
        data: What is learnt from.
        folder: For checkpoint, log and the policy.
        config: The policy's shape.
        batch: Samples per step, and
        accumulate: batches per optimiser step.
        rate: Step length at its highest.
        seed: Of weights and samples.
        device: Where to compute; bf16 there if it is a GPU.
        without: Loss terms and stages to leave out, for ablations.
        pretrained: Where the towers of a policy of size ``full`` come from.
        qlora: Keep what LoRA is added to in four bits.

    Raises:
        TrainingInvalid: The checkpoint there is damaged, of another shape, or not of these pretrained weights.
        PretrainedInvalid: The pretrained weights cannot be used.
        ObservationInvalid: There is new data with an instruction of which the checkpoint knows no word.
    """

    stages: tuple[tuple[str, float], ...] = STAGES

    def __init__(
        self,
        data: Joined,
        folder: Path,
        config: VLAConfig,
        *,
        batch: int = 32,
        accumulate: int = 1,
        rate: float = 5e-4,
        seed: int = 0,
        device: str = "cpu",
        without: tuple[str, ...] = (),
        pretrained: Pretrained | None = None,
        qlora: bool = False,
    ) -> None:
        torch.manual_seed(seed)
        self.pretrained, self.qlora = pretrained, qlora
        self.data, self.folder, self.device = data, folder, device
        self.batch, self.accumulate, self.rate, self.seed, self.without = batch, accumulate, rate, seed, without
        self.about = data.about()
        self.stats = self._stats()
        self.tokenizer = self._tokenizer(config)
        self.file = folder / "checkpoint.pt"
        saved = read_checkpoint(self.file, config, self._relies_on(), device)
        if saved is not None:  # what the weights were trained with, also where there is more data by now
            self.stats = Stats.from_json(saved["stats"])
            if pretrained is None:
                self.tokenizer = Tokenizer(saved["words"], config.text)
            for said in data.instructions:
                self.tokenizer(said)  # one of which it knows no word is told now, not when its turn comes
        self.chain, limits = load_chain(data.folder / "meta/surefoot_arm.npz")
        self.limits = limits.to(device)
        self.middle, self.spread = (torch.tensor(part, device=device) for part in (self.stats.middle, self.stats.spread))
        self.network = make_network(config)
        if pretrained is not None:
            pretrained.fill(self.network.vision, self.network.language)
        self.network.to(device)
        self.captions = nn.Linear(config.width, config.width).to(device)
        self.stage, self.step, self.elapsed = 0, 0, 0.0
        self._begin_stage()
        if saved is not None:
            self._restore(saved)

    def _stats(self) -> Stats:
        """Normalisation by the data."""
        return Stats.of(self.data.joints, np.concatenate((self.data.states, self.data.actions)))

    def _tokenizer(self, config: VLAConfig) -> Tokenizer | SubwordTokenizer:
        """The words of the data, or those of the pretrained model."""
        if self.pretrained is not None:
            return self.pretrained.tokenizer(config.text)
        return Tokenizer.fit(self._phrases(), most=config.words, length=config.text)

    def _phrases(self) -> list[str]:
        """Every way an instruction or caption may be put, once."""
        draw = random.Random(0)
        said = {rephrase(about, draw) or "" for about in self.about for _ in range(60)}
        return sorted(said | {caption(about.get("physics_context", {})) for about in self.about} | set(self.data.instructions))

    @property
    def name(self) -> str:
        """The present stage."""
        return self.stages[self.stage][0]

    def _begin_stage(self) -> None:
        """What is trained in a stage, with a fresh optimiser."""
        trained = self.network.begin(self.name, qlora=self.qlora)
        if self.name != "instruct":
            trained = [*trained, *(parameter for module in self._beside().values() for parameter in module.parameters())]
        self.network.to(self.device)
        self.trained = trained
        self.optimiser = torch.optim.AdamW(trained, lr=self.rate, betas=(0.9, 0.95), weight_decay=0.01)
        self.average = {name: value.clone() for name, value in self._own().items()}

    def _beside(self) -> dict[str, nn.Module]:
        """What is trained with the network and is no part of it, by its name in the checkpoint."""
        return {"captions": self.captions}

    def _own(self) -> dict[str, Tensor]:
        """The network's weights without those that are lent by pretrained folders and stay as they came."""
        own = {}
        for name, value in self.network.state_dict().items():
            if name.split(".")[0] not in self.network.lent or name.endswith((".a", ".b")):
                own[name] = value.detach()
        return own

    def next_stage(self) -> None:
        """Go on to the next stage."""
        self.stage += 1
        self._begin_stage()

    def sample(self, part: int = 0) -> dict[str, Tensor]:
        """One batch on the device; a pure function of seed, stage, step and the part of the step."""
        draw = np.random.default_rng((self.seed, self.stage, self.step, part))
        frames = self.data.frames[draw.integers(0, len(self.data.frames), self.batch)]
        config = self.network.config
        found = self.data.batch(frames, config.chunk, draw.integers(0, _LAG + 1, self.batch))
        words = random.Random(int(draw.integers(2**31)))
        about = [self.about[self.data.episode_of[frame]] for frame in frames.tolist()]
        said = [rephrase(one, words) or self.data.instructions[task] for one, task in zip(about, found.tasks.tolist(), strict=True)]
        captions = [caption(one.get("physics_context", {})) for one in about]
        pictures = torch.from_numpy(found.pictures).to(self.device).permute(0, 1, 4, 2, 3).float() / 127.5 - 1
        bright = torch.from_numpy(draw.uniform(0.85, 1.15, (self.batch, 1, 1, 1, 1)).astype(np.float32)).to(self.device)
        count = torch.from_numpy(draw.integers(0, config.prefix + 1, self.batch))
        same = np.array([[one == other for other in captions] for one in captions])
        return {
            "pictures": ((pictures + 1) * bright - 1).clamp(-1, 1),
            **self._texts(said),
            "caption": torch.from_numpy(np.stack([self.tokenizer(text) for text in captions])).to(self.device),
            "same": torch.from_numpy(same).to(self.device),
            "state": torch.from_numpy(self.stats.normalise(found.states)).to(self.device),
            "actions": torch.from_numpy(self.stats.normalise(found.actions)).to(self.device),
            "real": torch.from_numpy(found.real).to(self.device),
            "given": (torch.arange(config.prefix) < count[:, None]).float().to(self.device),
            "spots": torch.from_numpy(found.spots).to(self.device),
        }

    def _texts(self, said: list[str]) -> dict[str, Tensor]:
        """The instructions as numbers."""
        return {"text": torch.from_numpy(np.stack([self.tokenizer(text) for text in said])).to(self.device)}

    def total(self, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
        """The present stage's loss and its terms, for the log."""
        return weighted(self.losses(batch), _WEIGHTS[self.name])

    def losses(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """The terms of the present stage."""
        network = self.network
        latent = network.encode(batch["pictures"], batch["text"])
        terms = {"where": (network.where(latent) - batch["spots"]).abs().mean() * 10}
        if self.name == "align" and "alignment" not in self.without:
            blank = torch.zeros_like(batch["caption"])
            seen = network.encode(batch["pictures"], blank)[:, : network.config.patches].mean(1)
            terms["alignment"] = alignment_loss(seen, self.captions(network.read(batch["caption"])), same=batch["same"])
        if self.name != "act":
            return terms
        return {**terms, **self._action(latent, batch)}

    def _prefix(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """The prefix (B, P, D), which of it is given (B, P), and which actions count (B, K): those that are real and not given."""
        prefix, given = batch["actions"][:, : self.network.config.prefix], batch["given"]
        counts = batch["real"].clone()
        counts[:, : prefix.shape[1]] &= given < 0.5
        return prefix, given, counts

    def _action(self, latent: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        network, actions = self.network, batch["actions"]
        prefix, given, counts = self._prefix(batch)
        if network.noise is not None:
            noise = torch.randn_like(actions)
            time = torch.rand(len(actions), 1, 1, device=actions.device)
            noisy = torch.cat(((1 - time) * noise + time * actions, time.expand(-1, actions.shape[1], 1)), -1)
            out = network.raw(latent, batch["state"], prefix, given, noisy)
            chunk = noisy[..., :-1] + (1 - time) * out
            terms = {"action": network.head.loss(out, actions - noise, counts)}
        else:
            out = network.raw(latent, batch["state"], prefix, given)
            chunk = network.head.actions(out)
            terms = {"action": network.head.loss(out, actions, counts)}
        return {**terms, **self._motion(chunk, batch)}

    def _motion(self, chunk: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """What a chunk (B, K, D) asks of motors and gears, behind the prefix that it goes on from."""
        actions, given, counts, terms = batch["actions"], batch["given"], batch["real"], dict[str, Tensor]()
        kept = torch.cat((given, torch.zeros_like(counts[:, given.shape[1] :], dtype=given.dtype)), 1).unsqueeze(-1)
        whole = kept * actions + (1 - kept) * chunk
        if "physics" not in self.without:
            joints = (whole * self.spread + self.middle).float()
            terms["physics"] = torque_loss(self.chain, self.limits, joints, self.network.config.period_s, counts)
        if "smoothness" not in self.without:
            terms["smoothness"] = smoothness_loss(whole, counts)
        return terms

    def learn(self, left: float) -> dict[str, float]:
        """One optimiser step; ``left`` is the share of the stage's time that is left, by which the step length falls."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * min(1.0, (self.step + 1) / _WARMUP) * max(0.02, min(1.0, left / 0.6))
        self.network.train()
        log: dict[str, float] = {}
        half = torch.autocast("cuda", torch.bfloat16) if self.device.startswith("cuda") else nullcontext()
        for part in range(self.accumulate):
            batch = self.sample(part)
            with half:
                total, terms = self.total(batch)
            (total / self.accumulate).backward()  # type: ignore[no-untyped-call]
            log = terms
        nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        keep = min(_KEEP, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for name, value in self._own().items():
                if value.is_floating_point():
                    self.average[name].lerp_(value, 1 - keep)
        self.step += 1
        return log

    def save(self) -> None:
        """Write the checkpoint, complete or not at all."""
        state = {
            "config": self.network.config.to_json(), "words": list(self.tokenizer.words), "stats": self.stats.to_json(),
            "stage": self.stage, "step": self.step, "elapsed": self.elapsed, "network": self._own(),
            "optimiser": self.optimiser.state_dict(), "average": self.average,
            "random": torch.get_rng_state(),
        }  # fmt: skip
        state |= {name: module.state_dict() for name, module in self._beside().items()}
        if self._relies_on():
            state["relies_on"] = self._relies_on()
        write_checkpoint(self.file, state)

    def _relies_on(self) -> dict[str, str]:
        """What else the weights were made with: a checkpoint goes on with the same only."""
        found = {"four-bit base": "nf4"} if self.qlora else {}
        return found if self.pretrained is None else {**found, "pretrained model": self.pretrained.digest}

    def _restore(self, saved: dict[str, Any]) -> None:
        for _ in range(saved["stage"]):
            self.next_stage()
        self.network.load_state_dict({**self.network.state_dict(), **saved["network"]})
        for name, module in self._beside().items():
            module.load_state_dict(saved[name])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.average = saved["average"]
        self.step, self.elapsed = saved["step"], saved["elapsed"]
        torch.set_rng_state(saved["random"].cpu())

    def policy(self) -> VLAPolicy:
        """The averaged weights as a policy."""
        network = deepcopy(self.network).cpu()
        network.load_state_dict({**network.state_dict(), **self.average})
        merge_lora(network)
        restore_linears(network)
        for parameter in network.parameters():
            parameter.requires_grad_(False)
        return VLAPolicy(network, self.tokenizer, self.stats, name=f"vla-{self.network.config.size}")


_WEIGHTS: dict[str, Mapping[str, float]] = {
    "align": {"alignment": 1.0, "where": 1.0},
    "instruct": {"where": 1.0},
    "act": WEIGHTS,
}
