"""The ablation, tiny: every row is trained, measured on what it never saw, and kept; a second start goes on."""

import json

import numpy as np
import pytest
import torch

from benchmarks import policy_ablation
from policies.vla.config import SIZES, VLAConfig
from policies.vla.train import WITHOUT
from policies.vla.training import Training
from tests.policies.toy_data import toy_data

TINY = {"pixels": 32, "width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1}


@pytest.fixture
def demos(tmp_path):
    return toy_data(tmp_path / "demos", episodes=20)


def order(tmp_path, *more):
    return ["--data", str(tmp_path / "demos"), "--out", str(tmp_path / "a"), "--minutes", "0.005", "--batch", "4", "--threads", "1",
            "--device", "cpu", *more]  # fmt: skip


def test_stages_and_terms_are_left_out_in_turn(demos, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(SIZES, "nano", TINY)
    names = ["everything", "action stage alone", "no torque loss"]
    only = [word for name in names for word in ("--only", name)]
    assert policy_ablation.main(order(tmp_path, *only)) == 0
    shown = capsys.readouterr().out
    told = json.loads((tmp_path / "a/ablation.json").read_text())
    assert [row["name"] for row in told["rows"]] == names and all(f"| {name} |" in shown for name in names)
    for row in told["rows"]:
        assert row["steps"] > 0 and all(np.isfinite(row[key]) for key in ("joints_mrad", "gripper_mm", "places_cm", "bend"))
        assert 0 <= row["over_torque"] <= 1
    stages = [json.loads(line)["stage"] for line in (tmp_path / "a/action-stage-alone/log.jsonl").read_text().splitlines()]
    assert stages and set(stages) <= {"act", "move"}, "what is left out takes no time"
    assert policy_ablation.main(order(tmp_path, *only)) == 0
    again = json.loads((tmp_path / "a/ablation.json").read_text())
    assert [row["steps"] for row in again["rows"]] == [row["steps"] for row in told["rows"]], "what is done is not done again"


def test_distillation_without_its_parts(demos, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(SIZES, "nano", TINY)
    (tmp_path / "t").mkdir()
    shape = {**TINY, "width": 64, "text": 8, "words": 64, "chunk": 8, "prefix": 3, "bins": 16, "period_s": 0.05}
    config = VLAConfig.of("nano", joints=demos.joints, cameras=demos.cameras, head="binned", **shape)
    Training(demos, tmp_path / "t", config).policy().save_pretrained(tmp_path / "t/policy")
    more = ("--teacher", str(tmp_path / "t/policy"), "--only", "student", "--only", "student alone", "--pixels", "16")
    assert policy_ablation.main(order(tmp_path, *more)) == 0
    assert "| student alone |" in capsys.readouterr().out
    assert policy_ablation.main(order(tmp_path, "--teacher", str(tmp_path / "demos"))) == 2
    assert "holds demonstrations, no policy" in capsys.readouterr().err


def test_what_is_measured_is_what_it_says(demos, tmp_path):
    (tmp_path / "t").mkdir()
    shape = {**TINY, "text": 8, "words": 64, "chunk": 8, "prefix": 3, "period_s": 0.05}
    made = Training(demos, tmp_path / "t", VLAConfig.of("nano", joints=demos.joints, cameras=demos.cameras, **shape), batch=4)
    with torch.no_grad():
        for name, value in made.average.items():
            if name.startswith(("head.out", "spots.")):
                value.zero_()  # it asks the joints to stay where they are, and names the turret's place
    frames = demos.frames[::7]
    found = policy_ablation.measured(made, frames)
    batch = demos.batch(frames, 8)
    off = np.abs(batch.states[:, None] - batch.actions)[batch.real]
    assert found["places_cm"] == pytest.approx(100 * np.abs(batch.spots).mean(), rel=1e-4) and found["bend"] < 1e-6
    assert found["joints_mrad"] == pytest.approx(1e3 * off[:, :2].mean(), rel=0.1), "batches weigh by their frames"
    torque = 9.81 * (0.15 + 0.45)
    assert torque > 1.0 and found["over_torque"] == pytest.approx(1.0), "two kilograms held out need more than one newton metre"


def test_too_few_episodes_are_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(SIZES, "nano", TINY)
    toy_data(tmp_path / "demos")
    assert policy_ablation.main(order(tmp_path)) == 2
    assert "record at least 10 episodes" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        policy_ablation.main(order(tmp_path, "--only", "nothing"))
    assert "there is no row 'nothing'" in capsys.readouterr().err


def test_every_stage_and_term_has_a_row(tmp_path):
    assert {name for names in policy_ablation.TRAINED.values() for name in names} == set(WITHOUT)
    data = toy_data(tmp_path / "demos", views=True)
    shape = {**TINY, "text": 8, "words": 64, "chunk": 8, "prefix": 3, "period_s": 0.05}
    config = VLAConfig.of("nano", joints=data.joints, cameras=data.cameras, **shape)
    for name in ("alignment", "look", "physics", "smoothness"):
        (tmp_path / name).mkdir()
        made = Training(data, tmp_path / name, config, batch=4, without=(name,))
        terms = dict(made.losses(made.sample()))
        made.next_stage()
        made.next_stage()
        terms |= made.losses(made.sample())
        assert set(terms) == {"alignment", "look", "where", "action", "physics", "smoothness"} - {name}
