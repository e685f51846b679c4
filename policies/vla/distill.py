"""Distillation: a small student learns what a trained teacher says about every scene, besides what the demonstrations say.

    surefoot policy distill teacher demos --out student --size nano --minutes 60
    python -m policies.vla.distill --teacher teacher --data demos --out student         where there is no surefoot command

A fifth of the time goes into alignment, the rest into 0.7 KL over binned actions at T = 4, 0.3 of what the student would have
learnt alone (action, torque, smoothness, where, look), and 0.1 feature alignment. The teacher needs a head of bins.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from policies.policy import PolicyError
from policies.vla.config import SIZES, Size, VLAConfig
from policies.vla.folders import policy_in
from policies.vla.joined import Joined
from policies.vla.losses import Distillation, look_loss, weighted, where_loss
from policies.vla.policy import VLAPolicy
from policies.vla.processors import Stats, digest_of
from policies.vla.start import unlike
from policies.vla.tokenizer import SubwordTokenizer, Tokenizer
from policies.vla.train import add_options, finish
from policies.vla.training import Training

__all__ = ["WITHOUT", "Distilling", "TeacherInvalid", "main", "prepare"]

WITHOUT = ("align", "alignment", "look", "physics", "smoothness", "soft", "hard", "feature")
"""Stages and terms that can be left out."""
_TERMS = ("soft", "hard", "feature")


class TeacherInvalid(PolicyError):
    """A policy that cannot teach; the message says why."""


class Distilling(Training):
    """A student's training. Normalisation and words are the teacher's: the bins of both mean the same.

    Args:
        teacher: A policy with a binned head, for the data's robot, cameras and pictures.
        data: What is learnt from.
        folder: For checkpoint, log and the student.
        config: The student's shape; its pictures may be smaller than the teacher's.
        digest: Of the teacher's weights; a checkpoint goes on with the same teacher only.
        temperature: By which both distributions are softened.
        weights: Of KL divergence, hard loss and features.
        options: As of ``Training``.
    """

    stages = (("align", 0.2), ("distill", 0.8))

    def __init__(
        self, teacher: VLAPolicy, data: Joined, folder: Path, config: VLAConfig, *, digest: str = "", temperature: float = 4.0,
        weights: tuple[float, float, float] = (0.7, 0.3, 0.1), **options: Any,
    ) -> None:  # fmt: skip
        self.teacher, self.digest = teacher, digest
        torch.manual_seed(options.get("seed", 0))
        soft, hard, feature = (0.0 if name in options.get("without", ()) else w for name, w in zip(_TERMS, weights, strict=True))
        self.distillation = Distillation(config.width, teacher.config.width, temperature=temperature, weights=(soft, hard, feature))
        device = options.get("device", "cpu")
        self.distillation.to(device)
        teacher.network.to(device).requires_grad_(False)
        super().__init__(data, folder, config, **options)
        self.network.reach.copy_(teacher.network.reach)

    def sample(self, part: int = 0) -> dict[str, Tensor]:
        """One batch; the student sees it as small as its own pictures are."""
        batch = super().sample(part)
        side, seen = self.network.config.pixels, batch["pictures"]
        if seen.shape[-1] == side:
            return {**batch, "teacher_pictures": seen}
        small = F.interpolate(seen.flatten(0, 1), (side, side), mode="bilinear", antialias=True, align_corners=False)
        return {**batch, "teacher_pictures": seen, "pictures": small.unflatten(0, seen.shape[:2])}

    def total(self, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
        """The present stage's loss and its terms."""
        if self.name != "distill":
            return super().total(batch)
        prefix, given, counts = self.prefix(batch)
        latent, looked = self.network.study(batch["pictures"], batch["texts"], batch["then"])
        out = self.network.raw(latent, batch["state"], prefix, given)
        with torch.no_grad():
            wiser = self.teacher.network
            seen = wiser.encode(batch["teacher_pictures"], batch["teacher_text"], batch["then"])
            wanted = wiser.raw(seen, batch["state"], prefix, given)
        alone = {
            "where": where_loss(self.network.where(latent), batch["spots"]),
            "action": self.network.head.loss(out, self.network.relative(batch["actions"], batch["state"]), counts),
            **self.motion(self.network.absolute(self.network.head.actions(out), batch["state"]), batch),
        }
        if looked is not None and "views" in batch and "look" not in self.without:  # no eyes learn by actions alone
            alone["look"] = look_loss(looked, batch["views"].flatten(0, 1))
        hard, terms = weighted(alone, self.weights)
        features = (self.network.pooled(latent), wiser.pooled(seen))
        loss, own = self.distillation(out, wanted, hard, features, counts)
        return loss, {**own, **terms}

    def _texts(self, said: list[str]) -> dict[str, Tensor]:
        found = super()._texts(said)
        if not isinstance(self.teacher.tokenizer, SubwordTokenizer):
            return {**found, "teacher_text": found["text"]}
        told = torch.from_numpy(np.stack([self.teacher.tokenizer(text) for text in said]))
        return {**found, "teacher_text": told}

    def _stats(self) -> Stats:
        return self.teacher.stats

    def _tokenizer(self, config: VLAConfig) -> Tokenizer | SubwordTokenizer:
        own = self.teacher.tokenizer
        return super()._tokenizer(config) if isinstance(own, SubwordTokenizer) else Tokenizer(own.words, config.text)

    def _beside(self) -> dict[str, nn.Module]:
        return {**super()._beside(), "distillation": self.distillation}

    def _relies_on(self) -> dict[str, str]:
        return {**super()._relies_on(), "teacher": self.digest}


def prepare(
    teacher: str | Path,
    data: Sequence[str | Path],
    out: str | Path,
    *,
    size: Size = "nano",
    pixels: int | None = None,
    stride: int = 1,
    threads: int = 2,
    device: str | None = None,
    **options: Any,
) -> Distilling:
    """A distillation, new or where its checkpoint left it.

    Args:
        teacher: Folder of a training or a checkpoint whose head is binned.
        data: Recorded datasets of the robot that it was trained on.
        out: Folder for checkpoint, log and the student.
        size: The student's.
        pixels: Side of the student's pictures; the data's if None.
        stride: Look at every so manieth frame only.
        threads: Of the CPU.
        device: ``cpu`` or ``cuda``; a GPU where there is one if None.
        options: As of ``Distilling``.

    Raises:
        TeacherInvalid: The policy cannot teach from this data.
        PolicyError: Folder, data or checkpoint cannot be used.
    """
    torch.set_num_threads(threads)
    where = policy_in(Path(teacher))
    knows = VLAPolicy.from_pretrained(where)
    found = Joined(data, stride=stride)
    about = knows.config
    if about.head != "binned":
        raise TeacherInvalid(
            f"the policy {str(where)!r} has the head {about.head}; a teacher speaks in bins: train it with --head binned"
        )
    if differs := unlike(about, found):
        raise TeacherInvalid(f"the teacher {str(where)!r} has {differs}; they must be the same")
    if pixels is not None and pixels > about.pixels:
        raise TeacherInvalid(f"the student's pictures of {pixels} pixels would be larger than the data's of {about.pixels}")
    config = VLAConfig.of(
        size, joints=about.joints, cameras=about.cameras, head="binned", pixels=pixels or about.pixels, period_s=about.period_s,
        chunk=about.chunk, prefix=about.prefix, bins=about.bins, spots=about.spots, velocity=about.velocity,
        **({} if about.language else {"words": about.words, "text": about.text}),
    )  # fmt: skip
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    return Distilling(
        knows, found, folder, config, digest=digest_of(where / "model.safetensors"),
        device=device or ("cuda" if torch.cuda.is_available() else "cpu"), **options,
    )  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    """Distil until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True, help="a training or a checkpoint with a binned head")
    parser.add_argument("--size", choices=sorted(SIZES), default="nano", help="the student's")
    parser.add_argument("--pixels", type=int, help="side of the student's pictures; the data's without")
    parser.add_argument(
        "--without", action="append", default=[], choices=WITHOUT, help="leave out a stage or a loss term, for ablations"
    )
    add_options(parser)
    options = parser.parse_args(arguments)
    training = prepare(
        options.teacher, options.data, options.out, size=options.size, pixels=options.pixels, batch=options.batch,
        accumulate=options.accumulate, rate=options.rate, stride=options.stride, seed=options.seed, threads=options.threads,
        device=options.device, bf16=options.bf16, without=tuple(options.without),
    )  # fmt: skip
    finish(training, options)


if __name__ == "__main__":
    main()
