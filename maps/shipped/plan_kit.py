"""Drawing kit for floor plans: paint walls in metres, name what stands there, write a saved map and its truth."""

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["RESOLUTION", "FloorPlan", "Ring", "rect"]

RESOLUTION = 0.05
"""Metres per pixel of every shipped map; coordinates are multiples of it, so that walls end where they say."""

FREE, OCCUPIED, UNKNOWN = 254, 0, 205

Spot = tuple[float, float]
Ring = Sequence[Spot]
Names = Sequence[str]
Json = dict[str, Any]


def rect(x0: float, y0: float, x1: float, y1: float) -> Ring:
    """The ring of an axis-aligned rectangle, counter-clockwise, metres."""
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


@dataclass
class FloorPlan:
    """One map being drawn. ``truth`` holds what is really there; ``hide`` takes parts of it away from the saved map.

    Attributes:
        name: Folder and map name.
        extent: x0, y0, x1, y1 of the whole picture, metres.
    """

    name: str
    extent: tuple[float, float, float, float]
    truth: NDArray[np.uint8] = field(init=False)
    hidden: NDArray[np.bool_] = field(init=False)
    keepout: NDArray[np.bool_] = field(init=False)
    speed: NDArray[np.uint8] = field(init=False)
    saved_features: list[Json] = field(default_factory=list)
    true_features: list[Json] = field(default_factory=list)
    gaps: list[Ring] = field(default_factory=list)

    def __post_init__(self) -> None:
        x0, y0, x1, y1 = self.extent
        shape = (round((y1 - y0) / RESOLUTION), round((x1 - x0) / RESOLUTION))
        self.truth = np.full(shape, UNKNOWN, np.uint8)
        self.hidden = np.zeros(shape, bool)
        self.keepout = np.zeros(shape, bool)
        self.speed = np.zeros(shape, np.uint8)
        self._xs = x0 + (np.arange(shape[1]) + 0.5) * RESOLUTION
        self._ys = y0 + (np.arange(shape[0]) + 0.5) * RESOLUTION

    # --- cells -------------------------------------------------------------------------------------------------------

    def floor(self, *rings: Ring) -> None:
        """Make free space."""
        for ring in rings:
            self.truth[self._inside(ring)] = FREE

    def solid(self, *rings: Ring) -> None:
        """Make obstacles: racks, tables, machines."""
        for ring in rings:
            self.truth[self._inside(ring)] = OCCUPIED

    def disc(self, x: float, y: float, radius: float) -> None:
        """Make a round obstacle: a tank, a pillar, a post."""
        gap = np.hypot(self._xs[None, :] - x, self._ys[:, None] - y)
        self.truth[gap <= radius] = OCCUPIED

    def wall(self, *points: tuple[float, float], thickness: float = 0.2) -> None:
        """Make a wall along axis-aligned segments, ``thickness`` metres wide and as much longer at its ends."""
        half = thickness / 2
        for (ax, ay), (bx, by) in pairwise(points):
            self.solid(rect(min(ax, bx) - half, min(ay, by) - half, max(ax, bx) + half, max(ay, by) + half))

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Make a floor with walls on all four sides."""
        self.floor(rect(x0, y0, x1, y1))
        self.wall((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))

    def opening(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Cut a hole into whatever walls there are; done last."""
        self.gaps.append(rect(x0, y0, x1, y1))

    def hide(self, *rings: Ring) -> None:
        """Leave these parts unknown on the saved map."""
        for ring in rings:
            self.hidden |= self._inside(ring)

    def mask_keepout(self, *rings: Ring) -> None:
        """Paint the keep-out mask."""
        for ring in rings:
            self.keepout |= self._inside(ring)

    def mask_speed(self, ring: Ring, percent: int) -> None:
        """Paint the speed mask, in percent of the robot's top speed."""
        self.speed[self._inside(ring)] = percent

    # --- features ----------------------------------------------------------------------------------------------------

    def place(self, name: str, where: Ring, kind: str, aliases: Names, pose: tuple[float, float, float] | None = None) -> None:
        """Name a region."""
        properties: Json = {"type": "place", "name": name, "aliases": list(aliases), "kind": kind}
        if pose is not None:
            properties["pose"] = _rounded(pose)
        self._add(_polygon(where), properties)

    def point(self, name: str, pose: tuple[float, float, float], kind: str, aliases: Names) -> None:
        """Name a spot to stand at."""
        properties = {"type": "place", "name": name, "aliases": list(aliases), "kind": kind, "pose": _rounded(pose)}
        self._add({"type": "Point", "coordinates": _rounded(pose[:2])}, properties)

    def room(self, name: str, x0: float, y0: float, x1: float, y1: float, kind: str, aliases: Names) -> None:
        """Build a walled room and name its inside."""
        self.box(x0, y0, x1, y1)
        self.place(name, rect(x0 + 0.1, y0 + 0.1, x1 - 0.1, y1 - 0.1), kind, aliases)

    def dock(self, name: str, pose: tuple[float, float, float], aliases: Names) -> None:
        """Put a charger in front of a pose that faces it, and name it."""
        x, y, yaw = pose
        ahead, half = (math.cos(yaw), math.sin(yaw)), 0.3
        across = (-ahead[1], ahead[0])
        corners = [(0.45, -half), (0.65, -half), (0.65, half), (0.45, half)]
        self.solid([(x + f * ahead[0] + s * across[0], y + f * ahead[1] + s * across[1]) for f, s in corners])
        properties = {"type": "dock", "name": name, "aliases": list(aliases), "kind": "dock", "pose": _rounded(pose)}
        self._add({"type": "Point", "coordinates": _rounded(pose[:2])}, properties)

    def door(
        self, name: str, ends: tuple[Spot, Spot], between: tuple[str, str], aliases: Names, state: str = "open",
        truly: str | None = None, kind: str = "door",
    ) -> None:  # fmt: skip
        """Cut a doorway from end to end through the wall it lies in, with a door in it; ``truly`` is its real state."""
        (ax, ay), (bx, by) = ends
        tx, ty = (0.0, 0.2) if ay == by else (0.2, 0.0)
        self.opening(min(ax, bx) - tx, min(ay, by) - ty, max(ax, bx) + tx, max(ay, by) + ty)
        geometry = {"type": "LineString", "coordinates": [_rounded(end) for end in ends]}
        properties: Json = {"type": "door", "name": name, "aliases": list(aliases), "kind": kind}
        properties |= {"between": list(between), "state": state, "width_m": round(math.dist(*ends), 3)}
        self._add(geometry, properties, {"state": truly} if truly else None)

    def thing(
        self, name: str, at: tuple[float, float], kind: str, aliases: Names = (), *, place: str | None = None,
        size: tuple[float, float] | None = None, seen: bool = True, state: str | None = None,
        truly: Mapping[str, Any] | None = None, truly_state: str | None = None, reach_m: float | None = None,
        **attributes: str | float | bool,
    ) -> None:  # fmt: skip
        """Put a thing somewhere.

        Args:
            name: As people say it.
            at: Where it is, metres.
            kind: What sort of thing.
            aliases: Other names, any language.
            place: The place it belongs to; by default the smallest one around it, else the nearest.
            size: Width and depth of the obstacle it makes, metres; None for a thing that stands on something or hangs.
            seen: False leaves it out of the saved map.
            state: Its state as the map knows it.
            truly: Attributes that only the truth has (what a gauge reads).
            truly_state: Its real state.
            reach_m: How near the robot must come, where that is not the arm's reach.
            **attributes: What is known of it.
        """
        if size is not None:
            (x, y), (w, d) = at, size
            self.solid(rect(x - w / 2, y - d / 2, x + w / 2, y + d / 2))
        properties: Json = {
            "type": "thing",
            "name": name,
            "aliases": list(aliases),
            "kind": kind,
            "place": place,
        }
        if state is not None:
            properties["state"] = state
        if reach_m is not None:
            properties["reach_m"] = reach_m
        properties["attributes"] = attributes
        real: Json = {"attributes": {**attributes, **(truly or {})}}
        if truly_state is not None:
            real["state"] = truly_state
        self._add({"type": "Point", "coordinates": _rounded(at)}, properties, real, seen=seen)

    def zone(self, name: str, where: Ring, rule: str, aliases: Names, max_speed: float | None = None) -> None:
        """Lay a rule over a region."""
        properties: Json = {
            "type": "zone",
            "name": name,
            "aliases": list(aliases),
            "kind": "zone",
            "rule": rule,
        }
        if max_speed is not None:
            properties["max_speed"] = max_speed
        self._add(_polygon(where), properties)

    # --- writing -----------------------------------------------------------------------------------------------------

    def write(self, folder: Path) -> None:
        """Write the saved map to ``folder`` and the truth to ``folder/truth``, each file in one stroke."""
        for ring in self.gaps:
            self.truth[self._inside(ring)] = FREE
        self._settle()
        saved = np.where(self.hidden, np.uint8(UNKNOWN), self.truth)
        self._write_one(folder, saved, self.saved_features)
        self._write_one(folder / "truth", self.truth, self.true_features)

    def _write_one(self, folder: Path, cells: NDArray[np.uint8], features: Iterable[Mapping[str, Any]]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._write_layer(folder, "map", cells, "mode: trinary\n")
        if self.keepout.any():
            self._write_layer(folder, "keepout", np.where(self.keepout, np.uint8(OCCUPIED), np.uint8(UNKNOWN)), "mode: trinary\n")
        if self.speed.any():
            grey = np.round((100 - self.speed) * 2.55).astype(np.uint8)
            self._write_layer(folder, "speed", grey, "mode: scale\ntype: 1\nmax_speed: 1.0\n")
        lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
        head = '{"type": "FeatureCollection", "surefoot": 1, "frame": "map", "features": [\n'
        _put(folder / "places.geojson", (head + lines + "\n]}\n").encode())

    def _write_layer(self, folder: Path, stem: str, grey: NDArray[np.uint8], more: str) -> None:
        from io import BytesIO

        from PIL import Image

        picture = BytesIO()
        Image.fromarray(np.ascontiguousarray(grey[::-1])).save(picture, "PNG", optimize=True)
        _put(folder / f"{stem}.png", picture.getvalue())
        x0, y0 = self.extent[:2]
        free, occupied = (0.196, 0.65) if stem != "speed" else (0.0, 1.0)
        text = (
            f"image: {stem}.png\nresolution: {RESOLUTION}\norigin: [{x0}, {y0}, 0.0]\nnegate: 0\n"
            f"occupied_thresh: {occupied}\nfree_thresh: {free}\n{more}"
        )
        _put(folder / f"{stem}.yaml", text.encode())

    def _add(self, geometry: Json, properties: Json, real: Mapping[str, Any] | None = None, *, seen: bool = True) -> None:
        if seen:
            self.saved_features.append({"type": "Feature", "geometry": geometry, "properties": properties})
        self.true_features.append({"type": "Feature", "geometry": geometry, "properties": {**properties, **(real or {})}})

    def _settle(self) -> None:
        """Give every thing without a place the smallest region around it, else the nearest one."""
        from shapely import Point, Polygon

        places = [
            (f["properties"]["name"], Polygon(f["geometry"]["coordinates"][0]))
            for f in self.true_features
            if f["properties"]["type"] == "place" and f["geometry"]["type"] == "Polygon"
        ]
        for feature in [*self.saved_features, *self.true_features]:
            properties = feature["properties"]
            if properties["type"] != "thing" or properties["place"] is not None:
                continue
            point = Point(feature["geometry"]["coordinates"])
            around = [(area.area, name) for name, area in places if area.contains(point)]
            near = [(area.distance(point), name) for name, area in places]
            properties["place"] = min(around or near)[1]

    def _inside(self, ring: Ring) -> NDArray[np.bool_]:
        """Which cells have their centre in the ring: even-odd rule."""
        inside = np.zeros(self.truth.shape, bool)
        ys = self._ys[:, None]
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if ay == by:
                continue
            crosses = (ys < ay) != (ys < by)
            inside ^= crosses & (self._xs[None, :] < ax + (ys - ay) * (bx - ax) / (by - ay))
        return inside


def _rounded(numbers: Sequence[float]) -> list[float]:
    return [round(float(number), 3) for number in numbers]


def _polygon(ring: Ring) -> Json:
    return {"type": "Polygon", "coordinates": [[_rounded(point) for point in [*ring, ring[0]]]]}


def _put(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    rough = path.with_name(path.name + ".new")
    rough.write_bytes(content)
    os.replace(rough, path)
