"""Case: one leg of a plan with all that the claim of its certificate is about, in cells and in metres."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from maps import DoorState, Point, World
from maps.clearance import Layers, layers
from maps.swept import tightest
from verifier.certificate import BodyClaim, LayersClaim, Refusal
from verifier.goal_claim import goal_claim
from verifier.step import Leg, Scope, Step
from verifier.turning import standing_room

__all__ = ["NANO", "Case", "refusal", "room_left", "walls"]

Floats = npt.NDArray[np.float64]
Unknown = Literal["blocked", "allowed"]

NANO = 1e-9
"""Lengths that differ by less are equal."""


@dataclass(frozen=True, slots=True)
class Case:
    """One leg with all that its claim is about."""

    scope: Scope
    step: int
    leg: Leg
    doors: dict[str, DoorState]
    unknown: Unknown
    keepouts: bool = True

    @classmethod
    def of(cls, step: Step, leg: Leg) -> "Case":
        """The case of a leg, with the doors as they are known before its step."""
        seen, world = step.before.state.doors, step.scope.world
        doors: dict[str, DoorState] = {name: seen.get(name, door.state) for name, door in world.doors.items()}
        unknown: Unknown = "allowed" if step.scope.unknown == "allowed" else "blocked"
        return cls(step.scope, step.number, leg, doors, unknown)

    @property
    def world(self) -> World:
        """The world that it was judged against."""
        return self.scope.world

    @property
    def scale(self) -> float:
        """Width of a cell, metres."""
        return self.world.frame.resolution

    @property
    def needed(self) -> float:
        """Needed clearance, cells."""
        return self.scope.body.needed_clearance_m / self.scale

    @property
    def inner(self) -> float:
        """Clearance that the disc in the body needs, cells; no body needs less."""
        return (self.scope.body.inscribed_m + self.scope.body.margin_m) / self.scale

    @property
    def layers(self) -> Layers:
        """The obstacles."""
        peeled = frozenset[Literal["keepout"]]() if self.keepouts else frozenset[Literal["keepout"]](("keepout",))
        return layers(self.world, unknown=self.unknown, doors=self.doors, ignore=frozenset(peeled))

    @property
    def terms(self) -> dict[str, object]:
        """What every certificate says."""
        body, start = self.scope.body, self.leg.start
        return {
            "step": self.step,
            "subject": self.leg.subject,
            "layers": LayersClaim(unknown=self.unknown, keepouts="blocked" if self.keepouts else "ignored", doors=dict(self.doors)),
            "body": BodyClaim(
                name=body.name,
                radius_m=body.radius_m,
                inner_m=body.inscribed_m,
                margin_m=body.margin_m,
                needed_m=body.radius_m + body.margin_m,
                footprint=body.footprint or None,
            ),
            "start": (start.x, start.y, start.yaw),
            "goal": None if self.leg.goal is None else goal_claim(self.scope, self.leg.goal),
        }

    def local(self, points: Sequence[Point]) -> Floats:
        """Map-frame points in cells."""
        return self.world.frame.local(points)

    def room(self, point: Floats, here: Layers | None = None) -> float:
        """Exact clearance of a point, cells."""
        here = here or self.layers
        return tightest(here.blocked, here.clearance, point.reshape(1, 2), self.scale).clearance


def refusal(case: Case, code: str, reason: str) -> Refusal:
    """A certificate that claims nothing, and says why."""
    return Refusal.model_validate({**case.terms, "code": code, "reason": reason})


def room_left(case: Case) -> float:
    """The room that a polygon has where it starts, cells."""
    start = case.leg.start
    return standing_room(case.world, case.scope.body, (start.x, start.y, start.yaw), case.layers)


def walls(world: World) -> Layers:
    """The occupied cells alone."""
    return layers(world, ignore=frozenset(("unknown", "doors", "keepout")))
