"""Interchange: demonstrations as one JSON line each, readable by anything.

    {"instruction": "...", "visual_input": ["<PNG, base64>", ...], "physics_context": {...}, "reasoning": "...",
     "action_sequence": [{"joint_angles": [6 numbers, radians], "gripper": opening in metres}, ...]}

``visual_input`` holds the pictures of the first frame, one per camera, in the cameras' order.
"""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from policies.vla.dataset import Dataset
from policies.vla.recording import DatasetInvalid, Episode

__all__ = ["export_lines", "import_lines"]


def export_lines(dataset: Dataset, target: str | Path) -> int:
    """Write every episode of a dataset of six joints and a gripper as a line; returns how many.

    Raises:
        DatasetInvalid: The robot has another number of joints.
    """
    if len(dataset.joints) != 7:
        raise DatasetInvalid(f"the form has six joint angles and a gripper, the dataset has {len(dataset.joints)} joints")
    partial = Path(target).with_suffix(".partial")
    ends = dataset.end_of[dataset.starts]
    with partial.open("w", encoding="utf-8") as out:
        for about, start, end in zip(dataset.about(), dataset.starts.tolist(), ends.tolist(), strict=True):
            line = {
                "instruction": dataset.instructions[int(dataset.task_of[start])],
                "visual_input": [_base64(picture) for picture in dataset.pictures[start]],
                "physics_context": about.get("physics_context", {}),
                "reasoning": about.get("reasoning", ""),
                "action_sequence": [
                    {"joint_angles": row[:6], "gripper": row[6]}
                    for row in dataset.actions[start:end].astype(float).round(5).tolist()
                ],
            }
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    os.replace(partial, target)
    return len(ends)


def import_lines(source: str | Path, cameras: tuple[str, ...]) -> Iterator[Episode]:
    """Episodes from lines. A line has pictures of its first frame alone, so they stand for all of its frames.

    The states are the actions one frame before: where the arm then was told to be.

    Raises:
        DatasetInvalid: A line is not of the form; the message names the line and what is wrong.
    """
    with Path(source).open(encoding="utf-8") as lines:
        for number, text in enumerate(lines, start=1):
            if text.strip():
                yield _episode(text, number, cameras)


def _episode(text: str, number: int, cameras: tuple[str, ...]) -> Episode:
    try:
        line: dict[str, Any] = json.loads(text)
        steps = [[*map(float, step["joint_angles"]), float(step["gripper"])] for step in line["action_sequence"]]
        pictures = [_picture(image) for image in line["visual_input"]]
        task = str(line["instruction"])
    except (json.JSONDecodeError, KeyError, TypeError, ValueError, OSError) as error:
        raise DatasetInvalid(f"line {number} is no demonstration: {error!r}") from None
    actions = np.array(steps, dtype=np.float32)
    if actions.ndim != 2 or actions.shape[1] != 7 or not np.isfinite(actions).all():
        raise DatasetInvalid(f"line {number}: every action must have six finite joint angles and a gripper's opening")
    if len(pictures) != len(cameras):
        raise DatasetInvalid(f"line {number} has {len(pictures)} pictures for the cameras {', '.join(cameras)}")
    count = len(actions)
    return Episode(
        task=task,
        states=np.concatenate((actions[:1], actions[:-1])),
        actions=actions,
        pictures={name: np.repeat(picture[None], count, axis=0) for name, picture in zip(cameras, pictures, strict=True)},
        spots=np.zeros((count, 2, 2), np.float32),
        about={"physics_context": line.get("physics_context", {}), "reasoning": line.get("reasoning", "")},
    )


def _base64(picture: np.ndarray) -> str:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(np.asarray(picture)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def _picture(text: str) -> np.ndarray:
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(text, validate=True))) as image:
        if image.width > 4096 or image.height > 4096:
            raise ValueError(f"a picture of {image.width} x {image.height} pixels is larger than 4096 x 4096")
        return np.asarray(image.convert("RGB"))
