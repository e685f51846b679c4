"""Datasets for training: a LeRobot folder, decoded once into a memory map, and batches of chunks from it."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.policy import ACTION, IMAGES, STATE
from policies.vla.recording import ABOUT, AHEAD, SPOTS, VIEWS, DatasetInvalid

__all__ = ["Batch", "Dataset"]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """B samples: what is seen, and the K true actions that follow.

    Attributes:
        pictures: (B, C, H, W, 3) uint8.
        then: (B, D) joints when the pictures were taken, radians and metres.
        states: (B, D) joints now.
        actions: (B, K, D).
        real: (B, K) False for actions after the end of the episode, which repeat the last one.
        tasks: (B,) numbers of the instructions.
        spots: (B, S, 2) metres.
        views: (B, C, N, 2) where things are in the pictures, -1 to 1 from edge to edge; N = 0 where that was not recorded.
        velocities: (B, D) how fast the joints are now, by where they were one frame before; 0 at the start of an episode.
    """

    pictures: NDArray[np.uint8]
    then: NDArray[np.float32]
    states: NDArray[np.float32]
    actions: NDArray[np.float32]
    real: NDArray[np.bool_]
    tasks: NDArray[np.int64]
    spots: NDArray[np.float32]
    views: NDArray[np.float32]
    velocities: NDArray[np.float32]


class Dataset:
    """A recorded dataset.

    Args:
        folder: Of LeRobot's format 3.0, with pictures in the parquet.
        cameras: Which pictures to take, in this order; all, sorted by name, if None.
        cache: Where the decoded pictures are kept; ``cache`` in the folder if None.
        stride: Decode the pictures of every so manieth frame of an episode only; chunks hold the actions of all.

    Raises:
        DatasetInvalid: Something is missing, of another version, does not fit together, or frames are missing inside an episode.
    """

    def __init__(
        self, folder: str | Path, *, cameras: tuple[str, ...] | None = None, cache: str | Path | None = None, stride: int = 1
    ) -> None:
        self.folder = Path(folder)
        self.info = _info(self.folder)
        self.joints = tuple(self.info["features"][ACTION]["names"] or ())
        there = tuple(sorted(key.removeprefix(IMAGES) for key in self.info["features"] if key.startswith(IMAGES)))
        self.cameras = there if cameras is None else tuple(cameras)
        missing = [name for name in self.cameras if name not in there]
        if missing or not self.cameras:
            raise DatasetInvalid(
                f"{str(folder)!r} has no camera {', '.join(missing) or 'at all'}; there are: {', '.join(there) or 'none'}"
            )
        more = [name for name in (VIEWS, AHEAD) if name in self.info["features"]]
        tables = self._tables([STATE, ACTION, "timestamp", "frame_index", "episode_index", "task_index", SPOTS, *more])
        self.states, self.actions = (_rows(tables, key) for key in (STATE, ACTION))
        self.episode_of = _numbers(tables, "episode_index")
        self.task_of = _numbers(tables, "task_index")
        self.spots = _rows(tables, SPOTS).reshape(len(self.states), -1, 2)
        found = _rows(tables, VIEWS) if VIEWS in more else np.zeros((len(self.states), 0), np.float32)
        self.views = found.reshape(len(found), len(there), -1, 2)[:, [there.index(name) for name in self.cameras]]
        ahead = _rows(tables, AHEAD) if AHEAD in more else np.zeros((len(self.states), 0), np.float32)
        self.ahead = ahead.reshape(len(ahead), -1, self.actions.shape[1])
        """(N, K, D) what a demonstrator would do from each frame on; K = 0 where one has led."""
        number = _numbers(tables, "frame_index")
        self._check_gaps(number, _numbers(tables, "timestamp"))
        self.stride = stride
        self.frames = np.flatnonzero(number % stride == 0)
        """(M,) the frames whose pictures are at hand."""
        self._row_of = np.cumsum(number % stride == 0) - 1
        self.starts = np.flatnonzero(np.diff(self.episode_of, prepend=-1))
        ends = np.append(self.starts[1:], len(self.states))
        self.end_of = np.repeat(ends, ends - self.starts)
        self.instructions = self._instructions()
        self.pictures = self._pictures(Path(cache) if cache is not None else self.folder / "cache")

    def __len__(self) -> int:
        """Frames."""
        return len(self.states)

    @property
    def fps(self) -> int:
        """Frames per second."""
        return int(self.info["fps"])

    def about(self) -> list[dict[str, Any]]:
        """What was kept of each episode: seed, ``physics_context``, ``reasoning``; empty where nothing was."""
        import pyarrow.parquet as pq

        table = pq.read_table(self.folder / "meta/episodes", columns=None)
        if ABOUT not in table.column_names:
            return [{} for _ in self.starts]
        return [json.loads(text) for text in table.column(ABOUT).to_pylist()]

    def chunks(self, frames: NDArray[np.int64], chunk: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """The actions (B, K, D) that follow some frames (B,), or should, and (B, K) which of them are real."""
        if known := self.ahead.shape[1]:
            steps = np.arange(chunk)
            return self.ahead[frames][:, np.minimum(steps, known - 1)], np.broadcast_to(steps < known, (len(frames), chunk))
        steps, last = frames[:, None] + np.arange(chunk), self.end_of[frames][:, None] - 1
        return self.actions[np.minimum(steps, last)], steps <= last

    def velocities(self, frames: NDArray[np.int64]) -> NDArray[np.float32]:
        """How fast the joints are at some frames (B,), rad/s and m/s (B, D), by where they were one frame before."""
        begins = self.starts[np.searchsorted(self.starts, frames, side="right") - 1]
        return np.asarray((self.states[frames] - self.states[np.maximum(frames - 1, begins)]) * self.fps, dtype=np.float32)

    def batch(self, frames: NDArray[np.int64], chunk: int, lag: NDArray[np.int64] | None = None) -> Batch:
        """Samples that begin at some of ``frames`` (B,), with chunks of so many actions.

        Args:
            frames: Whose pictures are seen.
            chunk: Actions.
            lag: (B,) by how many frames the joints are newer than the pictures, as they are where one look serves several chunks.
        """
        now = frames if lag is None else np.minimum(frames + lag, self.end_of[frames] - 1)
        actions, real = self.chunks(now, chunk)
        return Batch(
            pictures=np.asarray(self.pictures[self._row_of[frames]]),
            then=self.states[frames],
            states=self.states[now],
            actions=actions,
            real=real,
            tasks=self.task_of[frames],
            spots=self.spots[frames],
            views=self.views[frames],
            velocities=self.velocities(now),
        )

    def _tables(self, columns: list[str]) -> Any:
        import pyarrow as pa
        import pyarrow.parquet as pq

        files = sorted((self.folder / "data").glob("*/*.parquet"))
        try:
            table = pa.concat_tables([pq.read_table(file, columns=columns) for file in files])
        except (pa.ArrowException, OSError) as error:
            raise DatasetInvalid(f"the dataset {str(self.folder)!r} cannot be read: {str(error).splitlines()[0]}") from None
        absent = [name for name in columns if name not in table.column_names]
        if absent:
            raise DatasetInvalid(f"the dataset {str(self.folder)!r} has no {', '.join(absent)}; record it anew with this version")
        if table.num_rows != self.info["total_frames"]:
            raise DatasetInvalid(
                f"the dataset {str(self.folder)!r} has {table.num_rows} frames, its info.json says "
                f"{self.info['total_frames']}: a file is missing or was written twice"
            )
        return table

    def _check_gaps(self, frame: NDArray[np.int64], time: NDArray[np.float64]) -> None:
        """Frames must follow one another without gaps: a chunk across one would teach a jump."""
        same = np.diff(self.episode_of) == 0
        gap = same & ((np.diff(frame) != 1) | (np.abs(np.diff(time) * self.fps - 1) > 0.1))
        if gap.any():
            at = int(np.flatnonzero(gap)[0])
            raise DatasetInvalid(
                f"episode {int(self.episode_of[at])} of {str(self.folder)!r} has a gap after frame {int(frame[at])}: "
                f"{time[at + 1] - time[at]:.3f} s to the next one instead of {1 / self.fps:.3f} s ({int(gap.sum())} gaps in all); "
                "leave such episodes out"
            )

    def _instructions(self) -> tuple[str, ...]:
        import pyarrow.parquet as pq

        table = pq.read_table(self.folder / "meta/tasks.parquet").to_pydict()
        words = table.get("task") or table.get("__index_level_0__")
        by_number: Mapping[int, str] = dict(zip(table["task_index"], words or (), strict=False))
        if set(by_number) < set(self.task_of.tolist()):
            raise DatasetInvalid(f"the dataset {str(self.folder)!r} names tasks that its meta/tasks.parquet does not have")
        return tuple(by_number[number] for number in sorted(by_number))

    def _pictures(self, cache: Path) -> NDArray[np.uint8]:
        """(M, C, H, W, 3): decoded when the dataset is first used, then mapped."""
        height, width, _ = self.info["features"][IMAGES + self.cameras[0]]["shape"]
        shape = (len(self.frames), len(self.cameras), height, width, 3)
        files = [
            (file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in sorted((self.folder / "data").glob("*/*.parquet"))
        ]
        stamp = json.dumps([self.info, self.cameras, self.stride, files])
        file = cache / f"pictures-{hashlib.sha256(stamp.encode()).hexdigest()[:16]}.u8"
        if not file.exists() or file.stat().st_size != int(np.prod(shape)):
            cache.mkdir(parents=True, exist_ok=True)
            partial = file.with_suffix(f".{os.getpid()}.partial")
            mapped = np.memmap(partial, dtype=np.uint8, mode="w+", shape=shape)
            self._decode(mapped)
            mapped.flush()
            os.replace(partial, file)
        return np.memmap(file, dtype=np.uint8, mode="r", shape=shape)

    def _decode(self, out: NDArray[np.uint8]) -> None:
        import pyarrow.parquet as pq

        wanted = np.zeros(len(self), dtype=bool)
        wanted[self.frames] = True
        row = 0
        for file in sorted((self.folder / "data").glob("*/*.parquet")):
            for batch in pq.ParquetFile(file).iter_batches(256, columns=[IMAGES + name for name in self.cameras]):
                here = np.flatnonzero(wanted[row : row + batch.num_rows])
                for camera, name in enumerate(self.cameras):
                    column = batch.column(IMAGES + name)
                    for offset in here.tolist():
                        place = int(self._row_of[row + offset])
                        out[place, camera] = _decoded(column[offset]["bytes"].as_py(), out.shape[2:], row + offset, name)
                row += batch.num_rows


def _decoded(data: bytes, shape: tuple[int, ...], frame: int, camera: str) -> NDArray[np.uint8]:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        found = np.asarray(image.convert("RGB"))
    if found.shape != shape:
        raise DatasetInvalid(
            f"picture {frame} of camera {camera!r} is {found.shape}, info.json says {shape}; all of a dataset must have one size"
        )
    return found


def _info(folder: Path) -> dict[str, Any]:
    try:
        info = json.loads((folder / "meta/info.json").read_text(encoding="utf-8"))
        version, features = info["codebase_version"], info["features"]
        if not version.startswith("v3.") or ACTION not in features or STATE not in features:
            has = f"version {version} with {', '.join(features)}"
            raise DatasetInvalid(f"{str(folder)!r} is a dataset of {has}; needed is 3.x with {STATE} and {ACTION}")
    except FileNotFoundError:
        raise DatasetInvalid(
            f"{str(folder)!r} holds no dataset: there is no meta/info.json (was its recording interrupted?)"
        ) from None
    except (OSError, json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise DatasetInvalid(f"the meta/info.json of {str(folder)!r} cannot be read: {error!r}") from None
    return dict(info)


def _rows(table: Any, key: str) -> NDArray[np.float32]:
    column = table.column(key).combine_chunks()
    return np.asarray(column.flatten().to_numpy(zero_copy_only=False), dtype=np.float32).reshape(table.num_rows, -1)


def _numbers(table: Any, key: str) -> Any:
    return table.column(key).to_numpy()
