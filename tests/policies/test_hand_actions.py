"""Actions of the hand: poses are MuJoCo's, joints found for them bring the hand there, and the comparison runs from end to end."""

import json

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from benchmarks import policy_hand_actions
from benchmarks.policy_hand_policy import HandPolicy, HandProprioception, HandSamples, open_hand_policy, told_as_poses
from benchmarks.policy_hand_poses import DOWN, POSE, Hand, apart
from policies.arm import ARM
from policies.policy import IMAGES, STATE, TASK, Policy, PolicyError
from policies.runtime.asking import SplitPolicy
from policies.vla.config import SIZES, VLAConfig
from policies.vla.dynamics import Chain
from policies.vla.joined import Joined
from policies.vla.processors import Stats
from policies.vla.proprioception import Proprioception
from policies.vla.recording import Episode, Recorder
from policies.vla.samples import Samples
from tests.policies.toy_data import toy_data

TINY = {"pixels": 32, "width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1}
READY = np.array(ARM.ready)
COLOURS = ("red", "green", "blue")
CONTEXT = {
    "blocks": [{"colour": colour, "at": [0.6, 0.2 - 0.2 * number, 0.5]} for number, colour in enumerate(COLOURS)],
    "trays": [{"colour": "purple", "at": [0.7, 0.3, 0.5]}],
    "button": {"at": [0.5, -0.4, 0.5]},
}


def save_arm(file):
    """The kinematics of ``ARM``; nothing here asks for its masses."""
    along = (0.30, ARM.shoulder_z - 0.30, ARM.links[0], 0.22, ARM.links[1] - 0.22, 0.05)
    one, nought = np.ones(6), np.zeros((6, 3))
    Chain(
        places=np.stack((0 * one, 0 * one, along), 1), turns=np.stack([np.eye(3)] * 6), anchors=nought,
        axes=np.eye(3)[[2, 1, 1, 2, 1, 2]], slides=np.zeros(6, bool), masses=one, centres=nought, inertias=np.zeros((6, 3, 3)),
        armature=one, damping=one, gravity=np.array([0, 0, -9.81]),
    ).save(file, limits=ARM.torque[:6])  # fmt: skip
    return file


def way(number, frames=14):
    """A smooth way of all joints near where the arm is ready, (frames, 7)."""
    time = np.linspace(0, 1, frames)[:, None]
    far = np.random.default_rng(number).uniform(-0.3, 0.3, 7) * [1, 1, 1, 0.1, 1, 1, 0.1]
    return (READY + [0.4 * (number % 3 - 1), 0, 0, 0, 0, 0, -0.04] + far * np.sin(2 * time)).astype(np.float32)


@pytest.fixture
def demos(tmp_path):
    """Ten episodes of an arm of six joints, that of the sixth foreseen frame by frame; their folder."""
    for name, foreseen in (("demos", False), ("round", True)):
        with Recorder(tmp_path / name, joints=ARM.joints, fps=20) as out:
            for number in range(10):
                joints, thing = way(number), number % 3
                picture = np.full((13, 32, 32, 3), 120, np.uint8)
                picture[:, 8:24, 10 * thing : 10 * thing + 10] = 255
                ahead = np.stack([joints[np.minimum(np.arange(1, 17) + frame, 13)] for frame in range(13)])
                out.add(Episode(
                    task=f"pick up the {COLOURS[thing]} block", states=joints[:-1], actions=joints[1:], pictures={"head": picture},
                    spots=np.full((13, 2, 2), 0.2 * thing, np.float32), ahead=ahead if foreseen else None,
                    about={"task": "pick", "thing": thing, "goal": None, "physics_context": CONTEXT},
                ))  # fmt: skip
        save_arm(tmp_path / name / "meta/surefoot_arm.npz")
    return tmp_path / "demos"


@pytest.fixture
def hand(tmp_path):
    return Hand(save_arm(tmp_path / "arm.npz"), ARM.joints)


def near_ready(count, far=0.5):
    """Joints (count, 7) within limits, near where the arm is ready."""
    draw = np.random.default_rng(1)
    return np.clip(READY + draw.uniform(-far, far, (count, 7)) * [2, 1, 1, 1, 1, 2, 0], ARM.lower, ARM.upper)


def test_poses_are_those_of_mujoco(tmp_path, hand):
    mujoco = pytest.importorskip("mujoco")
    from skills.robots.physics.cell import Cell

    model = Cell(images=False).sim.model
    data, joints = mujoco.MjData(model), np.random.default_rng(0).uniform(ARM.lower, ARM.upper, (50, 7))
    base = model.body(model.body("turret").parentid[0]).id
    Chain.of(model, ARM.joints[:6]).save(tmp_path / "cell.npz", limits=ARM.torque[:6])
    both = [Hand(tmp_path / "cell.npz", ARM.joints), hand]
    for row in joints:
        for name, angle in zip(ARM.joints[:6], row, strict=False):
            data.qpos[model.joint(name).qposadr[0]] = angle
        mujoco.mj_kinematics(model, data)
        origin, frame = data.xpos[base], data.xmat[base].reshape(3, 3)
        for mine in both:
            place, turn = mine.placed(row[None, :6])
            assert place[0] == pytest.approx(frame.T @ (data.site("tip").xpos - origin), abs=1e-6)
            assert turn[0] == pytest.approx(frame.T @ data.body("hand").xmat.reshape(3, 3), abs=1e-6)
            pose = mine.poses(row)
            assert pose.dtype == np.float32 and pose[:3] == pytest.approx(place[0], abs=1e-6) and pose[6] == np.float32(row[6])
            assert Rotation.from_rotvec(pose[3:6]).as_matrix() @ DOWN == pytest.approx(turn[0], abs=1e-6)


def test_the_reference_is_the_hand_as_it_is_ready(hand):
    straight = [*ARM.pointing_down(0.5, 0.6)]
    down = hand.poses(np.array([0.0, *straight, 0.0, 0.05]))
    assert down == pytest.approx([0.5, 0, 0.6, 0, 0, 0, 0.05], abs=1e-6)
    turned = hand.poses(np.array([0.7, *straight, 0.0, 0.05]))
    assert turned[3:6] == pytest.approx([0, 0, 0.7], abs=1e-6)
    metres, radians = apart(down, turned)
    assert metres == pytest.approx(2 * 0.5 * np.sin(0.35), abs=1e-6) and radians == pytest.approx(0.7, abs=1e-6)


def test_joints_bring_the_hand_to_its_pose(hand):
    start, wanted = near_ready(60, 0.2), near_ready(60, 0.5)
    poses = hand.poses(wanted)
    found = hand.joints(poses[:, None], start)[:, 0]
    metres, radians = apart(hand.poses(found), poses)
    assert metres.max() < 1e-4 and radians.max() < 1e-3
    assert (found[:, 6] == poses[:, 6]).all()
    inside = (found[:, :6] >= np.float32(ARM.lower[:6])) & (found[:, :6] <= np.float32(ARM.upper[:6]))
    assert inside.all(), "limits are kept"


def test_out_of_reach_the_arm_comes_as_near_as_it_can(hand):
    poses = np.repeat(hand.poses(READY)[None], 4, 0)
    poses[:, 0] = [0.7, 1.0, 1.5, 9.0]
    found = hand.joints(poses[None], READY[None])[0]
    assert np.isfinite(found).all() and np.abs(found[:, :6]).max() < 3.3
    there = hand.poses(found)
    assert there[0, 0] == pytest.approx(0.7, abs=1e-4) and (there[1:, 0] > 0.7).all()


def test_a_dataset_comes_back_from_its_poses(demos, hand):
    both = Joined([demos, demos.parent / "round"])
    with pytest.raises(PolicyError, match="joints that turn"):
        Hand(hand.file, (*ARM.joints, "eighth"))
    one, other = Joined([demos]), Joined([demos.parent / "round"])
    for data in (one, other, both):
        frames = data.frames[::5]
        was, real = data.chunks(frames, 16)
        joints = told_as_poses(data, hand)
        batch = data.batch(frames, 16, np.ones_like(frames))
        assert data.joints == POSE and batch.states.shape[1] == 7
        assert hand.joints(data.chunks(frames, 16)[0], joints[frames])[real] == pytest.approx(was[real], abs=1e-4)
        assert hand.joints(data.states[frames][:, None], joints[frames])[:, 0] == pytest.approx(joints[frames], abs=1e-4)


def test_a_hand_that_is_turned_too_far_is_refused(tmp_path, demos):
    data = Joined([demos])
    data.parts[0].states = data.parts[0].states.copy()
    data.parts[0].states[3] = [3.1, *ARM.ready[1:]]
    with pytest.raises(PolicyError, match=r"turned by up to 3\.\d+ rad from pointing down"):
        told_as_poses(data, Hand(demos / "meta/surefoot_arm.npz", data.joints))


def test_samples_differ_in_how_joints_are_told_alone(demos, hand):
    drawn = []
    for as_poses in (False, True):
        data = Joined([demos])
        joints = told_as_poses(data, hand) if as_poses else data.states
        config = VLAConfig.of("nano", joints=data.joints, cameras=data.cameras, **{**TINY, "text": 8, "period_s": 0.05})
        stats = Stats.of(data.joints, np.concatenate((data.states, data.actions)))
        made = Samples(data, config, stats, lambda said: {"text": torch.tensor([[len(text)] for text in said])})
        drawn.append((HandSamples(made, joints) if as_poses else made).draw((0, 1), 12, more=3, captioned=True))
    plain, posed = drawn
    assert plain["places"].shape == (12, 3, 2, 2), "other things are asked for, and where they are depends on the turret"
    for name, values in plain.items():
        if name in ("then", "state", "actions"):
            assert not torch.equal(values, posed[name])
        else:
            assert torch.equal(values, posed[name]), name


def test_senses_are_those_of_joints_where_the_forearm_is_not_rolled(hand):
    joints = near_ready(20).astype(np.float32)
    joints[:, 3] = 0.0
    poses = hand.poses(joints)
    known, told = Proprioception(7), Proprioception(7)
    stats = Stats.of(ARM.joints, joints)
    data = np.load(hand.file)
    chain = Chain(**{name: data[name] for name in Chain.__slots__})
    known.fill(chain, stats)
    pose_stats = Stats.of(POSE, poses)
    told.fill(chain, pose_stats)
    body = HandProprioception.of(told)
    features = body(torch.from_numpy(pose_stats.normalise(poses)))
    theirs = known(torch.from_numpy(stats.normalise(joints)))
    assert features.shape == theirs.shape == (20, body.features)
    assert features[:, 6:15].numpy() == pytest.approx(theirs[:, 3:12].numpy(), abs=1e-4), "axes as the turret sees them"
    assert features[:, [5, 4]].numpy() == pytest.approx(theirs[:, [12, 18]].numpy(), abs=1e-5), "sine and cosine of the turret"
    assert torch.isfinite(body(torch.zeros(2, 7))).all()


def test_the_comparison_runs_goes_on_and_is_opened_again(demos, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(SIZES, "nano", TINY)
    order = ["--data", str(demos), "--out", str(tmp_path / "a"), "--minutes", "0.005", "--batch", "4", "--threads", "1"]
    assert policy_hand_actions.main([*order, "--only", "joints"]) == 0
    assert policy_hand_actions.main([*order, "--only", "hand", "--processor-time"]) == 0
    shown = capsys.readouterr().out
    told = json.loads((tmp_path / "a/hand_actions.json").read_text())["rows"]
    assert [row["name"] for row in told] == ["joints", "hand"] and "| joints |" in shown and "| hand |" in shown
    for row in told:
        assert row["steps"] > 0
        assert all(np.isfinite(row[key]) for key in ("hand_mm", "hand_mrad", "gripper_mm", "joints_mrad", "places_cm"))
    assert policy_hand_actions.main(order) == 0
    again = json.loads((tmp_path / "a/hand_actions.json").read_text())["rows"]
    assert [row["steps"] for row in again] == [row["steps"] for row in told], "what is done is not done again"

    policy = open_hand_policy(tmp_path / "a/hand/policy")
    assert isinstance(policy, Policy) and isinstance(policy, SplitPolicy) and policy.spec.joints == ARM.joints
    seen = {STATE: way(0)[0], IMAGES + "head": np.zeros((32, 32, 3), np.uint8), TASK: "pick up the red block"}
    chunk = policy.predict_action_chunk(seen)
    assert chunk.shape == (16, 7) and chunk.dtype == np.float32 and np.isfinite(chunk).all()
    inner = {**seen, STATE: policy.hand.poses(seen[STATE])}
    metres, radians = apart(policy.hand.poses(chunk), policy.policy.predict_action_chunk(inner))
    assert metres.max() < 1e-4 and radians.max() < 1e-3, "what is asked for is brought about"
    assert (policy.select_action(seen) == chunk[0]).all() and (policy.select_action(seen) == chunk[1]).all()
    policy.reset()
    left = policy.predict_action_chunk(seen, inference_delay=2, prev_chunk_left_over=chunk[3:6])
    assert left[:2] == pytest.approx(chunk[3:5], abs=1e-4), "and it can go on from what was sent"
    with pytest.raises(PolicyError, match="holds no policy of poses"):
        HandPolicy(policy.policy, Hand.load(tmp_path / "a/joints/policy"))


def test_what_cannot_be_compared_is_told(tmp_path, demos, capsys):
    order = ["--out", str(tmp_path / "a"), "--minutes", "0.005", "--threads", "1", "--data"]
    assert policy_hand_actions.main([*order, str(tmp_path)]) == 2
    assert "holds no dataset" in capsys.readouterr().err
    toy_data(tmp_path / "toy")
    assert policy_hand_actions.main([*order, str(tmp_path / "toy")]) == 2
    assert "an arm of 2 joints for a, b, grip" in capsys.readouterr().err
    for wrong in (("--minutes", "0"), ("--only", "feet")):
        with pytest.raises(SystemExit):
            policy_hand_actions.main([*order, str(demos), *wrong])
