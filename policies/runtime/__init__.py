"""The real-time engine: a 100 Hz control loop beside a policy, with a watchdog and a safety filter that is always on."""

from policies.runtime.arm_model import ArmModel, MujocoArmModel
from policies.runtime.base import BaseDriver, RouteDriver
from policies.runtime.check_plant import check_plant
from policies.runtime.corridor import Corridor
from policies.runtime.engine import Engine
from policies.runtime.errors import EngineError, EngineFailed, LimitsInvalid, LimitsMismatch, PlantUnfit
from policies.runtime.limits import Box, JointLimits, RobotLimits, Workspace, load_limits
from policies.runtime.lockstep import Lockstep
from policies.runtime.plant import BaseReading, Frame, Plant, PlantState, SteppedPlant, Targets
from policies.runtime.report import RunReport, draw_report, save_report
from policies.runtime.safety import Filtered, SafetyFilter
from policies.runtime.settings import LoopSettings
from policies.runtime.status import Status
from policies.runtime.watchdog import Mode, WatchSettings

__all__ = [
    "ArmModel",
    "BaseDriver",
    "BaseReading",
    "Box",
    "Corridor",
    "Engine",
    "EngineError",
    "EngineFailed",
    "Filtered",
    "Frame",
    "JointLimits",
    "LimitsInvalid",
    "LimitsMismatch",
    "Lockstep",
    "LoopSettings",
    "Mode",
    "MujocoArmModel",
    "Plant",
    "PlantState",
    "PlantUnfit",
    "RobotLimits",
    "RouteDriver",
    "RunReport",
    "SafetyFilter",
    "Status",
    "SteppedPlant",
    "Targets",
    "WatchSettings",
    "Workspace",
    "check_plant",
    "draw_report",
    "load_limits",
    "save_report",
]
