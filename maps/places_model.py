"""What a places.geojson may hold, as Pydantic models; the committed JSON Schema is generated from them."""

import math
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    WithJsonSchema,
    model_validator,
)

from maps.plain_text import label_fault

__all__ = ["MAX_FEATURES", "MAX_NAME", "PlacesFile", "PlacesHead", "places_schema"]

MAX_FEATURES = 10_000
MAX_NAME = 100
MAX_TEXT = 500
MAX_VERTICES = 2_000
MAX_METRES = 1e6
MAX_AMOUNT = 1e18
"""Of an attribute: it may be a serial number or a price as well as a length."""


def _clean(text: str) -> str:
    fault = label_fault(text)
    if fault:
        raise ValueError(fault)
    return text


def _label(text: str) -> str:
    if not text.strip():
        raise ValueError("a name may not be blank")
    return _clean(text)


def _finite(number: float) -> float:
    if abs(number) > MAX_METRES or not math.isfinite(number):
        raise ValueError(f"expected a finite number of at most {MAX_METRES:.0f}")
    return number


def _attribute(value: Any) -> Any:
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        return _clean(value)
    if isinstance(value, float | int):
        if not abs(value) <= MAX_AMOUNT:
            raise ValueError(f"expected a finite number of at most {MAX_AMOUNT:g}")
        return value
    raise ValueError(f"expected a text of at most {MAX_TEXT} characters, a number, true or false")


Label: TypeAlias = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_label)]
Text: TypeAlias = Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_clean)]
Kind: TypeAlias = Annotated[str, Field(max_length=MAX_NAME), AfterValidator(_clean)]
Number: TypeAlias = Annotated[float, AfterValidator(_finite)]
Positive: TypeAlias = Annotated[float, Field(gt=0), AfterValidator(_finite)]
Position: TypeAlias = Annotated[list[Number], Field(min_length=2, max_length=2)]
PoseNumbers: TypeAlias = Annotated[list[Number], Field(min_length=3, max_length=3)]
Ring: TypeAlias = Annotated[list[Position], Field(min_length=4, max_length=MAX_VERTICES)]
Aliases: TypeAlias = Annotated[list[Label], Field(max_length=50)]
Attribute: TypeAlias = Annotated[
    Any, AfterValidator(_attribute), WithJsonSchema({"type": ["boolean", "number", "string"], "maxLength": MAX_TEXT})
]


class _Strict(BaseModel):
    """No unknown keys, except those that begin with ``x-``, which are other programs' own."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        defer_build=True,  # most are parts of others and never validate alone
        json_schema_extra={"patternProperties": {"^x-": {}}},
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_out_foreign_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if not (isinstance(key, str) and key.startswith("x-"))}
        return data


class PointGeometry(_Strict):
    """One position, metres."""

    type: Literal["Point"]
    coordinates: Position


class LineGeometry(_Strict):
    """A doorway from jamb to jamb, metres."""

    type: Literal["LineString"]
    coordinates: Annotated[list[Position], Field(min_length=2, max_length=2)]


class PolygonGeometry(_Strict):
    """A region without holes: one closed ring, metres."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1, max_length=1)]


class _Named(_Strict):
    name: Label
    aliases: Aliases = []


class PlaceProperties(_Named):
    """A named region or point that a robot can be at."""

    type: Literal["place"]
    kind: Kind = ""
    pose: PoseNumbers | None = None


def _carried(attributes: dict[str, Any]) -> dict[str, Any]:
    if any(key.startswith("carried_") for key in attributes):
        from maps.footprint.shape import carried_size

        carried_size(attributes)
    return attributes


class DockProperties(_Named):
    """Where the robot charges: the pose it stands in."""

    type: Literal["dock"]
    kind: Literal["dock"] = "dock"
    pose: PoseNumbers


class ThingProperties(_Named):
    """A named object."""

    type: Literal["thing"]
    kind: Kind = ""
    place: Label | None = None
    state: Label | None = None
    attributes: Annotated[dict[Label, Attribute], Field(max_length=50), AfterValidator(_carried)] = {}
    reach_m: Positive | None = None


class DoorProperties(_Named):
    """A doorway that can be shut."""

    type: Literal["door"]
    kind: Kind = "door"
    between: Annotated[list[Label], Field(max_length=2)] = []
    state: Literal["open", "closed", "locked"] = "open"
    width_m: Positive | None = None


class ZoneProperties(_Named):
    """A region with a rule."""

    type: Literal["zone"]
    kind: Kind = ""
    rule: Literal["keepout", "slow"]
    max_speed: Positive | None = None

    @model_validator(mode="after")
    def _speed_belongs_to_slow(self) -> "ZoneProperties":
        if (self.rule == "slow") != (self.max_speed is not None):
            raise ValueError("a slow zone needs max_speed in m/s and a keepout zone has none")
        return self


class _Feature(_Strict):
    type: Literal["Feature"]
    id: str | int | None = None
    bbox: list[Number] | None = None


class PlaceFeature(_Feature):
    """A place."""

    geometry: Annotated[PolygonGeometry | PointGeometry, Discriminator("type")]
    properties: PlaceProperties


class DockFeature(_Feature):
    """A dock."""

    geometry: PointGeometry
    properties: DockProperties


class ThingFeature(_Feature):
    """A thing."""

    geometry: PointGeometry
    properties: ThingProperties


class DoorFeature(_Feature):
    """A door."""

    geometry: LineGeometry
    properties: DoorProperties


class ZoneFeature(_Feature):
    """A zone."""

    geometry: PolygonGeometry
    properties: ZoneProperties


FEATURE_MODELS: dict[str, type[_Feature]] = {
    "place": PlaceFeature, "dock": DockFeature, "thing": ThingFeature, "door": DoorFeature, "zone": ZoneFeature,
}  # fmt: skip

AnyFeature: TypeAlias = PlaceFeature | DockFeature | ThingFeature | DoorFeature | ZoneFeature


class LanesRule(_Strict):
    """Routes keep to the edges of the route graph beside the map, in their direction and within their speed limits."""

    keep: Literal[True]
    max_speed: Positive | None = None


class PlacesHead(_Strict):
    """All of a places.geojson but its features, which are checked one by one, each by the model of its kind."""

    type: Literal["FeatureCollection"]
    surefoot: Literal[1]
    frame: Literal["map"]
    name: Text | None = None
    bbox: list[Number] | None = None
    lanes: LanesRule | None = None


class PlacesFile(PlacesHead):
    """The semantic layer of a saved map, version 1: GeoJSON in map-frame metres."""

    features: Annotated[list[AnyFeature], Field(max_length=MAX_FEATURES)]


def places_schema() -> dict[str, Any]:
    """The JSON Schema of places.geojson."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **PlacesFile.model_json_schema(),
        "title": "Surefoot places.geojson",
    }
