import json
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

from agent.learning.dataset import load_encoder, train_tokenizer  # noqa: E402
from agent.learning.export import ExportFailed, export, main, network_of, parity, trained  # noqa: E402
from agent.learning.training import Training  # noqa: E402
from agent.learning.weights import Weights, WeightsInvalid, read_weights, write_weights  # noqa: E402
from agent.planners.pointers import Segment  # noqa: E402

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("train")
    train_tokenizer(folder / "tokenizer.json", vocabulary=800, samples=400)
    Training(folder, "nano").save()
    return folder


@pytest.fixture(scope="module")
def weights(folder) -> Weights:
    return Training(folder, "nano").weights()


@pytest.mark.parametrize("prefix", [False, True])
@pytest.mark.parametrize("kind", ["f16", "q8_0"])
def test_the_exported_model_is_the_trained_one(kind, prefix, weights, tmp_path):
    weights = replace(weights, config={**weights.config, "prefix": prefix})
    file = export(weights, tmp_path / "nano.gguf", kind)
    assert parity(weights, file, samples=4, tolerance=0.05) < 0.05
    back = read_weights(file)
    assert back.dialect == weights.dialect and back.progress == weights.progress
    assert {name: back.config[name] for name in weights.config} == pytest.approx(weights.config)
    for name, value in weights.tensors.items():
        assert np.abs(back.tensors[name] - value).max() < (2e-4 if kind == "f16" else 1.5e-3), name
    (tmp_path / "tokenizer.json").write_text(back.tokenizer)
    (tmp_path / "ours.json").write_text(weights.tokenizer)
    text = (Segment("[mission]", special=True), Segment(" go to the pump room 1800 \u6cf5\u623f"), Segment("[plan]", special=True))
    assert load_encoder(tmp_path / "tokenizer.json")(text) == load_encoder(tmp_path / "ours.json")(text)
    assert list(tmp_path.glob("*.partial")) == []


def test_llama_cpp_reads_a_prompt_as_the_network_does_and_answers_word_by_word(weights, tmp_path):
    from agent.planners.llama_runtime import LlamaRuntime, Sampling

    weights = replace(weights, config={**weights.config, "prefix": True})
    runtime = LlamaRuntime(export(weights, tmp_path / "nano.gguf"))
    network, rng = network_of(weights), np.random.default_rng(4)
    prompt = rng.integers(70, 300, 60).tolist()
    other = [*prompt[:50], *rng.integers(70, 300, 10).tolist()]
    letters, sampling = "root ::= [a-z]+", Sampling(max_tokens=6)
    try:
        for read, kept in ((prompt, 0), (prompt, 59), (other, 0), (prompt, 0)):  # only a prompt that is the same is kept
            out = runtime.generate(read, letters, sampling)
            assert out.reused == kept
            said = runtime._llama.input_ids[len(read) : runtime._llama.n_tokens].tolist()
            whole = torch.tensor([[*read, *said]])
            with torch.no_grad():
                hidden = network(whole, prompts=torch.arange(whole.shape[1])[None] < len(read))
                wanted = network.logits(hidden)[0, -1].numpy()
                causal = network.logits(network(whole, prompts=torch.zeros_like(whole, dtype=torch.bool)))[0, -1].numpy()
            assert len(said) == 6 and np.abs(runtime._logits() - wanted).max() < 0.02 < np.abs(causal - wanted).max()
    finally:
        runtime.close()


def test_a_way_of_reading_that_is_not_known_is_one_sentence(weights, tmp_path):
    from agent.planners.errors import ModelInvalid
    from agent.planners.llama_runtime import LlamaRuntime

    file = export(replace(weights, config={**weights.config, "prefix": True}), tmp_path / "nano.gguf")
    data = file.read_bytes()
    place = data.index(b"prefix", data.index(b"surefoot.attention"))
    file.write_bytes(data[:place] + b"spiral" + data[place + 6 :])
    with pytest.raises(ModelInvalid, match=r"'spiral'.* use a newer surefoot, or another model\.$"):
        LlamaRuntime(file)


def test_a_difference_is_found(weights, tmp_path):
    file = export(weights, tmp_path / "nano.gguf")
    changed = {**weights.tensors, "blocks.0.q.weight": weights.tensors["blocks.0.q.weight"] + 0.1}
    with pytest.raises(ExportFailed, match="differ from the checkpoint"):
        parity(replace(weights, tensors=changed), file, samples=2, tolerance=1e-4)


def test_training_can_begin_with_an_exported_model(weights, tmp_path):
    (tmp_path / "run").mkdir()
    on = Training(tmp_path / "run", None, begin=read_weights(export(weights, tmp_path / "nano.gguf")))
    for name, value in on.network.named_parameters():
        assert torch.allclose(value, torch.from_numpy(weights.tensors[name]), atol=2e-4), name


def test_the_command_exports_and_leaves_nothing_else(folder, tmp_path, capsys):
    assert main(["--from", str(folder), "--to", str(tmp_path / "out" / "nano.gguf"), "--type", "q8_0"]) == 0
    assert "of the trained ones" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["nano.gguf"]
    assert main(["--from", str(tmp_path), "--to", str(tmp_path / "x.gguf")]) == 2
    assert "train first" in capsys.readouterr().err
    assert not (tmp_path / "x.gguf").exists()


def test_what_is_no_pair_is_not_exported(weights, tmp_path):
    target = tmp_path / "x.gguf"
    with pytest.raises(ExportFailed, match="not a pair"):
        export(replace(weights, config={**weights.config, "vocabulary": 100}), target)
    with pytest.raises(ExportFailed, match="does not know the dialect 'pointer-99'"):
        export(replace(weights, dialect="pointer-99"), target)
    pieces = json.loads(weights.tokenizer)
    vocabulary = pieces["model"]["vocab"]
    vocabulary["[gone]"] = vocabulary.pop("[plan]")
    with pytest.raises(ExportFailed, match=r"no token '\[plan\]'"):
        export(replace(weights, tokenizer=json.dumps(pieces)), target)
    with pytest.raises(ExportFailed, match="cannot be written"):
        export(weights, Path("/proc/nowhere/x.gguf"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("there", [False, True])
def test_an_interrupted_export_leaves_what_was_there(there, folder, tmp_path):
    target = tmp_path / "nano.gguf"
    if there:
        target.write_bytes(b"the old one")
    done = subprocess.run(
        [sys.executable, "-m", "agent.learning.export", "--from", str(folder), "--to", str(target)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "cannot be written" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == (["nano.gguf"] if there else [])
    assert not there or target.read_bytes() == b"the old one"


def test_weights_that_cannot_be_used_are_one_sentence(weights, tmp_path):
    from tiny_gguf import write_model

    with pytest.raises(WeightsInvalid, match="no weights"):
        read_weights(tmp_path / "nothing.npz")
    with pytest.raises(WeightsInvalid, match="is not there"):
        read_weights(tmp_path / "nothing.gguf")
    with pytest.raises(WeightsInvalid, match="not a planner of this training"):
        read_weights(write_model(tmp_path / "llama.gguf"))
    with pytest.raises(WeightsInvalid, match="cannot be written"):
        write_weights(Path("/proc/nowhere.npz"), weights)
    (tmp_path / "weights.npz").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(ExportFailed, match="cannot be read"):
        trained(tmp_path)


def test_models_are_loaded_without_the_buffers_in_which_amx_breaks(monkeypatch):
    import llama_cpp.llama_cpp as library

    from agent.planners import llama_library

    monkeypatch.setattr(library, "llama_model_default_params", library.llama_model_default_params)
    llama_library._leave_out_amx()
    assert library.llama_model_default_params().use_extra_bufts is False
