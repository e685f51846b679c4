"""Conformance of plants: what the engine relies on, as a suite that the author of a plant runs.

    problems = check_plant(plant, limits)
    assert problems == []

The joints are told to stay where they are; nothing is meant to move.
"""

import math
import time
from collections.abc import Iterator

import numpy as np

from policies.runtime.errors import EngineError
from policies.runtime.limits import RobotLimits
from policies.runtime.plant import Plant, PlantState, SteppedPlant, Targets

__all__ = ["check_plant"]

TICKS = 50
PERIOD_S = 0.01
SLOW_S = 0.002
"""What ``read`` and ``send`` may take together of a tick of 10 ms, seconds."""


def check_plant(plant: Plant, limits: RobotLimits) -> list[str]:
    """Run the suite, in about half a second.

    Args:
        plant: At rest, with room around it.
        limits: Of this robot.

    Returns:
        One sentence for each promise of ``policies.runtime.Plant`` that it broke; empty when it conforms.
    """
    if not isinstance(plant, Plant):
        return [f"{type(plant).__name__!r} lacks verbs of policies.runtime.Plant"]
    try:
        limits = limits.ordered(plant.joint_names)
    except EngineError as error:
        return [str(error)]
    return [*_state(plant.read(), limits), *_cameras(plant), *_ticks(plant, limits)]


def _state(state: PlantState, limits: RobotLimits) -> Iterator[str]:
    """One reading."""
    count = len(limits.joints)
    for what, numbers in (("positions", state.positions), ("velocities", state.velocities), ("efforts", state.efforts)):
        if numbers is None:
            continue
        if len(numbers) != count:
            yield f"read() gives {len(numbers)} {what} for {count} joints"
        elif not all(map(math.isfinite, numbers)):
            yield f"read() gives {what} that are not finite: {numbers}"
    if len(state.positions) == count:
        for joint, position in zip(limits.joints, state.positions, strict=True):
            if not joint.min_position <= position <= joint.max_position:
                yield (
                    f"joint {joint.name!r} is at {position:.3f}, outside its range of {joint.min_position:g} to "
                    f"{joint.max_position:g}; are its units radians, or metres?"
                )


def _cameras(plant: Plant) -> Iterator[str]:
    """One picture of each camera."""
    for camera, (height, width) in plant.cameras.items():
        frame = plant.image(camera)
        if frame.pixels.shape != (height, width, 3) or frame.pixels.dtype != np.uint8:
            yield f"camera {camera!r} gives {frame.pixels.dtype} {frame.pixels.shape}; it says uint8 ({height}, {width}, 3)"
        if not frame.stamp <= plant.now() + 1e-6:
            yield f"camera {camera!r} stamps a picture {frame.stamp - plant.now():.3f} s into the future"


def _ticks(plant: Plant, limits: RobotLimits) -> Iterator[str]:
    """Half a second of ticks in which the joints are sent where they are."""
    first, began, clock = plant.read(), time.monotonic(), plant.now()
    if len(first.positions) != len(limits.joints):
        return
    stay = Targets(positions=first.positions, velocities=(0.0,) * len(first.positions))
    took, last, backwards, worst = [], first, 0, 0.0
    for _ in range(TICKS):
        begun = time.perf_counter()
        state = plant.read()
        plant.send(stay)
        took.append(time.perf_counter() - begun)
        backwards += state.stamp < last.stamp
        worst = max(worst, *(abs(a - b) for a, b in zip(state.positions, first.positions, strict=True)))
        last = state
        if isinstance(plant, SteppedPlant):
            plant.advance(PERIOD_S)
        else:
            time.sleep(PERIOD_S)
    if backwards:
        yield f"the time stamps of read() went back {backwards} times in {TICKS} readings"
    if last.stamp <= first.stamp:
        yield f"the time stamp of read() stood still at {last.stamp:.3f} s for {TICKS} readings"
    passed = TICKS * PERIOD_S if isinstance(plant, SteppedPlant) else time.monotonic() - began
    if not abs(plant.now() - clock - passed) <= 0.05 * passed + 0.005:
        yield f"now() went on by {plant.now() - clock:.3f} s while {passed:.3f} s passed"
    if sorted(took)[TICKS // 2] > SLOW_S:
        yield f"read() and send() take {1e3 * sorted(took)[TICKS // 2]:.1f} ms; they must not wait, a tick has 10 ms"
    if worst > 0.5 * limits.max_following_error:
        yield f"told to stay, a joint moved by {worst:.3f} rad or m; do send() and read() use the same units and order?"
    plant.hold()
