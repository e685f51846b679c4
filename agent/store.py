"""Missions on disk: one folder each, with a lock for the process that runs it and a mailbox for orders from others."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.errors import MissionBusy, MissionNotFound, StoreError
from agent.files import write_atomically, write_json

__all__ = ["MissionFolder", "MissionRecord", "MissionStatus", "MissionStore", "Order"]

MissionStatus: TypeAlias = Literal["running", "waiting", "held", "succeeded", "failed", "refused", "cancelled"]
"""``waiting``: for the operator. ``running`` without a process behind it means that the process died: resume it."""

Order: TypeAlias = Literal["hold", "cancel"]


class MissionRecord(BaseModel):
    """``mission.json``: what was asked, under which settings, and where it stands. Enough to resume from.

    ``sealed`` is the number of records that the journal had when it was last sealed, the seal included.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    surefoot: Literal[1] = 1
    id: str
    instruction: str
    map: str
    created: str
    status: MissionStatus = "running"
    summary: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)
    skills_files: tuple[str, ...] = ()
    rules_file: str = ""
    plan: dict[str, Any] | None = None
    plan_file: str = ""
    limits: dict[str, float] = Field(default_factory=dict)
    start: tuple[float, float, float]
    seed: int = 0
    sealed: int = 0

    @property
    def ended(self) -> bool:
        """Whether nothing is left to resume."""
        return self.status in ("succeeded", "failed", "refused", "cancelled")


class MissionFolder:
    """The files of one mission."""

    def __init__(self, path: Path) -> None:
        """Name the folder; nothing is read or made."""
        self.path = path
        self.id = path.name
        self.journal = path / "events.jsonl"
        self.graph = path / "graph.sqlite"
        self.robot = path / "robot.json"
        self.picture = path / "picture.png"
        self._record = path / "mission.json"
        self._order = path / "order"
        self._lock = path / "lock"
        self._held = False

    def read(self) -> MissionRecord:
        """The mission's record.

        Raises:
            MissionNotFound: There is none, or it is not readable.
        """
        try:
            return MissionRecord.model_validate_json(self._record.read_bytes())
        except FileNotFoundError:
            raise MissionNotFound(f"There is no mission {self.id!r}; `surefoot missions list` shows those there are.") from None
        except (OSError, ValidationError) as error:
            why = str(error) if isinstance(error, OSError) else _first(error)
            raise MissionNotFound(f"The record of mission {self.id!r} ({self._record}) cannot be read: {why}.") from None

    def write(self, record: MissionRecord) -> None:
        """Replace the record, atomically."""
        write_json(self._record, record.model_dump(mode="json"))

    def update(self, **fields: Any) -> MissionRecord:
        """Replace some of the record's fields."""
        record = self.read().model_copy(update=fields)
        self.write(record)
        return record

    def write_document(self, name: str, data: Any) -> Path:
        """Write a plan, verdict or report beside the record; returns its path."""
        path = self.path / name
        write_json(path, data)
        return path

    def write_text(self, name: str, text: str) -> Path:
        """Write a text beside the record, atomically; returns its path."""
        path = self.path / name
        write_atomically(path, text.encode())
        return path

    def read_document(self, name: str) -> Any:
        """Read what ``write_document`` wrote; None when it is not there."""
        try:
            return json.loads((self.path / name).read_bytes())
        except (OSError, ValueError):
            return None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the mission for this process; the lock vanishes with the process, however it dies. Holding twice is once.

        Raises:
            MissionBusy: Another process holds it.
            StoreError: The folder cannot be written.
        """
        if self._held:
            yield
            return
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(f"Cannot write {self.path}: {error.strerror}; choose another data_dir.") from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise MissionBusy(f"Mission {self.id} is being run by another process; cancel it or wait.") from None
            self._held = True
            self.take_order()  # one that was left for a process that is gone
            yield
        finally:
            self._held = False
            os.close(handle)

    def is_running(self) -> bool:
        """Whether a live process holds the mission."""
        try:
            with self.locked():
                return False
        except MissionBusy:
            return True

    def give_order(self, order: Order) -> None:
        """Leave an order for the process that runs the mission."""
        write_json(self._order, order)

    def take_order(self) -> Order | None:
        """Take the order that was left, if any."""
        try:
            order = json.loads(self._order.read_bytes())
        except (OSError, ValueError):
            return None
        with suppress(OSError):
            self._order.unlink()
        return order if order in ("hold", "cancel") else None


class MissionStore:
    """All missions under the user's data folder."""

    def __init__(self, data_dir: Path) -> None:
        """Name the data folder; it is made when the first mission is."""
        self.root = data_dir / "missions"

    def create(self, record_fields: dict[str, Any]) -> MissionFolder:
        """Make a folder with a new id and write the record.

        Raises:
            StoreError: The data folder cannot be written.
        """
        now = datetime.now(UTC)
        identifier = f"{now:%y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        folder = MissionFolder(self.root / identifier)
        created = now.isoformat(timespec="seconds")
        folder.write(MissionRecord(id=identifier, created=created, **record_fields))
        return folder

    def open(self, identifier: str) -> MissionFolder:
        """A mission by its id, or by any beginning of it that is unique.

        Raises:
            MissionNotFound: None or several fit.
        """
        fitting = [folder for folder in self.list() if folder.id.startswith(identifier)] if identifier else []
        exact = [folder for folder in fitting if folder.id == identifier]
        if len(exact or fitting) == 1:
            return (exact or fitting)[0]
        if fitting:
            several = ", ".join(folder.id for folder in fitting[:5])
            raise MissionNotFound(f"{identifier!r} is the beginning of several missions: {several}; give more of the id.")
        raise MissionNotFound(f"There is no mission {identifier!r}; `surefoot missions list` shows those there are.")

    def list(self) -> list[MissionFolder]:
        """Every mission, oldest first."""
        if not self.root.is_dir():
            return []
        folders = [MissionFolder(path) for path in self.root.iterdir() if (path / "mission.json").is_file()]
        return sorted(folders, key=lambda folder: folder.id)


def _first(error: ValidationError) -> str:
    """The first thing that is wrong with a record."""
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else first["msg"]
