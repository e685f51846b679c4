"""Edits: what each does to the features and to the text, and that nothing is half-written whatever happens."""

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maps import (
    FREE,
    OCCUPIED,
    CellsChange,
    Door,
    GridFrame,
    MapFileMissing,
    Place,
    Pose,
    Source,
    Thing,
    World,
    Zone,
    load_world,
    save_world,
)
from maps.edit import add_feature, change_aliases, move, remove, rename
from maps.edit_copy import copy_map
from maps.edit_diff import diff_worlds
from maps.edit_file import edit_map, undo_edit, write_first_places
from maps.edit_journal import JOURNAL
from maps.edit_places import edit_places_text
from maps.edit_rooms import add_rooms
from maps.edit_rules import change_door, change_zone
from maps.edit_text import apply_splices
from maps.errors import EditRefused
from maps.places_writing import places_json
from maps.saved_map import shipped_maps
from maps.semantics import parse_places

FRAME = GridFrame(0.1, Pose(0.0, 0.0, 0.0), width=100, height=60)


def box(x0, y0, x1, y1):
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def world():
    """Two rooms of 5 x 6 m with a doorway of 1 m between them."""
    cells = np.zeros(FRAME.shape, np.int8)
    cells[0], cells[-1], cells[:, 0], cells[:, -1] = OCCUPIED, OCCUPIED, OCCUPIED, OCCUPIED
    cells[:, 50] = OCCUPIED
    cells[25:35, 50] = FREE
    return World.build(
        "two",
        FRAME,
        cells,
        places=[
            Place(name="lab", aliases=("实验室",), outline=box(0.1, 0.1, 5.0, 5.9)),
            Place(name="hall", outline=box(5.1, 0.1, 9.9, 5.9)),
        ],
        things=[Thing(name="cup", position=(2.0, 2.0), place="lab"), Thing(name="lamp", position=(8.0, 2.0))],
        doors=[Door(name="hatch", segment=((5.05, 2.5), (5.05, 3.5)), between=("lab", "hall"))],
        zones=[Zone(name="wet", rule="slow", max_speed=0.3, outline=box(1.0, 1.0, 2.0, 2.0))],
    )


@pytest.fixture
def saved(tmp_path):
    folder = save_world(world(), tmp_path / "two")
    data = json.loads((folder / "places.geojson").read_text())
    data["x-tool"] = {"kept": [1.50, "ü"]}
    data["features"][0]["properties"]["x-colour"] = "red"
    (folder / "places.geojson").write_text(json.dumps(data, indent=1).replace("1.5,", "1.50,"))
    return folder


EDITS = [
    lambda w: rename(w, "lab", "bureau"),
    lambda w: rename(w, "cup", "mug"),
    lambda w: move(w, "cup", by=(0.5, 0.25)),
    lambda w: move(w, "lab", by=(0.0, -0.05)),
    lambda w: add_feature(w, Place(name="dock", kind="dock", pose=Pose(1.0, 1.0, 1.5))),
    lambda w: add_feature(w, Thing(name="bell", position=(7.0, 3.0), attributes={"n": 1})),
    lambda w: change_door(w, "hatch", state="locked"),
    lambda w: change_door(w, "gate", segment=((5.05, 2.6), (5.05, 3.0))),
    lambda w: change_zone(w, "wet", rule="keepout"),
    lambda w: change_aliases(w, "hall", add=["lobby", "大厅"]),
    lambda w: change_aliases(w, "实验室", drop=["实验室"]),
    lambda w: remove(w, "lab"),
    lambda w: remove(w, "lamp"),
]
LAYOUTS = [{}, {"indent": 2}, {"indent": "\t"}, {"separators": (",", ":")}, {"ensure_ascii": False}]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, len(EDITS) - 1), min_size=1, max_size=4, unique=True), st.sampled_from(LAYOUTS))
def test_untouched_features_keep_their_text_and_the_way_back_is_exact(order, layout):
    before = world()
    data = json.loads(places_json(f for t in ("place", "thing", "door", "zone") for f in before.features(t).values()))
    texts = [json.dumps({**data, "x-odd": [1.0, {"a": "é"}]}, **layout)]
    touched = set()
    for number in order:
        try:
            edit = EDITS[number](before)
        except EditRefused:
            continue
        after, back = edit_places_text(texts[-1], edit.pairs)
        known = parse_places(after.encode(), Path("places.geojson"), FRAME)
        expected = before.apply(*edit.changes)
        assert {p.name for p in known.places} == set(expected.places)
        assert {t.name: t.place for t in known.things} == {t.name: t.place for t in expected.things.values()}
        touched |= {f.name for pair in edit.pairs for f in pair if f}
        for feature in data["features"]:
            if feature["properties"]["name"] not in touched:
                for line in json.dumps(feature, **layout).split("\n"):
                    assert line.strip() in after
        undone = after
        for splices in back:
            undone = apply_splices(undone, splices)
        assert undone == texts[-1]
        texts.append(after)
        before = expected


@pytest.mark.parametrize("number", range(len(EDITS)))
def test_an_edit_on_disk_is_the_world_it_says_and_can_be_undone(saved, number):
    original = (saved / "places.geojson").read_bytes()
    done = edit_map(saved, EDITS[number])
    assert load_world(saved).revision == done.after.revision != done.before.revision
    text = (saved / "places.geojson").read_text()
    assert '"kept": [\n   1.50,' in text
    assert undo_edit(saved) == done.edit.title
    assert (saved / "places.geojson").read_bytes() == original


def test_a_rename_changes_only_the_names(saved):
    original = (saved / "places.geojson").read_text()
    edit_map(saved, lambda w: rename(w, "lab", "bureau"))
    assert (saved / "places.geojson").read_text() == original.replace('"lab"', '"bureau"')


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda w: rename(w, "lob", "x"), "did you mean 'lab'"),
        (lambda w: rename(w, "lab", "The  Hall"), "called 'hall' already"),
        (lambda w: rename(w, "lab", "lab"), "called so already"),
        (lambda w: rename(w, "lab", " "), "may not be blank"),
        (lambda w: rename(w, "lab", "x" * 101), "at most 100"),
        (lambda w: change_aliases(w, "hall", add=["实验室"]), "alias of the place 'lab'"),
        (lambda w: add_feature(w, Place(name="p", pose=Pose(50.0, 1.0))), "outside the map (x 0 to 10 m, y 0 to 6 m)"),
        (lambda w: add_feature(w, Place(name="p", pose=Pose(5.05, 1.0))), "nearest free cell is 0.11 m away at (4.95, 1.05)"),
        (lambda w: add_feature(w, Place(name="p", outline=((1, 1), (2, 2), (1, 2), (2, 1)))), "crosses itself"),
        (lambda w: add_feature(w, Thing(name="t", position=(float("nan"), 1.0))), "no point"),
        (lambda w: move(w, "cup", to=Pose(3.0, 3.0, 1.0), yaw=True), "no heading"),
        (lambda w: move(w, "cup", by=(0.0, 0.0)), "there already"),
        (lambda w: change_door(w, "hatches"), "did you mean 'hatch'"),
        (lambda w: change_zone(w, "wet", rule="keepout", max_speed=1.0), "keep-out zone has none"),
        (lambda w: change_door(w, "hatch", between=["lab", "kitchen"]), "no place named 'kitchen'"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(saved, edit, words):
    before = (saved / "places.geojson").read_bytes()
    with pytest.raises(EditRefused) as refused:
        edit_map(saved, edit)
    assert words in str(refused.value)
    assert (saved / "places.geojson").read_bytes() == before
    assert not (saved / JOURNAL).exists()


def test_a_door_finds_what_it_joins_and_a_thing_where_it_stands():
    assert set(change_door(world(), "gate", segment=((5.05, 2.6), (5.05, 3.0))).pairs[0][1].between) == {"lab", "hall"}
    assert add_feature(world(), Thing(name="bell", position=(7.0, 3.0))).pairs[0][1].place == "hall"
    assert move(world(), "cup", to=Pose(7.0, 3.0)).pairs[0][1].place == "hall"


def test_undo_refuses_a_file_that_was_changed_otherwise(saved):
    edit_map(saved, EDITS[0])
    text = (saved / "places.geojson").read_text()
    (saved / "places.geojson").write_text(text + "\n")
    with pytest.raises(EditRefused, match="changed otherwise"):
        undo_edit(saved)
    assert (saved / "places.geojson").read_text() == text + "\n"


def test_shipped_maps_are_not_edited():
    with pytest.raises(EditRefused, match="maps copy warehouse FOLDER"):
        edit_map(shipped_maps()["warehouse"], EDITS[0])


@pytest.mark.parametrize("broken", ["os.fsync", "os.replace"])
def test_a_full_disk_leaves_the_map_as_it_was(saved, monkeypatch, broken):
    before = {p.name: p.read_bytes() for p in saved.iterdir() if p.is_file()}
    calls = []

    def full(*_):
        calls.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(broken, full)
    with pytest.raises(MapFileMissing, match="No space left"):
        edit_map(saved, EDITS[0])
    monkeypatch.undo()
    assert calls
    assert {p.name: p.read_bytes() for p in saved.iterdir() if p.is_file()} == before


@pytest.mark.parametrize("at", [1, 2])
def test_a_kill_between_the_temporary_file_and_the_rename_leaves_a_map_that_edits_and_undoes(saved, at):
    """The first rename is the journal's, the second that of places.geojson."""
    before = (saved / "places.geojson").read_bytes()
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom maps.edit import rename\nfrom maps.edit_file import edit_map\n"
        "real, count = os.replace, [0]\n"
        f"def dying(a, b):\n    count[0] += 1\n    os._exit(9) if count[0] == {at} else real(a, b)\n"
        "os.replace = dying\nedit_map(Path(sys.argv[1]), lambda w: rename(w, 'lab', 'bureau'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(saved)], cwd=Path(__file__).parents[2], env=os.environ)
    assert done.returncode == 9
    assert (saved / "places.geojson").read_bytes() == before
    with pytest.raises(EditRefused, match="no edit to undo"):
        undo_edit(saved)
    edit_map(saved, EDITS[0])
    assert undo_edit(saved)
    assert (saved / "places.geojson").read_bytes() == before
    assert not list(saved.glob(".*.new"))


def test_rooms_are_written_named_and_taken_back(saved):
    (saved / "places.geojson").unlink()
    done = write_first_places(saved, add_rooms)
    assert sorted(load_world(saved).places) == ["room 1", "room 2"]
    assert load_world(saved).revision == done.after.revision
    undo_edit(saved)
    assert not (saved / "places.geojson").exists()


def test_rooms_are_named_by_what_is_in_them():
    bare = World.build(
        "two", FRAME, world().grid,
        places=[Place(name="charger", kind="dock", pose=Pose(1.0, 1.0))], things=[Thing(name="old fridge", position=(8.0, 2.0))],
    )  # fmt: skip
    bare = replace(bare, places={"charger": replace(bare.places["charger"], source=Source("places.geojson", 0))})
    assert sorted(after.name for _, after in add_rooms(bare).pairs) == ["charging room", "kitchen"]
    with pytest.raises(EditRefused, match="have a name already"):
        add_rooms(bare.apply(*add_rooms(bare).changes))


def test_a_copy_is_the_same_world_with_its_rules_and_truth(tmp_path):
    source = shipped_maps()["home"]
    made = copy_map(source, tmp_path / "copy")
    assert load_world(made).revision == load_world(source).revision
    for name in ("places.geojson", "rules.yaml"):
        assert (made / name).read_bytes() == (source / name).read_bytes()
    assert sorted(p.name for p in (made / "truth").iterdir()) == sorted(p.name for p in (source / "truth").iterdir())
    with pytest.raises(EditRefused, match="exists already"):
        copy_map(source, made)


def test_a_diff_tells_cells_and_features():
    a = world()
    assert not diff_worlds(a, a)
    b = a.apply(CellsChange(cells=((20, 20), (20, 21)), values=(100, 100)), *rename(a, "cup", "mug").changes)
    b = b.apply(*move(b, "lamp", by=(0.3, 0.4)).changes, *remove(b, "wet").changes)
    assert list(diff_worlds(a, b).sentences()) == [
        "occupied now: 2 cells, 0.02 m2, at x 2.00 to 2.20, y 2.00 to 2.10",
        "renamed thing 'cup' to 'mug'",
        "changed thing 'lamp': moved 0.50 m",
        "removed zone 'wet'",
    ]


def test_a_diff_compares_maps_of_other_size():
    a = world()
    frame = GridFrame(0.05, Pose(0.0, 0.0, 0.0), width=240, height=120)
    cells = np.zeros(frame.shape, np.int8)
    cells[:, :200] = np.kron(a.cells, np.ones((2, 2), np.int8))
    found = diff_worlds(a, World.build("b", frame, cells))
    assert [(c.layer, c.cells) for c in found.cells] == [("new_ground", 40 * 120)]
    assert "now 240 x 120 cells of 0.05 m" in found.frames
