"""Samples: batches of what was seen, said and done, as the network takes them, with what makes every one a little different."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from policies.vla.captions import caption, rephrase
from policies.vla.config import VLAConfig
from policies.vla.dataset import Batch
from policies.vla.grounding import ahead, questions
from policies.vla.joined import Joined
from policies.vla.processors import Stats
from policies.vla.tokenizer import PAD

__all__ = ["MORE", "Samples", "phrases"]

MORE = 3
"""Further instructions for each picture while the network learns what words mean, at most."""
_LEAST_REACH = 1e-3
_LAG = 4
"""Frames by which the pictures may be older than the joints: the runtime looks at 5 Hz and moves at 10 to 20."""
_PREFIXED = 0.2
"""How often a sample is given what is being sent. With more, going on as before is learnt instead of looking: an arm that has
stopped then stays where it is."""
_GAIN, _TINT, _SHIFT = 0.3, 0.06, 0.08
"""How much brighter or darker, tinted and lifted pictures are made, shares of their whole range."""


class Samples:
    """Draws batches from recorded datasets.

    Args:
        data: From where.
        config: The policy's shape.
        stats: Its normalisation.
        texts: Makes numbers of instructions: ``text`` (n, L), and what else is to be in a batch.
    """

    def __init__(self, data: Joined, config: VLAConfig, stats: Stats, texts: Callable[[list[str]], dict[str, Tensor]]) -> None:
        self.data, self.config, self.stats, self.texts = data, config, stats, texts
        self.about = data.about()
        self.questions = [questions(about, data.instructions) for about in self.about]
        self._most = max(0, max(map(len, self.questions), default=0) - 1)

    def reach(self) -> NDArray[np.float32]:
        """(K, D) how far the actions of a chunk are from the joints, normalised, root mean square."""
        frames = self.data.frames[:: max(1, len(self.data.frames) // 20_000)]
        actions, real = self.data.chunks(frames, self.config.chunk)
        far = np.square(self.stats.normalise(actions) - self.stats.normalise(self.data.states[frames])[:, None])
        mean = (far * real[..., None]).sum(0) / np.maximum(real.sum(0), 1)[:, None]
        return np.asarray(np.maximum(np.sqrt(mean), _LEAST_REACH), dtype=np.float32)

    def draw(self, seed: tuple[int, ...], count: int, *, more: int = 0, captioned: bool = False) -> dict[str, Tensor]:
        """A batch, a pure function of the seed.

        Args:
            seed: Of everything that is drawn.
            count: Samples.
            more: Other instructions about each picture, where there are so many.
            captioned: Add ``caption`` (B, L), which of them are the ``same`` (B, B), and an empty one to each of ``texts``.

        Returns:
            ``pictures`` (B, C, 3, S, S), ``text`` (B, L), ``spots`` (B, 2, 2), the joints ``then`` (B, D), what ``decode`` is told
            of them now, ``state`` (B, D or 2 D), ``actions`` (B, K, D), ``real`` (B, K), ``given`` (B, P); ``texts`` (B, M, L),
            the first of which is ``text``, their
            ``places`` (B, M, 2, 2) and, where it is known, where these are in the pictures, ``views`` (B, M, C, 2, 2).
        """
        draw = np.random.default_rng(seed)
        return self.of(self.data.frames[draw.integers(0, len(self.data.frames), count)], draw, more=more, captioned=captioned)

    def of(
        self, frames: NDArray[np.int64], draw: np.random.Generator, *, more: int = 0, captioned: bool = False
    ) -> dict[str, Tensor]:
        """As ``draw``, for the frames (B,) given."""
        found = self.data.batch(frames, self.config.chunk, draw.integers(0, _LAG + 1, len(frames)))
        given = self._given(draw, len(frames))
        words = random.Random(int(draw.integers(2**31)))
        episodes = self.data.episode_of[frames].tolist()
        said = [
            rephrase(self.about[episode], words) or self.data.instructions[task]
            for episode, task in zip(episodes, found.tasks.tolist(), strict=True)
        ]
        arrays = {
            "then": self.stats.normalise(found.then), "state": self._told(found.states, found.velocities), "spots": found.spots,
            "actions": self.stats.normalise(found.actions), "real": found.real, "given": given.astype(np.float32),
        }  # fmt: skip
        batch = {"pictures": _lit(found.pictures, draw), **self.texts(said)}
        batch |= {name: torch.from_numpy(value) for name, value in arrays.items()}
        batch |= self._asked(episodes, found, said, words, min(more, self._most))
        if captioned:
            captions = [caption(self.about[episode].get("physics_context", {})) for episode in episodes]
            same = np.array([[one == other for other in captions] for one in captions])
            batch |= {"caption": self.texts(captions)["text"], "same": torch.from_numpy(same)}
            batch["texts"] = F.pad(batch["texts"], (0, 0, 0, 1), value=PAD)
        return batch

    def moving(self, seed: tuple[int, ...], count: int) -> tuple[NDArray[np.int64], dict[str, Tensor]]:
        """A batch without anything seen or said, a pure function of the seed: frames (B,), joints and actions as in ``draw``."""
        draw = np.random.default_rng(seed)
        frames = self.data.frames[draw.integers(0, len(self.data.frames), count)]
        actions, real = self.data.chunks(frames, self.config.chunk)
        arrays = {
            "state": self._told(self.data.states[frames], self.data.velocities(frames)), "real": real,
            "actions": self.stats.normalise(actions), "given": self._given(draw, count).astype(np.float32),
        }  # fmt: skip
        return frames, {name: torch.from_numpy(value) for name, value in arrays.items()}

    def _told(self, states: NDArray[np.float32], velocities: NDArray[np.float32]) -> NDArray[np.float32]:
        """What ``decode`` is told of joints (B, D) and how fast they are (B, D)."""
        joints = self.stats.normalise(states)
        return np.concatenate((joints, self.stats.paced(velocities)), 1) if self.config.velocity else joints

    def _given(self, draw: np.random.Generator, count: int) -> NDArray[np.bool_]:
        """(B, P) which actions of the prefix are given: mostly none, else the first few."""
        some = np.where(draw.random(count) < _PREFIXED, draw.integers(1, self.config.prefix + 1, count), 0)
        return np.asarray(np.arange(self.config.prefix) < some[:, None])

    def _asked(self, episodes: list[int], found: Batch, said: list[str], words: random.Random, more: int) -> dict[str, Tensor]:
        """The instructions said and some that could have been, with their places as seen from the turret then."""
        texts: list[str] = []
        places: list[NDArray[np.float32]] = []
        numbers: list[tuple[int, int]] = []
        for row, episode in enumerate(episodes):
            about = self.about[episode]
            others = words.choices(self.questions[episode], k=more) if more and self.questions[episode] else []
            texts += [said[row]] * (1 + more - len(others))
            places += [found.spots[row]] * (1 + more - len(others))
            numbers += [_numbers(about.get("thing"), about.get("goal"))] * (1 + more - len(others))
            for other in others:
                at = ahead(other.places, float(found.then[row, 0]))
                if other.thing == about.get("thing"):  # it may have been moved since
                    at = np.stack((found.spots[row, 0], found.spots[row, 0] if other.goal is None else at[1]))
                texts.append(rephrase(other.about, words) or said[row])
                places.append(at)
                numbers.append(_numbers(other.thing, other.goal))
        count = len(episodes)
        batch = {
            "texts": self.texts(texts)["text"].unflatten(0, (count, -1)),
            "places": torch.from_numpy(np.stack(places)).unflatten(0, (count, -1)),
        }
        if found.views.shape[2]:
            which = np.array(numbers).reshape(count, -1, 2)
            views = found.views[np.arange(count)[:, None, None], :, which]  # (B, M, 2, C, 2)
            batch["views"] = torch.from_numpy(views.swapaxes(2, 3).copy())
        return batch


def phrases(data: Joined) -> list[str]:
    """Every way an instruction or caption of some datasets may be put, once."""
    draw, abouts = random.Random(0), data.about()
    asked = {json.dumps(_kind(about)): about for about in abouts}
    said = {rephrase(about, draw) or "" for about in asked.values() for _ in range(60)}
    return sorted(said | {caption(about.get("physics_context", {})) for about in abouts} | set(data.instructions))


def _kind(about: Mapping[str, Any]) -> list[Any]:
    """What an episode's instruction depends on."""
    context = about.get("physics_context", {})
    colours = [item["colour"] for name in ("blocks", "trays") for item in context.get(name, ())]
    numbers = (about.get("thing"), about.get("goal"))
    return [about.get("task"), *(colours[n] if isinstance(n, int) and n < len(colours) else None for n in numbers)]


def _numbers(thing: int | None, goal: int | None) -> tuple[int, int]:
    """The numbers of a thing and of where it goes: its tray, else itself."""
    return thing or 0, (thing if goal is None else goal) or 0


def _lit(pictures: NDArray[np.uint8], draw: np.random.Generator) -> Tensor:
    """(B, C, 3, H, W) in [-1, 1] in another light: brighter or darker, tinted, lifted; each picture by itself."""
    shape = (*pictures.shape[:2], 1, 1, 1)
    gain = draw.uniform(1 - _GAIN, 1 + _GAIN, shape) * draw.uniform(1 - _TINT, 1 + _TINT, (*shape[:2], 3, 1, 1))
    shift = draw.uniform(-_SHIFT, _SHIFT, shape)
    seen = torch.from_numpy(pictures).permute(0, 1, 4, 2, 3).float()
    scale = torch.from_numpy((gain * 2 / 255).astype(np.float32))
    return (seen * scale + torch.from_numpy((2 * shift - 1).astype(np.float32))).clamp(-1, 1)
