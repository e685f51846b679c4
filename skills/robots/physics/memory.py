"""The file of the robot in physics: everything that must outlive the process, in one JSON document."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from skills.robots.errors import RobotStateInvalid
from skills.robots.physics.simulation import Simulation
from skills.robots.state_file import RobotMemory

__all__ = ["PhysicsFile", "physics_of", "restore_physics"]


class PhysicsFile(RobotMemory):
    """State of a robot in physics (version 1). ``physics`` is MuJoCo's full physics state."""

    surefoot_physics: Literal[1] = 1
    map: str
    revision: str
    seed: int
    start: tuple[float, float, float]
    physics: list[float] = Field(default_factory=list)
    controls: list[float] = Field(default_factory=list)


def physics_of(simulation: Simulation) -> tuple[list[float], list[float]]:
    """MuJoCo's full physics state and the servos' targets, as they are kept."""
    import numpy as np

    m = simulation.mujoco
    state = np.zeros(m.mj_stateSize(simulation.model, m.mjtState.mjSTATE_FULLPHYSICS))
    m.mj_getState(simulation.model, simulation.data, state, m.mjtState.mjSTATE_FULLPHYSICS)
    return state.tolist(), simulation.data.ctrl.tolist()


def restore_physics(simulation: Simulation, file: PhysicsFile, path: Path | None) -> None:
    """Put a simulation into the state that was kept; a new robot's settles on its wheels.

    Raises:
        RobotStateInvalid: It was kept in a world of other things.
    """
    import numpy as np

    m = simulation.mujoco
    if not file.physics:
        simulation.advance(0.05)
        return
    size = m.mj_stateSize(simulation.model, m.mjtState.mjSTATE_FULLPHYSICS)
    if len(file.physics) != size or len(file.controls) != simulation.model.nu:
        raise RobotStateInvalid(
            f"robot state {str(path)!r} was saved in a world of other things ({len(file.physics)} numbers "
            f"instead of {size}); has the map been changed?"
        )
    m.mj_setState(simulation.model, simulation.data, np.array(file.physics), m.mjtState.mjSTATE_FULLPHYSICS)
    simulation.data.ctrl[:] = file.controls
    m.mj_forward(simulation.model, simulation.data)
