"""Pockets in verdicts: a goal that is closed in is refused without a look at the rest of a large map, and in the same words."""

import sys
from typing import Any

import numpy as np
import pytest

from maps import Body, Door, GridFrame, Place, Pose, RobotState, World
from maps import pocket as pocket_module
from maps.huge import near, size
from skills import Plan, library
from verifier import verify
from verifier.routes import _REACHED, ROUTES
from verifier.standing import STANDING
from verifier.verify import VERDICTS

clearance_module = sys.modules["maps.clearance"]  # the function of that name hides it

SCALE = 0.05


def site(seed: int) -> World:
    """Four rooms around a hall: one with an open door, one with a shut one, one without any and one with a gap too narrow."""
    dice = np.random.default_rng(seed)
    cells = np.zeros((160, 260), dtype=np.int8)
    cells[60] = cells[[0, -1]] = cells[:, [0, -1]] = 100
    cells[:60, [65, 130, 195]] = 100
    at = [int(n) for n in dice.integers(8, 40, 4)]
    for room, wide in ((0, 20), (1, 20), (3, int(dice.integers(4, 9)))):
        cells[60, 65 * room + at[room] : 65 * room + at[room] + wide] = 0
    cells[100:104, dice.integers(10, 250, 6)] = -1
    segments = [(((65 * n + at[n]) * SCALE, 60.5 * SCALE), ((65 * n + at[n] + 20) * SCALE, 60.5 * SCALE)) for n in (0, 1)]
    doors = [Door(name=f"door {n}", segment=segments[n], state=("open", "closed")[n]) for n in (0, 1)]  # type: ignore[arg-type]
    spots = [*((32.5 + 65 * n, 30.5) for n in range(4)), (130.5, 120.5)]
    names = ("office", "store", "shaft", "crawl", "hall")
    places = [Place(name=name, pose=Pose(x * SCALE, y * SCALE)) for name, (x, y) in zip(names, spots, strict=True)]
    return World.build("site", GridFrame(SCALE, Pose(0.0, 0.0), 260, 160), cells, places=places, doors=doors)


def judged(world: World, *names: str) -> dict[str, Any]:
    """The verdict from nothing on drives to some places."""
    for memory in (ROUTES, _REACHED, STANDING, VERDICTS):
        memory.clear()
    plan = Plan.model_validate({"steps": [{"skill": "goto", "args": {"place": name}} for name in names]})
    state = RobotState(pose=world.places["hall"].pose or Pose(0.0, 0.0), battery_wh=1e5)
    return verify(plan, world, state, Body(), library(world)).to_json()


def very_large(patch: pytest.MonkeyPatch) -> None:
    """Have the site handled as a very large map, and its windows not."""
    patch.setattr(size, "HUGE_CELLS", 20_000)
    patch.setattr(near, "_REACH", 64)


@pytest.mark.parametrize("seed", range(4))
def test_verdicts_say_the_same_with_and_without_pockets(monkeypatch, seed):
    very_large(monkeypatch)
    asked: list[bool] = []
    told = pocket_module.is_shut_in

    def noted(*where, **how):
        asked.append(told(*where, **how))
        return asked[-1]

    monkeypatch.setattr(pocket_module, "is_shut_in", noted)
    world = site(seed)
    plans = [("office", "shaft"), ("store",), ("crawl", "office"), ("shaft", "crawl", "store")]
    found = [judged(world, *names) for names in plans]
    assert any(asked)
    monkeypatch.setattr(pocket_module, "is_shut_in", lambda *where, **how: False)
    assert found == [judged(world, *names) for names in plans]


def test_the_rest_of_a_large_map_is_not_looked_at_again_for_a_closed_room(monkeypatch):
    very_large(monkeypatch)
    world, made = site(11), []
    obstacles = clearance_module.mark_obstacles

    def noted(where, shut, keepout, no_unknown, blocked):
        if blocked.shape == world.frame.shape:
            made.append(no_unknown)
        obstacles(where, shut, keepout, no_unknown, blocked)

    monkeypatch.setattr(clearance_module, "mark_obstacles", noted)
    assert not judged(world, "shaft")["ok"]
    assert made == [False]
    assert not judged(world, "store")["ok"]
    assert True in made  # a door that may open leads there: that takes all of the map with unseen space as it may turn out
