"""Reckoning: where a simulated robot is and what charge it has, at any time, from its file and nothing else."""

from maps import Body, Pose, Route, World
from policies import Trajectory
from skills.robots.clock import Clock
from skills.robots.drives import trajectory_of
from skills.robots.energy import battery_after, power_w
from skills.robots.state_file import ActionRecord, RobotFile
from skills.robots.surroundings import Surroundings

__all__ = ["Reckoning", "triple"]


class Reckoning:
    """Pose and charge as functions of time since the last rest.

    Args:
        file: The robot's.
        body: Its speeds and its energy model.
        clock: Its time.
        world: The map that it drives by.
        around: Knows the load that it drives with; no drive runs while that changes.
    """

    def __init__(self, file: RobotFile, body: Body, clock: Clock, world: World, around: Surroundings) -> None:
        self._file, self._body, self._clock, self._world, self._around = file, body, clock, world, around
        self.motions: dict[str, Trajectory] = {}

    def motion(self, action: str, record: ActionRecord) -> Trajectory:
        """A drive's motion, computed again from its record in a new process."""
        if action not in self.motions:
            self.motions[action] = trajectory_of(
                Route.from_json(record.route or {}), Pose(*record.start_pose), self._around.laden, self._world,
                slip=record.slip, cut=record.cut, halt=record.halt,
            )  # fmt: skip
        return self.motions[action]

    @property
    def driving(self) -> str | None:
        """The id of the drive that runs."""
        return next((action for action in self._file.running if self._file.actions[action].verb == "drive"), None)

    @property
    def pose_at_rest(self) -> Pose:
        """The pose when it rested last."""
        return Pose(*self._file.pose)

    def pose(self) -> Pose:
        """The pose now."""
        action = self.driving
        if action is None:
            return self.pose_at_rest
        record = self._file.actions[action]
        return self.motion(action, record).pose_at(self._clock.now() - record.started)

    def battery(self, at: float) -> float:
        """Charge at a time since the last rest, watt-hours."""
        power = power_w(self._body, driving=self.driving is not None, charging=self._file.charging)
        return battery_after(self._body, self._file.battery_wh, at - self._file.battery_at, power)

    def rest(self, at: float, pose: Pose) -> None:
        """Take a pose and the charge at a time as the new point to reckon from."""
        self._file.battery_wh = self.battery(at)
        self._file.battery_at, self._file.pose = at, triple(pose)


def triple(pose: Pose) -> tuple[float, float, float]:
    """A pose as it is kept."""
    return (pose.x, pose.y, pose.yaw)
