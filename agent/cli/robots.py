"""Which robot a mission runs on, and what is kept of its run: a video, a report."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import BadOption
from maps import Pose, World

if TYPE_CHECKING:
    from agent.settings import Settings
    from agent.store import MissionFolder
    from skills import Robot

__all__ = ["arm_of", "check_outputs", "filming", "make_robot", "write_report"]


def make_robot(
    settings: "Settings", folder: "MissionFolder", world: World, start: Pose, seed: int
) -> "tuple[Robot, Callable[[], float]]":
    """The robot of the settings, new or found again after a crash, and its clock.

    Raises:
        RobotError: It cannot be built here, or its file is not its own.
    """
    body = settings.body
    if settings.robot.kind == "mujoco":
        from agent.cli.policy_choice import choose_policy
        from skills.robots.physics import MujocoRobot

        policy = choose_policy(settings.robot.policy, settings.robot.backend).policy
        physical = (
            MujocoRobot.open(folder.robot, world, body=body, policy=policy)
            if folder.robot.exists()
            else MujocoRobot(world, state_file=folder.robot, body=body, start=start, seed=seed, policy=policy)
        )
        return physical, lambda: physical.now
    from skills.robots import RealClock, SimulatedRobot

    clock = RealClock(rate=settings.robot.rate, standing=True)
    if folder.robot.exists():
        return SimulatedRobot.open(folder.robot, world, body=body, clock=clock), clock.now
    return SimulatedRobot(world, state_file=folder.robot, body=body, start=start, clock=clock), clock.now


def arm_of(settings: "Settings", policy: str | None = None) -> str:
    """One line about who will move the arm, once it is clear that it can; empty for a robot without one.

    Args:
        settings: The mission's.
        policy: What --policy said, if it was given.

    Raises:
        BadOption: --policy for a robot without an arm.
        PolicyError: The policy is damaged, another robot's, or cannot run here.
    """
    if settings.robot.kind != "mujoco":
        if policy is not None:
            raise BadOption("--policy moves the arm of the robot in physics: add --robot mujoco.")
        return ""
    from agent.cli.policy_choice import choose_policy

    return choose_policy(settings.robot.policy, settings.robot.backend).said


def check_outputs(settings: "Settings", video: Path | None, report: Path | None) -> None:
    """Refuse what cannot be written, before any work is done for it.

    Raises:
        BadOption: A video of a robot that has no body, a name that is no video's, a folder that cannot be made.
    """
    if video is not None and settings.robot.kind != "mujoco":
        raise BadOption("--video films the robot in physics: add --robot mujoco.")
    if video is not None and video.suffix.lower() not in (".mp4", ".gif"):
        raise BadOption(f"Cannot film to {str(video)!r}: the name must end in .mp4 or .gif.")
    for file in (video, report):
        if file is None:
            continue
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadOption(f"Cannot write into {str(file.parent)!r}: {error.strerror}; choose another file.") from None


@contextmanager
def filming(robot: "Robot | None", video: Path | None, watch: "Callable[[int, float], None] | None" = None) -> Iterator[None]:
    """Film the robot while the body of the ``with`` runs.

    Args:
        robot: Whom.
        video: The file; without one nothing is filmed.
        watch: Told after each picture how many there are and what time it is for the robot, seconds.
    """
    if video is None:
        yield
        return
    from skills.robots.physics import Film, MujocoRobot

    assert isinstance(robot, MujocoRobot)
    with Film(robot, video, watch):
        yield


def write_report(file: Path, report: dict[str, Any], robot: "Robot | None") -> None:
    """Write a mission's report, with the control loop's account and what was drawn at random where there is physics."""
    from agent.files import write_json
    from skills.robots.simulated import SimulatedRobot

    more: dict[str, Any] = {}
    if robot is not None and not isinstance(robot, SimulatedRobot):
        from skills.robots.physics import MujocoRobot

        if isinstance(robot, MujocoRobot):
            more = {"runtime": robot.engine_report.to_json(), "physics_context": dict(robot.physics_context), "robot_s": robot.now}
    write_json(file, {"surefoot": 1, **report, **more})
