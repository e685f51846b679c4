"""The whole loop in simulated time: tasks, chunks that follow each other, what is held, the base, pictures at their own rate."""

import gc
from dataclasses import replace

import numpy as np
import pytest
from toy_policies import Waving

from maps import Body, Pose, Route
from policies import follow_plan
from policies.policy import STATE, VELOCITY
from policies.runtime import Corridor, LimitsMismatch, Lockstep, LoopSettings, Mode, PlantUnfit, RouteDriver
from policies.runtime.kinematic_plant import KinematicPlant, PlanarArm, planar_base_plant, planar_limits, planar_plant


def lockstep(policy=None, plant=None, **more):
    policy = Waving(cameras={"wrist": (48, 64)}) if policy is None else policy
    return Lockstep(plant or planar_plant(), planar_limits(), policy, model=PlanarArm(), **more)


def test_a_task_is_executed_and_ends_in_a_hold():
    policy = Waving(cameras={"wrist": (48, 64)})
    run = lockstep(policy, delay_s=0.08)
    run.run(0.05)
    assert run.loop.mode is Mode.HOLD
    run.start("wave")
    report = run.run(4.0)
    assert run.loop.mode is Mode.RUN
    run.finish()
    report = run.run(1.0)
    assert run.loop.at_rest
    assert (report.ticks, report.missed, report.starved, report.faded) == (505, 0, 0, 0)
    assert report.jump[2] < 1e-4
    assert [mode for _, mode, _ in report.events] == ["hold", "run", "hold"]
    assert policy.resets == 1
    assert report.latency_ms[0] == pytest.approx(80.0, abs=1e-3)
    moved = abs(run.plant.read().positions[0] - 1.2)
    assert moved > 0.01


def test_the_same_run_is_the_same_run():
    def sent():
        run = lockstep(Waving(noise=0.05), delay_s=0.07)
        run.start("wave")
        targets = []
        for _ in range(300):
            run.step()
            targets.append(run.plant.sent)
        return targets

    assert sent() == sent()


def test_a_policy_is_asked_again_when_it_has_carried_out_as_many_actions_as_it_wants_to():
    asked = {}
    for steps in (1, 5, 25, 0, 26):
        policy = Waving()
        policy.spec = replace(policy.spec, steps=steps)
        if not 0 < steps <= policy.spec.chunk:
            with pytest.raises(LimitsMismatch, match=f"carries out {steps} actions of its chunks of 25; give 1 to all"):
                lockstep(policy)
            continue
        run = lockstep(policy, settings=LoopSettings(decode_hz=20.0))
        run.start("wave")
        report = run.run(2.0)
        asked[steps] = policy.asked
        assert report.starved == 0
    assert asked == {1: 40, 5: 20, 25: 4}, "every 50 ms as the settings say, 5 x 20 ms, 25 x 20 ms"


def test_a_policy_that_does_not_continue_is_told_nothing_and_faded_in():
    policy = Waving()
    policy.spec = replace(policy.spec, continues=False)
    run = lockstep(policy, delay_s=0.1)
    run.start("wave")
    report = run.run(1.0)
    assert set(policy.delays) == {0}
    assert report.starved == 0 and report.faded > 0


def test_a_policy_is_told_where_its_arm_is_or_where_it_has_been_sent():
    class Sagging(KinematicPlant):
        def read(self):
            state = super().read()
            return replace(state, positions=tuple(np.array(state.positions) - [0.02, 0.01, 0.003]))

    class Told(Waving):
        def predict_action_chunk(self, batch, **more):
            self.told.append((np.array(batch[STATE]), np.array(batch[VELOCITY])))
            return super().predict_action_chunk(batch, **more)

    found = {}
    for kind in ("measured", "sent"):
        policy = Told()
        policy.told, policy.spec = [], replace(policy.spec, state=kind, steps=5)
        run = lockstep(policy, Sagging(("shoulder", "elbow", "gripper"), (1.2, -0.8, 0.04)))
        run.start("wave")
        sent = []
        for _ in range(60):
            run.step()
            sent.append(run.plant.sent)
        found[kind] = policy.told, sent
    for kind, off, near in (("measured", [0.02, 0.01], 8e-3), ("sent", [0.0, 0.0], 1e-4)):
        told, sent = found[kind]
        assert len(told) == 6, "5 actions of 20 ms each time"
        assert not told[0][1].any(), "at rest"
        for (joints, velocity), before, targets in zip(told[2:], sent[19::10], sent[20::10], strict=False):
            assert joints[:2] + off == pytest.approx(targets.positions[:2], abs=near)
            assert joints[2] + 0.003 == pytest.approx(targets.positions[2], abs=1e-3), "the gripper's opening is always measured"
            if kind == "sent":  # else what a chunk begins with is further off than the filter lets it be at once
                assert velocity[:2] == pytest.approx(before.velocities[:2], abs=0.08), "8 rad/s^2 for 10 ms"
        assert max(np.abs(velocity).max() for _, velocity in told) > 0.1, "it moves"


def test_a_policy_is_told_what_will_be_executed_meanwhile():
    policy = Waving()
    run = lockstep(policy, delay_s=0.1)
    run.start("wave")
    run.run(1.0)
    # 100 ms are five actions of 20 ms, and the curve looks one action ahead.
    assert set(policy.delays[1:]) == {6}
    policy = Waving()
    run = lockstep(policy, delay_s=0.1, settings=LoopSettings(conditioned=False))
    run.start("wave")
    run.run(1.0)
    assert set(policy.delays) == {0}


def test_a_chunk_that_knows_the_last_one_jumps_less():
    def jump(conditioned):
        run = lockstep(Waving(noise=0.05), delay_s=0.1, settings=LoopSettings(conditioned=conditioned))
        run.start("wave")
        return run.run(10.0).jump[1]

    assert jump(True) <= jump(False) / 3


def test_a_policy_that_cannot_be_conditioned_is_faded_in():
    run = lockstep(Waving(noise=0.05, conditioned=False), delay_s=0.1)
    run.start("wave")
    report = run.run(5.0)
    assert report.faded > 0
    assert run.loop.mode is Mode.RUN


class Holding(KinematicPlant):
    """Something 50 cm wide is between the fingers: far from where they were sent."""

    def read(self):
        state = super().read()
        return replace(state, positions=(*state.positions[:2], 0.5))


def test_what_the_gripper_holds_is_not_dropped():
    limits = planar_limits()
    wide = replace(limits, joints=(*limits.joints[:2], replace(limits.joints[2], max_position=0.6)))
    plant = Holding(("shoulder", "elbow", "gripper"), (1.2, -0.8, 0.5))
    run = Lockstep(plant, wide, Closing(), model=PlanarArm())
    run.start("grip", grip_force_n=8.2)
    run.run(12.0)
    assert run.loop.mode is Mode.RUN
    assert plant.sent.positions[2] == pytest.approx(0.0, abs=1e-6)
    run.loop.stop("stopped by the operator")
    run.run(1.0)
    run.reset()
    run.step()
    assert run.plant.sent.positions[2] == pytest.approx(0.0, abs=1e-6)
    assert run.plant.sent.grip_force_n == 8.2


class Closing(Waving):
    def predict_action_chunk(self, batch, *, inference_delay=0, prev_chunk_left_over=None):
        return np.tile(np.array([1.2, -0.8, 0.0], dtype=np.float32), (25, 1))


def test_a_robot_that_still_brakes_is_not_reset():
    run = lockstep()
    run.start("wave")
    run.run(0.6)
    run.loop.stop("stopped by the operator")
    run.step()
    assert not run.loop.at_rest
    with pytest.raises(PlantUnfit, match="still braking; reset it once it rests"):
        run.reset()
    speeds = []
    while not run.loop.at_rest:
        run.step()
        speeds.append(max(map(abs, run.plant.sent.velocities)))
    assert speeds == sorted(speeds, reverse=True)
    run.reset()
    run.run(0.3)
    assert run.loop.mode is Mode.RUN


def straight(length):
    return Route(
        points=((0.0, 0.0), (length, 0.0)), length_m=length, grid_length_m=length, clearance_m=1.0, clearance_at=(0.0, 0.0),
        revision="r",
    )  # fmt: skip


def test_the_base_drives_without_a_task_and_the_arm_holds():
    body, way = Body(), straight(1.0)
    run = lockstep(plant=planar_base_plant(), body=body)
    driver = RouteDriver(follow_plan(way, Pose(0.0, 0.0), body), body)
    run.drive(driver, Corridor(way, body))
    run.run(10.0, until=lambda: driver.done)
    assert driver.done
    assert run.plant.read().base.pose.x == pytest.approx(1.0, abs=0.02)
    assert run.plant.read().positions == (1.2, -0.8, 0.04)


def test_a_base_that_leaves_its_corridor_stops_the_robot():
    body, way = Body(), straight(5.0)
    run = lockstep(plant=planar_base_plant(), body=body)
    run.drive(lambda *_: (0.5, 0.3), Corridor(way, body))
    run.run(10.0)
    assert run.loop.mode is Mode.STOP
    assert "off its verified route" in run.loop.watch.reason
    pose = run.plant.read().base.pose
    braking = 0.5**2 / (2 * body.max_acceleration)
    assert abs(pose.y) < body.tracking_m + braking
    run.reset()
    run.run(0.5)
    assert (run.loop.mode, run.loop.watch.reason) == (Mode.HOLD, "no task")


def test_a_tick_leaves_nothing_for_the_garbage_collector():
    run = lockstep(Waving())
    run.start("wave")
    run.run(1.0)
    gc.collect()
    gc.disable()
    try:
        run.run(2.0)
        # The policy's answers are numpy's; the tick itself must not make cycles, for the collector is off in real time.
        assert gc.collect() < 50
    finally:
        gc.enable()


class Split(Waving):
    """A policy whose slow half is computed less often."""

    def __init__(self):
        super().__init__(cameras={"wrist": (48, 64)})
        self.encoded = []

    def encode(self, batch):
        assert batch["observation.images.wrist"].shape == (48, 64, 3)
        self.encoded.append(len(self.encoded))
        return self.encoded[-1]

    def decode(self, latent, batch, *, inference_delay=0, prev_chunk_left_over=None):
        assert latent == self.encoded[-1]
        assert "observation.images.wrist" not in batch
        self.spec, whole = PLAIN, self.spec
        chunk = self.predict_action_chunk(batch, inference_delay=inference_delay, prev_chunk_left_over=prev_chunk_left_over)
        self.spec = whole
        return chunk


PLAIN = Waving().spec


def test_pictures_are_encoded_at_their_own_rate():
    policy = Split()
    run = lockstep(policy)
    run.start("wave")
    report = run.run(2.0)
    assert len(policy.encoded) == 10
    assert policy.asked == 40
    assert report.age_ms[2] <= 250.0
