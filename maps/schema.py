"""Write the committed JSON Schemas of places.geojson, levels.json and ``maps check --json``: ``python -m maps.schema``."""

import json
from pathlib import Path

__all__ = ["CHECK_SCHEMA", "LEVELS_SCHEMA", "SCHEMA", "check_text", "levels_text", "schema_text"]

SCHEMA = Path(__file__).parent / "schemas" / "places.schema.json"
LEVELS_SCHEMA = SCHEMA.with_name("levels.schema.json")
CHECK_SCHEMA = SCHEMA.with_name("check.schema.json")


def schema_text() -> str:
    """The schema as it should stand in the file."""
    from maps.places_model import places_schema

    return json.dumps(places_schema(), indent=2, ensure_ascii=False) + "\n"


def levels_text() -> str:
    """The schema of levels.json as it should stand in its file."""
    from maps.levels_file import levels_schema

    return json.dumps(levels_schema(), indent=2, ensure_ascii=False) + "\n"


def check_text() -> str:
    """The schema of ``maps check --json`` as it should stand in its file."""
    from maps.check_report import check_schema

    return json.dumps(check_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    LEVELS_SCHEMA.write_text(levels_text(), encoding="utf-8")
    CHECK_SCHEMA.write_text(check_text(), encoding="utf-8")
