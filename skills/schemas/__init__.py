"""JSON Schemas of the files that people and other programs meet: a plan, an outcome. ``python -m skills.schemas`` writes them."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from skills.call import Plan
from skills.outcome import Outcome

__all__ = ["FOLDER", "schema_of", "write_schemas"]

FOLDER = Path(__file__).parent
"""Where the schemas lie."""

_MODELS: dict[str, type[BaseModel]] = {"plan": Plan, "outcome": Outcome}


def schema_of(name: Literal["plan", "outcome"]) -> dict[str, Any]:
    """The JSON Schema of a file format, as generated from its model."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_MODELS[name].model_json_schema()}


def write_schemas(folder: Path = FOLDER) -> list[Path]:
    """Write each schema to ``<name>.schema.json``; returns the paths."""
    import json

    written = []
    for name in _MODELS:
        path = folder / f"{name}.schema.json"
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(schema_of(name), indent=2) + "\n", encoding="utf-8")  # type: ignore[arg-type]
        draft.replace(path)
        written.append(path)
    return written
