"""Missions on disk: records, locks, orders, ids by their beginning."""

import multiprocessing

import pytest

from agent.errors import MissionBusy, MissionNotFound, StoreError
from agent.store import MissionFolder, MissionStore

FIELDS = {"instruction": "go to the dock", "map": "warehouse", "start": (1.0, 2.0, 0.0)}


def test_a_record_survives_a_round_trip(tmp_path):
    folder = MissionStore(tmp_path).create(FIELDS)
    record = MissionStore(tmp_path).open(folder.id).read()
    assert (record.instruction, record.map, record.start, record.status) == (
        "go to the dock",
        "warehouse",
        (1.0, 2.0, 0.0),
        "running",
    )
    folder.update(status="succeeded", summary="done")
    assert folder.read().ended


def test_a_mission_is_found_by_the_beginning_of_its_id(tmp_path):
    store = MissionStore(tmp_path)
    first, second = store.create(FIELDS), store.create(FIELDS)
    assert store.open(first.id).id == first.id
    with pytest.raises(MissionNotFound, match="several"):
        store.open(first.id[:6])
    with pytest.raises(MissionNotFound, match="no mission 'zzz'"):
        store.open("zzz")
    assert {folder.id for folder in store.list()} == {first.id, second.id}


def test_a_damaged_record_is_one_sentence(tmp_path):
    folder = MissionStore(tmp_path).create(FIELDS)
    (folder.path / "mission.json").write_text('{"surefoot": 1, "id": 3}')
    with pytest.raises(MissionNotFound, match="cannot be read"):
        folder.read()


def _hold(path, locked, release):
    with MissionFolder(path).locked():
        locked.set()
        release.wait(10)


def test_one_process_holds_a_mission(tmp_path):
    folder = MissionStore(tmp_path).create(FIELDS)
    context = multiprocessing.get_context("spawn")
    locked, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(folder.path, locked, release))
    other.start()
    try:
        assert locked.wait(20)
        assert folder.is_running()
        with pytest.raises(MissionBusy), folder.locked():
            pass
    finally:
        other.kill()
        other.join()
    assert not folder.is_running(), "the lock dies with its process, even by SIGKILL"


def test_orders_are_taken_once(tmp_path):
    folder = MissionStore(tmp_path).create(FIELDS)
    assert folder.take_order() is None
    folder.give_order("cancel")
    assert folder.take_order() == "cancel"
    assert folder.take_order() is None
    (folder.path / "order").write_text('"fly"')
    assert folder.take_order() is None


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "missions").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="Cannot write"):
        MissionStore(tmp_path).create(FIELDS)


def test_a_mission_that_another_process_runs_is_not_touched(tmp_path):
    from agent.cli.run import resume
    from agent.settings import Settings

    fields = {**FIELDS, "settings": Settings().model_dump(mode="json")}
    folder = MissionStore(tmp_path).create(fields)
    before = b'{"v": 1, "a line being writ'
    folder.journal.write_bytes(before)
    config = tmp_path / "surefoot.toml"
    config.write_text('data_dir = "."\n')
    with folder.locked(), pytest.raises(MissionBusy):
        resume(folder.id, config=config)
    assert folder.journal.read_bytes() == before
    assert not folder.robot.exists()


def test_holding_twice_is_once_and_a_stale_order_is_dropped(tmp_path):
    folder = MissionStore(tmp_path).create(FIELDS)
    folder.give_order("cancel")
    with folder.locked():
        assert folder.take_order() is None
        with folder.locked():
            folder.give_order("hold")
        assert MissionFolder(folder.path).is_running(), "the inner block does not let go"
        assert folder.take_order() == "hold"
    assert not folder.is_running()
