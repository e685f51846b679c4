"""The head of a GGUF file: metadata and tensor shapes, read by ourselves so that a wrong file gets a clear sentence.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (little-endian, versions 2 and 3).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeAlias

from agent.planners.errors import AdapterInvalid, ModelInvalid

__all__ = ["GgufHead", "MetaValue", "check_adapter", "read_adapter", "read_model", "tensor_bytes"]

MetaValue: TypeAlias = str | int | float | bool | list["MetaValue"]
"""A metadata value; arrays longer than ``ARRAY_KEPT`` are read and dropped."""

ARRAY_KEPT = 64
_LARGEST = 1 << 26
_STRING, _ARRAY = 8, 9
_BYTES = {0: 4 * 32, 1: 2 * 32, 8: 34}
"""Bytes of 32 values, by GGML type: f32, f16, q8_0."""
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}


@dataclass(frozen=True, slots=True)
class GgufHead:
    """What a GGUF says about itself.

    Attributes:
        path: The file.
        metadata: Key-value pairs; long arrays are left out unless the whole was asked for.
        tensors: Shape of each tensor by name, fastest dimension first.
        places: GGML type and place in the file of each tensor, bytes.
    """

    path: Path
    metadata: Mapping[str, MetaValue]
    tensors: Mapping[str, tuple[int, ...]]
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def architecture(self) -> str:
        """``llama``, ``qwen3``, ..."""
        return str(self.metadata.get("general.architecture", ""))

    @property
    def dialect(self) -> str | None:
        """The small models' dialect that it was trained for, if any."""
        value = self.metadata.get("surefoot.dialect")
        return None if value is None else str(value)

    @property
    def attention(self) -> str:
        """``causal``, or ``prefix`` where it was trained to read a prompt as a whole: every token of it sees all the others."""
        return str(self.metadata.get("surefoot.attention", "causal"))

    @property
    def context_length(self) -> int | None:
        """The longest context that the model was made for, tokens."""
        value = self.metadata.get(f"{self.architecture}.context_length")
        return value if isinstance(value, int) else None


class _Malformed(Exception):
    """Why the file is not a GGUF, as the end of a sentence."""


def read_model(path: Path, *, whole: bool = False) -> GgufHead:
    """The head of a model file.

    Args:
        path: The file.
        whole: Keep long arrays too: the tokenizer's tokens and merges.

    Raises:
        ModelInvalid: The file is missing, is not a GGUF, is cut off, or is an adapter.
    """
    try:
        head = _read(path, _LARGEST if whole else ARRAY_KEPT)
    except _Malformed as error:
        raise ModelInvalid(f"The model {str(path)!r} {error}.") from None
    if head.metadata.get("general.type") == "adapter":
        raise ModelInvalid(f"The model {str(path)!r} is a LoRA adapter: give it as 'lora' and its base model as 'model'.")
    if not head.architecture or "token_embd.weight" not in head.tensors:
        raise ModelInvalid(f"The model {str(path)!r} is a GGUF without a language model in it (no token embeddings).")
    return head


def read_adapter(path: Path) -> GgufHead:
    """The head of a LoRA adapter file.

    Raises:
        AdapterInvalid: The file is missing, is not a GGUF, is cut off, or is not a LoRA adapter.
    """
    try:
        head = _read(path, ARRAY_KEPT)
    except _Malformed as error:
        raise AdapterInvalid(f"The LoRA adapter {str(path)!r} {error}.") from None
    if head.metadata.get("general.type") != "adapter" or head.metadata.get("adapter.type") != "lora":
        raise AdapterInvalid(f"The file {str(path)!r} is a GGUF and not a LoRA adapter.")
    return head


def check_adapter(adapter: GgufHead, model: GgufHead) -> None:
    """Check that an adapter was made for this model.

    Raises:
        AdapterInvalid: It was made for another architecture, width or layer.
    """
    start = f"The LoRA adapter {str(adapter.path)!r} was made for another model than {str(model.path)!r}"
    if adapter.architecture != model.architecture:
        raise AdapterInvalid(f"{start}: its architecture is {adapter.architecture!r}, the model's {model.architecture!r}.")
    for name, shape in adapter.tensors.items():
        base, _, part = name.rpartition(".lora_")
        if part not in ("a", "b"):
            continue
        if base not in model.tensors:
            raise AdapterInvalid(f"{start}: the model has no tensor {base!r}.")
        wide, high = model.tensors[base][:2]
        have, need = (shape[0], wide) if part == "a" else (shape[1], high)
        if have != need and not base.startswith("token_embd"):
            raise AdapterInvalid(f"{start}: {name!r} is {have} wide, the model needs {need}.")


def tensor_bytes(head: GgufHead, name: str) -> tuple[int, bytes]:
    """A tensor's GGML type and its bytes as they lie in the file; no bytes for a type whose size is not known here.

    Raises:
        KeyError: There is no such tensor.
    """
    kind, place = head.places[name]
    values = math.prod(head.tensors[name])
    with head.path.open("rb") as file:
        file.seek(place)
        return kind, file.read(values * _BYTES.get(kind, 0) // 32)


def _read(path: Path, kept: int) -> GgufHead:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return _head(file, path, size, kept)
    except FileNotFoundError:
        raise _Malformed("is not there: check the path") from None
    except IsADirectoryError:
        raise _Malformed("is a folder: give the .gguf file") from None
    except OSError as error:
        raise _Malformed(f"cannot be read: {error.strerror}") from None
    except (EOFError, struct.error):
        raise _Malformed("is cut off: it ends within its header; copy it again") from None


def _head(file: BinaryIO, path: Path, size: int, kept: int) -> GgufHead:
    magic = file.read(4)
    if magic != b"GGUF":
        raise _Malformed(f"is not a GGUF file: it begins with {magic!r} instead of b'GGUF'")
    (version,) = _unpack(file, "<I")
    if version not in (2, 3):
        raise _Malformed(f"is a GGUF of version {version}; versions 2 and 3 little-endian can be read")
    tensor_count, value_count = _unpack(file, "<QQ")
    if tensor_count > 1_000_000 or value_count > 1_000_000:
        raise _Malformed("is damaged: its header counts are impossible")
    metadata: dict[str, MetaValue] = {}
    for _ in range(value_count):
        key = _string(file)
        (kind,) = _unpack(file, "<I")
        value = _value(file, kind, kept)
        if value is not None:
            metadata[key] = value
    tensors, places, last = {}, {}, 0
    for _ in range(tensor_count):
        name = _string(file)
        (dimensions,) = _unpack(file, "<I")
        if dimensions > 8:
            raise _Malformed("is damaged: a tensor has more than 8 dimensions")
        tensors[name] = _unpack(file, f"<{dimensions}Q")
        places[name] = _unpack(file, "<IQ")
        last = max(last, places[name][1])
    if tensor_count and file.tell() + last >= size:
        raise _Malformed("is cut off: tensors are missing at its end; copy it again")
    alignment = int(str(metadata.get("general.alignment", 32))) or 32
    start = -(-file.tell() // alignment) * alignment
    return GgufHead(path, metadata, tensors, {name: (kind, start + offset) for name, (kind, offset) in places.items()})


def _unpack(file: BinaryIO, form: str) -> tuple[int, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _string(file: BinaryIO) -> str:
    (length,) = _unpack(file, "<Q")
    if length > _LARGEST:
        raise _Malformed("is damaged: a text in its header is impossibly long")
    data = file.read(length)
    if len(data) != length:
        raise EOFError
    return data.decode("utf-8", "replace")


def _value(file: BinaryIO, kind: int, most: int) -> MetaValue | None:
    if kind == _STRING:
        return _string(file)
    if kind == _ARRAY:
        (inner,) = _unpack(file, "<I")
        (count,) = _unpack(file, "<Q")
        return _array(file, inner, count, most)
    if kind not in _SCALARS:
        raise _Malformed(f"is damaged: its header holds a value of unknown type {kind}")
    return _unpack(file, _SCALARS[kind])[0]


def _array(file: BinaryIO, inner: int, count: int, most: int) -> MetaValue | None:
    if count > _LARGEST or inner == _ARRAY:
        raise _Malformed("is damaged: an array in its header is impossible")
    if inner in _SCALARS and count > most:
        length = struct.calcsize(_SCALARS[inner]) * count
        if len(file.read(length)) != length:
            raise EOFError
        return None
    kept: list[MetaValue] = []
    for number in range(count):
        value = _value(file, inner, most)
        if number < most and value is not None:
            kept.append(value)
    return kept if count <= most else None
