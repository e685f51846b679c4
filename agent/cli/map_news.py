"""What an edit of a map changed for the worse or the better, as ``surefoot maps check`` and the house rules see it."""

import re
from dataclasses import dataclass

from maps import MapIssue, World, check_map
from maps.edit_file import EditedMap
from maps.world import FEATURE_TYPES

__all__ = ["News", "news_of"]

CHEAP_CELLS = 2_000_000
"""Larger maps are not checked after each edit; ``surefoot maps check`` does it when asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What to tell after an edit.

    Attributes:
        warnings: Of the edit itself, and of house rules that speak of a name that is gone.
        issues: What ``maps check`` says of the touched features now and did not say before, reach by the robot left aside.
        checked: Whether the check was made.
    """

    warnings: tuple[str, ...]
    issues: tuple[MapIssue, ...]
    checked: bool


def news_of(done: EditedMap) -> News:
    """Look at a map before and after an edit."""
    warnings = (*done.edit.warnings, *_rules_that_speak_of_gone(done))
    if done.after.cells.size > CHEAP_CELLS:
        return News(warnings=warnings, issues=(), checked=False)
    touched = frozenset(feature.name for pair in done.edit.pairs for feature in pair if feature is not None)
    issues = [issue for issue in check_map(done.after, only=touched) if issue.subject in touched]
    if issues:
        known = {_key(issue) for issue in check_map(done.before, only=touched)}
        issues = [issue for issue in issues if _key(issue) not in known]
    return News(warnings=warnings, issues=tuple(issues), checked=True)


def _key(issue: MapIssue) -> tuple[str, str, str]:
    return (issue.code, issue.subject, issue.sentence)


def _rules_that_speak_of_gone(done: EditedMap) -> tuple[str, ...]:
    """House rules are not edited: say so where they use a name that now means nothing."""
    left = set(_names(done.after))
    gone = [name for name in _names(done.before) if name not in left]
    file = done.before.folder / "rules.yaml" if done.before.folder is not None else None
    if file is None or not gone or not file.is_file():
        return ()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    said = [name for name in gone if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    return tuple(f"rules.yaml speaks of {name!r}, which names nothing on this map now; adapt it" for name in said)


def _names(world: World) -> list[str]:
    features = [feature for type in FEATURE_TYPES for feature in world.features(type).values()]
    return [name for feature in features for name in (feature.name, *feature.aliases)]
