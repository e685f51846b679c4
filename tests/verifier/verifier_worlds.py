"""Small worlds for the verifier's tests: a hall and a lab with a doorway between them."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from maps import Body, Door, DoorState, GridFrame, Place, Pose, RobotState, Thing, World, Zone
from skills import Plan, SkillCall, SkillSet, library
from verifier import Finding, Verdict, verify

RESOLUTION = 0.1
BODY = Body()
LIBRARY = library()


def rectangle(x0: float, y0: float, x1: float, y1: float) -> tuple[tuple[float, float], ...]:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def two_rooms(
    *,
    doorway: float = 1.0,
    door: DoorState | None = "open",
    docks: bool = True,
    zones: Iterable[Zone] = (),
    unknown_lab: bool = False,
    things: Iterable[Thing] = (),
    warnings: Iterable[str] = (),
) -> World:
    """A hall (x 0-6) and a lab (x 6.2-12), 6 m deep, walls 0.2 m thick, a doorway of the given width around y = 3."""
    cells = np.zeros((60, 120), dtype=np.int8)
    cells[:, 60:62] = 100
    half = round(doorway / 2 / RESOLUTION)
    cells[30 - half : 30 + half, 60:62] = 0
    if unknown_lab:
        cells[:, 66:] = -1
    places = [
        Place(name="hall", kind="room", aliases=("entrance",), outline=rectangle(0, 0, 6, 6)),
        Place(name="lab", kind="room", aliases=("laboratory",), outline=rectangle(6.2, 0, 12, 6)),
        Place(name="desk", kind="spot", pose=Pose(4.0, 1.0, 0.0)),
    ]
    if docks:
        places.append(Place(name="charger", kind="dock", pose=Pose(1.0, 1.0, 0.0)))
    doors = []
    if door is not None:
        segment = ((6.1, 3 - half * RESOLUTION), (6.1, 3 + half * RESOLUTION))
        doors.append(Door(name="lab door", segment=segment, between=("hall", "lab"), state=door))
    standard = [
        Thing(name="gauge", kind="gauge", position=(10.05, 3.05), place="lab"),
        Thing(name="red box", kind="box", position=(3.05, 4.05), place="hall", attributes={"weight_kg": 2.0}),
        Thing(name="anvil", kind="anvil", position=(2.05, 5.05), place="hall", attributes={"weight_kg": 60.0}),
    ]
    return World.build(
        "office",
        GridFrame(RESOLUTION, Pose(0.0, 0.0, 0.0), 120, 60),
        cells,
        places=places,
        things=[*standard, *things],
        doors=doors,
        zones=zones,
        warnings=warnings,
    )


def state(x: float = 2.0, y: float = 3.0, *, battery_wh: float = 150.0, **more: Any) -> RobotState:
    return RobotState(pose=Pose(x, y, 0.0), battery_wh=battery_wh, **more)


def call(skill: str, **args: Any) -> SkillCall:
    return SkillCall(skill=skill, args=args)


def plan(*steps: SkillCall, **more: Any) -> Plan:
    return Plan(steps=steps, **more)


def judge(world: World, *steps: SkillCall, robot: RobotState | None = None, skills: SkillSet = LIBRARY, **more: Any) -> Verdict:
    """The verdict on these steps, from the middle of the hall with the default body unless told otherwise."""
    body = more.pop("body", BODY)
    return verify(plan(*steps), world, robot or state(), body, skills, **more)


def codes(verdict: Verdict, severity: str = "error") -> list[tuple[int | None, str]]:
    """Step and code of every finding of a severity, in order."""
    return [(finding.step, finding.code) for finding in verdict.all_findings() if finding.severity == severity]


def only(verdict: Verdict, code: str) -> Finding:
    """The one finding with this code."""
    found = [finding for finding in verdict.all_findings() if finding.code == code]
    assert len(found) == 1, [finding.message for finding in verdict.all_findings()]
    return found[0]
