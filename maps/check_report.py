"""What ``surefoot maps check --json`` prints, as Pydantic models; the committed JSON Schema is generated from them."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from maps.check import MapIssue

__all__ = ["CheckReport", "IssueRow", "check_schema", "report"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IssueRow(_Row):
    """One thing to repair or to know."""

    code: str = Field(description="What kind of issue, in capitals; docs/maps.md lists them.")
    severity: Literal["error", "warning", "note"] = Field(
        description="error: missions will fail on it; warning: probably a mistake; note: worth knowing."
    )
    subject: str = Field(description="The place, thing, door, zone or level that it is about; empty if none.")
    where: tuple[float, float] | None = Field(description="A point on the map, metres, if there is a telling one.")
    needed: float | None = Field(description="Amount needed, in unit.")
    available: float | None = Field(description="Amount there is, in unit.")
    unit: Literal["", "m", "m2", "pixels"] = Field(description="Of needed and available.")
    sentence: str = Field(description="What is wrong, with numbers.")
    fix: str = Field(description="What to do.")
    fixable: bool = Field(description="Whether --fix does it.")


class CheckReport(_Row):
    """The issues of a map, errors first."""

    surefoot: Literal[1]
    map: str = Field(description="The map's name.")
    body: str = Field(description="The robot that it was checked for.")
    changed: list[str] = Field(description="What --fix has changed, one sentence each.")
    issues: list[IssueRow]


def report(name: str, body: str, changed: Iterable[str], issues: Iterable[MapIssue]) -> dict[str, Any]:
    """The document for a map's issues.

    Args:
        name: The map's name.
        body: The robot's.
        changed: What was mended before.
        issues: What ``check_map`` found.
    """
    rows = [
        IssueRow(
            code=issue.code,
            severity=issue.severity,
            subject=issue.subject,
            where=issue.where,
            needed=issue.needed,
            available=issue.available,
            unit=issue.unit,
            sentence=issue.sentence,
            fix=issue.fix,
            fixable=issue.repair is not None,
        )
        for issue in issues
    ]
    return CheckReport(surefoot=1, map=name, body=body, changed=list(changed), issues=rows).model_dump(mode="json")


def check_schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    schema = CheckReport.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Surefoot maps check --json"}
