"""Check: every leg of a certificate file against the files of a map."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from .document import Document, Layers, Leg, read_document
from .goals import misnamed, names_unknown
from .obstacles import Obstacles
from .outlines import fits
from .reader import MOST_BYTES, read_limited
from .refused import check_goal, check_start, check_unreachable
from .route import check_route
from .saved_map import SavedMap, read_saved_map
from .sight import hidden, on_trust

__all__ = ["Result", "check_certificate"]

Shapes: TypeAlias = dict[tuple[bool, bool, frozenset[str]], Obstacles]
"""Obstacles by unknown, keep-outs and the doors that are shut."""


@dataclass(frozen=True)
class Result:
    """What became of one leg.

    Attributes:
        step: The plan's step.
        kind: ``route``, ``unreachable``, ``start``, ``goal`` or ``refusal``.
        subject: Where it leads.
        confirmed: Whether nothing in it is false.
        reasons: What is false.
        assumes: What was taken on trust, or differs from the map's files.
    """

    step: int
    kind: str
    subject: str
    confirmed: bool
    reasons: tuple[str, ...]
    assumes: tuple[str, ...]


def check_certificate(certificate: Path, saved_map: Path, *, allow_changes: bool = False) -> tuple[Result, ...]:
    """Check a certificate file against a map.

    Args:
        certificate: The file.
        saved_map: The map's folder, or its map_server YAML.
        allow_changes: Accept cells that the certificate says were changed since the map was saved.

    Returns:
        One result per leg.

    Raises:
        BadInput: A file cannot be read or is not what it should be.
    """
    document = read_document(read_limited(certificate, MOST_BYTES))
    saved = read_saved_map(saved_map)
    general = tuple(_about_files(document, saved, allow_changes))
    trust: tuple[str, ...] = ()
    if document.changes and allow_changes:
        saved = saved.changed(document.changes)
        trust = (f"that {sum(run[2] for run in document.changes)} cells have changed since the map was saved",)
    shapes: Shapes = {}
    results = []
    for leg in document.legs:
        reasons = general or tuple(_reasons(leg, saved, shapes))
        assumes = trust + tuple(_assumptions(leg, saved, sighted=leg.kind == "route" and not reasons))
        results.append(Result(leg.step, leg.kind, leg.subject, not reasons, reasons, assumes))
    return tuple(results)


def _about_files(document: Document, saved: SavedMap, allow_changes: bool) -> Iterator[str]:
    if not document.intact:
        yield "the certificate was altered: its digest is not that of its content"
    names = document.files.keys() | saved.files.keys()
    other = sorted(name for name in names if document.files.get(name) != saved.files.get(name))
    if other:
        yield f"these files of the map are not those that the certificate was made for: {', '.join(other)[:300]}"
    if document.changes and not allow_changes:
        yield "the map has changed since it was saved; --allow-changes checks against the changed cells"


def _reasons(leg: Leg, saved: SavedMap, shapes: Shapes) -> Iterator[str]:
    """What is false in one leg."""
    wrong = tuple(_about_terms(leg, saved))
    if wrong or leg.kind == "refusal":
        yield from wrong
        return

    walls = Layers(False, False, {})

    def obstacles(keepouts: bool, layers: Layers = leg.layers) -> Obstacles:
        key = (layers.unknown, keepouts, layers.shut)
        if key not in shapes:
            shapes[key] = Obstacles(saved.blocked(unknown=layers.unknown, keepouts=keepouts, shut=layers.shut))
        return shapes[key]

    try:
        if leg.kind == "route":
            false = tuple(check_route(leg, saved, obstacles(True), obstacles(False), obstacles(False, walls)))
            yield from false
            if not false and leg.goal is not None and leg.goal.kind == "reach":
                yield from hidden(leg, saved)
        elif leg.kind == "unreachable":
            yield from check_unreachable(leg, saved, obstacles(leg.layers.keepouts), obstacles(True))
        elif leg.kind == "goal":
            yield from check_goal(leg, saved, obstacles(True))
        else:
            outlined = leg.method == "outline"
            yield from check_start(leg, saved, obstacles(False) if outlined else obstacles(False, walls))
    except ValueError as error:
        yield str(error)


def _about_terms(leg: Leg, saved: SavedMap) -> Iterator[str]:
    """What is wrong with the body, the doors or the goal that a leg is about."""
    body = leg.body
    if not 0 < body.radius_m < 1000 or not 0 <= body.margin_m < 1000 or abs(body.radius_m + body.margin_m - body.needed_m) > 1e-9:
        yield "the body's needed clearance is not its radius and margin"
    ring = np.asarray(body.footprint, dtype=np.float64)
    if (body.inner_m != body.radius_m) if not len(ring) else not 0 < body.inner_m or not fits(ring, body.inner_m, body.radius_m):
        yield "the body's discs are not those of its footprint"
    if leg.layers.doors.keys() != saved.doors.keys():
        yield "it does not give the state of exactly the map's doors"
    if not leg.layers.keepouts and leg.kind != "unreachable":
        yield "it ignores keep-outs"
    if leg.goal is None and leg.kind in ("route", "unreachable", "goal"):
        yield "it has no goal"
    if leg.goal is not None:
        if leg.goal.subject != leg.subject:
            yield "its goal is about something else than the leg"
        yield from misnamed(leg.goal, saved)


def _assumptions(leg: Leg, saved: SavedMap, *, sighted: bool) -> Iterator[str]:
    """What a leg takes on trust; of one whose route is ``sighted`` a line of sight from its end is looked at."""
    if leg.kind == "refusal":
        return
    if leg.goal is not None and leg.goal.kind == "reach":
        yield from on_trust(leg, saved) if sighted else (f"which cells have a line of sight to {leg.subject!r}",)
    if leg.goal is not None:
        yield from names_unknown(leg.goal, saved)
    for name, state in leg.layers.doors.items():
        if name in saved.doors and saved.doors[name][1] != state:
            yield f"that door {name!r} is {state} (on file: {saved.doors[name][1]})"
    if leg.kind == "route" and not leg.layers.unknown:
        yield "that unknown space is free"
