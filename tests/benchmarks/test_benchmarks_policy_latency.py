"""Latency on one core: contestants take turns, every row has its figures or its reason, and the bars are judged by them."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from benchmarks import policy_latency, policy_latency_peers, policy_latency_table
from benchmarks.policy_latency import Contestant
from benchmarks.policy_latency_table import compared, row_of, verdicts
from policies.vla.config import SIZES

TINY = {"pixels": 32, "width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1}


@pytest.fixture
def free():
    """This process goes on on as many cores and threads as it had."""
    import torch

    hold = getattr(os, "sched_setaffinity", lambda process, cores: None)
    threads, cores = torch.get_num_threads(), getattr(os, "sched_getaffinity", lambda process: set())(0)
    yield
    torch.set_num_threads(threads)
    hold(0, cores)


def test_contestants_take_turns_and_each_round_begins_with_another_one():
    seen = []
    contestants = [
        Contestant(name, {act: lambda name=name, act=act: seen.append((name, act)) for act in ("encode", "full")}, calls)
        for name, calls in (("a", 2), ("b", 7), ("c", 1))
    ]
    times = policy_latency.rounds(contestants, 4)
    begun = [key for n, key in enumerate(seen) if n == 0 or seen[n - 1] != key]
    turns = ["abc", "bca", "cab", "abc"]
    assert begun == [(name, act) for turn in turns for name in turn for act in ("encode", "full")]
    assert {name: acts["full"].shape for name, acts in times.items()} == {"a": (8, 2), "b": (28, 2), "c": (4, 2)}
    assert [sum(name == one for name, _ in seen) for one in "abc"] == [2 * 4 * 3, 2 * 4 * 12, 2 * 4], "warm calls are not timed"


def test_waiting_is_time_by_the_clock_and_no_work():
    times = policy_latency.rounds([Contestant("idle", {"full": lambda: time.sleep(0.05)}, 1)], 3)["idle"]["full"]
    assert times[:, 0].min() >= 0.049 and times[:, 1].sum() < times[:, 0].sum()


def row(name, backend, **figures):
    kept = {"decode_p99": 1.0, "full_p50": 1.0, "full_cpu_p50": 1.0, **figures}
    return {"name": name, "size": name.split(",")[0], "backend": backend, **kept}


def test_percentiles_are_milliseconds_of_both_clocks():
    values = np.stack((np.arange(1, 102) / 1e3, np.arange(1, 102) / 2e3), 1)
    found = row_of("a", {"size": "small"}, {"full": values})
    assert found == {
        "name": "a", "size": "small", "calls": 101, "full_p50": 51.0, "full_p95": 96.0, "full_p99": 100.0,
        "full_cpu_p50": 25.5, "full_cpu_p95": 48.0, "full_cpu_p99": 50.0,
    }  # fmt: skip


def test_the_unit_is_the_fastest_export_of_small():
    rows = [
        row("nano, onnxruntime", "onnxruntime", full_cpu_p50=1.0), row("small, eager", "eager", full_cpu_p50=3.0),
        row("small, onnxruntime", "onnxruntime", full_cpu_p50=5.0), row("small, openvino", "openvino", full_cpu_p50=4.0),
        {"name": "small, pt2", "size": "small", "backend": "pt2", "not_run": "absent"}, {"name": "ACT", "full_cpu_p50": 40.0},
    ]  # fmt: skip
    assert compared(rows) == "small, openvino"
    assert [entry.get("ratio") for entry in rows] == [0.25, 0.75, 1.25, 1.0, None, 10.0]


def test_bars_are_judged_by_the_best_export_and_by_eager_apart():
    rows = [
        row("small, eager", "eager", decode_p99=3.9, full_p50=10.1), row("base, onnxruntime", "onnxruntime", decode_p99=0.1),
        row("small, onnxruntime", "onnxruntime", decode_p99=2.0, full_p50=4.5),
        row("small, openvino", "openvino", decode_p99=2.4, full_p50=4.1),
    ]  # fmt: skip
    found = {bar["bar"]: (bar["met"], bar["ms"], bar["by"]) for bar in verdicts(rows)}
    assert found == {
        "exported decode_p99": (True, 2.0, "small, onnxruntime"), "exported full_p50": (False, 4.1, "small, openvino"),
        "eager decode_p99": (True, 3.9, "small, eager"), "eager full_p50": (False, 10.1, "small, eager"),
    }  # fmt: skip
    assert verdicts(rows[1:2]) == [], "other sizes have no bar"


@pytest.mark.slow
def test_every_row_has_its_figures_or_its_reason(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(policy_latency, "pinned", lambda: "any core")
    monkeypatch.setitem(SIZES, "small", TINY)
    monkeypatch.setattr(policy_latency_peers, "find_spec", lambda name: None)
    monkeypatch.setattr(policy_latency.BACKENDS["openvino"], "missing", classmethod(lambda cls, folder: "openvino is elsewhere"))
    arguments = ["--sizes", "small", "--peers", "--rounds", "2", "--calls", "3", "--out", str(tmp_path / "latency.json")]
    assert policy_latency.main(arguments) == 0
    told = json.loads((tmp_path / "latency.json").read_text())
    rows = {entry["name"]: entry for entry in told["rows"]}
    assert set(rows) == {*(f"small, {name}" for name in policy_latency.BACKENDS_TIMED), *policy_latency_peers.PEERS}
    assert rows["small, openvino"]["not_run"] == "openvino is elsewhere"
    for name in policy_latency_peers.PEERS:
        assert rows[name]["not_run"].startswith("lerobot is not installed")
    for name in ("eager", "pt2", "onnxruntime"):
        entry = rows[f"small, {name}"]
        assert entry["calls"] == 6
        for act in ("encode", "decode", "full"):
            assert 0 < entry[f"{act}_p50"] <= entry[f"{act}_p95"] <= entry[f"{act}_p99"] and entry[f"{act}_cpu_p99"] > 0
    assert rows[told["unit"]]["ratio"] == 1 and len(told["bars"]) == 4
    shown = capsys.readouterr().out
    assert shown.count("not run: lerobot is not installed") == 3 and shown.count("\nbar ") == 4


def test_a_missed_bar_is_an_exit_code_if_asked_for(monkeypatch, capsys):
    monkeypatch.setattr(policy_latency, "pinned", lambda: "any core")
    slow = Contestant("small, eager", {act: lambda: None for act in ("encode", "decode", "full")}, 1, {"size": "small"})
    slow.about["backend"] = "eager"
    monkeypatch.setattr(policy_latency, "ours", lambda size, folder, calls: ([slow], []))
    for bar, code in ((-1.0, 1), (1e6, 0)):
        monkeypatch.setattr(policy_latency_table, "BARS", {"eager": {"full_p50": bar}})
        assert policy_latency.main(["--sizes", "small", "--rounds", "1", "--strict"]) == code
        assert policy_latency.main(["--sizes", "small", "--rounds", "1"]) == 0
    assert "missed" in capsys.readouterr().out


def test_a_system_that_does_not_let_a_process_choose_is_told(monkeypatch, free):
    def refused(process, cores):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 3}, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", refused, raising=False)
    assert policy_latency.pinned() == "no core, Operation not permitted"
    monkeypatch.delattr(os, "sched_setaffinity")
    assert policy_latency.pinned().startswith("no core, this system")


@pytest.mark.parametrize(
    "asked",
    [
        ["--rounds", "0"],
        ["--calls", "0"],
        ["--sizes", "full"],
        ["--sizes", "small:bins=3"],
        ["--sizes", "small:width=wide"],
        ["--sizes", "nano", "small:channels=47"],
    ],
)
def test_what_cannot_be_timed_is_refused(asked, capsys):
    with pytest.raises(SystemExit) as stopped:
        policy_latency.main(asked)
    assert stopped.value.code == 2 and "error:" in capsys.readouterr().err


def test_a_shape_that_is_no_size_can_be_timed():
    config = policy_latency.shaped("small:channels=48,decoder_layers=3")
    assert (config.channels, config.decoder_layers, config.encoder_layers) == (48, 3, SIZES["small"]["encoder_layers"])
    assert policy_latency.shaped("small").channels == SIZES["small"]["channels"]


FAKE = {
    "lerobot/__init__.py": "",
    "lerobot/policies/__init__.py": "raise ImportError('every policy with all that it needs')",
    "lerobot/policies/act/__init__.py": "",
    "lerobot/policies/act/configuration_act.py": (
        "class ACTConfig:\n"
        "    def __init__(self, input_features, output_features, pretrained_backbone_weights, device):\n"
        "        assert pretrained_backbone_weights is None and device == 'cpu'\n"
        "        self.chunk, self.joints = 100, output_features['action'].shape[0]\n"
        "        self.seen = input_features\n"
    ),
    "lerobot/policies/act/modeling_act.py": (
        "import torch, torchvision\n"
        "class ACTPolicy(torch.nn.Module):\n"
        "    def __init__(self, config):\n"
        "        super().__init__()\n"
        "        self.config, self.layer = config, torch.nn.Linear(7, 100 * 7)\n"
        "    def predict_action_chunk(self, batch):\n"
        "        assert not self.training and not torch.is_grad_enabled()\n"
        "        assert all(tuple(batch[k].shape[1:]) == tuple(f.shape) for k, f in self.config.seen.items())\n"
        "        return self.layer(batch['observation.state']).view(1, 100, 7)\n"
    ),
    "lerobot/configs/__init__.py": "",
    "lerobot/configs/types.py": (
        "from dataclasses import dataclass\n"
        "from enum import Enum\n"
        "class FeatureType(Enum):\n"
        "    STATE, VISUAL, ACTION = 'STATE', 'VISUAL', 'ACTION'\n"
        "@dataclass\n"
        "class PolicyFeature:\n"
        "    type: FeatureType\n"
        "    shape: tuple\n"
    ),
    "torchvision/__init__.py": (
        "import torch\n"
        "if not hasattr(torch.ops.torchvision, 'nms'):\n"
        "    raise RuntimeError('operator torchvision::nms does not exist')"
    ),
}
"""LeRobot in its outward form: what the benchmark asks of it, and a torchvision of another torch."""


def test_a_peer_is_asked_as_its_users_ask(tmp_path):
    for name, text in FAKE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from benchmarks.policy_latency_peers import PEERS, Absent\n"
        "for make, share in list(PEERS.values())[:2]:\n"
        "    act, count = make()\n"
        "    print(tuple(act().shape), count)\n"
        "try:\n"
        "    PEERS['SmolVLA'][0]()\n"
        "except Absent as error:\n"
        "    print(error)\n"
    )
    out = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=120)
    lines = out.stdout.splitlines()
    assert lines[:2] == ["(1, 100, 7) 5600"] * 2, out.stderr
    assert lines[2].startswith("lerobot cannot be imported: No module named 'lerobot.policies.smolvla")
