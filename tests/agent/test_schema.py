"""The committed schemas of events and missions are current, and what is written fits them."""

import json

import jsonschema
import pytest
from conftest import plan

from agent.schema import FOLDER, NAMES, schema_text


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_schema_is_current(name):
    assert (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8") == schema_text(name), "run: python -m agent.schema"


async def test_what_a_mission_writes_fits_the_schemas(stage):
    mission = stage([plan(("inspect", {"thing": "gauge"}))])
    assert (await mission.run()).status == "succeeded"
    event, record = (json.loads(schema_text(name)) for name in ("event", "mission"))
    lines = mission.folder.journal.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 5
    for line in lines:
        jsonschema.validate(json.loads(line), event)
    jsonschema.validate(json.loads((mission.folder.path / "mission.json").read_bytes()), record)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**json.loads(lines[0]), "type": "flew"}, event)
