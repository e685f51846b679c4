"""Exports: one folder, every backend that runs here alike to 1e-5, and one sentence for each that does not."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch

from policies.policy import IMAGES, STATE, TASK, VELOCITY, Policy
from policies.vla.backends import BACKENDS, BackendMissing, choose
from policies.vla.backends import tensorrt as trt
from policies.vla.config import VLAConfig
from policies.vla.export import ParityFailed, export
from policies.vla.exported import ExportInvalid, load
from policies.vla.folders import about_folder, open_policy
from policies.vla.full import make_network
from policies.vla.policy import VLAPolicy
from policies.vla.processors import Stats, StatsMismatch
from policies.vla.tokenizer import Tokenizer

JOINTS = ("a", "b", "grip")


def made(head="l1", **more):
    torch.manual_seed(0)
    shape = {"pixels": 32, "width": 48, "heads": 4, "encoder_layers": 1, "decoder_layers": 1, "text": 8, "words": 16}
    config = VLAConfig.of("nano", joints=JOINTS, cameras=("head",), head=head, **shape, **more)
    stats = Stats(joints=JOINTS, middle=(0, 0, 0), spread=(1, 2, 3))
    return VLAPolicy(make_network(config), Tokenizer(("put", "the", "cup"), 8), stats)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("export") / "policy"
    export(made(), where)
    return where


def observation(seed=0):
    draw = np.random.default_rng(seed)
    picture = draw.integers(0, 255, (32, 32, 3), dtype=np.uint8)
    return {STATE: draw.normal(size=3).astype(np.float32), IMAGES + "head": picture, TASK: "put the cup"}


@pytest.mark.slow
@pytest.mark.parametrize("backend", [name for name in BACKENDS if BACKENDS[name].exact and name != "inductor"])
def test_every_backend_says_what_the_network_says(folder, backend):
    if (why := BACKENDS[backend].missing(folder)) is not None:
        pytest.skip(why)
    policy = load(folder, backend, joints=JOINTS)
    assert isinstance(policy, Policy)
    for seed in range(3):
        seen, left = observation(seed), np.full((9, 3), 0.2, np.float32)
        for more in ({}, {"inference_delay": 3, "prev_chunk_left_over": left}):
            expected = made().predict_action_chunk(seen, **more)
            assert policy.predict_action_chunk(seen, **more) == pytest.approx(expected, abs=3e-5)


@pytest.mark.slow
@pytest.mark.parametrize("design", [1, 2])
def test_what_is_told_velocities_is_told_them_as_exported_too(tmp_path, design):
    policy = made(velocity=True, design=design)
    export(policy, tmp_path / "policy", backends=("onnxruntime",))
    exported = load(tmp_path / "policy", "onnxruntime", joints=JOINTS)
    still, fast = ({**observation(), VELOCITY: np.full(3, speed, np.float32)} for speed in (0.0, 1.0))
    for seen in (still, fast):
        assert exported.predict_action_chunk(seen) == pytest.approx(policy.predict_action_chunk(seen), abs=3e-5)
    assert np.abs(exported.predict_action_chunk(fast) - exported.predict_action_chunk(still)).max() > 1e-4, "it is heard"


@pytest.mark.slow
def test_bfloat16_is_near_to_it_and_only_on_request(folder):
    if (why := BACKENDS["openvino-bf16"].missing(folder)) is not None:
        pytest.skip(why)
    rough, exact = load(folder, "openvino-bf16", joints=JOINTS), made()
    apart = [
        np.abs(rough.predict_action_chunk(observation(n)) - exact.predict_action_chunk(observation(n))).max() for n in range(4)
    ]
    assert 1e-5 < max(apart) < 0.15  # of a spread of 1 to 3
    assert not BACKENDS["openvino-bf16"].exact and choose("auto", folder).exact


def test_a_processor_without_bfloat16_is_told_apart(tmp_path, monkeypatch):
    openvino = pytest.importorskip("openvino")
    (tmp_path / "decode.onnx").write_bytes(b"")
    monkeypatch.setattr(openvino.Core, "get_property", lambda self, *asked: ["FP32", "INT8"])
    assert "no bfloat16, only FP32, INT8" in BACKENDS["openvino-bf16"].missing(tmp_path)
    with pytest.raises(BackendMissing, match="cannot run"):
        choose("openvino-bf16", tmp_path)


@pytest.mark.slow
def test_the_manifest_tells_shapes_operators_and_parity(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["parts"]["encode"]["inputs"]["pictures"] == ["torch.float32", [1, 1, 3, 32, 32]]
    assert any("convolution" in op for op in manifest["parts"]["encode"]["ops"])
    assert manifest["parity"]["onnxruntime"]["largest_difference"]["decode"] <= 1e-5
    assert {"model.safetensors", "encode.pt2", "decode.onnx"} <= {file.name for file in folder.iterdir()}


@pytest.mark.slow
def test_onnx_runtime_needs_no_torch(folder):
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "import numpy as np\n"
        "from policies.vla.exported import load\n"
        "p = load(sys.argv[1], 'onnxruntime')\n"
        "seen = {'observation.state': np.zeros(3, np.float32), 'task': 'put'}\n"
        "seen['observation.images.head'] = np.zeros((32, 32, 3), np.uint8)\n"
        "print(p.predict_action_chunk(seen).shape)"
    )
    out = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=120)
    assert out.stdout.strip() == "(16, 3)", out.stderr


@pytest.mark.slow
@pytest.mark.parametrize("head", ["flow", "binned"])
def test_the_other_heads_are_exported_too(tmp_path, head):
    manifest = export(made(head), tmp_path / "p", backends=("pt2", "onnxruntime"))
    assert manifest["parity"]["onnxruntime"]["largest_difference"]["decode"] <= 1e-5


@pytest.mark.slow
def test_what_differs_is_not_written(tmp_path, monkeypatch):
    from policies.vla.backends.onnx_runtime import OnnxRuntime

    monkeypatch.setattr(OnnxRuntime, "decode", lambda self, latent, state, prefix, given: np.zeros((1, 16, 3), np.float32))
    with pytest.raises(ParityFailed, match="onnxruntime gives actions that differ by"):
        export(made(), tmp_path / "p", backends=("onnxruntime",))
    assert not (tmp_path / "p").exists()


@pytest.mark.slow
def test_folders_that_are_no_exports_are_named(folder, tmp_path):
    with pytest.raises(ExportInvalid, match=r"no manifest\.json"):
        load(tmp_path)
    (tmp_path / "manifest.json").write_text('{"surefoot_export": 7}')
    with pytest.raises(ExportInvalid, match="no export of this version"):
        load(tmp_path)
    (tmp_path / "q").mkdir()
    (tmp_path / "q/notes.txt").write_text("mine")
    with pytest.raises(ExportInvalid, match="is not empty and no export"):
        export(made(), tmp_path / "q")
    with pytest.raises(StatsMismatch, match="the robot has elbow"):
        load(folder, "onnxruntime", joints=("elbow",))
    with pytest.raises(BackendMissing, match="no backend 'cuda'"):
        choose("cuda", folder)
    with pytest.raises(BackendMissing, match="no NVIDIA GPU"):
        choose("tensorrt", folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "backend"), [("decode.onnx", "onnxruntime"), ("encode.pt2", "pt2"), ("model.safetensors", "eager")]
)
def test_a_file_that_is_not_what_was_exported_is_refused(folder, tmp_path, file, backend):
    copy = shutil.copytree(folder, tmp_path / "p")
    data = bytearray((copy / file).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / file).write_bytes(bytes(data))
    with pytest.raises(ExportInvalid, match="is damaged"):
        load(copy, backend)
    (copy / file).unlink()
    with pytest.raises((ExportInvalid, BackendMissing), match=r"lacks|has no"):
        load(copy, backend)


@pytest.mark.slow
def test_what_is_shipped_needs_two_files_and_the_manifest(folder, tmp_path):
    for name in ("manifest.json", "encode.onnx", "decode.onnx"):
        shutil.copy(folder / name, tmp_path / name)
    assert open_policy(tmp_path, joints=JOINTS).backend.name == "onnxruntime"
    told = about_folder(tmp_path)
    assert told["weights_digest"] == about_folder(folder)["weights_digest"] and told["kind"] == "export"


class RecordingTensorRT:
    """Stands for torch_tensorrt, which no machine without an NVIDIA driver can import: it writes down what it is asked for."""

    def __init__(self):
        self.asked = {}
        self.dynamo = self

    def compile(self, program, arg_inputs, **settings):
        self.asked = {"program": program, "inputs": arg_inputs, **settings}
        return program

    def save(self, compiled, target, arg_inputs):
        torch.export.save(compiled, target)


@pytest.mark.slow
def test_tensorrt_is_asked_for_strong_types_and_whole_engines(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.Tensor, "cuda", lambda self: self)
    monkeypatch.setattr(torch.nn.Module, "cuda", lambda self: self)
    fake = RecordingTensorRT()
    trt.build(folder / "decode.pt2", tmp_path / "decode.ep", torch=torch, torch_tensorrt=fake)
    assert fake.asked["require_full_compilation"] and fake.asked["use_explicit_typing"]
    assert fake.asked["attn_bias_is_causal"] is False, "its default would make attention without a mask causal"
    assert not {"enabled_precisions", "max_batch_size"} & set(fake.asked), "accepted and ignored since 2.13"
    assert all(value.dtype == torch.float16 for value in fake.asked["inputs"])
    assert (tmp_path / "decode.ep").exists()
