"""From options and settings to the live parts of a mission: world, body, skills, planner, robot."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import BadOption
from maps import Body, Pose, RobotState, World
from skills import SkillSet

if TYPE_CHECKING:
    from agent.planners import Planner
    from agent.runtime import MissionRuntime
    from agent.settings import Settings
    from agent.store import MissionFolder, MissionRecord, MissionStore

__all__ = ["live_runtime", "load_skill_set", "load_start", "open_store", "overrides", "paper_runtime", "parse_start"]


def overrides(**options: Any) -> dict[str, Any]:
    """Command-line options as settings, without those that were not given; ``robot__rate=3`` means ``robot.rate``."""
    found: dict[str, Any] = {}
    for key, value in options.items():
        if value is not None:
            *path, last = key.split("__")
            inner = found
            for part in path:
                inner = inner.setdefault(part, {})
            inner[last] = value
    return found


def open_store(settings: "Settings") -> "MissionStore":
    """The missions under the data folder of the settings, or of the user."""
    from platformdirs import user_data_path

    from agent.store import MissionStore

    return MissionStore(settings.data_dir or user_data_path("surefoot"))


def repair_rounds(settings: "Settings") -> int:
    """How often a rejected plan may be mended: by the local model, then as often by the cloud if it may be asked."""
    own = settings.repair_rounds
    return 2 * own + 1 if settings.cloud.allowed else own


def load_skill_set(files: Sequence[Path] | None) -> SkillSet:
    """The library, installed skill packages, and the user's files.

    Raises:
        SkillFileInvalid: A file or an installed package has mistakes; all of them are named at once.
    """
    from skills import library, load_installed_skills, load_skills

    skills = library().with_skills(*load_installed_skills())
    for path in files or ():
        skills = skills.with_skills(*load_skills(path))
    return skills


def parse_start(text: str) -> Pose:
    """``x,y`` or ``x,y,yaw`` as a pose.

    Raises:
        BadOption: It is not two or three finite numbers.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (2, 3) or not all(map(math.isfinite, numbers)):
        raise BadOption(f"--start {text!r} is not x,y,yaw: give two or three numbers, e.g. --start 2.5,4.0,1.57")
    return Pose(*numbers)


def load_start(world: World, body: Body, start: str | None) -> RobotState:
    """Where the robot stands before anything has happened, with a full battery."""
    from maps import start_pose

    pose = start_pose(world) if start is None else parse_start(start)
    return RobotState(pose=pose, battery_wh=body.battery_wh)


def paper_runtime(
    settings: "Settings",
    world: World,
    state: RobotState,
    skills: SkillSet,
    planner: "Planner",
    watcher: Callable[[Any, dict[str, Any]], None],
) -> "MissionRuntime":
    """The parts of a dry run: everything but a robot."""
    from agent.runtime import MissionRuntime

    return MissionRuntime(
        world=world,
        body=settings.body,
        skills=skills,
        planner=planner,
        emit=watcher,
        at=state,
        unknown=settings.unknown,
        approval=settings.approval,
        repair_rounds=repair_rounds(settings),
    )


def live_runtime(
    settings: "Settings",
    folder: "MissionFolder",
    record: "MissionRecord",
    world: World,
    skills: SkillSet,
    planner: "Planner",
    emit: Callable[[Any, dict[str, Any]], None],
) -> "MissionRuntime":
    """The parts of a mission with the simulated robot, new or found again after a crash."""
    from agent.runtime import MissionRuntime
    from skills.robots import RealClock, SimulatedRobot

    body = settings.body
    start = Pose(*record.start)
    clock = RealClock(rate=settings.robot.rate, standing=True)
    if folder.robot.exists():
        robot = SimulatedRobot.open(folder.robot, world, body=body, clock=clock)
    else:
        robot = SimulatedRobot(world, state_file=folder.robot, body=body, start=start, clock=clock)
    return MissionRuntime(
        world=world,
        body=body,
        skills=skills,
        planner=planner,
        emit=emit,
        at=RobotState(pose=start, battery_wh=body.battery_wh),
        robot=robot,
        folder=folder,
        unknown=settings.unknown,
        approval=settings.approval,
        repair_rounds=repair_rounds(settings),
    )
