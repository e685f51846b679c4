"""Write the committed JSON Schema of verdicts: ``python -m verifier.schema``."""

import json
from pathlib import Path
from typing import Any

from verifier.verdict import ROUTE_KEYS, Verdict

__all__ = ["SCHEMA", "schema_text", "verdict_schema"]

SCHEMA = Path(__file__).parent / "schemas" / "verdict.schema.json"


def verdict_schema() -> dict[str, Any]:
    """The JSON Schema of ``Verdict.to_json``, made from the models."""
    schema = Verdict.model_json_schema(mode="serialization")
    parts = schema["$defs"]
    route = parts["Route"]
    route["properties"] = {key: value for key, value in route["properties"].items() if key in ROUTE_KEYS}
    route["required"] = sorted(route["properties"])
    route["description"] = "The route that the step drives; points in metres, map frame."
    for part in (schema, parts["StepVerdict"], parts["Totals"], route):
        part["additionalProperties"] = False
        part["required"] = sorted(part["properties"])
    schema["properties"] = {"surefoot": {"const": 1}, **schema["properties"]}
    schema["required"] = sorted(schema["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """The schema as it should stand in the file."""
    return json.dumps(verdict_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
