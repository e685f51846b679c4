"""The journal: every event on disk, in a chain; a torn tail is dropped, an altered line is found."""

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import JournalBroken, StoreError
from agent.journal import GENESIS, Journal, read_journal


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
