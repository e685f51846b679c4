"""Recording: episodes into a folder of LeRobot's dataset format 3.0, pictures as PNG inside the parquet, no video codec needed.

    meta/info.json  meta/stats.json  meta/tasks.parquet  meta/episodes/chunk-000/file-000.parquet
    data/chunk-000/file-000.parquet ...

Ours beside LeRobot's: per frame ``surefoot.spots``, where the thing and its goal are, ``surefoot.views``, where in the pictures
everything that can be asked for is, if that is known, and ``surefoot.ahead``, what a demonstrator would do from there on, where
another hand led; per episode ``surefoot.about``, JSON with
the seed, ``physics_context`` and, if there is one, the ``reasoning``. Source of the format: lerobot's code, codebase version v3.0.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.policy import ACTION, IMAGES, STATE, PolicyError
from policies.vla.moments import Moments

__all__ = ["ABOUT", "AHEAD", "SPOTS", "VIEWS", "DatasetInvalid", "Episode", "Recorder"]

SPOTS, VIEWS, AHEAD, ABOUT = "surefoot.spots", "surefoot.views", "surefoot.ahead", "surefoot.about"
VERSION = "v3.0"
DATA = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
_MB_PER_FILE, _FILES_PER_CHUNK = 100, 1000


class DatasetInvalid(PolicyError):
    """A dataset or an episode that cannot be used; the message says where, why with numbers, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Episode:
    """One demonstration of T frames.

    Attributes:
        task: The instruction.
        states: (T, D) joints when the frame was taken, radians and metres.
        actions: (T, D) targets that a faultless demonstrator gives there.
        pictures: (T, H, W, 3) uint8 by camera name.
        spots: (T, S, 2) where the thing and its goal are, metres in the frame of the turret, with which the head camera turns.
        views: (T, C, N, 2) where the scene's things are in the picture of each camera, sorted by name: right and down, -1 to 1 from
            edge to edge, beyond that outside; nothing where it is not known.
        ahead: (T, K, D) the next actions that a demonstrator would give from each frame on, the first being that of ``actions``;
            None where one has led, so that they are the actions of the frames that follow.
        about: Seed, ``physics_context``, ``reasoning``: whatever is to be kept as JSON.
    """

    task: str
    states: NDArray[np.float32]
    actions: NDArray[np.float32]
    pictures: Mapping[str, NDArray[np.uint8]]
    spots: NDArray[np.float32]
    views: NDArray[np.float32] | None = None
    ahead: NDArray[np.float32] | None = None
    about: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        """Frames."""
        return len(self.states)


class Recorder:
    """Writes a dataset; use it in a ``with`` block. Until the block has ended without an error the folder holds no ``info.json``.

    Args:
        folder: Where to; must not hold a dataset yet.
        joints: Names of the entries of state and action.
        fps: Frames per second.
        robot: What LeRobot calls the robot type.

    Raises:
        DatasetInvalid: There is a dataset already.
    """

    def __init__(self, folder: str | Path, *, joints: tuple[str, ...], fps: int, robot: str = "surefoot_arm") -> None:
        self.folder = Path(folder)
        if (self.folder / "meta/info.json").exists():
            raise DatasetInvalid(f"{str(self.folder)!r} holds a dataset already; give another folder, or remove it first")
        self.joints, self.fps, self.robot = tuple(joints), fps, robot
        self._tasks: dict[str, int] = {}
        self._rows: list[dict[str, Any]] = []
        self._frames = 0
        self._file, self._written = -1, 0
        self._writer: Any = None
        self._shape: dict[str, tuple[int, ...]] = {}
        self._moments: dict[str, Moments] = {}

    def __enter__(self) -> Recorder:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the files; without an error, make it a dataset."""
        self._close_file()
        if kind is None:
            self._finish()

    def add(self, episode: Episode) -> None:
        """Write an episode.

        Raises:
            DatasetInvalid: Its parts do not belong together, or are not like those of the episodes before.
        """
        self._check(episode)
        columns = self._columns(episode)
        if self._writer is None or self._written > _MB_PER_FILE * 2**20:
            self._open_file(columns)
        table = _table(columns)
        self._writer.write_table(table)
        self._written += table.nbytes
        stats: dict[str, Any] = {}
        for key, values in self._numbers(episode).items():
            moments = Moments.of(values)
            self._moments[key] = moments if key not in self._moments else self._moments[key].joined(moments)
            shown = moments.to_json(picture=key.startswith(IMAGES))
            stats |= {f"stats/{key}/{name}": value for name, value in shown.items()}
        self._rows.append({
            "episode_index": len(self._rows), "tasks": [episode.task], "length": len(episode),
            "data/chunk_index": self._file // _FILES_PER_CHUNK, "data/file_index": self._file % _FILES_PER_CHUNK,
            "dataset_from_index": self._frames, "dataset_to_index": self._frames + len(episode),
            "meta/episodes/chunk_index": 0, "meta/episodes/file_index": 0,
            ABOUT: json.dumps(dict(episode.about), ensure_ascii=False), **stats,
        })  # fmt: skip
        self._frames += len(episode)

    def _check(self, episode: Episode) -> None:
        count, dims = len(episode), len(self.joints)
        if not count:
            raise DatasetInvalid("an episode without frames cannot be recorded")
        for name, values in (("states", episode.states), ("actions", episode.actions)):
            if values.shape != (count, dims) or not np.isfinite(values).all():
                raise DatasetInvalid(f"{name} are {values.shape}, they must be {count} x {dims} finite numbers")
        shape = {SPOTS: episode.spots.shape[1:], **{IMAGES + name: part.shape[1:] for name, part in episode.pictures.items()}}
        if episode.views is not None:
            shape[VIEWS] = episode.views.shape[1:]
            if len(episode.views) != count or shape[VIEWS][::2] != (len(episode.pictures), 2):
                raise DatasetInvalid(
                    f"views are {episode.views.shape}, they must be of {count} frames, {len(episode.pictures)} cameras"
                )
        if episode.ahead is not None:
            shape[AHEAD] = episode.ahead.shape[1:]
            if episode.ahead.shape != (count, len(episode.ahead[0]), dims) or not np.isfinite(episode.ahead).all():
                raise DatasetInvalid(f"ahead is {episode.ahead.shape}, it must be {count} x K x {dims} finite numbers")
        if len(episode.spots) != count or any(len(part) != count for part in episode.pictures.values()):
            raise DatasetInvalid(f"an episode of {count} frames has another number of spots or pictures")
        if self._shape and shape != self._shape:
            raise DatasetInvalid(f"pictures and spots are {shape}, those of the episodes before {self._shape}")
        self._shape = shape

    def _columns(self, episode: Episode) -> dict[str, Any]:
        count = len(episode)
        return {
            STATE: list(episode.states.astype(np.float32)),
            ACTION: list(episode.actions.astype(np.float32)),
            **{IMAGES + name: [_png(picture) for picture in part] for name, part in sorted(episode.pictures.items())},
            SPOTS: list(episode.spots.reshape(count, -1).astype(np.float32)),
            **({} if episode.views is None else {VIEWS: list(episode.views.reshape(count, -1).astype(np.float32))}),
            **({} if episode.ahead is None else {AHEAD: list(episode.ahead.reshape(count, -1).astype(np.float32))}),
            "timestamp": np.arange(count, dtype=np.float32) / self.fps,
            "frame_index": np.arange(count, dtype=np.int64),
            "episode_index": np.full(count, len(self._rows), dtype=np.int64),
            "index": np.arange(self._frames, self._frames + count, dtype=np.int64),
            "task_index": np.full(count, self._tasks.setdefault(episode.task, len(self._tasks)), dtype=np.int64),
        }

    def _numbers(self, episode: Episode) -> dict[str, NDArray[np.float64]]:
        numbers: dict[str, Any] = {STATE: episode.states, ACTION: episode.actions}
        for name, part in episode.pictures.items():
            few = part[:: max(1, len(part) // 16), ::2, ::2]
            numbers[IMAGES + name] = few.reshape(-1, 3) / 255.0
        return {key: np.asarray(values, dtype=np.float64) for key, values in numbers.items()}

    def _open_file(self, columns: dict[str, Any]) -> None:
        import pyarrow.parquet as pq

        self._close_file()
        self._file, self._written = self._file + 1, 0
        name = DATA.format(chunk_index=self._file // _FILES_PER_CHUNK, file_index=self._file % _FILES_PER_CHUNK)
        self._target = self.folder / name
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(self._target.with_suffix(".partial"), _table(columns).schema, compression="snappy")

    def _close_file(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            os.replace(self._target.with_suffix(".partial"), self._target)

    def _finish(self) -> None:
        import pyarrow as pa

        if not self._rows:
            raise DatasetInvalid("not one episode was recorded; there is no dataset")
        _write_table(pa.Table.from_pylist(self._rows), self.folder / "meta/episodes/chunk-000/file-000.parquet")
        tasks = pa.table({"task_index": list(self._tasks.values()), "task": list(self._tasks)})
        _write_table(tasks.replace_schema_metadata({"pandas": json.dumps(_PANDAS_INDEX)}), self.folder / "meta/tasks.parquet")
        stats = {key: moments.to_json(picture=key.startswith(IMAGES)) for key, moments in self._moments.items()}
        _write_json(stats, self.folder / "meta/stats.json")
        _write_json(self._info(), self.folder / "meta/info.json")

    def _info(self) -> dict[str, Any]:
        dims, names = [len(self.joints)], list(self.joints)
        features: dict[str, Any] = {key: {"dtype": "float32", "shape": dims, "names": names} for key in (STATE, ACTION)}
        for key, shape in self._shape.items():
            if key in (SPOTS, VIEWS, AHEAD):
                features[key] = {"dtype": "float32", "shape": [int(np.prod(shape))], "names": None}
            else:
                features[key] = {"dtype": "image", "shape": list(shape), "names": ["height", "width", "channels"]}
        features["timestamp"] = {"dtype": "float32", "shape": [1], "names": None}
        for key in ("frame_index", "episode_index", "index", "task_index"):
            features[key] = {"dtype": "int64", "shape": [1], "names": None}
        return {
            "codebase_version": VERSION, "robot_type": self.robot, "fps": self.fps, "total_episodes": len(self._rows),
            "total_frames": self._frames, "total_tasks": len(self._tasks), "chunks_size": _FILES_PER_CHUNK,
            "data_files_size_in_mb": _MB_PER_FILE, "video_files_size_in_mb": 500, "splits": {"train": f"0:{len(self._rows)}"},
            "data_path": DATA, "video_path": None, "features": features,
        }  # fmt: skip


_PANDAS_INDEX = {
    "index_columns": ["task"],
    "column_indexes": [{"name": None, "field_name": None, "pandas_type": "unicode", "numpy_type": "object", "metadata": None}],
    "columns": [
        {"name": "task_index", "field_name": "task_index", "pandas_type": "int64", "numpy_type": "int64", "metadata": None},
        {"name": "task", "field_name": "task", "pandas_type": "unicode", "numpy_type": "object", "metadata": None},
    ],
    "pandas_version": "2.2.0",
}
"""LeRobot reads the tasks with pandas and looks them up by their words, which have to be the index."""


def _png(picture: NDArray[np.uint8]) -> dict[str, Any]:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
    return {"bytes": buffer.getvalue(), "path": None}


def _table(columns: dict[str, Any]) -> Any:
    import pyarrow as pa

    picture = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    arrays = {}
    for key, values in columns.items():
        if key.startswith(IMAGES):
            arrays[key] = pa.array(values, picture)
        elif isinstance(values, list):
            arrays[key] = pa.FixedSizeListArray.from_arrays(pa.array(np.concatenate(values)), len(values[0]))
        else:
            arrays[key] = pa.array(values)
    return pa.table(arrays)


def _write_table(table: Any, target: Path) -> None:
    import pyarrow.parquet as pq

    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    pq.write_table(table, partial)
    os.replace(partial, target)


def _write_json(data: Any, target: Path) -> None:
    partial = target.with_suffix(".partial")
    partial.write_text(json.dumps(data, indent=2, ensure_ascii=False), encoding="utf-8")
    os.replace(partial, target)
