"""Training: stages that learn, legs that continue exactly, a policy that comes out."""

import json
import random

import numpy as np
import pytest
import torch
from toy_data import CONTEXT, JOINTS, toy_data

from policies.policy import ObservationInvalid
from policies.vla.captions import caption, rephrase
from policies.vla.config import VLAConfig
from policies.vla.joined import Joined
from policies.vla.policy import VLAPolicy
from policies.vla.recording import DatasetInvalid, Episode, Recorder
from policies.vla.train import run
from policies.vla.training import STAGES, Training, TrainingInvalid


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return toy_data(tmp_path_factory.mktemp("vla") / "d")


def config(data, head="l1"):
    shape = {"width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1, "text": 8, "words": 64, "chunk": 8, "prefix": 3}
    return VLAConfig.of("nano", joints=data.joints, cameras=data.cameras, pixels=32, head=head, **shape)


def training(data, folder, head="l1", **more):
    folder.mkdir(exist_ok=True)
    return Training(data, folder, config(data, head), batch=12, rate=3e-3, **more)


@pytest.mark.slow
@pytest.mark.parametrize("head", ["l1", "binned", "flow"])
def test_every_stage_lowers_what_it_is_about(data, tmp_path, head):
    made = training(data, tmp_path / head, head)
    first, last = {}, {}
    for number, (name, _) in enumerate(STAGES):
        assert made.name == name
        logs = [made.learn(1.0) for _ in range(40)]
        for term in logs[0]:
            first[name, term] = np.mean([log[term] for log in logs[:5]])
            last[name, term] = np.mean([log[term] for log in logs[-5:]])
        if number < len(STAGES) - 1:
            made.next_stage()
    assert last["align", "where"] < 0.5 * first["align", "where"]
    assert last["act", "action"] < (0.85 if head == "binned" else 0.75) * first["act", "action"]
    assert last["move", "action"] < last["act", "action"], "moving alone goes on where all together ended"
    assert {term for _, term in last} == {"where", "alignment", "action", "physics", "smoothness"}
    policy = made.policy()
    policy.save_pretrained(tmp_path / "p")
    again = VLAPolicy.from_pretrained(tmp_path / "p", joints=JOINTS)
    seen = {"observation.state": data.states[0], "observation.images.head": data.parts[0].pictures[0, 0], "task": "拿起红色方块"}
    assert np.isfinite(again.predict_action_chunk(seen)).all()


@pytest.mark.parametrize("head", ["l1", "binned"])
def test_a_processor_computes_in_bfloat16_if_it_is_told_to(data, tmp_path, head):
    """Products are rounded, weights are not: the first step's loss is nearly that in float32, and weights stay in it."""
    made = {name: training(data, tmp_path / name, head, bf16=name == "half") for name in ("whole", "half")}
    seen = []
    for one in made.values():
        one.network.stems[0].convs[1].register_forward_hook(lambda module, given, out: seen.append(out.dtype))
    first = {name: one.learn(1.0) for name, one in made.items()}
    assert seen == [torch.float32, torch.bfloat16]
    for term, value in first["whole"].items():
        assert first["half"][term] == pytest.approx(value, rel=0.05, abs=0.02), term
    assert first["half"] != first["whole"]
    assert {parameter.dtype for parameter in made["half"].network.parameters()} == {torch.float32}
    while made["half"].name != "move":
        made["half"].next_stage()
    assert np.isfinite(made["half"].learn(1.0)["action"]) and made["half"].latents is not None


def test_in_the_middle_stage_only_adapters_reader_and_spots_learn(data, tmp_path):
    made = training(data, tmp_path / "m")
    made.next_stage()
    before = {name: value.clone() for name, value in made.network.state_dict().items()}
    made.learn(1.0)
    made.learn(1.0)
    changed = {name for name, value in made.network.state_dict().items() if not torch.equal(value, before[name])}
    assert changed and all(name.startswith(("reader.", "spots.")) or name.endswith((".a", ".b")) for name in changed)
    made.next_stage()
    assert not any(name.endswith((".a", ".b")) for name in made.network.state_dict()), "merged for the last stage"


def test_moving_is_learnt_from_what_the_averaged_eyes_saw_and_leaves_them_as_they_are(data, tmp_path):
    made = training(data, tmp_path / "m")
    for _ in range(2):
        made.next_stage()
    for _ in range(3):
        made.learn(1.0)
    average = {name: value.clone() for name, value in made.average.items()}
    made.next_stage()
    made.learn(1.0)
    assert made.name == "move"
    eyes, moved = {*made.network.slow, "spots"}, set()
    for name, value in made.network.state_dict().items():
        same = torch.equal(value, average[name])
        assert same or name.split(".")[0] not in eyes, name
        moved |= set() if same else {name.split(".")[0]}
    assert {"reflex", "decoder", "head", "queries", "state"} <= moved
    frames = np.unique(data.frames)[:256]
    seen = made.samples.of(frames, np.random.default_rng((made.seed, 0)))  # as the first batch of latents was made
    made.network.eval()
    with torch.inference_mode():
        fresh = made.network.encode(seen["pictures"], seen["text"], seen["then"])
    assert made.latents is not None and (made.latents.of(frames, (0,)) - fresh).abs().max() < 0.01


def test_latents_too_large_to_keep_are_worked_out_for_each_batch(data, tmp_path, monkeypatch):
    def moved(folder):
        made = training(data, folder)
        for _ in range(3):
            made.next_stage()
        made.learn(1.0)
        made.learn(1.0)
        return made

    monkeypatch.setattr("policies.vla.latents._MOST_BYTES", 1000)
    made, again = moved(tmp_path / "a"), moved(tmp_path / "b")
    assert made.latents is not None and made.latents._kept is None
    first, second = (made.latents.of(np.unique(data.frames)[:3], (seed,)) for seed in (1, 2))
    assert first.shape == (3, *made.network.config.latent) and not torch.equal(first, second), "another light each time"
    for name, value in made.network.state_dict().items():
        assert torch.equal(value, again.network.state_dict()[name]), name


@pytest.mark.parametrize("stage", [0, 1, 2, 3])
def test_a_leg_continues_exactly_where_the_last_one_ended(data, tmp_path, stage):
    def begun(folder):
        made = training(data, folder, seed=3)
        for _ in range(stage):
            made.next_stage()
        return made

    whole = begun(tmp_path / "whole")
    for _ in range(6):
        whole.learn(1.0)
    broken = begun(tmp_path / "legs")
    for _ in range(3):
        broken.learn(1.0)
    broken.save()
    resumed = training(data, tmp_path / "legs", seed=3)
    assert (resumed.stage, resumed.step) == (stage, 3)
    for _ in range(3):
        resumed.learn(1.0)
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, resumed.network.state_dict()[name]), name
        assert torch.equal(whole.average[name], resumed.average[name]), name


def test_a_run_goes_through_its_stages_and_logs_them(data, tmp_path):
    made = training(data, tmp_path / "r", without=("instruct", "physics"))
    clock = iter(np.arange(0, 400, 1.0))
    import policies.vla.train as module

    original = module.time.monotonic
    module.time.monotonic = lambda: float(next(clock))
    try:
        run(made, 20.0, 10**6)
    finally:
        module.time.monotonic = original
    assert made.name == "move" and made.file.exists()
    lines = [json.loads(line) for line in (tmp_path / "r/log.jsonl").read_text().splitlines()]
    assert lines[-1]["stage"] == "move" and "physics" not in lines[-1] and "smoothness" in lines[-1]


def test_a_checkpoint_of_another_shape_is_refused(data, tmp_path):
    training(data, tmp_path / "c").save()
    with pytest.raises(TrainingInvalid, match="trained with another shape"):
        Training(data, tmp_path / "c", config(data, "binned"))


def test_more_data_is_learnt_with_the_words_and_numbers_of_the_first(data, tmp_path):
    first = training(data, tmp_path / "m", seed=1)
    first.learn(1.0)
    first.save()
    other = tmp_path / "more"
    with Recorder(other, joints=JOINTS, fps=20) as out:
        out.add(Episode(
            task="lift the block", states=np.full((5, 3), 9.0, np.float32), actions=np.full((5, 3), 9.0, np.float32),
            pictures={"head": np.zeros((5, 32, 32, 3), np.uint8)}, spots=np.zeros((5, 2, 2), np.float32),
        ))  # fmt: skip
    both = Joined([data.folder, other])
    assert len(both) == len(data) + 5 and both.instructions[-1] == "lift the block" and both.episode_of[-1] == 6
    batch = both.batch(np.array([len(both) - 1, 0, len(both) - 4]), 2)
    assert batch.states[:, 0].tolist() == [9.0, data.states[0, 0], 9.0] and batch.real.tolist() == [
        [True, False],
        [True] * 2,
        [True] * 2,
    ]
    assert [both.instructions[number] for number in batch.tasks.tolist()] == [
        "lift the block", data.instructions[0], "lift the block",
    ]  # fmt: skip
    again = training(both, tmp_path / "m", seed=1)
    assert again.step == 1 and again.stats == first.stats and again.tokenizer.words == first.tokenizer.words
    both.instructions = (*data.instructions, "wave")
    with pytest.raises(ObservationInvalid, match="knows no word of the instruction 'wave'"):
        training(both, tmp_path / "m", seed=1)


def test_data_of_another_robot_is_not_mixed_in(data, tmp_path):
    with Recorder(tmp_path / "d", joints=("a", "b"), fps=20) as out:
        out.add(Episode(
            task="wave", states=np.zeros((5, 2), np.float32), actions=np.zeros((5, 2), np.float32),
            pictures={"head": np.zeros((5, 32, 32, 3), np.uint8)}, spots=np.zeros((5, 2, 2), np.float32),
        ))  # fmt: skip
    with pytest.raises(DatasetInvalid, match="does not go with"):
        Joined([data.folder, tmp_path / "d"])


def test_a_damaged_checkpoint_is_one_sentence(data, tmp_path):
    training(data, tmp_path / "c").save()
    file = tmp_path / "c/checkpoint.pt"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(TrainingInvalid, match="is damaged"):
        training(data, tmp_path / "c")


def test_scenes_and_instructions_are_put_into_words():
    assert caption(CONTEXT) == "red green blue blocks and purple trays"
    about = {"task": "place", "thing": 2, "goal": 3, "physics_context": CONTEXT}
    said = {rephrase(about, random.Random(seed)) for seed in range(60)}
    assert "put the blue block on the purple tray" in said and "把蓝色方块放到紫色托盘上" in said and len(said) == 7
    assert rephrase({}, random.Random(0)) is None
