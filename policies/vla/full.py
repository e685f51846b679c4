"""The full-size network: a frozen CLIP tower, a projection, a causal language model with LoRA, and the decoder of all sizes.

    pictures --CLIP--> patches --projection--> as words;  + the instruction --language model--> latent --decoder--> chunk

The pictures come first and the words after, so that under the causal mask each word has looked at all of them. Every shape is
static, padding is a token like any other.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from policies.vla.causal import CausalModel
from policies.vla.clip import ClipVision
from policies.vla.config import VLAConfig
from policies.vla.layers import joint_token
from policies.vla.lora import add_lora
from policies.vla.model import VLA
from policies.vla.mover import Mover
from policies.vla.nf4 import quantise_linears
from policies.vla.quick import QuickVLA

__all__ = ["FullVLA", "make_network"]


class FullVLA(Mover):
    """Pretrained eyes and mind, and a decoder that is trained here."""

    slow = ("vision", "projection", "language", "reading", "encoder_norm", "then")
    lent = ("vision", "language")

    def __init__(self, config: VLAConfig) -> None:
        super().__init__(config)
        if config.vision is None or config.language is None:
            raise ValueError(f"size {config.size} has no pretrained towers: make_network makes it")
        inner = config.language.width
        self.vision = ClipVision(config.vision)
        self.projection = nn.Sequential(nn.Linear(config.vision.width, inner), nn.GELU(approximate="tanh"), nn.Linear(inner, inner))
        self.language = CausalModel(config.language, config.patches + config.text)
        self.reading = nn.Linear(inner, config.width)
        self.encoder_norm = nn.LayerNorm(config.width)
        self.then = joint_token(len(config.joints), config.width)
        self._moving_parts()
        for part in (self.queries, self.no_state):
            nn.init.normal_(part, std=0.02)

    def encode(self, pictures: Tensor, text: Tensor, state: Tensor) -> Tensor:
        """Look and read.

        Args:
            pictures: (B, C, 3, S, S) float in [-1, 1], cameras in the configuration's order.
            text: (B, L) ids of the language model.
            state: (B, D) normalised joints when the pictures were taken.

        Returns:
            Latent (B, N, W): a token for every patch of every picture, then the words, then the joints.
        """
        looked = [self.projection(self.vision(pictures[:, camera])) for camera in range(len(self.config.cameras))]
        thought = self._thought(torch.cat((*looked, self.language.embed_tokens(text)), 1))
        return torch.cat((thought, self.then(state).unsqueeze(1)), 1)

    def read(self, text: Tensor) -> Tensor:
        """Words alone, (B, L) ids -> (B, W): what alignment compares with what is seen."""
        return self._thought(self.language.embed_tokens(text)).mean(1)

    def pooled(self, latent: Tensor) -> Tensor:
        """(B, N, W) -> (B, W): the mean over the word tokens, which have looked at the pictures."""
        return latent[:, self.config.patches : -1].mean(1)

    def begin(self, stage: str, *, qlora: bool = False) -> list[nn.Parameter]:
        """Get ready for a stage of training, ``align``, ``instruct`` or any later one, in this order.

        Args:
            stage: Its name. ``align`` trains what lies between the towers and after them; from ``instruct`` on there is a LoRA on
                the language model's attentions as well. The towers themselves stay as they came.
            qlora: Keep the language model in four bits.

        Returns:
            The parameters that it trains; all others are frozen.
        """
        if stage == "move":
            return super().begin(stage)
        if stage == "align":
            for tower in (self.vision, self.language):
                for parameter in tower.parameters():
                    parameter.requires_grad_(False)
            if qlora:
                quantise_linears(self.language, least=1)
        elif stage == "instruct":
            add_lora(self.language, r=16, alpha=32)
        return [parameter for parameter in self.parameters() if parameter.requires_grad]

    def halve(self) -> None:
        """Keep the towers in bfloat16, which is what autocast on a GPU computes in anyway; what is trained stays float32."""
        for tower in (self.vision, self.language):
            for parameter in tower.parameters():
                parameter.data = parameter.data.bfloat16()

    def _thought(self, tokens: Tensor) -> Tensor:
        latent: Tensor = self.encoder_norm(self.reading(self.language(tokens)))
        return latent


def make_network(config: VLAConfig) -> Mover:
    """The network of a configuration, with random weights."""
    if config.vision is not None:
        return FullVLA(config)
    return QuickVLA(config) if config.design == 2 else VLA(config)
