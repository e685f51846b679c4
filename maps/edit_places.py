"""Edits in a places.geojson's own text: only the text of the touched features changes, everything else keeps its bytes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from maps.edit import Pair
from maps.edit_text import Splice, apply_splices, inverse, parse_strictly, rewrite
from maps.errors import MapFileInvalid
from maps.features import Feature
from maps.places_writing import feature_json

__all__ = ["edit_places_text"]

_CORNERS = 4
"""Numbers in a bounding box of plane points."""


def edit_places_text(text: str, pairs: Sequence[Pair]) -> tuple[str, list[list[Splice]]]:
    """The text after an edit, and the way back.

    Args:
        text: A valid places.geojson.
        pairs: Features before and after.

    Returns:
        The new text, and splices to be applied to it one list after the other to have the old text again.

    Raises:
        MapFileInvalid: An object of the text has a key twice.
    """
    try:
        document = parse_strictly(text)
    except ValueError as error:
        raise MapFileInvalid(f"places.geojson cannot be edited: {error}") from None
    back: list[list[Splice]] = []
    for following in _documents(document, pairs):
        splices = rewrite(text, document, following)
        if splices:
            back.insert(0, inverse(text, splices))
            text, document = apply_splices(text, splices), following
    return text, back


def _documents(document: Mapping[str, Any], pairs: Sequence[Pair]) -> Iterator[dict[str, Any]]:
    """The document after what is changed and added, then after each removal: one at a time, each is a plain cut."""
    features = list(document["features"])
    where = {_key(feature): index for index, feature in enumerate(features)}
    for before, after in pairs:
        if before is not None and after is not None:
            index = where[_key(feature_json(before))]
            features[index] = _changed(features[index], before, after)
    features += [feature_json(after) for before, after in pairs if before is None and after is not None]
    yield _whole(document, features)
    for before, after in pairs:
        if before is not None and after is None:
            gone = _key(feature_json(before))
            features = [feature for feature in features if _key(feature) != gone]
            yield _whole(document, features)


def _whole(document: Mapping[str, Any], features: list[Any]) -> dict[str, Any]:
    """The document with these features, its bounding box kept true if it has one."""
    made = {**document, "features": features}
    if len(document.get("bbox") or ()) == _CORNERS and features:
        made["bbox"] = _bbox([feature["geometry"]["coordinates"] for feature in features])
    return made


def _key(feature: Mapping[str, Any]) -> tuple[str, str]:
    """What names one feature of a file: its type, docks being places, and its name."""
    kind, name = feature["properties"]["type"], feature["properties"]["name"]
    return ("place" if kind == "dock" else kind, name)


def _changed(raw: dict[str, Any], before: Feature, after: Feature) -> dict[str, Any]:
    """A feature of the file with exactly those keys changed in which the two differ; other programs' keys stay."""
    old, new = feature_json(before), feature_json(after)
    old["properties"].pop("type")  # how the file spells a dock stays
    new["properties"].pop("type")
    made = dict(_merged(raw, old, new))
    if old["geometry"] != new["geometry"] and len(raw.get("bbox") or ()) == _CORNERS:
        made["bbox"] = _bbox(new["geometry"]["coordinates"])
    return made


def _merged(raw: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    made = {key: value for key, value in raw.items() if key in new or key not in old}
    for key, value in new.items():
        inner = raw.get(key)
        if isinstance(value, dict) and isinstance(old.get(key), dict) and isinstance(inner, dict):
            made[key] = _merged(inner, old[key], value)
        elif key not in old or old[key] != value:
            made[key] = value
    return made


def _bbox(coordinates: Any) -> list[float]:
    points = list(_points(coordinates))
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return [min(xs), min(ys), max(xs), max(ys)]


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates[0], list):
        for inner in coordinates:
            yield from _points(inner)
    else:
        yield coordinates[0], coordinates[1]
