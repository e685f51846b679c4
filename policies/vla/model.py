"""The network: ``encode`` looks and reads a few times a second, ``decode`` moves many times; nothing but static shapes.

``Mover`` is what all sizes share: it moves. ``VLA`` also looks and reads with its own eyes, trained from scratch;
``policies.vla.full`` does so with pretrained ones.

    pictures (B, C, 3, S, S) + instruction (B, L)  --encode-->  latent (B, N, W)
    latent + joints (B, D) + prefix (B, P, D)      --decode-->  chunk (B, K, D)

The prefix is what will have been sent before the chunk can be there. During training it is the first few true actions, whose
loss is masked; so the policy learns to continue what is being executed, exactly and without gradients at run time.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from policies.vla.config import VLAConfig
from policies.vla.heads import make_head
from policies.vla.layers import Block, ConvStem
from policies.vla.lora import add_lora, merge_lora
from policies.vla.nf4 import quantise_linears

__all__ = ["VLA", "Mover"]


class Mover(nn.Module):
    """From a latent and the joints to a chunk of normalised actions, whatever made the latent.

    A subclass looks and reads (``encode``, ``read``, ``pooled``), says what of it each stage trains (``begin``), and calls
    ``_moving_parts`` when its own parts are there.
    """

    slow: tuple[str, ...]
    """Names of the parts that ``encode`` uses."""
    lent: tuple[str, ...] = ()
    """Names of the parts that are frozen and come from elsewhere: a training's checkpoint leaves them out."""

    def __init__(self, config: VLAConfig) -> None:
        super().__init__()
        self.config = config

    def _moving_parts(self) -> None:
        """The spots and all that ``decode`` uses."""
        config = self.config
        width, dims = config.width, len(config.joints)
        self.spots = nn.Linear(width, 2 * config.spots)
        self.queries = nn.Parameter(torch.zeros(config.chunk, width))
        self.state = nn.Sequential(nn.Linear(dims, width), nn.GELU(approximate="tanh"), nn.Linear(width, width))
        self.no_state = nn.Parameter(torch.zeros(width))
        self.given = nn.Linear(dims + 1, width)
        self.head = make_head(config)
        self.noise = nn.Linear(dims + 1, width) if self.head.noisy else None
        self.decoder = nn.ModuleList(Block(width, config.heads, cross=True) for _ in range(config.decoder_layers))

    def where(self, latent: Tensor) -> Tensor:
        """The auxiliary answer: positions (B, spots, 2), metres, read from the pooled latent."""
        spots: Tensor = self.spots(self.pooled(latent))
        return spots.unflatten(-1, (self.config.spots, 2))

    def decode(self, latent: Tensor, state: Tensor, prefix: Tensor, given: Tensor, noise: Tensor | None = None) -> Tensor:
        """Move.

        Args:
            latent: (B, N, W) of ``encode``.
            state: (B, D) normalised joints.
            prefix: (B, P, D) normalised actions that are already committed; what is not given is ignored.
            given: (B, P) 1.0 where a prefix action is given.
            noise: (B, K, D) where a flow starts; zeros if None.

        Returns:
            Actions (B, K, D), normalised; the first ones are the given prefix itself.
        """
        memory = torch.cat((latent, self.state(state).unsqueeze(1)), 1)
        if self.noise is None:
            actions = self.head.actions(self.head(self._move(memory, prefix, given, None)))
        else:
            actions = state.new_zeros(len(state), self.config.chunk, state.shape[1]) if noise is None else noise
            for step in range(self.config.flow_steps):
                time = torch.full_like(actions[..., :1], step / self.config.flow_steps)
                velocity = self.head(self._move(memory, prefix, given, torch.cat((actions, time), -1)))
                actions = actions + velocity / self.config.flow_steps
        count = prefix.shape[1]
        kept = given.unsqueeze(-1)
        return torch.cat((kept * prefix + (1 - kept) * actions[:, :count], actions[:, count:]), 1)

    def raw(self, latent: Tensor, state: Tensor, prefix: Tensor, given: Tensor, noisy: Tensor | None = None) -> Tensor:
        """The head's own output for training: actions, a velocity, or logits. ``noisy`` (B, K, D + 1): flow's actions and time."""
        memory = torch.cat((latent, self._seen_state(state).unsqueeze(1)), 1)
        out: Tensor = self.head(self._move(memory, prefix, given, noisy))
        return out

    def forward(self, pictures: Tensor, text: Tensor, state: Tensor, prefix: Tensor, given: Tensor) -> Tensor:
        """Encode and decode at once: (B, K, D)."""
        return self.decode(self.encode(pictures, text), state, prefix, given)

    def _move(self, memory: Tensor, prefix: Tensor, given: Tensor, noisy: Tensor | None) -> Tensor:
        """The decoder's tokens (B, K, W)."""
        kept = given.unsqueeze(-1)
        told = self.given(torch.cat((prefix * kept, kept), -1))
        x = self.queries.expand(len(memory), -1, -1)
        x = torch.cat((x[:, : prefix.shape[1]] + told, x[:, prefix.shape[1] :]), 1)
        if self.noise is not None and noisy is not None:
            x = x + self.noise(noisy)
        for block in self.decoder:
            x = block(x, memory)
        return x

    def _seen_state(self, state: Tensor) -> Tensor:
        """The state's token; in training hidden at times, so that the policy cannot live by copying it."""
        token: Tensor = self.state(state)
        if not self.training or not self.config.state_dropout:
            return token
        hidden = torch.rand(len(state), 1, device=state.device) < self.config.state_dropout
        return torch.where(hidden, self.no_state, token)


class VLA(Mover):
    """Vision, language and joints to a chunk of normalised actions, all of it trained from scratch."""

    slow = ("words", "text_places", "reader", "stem", "picture_places", "encoder", "encoder_norm")

    def __init__(self, config: VLAConfig) -> None:
        super().__init__(config)
        width = config.width
        self.words = nn.Embedding(config.words, width)
        self.text_places = nn.Parameter(torch.zeros(config.text, width))
        self.reader = Block(width, config.heads)
        self.stem = ConvStem(width)
        self.picture_places = nn.Parameter(torch.zeros(config.patches, width))
        self.encoder = nn.ModuleList(Block(width, config.heads) for _ in range(config.encoder_layers))
        self.encoder_norm = nn.LayerNorm(width)
        self._moving_parts()
        for part in (self.text_places, self.picture_places, self.queries, self.no_state):
            nn.init.normal_(part, std=0.02)
        nn.init.normal_(self.words.weight, std=0.02)

    def encode(self, pictures: Tensor, text: Tensor) -> Tensor:
        """Look and read.

        Args:
            pictures: (B, C, 3, S, S) float in [-1, 1], cameras in the configuration's order.
            text: (B, L) ids.

        Returns:
            Latent (B, N, W): a token for every patch of every picture, then the words.
        """
        read = self.reader(self.words(text) + self.text_places)
        said = read.mean(1)
        looked = [self.stem(pictures[:, camera], said) for camera in range(len(self.config.cameras))]
        x = torch.cat((torch.cat(looked, 1) + self.picture_places, read), 1)
        for block in self.encoder:
            x = block(x)
        latent: Tensor = self.encoder_norm(x)
        return latent

    def read(self, text: Tensor) -> Tensor:
        """Words alone, (B, L) ids -> (B, W): what alignment compares with what is seen."""
        read: Tensor = self.reader(self.words(text) + self.text_places).mean(1)
        return read

    def pooled(self, latent: Tensor) -> Tensor:
        """(B, N, W) -> (B, W): the mean over the picture tokens, which have looked at the words."""
        return latent[:, : self.config.patches].mean(1)

    def begin(self, stage: str, *, qlora: bool = False) -> list[nn.Parameter]:
        """Get ready for a stage of training, ``align``, ``instruct`` or any later one, in this order.

        Args:
            stage: Its name.
            qlora: Keep the encoder in four bits from ``instruct`` on; later stages then train its LoRA and all around it.

        Returns:
            The parameters that it trains; all others are frozen.
        """
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
