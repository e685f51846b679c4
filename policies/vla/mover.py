"""Mover: what all sizes share; from a latent and the joints to a chunk of actions.

    latent (B, N, W) + joints now (B, D) + prefix (B, P, D)  --decode-->  chunk (B, K, D)

With ``VLAConfig.velocity`` the joints now are (B, 2 D): behind them how fast they have been sent.

Actions are told as how far they are from the joints. What is exact, joints, hand and places, also goes to every action by a way of
its own, the reflex: attention alone learns late to compare them.

The prefix is what will have been sent before the chunk can be there. During training it is the first few true actions, whose
loss is masked; so the policy learns to continue what is being executed, exactly and without gradients at run time.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from policies.vla.config import VLAConfig
from policies.vla.heads import make_head
from policies.vla.layers import Block, joint_token
from policies.vla.proprioception import Proprioception

__all__ = ["PLACES", "Mover"]

PLACES = 4.0
"""What brings places in metres to about the size of normalised joints."""


class Mover(nn.Module):
    """From a latent and the joints to a chunk of normalised actions, whatever made the latent.

    A subclass looks and reads (``encode``, ``read``, ``pooled``), says what of it each stage trains (``begin``), and calls
    ``_moving_parts`` when its own parts are there.
    """

    slow: tuple[str, ...]
    """Names of the parts that ``encode`` uses."""
    kept: tuple[str, ...] = ()
    """Names of the parts that ``remember`` uses and nothing that follows it."""
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
        self.state = joint_token(dims, width)
        self.no_state = nn.Parameter(torch.zeros(width))
        self.given = nn.Linear(dims + 1, width)
        self.head = make_head(config)
        self.noise = nn.Linear(dims + 1, width) if self.head.noisy else None
        self.decoder = nn.ModuleList(Block(width, config.heads, cross=True) for _ in range(config.decoder_layers))
        self.body = Proprioception(dims)
        known = config.told + self.body.features + 2 * config.spots + 2 * width
        self.reflex = nn.Sequential(
            nn.Linear(known, 3 * width), nn.GELU(approximate="tanh"),
            nn.Linear(3 * width, 3 * width), nn.GELU(approximate="tanh"),
            nn.Linear(3 * width, config.chunk * width),
        )  # fmt: skip
        self.register_buffer("reach", torch.ones(config.chunk, dims))
        self.reach: Tensor
        """(K, D) how far the actions of a chunk are from the joints in the data, normalised: the head's unit."""

    def begin(self, stage: str, *, qlora: bool = False) -> list[nn.Parameter]:
        """Get ready for a stage of training: ``move`` trains what ``decode`` uses and leaves what sees and names places as it is.

        Args:
            stage: Its name; a subclass knows the others.
            qlora: Keep what LoRA is added to in four bits.

        Returns:
            The parameters that it trains; all others are frozen.
        """
        fixed = (*self.slow, "spots")
        for name, parameter in self.named_parameters():
            parameter.requires_grad_(name.split(".")[0] not in fixed)
        return [parameter for parameter in self.parameters() if parameter.requires_grad]

    def study(self, pictures: Tensor, texts: Tensor, state: Tensor) -> tuple[Tensor, Tensor | None]:
        """``encode`` several instructions (B, M, L) for each picture, for training.

        Returns:
            Latents (B M, N, W), those of one picture one behind the other; and where eyes that say so have looked for the spots:
            logits (B M, C, spots, cells + 1), as of ``Look``.
        """
        many = texts.shape[1]
        seen, then = pictures.repeat_interleave(many, 0), state.repeat_interleave(many, 0)
        return self.encode(seen, texts.flatten(0, 1), then), None

    def where(self, latent: Tensor) -> Tensor:
        """The auxiliary answer: positions (B, spots, 2), metres, read from the pooled latent."""
        spots: Tensor = self.spots(self.pooled(latent))
        return spots.unflatten(-1, (self.config.spots, 2))

    def decode(self, latent: Tensor, state: Tensor, prefix: Tensor, given: Tensor, noise: Tensor | None = None) -> Tensor:
        """Move.

        Args:
            latent: (B, N, W) of ``encode``.
            state: (B, D or 2 D) normalised joints, and how fast they have been sent where the configuration says so.
            prefix: (B, P, D) normalised actions that are already committed; what is not given is ignored.
            given: (B, P) 1.0 where a prefix action is given.
            noise: (B, K, D) where a flow starts; zeros if None.

        Returns:
            Actions (B, K, D), normalised; the first ones are the given prefix itself.
        """
        return self.act(self.remember(latent), state, prefix, given, noise)

    @property
    def memory(self) -> tuple[int, ...]:
        """Shape of what ``remember`` makes, but for the batch."""
        return self.config.latent

    def remember(self, latent: Tensor) -> Tensor:
        """What moving needs of a latent (B, N, W), worked out once for all that is decoded from it; here the latent itself."""
        return latent

    def act(self, memory: Tensor, state: Tensor, prefix: Tensor, given: Tensor, noise: Tensor | None = None) -> Tensor:
        """``decode`` from what ``remember`` made of the latent."""
        if self.noise is None:
            far = self.head.actions(self.answer(memory, state, prefix, given))
        else:
            far = torch.zeros_like(self.reach).expand(len(state), -1, -1) if noise is None else noise
            for step in range(self.config.flow_steps):
                time = torch.full_like(far[..., :1], step / self.config.flow_steps)
                far = far + self.answer(memory, state, prefix, given, torch.cat((far, time), -1)) / self.config.flow_steps
        actions = self.absolute(far, state)
        count = prefix.shape[1]
        kept = given.unsqueeze(-1)
        return torch.cat((kept * prefix + (1 - kept) * actions[:, :count], actions[:, count:]), 1)

    def relative(self, actions: Tensor, state: Tensor) -> Tensor:
        """The first k normalised actions of a chunk (B, k, D) as how far they are from a state's joints, in the head's unit."""
        return (actions - self.joints(state).unsqueeze(1)) / self.reach[: actions.shape[1]]

    def absolute(self, far: Tensor, state: Tensor) -> Tensor:
        """The inverse of ``relative``, for a whole chunk (B, K, D)."""
        return self.joints(state).unsqueeze(1) + far * self.reach

    def joints(self, state: Tensor) -> Tensor:
        """The joints (B, D) of what ``decode`` is told (B, D or 2 D)."""
        return state[:, : len(self.config.joints)] if self.config.velocity else state

    def own(self, state: Tensor) -> Tensor:
        """What an arm knows of itself (B, n): joints, where the hand is, and how fast joints are sent if that is told."""
        joints = self.joints(state)
        known = (joints, self.body(joints))
        return torch.cat((*known, state[:, joints.shape[1] :]) if self.config.velocity else known, 1)

    def raw(self, latent: Tensor, state: Tensor, prefix: Tensor, given: Tensor, noisy: Tensor | None = None) -> Tensor:
        """The head's own output: distances, a velocity, or logits. ``noisy`` (B, K, D + 1): flow's distances and time."""
        return self.answer(self.remember(latent), state, prefix, given, noisy)

    def answer(self, latent: Tensor, state: Tensor, prefix: Tensor, given: Tensor, noisy: Tensor | None = None) -> Tensor:
        """``raw`` from what ``remember`` made of the latent."""
        shown = self._shown(state)
        token: Tensor = self.state(self.joints(state))
        if shown is not None:
            token = torch.where(shown, token, self.no_state)
        memory = torch.cat((latent, token.unsqueeze(1)), 1)
        kept = given.unsqueeze(-1)
        told = self.given(torch.cat((self.relative(prefix, state) * kept, kept), -1))
        x = self.queries + self.reflex(self._known(latent, state, shown)).unflatten(1, (self.config.chunk, -1))
        x = torch.cat((x[:, : prefix.shape[1]] + told, x[:, prefix.shape[1] :]), 1)
        if self.noise is not None and noisy is not None:
            x = x + self.noise(noisy)
        for block in self.decoder:
            x = block(x, memory)
        out: Tensor = self.head(x)
        return out

    def forward(self, pictures: Tensor, text: Tensor, state: Tensor, prefix: Tensor, given: Tensor) -> Tensor:
        """Encode and decode at once: (B, K, D)."""
        return self.decode(self.encode(pictures, text, state), state, prefix, given)

    def _known(self, latent: Tensor, state: Tensor, shown: Tensor | None) -> Tensor:
        """What the reflex goes by (B, n): what an arm knows of itself, places, and the latent in two sums."""
        seen, told = latent[:, : self.config.patches].mean(1), latent[:, self.config.patches :].mean(1)
        own, dims = self.own(state), len(self.config.joints)
        own = own if shown is None else own * shown
        return torch.cat((own[:, :dims], self.where(latent).flatten(1) * PLACES, seen, told, own[:, dims:]), 1)

    def _shown(self, state: Tensor) -> Tensor | None:
        """(B, 1) where the state may be seen: in training it is hidden at times, so that no policy can live by copying it."""
        if not self.training or not self.config.state_dropout:
            return None
        return torch.rand(len(state), 1, device=state.device) >= self.config.state_dropout
