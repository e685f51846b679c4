"""How large a pixel of an Open-RMF building.yaml is, and how its levels are laid onto each other."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from maps.errors import MapFileInvalid
from maps.formats.rmf_parts import edges_of, list_of, numbers_of, vertices_of
from maps.geometry import Point
from maps.map_server import is_number
from maps.plain_text import short

__all__ = ["Transform", "aligned", "scale_of"]

_SPREAD = 0.02
"""Measurements that differ by more than this share are said."""


@dataclass(frozen=True, slots=True)
class Transform:
    """From a level's own numbers to metres."""

    scale: float
    turn: float = 0.0
    move: Point = (0.0, 0.0)

    def __call__(self, x: float, y: float) -> Point:
        """A point, metres, to the micrometre."""
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        return (
            round((cos * x - sin * y) * self.scale + self.move[0], 6),
            round((sin * x + cos * y) * self.scale + self.move[1], 6),
        )


def scale_of(level: Mapping[str, Any], vertices: list[Any], where: str, warnings: list[str]) -> float:
    """Metres per pixel: the mean over the measurements.

    Raises:
        MapFileInvalid: There are none, or one makes no sense.
    """
    scales = []
    for edge in edges_of(level, "measurements", len(vertices), where):
        pixels, metres = math.dist(vertices[edge.start][:2], vertices[edge.end][:2]), edge.params.get("distance")
        if not is_number(metres) or metres <= 0 or pixels <= 0:  # type: ignore[operator]
            raise MapFileInvalid(f"{where}: a measurement is {short(metres)} m over {pixels:g} pixels, expected both more than 0")
        scales.append(float(metres) / pixels)  # type: ignore[arg-type]
    if not scales:
        raise MapFileInvalid(
            f"{where}: it has no measurements, so the size of a pixel is unknown; give it with --scale, metres per pixel"
        )
    if max(scales) > (1 + _SPREAD) * min(scales):
        warnings.append(
            f"{where}: its measurements disagree: a pixel is {min(scales):.5f} to {max(scales):.5f} m; their mean is "
            f"taken, so lengths may be wrong by {max(scales) / min(scales) - 1:.0%}"
        )
    return sum(scales) / len(scales)


def _fiducials(level: Mapping[str, Any], where: str, flip: float) -> dict[str, complex]:
    found = {}
    for index, item in enumerate(list_of(level, "fiducials", where)):
        x, y = numbers_of(item, 2, f"{where}, fiducials[{index}]")
        if len(item) > 2 and isinstance(item[2], str):
            found[item[2]] = complex(x, flip * y)
    return found


def aligned(
    reference: Mapping[str, Any],
    level: Mapping[str, Any],
    metres: float,
    flip: float,
    name: str,
    path: Path,
    warnings: list[str],
    scale: float | None,
) -> Transform:
    """The transform that lays a level's fiducials onto those of the reference level; without any its own or the given scale."""
    where = f"{path.name}, level {short(name)}"
    onto, own = _fiducials(reference, path.name, flip), _fiducials(level, where, flip)
    pairs = [(onto[key], own[key]) for key in own if key in onto]
    spans = [(b[0] - a[0], b[1] - a[1]) for i, a in enumerate(pairs) for b in pairs[i + 1 :]]
    spans = [(ref, mine) for ref, mine in spans if abs(ref) > 0 and abs(mine) > 0]
    if not spans:
        warnings.append(
            f"{where}: it shares fewer than two fiducials with the reference level, so that "
            + ("--scale gives" if scale else "its own measurements give")
            + " its scale and it is not laid onto the other levels"
        )
        return Transform(scale or scale_of(level, vertices_of(level, where, flip), where, warnings))
    turns = [ref / abs(ref) * (mine / abs(mine)).conjugate() for ref, mine in spans]
    turn = float(np.angle(sum(turns)))
    relative = sum(abs(mine) / abs(ref) for ref, mine in spans) / len(spans)
    spin = complex(math.cos(turn), math.sin(turn))
    move = sum((ref - spin * mine / relative for ref, mine in pairs), 0j) * metres / len(pairs)
    return Transform(metres / relative, turn, (move.real, move.imag))
