"""``surefoot maps check``: exit codes, JSON, the picture, and ``--fix``."""

import json

import numpy as np
import pytest
from PIL import Image

from agent.map_scene import issues_scene
from maps import Body, Caption, MapIssue, Marker, load_world


@pytest.fixture
def flat(tmp_path):
    """One room with a pose in its wall, and a grey 205 patch that counts as free."""
    folder = tmp_path / "flat"
    folder.mkdir()
    grey = np.zeros((60, 60), np.uint8)
    grey[1:59, 1:59], grey[10:14, 10:14] = 254, 205
    Image.fromarray(grey).save(folder / "map.png")
    (folder / "map.yaml").write_text(
        "image: map.png\nresolution: 0.1\norigin: [0, 0, 0]\nnegate: 0\noccupied_thresh: 0.65\nfree_thresh: 0.25\n"
    )
    ring = [[0.0, 0.0], [6.0, 0.0], [6.0, 6.0], [0.0, 6.0], [0.0, 0.0]]
    hall = {"type": "place", "name": "hall", "pose": [0.05, 3.0, 0.0]}
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": hall}
    (folder / "places.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "surefoot": 1, "frame": "map", "features": [feature]})
    )
    return folder


def test_an_error_is_exit_code_1_and_is_told_with_its_fix(surefoot, flat):
    code, out, err = surefoot("maps", "check", flat)
    assert code == 1 and err == ""
    lines = out.splitlines()
    assert lines[0].startswith("1 error POSE_IN_WALL: the pose of place 'hall' at (0.05, 3.00) stands in a wall")
    assert lines[1].endswith("(--fix does it)")
    assert lines[-1] == "3 issues on flat"


def test_json_holds_where_and_numbers(surefoot, flat):
    code, out, _ = surefoot("maps", "check", flat, "--json")
    data = json.loads(out)
    assert code == 1 and data["surefoot"] == 1 and data["changed"] == []
    by_code = {issue["code"]: issue for issue in data["issues"]}
    assert set(by_code) == {"POSE_IN_WALL", "GREY_205", "NO_DOCK"}
    assert by_code["POSE_IN_WALL"]["where"] == [0.05, 3.0] and by_code["POSE_IN_WALL"]["fixable"]
    grey = by_code["GREY_205"]
    assert (grey["needed"], grey["available"]) == (0.196, 0.25) and 1.0 <= grey["where"][0] <= 1.4
    assert not by_code["NO_DOCK"]["fixable"]


def test_fix_tells_what_it_changed_and_the_rest_is_clean(surefoot, flat):
    image = (flat / "map.png").read_bytes()
    code, out, _ = surefoot("maps", "check", flat, "--fix")
    assert code == 0
    assert out.splitlines()[0] == "changed map.yaml: free_thresh: 0.25 -> 0.196"
    assert out.splitlines()[1].startswith("changed places.geojson: 'hall': pose (0.05, 3.00) -> (")
    assert out.splitlines()[-1] == "1 issue on flat"
    assert (flat / "map.png").read_bytes() == image


def test_the_picture(surefoot, flat):
    code, out, _ = surefoot("maps", "check", flat, "--out", "seen/check.png")
    assert code == 1 and out.splitlines()[-1] == "seen/check.png"
    with Image.open(flat.parent / "seen" / "check.png") as picture:
        assert picture.width == 1600


@pytest.mark.parametrize("arguments", [("nowhere",), ("home", "--fix"), ("home", "--out", "x.gif"), ("home", "--start", "1,b")])
def test_bad_input_is_exit_code_2_and_one_sentence(surefoot, arguments):
    code, out, err = surefoot("maps", "check", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("surefoot: ") and err.count("\n") == 1


def test_marks_are_numbered_and_those_in_one_spot_share_one(flat):
    world = load_world(flat)
    spots = [(1.0, 1.0), (1.02, 1.0), None, (99.0, 0.0), (3.0, 3.0)]
    issues = [MapIssue(code="X", severity="note", where=where, sentence="a", fix="b") for where in spots]
    marks = issues_scene(world, issues, Body()).marks
    assert [(mark.at, mark.label) for mark in marks if isinstance(mark, Marker)] == [((1.0, 1.0), "1,2"), ((3.0, 3.0), "5")]
    captions = [mark.text for mark in marks if isinstance(mark, Caption)]
    assert captions == [f"{number} note: a" for number in range(1, 6)]
    assert [mark.text for mark in issues_scene(world, [], Body()).marks] == ["nothing to mend"]


def test_the_json_is_what_its_schema_says(surefoot, flat):
    import jsonschema

    from maps.check_report import check_schema
    from maps.schema import CHECK_SCHEMA, check_text

    assert CHECK_SCHEMA.read_text(encoding="utf-8") == check_text()
    schema = check_schema()
    for options in ((), ("--fix",)):
        _, out, _ = surefoot("maps", "check", flat, "--json", *options)
        document = json.loads(out)
        jsonschema.validate(document, schema)
        assert document["map"] == "flat" and document["issues"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, "issues": [{"code": "GREY_205"}]}, schema)
