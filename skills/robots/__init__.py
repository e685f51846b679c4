"""Robots: the simulated robot, its clocks, the faults that a test can order, and the suite that every robot must pass."""

from skills.robots.clock import Clock, RealClock, VirtualClock
from skills.robots.conformance import Promise, check_promises, check_robot
from skills.robots.errors import ActionRejected, RobotError, RobotStateInvalid, RobotStateMissing
from skills.robots.faults import Faults
from skills.robots.simulated import SimulatedRobot

__all__ = [
    "ActionRejected",
    "Clock",
    "Faults",
    "Promise",
    "RealClock",
    "RobotError",
    "RobotStateInvalid",
    "RobotStateMissing",
    "SimulatedRobot",
    "VirtualClock",
    "check_promises",
    "check_robot",
]
