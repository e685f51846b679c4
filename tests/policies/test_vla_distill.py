"""Distillation: a student that learns what its teacher says, legs that continue exactly, teachers that cannot teach."""

import json

import numpy as np
import pytest
import torch
from toy_data import JOINTS, toy_data
from toy_pretrained import layout, tokenizer

from policies.vla import distill
from policies.vla.config import SIZES, VLAConfig
from policies.vla.distill import Distilling, TeacherInvalid, prepare
from policies.vla.losses import WEIGHTS
from policies.vla.policy import VLAPolicy
from policies.vla.pretrained import Pretrained
from policies.vla.train import run
from policies.vla.training import Training, TrainingInvalid

SHAPE = {"heads": 4, "encoder_layers": 1, "decoder_layers": 1, "text": 8, "words": 64, "chunk": 8, "prefix": 3, "bins": 16}
TINY = {"pixels": 32, "width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return toy_data(tmp_path_factory.mktemp("vla") / "d")


def config(data, width=48, head="binned", pixels=32):
    return VLAConfig.of("nano", joints=data.joints, cameras=data.cameras, head=head, pixels=pixels, width=width, **SHAPE)


@pytest.fixture(scope="module")
def teacher(data, tmp_path_factory):
    """A little wider than its student, and trained for a moment."""
    folder = tmp_path_factory.mktemp("teacher")
    made = Training(data, folder, config(data, 64), batch=8, rate=3e-3)
    made.next_stage()
    made.next_stage()
    for _ in range(25):
        made.learn(1.0)
    made.policy().save_pretrained(folder / "policy")
    made.save()
    return folder


def student(data, folder, teacher, **options):
    folder.mkdir(exist_ok=True)
    shape = config(data, 48, pixels=options.pop("pixels", 32))
    knows = VLAPolicy.from_pretrained(teacher / "policy")
    made = Distilling(knows, data, folder, shape, **{"digest": "one", "batch": 8, "rate": 3e-3, "seed": 1, **options})
    made.next_stage()
    return made


@pytest.mark.slow
def test_a_student_comes_to_say_what_its_teacher_says(data, teacher, tmp_path):
    before = VLAPolicy.from_pretrained(teacher / "policy").network.state_dict()
    made = student(data, tmp_path / "s", teacher)
    logs = [made.learn(1.0) for _ in range(40)]
    assert set(logs[0]) == {"soft", "hard", "feature", "where", "action", "physics", "smoothness"}
    for term in ("soft", "action", "feature"):
        first, last = (np.mean([log[term] for log in part]) for part in (logs[:4], logs[-4:]))
        assert last < (0.9 if term == "action" else 0.75) * first, term
    for log in logs:  # what it would have learnt alone; torque of toy data that trembles is most of it, and goes up and down
        assert log["hard"] == pytest.approx(sum(WEIGHTS[name] * log[name] for name in WEIGHTS if name in log), rel=1e-4)
    assert made.stats == made.teacher.stats and made.tokenizer.words == made.teacher.tokenizer.words
    for name, value in made.teacher.network.state_dict().items():
        assert torch.equal(value, before[name]), "a teacher does not change"


def test_what_is_left_out_moves_nothing(data, teacher, tmp_path):
    made = student(data, tmp_path / "s", teacher, without=("soft", "hard", "physics"))
    made.network.train()
    loss, terms = made.total(made.sample())
    assert float(loss.detach()) == pytest.approx(0.1 * terms["feature"], rel=1e-5) and "physics" not in terms
    loss.backward()
    assert all(parameter.grad is None or not parameter.grad.any() for parameter in made.network.decoder.parameters())
    assert made.distillation.adaptor.weight.grad.any()


def test_a_student_learns_to_look_too(tmp_path):
    """By what a teacher does alone no eyes learn where things are: where they look counts as it does in training."""
    seen = toy_data(tmp_path / "seen", views=True)
    made = Training(seen, tmp_path, config(seen, 64), batch=8)
    made.next_stage()
    made.next_stage()
    made.learn(1.0)
    made.policy().save_pretrained(tmp_path / "policy")
    learns = student(seen, tmp_path / "s", tmp_path, without=("soft", "feature", "physics", "smoothness"))
    loss, terms = learns.total(learns.sample())
    assert terms["look"] > 0
    assert terms["hard"] == pytest.approx(sum(WEIGHTS[name] * terms[name] for name in ("action", "where", "look")), rel=1e-4)
    loss.backward()
    assert all(look.keys.weight.grad.any() for look in learns.network.looking)
    blind = student(seen, tmp_path / "b", tmp_path, without=("look",))
    assert "look" not in blind.total(blind.sample())[1]


def test_a_students_pictures_may_be_smaller(data, teacher, tmp_path):
    made = student(data, tmp_path / "s", teacher, pixels=16)
    batch = made.sample()
    assert batch["pictures"].shape[-1] == 16 and batch["teacher_pictures"].shape[-1] == 32
    assert torch.allclose(batch["pictures"].mean((-1, -2)), batch["teacher_pictures"].mean((-1, -2)), atol=0.05)
    made.learn(1.0)
    assert made.policy().spec.cameras == {"head": (16, 16)}


@pytest.mark.parametrize("stage", [0, 1])
def test_a_leg_continues_exactly(data, teacher, tmp_path, stage):
    def begun(name):
        made = student(data, tmp_path / name, teacher)
        if stage == 0:
            made = Distilling(made.teacher, data, tmp_path / name, made.network.config, digest="one", batch=8, rate=3e-3, seed=1)
        return made

    whole = begun("whole")
    for _ in range(4):
        whole.learn(1.0)
    broken = begun("legs")
    for _ in range(2):
        broken.learn(1.0)
    broken.save()
    again = Distilling(broken.teacher, data, tmp_path / "legs", broken.network.config, digest="one", batch=8, rate=3e-3, seed=1)
    assert (again.stage, again.step) == (stage, 2)
    for _ in range(2):
        again.learn(1.0)
    for part in ("network", "distillation", "captions"):
        wanted = getattr(whole, part).state_dict()
        assert all(torch.equal(value, wanted[name]) for name, value in getattr(again, part).state_dict().items()), part


def test_a_checkpoint_knows_its_teacher(data, teacher, tmp_path):
    made = student(data, tmp_path / "s", teacher)
    made.save()
    with pytest.raises(TrainingInvalid, match="was trained with another teacher; go on so, or give another --out"):
        student(data, tmp_path / "s", teacher, digest="two")
    with pytest.raises(TrainingInvalid, match="was trained with a teacher"):
        Training(data, tmp_path / "s", made.network.config)
    with pytest.raises(TrainingInvalid, match="was trained with no teacher"):
        Distilling(made.teacher, data, teacher, made.teacher.config, digest="one")


def test_a_full_size_teacher_reads_by_its_own_words(data, tmp_path):
    lent = Pretrained(layout(tmp_path / "eyes", "clip"), layout(tmp_path / "mind", "llama"))
    tokenizer(lent.mind)
    shape = {**SHAPE, "words": lent.language.words, "encoder_layers": lent.language.layers}
    large = VLAConfig.of(
        "full", joints=data.joints, cameras=data.cameras, head="binned", pixels=32, width=64, vision=lent.vision,
        language=lent.language, **shape,
    )  # fmt: skip
    (tmp_path / "t").mkdir()
    made = Training(data, tmp_path / "t", large, batch=4, pretrained=lent)
    made.policy().save_pretrained(tmp_path / "t/policy")
    learns = student(data, tmp_path / "s", tmp_path / "t")
    batch = learns.sample()
    assert not torch.equal(batch["text"], batch["teacher_text"]) and learns.tokenizer.words
    assert learns.learn(1.0)["soft"] > 0


def test_the_command_from_end_to_end(data, teacher, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(SIZES, "nano", TINY)
    order = ["--teacher", str(teacher), "--data", str(data.folder), "--out", str(tmp_path / "s"), "--batch", "4", "--threads", "1",
             "--device", "cpu", "--pixels", "16"]  # fmt: skip
    distill.main([*order, "--steps", "2"])
    distill.main([*order, "--steps", "2", "--minutes", "60"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["step"] for line in lines] == [2, 4] and lines[0]["stage"] == "align"
    made = VLAPolicy.from_pretrained(tmp_path / "s/policy", joints=JOINTS)
    assert (made.config.head, made.config.pixels, made.config.chunk) == ("binned", 16, 8)
    seen = {"observation.state": data.states[0], "observation.images.head": np.zeros((16, 16, 3), np.uint8), "task": "拿起红色方块"}
    assert np.isfinite(made.predict_action_chunk(seen)).all()
    going = prepare(teacher, [data.folder], tmp_path / "s", pixels=16, batch=4, threads=1, device="cpu")
    going.elapsed = 5e5
    assert not run(going, 1e6, 1) and going.name == "distill", "by then it is the teacher's turn"


def test_who_cannot_teach_is_told(data, teacher, tmp_path):
    def asked(folder, **options):
        return prepare(folder, [data.folder], tmp_path / "s", threads=1, device="cpu", **options)

    (tmp_path / "l1").mkdir()
    Training(data, tmp_path / "l1", config(data, head="l1")).policy().save_pretrained(tmp_path / "l1/policy")
    with pytest.raises(TeacherInvalid, match="has the head l1; a teacher speaks in bins: train it with --head binned"):
        asked(tmp_path / "l1/policy")
    (tmp_path / "small").mkdir()
    Training(data, tmp_path / "small", config(data, pixels=16)).policy().save_pretrained(tmp_path / "small/policy")
    with pytest.raises(TeacherInvalid, match="has pixels 16, the data 32; they must be the same"):
        asked(tmp_path / "small/policy")
    with pytest.raises(TeacherInvalid, match="would be larger than the data's of 32"):
        asked(teacher, pixels=48)
