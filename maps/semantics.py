"""The semantic layer: places.geojson read into places, things, doors and zones, checked all over."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from maps.errors import MapFileInvalid, MapFileMissing
from maps.features import Door, Feature, Place, Source, Thing, Zone
from maps.geometry import Point, Pose
from maps.grid import GridFrame
from maps.naming import near_names, normalise_name
from maps.plain_text import short
from maps.polygon import area, is_simple

if TYPE_CHECKING:
    from pydantic import ValidationError


__all__ = ["Semantics", "parse_places", "read_places"]

MAX_BYTES = 20_000_000
_EDGE_M = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Semantics:
    """The named features of a map, in file order.

    ``keep_lanes``: routes keep to the route graph beside the map; ``full_speed`` is what 100 % of its speed limits is, m/s.
    """

    places: tuple[Place, ...] = ()
    things: tuple[Thing, ...] = ()
    doors: tuple[Door, ...] = ()
    zones: tuple[Zone, ...] = ()
    keep_lanes: bool = False
    full_speed: float | None = None


def read_places(path: Path, frame: GridFrame) -> Semantics:
    """Read and check a places.geojson.

    Args:
        path: The file.
        frame: The grid that all coordinates must lie on.

    Raises:
        MapFileMissing: It is not there or cannot be read.
        MapFileInvalid: It is not JSON, has an unknown key or a wrong value, a coordinate outside the map, a name given twice, or
            a feature that refers to a place that does not exist.
    """
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            if path.exists():
                raise MapFileInvalid(f"{path} is not a plain file of at most {MAX_BYTES} bytes")
            raise MapFileMissing(f"{str(path)!r} does not exist")
        text = path.read_bytes()
    except OSError as error:
        raise MapFileMissing(f"{str(path)!r} cannot be read: {error.strerror}") from None
    return parse_places(text, path, frame)


def parse_places(text: bytes, path: Path, frame: GridFrame) -> Semantics:
    """Check the content of a places.geojson, which ``path`` holds or will hold, as ``read_places`` does.

    Raises:
        MapFileInvalid: As ``read_places``.
    """
    items, head = _features(text, path)
    features = [_feature(item, path.name, index) for index, item in enumerate(items)]
    places = tuple(feature for feature in features if isinstance(feature, Place))
    things = tuple(feature for feature in features if isinstance(feature, Thing))
    doors = tuple(feature for feature in features if isinstance(feature, Door))
    zones = tuple(feature for feature in features if isinstance(feature, Zone))
    for feature in features:
        _check_inside(feature, frame)
    for kind, group in (("place", places), ("thing", things), ("door", doors), ("zone", zones)):
        _check_unique(kind, group)
    names = {place.name for place in places}
    for thing in things:
        if thing.place is not None:
            _check_place(thing, "place", thing.place, names)
    for door in doors:
        for index, name in enumerate(door.between):
            _check_place(door, f"between[{index}]", name, names)
    lanes = head.get("lanes") or {}
    return Semantics(
        places=places,
        things=things,
        doors=doors,
        zones=zones,
        keep_lanes=bool(lanes.get("keep")),
        full_speed=None if lanes.get("max_speed") is None else float(lanes["max_speed"]),
    )


def _features(text: bytes, path: Path) -> tuple[list[Any], dict[str, Any]]:
    """The raw features of a file whose frame is checked, each to be checked on its own, and the file's other keys."""
    from pydantic import ValidationError

    from maps.places_model import MAX_FEATURES, PlacesFile, PlacesHead

    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MapFileInvalid(f"{path} is not JSON: {error}") from None
    features = data.get("features") if isinstance(data, dict) else None
    try:
        if isinstance(features, list):
            PlacesHead.model_validate({key: value for key, value in data.items() if key != "features"})
        else:
            PlacesFile.model_validate(data)
    except ValidationError as error:
        raise MapFileInvalid(f"{path.name}: {_sentence(error, '')}") from None
    assert isinstance(features, list)
    if len(features) > MAX_FEATURES:
        raise MapFileInvalid(f"{path.name} holds {len(features)} features, at most {MAX_FEATURES} are read")
    return features, data


def _feature(item: Any, file: str, index: int) -> Feature:
    from pydantic import ValidationError

    from maps.places_model import FEATURE_MODELS

    source = Source(file, index)
    properties = item.get("properties") if isinstance(item, dict) else None
    kind = properties.get("type") if isinstance(properties, dict) else None
    model = FEATURE_MODELS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise MapFileInvalid(f"{source}: features[{index}].properties.type is {short(kind)}, expected {', '.join(FEATURE_MODELS)}")
    try:
        made = model.model_validate(item)
    except ValidationError as error:
        name = properties.get("name") if isinstance(properties, dict) else None
        called = f" ({short(name)})" if isinstance(name, str) else ""
        raise MapFileInvalid(f"{source}{called}: {_sentence(error, f'features[{index}].')}") from None
    return _read(made, source)


def _read(made: Any, source: Source) -> Feature:
    """A validated feature as the noun it is."""
    geometry, given = made.geometry, made.properties
    common = {"name": given.name, "kind": given.kind, "aliases": _aliases(given), "source": source}
    if given.type == "thing":
        return Thing(
            position=_point(geometry.coordinates),
            place=given.place,
            state=given.state,
            attributes=MappingProxyType(dict(given.attributes)),
            reach_m=given.reach_m,
            **common,
        )
    if given.type == "door":
        a, b = (_point(end) for end in geometry.coordinates)
        if a == b:
            raise MapFileInvalid(f"{source}: door {given.name!r} has no length: both ends are at {a}")
        return Door(segment=(a, b), between=tuple(given.between), state=given.state, width_m=given.width_m, **common)
    outline = _outline(geometry, given, source) if geometry.type == "Polygon" else ()
    if given.type == "zone":
        return Zone(rule=given.rule, outline=outline, max_speed=given.max_speed, **common)
    pose = Pose(*(float(part) for part in given.pose)) if given.pose is not None else None
    if pose is None and not outline:
        pose = Pose(*_point(geometry.coordinates))
    if pose is None and given.kind == "dock":
        raise MapFileInvalid(f"{source}: {given.name!r} is a dock and needs a pose [x, y, yaw]")
    return Place(outline=outline, pose=pose, **common)


def _outline(geometry: Any, given: Any, source: Source) -> tuple[Point, ...]:
    ring = [_point(position) for position in geometry.coordinates[0]]
    if ring[0] != ring[-1]:
        raise MapFileInvalid(f"{source}: the outline of {given.name!r} is not closed: its last point must repeat its first")
    outline = tuple(ring[:-1])
    if area(outline) <= 0 or not is_simple(outline):
        raise MapFileInvalid(f"{source}: the outline of {given.name!r} crosses itself or has no area")
    return outline


def _aliases(given: Any) -> tuple[str, ...]:
    """Aliases in order, without those that mean the same as the name or an earlier one."""
    seen = {normalise_name(given.name)}
    kept = []
    for alias in given.aliases:
        if normalise_name(alias) not in seen:
            seen.add(normalise_name(alias))
            kept.append(alias)
    return tuple(kept)


def _point(position: Sequence[float]) -> Point:
    return (float(position[0]), float(position[1]))


def _check_inside(feature: Feature, frame: GridFrame) -> None:
    import numpy as np

    cells = frame.local(_points(feature))
    edge = _EDGE_M / frame.resolution
    outside = ((cells < -edge) | (cells > np.array([frame.width, frame.height]) + edge)).any(axis=1)
    if outside.any():
        x, y = _points(feature)[int(np.flatnonzero(outside)[0])]
        xs, ys = zip(*frame.corners, strict=True)
        raise MapFileInvalid(
            f"{feature.source}: {feature.name!r} has the point ({x:g}, {y:g}), which lies outside the map "
            f"(x {min(xs):g} to {max(xs):g} m, y {min(ys):g} to {max(ys):g} m)"
        )


def _points(feature: Feature) -> list[Point]:
    if isinstance(feature, Thing):
        return [feature.position]
    if isinstance(feature, Door):
        return list(feature.segment)
    if isinstance(feature, Place) and feature.pose is not None:
        return [feature.pose.point, *feature.outline]
    return list(feature.outline)


def _check_unique(kind: str, features: Iterable[Feature]) -> None:
    owner: dict[str, Feature] = {}
    for feature in features:
        for name in (feature.name, *feature.aliases):
            other = owner.setdefault(normalise_name(name), feature)
            if other is not feature:
                raise MapFileInvalid(
                    f"the {kind} name {name!r} is given twice: by {feature.name!r} ({feature.source}) and by "
                    f"{other.name!r} ({other.source}); rename one"
                )


def _check_place(feature: Thing | Door, key: str, name: str, names: set[str]) -> None:
    if name not in names:
        near = near_names(name, sorted(names))
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise MapFileInvalid(f"{feature.source} ({feature.name!r}): {key} names {name!r}, which is no place on this map{hint}")


def _sentence(error: "ValidationError", prefix: str) -> str:
    """The first of the errors as `key.path: what is wrong, what was found`, and how many more there are."""
    errors = error.errors(include_url=False)
    first = errors[0]
    path = prefix
    for part in first["loc"]:
        if part in ("Point", "Polygon"):  # the model that was tried, not a key
            continue
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    path = path.replace("..", ".").strip(".") or "the file"
    found = first.get("input")
    if first["type"] == "extra_forbidden":
        text = f"unknown key {path!r}; other programs' keys must begin with 'x-'"
    elif first["type"] == "missing":
        text = f"the key {path!r} is missing"
    else:
        text = f"{path} is {short(found)}: {first['msg'].removeprefix('Value error, ').replace('Input should be', 'expected')}"
    return text if len(errors) == 1 else f"{text} (and {len(errors) - 1} more)"
