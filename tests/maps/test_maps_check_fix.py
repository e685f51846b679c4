"""``--fix``: what it mends, that it leaves every other byte, and what it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from maps import Body, MapError, MapFileInvalid, check_map, load_world, shipped_maps
from maps.check_fix import fix_map
from maps.errors import EditRefused

YAML = (
    "# a map\r\nimage: map.png\r\nresolution: 0.1   # metres\r\norigin: [0.0, 0.0, 0.0]\r\nnegate: 0\r\noccupied_thresh: 0.65\r\n"
)
YAML += "free_thresh: 0.25  # as saved\r\nx-mine: {free_thresh: 0.25}\r\n"


def ring(x0, y0, x1, y1):
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]


def region(name, coordinates, **more):
    properties = {"type": "place", "name": name, **more}
    return {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [coordinates]}, "properties": properties}


def door(name, a, b, **more):
    geometry = {"type": "LineString", "coordinates": [a, b]}
    return {"type": "Feature", "geometry": geometry, "properties": {"type": "door", "name": name, **more}}


@pytest.fixture
def folder(tmp_path):
    """Two rooms joined by a doorway; a grey 205 patch in the left one."""
    grey = np.zeros((80, 100), np.uint8)
    grey[1:79, 1:49], grey[1:79, 51:99], grey[40:50, 49:51], grey[5:9, 5:9] = 254, 254, 254, 205
    made = tmp_path / "flat"
    made.mkdir()
    Image.fromarray(grey).save(made / "map.png")
    (made / "map.yaml").write_bytes(YAML.replace("0.25  #", "0.196  #").encode())
    return made


def write(folder: Path, *features, **layout) -> str:
    text = json.dumps({"type": "FeatureCollection", "surefoot": 1, "frame": "map", "features": list(features)}, **layout)
    (folder / "places.geojson").write_text(text)
    return text


HALL, LAB = region("hall", ring(0.1, 0.1, 4.9, 7.9)), region("lab", ring(5.1, 0.1, 9.9, 7.9))


def test_the_threshold_is_set_on_its_own_line_and_nothing_else_changes(folder):
    (folder / "map.yaml").write_bytes(YAML.encode())
    image = (folder / "map.png").read_bytes()
    write(folder, HALL, LAB)
    assert "GREY_205" in {issue.code for issue in check_map(load_world(folder))}
    assert fix_map(folder) == ("map.yaml: free_thresh: 0.25 -> 0.196",)
    assert (folder / "map.yaml").read_bytes() == YAML.replace("0.25  #", "0.196  #").encode()
    assert (folder / "map.png").read_bytes() == image
    assert "GREY_205" not in {issue.code for issue in check_map(load_world(folder))}
    assert fix_map(folder) == ()


def test_in_scale_mode_no_threshold_helps_and_the_fix_says_so(folder):
    (folder / "map.yaml").write_text(YAML + "mode: scale\n")
    issue = next(issue for issue in check_map(load_world(folder)) if issue.code == "GREY_205")
    assert issue.repair is None and "`mode: trinary`" in issue.fix
    assert fix_map(folder) == ()


def test_a_yaml_in_one_line_is_left_alone(folder):
    text = "{image: map.png, resolution: 0.1, origin: [0, 0, 0], negate: 0, occupied_thresh: 0.65, free_thresh: 0.25}\n"
    (folder / "map.yaml").write_text(text)
    assert fix_map(folder) == ()
    assert (folder / "map.yaml").read_text() == text


def test_a_pose_in_a_wall_moves_into_its_own_region(folder):
    text = write(folder, HALL, region("lab", ring(4.95, 0.1, 9.9, 7.9), pose=[5.02, 2.0, 1.57]), indent=1)
    (told,) = fix_map(folder)
    assert told == "places.geojson: 'lab': pose (5.02, 2.00) -> (5.65, 1.95)"
    after = (folder / "places.geojson").read_text()
    x, y, yaw = json.loads(after)["features"][1]["properties"]["pose"]
    assert (x, y, yaw) == (5.65, 1.95, 1.57)
    assert after == text.replace("5.02", "5.65").replace("2.0,", "1.95,")


def test_a_dock_in_a_wall_is_for_a_person_to_move(folder):
    dock = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [5.0, 1.0]}}
    text = write(folder, HALL, LAB, dock | {"properties": {"type": "dock", "name": "charger", "pose": [5.0, 1.0, 0.0]}})
    assert fix_map(folder) == ()
    assert (folder / "places.geojson").read_text() == text


def test_a_door_learns_what_it_joins(folder):
    text = write(folder, HALL, LAB, door("hatch", [5.0, 3.0], [5.0, 4.0], **{"x-mine": [1, 2]}))
    assert fix_map(folder) == ('places.geojson: \'hatch\': between [] -> ["hall", "lab"]',)
    after = (folder / "places.geojson").read_text()
    assert json.loads(after)["features"][2]["properties"]["between"] == ["hall", "lab"]
    assert after.replace(', "between": ["hall", "lab"]', "") == text


def test_an_open_ring_is_closed(folder):
    text = write(folder, region("hall", ring(0.1, 0.1, 4.9, 7.9)[:-1]), LAB)
    with pytest.raises(MapFileInvalid, match="not closed"):
        load_world(folder)
    assert fix_map(folder) == ("places.geojson: 'hall': outline closed at [0.1, 0.1]",)
    after = (folder / "places.geojson").read_text()
    assert after == text.replace("[0.1, 7.9]]", "[0.1, 7.9], [0.1, 0.1]]", 1)
    assert load_world(folder).places["hall"].outline[0] == (0.1, 0.1)


def test_what_cannot_be_read_even_so_is_not_written(folder):
    text = write(folder, region("hall", [[0.1, 0.1], [4.9, 0.1], [99.0, 7.9]]), LAB)
    with pytest.raises(MapFileInvalid, match=r"outside the map .*nothing was written"):
        fix_map(folder)
    assert (folder / "places.geojson").read_text() == text


def test_shipped_maps_stay_as_they_are():
    with pytest.raises(EditRefused, match="comes with Surefoot"):
        fix_map(shipped_maps()["home"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "geometry", "coordinates", "name"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(JSON, max_size=2), st.sampled_from(["features", "geometry", "coordinates"]), JSON)
def test_nonsense_is_one_sentence_and_is_not_written(folder, features, key, value):
    broken = region("hall", ring(0.1, 0.1, 4.9, 7.9)[:-1])
    if key == "geometry":
        broken["geometry"] = value
    elif key == "coordinates":
        broken["geometry"]["coordinates"] = value
    text = write(folder, broken, *features)
    try:
        fix_map(folder)
    except MapError as error:
        assert "\n" not in str(error)
        assert (folder / "places.geojson").read_text() == text
    else:
        assert load_world(folder).places["hall"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["map.yaml", "places.geojson", "map.png"]), st.data())
def test_damaged_files_are_one_sentence(folder, name, data):
    write(folder, HALL, LAB, door("hatch", [5.0, 3.0], [5.0, 4.0]))
    good = {file: (folder / file).read_bytes() for file in ("map.yaml", "places.geojson", "map.png")}
    content = bytearray(good[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[at] = data.draw(st.integers(0, 255))
        else:
            del content[at : at + data.draw(st.integers(1, 40))]
            content = content or bytearray(b" ")
    (folder / name).write_bytes(content)
    try:
        issues = check_map(load_world(folder), Body())
    except MapError as error:
        assert "\n" not in str(error)
    else:
        assert all(issue.sentence and issue.fix and "\n" not in str(issue) for issue in issues)
    for file, was in good.items():
        (folder / file).write_bytes(was)
