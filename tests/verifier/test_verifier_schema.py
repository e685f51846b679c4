import json

import jsonschema
from verifier_worlds import call, judge, two_rooms

from verifier.schema import SCHEMA, schema_text, verdict_schema


def test_the_committed_schema_is_what_the_models_say() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "run: python -m verifier.schema"


def test_verdicts_with_and_without_findings_fit_the_schema() -> None:
    good = judge(two_rooms(), call("goto", place="lab"), call("wait", seconds=3))
    bad = judge(
        two_rooms(door="closed"), call("goto", place="lab"), call("goto", place="x"), call("place", place="hall"), call("fly")
    )
    for verdict in (good, bad, judge(two_rooms())):
        data = json.loads(json.dumps(verdict.to_json()))
        jsonschema.validate(data, verdict_schema())
