"""Write the committed JSON Schemas of a mission's record, of its events, and of mission sets: ``python -m agent.schema``."""

import json
from pathlib import Path

__all__ = ["FOLDER", "NAMES", "schema_text"]

FOLDER = Path(__file__).parent / "schemas"
NAMES = ("event", "mission", "mission_set")


def schema_text(name: str) -> str:
    """The schema as it should stand in ``<name>.schema.json``.

    Args:
        name: ``event``, a line of events.jsonl, ``mission``, the content of mission.json, or ``mission_set``, what
            ``surefoot eval`` runs.
    """
    from pydantic import BaseModel

    from agent.evaluation.mission_set import MissionFile
    from agent.events import Event
    from agent.store import MissionRecord

    models: dict[str, type[BaseModel]] = {"event": Event, "mission": MissionRecord, "mission_set": MissionFile}
    people_write_it = name == "mission_set"
    schema = models[name].model_json_schema(mode="validation" if people_write_it else "serialization")
    if not people_write_it:
        schema["required"] = sorted(schema["properties"])
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name in NAMES:
        (FOLDER / f"{name}.schema.json").write_text(schema_text(name), encoding="utf-8")
