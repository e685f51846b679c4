"""MujocoRobot when something is wrong: policies of other robots, policies that fail, physics that breaks."""

import math
from typing import Any

import numpy as np
import pytest
from physics_acts import AT_TABLE, ended, route

from maps import World
from policies.policy import ObservationInvalid, PolicySpec
from skills.robots.physics import MujocoRobot
from skills.robots.physics.simulation import PhysicsBroken


class Broken:
    """A learned policy that wants what this robot does not give, or answers garbage."""

    def __init__(self, **spec: Any) -> None:
        from policies.arm import ARM

        known: dict[str, Any] = {
            "name": "broken",
            "kind": "learned",
            "joints": ARM.joints,
            "cameras": {},
            "period_s": 0.05,
            "chunk": 8,
        }
        self.spec = PolicySpec(**{**known, **spec})

    def reset(self) -> None: ...

    def select_action(self, batch: Any) -> Any:
        return self.predict_action_chunk(batch)[0]

    def predict_action_chunk(self, batch: Any, **_: Any) -> Any:
        raise ObservationInvalid("the policy cannot answer")


@pytest.mark.parametrize(
    ("policy", "word"),
    [
        (Broken(joints=("a", "b")), "joint"),
        (Broken(cameras={"chest": (96, 96)}), "chest"),
        (Broken(cameras={"head": (240, 320)}), "96"),
        (Broken(), "cannot answer"),
    ],
)
async def test_a_policy_that_does_not_fit_holds_the_robot(factory: World, policy: Broken, word: str) -> None:
    robot = MujocoRobot(factory, start=AT_TABLE, policy=policy)
    await robot.act("1", "pick", "red block")
    report = await ended(robot, "1")
    assert report.status == "failed" and word in report.message, report
    before = robot.simulation.joints()
    await robot.wait(0.5)
    assert np.abs(robot.simulation.joints() - before).max() < 0.02
    robot.close()


def test_nan_in_the_physics_is_one_sentence_and_the_robot_holds(factory: World) -> None:
    robot = MujocoRobot(factory, cameras=False)
    before = robot.simulation.pose()
    robot.simulation.data.qvel[:] = math.nan
    with pytest.raises(PhysicsBroken, match="not finite; the robot holds"):
        robot.simulation.advance(0.01)
    assert robot.simulation.pose() == before


async def test_nan_in_a_drive_fails_it_with_one_sentence_and_the_next_one_is_driven(factory: World) -> None:
    robot = MujocoRobot(factory, cameras=False)
    await robot.drive("1", route(factory, robot, "corridor", (await robot.state()).pose))
    await robot.wait(2.5)
    robot.simulation.data.qvel[:] = math.nan
    report = await ended(robot, "1")
    assert (report.status, report.code) == ("failed", "PHYSICS_BROKEN") and "not finite; the robot holds" in report.message
    at = (await robot.stop()).state.pose
    await robot.wait(0.5)
    assert math.dist(at.point, robot.simulation.pose().point) < 0.002
    await robot.drive("2", route(factory, robot, "corridor", at))
    assert (await ended(robot, "2")).status == "succeeded"
    robot.close()


def learned(words: tuple[str, ...]) -> Any:
    """A network with random weights that has learnt nothing, in the form of one that has."""
    import torch

    from policies.arm import ARM
    from policies.vla.config import VLAConfig
    from policies.vla.model import VLA
    from policies.vla.policy import VLAPolicy
    from policies.vla.processors import Stats
    from policies.vla.tokenizer import Tokenizer

    torch.manual_seed(0)
    shape = {"pixels": 32, "width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1, "text": 8, "words": 16}
    network = VLA(VLAConfig.of("nano", joints=ARM.joints, cameras=("head", "wrist"), **shape))
    stats = Stats(joints=ARM.joints, middle=ARM.ready, spread=(0.005,) * 7)  # actions are distances: a random walk in small steps
    return VLAPolicy(network, Tokenizer(words, 8), stats, name="tiny")


async def test_a_learned_policy_that_fails_is_told_by_gripper_and_camera(factory: World) -> None:
    robot = MujocoRobot(factory, start=AT_TABLE, policy=learned(("pick", "up", "the", "red", "block")))
    await robot.act("1", "pick", "red block")
    report = await ended(robot, "1")
    assert (report.status, report.code) == ("failed", "GRASP_FAILED"), report
    assert report.value["policy"] == "tiny (learned)" and (await robot.state()).carrying == ()  # type: ignore[index, call-overload]
    turret = math.atan2(9.55 - AT_TABLE.y, 1.55 - AT_TABLE.x) - AT_TABLE.yaw
    assert abs(float(robot.simulation.joints()[0]) - turret) < 1.0, "it acted towards the table, not along the base"
    assert robot.engine_report.to_json()["starved"] == 0
    robot.close()


async def test_unknown_words_hold_the_robot(factory: World) -> None:
    robot = MujocoRobot(factory, start=AT_TABLE, policy=learned(("拿起", "红")))
    await robot.act("1", "pick", "red block")
    report = await ended(robot, "1")
    assert (report.status, report.code) == ("failed", "POLICY_SILENT"), report
    assert "knows no word of the instruction 'pick up the red block'" in report.message
    before = robot.simulation.joints()
    await robot.wait(0.5)
    assert np.abs(robot.simulation.joints() - before).max() < 0.02
    robot.close()
