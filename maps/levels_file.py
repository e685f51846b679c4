"""levels.json: which saved maps are the levels of one building, and which lifts join them."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from maps.bounded import parse_json, read_bytes
from maps.building import RIDE_S
from maps.errors import MapFileInvalid
from maps.places_model import Label, Number
from maps.plain_text import short

__all__ = ["LEVELS_FILE", "LevelEntry", "LevelsFile", "LiftEntry", "is_building", "levels_schema", "read_levels"]

LEVELS_FILE = "levels.json"
MAX_BYTES = 1_000_000
MAX_LEVELS = 100
MAX_RIDE_S = 600.0
"""A ride that takes longer is given up, seconds."""


def _folder(name: str) -> str:
    if name in (".", "..") or name.startswith(".") or any(sign in name for sign in "/\\\0:"):
        raise ValueError("expected the plain name of a folder beside levels.json")
    return name


def _ride(pair: list[float]) -> list[float]:
    if not 0 <= pair[0] <= pair[1] <= MAX_RIDE_S:
        raise ValueError(f"expected [low, high] in seconds, at most {MAX_RIDE_S:g}")
    return pair


class _Strict(BaseModel):
    """No unknown keys, except those that begin with ``x-``."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, defer_build=True, json_schema_extra={"patternProperties": {"^x-": {}}}
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_out_foreign_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if not (isinstance(key, str) and key.startswith("x-"))}
        return data


class LevelEntry(_Strict):
    """A level: its name and the folder of its saved map."""

    name: Label
    folder: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_folder)]


class LiftEntry(_Strict):
    """A lift: the levels that it stops at, its cabin's place on each (the lift's name otherwise), and how long a ride takes."""

    name: Label
    levels: Annotated[list[Label], Field(min_length=1, max_length=MAX_LEVELS)]
    places: dict[Label, Label] = {}
    ride_s: Annotated[list[Number], Field(min_length=2, max_length=2), AfterValidator(_ride)] = list(RIDE_S)


class LevelsFile(_Strict):
    """The levels of a building and what joins them, version 1."""

    surefoot: Literal[1]
    levels: Annotated[list[LevelEntry], Field(min_length=1, max_length=MAX_LEVELS)]
    lifts: Annotated[list[LiftEntry], Field(max_length=1000)] = []


def is_building(path: Path) -> bool:
    """Whether a folder is a building's: levels and no map of its own."""
    return path.is_dir() and not (path / "map.yaml").is_file() and (path / LEVELS_FILE).is_file()


def read_levels(path: Path) -> LevelsFile:
    """Read and check a levels.json.

    Raises:
        MapFileMissing: It is not there or cannot be read.
        MapFileInvalid: It is not JSON, has an unknown key or a wrong value, a name twice, or a lift to a level that is not there.
    """
    data = parse_json(read_bytes(path, MAX_BYTES), path)
    try:
        made = LevelsFile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        at = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).strip(".")
        message = first["msg"].removeprefix("Value error, ")
        raise MapFileInvalid(f"{path.name}: {at or 'the file'} is {short(first.get('input'))}: {message}") from None
    names = [level.name for level in made.levels]
    for what, group in (
        ("level name", names),
        ("folder", [level.folder.casefold() for level in made.levels]),
        ("lift name", [lift.name for lift in made.lifts]),
        *((f"level of lift {short(lift.name)}", lift.levels) for lift in made.lifts),
    ):
        twice = next((name for index, name in enumerate(group) if name in group[:index]), None)
        if twice is not None:
            raise MapFileInvalid(f"{path.name}: the {what} {short(twice)} is given twice")
    for lift in made.lifts:
        for level in (*lift.levels, *lift.places):
            if level not in names:
                raise MapFileInvalid(f"{path.name}: lift {short(lift.name)} names level {short(level)}, which is not there")
    return made


def levels_schema() -> dict[str, Any]:
    """The JSON Schema of levels.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **LevelsFile.model_json_schema(),
        "title": "Surefoot levels.json",
    }
