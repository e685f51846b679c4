"""Write the committed JSON Schemas of verdicts and certificates: ``python -m verifier.schema``."""

import json
from pathlib import Path
from typing import Any

from verifier.certificate import Certificates
from verifier.verdict import ROUTE_KEYS, Verdict

__all__ = ["CERTIFICATE_SCHEMA", "SCHEMA", "certificate_schema", "schema_text", "verdict_schema"]

SCHEMA = Path(__file__).parent / "schemas" / "verdict.schema.json"
CERTIFICATE_SCHEMA = SCHEMA.with_name("certificates.schema.json")


def verdict_schema() -> dict[str, Any]:
    """The JSON Schema of ``Verdict.to_json``, made from the models."""
    schema = Verdict.model_json_schema(mode="serialization")
    parts = schema["$defs"]
    route = parts["Route"]
    route["properties"] = {key: value for key, value in route["properties"].items() if key in ROUTE_KEYS}
    route["properties"]["excess_m"] = {
        "description": "Only of a repaired route: on the grid at most so much longer than the shortest, metres.",
        "minimum": 0.0,
        "title": "Excess M",
        "type": "number",
    }
    route["description"] = "The route that the step drives; points in metres, map frame."
    for part in (schema, parts["StepVerdict"], parts["Totals"], route):
        part["additionalProperties"] = False
        part["required"] = sorted(name for name in part["properties"] if name != "excess_m")
    schema["properties"] = {"surefoot": {"const": 1}, **schema["properties"]}
    schema["required"] = sorted(schema["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def certificate_schema() -> dict[str, Any]:
    """The JSON Schema of ``Certificates.to_json``, made from the models."""
    schema = Certificates.model_json_schema(mode="serialization")
    own = {"surefoot": {"const": 1}, "kind": {"const": "certificates"}}
    digest = {"description": "SHA-256 of all the rest as JSON with sorted keys and no white space.", "type": "string"}
    schema["properties"] = {**own, **schema["properties"], "digest": digest}
    for part in (schema, *schema["$defs"].values()):
        if "properties" in part:
            part["required"] = sorted(part["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text(schema: dict[str, Any] | None = None) -> str:
    """A schema, by default that of verdicts, as it should stand in its file."""
    return json.dumps(verdict_schema() if schema is None else schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    CERTIFICATE_SCHEMA.write_text(schema_text(certificate_schema()), encoding="utf-8")
