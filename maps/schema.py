"""Write the committed JSON Schema of places.geojson: ``python -m maps.schema``."""

import json
from pathlib import Path

__all__ = ["SCHEMA", "schema_text"]

SCHEMA = Path(__file__).parent / "schemas" / "places.schema.json"


def schema_text() -> str:
    """The schema as it should stand in the file."""
    from maps.places_model import places_schema

    return json.dumps(places_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
