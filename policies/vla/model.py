"""The network: ``encode`` looks and reads a few times a second, ``decode`` moves many times; nothing but static shapes.

``Mover`` is what all sizes share: it moves. ``VLA`` also looks and reads with its own eyes, trained from scratch;
``policies.vla.full`` does so with pretrained ones.

    pictures (B, C, 3, S, S) + instruction (B, L) + joints then (B, D)  --encode-->  latent (B, N, W)
    latent + joints now (B, D) + prefix (B, P, D)                       --decode-->  chunk (B, K, D)

Own eyes: the instruction becomes a few questions, each of which finds its place in every picture (``layers.Look``). Where the
joints were when the pictures were taken is part of the latent, for by the time that it is used they are elsewhere. Actions are told
as how far they are from the joints. What is exact, joints, hand and places, also goes to every action by a way of its own, the
reflex: attention alone learns late to compare them.

The prefix is what will have been sent before the chunk can be there. During training it is the first few true actions, whose
loss is masked; so the policy learns to continue what is being executed, exactly and without gradients at run time.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from policies.vla.config import VLAConfig
from policies.vla.heads import make_head
from policies.vla.layers import Attention, Block, Look, Stem, joint_token
from policies.vla.lora import add_lora, merge_lora
from policies.vla.nf4 import quantise_linears
from policies.vla.proprioception import Proprioception

__all__ = ["PLACES", "VLA", "Mover"]

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
        known = dims + self.body.features + 2 * config.spots + 2 * width
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
            state: (B, D) normalised joints.
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
            far = state.new_zeros(len(state), self.config.chunk, state.shape[1]) if noise is None else noise
            for step in range(self.config.flow_steps):
                time = torch.full_like(far[..., :1], step / self.config.flow_steps)
                far = far + self.answer(memory, state, prefix, given, torch.cat((far, time), -1)) / self.config.flow_steps
        actions = self.absolute(far, state)
        count = prefix.shape[1]
        kept = given.unsqueeze(-1)
        return torch.cat((kept * prefix + (1 - kept) * actions[:, :count], actions[:, count:]), 1)

    def relative(self, actions: Tensor, state: Tensor) -> Tensor:
        """The first k normalised actions of a chunk (B, k, D) as how far they are from the joints (B, D), in the head's unit."""
        return (actions - state.unsqueeze(1)) / self.reach[: actions.shape[1]]

    def absolute(self, far: Tensor, state: Tensor) -> Tensor:
        """The inverse of ``relative``, for a whole chunk (B, K, D)."""
        return state.unsqueeze(1) + far * self.reach

    def raw(self, latent: Tensor, state: Tensor, prefix: Tensor, given: Tensor, noisy: Tensor | None = None) -> Tensor:
        """The head's own output: distances, a velocity, or logits. ``noisy`` (B, K, D + 1): flow's distances and time."""
        return self.answer(self.remember(latent), state, prefix, given, noisy)

    def answer(self, latent: Tensor, state: Tensor, prefix: Tensor, given: Tensor, noisy: Tensor | None = None) -> Tensor:
        """``raw`` from what ``remember`` made of the latent."""
        shown = self._shown(state)
        token: Tensor = self.state(state)
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
        """What the reflex goes by (B, n): joints, places, the latent in two sums, and where the hand is."""
        seen, told = latent[:, : self.config.patches].mean(1), latent[:, self.config.patches :].mean(1)
        own = torch.cat((state, self.body(state)), 1)
        own = own if shown is None else own * shown
        dims = state.shape[1]
        return torch.cat((own[:, :dims], self.where(latent).flatten(1) * PLACES, seen, told, own[:, dims:]), 1)

    def _shown(self, state: Tensor) -> Tensor | None:
        """(B, 1) where the state may be seen: in training it is hidden at times, so that no policy can live by copying it."""
        if not self.training or not self.config.state_dropout:
            return None
        return torch.rand(len(state), 1, device=state.device) >= self.config.state_dropout


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
