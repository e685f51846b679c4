"""The expert in the cell: for what is to be done next there, the scripted expert for it, told the truth about the scene."""

from policies.arm import ARM
from policies.expert import ENVIRONMENT, ArmKinematics, Expert, Task
from policies.expert.expert import CHUNK, PERIOD_S
from policies.policy import Batch, Chunk, PolicySpec
from skills.robots.physics.cell import Cell

__all__ = ["CellExpert"]

TASKS: tuple[Task, ...] = ("pick", "place", "press")


class CellExpert:
    """The scripted expert for all tasks of one cell. It implements ``policies.policy.Policy``.

    Args:
        cell: Whose scene it knows and whose stage it follows.

    Raises:
        MissingPhysics: mujoco or mink is not installed.
    """

    def __init__(self, cell: Cell) -> None:
        kinematics = ArmKinematics()
        self._cell = cell
        self._experts = {task: Expert(task, kinematics=kinematics) for task in TASKS}

    @property
    def spec(self) -> PolicySpec:
        """What it expects and gives."""
        return PolicySpec(name="expert", kind="expert", joints=ARM.joints, cameras={}, period_s=PERIOD_S, chunk=CHUNK)

    @property
    def phase(self) -> str:
        """What the newest chunk begins with, in a word."""
        return self._experts[self._cell.stage].phase

    def reset(self) -> None:
        """Forget the last episode."""
        for expert in self._experts.values():
            expert.reset()

    def select_action(self, batch: Batch) -> Chunk:
        """The next action, float32 (7,)."""
        return self._experts[self._cell.stage].select_action(self._told(batch))

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The next actions, float32 (16, 7), beginning with those that will have been sent by then."""
        return self._experts[self._cell.stage].predict_action_chunk(
            self._told(batch), inference_delay=inference_delay, prev_chunk_left_over=prev_chunk_left_over
        )

    def _told(self, batch: Batch) -> Batch:
        return batch if ENVIRONMENT in batch else {**batch, ENVIRONMENT: self._cell.aim().to_array()}
