"""The scripted expert: pick, place and press behind the ``Policy`` interface, by differential inverse kinematics."""

from policies.expert.expert import Expert
from policies.expert.kinematics import ArmKinematics, MissingPhysics
from policies.expert.reach import Reach
from policies.expert.rules import LIFT_M, Task, grip_height
from policies.expert.situation import ENVIRONMENT, Aim

__all__ = ["ENVIRONMENT", "LIFT_M", "Aim", "ArmKinematics", "Expert", "MissingPhysics", "Reach", "Task", "grip_height"]
