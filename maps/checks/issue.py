"""MapIssue: one thing to repair or to know about a map, with numbers, where it is, and what a program may safely do about it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from maps.features import Feature
from maps.geometry import Point

__all__ = ["MapIssue", "Repair", "SetFeature", "SetKey", "Severity"]

Severity: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKey:
    """Write another value for one key of a YAML in the map's folder."""

    file: str
    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFeature:
    """Write a feature of the places.geojson as it should be.

    Attributes:
        before: The feature as it is; it came from the file.
        after: The same, mended.
        what: What changes, as people read it, e.g. ``pose (1.00, 2.00) -> (1.50, 2.00)``.
    """

    before: Feature
    after: Feature
    what: str


Repair: TypeAlias = SetKey | SetFeature


@dataclass(frozen=True, slots=True, kw_only=True)
class MapIssue:
    """One thing to repair or to know.

    Attributes:
        code: What kind of issue, in capitals.
        severity: ``error``: missions will fail on it; ``warning``: probably a mistake; ``note``: worth knowing.
        subject: The feature it is about, if any.
        where: A point on the map, metres, if there is a telling one.
        needed: Amount needed, in ``unit``.
        available: Amount there is, in ``unit``.
        unit: ``m``, ``m2``, ``pixels`` or empty.
        sentence: What is wrong, with numbers.
        fix: What to do.
        repair: What ``--fix`` does about it; None where only a person can tell.
    """

    code: str
    severity: Severity
    subject: str = ""
    where: Point | None = None
    needed: float | None = None
    available: float | None = None
    unit: str = ""
    sentence: str
    fix: str
    repair: Repair | None = None

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.severity}: {self.sentence}; {self.fix} [{self.code}]"
