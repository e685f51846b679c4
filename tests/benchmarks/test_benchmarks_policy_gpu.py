"""The GPU's figures: on a machine without one every row that needs it says so, and nothing is invented."""

import json
import subprocess
import sys
from contextlib import contextmanager

import pytest
import torch

from benchmarks import policy_gpu, policy_gpu_ways
from policies.vla.backends import BACKENDS, BackendMissing, choose
from policies.vla.backends.cuda_graph import Captured, CudaGraph
from policies.vla.config import SIZES, VLAConfig
from policies.vla.model import VLA
from policies.vla.policy import VLAPolicy
from policies.vla.processors import Stats
from policies.vla.shapes import LanguageShape, VisionShape
from policies.vla.tokenizer import Tokenizer

TINY = {"pixels": 32, "width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1}
without_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here: it is measured, not missed")


@without_gpu
def test_without_a_gpu_every_row_says_why_it_was_not_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(SIZES, "nano", TINY)
    small = {"heads": 2, "inner": 16}
    monkeypatch.setattr(policy_gpu, "_FULL", {
        "vision": VisionShape(width=16, layers=2, image=16, patch=8, **small), "encoder_layers": 1, "width": 48, "heads": 4,
        "language": LanguageShape(words=20, width=16, layers=1, groups=1, head_width=8, context=64, **small), "words": 20,
    })  # fmt: skip
    assert policy_gpu.main(["--sizes", "nano", "full", "--calls", "2", "--out", str(tmp_path / "gpu.json")]) == 0
    told = json.loads((tmp_path / "gpu.json").read_text())
    assert told["device"] == "cpu" and [size["size"] for size in told["sizes"]] == ["nano", "full"]
    for size in told["sizes"]:
        rows = {row["way"]: row for row in size["latency"]}
        assert list(rows) == list(policy_gpu_ways.WAYS)
        for way in ("eager fp32", "eager bf16"):
            assert rows[way]["full_p50_ms"] > 0 and rows[way]["parity_ok"]
        gone = [row for way, row in rows.items() if not way.startswith("eager")]
        assert all(row == {"way": row["way"], "not_run": "there is no NVIDIA GPU that torch can use"} for row in gone)
        assert size["training"]["not_run"] == size["memory"]["not_run"] == "there is no NVIDIA GPU that torch can use"
    assert capsys.readouterr().out.count("not run: there is no NVIDIA GPU that torch can use") == 2 * 8


def test_what_differs_fails_and_what_breaks_is_a_row(monkeypatch, capsys):
    monkeypatch.setitem(SIZES, "nano", TINY)

    def wrong(parts):
        return {**policy_gpu_ways._eager(parts), "decode": lambda latent, *moving: torch.ones(1, 16, 7)}

    def broken(parts):
        raise RuntimeError("the compiler fell over\nat length")

    monkeypatch.setitem(policy_gpu_ways.WAYS, "eager bf16", (torch.bfloat16, False, wrong))
    monkeypatch.setitem(policy_gpu_ways.WAYS, "AOTInductor bf16", (torch.bfloat16, False, broken))
    assert policy_gpu.main(["--sizes", "nano", "--calls", "1"]) == 1
    shown = capsys.readouterr().out
    assert "FAILED" in shown and "parity failed: nano, eager bf16" in shown
    assert "not run: RuntimeError: the compiler fell over" in shown and "at length" not in shown


def test_training_and_four_bits_are_measured_by_what_they_do(monkeypatch):
    monkeypatch.setitem(SIZES, "nano", {**TINY, "width": 64})
    found = policy_gpu.training(policy_gpu.network_of("nano"), "cpu", 4, 2)
    assert found["samples_per_s"] > 0 and found["peak_gb"] is None
    network = policy_gpu.network_of("nano")
    assert found["trained_parameters"] == sum(parameter.numel() for parameter in network.parameters())
    saved = policy_gpu.memory(network, "cpu")
    assert saved["layers"] == 6 and saved["bf16_mb"] == 2 * 12 * 64 * 64 / 1e6 and 0.25 < saved["share"] < 0.3


def test_it_needs_torch_and_numpy_alone():
    """And the standard library, and this project."""
    code = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in sys.argv[1].split(','):\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "from benchmarks import policy_gpu\n"
        "policy_gpu.SIZES['nano'] |= {'pixels': 32, 'width': 48, 'heads': 4, 'encoder_layers': 1, 'decoder_layers': 1}\n"
        "print(policy_gpu.network_of('nano').config.width)"
    )
    absent = "shapely,networkx,scipy,pydantic,yaml,rich,typer,matplotlib,PIL,safetensors,pyarrow,mujoco,numba,tokenizers,onnx"
    out = subprocess.run([sys.executable, "-c", code, absent], capture_output=True, text=True, timeout=120)
    assert out.stdout.strip() == "48", out.stderr


# The backend under CUDA graphs, as far as it goes without a GPU


class ReplayedGraph:
    """Stands for a CUDA graph: a replay computes again from the same places into the same output."""

    def replay(self):
        self.out.copy_(self.function(*self.places))


@pytest.fixture
def pretended(monkeypatch):
    """torch.cuda's part in it, on the CPU."""

    class Stream:
        def wait_stream(self, other):
            pass

    @contextmanager
    def nothing(*arguments):
        yield

    monkeypatch.setattr(torch.cuda, "Stream", Stream)
    monkeypatch.setattr(torch.cuda, "current_stream", Stream)
    monkeypatch.setattr(torch.cuda, "stream", nothing)
    monkeypatch.setattr(torch.cuda, "graph", nothing)
    monkeypatch.setattr(torch.cuda, "CUDAGraph", ReplayedGraph)
    initial = Captured.__init__

    def begun(self, function, example):
        initial(self, function, example)
        self._graph.function, self._graph.places, self._graph.out = function, self._places, self._out

    monkeypatch.setattr(Captured, "__init__", begun)


def test_a_recorded_function_takes_what_it_is_given(pretended):
    twice = Captured(lambda a, b: 2 * a + b, [torch.zeros(3), torch.zeros(3)])
    first = twice(torch.ones(3), torch.ones(3))
    assert first.tolist() == [3, 3, 3]
    assert twice(torch.zeros(3), torch.ones(3)) is first and first.tolist() == [1, 1, 1], "the output has one place"
    with pytest.raises(ValueError, match="shorter"):
        twice(torch.zeros(3))


def test_the_backend_says_what_the_network_says(pretended, monkeypatch, tmp_path):
    joints, shape = ("a", "b", "grip"), {**TINY, "text": 8, "words": 16}
    torch.manual_seed(0)
    network = VLA(VLAConfig.of("nano", joints=joints, cameras=("head",), **shape))
    policy = VLAPolicy(network, Tokenizer(("put", "cup"), 8), Stats(joints=joints, middle=(0, 0, 0), spread=(1, 1, 1)))
    policy.save_pretrained(tmp_path)
    onto, module = torch.Tensor.to, torch.nn.Module.to
    monkeypatch.setattr(torch.Tensor, "to", lambda self, *to: onto(self, *(kind for kind in to if kind not in ("cuda", None))))
    monkeypatch.setattr(torch.nn.Module, "to", lambda self, *to: module(self, *(kind for kind in to if kind != "cuda")))
    made = CudaGraph(tmp_path, {})
    seen = [
        {name: value.numpy() for name, value in policy_gpu_ways.halves(network)[part][1].items()} for part in ("encode", "decode")
    ]
    latent = made.encode(*seen[0].values())
    kept = latent.clone()
    made.encode(-seen[0]["pictures"], seen[0]["text"], seen[0]["state"])
    assert torch.equal(latent, kept), "the next look does not overwrite it"
    moving = [seen[1][name] for name in ("state", "prefix", "given")]
    wanted = policy.backend.decode(policy.backend.encode(*seen[0].values()), *moving)
    assert abs(made.decode(latent, *moving) - wanted).max() < 0.05 and made.array(latent).dtype.name == "float32"


@without_gpu
def test_it_says_why_it_cannot_run(tmp_path):
    assert list(BACKENDS)[:2] == ["tensorrt", "cuda-graph"], "the fastest first"
    with pytest.raises(BackendMissing, match="no NVIDIA GPU"):
        choose("cuda-graph", tmp_path)
