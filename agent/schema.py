"""Write the committed JSON Schemas of a mission's record and of its events: ``python -m agent.schema``."""

import json
from pathlib import Path

__all__ = ["FOLDER", "NAMES", "schema_text"]

FOLDER = Path(__file__).parent / "schemas"
NAMES = ("event", "mission")


def schema_text(name: str) -> str:
    """The schema as it should stand in ``<name>.schema.json``.

    Args:
        name: ``event``, a line of events.jsonl, or ``mission``, the content of mission.json.
    """
    from pydantic import BaseModel

    from agent.events import Event
    from agent.store import MissionRecord

    models: dict[str, type[BaseModel]] = {"event": Event, "mission": MissionRecord}
    schema = models[name].model_json_schema(mode="serialization")
    schema["required"] = sorted(schema["properties"])
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name in NAMES:
        (FOLDER / f"{name}.schema.json").write_text(schema_text(name), encoding="utf-8")
