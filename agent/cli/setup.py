"""From options and settings to the live parts of a mission: world, body, skills, planner, robot."""

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
    from verifier.rules import HouseRule

__all__ = [
    "day_clock",
    "live_runtime",
    "load_house_rules",
    "load_skill_set",
    "load_start",
    "mission_rules",
    "open_store",
    "overrides",
    "paper_runtime",
    "parse_start",
]


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


def load_skill_set(files: Sequence[Path] | None, world: World | None = None, *, handling: bool = False) -> SkillSet:
    """The library, with what the map or an arm (``handling``) adds to it, installed skill packages, and the user's files.

    Raises:
        SkillFileInvalid: A file or an installed package has mistakes; all of them are named at once.
    """
    from skills import library, load_installed_skills, load_skills

    skills = library(world, handling=handling).with_skills(*load_installed_skills())
    for path in files or ():
        skills = skills.with_skills(*load_skills(path))
    return skills


def parse_start(text: str) -> Pose:
    """``x,y`` or ``x,y,yaw`` as a pose.

    Raises:
        BadOption: It is not two or three numbers that a pose can have.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (2, 3) or not all(abs(number) < 1e9 for number in numbers):
        raise BadOption(f"--start {text!r} is not x,y,yaw: give two or three numbers, e.g. --start 2.5,4.0,1.57")
    return Pose(*numbers)


def load_house_rules(world: World, file: Path | None = None, at: str | None = None) -> "tuple[HouseRule, ...]":
    """The house rules of a map, or of a file, at a time of day ``hh:mm``.

    Raises:
        RulesFileInvalid: The file is malformed.
        BadOption: The time is none.
    """
    if file is None and (world.folder is None or not (world.folder / "rules.yaml").is_file()):
        return ()
    from dataclasses import replace

    from verifier.rules import find_rules
    from verifier.rules.errors import FormulaInvalid
    from verifier.rules.make_atom import parse_clock

    try:
        clock_s = None if at is None else 60.0 * parse_clock(at)
    except FormulaInvalid as error:
        raise BadOption(f"--at: {error}") from None
    return tuple(replace(rule, clock_s=clock_s) for rule in find_rules(world, file))


def mission_rules(world: World, instruction: str, file: Path | None = None, at: str | None = None) -> "tuple[HouseRule, ...]":
    """The house rules as ``load_house_rules`` gives them, and those that the mission itself speaks."""
    from agent.spoken_rules import spoken_rules

    return (*load_house_rules(world, file, at), *spoken_rules(instruction, world))


def day_clock(created: str, now: "Callable[[], float]") -> "Callable[[], float]":
    """The time of day by robot time, seconds after local midnight.

    Args:
        created: When the mission was made, ISO 8601.
        now: Robot time since then, seconds.
    """
    from datetime import datetime

    began = datetime.fromisoformat(created).astimezone()
    return lambda: (3600.0 * began.hour + 60.0 * began.minute + began.second + now()) % 86_400.0


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
    rules: "Sequence[HouseRule]" = (),
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
        rules=rules,
        unknown=settings.unknown,
        approval=settings.approval,
        mend=settings.mend,
        conditions=settings.conditions,
        setbacks=settings.setbacks,
        repair_rounds=repair_rounds(settings),
        best_of=settings.best_of,
        ask_below=settings.ask_below,
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
    """The parts of a mission with its robot, new or found again after a crash."""
    from agent.cli.robots import make_robot
    from agent.house_rules import RuleKeeper
    from agent.meter import Meter
    from agent.runtime import MissionRuntime
    from verifier import Limits

    body = settings.body
    rules = mission_rules(world, record.instruction, Path(record.rules_file) if record.rules_file else None)
    start = Pose(*record.start)
    robot, now = make_robot(settings, folder, world, start, record.seed)
    return MissionRuntime(
        world=world,
        body=body,
        skills=skills,
        planner=planner,
        emit=emit,
        at=RobotState(pose=start, battery_wh=body.battery_wh),
        robot=robot,
        folder=folder,
        keeper=RuleKeeper(rules, emit, now, day_clock(record.created, now)) if rules else None,
        meter=Meter(Limits.of(record.limits), emit) if record.limits else None,
        unknown=settings.unknown,
        approval=settings.approval,
        mend=settings.mend,
        conditions=settings.conditions,
        setbacks=settings.setbacks and record.plan is None,  # a plan from a file is all that its operator wants done
        repair_rounds=repair_rounds(settings),
        best_of=settings.best_of,
        ask_below=settings.ask_below,
    )
