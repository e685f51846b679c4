"""Journal: a mission's events as JSON lines, each carrying the hash of the line before, flushed to disk one by one.

A line cut short by a crash is the only damage that opening a journal mends: the torn tail is dropped, whole lines never are.
The chain alone cannot tell that whole lines are missing at the end, so a run that ends puts a seal there.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.errors import JournalBroken, StoreError
from agent.events import Event, EventType

__all__ = ["GENESIS", "Journal", "Reading", "read_journal", "read_whole"]

GENESIS = "0" * 64
"""``prev`` of the first event."""


class Journal:
    """Appends events to one mission's ``events.jsonl``; owns the sequence number and the hash chain."""

    def __init__(self, path: Path, mission: str) -> None:
        """Open a journal for appending, or begin one.

        Raises:
            JournalBroken: A whole line is not an event or its chain does not hold.
        """
        self._path = path
        self._mission = mission
        self._seq, self._prev = 0, GENESIS
        if path.exists():
            _drop_torn_tail(path)
            for event, line in _checked_lines(path):
                self._seq, self._prev = event.seq, _digest(line)

    @property
    def records(self) -> int:
        """Whole lines in the file, seals included."""
        return self._seq

    def append(self, type: EventType, data: dict[str, Any] | None = None) -> Event:
        """Write one event and wait until it is on disk. ``sealed`` is filled with the number and the hash that it seals.

        Raises:
            StoreError: The disk is full or not writable; nothing of the event remains.
        """
        if type == "sealed":
            data = {**(data or {}), "records": self._seq, "last": self._prev}
        event = Event(seq=self._seq + 1, mission=self._mission, type=type, data=data or {}, prev=self._prev)
        line = event.model_dump_json().encode() + b"\n"
        try:
            with open(self._path, "ab") as file:
                size = file.tell()
                try:
                    file.write(line)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    os.truncate(self._path, size)
                    raise
        except OSError as error:
            raise StoreError(f"Cannot write the journal {self._path}: {error.strerror}; free space and resume.") from error
        self._seq, self._prev = event.seq, _digest(line)
        return event


@dataclass(frozen=True, slots=True)
class Reading:
    """What a journal's file holds.

    Attributes:
        events: What happened, in order; seals are about the file and are not among them.
        records: Whole lines, seals included.
        sealed: Whether the last of them is a seal, so that none is missing behind it.
    """

    events: tuple[Event, ...] = ()
    records: int = 0
    sealed: bool = False


def read_journal(path: Path) -> tuple[Event, ...]:
    """All events of a journal, its chain checked; a torn last line is left out.

    Raises:
        JournalBroken: The file was edited or damaged.
    """
    return read_whole(path).events


def read_whole(path: Path, least: int = 0) -> Reading:
    """A journal's events, and whether its end is there.

    Args:
        path: The file; one that is not there is an empty journal.
        least: So many records are known to have been written (``MissionRecord.sealed``).

    Raises:
        JournalBroken: The file was edited, damaged, or cut to fewer records.
    """
    events = [event for event, _ in _checked_lines(path)] if path.exists() else []
    if len(events) < least:
        raise JournalBroken(f"{path}: of {least} records only the first {len(events)} are there; the journal was cut.")
    told = tuple(event for event in events if event.type != "sealed")
    return Reading(told, len(events), bool(events) and events[-1].type == "sealed")


def _checked_lines(path: Path) -> Iterator[tuple[Event, bytes]]:
    prev = GENESIS
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                event = Event.model_validate_json(line)
            except ValidationError as error:
                raise JournalBroken(f"{path}, line {number}: not an event ({error.errors()[0]['msg']}).") from None
            if event.prev != prev or event.seq != number:
                raise JournalBroken(f"{path}, line {number}: does not follow the line before; the journal was altered.")
            if event.type == "sealed" and (event.data.get("records"), event.data.get("last")) != (number - 1, prev):
                raise JournalBroken(f"{path}, line {number}: its seal is of another journal; the journal was altered.")
            prev = _digest(line)
            yield event, line


def _drop_torn_tail(path: Path) -> None:
    data = path.read_bytes()
    if data and not data.endswith(b"\n"):
        os.truncate(path, data.rfind(b"\n") + 1)


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
