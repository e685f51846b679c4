"""Content hashes: the same cells, frame or features give the same bytes, whatever file they came from."""

import hashlib
import json
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.features import Feature, Source
from maps.geometry import Pose
from maps.grid import GridFrame

__all__ = ["cells_digest", "features_digest", "features_text", "frame_digest"]


_MOST_KNOWN = 64
_KNOWN: dict[int, tuple["weakref.ref[npt.NDArray[np.bool_]]", bytes]] = {}


def cells_digest(cells: npt.NDArray[np.bool_]) -> bytes:
    """BLAKE2b of a mask (H, W) and its shape, 16 bytes; of a read-only array it is worked out once."""
    known = None if cells.flags.writeable else _KNOWN.get(id(cells))
    if known is not None and known[0]() is cells:
        return known[1]
    digest = hashlib.blake2b(np.packbits(cells).data, digest_size=16)
    digest.update(repr(cells.shape).encode())
    found = digest.digest()
    if not cells.flags.writeable:
        while len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.pop(next(iter(_KNOWN)), None)
        _KNOWN[id(cells)] = (weakref.ref(cells), found)
    return found


def features_digest(texts: Mapping[str, str]) -> bytes:
    """SHA-256 of named features by type, each type's as ``features_text`` gives them."""
    return hashlib.sha256(f"{{{','.join(f'{json.dumps(kind)}:{texts[kind]}' for kind in sorted(texts))}}}".encode()).digest()


def features_text(features: Iterable[Feature]) -> str:
    """Features as JSON by name. Their order and their source files do not matter; everything else does."""
    return _text({feature.name: _plain(feature) for feature in features})


def frame_digest(frame: GridFrame) -> bytes:
    """SHA-256 of a grid's size, resolution and pose."""
    return _sha([frame.resolution, frame.origin.x + 0.0, frame.origin.y + 0.0, frame.origin.yaw + 0.0, *frame.shape])


def _sha(content: Any) -> bytes:
    return hashlib.sha256(_text(content).encode()).digest()


def _text(content: Any) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """A feature's value as JSON data; numbers that compare equal give the same text."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return float(value) + 0.0
    if isinstance(value, Pose):
        return [_plain(value.x), _plain(value.y), _plain(value.yaw)]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return {part.name: _plain(getattr(value, part.name)) for part in fields(value) if part.type is not Source}
