"""Figures of trials: shares with their 95 % intervals by group and task, why trials failed; and trials kept in a file."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from agent.errors import BadOption, StoreError
from agent.evaluation.intervals import interval

if TYPE_CHECKING:
    from skills.robots.physics.trials import Trial

__all__ = ["TrialsFile", "figures"]


def figures(trials: "Sequence[Trial]") -> dict[str, Any]:
    """Everything as plain data. ``followed`` are the scenes in which both the drawn and the swapped instruction were done."""
    groups = {}
    for group in dict.fromkeys(trial.group for trial in trials):
        mine = [trial for trial in trials if trial.group == group]
        tasks = {task: _share([t for t in mine if t.task == task]) for task in sorted({t.task for t in mine})}
        groups[group] = {**_share(mine), "tasks": tasks}
    seen = {trial.seed: trial.success for trial in trials if trial.group == "seen"}
    pairs = [seen[trial.seed] and trial.success for trial in trials if trial.group == "swapped" and trial.seed in seen]
    done = [trial.seconds for trial in trials if trial.success]
    told: dict[str, Any] = {
        "groups": groups,
        "done_s": round(fmean(done), 2) if done else None,
        "failures": dict(Counter(trial.why for trial in trials if not trial.success).most_common()),
    }
    return {**told, "followed": _of(sum(pairs), len(pairs))} if pairs else told


def _share(trials: "Sequence[Trial]") -> dict[str, Any]:
    return _of(sum(trial.success for trial in trials), len(trials))


def _of(good: int, total: int) -> dict[str, Any]:
    share, low, high = interval(good, total)
    return {"share": round(share, 4), "low": round(low, 4), "high": round(high, 4), "good": good, "of": total}


class TrialsFile:
    """A file of trials: a head that says which run it is, then a trial in each line.

    Args:
        path: The file; made with the first trial.
        head: The run: policy, backend, delay. Another run's trials are not mixed with this one's.
    """

    def __init__(self, path: Path, head: dict[str, Any]) -> None:
        self.path, self.head = path, {"surefoot": 1, **head}

    def read(self) -> "list[Trial]":
        """The trials so far; a last line that was cut off does not count.

        Raises:
            BadOption: The file is of another run, or holds no trials.
        """
        from skills.robots.physics.trials import Trial

        if not self.path.exists():
            return []
        try:
            text = self.path.read_text(encoding="utf-8")
            lines = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
            found = [Trial(**line) for line in lines[1:]]
        except (OSError, ValueError, TypeError):
            raise BadOption(f"{str(self.path)!r} holds no trials: give another --out.") from None
        if lines and lines[0] != self.head:
            differs = ", ".join(sorted(key for key in {*lines[0], *self.head} if lines[0].get(key) != self.head.get(key)))
            raise BadOption(f"The trials in {str(self.path)!r} are of another run (it differs in {differs}): give another --out.")
        if not text.endswith("\n"):
            self.path.write_text("".join(line for line in text.splitlines(keepends=True) if line.endswith("\n")), encoding="utf-8")
        return found

    def append(self, trial: "Trial") -> None:
        """Write down one trial, at once.

        Raises:
            StoreError: The file cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = not self.path.exists() or not self.path.stat().st_size
            with self.path.open("a", encoding="utf-8") as file:
                for line in (*([self.head] if new else []), trial.to_json()):
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            raise StoreError(f"Cannot write {self.path}: {error.strerror or error}; free space or give another --out.") from error
