"""The saved index: the same arrays back, damaged entries count as none, concurrent writers harm nobody; maps load alike with it."""

import multiprocessing
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from maps import FREE, OCCUPIED, GridFrame, MapFileInvalid, Place, Pose, World, load_world, save_world
from maps.saved_index import SavedIndex


def saved(folder):
    cells = np.where(np.random.default_rng(1).random((70, 300)) < 0.1, OCCUPIED, FREE).astype(np.int8)
    frame = GridFrame(0.05, Pose(1.0, 2.0, 0.1), 300, 70)
    world = World.build("site", frame, cells, places=[Place(name="dock", kind="dock", pose=Pose(*frame.centre(5, 5)))])
    return save_world(world, folder / "site")


@settings(deadline=None, max_examples=40)
@given(
    arrays(st.sampled_from([np.int8, np.float64, np.uint16, np.bool_]), array_shapes(min_dims=1, max_dims=3)),
    st.dictionaries(st.text(max_size=9), st.integers() | st.text(max_size=9) | st.lists(st.floats(allow_nan=False), max_size=3)),
)
def test_what_is_kept_comes_back(tmp_path_factory, array, about):
    index = SavedIndex(tmp_path_factory.mktemp("index"))
    index.put("a", about, array)
    kept = index.get("a")
    assert kept is not None
    assert dict(kept[0]) == about
    assert kept[1].dtype == array.dtype and np.array_equal(kept[1], array, equal_nan=array.dtype.kind == "f")
    assert not kept[1].flags.writeable
    assert index.get("b") is None


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9), st.integers(1, 255), st.booleans())
def test_a_damaged_entry_counts_as_none_or_is_the_same(tmp_path_factory, place, change, cut):
    index = SavedIndex(tmp_path_factory.mktemp("index"))
    array = np.arange(500, dtype=np.int32)
    index.put("a", {"name": "site"}, array)
    path = index.folder / "a.index"
    data = bytearray(path.read_bytes())
    if cut:
        data = data[: place % len(data)]
    else:
        data[place % len(data)] ^= change
    path.write_bytes(bytes(data))
    kept = index.get("a")
    assert kept is None or (kept[0] == {"name": "site"} and np.array_equal(kept[1], array))


def _write(folder, value):
    index = SavedIndex(folder)
    for _ in range(20):
        index.put("a", {"value": value}, np.full(20_000, value))


def test_concurrent_writers_leave_one_whole_entry(tmp_path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(tmp_path, value)) for value in range(3)]
    for writer in writers:
        writer.start()
    index, seen = SavedIndex(tmp_path), 0
    while any(writer.is_alive() for writer in writers):
        kept = index.get("a")
        if kept is not None:
            seen += 1
            assert (kept[1] == kept[0]["value"]).all()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert seen and [path.name for path in tmp_path.iterdir()] == ["a.index"]


def _write_for_ever(folder):
    while True:
        _write(folder, 7)


def test_a_writer_that_is_killed_leaves_whole_entries_only(tmp_path):
    context = multiprocessing.get_context("spawn")
    index = SavedIndex(tmp_path)
    for _ in range(3):
        writer = context.Process(target=_write_for_ever, args=(tmp_path,))
        writer.start()
        while not (tmp_path / "a.index").exists():
            assert writer.is_alive()
        writer.kill()
        writer.join()
        kept = index.get("a")
        assert kept is not None and (kept[1] == 7).all()
        (tmp_path / "a.index").unlink()
    rough = tmp_path / ".new-abandoned"
    rough.write_bytes(b"half")
    os.utime(rough, (1.0, 1.0))
    index.put("b", {}, np.ones(3))
    assert not rough.exists()


def _damaged(path, how):
    data = path.read_bytes()
    head, _, rest = data.partition(b"\n")
    if how == "zero length":
        path.write_bytes(b"")
    elif how == "cut short":
        path.write_bytes(data[:-1])
    elif how == "another format":
        path.write_bytes(data.replace(b'"format": 2', b'"format": 1', 1))
    elif how == "another type of the same size":
        path.write_bytes(head.replace(b"<i4", b"<u4", 1) + b"\n" + rest)
    elif how == "another shape of the same size":
        path.write_bytes(head.replace(b"[20, 25]", b"[25, 20]", 1) + b"\n" + rest)
    elif how == "one bit of the array":
        path.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
    elif how == "a folder in its place":
        path.unlink()
        path.mkdir()


@pytest.mark.parametrize(
    "how",
    [
        "zero length", "cut short", "another format", "another type of the same size", "another shape of the same size",
        "one bit of the array", "a folder in its place",
    ],
)  # fmt: skip
def test_an_entry_damaged_in_any_way_counts_as_none(tmp_path, how):
    index = SavedIndex(tmp_path)
    array = np.arange(500, dtype=np.int32).reshape(20, 25)
    index.put("a", {}, array)
    _damaged(tmp_path / "a.index", how)
    assert index.get("a") is None
    index.put("a", {}, array)
    kept = index.get("a")
    if how != "a folder in its place":
        assert kept is not None and np.array_equal(kept[1], array)


def test_an_entry_under_the_name_of_another_counts_as_none(tmp_path):
    index = SavedIndex(tmp_path)
    index.put("a", {}, np.ones(3))
    os.rename(tmp_path / "a.index", tmp_path / "b.index")
    assert index.get("b") is None


def test_a_full_disk_keeps_nothing_and_leaves_nothing(tmp_path, monkeypatch):
    index = SavedIndex(tmp_path)
    index.put("a", {}, np.ones(3))

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("maps.saved_index.os.fdopen", lambda handle, mode: (os.close(handle), full())[1])
        index.put("a", {}, np.zeros(3))
        index.put("b", {}, np.zeros(3))
    assert [path.name for path in tmp_path.iterdir()] == ["a.index"]
    kept = index.get("a")
    assert kept is not None and (kept[1] == 1).all()


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    index = SavedIndex(tmp_path / "file" / "index")
    index.put("a", {}, np.ones(3))
    assert index.get("a") is None


def test_a_map_loads_to_the_same_world_with_an_index(tmp_path):
    folder = saved(tmp_path)
    index = SavedIndex(tmp_path / "index")
    plain = load_world(folder)
    for _ in range(2):
        world = load_world(folder, index=index)
        assert world.revision == plain.revision and world.warnings == plain.warnings
        assert (world.cells == plain.cells).all() and world.frame == plain.frame
    assert len(list(index.folder.iterdir())) == 1


def test_a_changed_image_is_read_anew(tmp_path):
    folder = saved(tmp_path)
    index = SavedIndex(tmp_path / "index")
    before = load_world(folder, index=index)
    other = before.cells.copy()
    other[10:20] = OCCUPIED
    save_world(World.build("site", before.frame, other, places=before.places.values()), folder, overwrite=True)
    assert load_world(folder, index=index).revision == load_world(folder).revision != before.revision


def test_a_bad_image_is_the_same_error_with_an_index(tmp_path):
    folder = saved(tmp_path)
    image = next(path for path in folder.iterdir() if path.suffix in (".png", ".pgm"))
    image.write_bytes(b"no image")
    with pytest.raises(MapFileInvalid, match=os.path.basename(image)):
        load_world(folder, index=SavedIndex(tmp_path / "index"))
