"""Change: what is certified of a plan after any changes of the map is what is certified from nothing, and it is confirmed."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from certificate_worlds import checked, everywhere, free_start, random_world
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from verifier_worlds import LIBRARY

import maps.evidence
from maps import Body, CellsChange, Change, DoorChange, RobotState, World
from maps.recent import Recent
from skills import Plan
from verifier import examine
from verifier.certify import certify
from verifier.memory import Memory


def forget() -> None:
    """Begin from nothing."""
    import sys

    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("maps", "policies", "verifier"):
            for value in list(vars(module).values()):
                if isinstance(value, Recent | Memory):
                    value.clear()


def some_change(rng: np.random.Generator, world: World) -> Change:
    """A box that comes or goes, or a door in another state."""
    if world.doors and rng.random() < 0.3:
        return DoorChange(door="gate", state=str(rng.choice(["open", "closed", "locked"])))  # type: ignore[arg-type]
    rows, cols = world.frame.shape
    row, col, span = int(rng.integers(rows - 3)), int(rng.integers(cols - 3)), int(rng.integers(1, 4))
    box = tuple((row + down, col + across) for down in range(span) for across in range(span))
    return CellsChange(cells=box, values=(int(rng.choice([100, 0])),) * len(box))


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6))
def test_after_changes_the_same_is_certified_as_from_nothing_and_confirmed(seed: int) -> None:
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(maps.evidence, "BLOCK", 4)
        folder = Path(name)
        worlds = [random_world(rng, folder)]
        for _ in range(3):
            worlds.append(worlds[-1].apply(some_change(rng, worlds[-1])))
        body = Body(radius_m=float(rng.uniform(0.05, 0.25)), margin_m=float(rng.choice([0.0, 0.03])))
        plan = Plan.model_validate({"steps": everywhere(worlds[0])})
        state = RobotState(pose=free_start(rng, worlds[0]), battery_wh=1e6)

        def judged(world: World) -> tuple[Any, Any]:
            verdict, steps = examine(plan, world, state, body, LIBRARY)
            return verdict, certify(verdict, steps, world, path=folder / "yard")

        forget()
        known = [judged(world) for world in worlds]
        for world, (verdict, certificates) in zip(worlds, known, strict=True):
            event("a route" if any(leg.kind == "route" for leg in certificates.legs) else "no route")
            assert all(result.confirmed for result in checked(certificates, folder, folder / "yard", allow_changes=True)), seed
            forget()
            fresh, fresh_certificates = judged(world)
            assert verdict.to_json() == fresh.to_json(), seed
            assert certificates.to_text() == fresh_certificates.to_text(), seed
