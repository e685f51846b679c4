"""The network: ``encode`` looks and reads a few times a second, ``decode`` moves many times; nothing but static shapes.

``Mover`` is what all sizes share: it moves. ``VLA`` also looks and reads with its own eyes, trained from scratch;
``policies.vla.full`` does so with pretrained ones.

    pictures (B, C, 3, S, S) + instruction (B, L) + joints then (B, D)  --encode-->  latent (B, N, W)
    latent + joints now (B, D) + prefix (B, P, D)                       --decode-->  chunk (B, K, D)

Own eyes: the instruction becomes a few questions, each of which finds its place in every picture (``layers.Look``). Where the
joints were when the pictures were taken is part of the latent, for by the time that it is used they are elsewhere.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from policies.vla.config import VLAConfig
from policies.vla.layers import Attention, Block, Look, Stem, joint_token
from policies.vla.lora import add_lora, merge_lora
from policies.vla.mover import Mover
from policies.vla.nf4 import quantise_linears

__all__ = ["VLA"]


class VLA(Mover):
    """Vision, language and joints to a chunk of normalised actions, all of it trained from scratch."""

    slow: tuple[str, ...] = (
        "words", "text_places", "reader", "questions", "asking", "stems", "looking", "then", "places", "encoder", "encoder_norm",
    )  # fmt: skip

    def __init__(self, config: VLAConfig) -> None:
        super().__init__(config)
        width = config.width
        self.words = nn.Embedding(config.words, width)
        self.text_places = nn.Parameter(torch.zeros(config.text, width))
        self.reader = Block(width, config.heads)
        self.questions = nn.Parameter(torch.zeros(config.looks, width))
        self.asking = Attention(width, config.heads)
        self.stems = nn.ModuleList(Stem(config.channels) for _ in config.cameras)
        self.looking = nn.ModuleList(Look(width, config.channels, config.pixels // 4) for _ in config.cameras)
        self.then = joint_token(len(config.joints), width)
        self.places = nn.Parameter(torch.zeros(config.latent[0], width))
        self.encoder = nn.ModuleList(Block(width, config.heads) for _ in range(config.encoder_layers))
        self.encoder_norm = nn.LayerNorm(width)
        self._moving_parts()
        found = len(config.cameras) * width
        self.spots = nn.Sequential(nn.Linear(found, width), nn.GELU(approximate="tanh"), nn.Linear(width, 2))
        for part in (self.text_places, self.places, self.queries, self.no_state):
            nn.init.normal_(part, std=0.02)
        nn.init.normal_(self.questions)
        nn.init.normal_(self.words.weight, std=0.5)

    def encode(self, pictures: Tensor, text: Tensor, state: Tensor) -> Tensor:
        """Look and read.

        Args:
            pictures: (B, C, 3, S, S) float in [-1, 1], cameras in the configuration's order.
            text: (B, L) ids.
            state: (B, D) normalised joints when the pictures were taken.

        Returns:
            Latent (B, N, W): for each camera what was found for each question, the questions, the joints.
        """
        latent, _ = self._answered(self._seen(pictures), text, state)
        return latent

    def study(self, pictures: Tensor, texts: Tensor, state: Tensor) -> tuple[Tensor, Tensor | None]:
        """As ``Mover.study``; a picture is looked at once."""
        many = texts.shape[1]
        seen = [one.repeat_interleave(many, 0) for one in self._seen(pictures)]
        return self._answered(seen, texts.flatten(0, 1), state.repeat_interleave(many, 0))

    def _seen(self, pictures: Tensor) -> list[Tensor]:
        """A map of features (B, channels, S/4, S/4) for each camera: the same for every instruction."""
        return [stem(pictures[:, camera]) for camera, stem in enumerate(self.stems)]

    def _answered(self, seen: list[Tensor], text: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        read = self.reader(self.words(text) + self.text_places)
        asked = self.questions + self.asking(self.questions.expand(len(text), -1, -1), read)
        found, logits = zip(*(look(one, asked) for look, one in zip(self.looking, seen, strict=True)), strict=True)
        x = torch.cat((*found, asked, self.then(state).unsqueeze(1)), 1) + self.places
        for block in self.encoder:
            x = block(x)
        return self.encoder_norm(x), torch.stack(logits, 1)[:, :, : self.config.spots]

    def where(self, latent: Tensor) -> Tensor:
        """As ``Mover.where``; the first questions are those about the spots."""
        cameras, looks = len(self.config.cameras), self.config.looks
        found = latent[:, : cameras * looks].unflatten(1, (cameras, looks))[:, :, : self.config.spots]
        spots: Tensor = self.spots(found.transpose(1, 2).flatten(2))
        return spots

    def read(self, text: Tensor) -> Tensor:
        """Words alone, (B, L) ids -> (B, W): what alignment compares with what is seen."""
        read: Tensor = self.reader(self.words(text) + self.text_places).mean(1)
        return read

    def pooled(self, latent: Tensor) -> Tensor:
        """(B, N, W) -> (B, W): the mean over what was found in the pictures."""
        return latent[:, : self.config.patches].mean(1)

    def begin(self, stage: str, *, qlora: bool = False) -> list[nn.Parameter]:
        """Get ready for a stage of training, ``align``, ``instruct`` or any later one, in this order.

        Args:
            stage: Its name.
            qlora: Keep the encoder in four bits from ``instruct`` on; later stages then train its LoRA and all around it.

        Returns:
            The parameters that it trains; all others are frozen.
        """
        if stage == "move":
            return super().begin(stage)
        if stage == "instruct":
            for parameter in self.parameters():  # what is not stepped must not gather gradients for the next stage
                parameter.requires_grad_(False)
            if qlora:
                quantise_linears(self.encoder)
            add_lora(self.encoder, r=16, alpha=32)
            trained = [p for p in self.encoder.parameters() if p.requires_grad]
            for part in (self.reader, self.spots):
                trained += [p.requires_grad_() for p in part.parameters()]
            return trained
        if qlora and stage != "align":
            around = [p for name, p in self.named_parameters() if not name.startswith("encoder.")]
            return [p.requires_grad_() for p in around] + [p for p in self.encoder.parameters() if p.requires_grad]
        merge_lora(self)
        return [p.requires_grad_() for p in self.parameters()]
