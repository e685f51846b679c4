"""The workspace of the arm in physics: whatever is asked for, the grip stays above the floor."""

from dataclasses import replace

import numpy as np
import pytest

from policies.arm import ARM
from policies.runtime import SafetyFilter
from skills.robots.physics.plant import arm_limits, arm_model


def lowest(*, guarded: bool, seed: int) -> float:
    """The lowest height of the grip, metres, while poses are asked for that put it under the floor."""
    model, limits, draw = arm_model(), arm_limits(), np.random.default_rng(seed)
    safe = SafetyFilter(limits if guarded else replace(limits, workspace=None), ARM.ready, model=model)
    low, high = (np.array([getattr(joint, name) for joint in limits.joints]) for name in ("min_position", "max_position"))
    under = [pose for pose in draw.uniform(low, high, (4000, len(low))).tolist() if model.points(pose)[0][2] < -0.05]
    assert len(under) > 20, "the arm can reach under the floor"
    found = model.points(ARM.ready)[0][2]
    for pose in under[:20]:
        for _ in range(100):
            safe(tuple(pose))
            found = min(found, model.points(safe.positions)[0][2])
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_grip_stays_above_the_floor(seed: int) -> None:
    assert arm_limits().workspace is not None
    assert lowest(guarded=True, seed=seed) >= 0.0
    assert lowest(guarded=False, seed=seed) < 0.0, "without the workspace it does not"
