"""The manipulation cell and the scripted expert in it: episodes, noise, reproducibility, speed of the thing itself."""

import math

import numpy as np
import pytest

from policies.arm import ARM
from policies.expert import ENVIRONMENT, Aim, ArmKinematics, Expert
from policies.expert.noise import Noisy
from policies.policy import ACTION, IMAGES, STATE, TASK, VELOCITY, ObservationInvalid, Policy
from skills.robots.physics import Cell
from skills.robots.physics.cameras import CAMERAS, COARSE, FINE
from skills.robots.physics.simulation import BELT_M_S


@pytest.fixture(scope="module")
def cell() -> Cell:
    return Cell(images=False)


@pytest.fixture(scope="module")
def experts() -> dict[str, Expert]:
    arm = ArmKinematics()
    return {task: Expert(task, kinematics=arm) for task in ("pick", "place", "press")}  # type: ignore[arg-type]


def play(cell: Cell, experts: dict[str, Expert], seed: int, task: str | None = None, wrap=lambda policy: policy) -> bool:  # type: ignore[no-untyped-def]
    cell.reset(seed, task)  # type: ignore[arg-type]
    acting = {name: wrap(expert) for name, expert in experts.items()}
    while not cell.over:
        cell.step(acting[cell.stage].select_action(cell.observe()))
    return cell.success()


@pytest.mark.parametrize("task", ["pick", "place", "press"])
def test_the_expert_does_every_task(cell: Cell, experts: dict[str, Expert], task: str) -> None:
    assert [seed for seed in range(40, 44) if not play(cell, experts, seed, task)] == []


def test_the_expert_recovers_from_noise(cell: Cell, experts: dict[str, Expert]) -> None:
    def noisy(policy: Expert) -> Noisy:
        return Noisy(policy, seed=3)

    assert sum(play(cell, experts, seed, "pick", noisy) for seed in range(60, 63)) == 3


def test_a_block_on_its_corner_is_taken_the_way_that_the_hand_is_turned_already(cell: Cell) -> None:
    cell.reset(5, "pick")
    number, sim = cell.episode.thing, cell.sim
    at, _ = sim.item_pose(number)
    bottom = float(at[2]) - 0.5 * sim.items[number].size[2]
    azimuth = math.atan2(at[1], at[0])

    def wanted(corner: float, turned: float) -> float:
        """From straight ahead, for a block so far from standing on its corner and a hand so turned."""
        sim.put_item(number, (float(at[0]), float(at[1]), bottom), azimuth + math.pi / 4 + corner)
        joints = np.array(ARM.ready, dtype=np.float64)
        hand = []
        for sign in (1.0, -1.0):  # which way the wrist turns the hand is the arm's affair
            joints[5] = ARM.ready[5] + sign * abs(turned)
            sim.put_arm(joints)
            sim.mujoco.mj_forward(sim.model, sim.data)
            hand.append(cell._turned())
        joints[5] = ARM.ready[5] + (1.0 if (hand[0] > 0) == (turned > 0) else -1.0) * abs(turned)
        sim.put_arm(joints)
        sim.mujoco.mj_forward(sim.model, sim.data)
        assert cell._turned() == pytest.approx(turned, abs=0.02)
        return (cell.aim().yaw - azimuth + math.pi / 2) % math.pi - math.pi / 2

    for corner in (-0.12, 0.0, 0.12):  # what is seen of it may be so wrong
        for turned in (0.4, 0.7, -0.4, -0.7):
            assert wanted(corner, turned) == pytest.approx(math.copysign(math.pi / 4, turned) + corner, abs=1e-6)
    assert wanted(-0.4, -0.7) == pytest.approx(math.pi / 4 - 0.4, abs=1e-6), "but not far from straight ahead"


def test_noise_leaves_the_label_clean(cell: Cell, experts: dict[str, Expert]) -> None:
    cell.reset(5, "pick")
    batch = cell.observe()
    noisy = Noisy(experts["pick"], seed=1)
    sent = noisy.select_action(batch)
    assert np.array_equal(noisy.label, experts["pick"].select_action(batch))
    assert 0 < np.abs(sent - noisy.label)[:6].max() < 0.2


def test_a_seed_gives_the_same_episode_and_its_context(cell: Cell) -> None:
    first = cell.reset(11)
    state = cell.observe()[STATE]
    other = cell.reset(12)
    again = cell.reset(11)
    assert again == first and np.array_equal(cell.observe()[STATE], state) and other.physics_context != first.physics_context
    block = first.physics_context["blocks"][0]  # type: ignore[index]
    assert {"mass_kg", "friction", "colour", "at", "yaw"} <= set(block)  # type: ignore[arg-type]
    assert "light" in first.physics_context


def test_velocities_are_told_as_a_dataset_has_them(cell: Cell) -> None:
    cell.reset(5, "pick")
    before = cell.observe()
    assert not before[VELOCITY].any(), "at rest"
    cell.step(before[STATE] + [0.05, 0, 0, 0, 0, 0, 0])
    after = cell.observe()
    assert after[VELOCITY] == pytest.approx((after[STATE] - before[STATE]) / 0.05, abs=1e-4)
    assert after[VELOCITY][0] > 0.1
    cell.reset(5, "pick")
    assert not cell.observe()[VELOCITY].any()


def test_observations_have_lerobots_keys() -> None:
    cell = Cell(pixels=96)
    batch = cell.observe()
    assert set(batch) == {STATE, VELOCITY, TASK, ENVIRONMENT, *(IMAGES + camera for camera in CAMERAS)} and ACTION == "action"
    for camera in CAMERAS:
        image = batch[IMAGES + camera]
        assert image.shape == (96, 96, 3) and image.dtype == np.uint8 and image.std() > 10
    before = batch[IMAGES + "head"]
    cell.reset(2)
    assert (cell.observe()[IMAGES + "head"] != before).any()
    cell.cameras.close()


def test_chunks_continue_what_is_committed(cell: Cell, experts: dict[str, Expert]) -> None:
    cell.reset(3, "pick")
    expert, batch = experts["pick"], cell.observe()
    assert isinstance(expert, Policy)
    chunk = expert.predict_action_chunk(batch)
    assert chunk.shape == (16, 7) and chunk.dtype == np.float32
    later = expert.predict_action_chunk(batch, inference_delay=3, prev_chunk_left_over=chunk[2:])
    assert np.array_equal(later[:3], chunk[2:5])
    fastest = np.array(ARM.speed[:6]) * 0.05
    assert (np.abs(np.diff(later[:, :6], axis=0)) <= fastest + 1e-5).all()


@pytest.mark.parametrize(
    ("batch", "word"),
    [
        ({}, "observation.state"),
        ({STATE: np.zeros(4)}, "another robot"),
        ({STATE: np.full(7, math.nan)}, "not finite"),
        ({STATE: np.array(ARM.ready)}, "environment_state"),
        ({STATE: np.array(ARM.ready), ENVIRONMENT: np.full(11, math.inf)}, "finite"),
    ],
)
def test_observations_that_do_not_fit_are_refused(experts: dict[str, Expert], batch: dict, word: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(ObservationInvalid, match=word):
        experts["pick"].predict_action_chunk(batch)


def test_inverse_kinematics_gets_where_it_should() -> None:
    arm = ArmKinematics()
    from policies.expert.kinematics import pointing_down

    draw = np.random.default_rng(0)
    for _ in range(10):
        radius, angle, height = draw.uniform(0.45, 0.8), draw.uniform(-2.5, 2.5), draw.uniform(0.1, 0.7)
        joints = np.array(ARM.ready[:6])
        joints[0] = angle
        target = np.array([radius * math.cos(angle), radius * math.sin(angle), height])
        for _ in range(80):
            joints = arm.step(joints, target, pointing_down(angle + 0.3), 0.05)
        position, orientation = arm.pose(joints)
        assert np.linalg.norm(position - target) < 0.002 and orientation[2, 2] < -0.999
        assert (joints >= np.array(ARM.lower[:6]) - 1e-9).all() and (joints <= np.array(ARM.upper[:6]) + 1e-9).all()


def test_the_stowed_arm_is_within_its_radius() -> None:
    cell = Cell(images=False)
    cell.sim.reset(stowed=True)
    model, data = cell.sim.model, cell.sim.data
    turret = model.body("turret").id
    worst = 0.0
    for geom in range(model.ngeom):
        body = int(model.geom_bodyid[geom])
        while body not in (0, turret):
            body = int(model.body_parentid[body])
        if body == turret:
            worst = max(worst, float(np.hypot(*data.geom_xpos[geom][:2])))
    assert worst < ARM.stowed_radius_m


def test_an_aim_survives_its_array() -> None:
    aim = Aim(at=(0.5, 0.25, 0.5), yaw=0.5, width=0.0625, height=0.125, goal=(0.5, 0.0, 1.0), squeeze_n=8.0, done=True)
    assert Aim.of({ENVIRONMENT: aim.to_array()}) == aim


def test_the_belt_carries_products_at_its_speed_and_sleeps_while_it_stands() -> None:
    moving, standing = Cell(images=False, belt=True), Cell(images=False)
    for cell, metres in ((moving, BELT_M_S), (standing, 0.0)):
        cell.reset(1, "pick")
        before = cell.sim.item_pose(9)[0]
        cell.sim.advance(1.0)
        after = cell.sim.item_pose(9)[0]
        assert (after - before)[0] == pytest.approx(metres, abs=0.002) and abs(after - before)[1:].max() < 0.001
    assert int(moving.sim.data.ncon) > 0 == int(standing.sim.data.ncon)


def test_small_pictures_are_drawn_coarsely_and_look_the_same() -> None:
    cell = Cell(pixels=96)
    cell.reset(1, "pick")
    coarse = {name: cell.cameras.rgb(name, 96, 96).astype(int) for name in CAMERAS}
    quality = cell.sim.model.vis.quality
    assert quality.numslices == COARSE[0] < FINE[0]
    large = {name: cell.cameras.rgb(name, 384, 384).astype(int) for name in CAMERAS}
    assert quality.numslices == FINE[0]
    for name in CAMERAS:
        shrunk = large[name].reshape(96, 4, 96, 4, 3).mean(axis=(1, 3))
        assert np.abs(shrunk - coarse[name]).mean() < 4.0 and large[name].std() > 20.0
    cell.cameras.close()
