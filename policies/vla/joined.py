"""Joined: several recorded datasets as one, such as demonstrations and the rounds in which the policy itself acted (DAgger)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.vla.dataset import Batch, Dataset
from policies.vla.recording import DatasetInvalid

__all__ = ["Joined"]


class Joined:
    """Datasets one behind the other; what ``Dataset`` has, where training needs it. One alone is itself.

    Args:
        folders: Where they lie; the first one's arm counts.
        stride: Decode the pictures of every so manieth frame only.

    Raises:
        DatasetInvalid: There is none, one cannot be used, or they are not of the same robot, cameras, pictures and pace.
    """

    def __init__(self, folders: Sequence[str | Path], *, stride: int = 1) -> None:
        if not folders:
            raise DatasetInvalid("nothing can be learnt from no dataset; name one")
        self.parts = [Dataset(folder, stride=stride) for folder in folders]
        first = self.parts[0]
        self.folder, self.joints, self.cameras, self.fps = first.folder, first.joints, first.cameras, first.fps
        self.pixels = int(first.pictures.shape[2])
        for part in self.parts[1:]:
            theirs, ours = _kind(part), _kind(first)
            if theirs != ours:
                raise DatasetInvalid(f"{str(part.folder)!r} does not go with {str(first.folder)!r}: {theirs} beside {ours}")
        if len({part.views.shape[2] for part in self.parts}) > 1:  # what one of them does not know cannot be learnt from
            for part in self.parts:
                part.views = part.views[:, :, :0]
        counts = [len(part) for part in self.parts]
        self._begins = np.cumsum([0, *counts[:-1]])
        self._tasks = np.cumsum([0, *(len(part.instructions) for part in self.parts[:-1])])
        self.states = np.concatenate([part.states for part in self.parts])
        self.actions = np.concatenate([part.actions for part in self.parts])
        self.frames = np.concatenate([part.frames + begin for part, begin in zip(self.parts, self._begins, strict=True)])
        self.instructions = tuple(text for part in self.parts for text in part.instructions)
        episodes = np.cumsum([0, *(len(part.starts) for part in self.parts[:-1])])
        self.episode_of = np.concatenate([
            np.unique(part.episode_of, return_inverse=True)[1] + begin for part, begin in zip(self.parts, episodes, strict=True)
        ])  # fmt: skip
        """(N,) which episode a frame is of, counted from 0 through all datasets."""

    def __len__(self) -> int:
        """Frames."""
        return len(self.states)

    def about(self) -> list[dict[str, Any]]:
        """What was kept of each episode, in order."""
        return [about for part in self.parts for about in part.about()]

    def chunks(self, frames: NDArray[np.int64], chunk: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """The actions (B, K, D) that follow some frames (B,), and (B, K) which of them are real."""
        actions = np.empty((len(frames), chunk, len(self.joints)), dtype=np.float32)
        real = np.empty((len(frames), chunk), dtype=bool)
        for number, mine in self._shared(frames):
            actions[mine], real[mine] = self.parts[number].chunks(frames[mine] - self._begins[number], chunk)
        return actions, real

    def velocities(self, frames: NDArray[np.int64]) -> NDArray[np.float32]:
        """How fast the joints are at some frames (B,), rad/s and m/s (B, D)."""
        found = np.empty((len(frames), len(self.joints)), dtype=np.float32)
        for number, mine in self._shared(frames):
            found[mine] = self.parts[number].velocities(frames[mine] - self._begins[number])
        return found

    def batch(self, frames: NDArray[np.int64], chunk: int, lag: NDArray[np.int64] | None = None) -> Batch:
        """Samples as ``Dataset.batch`` gives them, in the order of ``frames`` (B,)."""
        lags = np.zeros_like(frames) if lag is None else lag
        rows, found = [], []
        for number, mine in self._shared(frames):
            rows.append(mine)
            found.append((number, self.parts[number].batch(frames[mine] - self._begins[number], chunk, lags[mine])))
        order = np.argsort(np.concatenate(rows))
        return Batch(
            pictures=np.concatenate([batch.pictures for _, batch in found])[order],
            then=np.concatenate([batch.then for _, batch in found])[order],
            states=np.concatenate([batch.states for _, batch in found])[order],
            actions=np.concatenate([batch.actions for _, batch in found])[order],
            real=np.concatenate([batch.real for _, batch in found])[order],
            tasks=np.concatenate([batch.tasks + self._tasks[number] for number, batch in found])[order],
            spots=np.concatenate([batch.spots for _, batch in found])[order],
            views=np.concatenate([batch.views for _, batch in found])[order],
            velocities=np.concatenate([batch.velocities for _, batch in found])[order],
        )

    def _shared(self, frames: NDArray[np.int64]) -> list[tuple[int, NDArray[np.int64]]]:
        """Each dataset that some frames (B,) are of, and which of them."""
        which = np.searchsorted(self._begins, frames, side="right") - 1
        return [(number, np.flatnonzero(which == number)) for number in np.unique(which).tolist()]


def _kind(data: Dataset) -> str:
    return f"joints {', '.join(data.joints)}, cameras {', '.join(data.cameras)} at {data.pictures.shape[2]} pixels, {data.fps} fps"
