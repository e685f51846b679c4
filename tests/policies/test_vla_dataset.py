"""Datasets: written as LeRobot writes them, read back exactly, and refused in one sentence where they cannot be used."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policies.policy import ACTION, IMAGES, STATE
from policies.vla.dataset import Dataset
from policies.vla.interchange import export_lines, import_lines
from policies.vla.joined import Joined
from policies.vla.recording import DatasetInvalid, Episode, Recorder

JOINTS = ("j1", "j2", "j3", "j4", "j5", "j6", "gripper")


def episode(number, frames=9, task="put the red block on the blue tray", size=16):
    draw = np.random.default_rng(number)
    return Episode(
        task=task,
        states=draw.normal(size=(frames, 7)).astype(np.float32),
        actions=draw.normal(size=(frames, 7)).astype(np.float32),
        pictures={name: draw.integers(0, 255, (frames, size, size, 3), dtype=np.uint8) for name in ("wrist", "head")},
        spots=draw.normal(size=(frames, 2, 2)).astype(np.float32),
        about={"seed": number, "physics_context": {"mass_kg": 0.2}, "reasoning": ""},
    )


@pytest.fixture
def recorded(tmp_path):
    episodes = [episode(0), episode(1, 5, "把红色方块放到蓝色托盘上"), episode(2, 12)]
    with Recorder(tmp_path / "d", joints=JOINTS, fps=20) as out:
        for one in episodes:
            out.add(one)
    return tmp_path / "d", episodes


def test_what_is_recorded_is_read_back_exactly(recorded):
    folder, episodes = recorded
    data = Dataset(folder)
    assert (len(data), data.fps, data.joints, data.cameras) == (26, 20, JOINTS, ("head", "wrist"))
    assert data.starts.tolist() == [0, 9, 14] and data.instructions == (episodes[0].task, episodes[1].task)
    assert np.array_equal(data.states, np.concatenate([e.states for e in episodes]))
    assert np.array_equal(data.spots, np.concatenate([e.spots for e in episodes]))
    for camera, name in enumerate(data.cameras):
        assert np.array_equal(data.pictures[:, camera], np.concatenate([e.pictures[name] for e in episodes]))
    assert [about["seed"] for about in data.about()] == [0, 1, 2]
    again = Dataset(folder, cameras=("wrist",))
    assert again.pictures.shape == (26, 1, 16, 16, 3)
    fewer = Dataset(folder, stride=3)
    assert fewer.frames.tolist() == [0, 3, 6, 9, 12, 14, 17, 20, 23] and len(fewer) == 26
    assert np.array_equal(fewer.batch(np.array([12, 20]), 2).pictures, data.batch(np.array([12, 20]), 2).pictures)


def test_a_chunk_does_not_cross_the_end_of_its_episode(recorded):
    folder, episodes = recorded
    batch = Dataset(folder).batch(np.array([0, 7, 13]), 4)
    assert batch.real.tolist() == [[True] * 4, [True, True, False, False], [True, False, False, False]]
    assert np.array_equal(batch.actions[0], episodes[0].actions[:4])
    assert np.array_equal(batch.actions[1], episodes[0].actions[[7, 8, 8, 8]])
    assert batch.tasks.tolist() == [0, 0, 1] and batch.spots.shape == (3, 2, 2)
    later = Dataset(folder).batch(np.array([0, 7]), 4, lag=np.array([2, 5]))
    assert np.array_equal(later.states, episodes[0].states[[2, 8]]) and np.array_equal(later.actions[0], episodes[0].actions[2:6])
    assert np.array_equal(later.pictures[0, 0], episodes[0].pictures["head"][0]), "the pictures are the older ones"
    assert later.real[1].tolist() == [True, False, False, False], "nor does a lag lead beyond the end"


def test_where_another_hand_led_a_chunk_is_what_the_demonstrator_would_do(recorded, tmp_path):
    folder, _ = recorded
    shared = replace(episode(3), ahead=np.random.default_rng(3).normal(size=(9, 6, 7)).astype(np.float32))
    with Recorder(tmp_path / "shared", joints=JOINTS, fps=20) as out:
        out.add(shared)
        with pytest.raises(DatasetInvalid, match=r"ahead is \(9, 6, 5\), it must be 9 x K x 7 finite numbers"):
            out.add(replace(shared, ahead=np.zeros((9, 6, 5), np.float32)))
        with pytest.raises(DatasetInvalid, match="those of the episodes before"):
            out.add(episode(4))
    both = Joined([folder, tmp_path / "shared"])
    frames = np.array([33, 2, 34, 26])  # of the shared one: 7, 8 and 0
    batch = both.batch(frames, 4)
    assert np.array_equal(batch.actions[[0, 2, 3]], shared.ahead[[7, 8, 0], :4]) and batch.real.all()
    assert np.array_equal(batch.actions[1], episode(0).actions[2:6])
    longer, real = both.chunks(frames, 8)
    assert real.tolist() == [[True] * 6 + [False] * 2, [True] * 7 + [False], *[[True] * 6 + [False] * 2] * 2]
    assert np.array_equal(longer[2, :6], shared.ahead[8]) and np.array_equal(longer[2, 7], shared.ahead[8, 5])
    lagging = both.batch(np.array([26, 33]), 4, np.array([3, 3]))
    assert np.array_equal(lagging.actions, shared.ahead[[3, 8], :4]) and np.array_equal(lagging.states, shared.states[[3, 8]])


def test_the_folder_is_one_that_lerobot_reads(recorded):
    """What LeRobot's reader asks for, field by field; its own package does not install beside the torch that is pinned here."""
    folder, episodes = recorded
    info = json.loads((folder / "meta/info.json").read_text())
    assert info["codebase_version"] == "v3.0" and info["total_frames"] == 26 and info["splits"] == {"train": "0:3"}
    assert info["features"][ACTION] == {"dtype": "float32", "shape": [7], "names": list(JOINTS)}
    assert info["features"][IMAGES + "head"]["dtype"] == "image" and info["features"]["index"]["shape"] == [1]
    data = pq.read_table(folder / info["data_path"].format(chunk_index=0, file_index=0))
    assert set(data.column_names) == set(info["features"])
    assert data.schema.field(IMAGES + "head").type == pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    assert data.schema.field(STATE).type == pa.list_(pa.float32(), 7)
    assert data.column("index").to_pylist() == list(range(26))
    assert pq.ParquetFile(folder / "data/chunk-000/file-000.parquet").num_row_groups == 3, "one row group per episode"
    rows = pq.read_table(folder / "meta/episodes/chunk-000/file-000.parquet").to_pylist()
    assert [(row["dataset_from_index"], row["dataset_to_index"], row["length"]) for row in rows] == [
        (0, 9, 9),
        (9, 14, 5),
        (14, 26, 12),
    ]
    assert rows[1]["tasks"] == [episodes[1].task] and len(rows[0]["stats/action/mean"]) == 7
    tasks = pq.read_table(folder / "meta/tasks.parquet")
    assert json.loads(tasks.schema.metadata[b"pandas"])["index_columns"] == ["task"]
    stats = json.loads((folder / "meta/stats.json").read_text())
    whole = np.concatenate([e.actions for e in episodes])
    assert stats[ACTION]["mean"] == pytest.approx(whole.mean(0).tolist(), abs=1e-6)
    assert stats[ACTION]["std"] == pytest.approx(whole.std(0).tolist(), abs=1e-6)
    assert np.array(stats[IMAGES + "head"]["mean"]).shape == (3, 1, 1)


def test_an_interrupted_recording_is_no_dataset(tmp_path):
    with pytest.raises(KeyboardInterrupt), Recorder(tmp_path / "d", joints=JOINTS, fps=20) as out:
        out.add(episode(0))
        raise KeyboardInterrupt
    with pytest.raises(DatasetInvalid, match="was its recording interrupted"):
        Dataset(tmp_path / "d")


def test_a_dataset_is_not_written_over(recorded):
    with pytest.raises(DatasetInvalid, match="holds a dataset already"):
        Recorder(recorded[0], joints=JOINTS, fps=20)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"states": np.zeros((9, 6), np.float32)}, r"states are \(9, 6\), they must be 9 x 7"),
        ({"actions": np.full((9, 7), np.nan, np.float32)}, "finite numbers"),
        ({"spots": np.zeros((4, 2, 2), np.float32)}, "another number of spots"),
        ({"pictures": {"head": np.zeros((9, 8, 8, 3), np.uint8)}}, "those of the episodes before"),
    ],
)
def test_an_episode_that_does_not_fit_is_refused(tmp_path, change, says):
    from dataclasses import replace

    with pytest.raises(DatasetInvalid, match=says), Recorder(tmp_path / "d", joints=JOINTS, fps=20) as out:
        out.add(episode(0))
        out.add(replace(episode(1), **change))


def rewrite(folder, change):
    file = folder / "data/chunk-000/file-000.parquet"
    table = pq.read_table(file)
    pq.write_table(change(table), file)


def test_gaps_missing_files_and_other_versions_are_named(recorded, tmp_path):
    folder, _ = recorded
    whole = pq.read_table(folder / "data/chunk-000/file-000.parquet")
    rewrite(folder, lambda table: pa.concat_tables([table.slice(0, 4), table.slice(5)]))
    with pytest.raises(DatasetInvalid, match=r"has 25 frames, its info.json says 26"):
        Dataset(folder)
    info = json.loads((folder / "meta/info.json").read_text())
    (folder / "meta/info.json").write_text(json.dumps({**info, "total_frames": 25}))
    with pytest.raises(DatasetInvalid, match=r"episode 0 of .* has a gap after frame 3: 0.100 s to the next"):
        Dataset(folder)
    (folder / "meta/info.json").write_text(json.dumps({**info, "codebase_version": "v2.1"}))
    with pytest.raises(DatasetInvalid, match=r"version v2\.1"):
        Dataset(folder)
    (folder / "meta/info.json").write_text(json.dumps(info))
    rewrite(folder, lambda _: whole)
    with pytest.raises(DatasetInvalid, match="no camera chest; there are: head, wrist"):
        Dataset(folder, cameras=("chest",))
    (folder / "data/chunk-000/file-000.parquet").write_bytes(b"no parquet")
    with pytest.raises(DatasetInvalid, match="cannot be read"):
        Dataset(folder)


def test_lines_of_json_go_there_and_back(recorded, tmp_path):
    folder, episodes = recorded
    assert export_lines(Dataset(folder), tmp_path / "lines.jsonl") == 3
    line = json.loads((tmp_path / "lines.jsonl").read_text().splitlines()[0])
    assert list(line) == ["instruction", "visual_input", "physics_context", "reasoning", "action_sequence"]
    assert len(line["action_sequence"][0]["joint_angles"]) == 6 and line["physics_context"] == {"mass_kg": 0.2}
    back = list(import_lines(tmp_path / "lines.jsonl", ("head", "wrist")))
    assert [one.task for one in back] == [one.task for one in episodes]
    assert back[2].actions == pytest.approx(episodes[2].actions, abs=1e-5)
    assert np.array_equal(back[0].pictures["wrist"][0], episodes[0].pictures["wrist"][0])
    assert np.array_equal(back[0].states[1:], back[0].actions[:-1])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "line 1 is no demonstration"),
        ('{"instruction": "x"}', "line 1 is no demonstration: KeyError"),
        ('{"instruction": "x", "visual_input": ["!"], "action_sequence": []}', "line 1 is no demonstration"),
        (
            '{"instruction": "x", "visual_input": [], "action_sequence": [{"joint_angles": [1], "gripper": 0}]}',
            "six finite joint angles",
        ),
    ],
)
def test_lines_that_are_no_demonstrations_are_named(tmp_path, text, says):
    (tmp_path / "lines.jsonl").write_text(text)
    with pytest.raises(DatasetInvalid, match=says):
        list(import_lines(tmp_path / "lines.jsonl", ("head",)))
