"""Places written: places, things, doors and zones as places.geojson, which ``maps.semantics`` reads back as they are."""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maps.errors import MapFileMissing
from maps.features import Door, Feature, Place, Thing, Zone
from maps.geometry import Point

if TYPE_CHECKING:
    from maps.lanes import Lanes

__all__ = ["feature_json", "places_json", "write_places"]


def places_json(features: Iterable[Feature], lanes: "Lanes | None" = None) -> str:
    """The text of a places.geojson: one feature per line. Reading it back gives the same features.

    Args:
        features: Places, things, doors and zones.
        lanes: What routes have to keep to; the lanes themselves stand in the route graph beside the file.
    """
    lines = [json.dumps(feature_json(feature), ensure_ascii=False) for feature in features]
    rule = "" if lanes is None else f', "lanes": {json.dumps(_lanes_rule(lanes))}'
    head = f'{{"type": "FeatureCollection", "surefoot": 1, "frame": "map"{rule}, "features": ['
    return head + "\n" + ",\n".join(lines) + "\n]}\n"


def write_places(path: Path, features: Iterable[Feature], lanes: "Lanes | None" = None) -> None:
    """Write a places.geojson, all or nothing.

    Raises:
        MapFileMissing: The folder is not there or cannot be written.
    """
    text = places_json(features, lanes)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise MapFileMissing(f"{str(path)!r} cannot be written: {error.strerror}") from None


def feature_json(feature: Feature) -> dict[str, Any]:
    """One feature as GeoJSON; keys that hold nothing are left out."""
    type = "dock" if isinstance(feature, Place) and feature.is_dock and not feature.outline else _TYPES[feature.__class__]
    properties: dict[str, Any] = {"type": type, "name": feature.name, "aliases": list(feature.aliases), "kind": feature.kind}
    if isinstance(feature, Thing):
        geometry = {"type": "Point", "coordinates": list(feature.position)}
        properties |= {"place": feature.place, "state": feature.state, "attributes": dict(feature.attributes)}
        properties |= {"reach_m": feature.reach_m}
    elif isinstance(feature, Door):
        geometry = {"type": "LineString", "coordinates": [list(end) for end in feature.segment]}
        properties |= {"between": list(feature.between), "state": feature.state, "width_m": feature.width_m}
    elif isinstance(feature, Zone):
        geometry = _polygon(feature.outline)
        properties |= {"rule": feature.rule, "max_speed": feature.max_speed}
    else:
        geometry = _polygon(feature.outline) if feature.outline else {"type": "Point", "coordinates": list(feature.centre)}
        if feature.pose is not None:
            properties["pose"] = [feature.pose.x, feature.pose.y, feature.pose.yaw]
    kept = {key: value for key, value in properties.items() if value not in (None, [], {}) and (key, value) != ("kind", "")}
    return {"type": "Feature", "geometry": geometry, "properties": kept}


def _lanes_rule(lanes: "Lanes") -> dict[str, Any]:
    return {"keep": True} if lanes.full_speed is None else {"keep": True, "max_speed": lanes.full_speed}


def _polygon(outline: Sequence[Point]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in (*outline, outline[0])]]}


_TYPES: Mapping[type, str] = {Place: "place", Thing: "thing", Door: "door", Zone: "zone"}
