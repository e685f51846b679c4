"""Training: a network, its optimiser and how far they have come, through three stages; a checkpoint brings all of it back.

1. alignment: captions find their pictures (InfoNCE), and for several instructions about each picture, in English and Chinese, the
   network learns where to look in it and how far away that is;
2. instruction: everything frozen but LoRA on the attentions, and what reads;
3. action: end to end, action + 0.1 torque + 0.01 smoothness + 0.1 where + 0.1 look, with an average of the weights; then moving
   alone, action + 0.1 torque + 0.01 smoothness, from what the averaged eyes have seen in every frame: seven times as fast.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from policies.vla.checkpoint import TrainingInvalid, read_checkpoint, write_checkpoint
from policies.vla.config import VLAConfig
from policies.vla.dynamics import load_chain
from policies.vla.full import make_network
from policies.vla.joined import Joined
from policies.vla.latents import Latents, precision
from policies.vla.lora import merge_lora
from policies.vla.losses import WEIGHTS
from policies.vla.met import Met
from policies.vla.nf4 import restore_linears
from policies.vla.objective import Objective
from policies.vla.policy import VLAPolicy
from policies.vla.pretrained import Pretrained
from policies.vla.processors import Stats
from policies.vla.samples import MORE, Samples, phrases
from policies.vla.start import Start
from policies.vla.tokenizer import SubwordTokenizer, Tokenizer

__all__ = ["STAGES", "Training", "TrainingInvalid"]

STAGES = (("align", 0.2), ("instruct", 0.1), ("act", 0.45), ("move", 0.25))
"""The stages and their shares of the time; the last two are one, first with open eyes, then from what they have seen."""
_WARMUP, _KEEP = 100, 0.999
_MOVING, _MET = 3, 2
"""So many times as many samples in a step where nothing is seen, and so many more of what the policy met."""


class Training(Objective):
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
        bf16: Compute in bfloat16 on a processor too; weights and optimiser stay in float32.
        without: Loss terms and stages to leave out, for ablations.
        pretrained: Where the towers of a policy of size ``full`` come from.
        qlora: Keep what LoRA is added to in four bits.
        start: A policy of the same shape whose weights, normalisation and words to begin with.
        arm: File of the arm that the torques are of, as ``Chain.save`` writes it; the dataset's if None.

    Attributes:
        met: Situations that the policy got itself into, from which moving is learnt as well; none at first, and none in a
            checkpoint: who goes on from one has to meet them again.

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
        bf16: bool = False,
        without: tuple[str, ...] = (),
        pretrained: Pretrained | None = None,
        qlora: bool = False,
        start: Start | None = None,
        arm: Path | None = None,
    ) -> None:
        torch.manual_seed(seed)
        self.pretrained, self.qlora, self.start = pretrained, qlora, start
        self.data, self.folder, self.device, self.bf16 = data, folder, device, bf16
        self.batch, self.accumulate, self.rate, self.seed, self.without = batch, accumulate, rate, seed, without
        self.stats = self._stats()
        self.tokenizer = self._tokenizer(config)
        self.file = folder / "checkpoint.pt"
        saved = read_checkpoint(self.file, config, self._relies_on(), device)
        if saved is not None:  # what the weights were trained with, also where there is more data by now
            self.stats = Stats.from_json(saved["stats"])
            if pretrained is None:
                self.tokenizer = Tokenizer(saved["words"], config.text)
        if saved is not None or start is not None:
            for said in data.instructions:
                self.tokenizer(said)  # one of which it knows no word is told now, not when its turn comes
        self.weights = WEIGHTS
        self.met: Met | None = None
        self.chain, limits = load_chain(arm or data.folder / "meta/surefoot_arm.npz")
        self.limits = limits.to(device)
        self.middle, self.spread = (torch.tensor(part, device=device) for part in (self.stats.middle, self.stats.spread))
        self.samples = Samples(data, config, self.stats, self._texts)
        self.network = make_network(config)
        self.network.reach.copy_(torch.from_numpy(self.samples.reach()))
        self.network.body.fill(self.chain, self.stats)
        if start is not None:
            self.network.load_state_dict(start.weights_for(config))
        self.latents: Latents | None = None
        """What the eyes have seen in every frame; from the first step of moving on. Trainings of the same eyes may share it."""
        if pretrained is not None:
            pretrained.fill(self.network.vision, self.network.language)
            if device.startswith("cuda"):
                self.network.halve()
        self.network.to(device)
        self.captions = nn.Linear(config.width, config.width).to(device)
        self.stage, self.step, self.elapsed = 0, 0, 0.0
        self._begin_stage()
        if saved is not None:
            self._restore(saved)

    def _stats(self) -> Stats:
        """Normalisation by the data, or as it was."""
        if self.start is not None:
            return self.start.policy.stats
        return Stats.of(self.data.joints, np.concatenate((self.data.states, self.data.actions)))

    def _tokenizer(self, config: VLAConfig) -> Tokenizer | SubwordTokenizer:
        """The words of the data, or those of the pretrained model, or those that are known already."""
        if self.start is not None:
            return self.start.policy.tokenizer
        if self.pretrained is not None:
            return self.pretrained.tokenizer(config.text)
        return Tokenizer.fit(phrases(self.data), most=config.words, length=config.text)

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
        self.optimiser = torch.optim.AdamW(trained, lr=self.rate, betas=(0.9, 0.95), weight_decay=0.01, fused=True)
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
        """Go on to the next stage; moving is learnt from what the average of the weights sees."""
        if self.stages[self.stage + 1][0] == "move":
            self.network.load_state_dict({**self.network.state_dict(), **self.average})
        self.stage += 1
        self._begin_stage()

    def sample(self, part: int = 0) -> dict[str, Tensor]:
        """One batch on the device; a pure function of seed, stage, step, the part of the step and, at last, of what sees."""
        seed = (self.seed, self.stage, self.step, part)
        if self.name == "move":
            if self.latents is None:
                self.latents = Latents(self.network, self.samples, self.seed, self.device, self.bf16)
            frames, drawn = self.samples.moving(seed, _MOVING * self.batch)
            drawn["latent"] = self.latents.of(frames, seed)
            if self.met is not None:
                drawn |= self.met.draw(seed, _MET * self.batch)
            return {name: value.to(self.device) for name, value in drawn.items()}
        drawn = self.samples.draw(
            seed,
            self.batch,
            more=MORE if self.name in ("align", "instruct") else 0,
            captioned=self.aligns,
        )
        return {name: value.to(self.device) for name, value in drawn.items()}

    def _texts(self, said: list[str]) -> dict[str, Tensor]:
        """Instructions as numbers (n, L)."""
        return {"text": torch.from_numpy(np.stack([self.tokenizer(text) for text in said]))}

    def learn(self, left: float) -> dict[str, float]:
        """One optimiser step; ``left`` is the share of the stage's time that is left, by which the step length falls."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * min(1.0, (self.step + 1) / _WARMUP) * max(0.02, min(1.0, left / 0.6))
        self.network.train()
        log: dict[str, float] = {}
        for part in range(self.accumulate):
            batch = self.sample(part)
            with precision(self.device, self.bf16):
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
        if self.start is not None:
            found["policy to begin with"] = self.start.digest
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
            parameter.data = parameter.data.float()
        return VLAPolicy(network, self.tokenizer, self.stats, name=f"vla-{self.network.config.size}")
