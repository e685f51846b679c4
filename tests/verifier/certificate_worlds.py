"""Random small worlds on disk, judged and certified: what the tests of certificates share."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from verifier_worlds import LIBRARY

from maps import Body, Door, GridFrame, Place, Pose, RobotState, Thing, World, Zone, load_world, save_world, start_pose
from skills import Plan
from verifier import examine
from verifier.certificate import Certificates
from verifier.certify import certify
from verifier.check_certificate import Result, check_certificate


def random_world(rng: np.random.Generator, folder: Path) -> World:
    """Thin walls with gaps, unknown patches, a door, a keep-out zone or mask, places and a thing; sometimes turned."""
    height, width = (int(value) for value in rng.integers(18, 40, 2))
    cells = np.zeros((height, width), dtype=np.int8)
    for _ in range(int(rng.integers(1, 5))):
        along, across = (height, width) if rng.random() < 0.5 else (width, height)
        at, thick = int(rng.integers(3, across - 3)), int(rng.integers(1, 3))
        wall = np.full(along, True)
        gap = int(rng.integers(0, along))
        wall[gap : gap + int(rng.integers(0, 9))] = False
        view = cells if along == height else cells.T
        view[wall, at : at + thick] = 100
    cells[rng.random(cells.shape) < rng.choice([0.0, 0.004, 0.02])] = 100
    if rng.random() < 0.4:
        row, col = (int(value) for value in rng.integers(0, 15, 2))
        cells[row : row + 8, col : col + 8] = -1
    yaw = float(rng.choice([0.0, 0.0, 0.7]))
    frame = GridFrame(0.1, Pose(-1.0, 2.0, yaw), width, height)

    def spot() -> tuple[float, float]:
        return frame.to_map(float(rng.uniform(0.3, width / 10 - 0.3)), float(rng.uniform(0.3, height / 10 - 0.3)))

    def box(x: float, y: float, side: float) -> tuple[tuple[float, float], ...]:
        corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side))
        return tuple(frame.to_map(*corner) for corner in corners)

    zones, doors = [], []
    if rng.random() < 0.5:
        zones = [Zone(name="pit", rule="keepout", outline=box(float(rng.uniform(0, 1.2)), float(rng.uniform(0, 1.2)), 0.47))]
    if rng.random() < 0.6:
        doors = [Door(name="gate", segment=(spot(), spot()), state=str(rng.choice(["open", "closed"])))]  # type: ignore[arg-type]
    mask = rng.random(cells.shape) < 0.01 if rng.random() < 0.3 else None
    places = [Place(name="spot", pose=Pose(*spot(), 1.0)), Place(name="room", outline=box(0.2, 0.2, 0.9))]
    things = [Thing(name="cup", kind="cup", position=spot())]
    world = World.build("yard", frame, cells, places=places, things=things, doors=doors, zones=zones, keepout_mask=mask)
    return load_world(save_world(world, folder / "yard"))


def free_start(rng: np.random.Generator, world: World) -> Pose:
    """A pose somewhere that is not occupied, often cramped."""
    rows, cols = np.nonzero(world.cells != 100)
    pick = int(rng.integers(len(rows)))
    x, y = (float(value) for value in rng.uniform(0.0, 1.0, 2))
    return Pose(*world.frame.to_map((cols[pick] + x) * 0.1, (rows[pick] + y) * 0.1), 0.3)


def certified(
    world: World, calls: list[dict[str, Any]], *, body: Body | None = None, start: Pose | None = None, unknown: Any = "blocked",
    path: Path | None = None,
) -> Certificates:  # fmt: skip
    """The certificates of a plan."""
    body = body or Body()
    state = RobotState(pose=start or start_pose(world), battery_wh=1e6)
    verdict, steps = examine(Plan.model_validate({"steps": calls}), world, state, body, LIBRARY, unknown=unknown)
    return certify(verdict, steps, world, path=path)


def everywhere(world: World) -> list[dict[str, Any]]:
    """A plan to every place, thing and door."""
    calls: list[dict[str, Any]] = [{"skill": "goto", "args": {"place": name}} for name in world.places]
    calls += [{"skill": "inspect", "args": {"thing": name, "question": "Is it well?"}} for name in world.things]
    return calls + [{"skill": "open_door", "args": {"door": name}} for name in world.doors]


def checked(certificates: Certificates | dict[str, Any], folder: Path, saved_map: Path, **options: Any) -> tuple[Result, ...]:
    """What the independent checker says of them."""
    file = folder / "certificates.json"
    if isinstance(certificates, Certificates):
        file.write_text(certificates.to_text(), encoding="utf-8")
    else:
        file.write_text(json.dumps(certificates), encoding="utf-8")
    return check_certificate(file, saved_map, **options)
