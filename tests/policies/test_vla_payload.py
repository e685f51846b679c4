"""The benchmark of a weight in the hand: its torques are MuJoCo's, its motors end where they end, and its figures are counts."""

import json

import numpy as np
import pytest
import torch

mujoco = pytest.importorskip("mujoco")

from benchmarks import policy_payload, policy_payload_cell  # noqa: E402
from benchmarks.policy_payload_cell import LIMITS, Played, bolt, loaded_chain, torques_asked, torques_sent  # noqa: E402
from policies.arm import ARM  # noqa: E402
from policies.vla.dynamics import joint_torques  # noqa: E402
from skills.robots.physics.cell import Cell  # noqa: E402


@pytest.fixture(scope="module")
def cell():
    made = Cell(images=False)
    bolt(made, 8.0)
    return made


def test_the_weight_is_part_of_the_hand(cell):
    light = Cell(images=False)
    loaded, empty = loaded_chain(cell), loaded_chain(light)
    assert loaded.masses - empty.masses == pytest.approx([0, 0, 0, 0, 0, 8.0])
    joined = (empty.masses[5] * empty.centres[5] + 8.0 * np.array(policy_payload_cell.PAYLOAD_M)) / loaded.masses[5]
    assert loaded.centres[5] == pytest.approx(joined, abs=1e-9)
    assert (np.linalg.eigvalsh(loaded.inertias[5]) > np.linalg.eigvalsh(empty.inertias[5]) + 8.0 * 0.01 / 6 - 1e-9).all()


def test_its_torques_are_those_of_mujoco(cell):
    sim = cell.sim
    model, data = sim.model, mujoco.MjData(sim.model)
    chain, draw = loaded_chain(cell), np.random.default_rng(0)
    dofs = [int(model.joint(name).dofadr[0]) for name in ARM.joints[:6]]
    flags = model.opt.disableflags
    model.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_CONTACT | mujoco.mjtDisableBit.mjDSBL_CONSTRAINT
    try:
        for _ in range(20):
            mujoco.mj_resetData(model, data)
            q, qd, qdd = draw.uniform(ARM.lower[:6], ARM.upper[:6]), draw.normal(0, 1, 6), draw.normal(0, 5, 6)
            for at, name in enumerate(ARM.joints[:6]):
                data.qpos[model.joint(name).qposadr[0]] = q[at]
                data.qvel[dofs[at]], data.qacc[dofs[at]] = qd[at], qdd[at]
            mujoco.mj_inverse(model, data)
            mine = joint_torques(chain, *(torch.from_numpy(part) for part in (q, qd, qdd))).numpy()
            assert mine == pytest.approx(data.qfrc_inverse[dofs], abs=1e-9), "gravity included: the motors hold the weight"
    finally:
        model.opt.disableflags = flags


def test_motors_give_no_more_than_they_have_and_hold_the_weight_at_rest(cell):
    cell.reset(3)
    sim = cell.sim
    dofs = [int(sim.model.joint(name).dofadr[0]) for name in ARM.joints[:6]]
    out = np.array([0.0, 0.8, 0.8, 0.0, 0.2, 0.0, 0.09])
    sim.put_arm(out)
    sim.advance(0.5)
    assert sim.joints()[:6] == pytest.approx(out[:6], abs=2e-3), "the controller knows the weight: the arm does not sag"
    still = np.zeros((1, 6))
    held = torques_sent(loaded_chain(cell), out[None, :6], still, 0.01)[0]
    assert sim.data.qfrc_actuator[dofs] == pytest.approx(held, abs=0.5) and abs(held[1]) > 40.0
    sim.target(out - np.array([1.5, 1.5, 0, 0, 0, 0, 0]))
    given = []
    for _ in range(30):
        sim.advance(0.01)
        given.append(np.abs(sim.data.qfrc_actuator[dofs]))
    assert np.max(given, axis=0)[:2] == pytest.approx(LIMITS[:2]), "a jump of 1.5 rad asks for more than they have"
    assert (np.array(given) <= LIMITS + 1e-9).all()


def test_what_is_sent_is_differentiated_as_it_was_integrated(cell):
    chain, period = loaded_chain(cell), 0.01
    draw = np.random.default_rng(2)
    speeds = np.cumsum(draw.normal(0, 0.02, (40, 7)), axis=0)
    positions = np.array(ARM.ready) + np.cumsum(speeds, axis=0) * period
    found = torques_sent(chain, positions, speeds, period)
    at = 17
    qdd = (speeds[at, :6] - speeds[at - 1, :6]) / period
    wanted = joint_torques(chain, *(torch.from_numpy(part) for part in (positions[at - 1, :6], speeds[at - 1, :6], qdd)))
    assert found.shape == (40, 6) and found[at] == pytest.approx(wanted.numpy(), abs=1e-6)


def test_what_is_asked_for_is_of_the_actions_that_are_carried_out(cell):
    chain = loaded_chain(cell)
    chunk = np.tile(np.array(ARM.ready), (2, 16, 1))
    chunk[1, 8:, 1] += 1.0  # never carried out
    calm = torques_asked(chain, chunk, 0.05, 4)
    assert calm.shape == (8, 6) and not (np.abs(calm) > LIMITS).any()
    chunk[1, 3:, 1] += 1.0
    assert (np.abs(torques_asked(chain, chunk, 0.05, 4)) > LIMITS).any(-1).tolist() == [False] * 5 + [True, True, False]


def scene(seed, over, ticks=100, success=True):
    return Played(
        seed=seed, task="pick", success=success, seconds=1.0, why="" if success else "not done in time", ticks=ticks, over=over,
        clipped=0, actions=10, over_asked=1, most=(0.1, 1.2, 0.5, 0.1, 0.1, 0.1),
    )  # fmt: skip


def test_shares_are_of_all_ticks_and_pairs_are_of_the_same_scenes():
    found, low, high = policy_payload.share([0, 4, 2], [100, 100, 200])
    assert found == pytest.approx(6 / 400) and low < found < high
    many, few = [scene(n, 10) for n in range(20)], [scene(n, 1 + n % 3) for n in range(20)]
    times, least, most = policy_payload.fewer(many, few)
    assert times == pytest.approx(200 / sum(one.over for one in few)) and 1 < least < times < most < 10
    assert policy_payload.fewer(many, [scene(n, 0) for n in range(20)])[0] == float("inf")


def test_scenes_are_kept_and_not_played_again(tmp_path, monkeypatch, capsys):
    asked = []

    def played(policy, *, mass, episodes, seed, delay_s, accelerations, state):
        assert accelerations == 1.0 and state is None
        asked.append((mass, episodes, seed, delay_s))
        yield from (scene(seed + n, 2, success=n > 0) for n in range(episodes))

    monkeypatch.setattr(policy_payload, "played", played)
    monkeypatch.setattr("agent.cli.policy_choice.choose_policy", lambda name: type("C", (), {"policy": name}))
    for name in policy_payload.ROWS:
        folder = tmp_path / name.replace(" ", "-") / "policy"
        folder.mkdir(parents=True)
        (folder / "model.safetensors").touch()
    words = ["--out", str(tmp_path), "--episodes", "3", "--mass", "5"]
    assert policy_payload.main(words) == 0
    assert asked == [(5.0, 3, policy_payload.FIRST_SEED, 0.02)] * 4
    assert "| no torque term | 2 of 3, 66.7% |" in capsys.readouterr().out
    words[3] = "5"
    assert policy_payload.main(words) == 0
    assert asked[4:] == [(5.0, 2, policy_payload.FIRST_SEED + 3, 0.02)] * 4, "it goes on where it was"
    told = json.loads((tmp_path / "payload.json").read_text())
    assert [row["scenes"] for row in told["rows"]] == [5, 5, 5, 5] and told["rows"][1]["fewer"][0] == 1.0


def test_what_cannot_be_done_is_one_sentence(tmp_path, capsys):
    with pytest.raises(SystemExit):
        policy_payload.main(["--out", str(tmp_path)])
    assert "nothing is trained yet: give --data" in capsys.readouterr().err
    assert policy_payload.main(["--out", str(tmp_path / "o"), "--data", str(tmp_path / "none")]) == 2
    assert "cannot be compared: " in capsys.readouterr().err


@pytest.mark.slow
def test_the_expert_does_its_task_with_the_weight_and_is_over_at_times():
    made = list(policy_payload_cell.played(None, mass=8.0, episodes=4, seed=2_500_000))
    assert sum(one.success for one in made) >= 3 and 0 < sum(one.over for one in made) < 0.2 * sum(one.ticks for one in made)
    light = list(policy_payload_cell.played(None, mass=0.0, episodes=2, seed=2_500_000))
    assert sum(one.over + one.clipped for one in light) == 0
