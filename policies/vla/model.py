"""The network: ``encode`` looks and reads a few times a second, ``decode`` moves many times; nothing but static shapes.

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

__all__ = ["VLA"]


class VLA(nn.Module):
    """Vision, language and joints to a chunk of normalised actions."""

    def __init__(self, config: VLAConfig) -> None:
        super().__init__()
        self.config = config
        width, dims = config.width, len(config.joints)
        self.words = nn.Embedding(config.words, width)
        self.text_places = nn.Parameter(torch.zeros(config.text, width))
        self.reader = Block(width, config.heads)
        self.stem = ConvStem(width)
        self.picture_places = nn.Parameter(torch.zeros(config.patches, width))
        self.encoder = nn.ModuleList(Block(width, config.heads) for _ in range(config.encoder_layers))
        self.encoder_norm = nn.LayerNorm(width)
        self.spots = nn.Linear(width, 2 * config.spots)

        self.queries = nn.Parameter(torch.zeros(config.chunk, width))
        self.state = nn.Sequential(nn.Linear(dims, width), nn.GELU(approximate="tanh"), nn.Linear(width, width))
        self.no_state = nn.Parameter(torch.zeros(width))
        self.given = nn.Linear(dims + 1, width)
        self.head = make_head(config)
        self.noise = nn.Linear(dims + 1, width) if self.head.noisy else None
        self.decoder = nn.ModuleList(Block(width, config.heads, cross=True) for _ in range(config.decoder_layers))
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

    def where(self, latent: Tensor) -> Tensor:
        """The auxiliary answer: positions (B, spots, 2), metres, read from the latent's mean over the picture tokens."""
        spots: Tensor = self.spots(latent[:, : self.config.patches].mean(1))
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
