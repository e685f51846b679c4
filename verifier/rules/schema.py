"""Write the committed JSON Schema of rules.yaml: ``python -m verifier.rules.schema``."""

import json
from pathlib import Path

__all__ = ["SCHEMA", "schema_text"]

SCHEMA = Path(__file__).parent.parent / "schemas" / "rules.schema.json"


def schema_text() -> str:
    """The schema as it should stand in the file."""
    from verifier.rules.rules_model import rules_schema

    return json.dumps(rules_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
