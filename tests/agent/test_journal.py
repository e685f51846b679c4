"""The journal: every event on disk, in a chain; a torn tail is dropped, an altered line is found, and so is a cut one."""

import errno
import json
import os

import pytest
from conftest import plan
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import JournalBroken, StoreError
from agent.journal import GENESIS, Journal, read_journal, read_whole
from agent.mission import run_mission


def test_events_are_numbered_and_chained(tmp_path):
    journal = Journal(tmp_path / "events.jsonl", "m1")
    journal.append("mission_started", {"instruction": "go"})
    journal.append("finished", {"status": "succeeded"})
    first, second = read_journal(tmp_path / "events.jsonl")
    assert (first.seq, second.seq) == (1, 2)
    assert first.prev == GENESIS
    assert second.prev != GENESIS
    assert first.data == {"instruction": "go"}


def test_reopening_goes_on_where_it_stopped(tmp_path):
    path = tmp_path / "events.jsonl"
    Journal(path, "m1").append("mission_started")
    Journal(path, "m1").append("mission_resumed")
    assert [event.seq for event in read_journal(path)] == [1, 2]


@given(cut=st.integers(min_value=1, max_value=60))
def test_a_torn_last_line_is_dropped_and_whole_lines_never(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("journal") / "events.jsonl"
    journal = Journal(path, "m1")
    journal.append("mission_started")
    whole = path.read_bytes()
    journal.append("finished")
    os.truncate(path, len(whole) + cut)
    assert [event.type for event in read_journal(path)] == ["mission_started"]
    Journal(path, "m1").append("mission_resumed")
    assert [event.type for event in read_journal(path)] == ["mission_started", "mission_resumed"]


@pytest.mark.parametrize("old, new", [("succeeded", "failed"), ('"seq":2', '"seq":7')])
def test_an_altered_line_is_found(tmp_path, old, new):
    path = tmp_path / "events.jsonl"
    journal = Journal(path, "m1")
    journal.append("mission_started")
    journal.append("observed", {"status": "succeeded"})
    journal.append("finished")
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(JournalBroken, match="line"):
        read_journal(path)


def test_a_full_disk_leaves_no_half_line(tmp_path, monkeypatch):
    path = tmp_path / "events.jsonl"
    journal = Journal(path, "m1")
    journal.append("mission_started")
    before = path.read_bytes()

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        journal.append("finished")
    assert path.read_bytes() == before


def sealed_journal(path, events=5):
    """A journal of two runs, each with its seal; returns the number of records."""
    journal = Journal(path, "m1")
    journal.append("mission_started")
    journal.append("sealed", {"status": "held"})
    for number in range(events):
        journal.append("observed", {"number": number})
    return journal.append("sealed", {"status": "succeeded"}).seq


def test_a_seal_says_that_nothing_is_missing_at_the_end(tmp_path):
    path = tmp_path / "events.jsonl"
    records = sealed_journal(path)
    whole = read_whole(path, records)
    assert (whole.records, whole.sealed) == (records, True)
    assert [event.type for event in whole.events] == ["mission_started", *["observed"] * 5]
    assert read_journal(path) == whole.events
    seal = json.loads(path.read_bytes().splitlines()[-1])
    assert seal["data"]["records"] == records - 1 and seal["data"]["last"] == seal["prev"]


@settings(deadline=None)
@given(events=st.integers(min_value=0, max_value=8), data=st.data())
def test_a_journal_that_is_cut_at_the_end_of_any_line_is_not_whole(tmp_path_factory, events, data):
    path = tmp_path_factory.mktemp("journal") / "events.jsonl"
    records = sealed_journal(path, events)
    kept = data.draw(st.integers(min_value=0, max_value=records - 1))
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:kept]))
    with pytest.raises(JournalBroken, match=f"of {records} records only the first {kept} are there"):
        read_whole(path, records)
    assert read_whole(path).sealed == (kept == 2), "only the seal of the first run stands for the records before it"
    assert read_whole(path).records == kept


def test_a_journal_of_before_there_were_seals_is_read_and_not_called_whole(tmp_path):
    path = tmp_path / "events.jsonl"
    journal = Journal(path, "m1")
    journal.append("mission_started")
    journal.append("finished")
    assert (read_whole(path).records, read_whole(path).sealed) == (2, False)
    assert not read_whole(tmp_path / "nothing").sealed


def test_a_seal_of_other_records_is_found(tmp_path):
    path = tmp_path / "events.jsonl"
    sealed_journal(path)
    path.write_text(path.read_text().replace('"records":7', '"records":8'))
    with pytest.raises(JournalBroken, match="its seal is of another journal"):
        read_whole(path)


async def test_every_end_of_a_run_seals_the_journal(stage):
    mission = stage([plan(("goto", {"place": "right room"}), ("goto", {"place": "dock"}))], approval="ask")
    assert (await mission.run()).status == "waiting"
    first = read_whole(mission.folder.journal, mission.folder.read().sealed)
    assert first.sealed and first.records == mission.folder.read().sealed
    mission.answers = ["yes"]
    assert (await mission.resume()).status == "succeeded"
    last = read_whole(mission.folder.journal, mission.folder.read().sealed)
    assert last.sealed and last.records == mission.folder.read().sealed > first.records
    assert last.events[-1].type == "finished"


async def test_what_is_seen_after_the_end_is_told_but_not_written(stage):
    mission = stage([plan(("goto", {"place": "dock"}))])
    runtime = mission.runtime()
    assert (await run_mission(mission.folder, runtime, mission.operator)).status == "succeeded"
    runtime.emit("world_changed", {"changes": 1, "revision": "another"})
    assert mission.events[-1][0] == "world_changed"
    assert read_whole(mission.folder.journal).sealed
    assert read_journal(mission.folder.journal)[-1].type == "finished"


async def test_a_mission_whose_journal_was_cut_is_not_gone_on_with(stage):
    mission = stage([plan(("goto", {"place": "right room"}))], approval="ask")
    assert (await mission.run()).status == "waiting"
    lines = mission.folder.journal.read_bytes().splitlines(keepends=True)
    mission.folder.journal.write_bytes(b"".join(lines[:-2]))
    mission.answers = ["yes"]
    with pytest.raises(JournalBroken, match="the journal was cut"):
        await mission.resume()
    assert mission.done == []


async def test_a_process_that_dies_leaves_no_seal(stage):
    def die(type):
        if type == "observed":
            raise RuntimeError("killed")

    mission = stage([plan(("goto", {"place": "right room"}))], on_event=die)
    with pytest.raises(RuntimeError, match="killed"):
        await mission.run()
    assert not read_whole(mission.folder.journal).sealed
    mission.on_event = lambda type: None
    assert (await mission.resume()).status == "succeeded"
    assert read_whole(mission.folder.journal, mission.folder.read().sealed).sealed
