"""Indexes that were built before: one for each set of features and skills, found again by their content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from maps.linking.index import NameIndex
from maps.recent import Recent

if TYPE_CHECKING:
    from maps.world import World

__all__ = ["index_of"]

_BUDGET_BYTES = 256 << 20
_PHRASE_BYTES = 600
"""About what one phrase takes with its candidates and prefixes."""

_KEPT: Recent[NameIndex] = Recent(_BUDGET_BYTES)


def index_of(world: World, extra: Iterable[tuple[str, str, Iterable[str]]] = ()) -> NameIndex:
    """The index of a world's names, built once for each content of its features and ``extra``.

    Cells do not count: a robot that senses obstacles keeps its index.

    Args:
        world: The map.
        extra: More that can be named, as for ``NameIndex.of``.
    """
    more = [(type_, name, tuple(phrases)) for type_, name, phrases in extra]
    key = hashlib.sha256(world.features_key + json.dumps(more).encode()).digest()
    index = _KEPT.get(key)
    if index is None:
        index = NameIndex.of(world, more)
        _KEPT.put(key, index, _PHRASE_BYTES * len(index.phrases))
    return index
