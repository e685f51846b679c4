"""Quick: the second design of the network, for a single core that has to answer within milliseconds.

At batch 1 a core spends its time on pictures at full width, on fetching weights that a handful of tokens use once, and on
operators that do next to nothing. So, unlike the first design:

eyes        are one for all cameras; look closely where a picture is an eighth as high and wide, and say where in a quarter
reading     is done at half the width
remember    what moving needs of a latent is worked out with it: keys and values of every layer, and what the reflex is told
decoder     the joints are not looked at but told, by the reflex, so that all keys and values are there before the joints are
reflex      hands every action a few numbers, which one layer for all actions turns into a token
rows        tokens of a batch lie one under the other (B T, W), and queries, keys and values are one product

What is learnt, by which stages and losses, and what goes in and comes out are those of the first.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from policies.vla.config import VLAConfig
from policies.vla.heads import make_head
from policies.vla.layers import FeedForward, joint_token
from policies.vla.model import VLA
from policies.vla.mover import PLACES, Mover
from policies.vla.proprioception import QuickProprioception

__all__ = ["Asking", "Eyes", "Find", "Layer", "QuickVLA", "Self", "Step"]


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Queries (..., T, d) to keys and values (..., N, d) -> (..., T, d)."""
    return (q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5).softmax(-1) @ v


def rows(mixed: Tensor) -> Tensor:
    """Heads together again: (..., heads, T, d) -> (... T, heads d)."""
    return mixed.transpose(-3, -2).flatten(-2).flatten(0, -2)


class Self(nn.Module):
    """Attention of rows among themselves. Four plain layers named q, k, v and o, where LoRA goes; without one, q, k, v are one."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width)
        self.k = nn.Linear(width, width)
        self.v = nn.Linear(width, width)
        self.o = nn.Linear(width, width)

    def forward(self, x: Tensor, tokens: int) -> Tensor:
        """(B T, W) of T tokens each -> (B T, W)."""
        parts = (self.q, self.k, self.v)
        if all(isinstance(part, nn.Linear) for part in parts):
            made = F.linear(x, torch.cat([part.weight for part in parts]), torch.cat([part.bias for part in parts]))
        else:
            made = torch.cat([part(x) for part in parts], 1)
        q, k, v = made.view(-1, tokens, 3, self.heads, x.shape[1] // self.heads).permute(2, 0, 3, 1, 4).chunk(3)
        out: Tensor = self.o(rows(attend(q, k, v)))
        return out


class Layer(nn.Module):
    """Pre-normalised self-attention and feed-forward, on rows."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Self(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.feed = FeedForward(width)

    def forward(self, x: Tensor, tokens: int) -> Tensor:
        """(B T, W) of T tokens each -> (B T, W)."""
        x = x + self.attention(self.norm1(x), tokens)
        out: Tensor = x + self.feed(self.norm2(x))
        return out


class Step(Layer):
    """A layer of the decoder, which between the two also looks at keys and values that are there."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__(width, heads)
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.ask = nn.Linear(width, width)
        self.found = nn.Linear(width, width)

    def forward(self, x: Tensor, tokens: int, keys: Tensor, values: Tensor) -> Tensor:  # type: ignore[override]
        """(B T, W), keys and values (B, 1, heads, N, W / heads) -> (B T, W)."""
        x = x + self.attention(self.norm1(x), tokens)
        q = self.ask(self.norm(x)).view(-1, 1, tokens, self.heads, x.shape[1] // self.heads).transpose(2, 3)
        x = x + self.found(rows(attend(q, keys, values)))
        out: Tensor = x + self.feed(self.norm2(x))
        return out


class Asking(nn.Module):
    """Fixed questions look at words of another width."""

    def __init__(self, width: int, heads: int, words: int) -> None:
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width)
        self.kv = nn.Linear(words, 2 * width)
        self.o = nn.Linear(width, width)

    def forward(self, questions: Tensor, read: Tensor, tokens: int) -> Tensor:
        """Questions (Q, W), words (B L, R) of L tokens each -> (B Q, W), without the questions themselves."""
        depth = questions.shape[1] // self.heads
        q = self.q(questions).view(1, 1, -1, self.heads, depth).transpose(2, 3)
        k, v = self.kv(read).view(-1, tokens, 2, self.heads, depth).permute(2, 0, 3, 1, 4).chunk(2)
        out: Tensor = self.o(rows(attend(q, k, v)))
        return out


class Eyes(nn.Module):
    """A picture to a map of features, a quarter as high and wide; what it is of is made out at an eighth."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        first, deep = channels // 3 // 8 * 8, channels * 4 // 3
        self.near = nn.Conv2d(3, first, 5, stride=2, padding=2)
        self.fine = nn.Conv2d(first, channels, 3, stride=2, padding=1)
        self.far = nn.Conv2d(channels, deep, 3, stride=2, padding=1)
        self.deep = nn.Conv2d(deep, deep, 3, padding=1)
        self.norm = nn.GroupNorm(8, deep)
        self.back = nn.Conv2d(deep, channels, 1)
        for conv in (self.near, self.fine, self.far):  # which no norm follows
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")

    def forward(self, picture: Tensor) -> Tensor:
        """(B, 3, S, S) in [-1, 1] -> (B, channels, S/4, S/4)."""
        fine = F.relu(self.fine(F.relu(self.near(picture))))
        deep = F.relu(self.norm(self.deep(F.relu(self.far(fine)))))
        return F.relu(fine + F.interpolate(self.back(deep), scale_factor=2.0, mode="nearest"))


class Find(nn.Module):
    """As ``layers.Look``, in all cameras' pictures at once; what it asks for has its own form for each camera."""

    def __init__(self, width: int, channels: int, side: int, cameras: int) -> None:
        super().__init__()
        line = (torch.arange(side) + 0.5) / side * 2 - 1
        grid = torch.stack((line.repeat(side), line.repeat_interleave(side)), 1)
        self.register_buffer("grid", grid, persistent=False)
        self.grid: Tensor
        self.cameras = cameras
        self.keys = nn.Linear(width, cameras * (channels + 1))
        self.tokens = nn.Linear(channels + 3, width)

    def forward(self, seen: Tensor, asked: Tensor, questions: int) -> tuple[Tensor, Tensor]:
        """Find.

        Args:
            seen: Maps (B cameras, channels, S/4, S/4).
            asked: (B Q, W).
            questions: Q.

        Returns:
            Tokens (B cameras Q, W), and logits (B, cameras, Q, cells + 1), the last that it is nowhere.
        """
        flat = seen.flatten(2)
        keys = self.keys(asked).view(-1, questions, self.cameras, flat.shape[1] + 1).transpose(1, 2).flatten(0, 1)
        logits = torch.cat((keys[..., 1:] @ flat * flat.shape[1] ** -0.5, keys[..., :1]), 2)
        share = logits.softmax(-1)
        here, none = share[..., :-1], share[..., -1:]
        found = torch.cat((here @ flat.transpose(1, 2), here @ self.grid, none), 2)
        return self.tokens(found.flatten(0, 1)), logits.unflatten(0, (-1, self.cameras))


class QuickVLA(VLA):
    """The second design."""

    slow = ("words", "text_places", "reader", "said", "questions", "asking", "eyes", "finding", "then", "places", "encoder",
            "encoder_norm")  # fmt: skip
    kept = ("spots", "recall", "hint")

    def __init__(self, config: VLAConfig) -> None:
        Mover.__init__(self, config)
        width, reads, heads = config.width, config.width // 2, config.heads // 2
        cameras = len(config.cameras)
        self.words = nn.Embedding(config.words, reads)
        self.text_places = nn.Parameter(torch.zeros(config.text, reads))
        self.reader = Layer(reads, heads)
        self.said = nn.Linear(reads, width)
        self.questions = nn.Parameter(torch.zeros(config.looks, width))
        self.asking = Asking(width, config.heads, reads)
        self.eyes = Eyes(config.channels)
        self.finding = Find(width, config.channels, config.pixels // 4, cameras)
        self.then = joint_token(len(config.joints), width)
        self.places = nn.Parameter(torch.zeros(config.latent[0], width))
        self.encoder = nn.ModuleList(Layer(width, config.heads) for _ in range(config.encoder_layers))
        self.encoder_norm = nn.LayerNorm(width)
        self._moving_parts()
        self.spots = nn.Sequential(nn.Linear(cameras * width, width), nn.GELU(approximate="tanh"), nn.Linear(width, 2))
        for part in (self.text_places, self.places, self.queries):
            nn.init.normal_(part, std=0.02)
        nn.init.normal_(self.questions)
        nn.init.normal_(self.words.weight, std=0.5)

    def _moving_parts(self) -> None:
        config = self.config
        width, dims, layers = config.width, len(config.joints), config.decoder_layers
        self.queries = nn.Parameter(torch.zeros(config.chunk, width))
        self.head = make_head(config)
        self.noise = nn.Linear(dims + 1, width) if self.head.noisy else None
        self.recall = nn.Linear(width, 2 * layers * width)
        self.decoder = nn.ModuleList(Step(width, config.heads) for _ in range(layers))
        self.body = QuickProprioception(dims)
        inner, self.each = 2 * width, max(8, 2 * width // config.chunk)
        self.hint = nn.Linear(2 * config.spots + 2 * width, inner)
        self.feel = nn.Linear(config.told + self.body.features, inner, bias=False)
        self.reflex = nn.Sequential(
            nn.GELU(approximate="tanh"), nn.Linear(inner, inner),
            nn.GELU(approximate="tanh"), nn.Linear(inner, config.chunk * self.each),
        )  # fmt: skip
        self.tell = nn.Linear(self.each + dims + 1, width)
        self.register_buffer("reach", torch.ones(config.chunk, dims))
        self.reach: Tensor

    def _seen(self, pictures: Tensor) -> list[Tensor]:
        return [self.eyes(pictures.flatten(0, 1))]

    def study(self, pictures: Tensor, texts: Tensor, state: Tensor) -> tuple[Tensor, Tensor | None]:
        """As ``Mover.study``; a picture is looked at once."""
        many, cameras = texts.shape[1], len(self.config.cameras)
        seen = self.eyes(pictures.flatten(0, 1)).unflatten(0, (-1, cameras)).repeat_interleave(many, 0).flatten(0, 1)
        return self._answered([seen], texts.flatten(0, 1), state.repeat_interleave(many, 0))

    def _read(self, text: Tensor) -> Tensor:
        """Words (B, L) as rows (B L, R)."""
        read: Tensor = self.reader((self.words(text) + self.text_places).flatten(0, 1), self.config.text)
        return read

    def _answered(self, seen: list[Tensor], text: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        looks, count = self.config.looks, self.config.latent[0]
        asked = self.asking(self.questions, self._read(text), self.config.text)
        asked = asked.unflatten(0, (-1, looks)) + self.questions
        found, logits = self.finding(seen[0], asked.flatten(0, 1), looks)
        x = torch.cat((found.unflatten(0, (len(text), -1)), asked + self.then(state).unsqueeze(1)), 1)
        x = (x + self.places).flatten(0, 1)
        for layer in self.encoder:
            x = layer(x, count)
        return self.encoder_norm(x).unflatten(0, (-1, count)), logits[:, :, : self.config.spots]

    def read(self, text: Tensor) -> Tensor:
        """Words alone, (B, L) ids -> (B, W): what alignment compares with what is seen."""
        said: Tensor = self.said(self._read(text).unflatten(0, (len(text), -1)).mean(1))
        return said

    @property
    def memory(self) -> tuple[int, ...]:
        """Shape of what ``remember`` makes, but for the batch: keys and values of all layers, then what the reflex is told."""
        return (self._remembered + self.hint.out_features,)

    @property
    def _remembered(self) -> int:
        return math.prod(self.config.latent) * 2 * self.config.decoder_layers

    def remember(self, latent: Tensor) -> Tensor:
        """Keys and values of every layer of the decoder, and what the reflex is told of what is seen: (B, M)."""
        count, width = self.config.latent
        each = (count, 2 * self.config.decoder_layers, self.config.heads, width // self.config.heads)
        made = self.recall(latent.flatten(0, 1)).view(-1, *each).permute(0, 2, 3, 1, 4).flatten(1)
        seen, told = latent[:, : self.config.patches].mean(1), latent[:, self.config.patches :].mean(1)
        return torch.cat((made, self.hint(torch.cat((self.where(latent).flatten(1) * PLACES, seen, told), 1))), 1)

    def answer(self, memory: Tensor, state: Tensor, prefix: Tensor, given: Tensor, noisy: Tensor | None = None) -> Tensor:
        """``raw`` from what ``remember`` made of the latent."""
        config, shown, number = self.config, self._shown(state), 2 * self.config.decoder_layers
        ready = memory[:, : self._remembered].unflatten(1, (number, config.heads, config.latent[0], -1)).chunk(number, 1)
        own = self.own(state) if shown is None else self.own(state) * shown
        felt = self.reflex(memory[:, self._remembered :] + self.feel(own)).unflatten(1, (config.chunk, -1))
        kept = given.unsqueeze(-1)
        told = F.pad(torch.cat((self.relative(prefix, state) * kept, kept), -1), (0, 0, 0, config.chunk - prefix.shape[1]))
        x = self.tell(torch.cat((felt, told), -1).flatten(0, 1)).unflatten(0, (-1, config.chunk)) + self.queries
        if self.noise is not None and noisy is not None:
            x = x + self.noise(noisy)
        x = x.flatten(0, 1)
        for step, keys, values in zip(self.decoder, ready[::2], ready[1::2], strict=True):
            x = step(x, config.chunk, keys, values)
        out: Tensor = self.head(x.unflatten(0, (-1, config.chunk)))
        return out
