"""Results on disk: one line for each finished mission, so that a run that was killed goes on where it was."""

import json
import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.errors import StoreError
from agent.evaluation.errors import ResultsInvalid
from agent.evaluation.result import Case

__all__ = ["ResultsFile"]


class ResultsFile:
    """``cases.jsonl`` in a folder: a head that says which run it is, then a case in each line.

    Args:
        folder: Where it lies; made when the first line is written.
        head: The run: set, planner, settings. Another run's results are not mixed with this one's.
    """

    def __init__(self, folder: Path, head: dict[str, Any]) -> None:
        self.path = folder / "cases.jsonl"
        self.head = {"surefoot": 1, **head}

    def read(self) -> dict[str, Case]:
        """The cases so far, by id; a last line that was cut off does not count.

        Raises:
            ResultsInvalid: The file belongs to another run, or is no results file.
        """
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise ResultsInvalid(f"The results {str(self.path)!r} cannot be read: {error}.") from None
        whole = [line for line in lines if line.endswith("\n")]
        if not whole:
            return {}
        try:
            head, *rest = (json.loads(line) for line in whole)
            cases = [Case.model_validate(one) for one in rest]
        except (ValueError, ValidationError):
            raise ResultsInvalid(f"{str(self.path)!r} is no results file: give another --out, or --fresh to begin anew.") from None
        if head != self.head:
            differs = sorted(key for key in {*head, *self.head} if head.get(key) != self.head.get(key))
            raise ResultsInvalid(
                f"The results in {str(self.path)!r} are of another run (it differs in {', '.join(differs)}): give another "
                "--out, or --fresh to begin anew."
            )
        if len(whole) < len(lines):
            self._rewrite(whole)
        return {case.id: case for case in cases}

    def append(self, case: Case) -> None:
        """Write down one case, at once.

        Raises:
            StoreError: The folder cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = not self.path.exists()
            with self.path.open("a", encoding="utf-8") as file:
                if new:
                    file.write(json.dumps(self.head, ensure_ascii=False) + "\n")
                file.write(json.dumps(case.model_dump(mode="json"), ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(f"Cannot write {self.path}: {error.strerror or error}; free space or give another --out.") from error

    def clear(self) -> None:
        """Forget an earlier run."""
        self.path.unlink(missing_ok=True)

    def _rewrite(self, lines: list[str]) -> None:
        from agent.files import write_atomically

        write_atomically(self.path, "".join(lines).encode())
