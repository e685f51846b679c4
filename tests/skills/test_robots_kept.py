"""A simulated robot's file: another process finds everything as it was; bad files are refused."""

from pathlib import Path

import numpy as np
import pytest
from gated_hall import ended, known, robot, route, truth

from maps import GridFrame, Pose, World
from skills.robots import RobotError, RobotStateInvalid, RobotStateMissing, SimulatedRobot, VirtualClock


async def test_another_process_finds_everything_as_it_was(tmp_path: Path) -> None:
    made = robot(tmp_path, really=truth(crate=True))
    await made.act("s", "say", "good morning")
    await ended(made, "s")
    await made.drive("a", route((2, 5), (18, 5)))
    await made.wait(9.0)
    state, changes = await made.state(), await made.changes(0)
    report, middle = await made.report("s"), await made.report("a")
    made._course.save(durable=False)
    again = SimulatedRobot.open(tmp_path / "robot.json", known(), truth=truth(crate=True), clock=VirtualClock())
    assert await again.state() == state
    assert await again.changes(0) == changes
    assert (await again.report("s"), await again.report("a")) == (report, middle)
    assert (await again.report("z")).status == "never_started"
    assert again.said == ("good morning",)
    assert await ended(again, "a") == await ended(made, "a")
    assert await again.changes(0) == await made.changes(0)


async def test_effects_of_acts_outlive_the_process(tmp_path: Path) -> None:
    made = robot(tmp_path, really=truth(gate="closed"), start=Pose(3, 5, 0))
    await made.act("p", "pick", "box")
    await ended(made, "p")
    again = SimulatedRobot.open(tmp_path / "robot.json", known(), truth=truth(gate="closed"), clock=VirtualClock())
    assert (await again.state()).carrying == ("box",)
    await again.act("p", "pick", "box")
    assert (await ended(again, "p")).status == "succeeded"
    await again.act("q", "place", "dock")
    await ended(again, "q")
    third = SimulatedRobot.open(tmp_path / "robot.json", known(), truth=truth(gate="closed"), clock=VirtualClock())
    assert (await third.state()).carrying == ()
    assert [thing.name for thing in (await third.look("box")).things] == ["box"]


async def test_bad_files_are_refused_with_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "robot.json"
    with pytest.raises(RobotStateMissing, match="cannot be read: No such file"):
        SimulatedRobot.open(path, known())
    path.write_text('{"surefoot_robot": 2}')
    with pytest.raises(RobotStateInvalid, match=r"is not valid: surefoot_robot: Input should be 1"):
        SimulatedRobot.open(path, known())
    path.write_text("not json")
    with pytest.raises(RobotStateInvalid, match="is not valid"):
        SimulatedRobot.open(path, known())
    path.unlink()
    await robot(tmp_path).act("a", "say", "hello")
    with pytest.raises(RobotStateInvalid, match=r"exists already; attach to it with SimulatedRobot\.open"):
        robot(tmp_path)
    other = World.build("other", GridFrame(0.1, Pose(0, 0), 10, 10), np.zeros((10, 10), np.int8))
    with pytest.raises(RobotStateInvalid, match="belongs to map 'hall' of 200 x 400 cells, not to 'other' of 10 x 10"):
        SimulatedRobot.open(path, other)
    with pytest.raises(RobotError, match="lies on another grid"):
        SimulatedRobot(known(), truth=other)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["robot.json"]
