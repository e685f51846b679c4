"""Content hashes: the same cells, frame or features give the same bytes, whatever file they came from."""

import hashlib
import json
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.features import Feature, Source
from maps.geometry import Pose
from maps.grid import GridFrame

__all__ = [
    "BAND",
    "cells_digest",
    "changed_bands",
    "differing_cells",
    "features_digest",
    "features_text",
    "frame_digest",
    "note_changed",
]


BAND = 64
"""Rows of a mask that are hashed together."""

_MOST_KNOWN = 64
_Hashes: TypeAlias = tuple[bytes, ...]
_KNOWN: dict[int, tuple["weakref.ref[npt.NDArray[np.bool_]]", _Hashes, bytes]] = {}


def cells_digest(cells: npt.NDArray[np.bool_]) -> bytes:
    """BLAKE2b of a mask (H, W) and its shape, 16 bytes; of a read-only array it is worked out once."""
    return _known(cells)[1]


def changed_bands(before: npt.NDArray[np.bool_], cells: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The rows, each from the first to after the last, in which two masks of one shape may differ: bands of other hashes."""
    pairs = zip(_known(before)[0], _known(cells)[0], strict=True)
    found: list[tuple[int, int]] = []
    for band, (a, b) in enumerate(pairs):
        if a != b:
            low, high = band * BAND, min((band + 1) * BAND, len(cells))
            found = [*found[:-1], (found[-1][0], high)] if found and found[-1][1] == low else [*found, (low, high)]
    return found


def differing_cells(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """The cells (N, 2) in which two arrays differ; quick where few rows do."""
    rows = np.flatnonzero((a != b).any(axis=1))
    found = np.argwhere(a[rows] != b[rows])
    found[:, 0] = rows[found[:, 0]]
    return found


def note_changed(before: npt.NDArray[np.bool_], cells: npt.NDArray[np.bool_], rows: Iterable[tuple[int, int]]) -> bytes:
    """The digest of a read-only mask that differs from another one in some rows alone, which are all that is hashed.

    Args:
        before: The other one, read-only.
        cells: The mask.
        rows: First rows and those after the last.
    """
    hashes = list(_known(before)[0])
    for band in {band for low, high in rows if high > low for band in range(low // BAND, (high - 1) // BAND + 1)}:
        hashes[band] = _band_hash(cells, band)
    return _keep(cells, tuple(hashes))


def _known(cells: npt.NDArray[np.bool_]) -> tuple[_Hashes, bytes]:
    """The hashes of all bands, and the digest of the whole."""
    known = None if cells.flags.writeable else _KNOWN.get(id(cells))
    if known is not None and known[0]() is cells:
        return known[1:]
    hashes = tuple(_band_hash(cells, band) for band in range(-(-len(cells) // BAND)))
    return hashes, _keep(cells, hashes)


def _keep(cells: npt.NDArray[np.bool_], hashes: _Hashes) -> bytes:
    digest = hashlib.blake2b(b"".join(hashes), digest_size=16)
    digest.update(repr(cells.shape).encode())
    found = digest.digest()
    if not cells.flags.writeable:
        while len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.pop(next(iter(_KNOWN)), None)
        _KNOWN[id(cells)] = (weakref.ref(cells), hashes, found)
    return found


def _band_hash(cells: npt.NDArray[np.bool_], band: int) -> bytes:
    return hashlib.blake2b(np.packbits(cells[band * BAND : (band + 1) * BAND]).data, digest_size=16).digest()


def features_digest(texts: Mapping[str, str]) -> bytes:
    """SHA-256 of named features by type, each type's as ``features_text`` gives them."""
    return hashlib.sha256(f"{{{','.join(f'{json.dumps(kind)}:{texts[kind]}' for kind in sorted(texts))}}}".encode()).digest()


def features_text(features: Iterable[Feature]) -> str:
    """Features as JSON by name. Their order and their source files do not matter; everything else does."""
    known = _TEXTS.get  # asked here rather than in a function of its own: of hundreds of doors one has changed
    texts = {each.name: kept[1] if (kept := known(id(each))) and kept[0] is each else _feature_text(each) for each in features}
    return f"{{{','.join(texts[name] for name in sorted(texts))}}}"


_MOST_TEXTS = 50_000
_TEXTS: dict[int, tuple[Feature, str]] = {}
"""Features with their text, by identity: a change of one door leaves the others the very same."""


def _feature_text(feature: Feature) -> str:
    """A feature's name and what it is, as in a JSON object; kept."""
    text = f"{json.dumps(feature.name)}:{_text(_plain(feature))}"
    if len(_TEXTS) >= _MOST_TEXTS:
        _TEXTS.clear()
    _TEXTS[id(feature)] = (feature, text)
    return text


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
