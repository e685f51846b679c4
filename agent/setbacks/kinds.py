"""Kinds of setbacks: what a failed step's code says, and what the words of a condition speak of."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["ANY", "FINAL", "LOST", "Setback", "kinds_in", "kinds_of"]

ANY = "any"
"""What is said of whatever fails: "if that doesn't work"."""

LOST = frozenset({"OUT_OF_REACH", "NOT_VISIBLE", "NOT_THERE", "NOT_FOUND", "NOT_SEEN"})
"""What a step fails with whose thing is not where the map has it."""

FINAL = LOST | frozenset(
    "GRASP_FAILED PLACE_FAILED PRESS_FAILED FAILED_TO_CHARGE DOOR_LOCKED NOT_A_DOCK UNKNOWN_NAME GRIPPER_FULL".split()
)
"""What is not tried again as it was: nothing that the map could have learnt makes it possible."""

_BY_CODE = (
    ("shut", re.compile("(?<!B)LOCK|DOOR")),
    ("blocked", re.compile("BLOCKED|NO_VALID_PATH|CLEARANCE|PROGRESS|OCCUPIED|OUTSIDE|KEEPOUT|UNKNOWN_SPACE|UNREACHABLE|TIMEOUT")),
    ("gone", re.compile("|".join(sorted(LOST)))),
    ("grip", re.compile("GRASP|GRIP|PICK|LIFT")),
    ("place", re.compile("PLACE_|PUT|RELEASE")),
    ("charge", re.compile("CHARG|BATTERY|DOCK")),
)
_CJK = re.compile(r"[\u3400-\u9fff]")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Setback:
    """What went wrong with one call: it failed, or the verifier showed that it cannot hold any more.

    Attributes:
        code: A failure's or a finding's.
        message: Its sentence.
        subjects: Names that it is about: the call's own, doors, where things are.
    """

    code: str
    message: str = ""
    subjects: frozenset[str] = frozenset()

    @property
    def kinds(self) -> frozenset[str]:
        """What kinds of failure it is."""
        return kinds_of(self.code)


def kinds_of(code: str) -> frozenset[str]:
    """The kinds of a code of failure; none for one that says nothing of them."""
    return frozenset(kind for kind, pattern in _BY_CODE if pattern.search(code))


def kinds_in(words: str, *, sure: bool = False) -> frozenset[str]:
    """What kinds of failure a condition's words speak of.

    Args:
        words: The condition, folded.
        sure: Count only what nothing but a failure can settle.
    """
    if len(words) > _LONGEST:
        return frozenset()
    words = words.replace("\u2019", "'")
    patterns = _patterns("zh" if _CJK.search(words) else "en")
    return frozenset(kind for kind, (firm, loose) in patterns.items() if firm.search(words) or (not sure and loose.search(words)))


@cache
def _patterns(language: str) -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    tables = tomllib.loads(files("agent.setbacks").joinpath("kinds.toml").read_text(encoding="utf-8"))[language]
    return {kind: (_joined(table["sure"]), _joined(table["loose"])) for kind, table in tables.items()}


def _joined(lines: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in lines.splitlines() if line))
