"""The undo journal beside a map: the way from each state of places.geojson back to the one before, bounded and checked by hash."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from maps.edit_text import Splice, apply_splices
from maps.errors import EditRefused

__all__ = ["JOURNAL", "Step", "digest", "journal_text", "load_journal", "step_back"]

JOURNAL = ".places.undo.json"
MAX_STEPS = 100
MAX_BYTES = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One edit, as undo needs it.

    Attributes:
        title: What it did.
        before: Hash of the file before it; empty if there was none.
        after: Hash of the file after it.
        back: Splices that lead back, one list after the other.
    """

    title: str
    before: str
    after: str
    back: list[list[Splice]]


def digest(data: bytes | None) -> str:
    """The hash that stands for a file's content; empty for no file."""
    return "" if data is None else "sha256:" + hashlib.sha256(data).hexdigest()


def load_journal(file: Path) -> list[Step]:
    """The edits that can be undone, oldest first; none where there is no journal or it is damaged."""
    try:
        if file.stat().st_size > 2 * MAX_BYTES:
            return []
        data = json.loads(file.read_bytes())
        return [_step(item) for item in data["edits"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def journal_text(steps: list[Step]) -> bytes:
    """The journal's content: the newest edits, at most 100 and about 4 MB."""
    kept: list[str] = []
    size = 0
    for step in reversed(steps[-MAX_STEPS:]):
        text = json.dumps(asdict(step), ensure_ascii=False)
        size += len(text.encode())
        if size > MAX_BYTES:
            break
        kept.insert(0, text)
    return ('{"surefoot": 1, "edits": [\n' + ",\n".join(kept) + "\n]}\n").encode()


def step_back(steps: list[Step], data: bytes | None) -> tuple[Step, bytes | None, list[Step]]:
    """What undoing the last edit leads to.

    Args:
        steps: The journal.
        data: The file as it is; None if it is not there.

    Returns:
        The edit undone, the file's content before it (None: there was no file), and the journal without it.

    Raises:
        EditRefused: There is no edit to undo, or the file has been changed otherwise since.
    """
    now = digest(data)
    steps = list(steps)
    while steps and steps[-1].after != now and steps[-1].before == now:  # written down, then killed before it was carried out
        steps.pop()
    if not steps:
        raise EditRefused("there is no edit to undo")
    last = steps[-1]
    if last.after != now or data is None:
        raise EditRefused(
            f"places.geojson has been changed otherwise since the last edit here ({last.title}), so it is left as it is; "
            "bring that version back to undo from it"
        )
    if not last.before:
        return last, None, steps[:-1]
    text = data.decode()
    for splices in last.back:
        text = apply_splices(text, splices)
    if digest(text.encode()) != last.before:
        raise EditRefused(f"the undo journal {JOURNAL} is damaged; delete it, and mend places.geojson by hand")
    return last, text.encode(), steps[:-1]


def _step(item: Any) -> Step:
    back = [[(int(start), int(end), str(text)) for start, end, text in splices] for splices in item["back"]]
    return Step(title=str(item["title"]), before=str(item["before"]), after=str(item["after"]), back=back)
