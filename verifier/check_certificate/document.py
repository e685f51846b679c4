"""Document: a certificate file taken apart into plain values; what it says is judged elsewhere."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from .errors import BadInput
from .reader import MOST_ITEMS, Fields, Point, parse

__all__ = ["Body", "Document", "Goal", "Layers", "Leg", "read_document"]

_MOST_LEGS = 10_000
_LEG = "kind step subject layers body start goal method"
_MORE = {
    "route": "points headings body_clearance_m end_yaw leaving clearance_m clearance_at length_m crosses",
    "unreachable": "code level_m region gap",
    "start": "code available_m needed_m",
    "goal": "code room_m",
    "refusal": "code reason",
}
_GOAL = {"pose": "kind subject pose", "region": "kind subject outline", "reach": "kind subject at reach_m cells"}


@dataclass(frozen=True)
class Layers:
    """Which cells are obstacles: unknown ones, keep-outs, and the doors that are not open."""

    unknown: bool
    keepouts: bool
    doors: dict[str, str]

    @property
    def shut(self) -> frozenset[str]:
        """The doors that block."""
        return frozenset(name for name, state in self.doors.items() if state != "open")


@dataclass(frozen=True)
class Body:
    """A disc, or a polygon about its own origin in the disc of ``radius_m``, around that of ``inner_m``; lengths in metres."""

    name: str
    radius_m: float
    inner_m: float
    margin_m: float
    needed_m: float
    footprint: tuple[Point, ...]


@dataclass(frozen=True)
class Goal:
    """What was asked for: a pose; the cells with their centre in an outline; or listed cells within reach of a point or segment."""

    kind: str
    subject: str
    pose: tuple[float, ...] = ()
    outline: tuple[Point, ...] = ()
    at: tuple[Point, ...] = ()
    reach_m: float = 0.0
    cells: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Leg:
    """One certificate; ``own`` holds the keys that only its kind has."""

    kind: str
    step: int
    subject: str
    layers: Layers
    body: Body
    start: tuple[float, ...]
    goal: Goal | None
    method: str
    own: Fields


@dataclass(frozen=True)
class Document:
    """A certificate file.

    Attributes:
        name: The map's.
        files: SHA-256 of its files by name.
        changes: Cells changed since they were saved, as rows of (row, first column, count, value).
        legs: The certificates in order.
        intact: Whether the digest is that of the content.
    """

    name: str
    files: dict[str, str]
    changes: tuple[tuple[int, ...], ...]
    legs: tuple[Leg, ...]
    intact: bool


def read_document(raw: bytes) -> Document:
    """Take a certificate file apart.

    Raises:
        BadInput: It is not JSON, or a key is missing, unknown or of another type; the sentence names the place.
    """
    data = parse(raw, "the certificate")
    top = Fields(data, "certificate", "surefoot kind map plan_digest legs digest")
    if data["surefoot"] != 1 or data["kind"] != "certificates":
        raise BadInput("certificate: expected surefoot 1 and kind 'certificates'")
    top.text("plan_digest")
    of_map = top.within("map", "name revision files changes")
    of_map.text("revision")
    legs = data["legs"]
    if not isinstance(legs, list) or len(legs) > _MOST_LEGS:
        raise BadInput(f"certificate.legs: expected a list of at most {_MOST_LEGS} certificates")
    rest = {key: value for key, value in data.items() if key != "digest"}
    return Document(
        name=of_map.text("name"),
        files=of_map.table("files"),
        changes=of_map.whole_rows("changes", 4),
        legs=tuple(_leg(leg, f"certificate.legs[{index}]") for index, leg in enumerate(legs)),
        intact=top.text("digest") == _digest(rest),
    )


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()


def _leg(data: Any, where: str) -> Leg:
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in _MORE:
        raise BadInput(f"{where}.kind: expected one of {', '.join(_MORE)}")
    own = Fields(data, where, f"{_LEG} {_MORE[kind]}")
    layers = own.within("layers", "unknown keepouts doors")
    body = own.within("body", "name radius_m inner_m margin_m needed_m footprint")
    doors = layers.table("doors")
    if any(state not in ("open", "closed", "locked") for state in doors.values()):
        raise BadInput(f"{where}.layers.doors: expected open, closed or locked")
    return Leg(
        kind=kind,
        step=own.count("step"),
        subject=own.text("subject"),
        layers=Layers(
            unknown=layers.one_of("unknown", "blocked", "allowed") == "blocked",
            keepouts=layers.one_of("keepouts", "blocked", "ignored") == "blocked",
            doors=doors,
        ),
        body=Body(
            name=body.text("name"),
            radius_m=body.number("radius_m"),
            inner_m=body.number("inner_m"),
            margin_m=body.number("margin_m"),
            needed_m=body.number("needed_m"),
            footprint=body.points("footprint") if "footprint" in body else (),
        ),
        start=own.numbers("start", 3),
        goal=_goal(data["goal"], f"{where}.goal") if "goal" in own else None,
        method=own.one_of("method", "cells", "gaps", "segments", "hulls", "point", "outline", "none"),
        own=own,
    )


def _goal(data: Any, where: str) -> Goal:
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in _GOAL:
        raise BadInput(f"{where}.kind: expected one of {', '.join(_GOAL)}")
    given = Fields(data, where, _GOAL[kind])
    if kind == "pose":
        return Goal(kind, given.text("subject"), pose=given.numbers("pose", 3))
    if kind == "region":
        return Goal(kind, given.text("subject"), outline=given.points("outline"))
    cells = given.whole_rows("cells", 3)
    if sum(max(0, count) for _, _, count in cells) > MOST_ITEMS:
        raise BadInput(f"{where}.cells: more than {MOST_ITEMS} cells are listed")
    return Goal(kind, given.text("subject"), at=given.points("at"), reach_m=given.number("reach_m"), cells=cells)
