import json
import os
import random
import resource
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from agent.learning.checkpoint import TrainingFailed  # noqa: E402
from agent.learning.curriculum import Mix  # noqa: E402
from agent.learning.dataset import FULL, Encoder, draw, load_encoder, train_tokenizer  # noqa: E402
from agent.learning.missions import sample  # noqa: E402
from agent.learning.model import SIZES, Config, Network  # noqa: E402
from agent.learning.muon import Muon, orthogonal  # noqa: E402
from agent.learning.packing import pack  # noqa: E402
from agent.learning.samples import items  # noqa: E402
from agent.learning.train import main  # noqa: E402
from agent.learning.training import Training, rate  # noqa: E402
from agent.learning.weights import WeightsInvalid, read_weights  # noqa: E402
from agent.learning.words import Vocabulary  # noqa: E402
from agent.planners.dialect import compose  # noqa: E402
from agent.planners.make import shipped_model  # noqa: E402
from agent.planners.pointers import SPECIAL_TOKENS, Segment, merge  # noqa: E402

ROOT = Path(__file__).parents[2]
FAST = ["--size", "nano", "--threads", "1", "--workers", "0", "--tokens", "600", "--budget", "1M"]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    train_tokenizer(path, vocabulary=800, samples=400)
    return path


@pytest.fixture
def folder(tokenizer, tmp_path) -> Path:
    (tmp_path / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    return tmp_path


@pytest.fixture(scope="module")
def encode(tokenizer) -> Encoder:
    return load_encoder(tokenizer)


def test_special_tokens_come_first_and_text_never_becomes_one(encode):
    assert encode((Segment("[pad]", special=True), Segment("[end]", special=True))) == [0, 1]
    assert all(id >= len(SPECIAL_TOKENS) for id in encode((Segment(" [end] [P3] ( p3 )"),)))


def test_digits_are_split_singly(encode):
    assert len(encode((Segment(" 1800"),))) == 5  # the space, and four digits


def test_the_samples_of_a_step_are_a_function_of_seed_and_step(encode):
    one, again, other = (draw(encode, 1, step, Mix(FULL), tokens=512) for step in (7, 7, 8))
    assert one == again != other
    assert sum(sample.length for sample in one[:-1]) < 512 <= sum(sample.length for sample in one)


def test_only_answers_are_learnt(encode):
    drawn = sample(random.Random(1), 2, Vocabulary())
    assert encode(compose(drawn.facts, items(drawn.mission)))[-1] == SPECIAL_TOKENS.index("[plan]")
    assert encode(tuple(merge(items(drawn.answer))))[-1] == 1
    for encoded in draw(encode, 1, 0, Mix(FULL), tokens=2000):
        (rows,) = pack([encoded])
        first = list(rows.ids.ravel()).index(SPECIAL_TOKENS.index("[plan]"))
        assert rows.kept[0] == first and rows.targets[-1] == 1


def test_orthogonal_updates_have_like_singular_values():
    values = torch.linalg.svdvals(orthogonal(torch.randn(2, 16, 48), steps=5))
    assert values.min() > 0.3 and values.max() < 1.5


def test_our_muon_steps_like_the_library_s():
    torch.manual_seed(3)
    start, gradients = torch.randn(24, 40), torch.randn(5, 24, 40)
    ends = []
    for kind in (Muon, partial(torch.optim.Muon, ns_steps=4)):
        weight = torch.nn.Parameter(start.clone())
        optimiser = kind([weight], lr=0.05, momentum=0.95, weight_decay=0.01)
        for gradient in gradients:
            weight.grad = gradient.clone()
            optimiser.step()
        ends.append(weight.detach() - start)
    assert torch.nn.functional.cosine_similarity(*(end.ravel() for end in ends), dim=0) > 0.99
    assert float(ends[0].norm()) == pytest.approx(float(ends[1].norm()), rel=0.05)


def test_dropout_leaves_out_in_training_alone_and_its_mean_is_the_whole():
    torch.manual_seed(3)
    ids = torch.randint(2, 50, (1, 12))
    network = Network(Config(vocabulary=50, **SIZES["nano"]), dropout=0.2)
    plain = Network(network.config).eval()
    plain.load_state_dict(network.state_dict())
    with torch.no_grad():
        drawn = torch.stack([network(ids)[0] for _ in range(3)])
        assert not torch.equal(drawn[0], drawn[1])
        assert torch.equal(network.eval()(ids), plain(ids))
        x = torch.ones(400, 6, 64)
        kept = network.train().blocks[0]._drop(x)
    assert kept.unique().tolist() == pytest.approx([0.0, 1.25]) and kept.mean().item() == pytest.approx(1.0, abs=0.02)
    assert torch.equal(kept[:, 0], kept[:, 5])  # the same units for a whole row


@pytest.mark.parametrize("prefix", [False, True])
def test_what_is_not_told_of_a_word_is_not_known(prefix):
    network = Network(Config(vocabulary=50, prefix=prefix, **SIZES["nano"])).eval()
    ids = torch.randint(2, 50, (2, 12))
    untold = torch.zeros(2, 12, dtype=torch.bool)
    untold[:, 3] = True
    others = torch.where(untold, (ids + 7) % 50, ids)
    with torch.no_grad():
        assert torch.equal(network(ids, untold=untold), network(others, untold=untold))
        assert not torch.allclose(network(ids), network(others))


def test_words_are_guessed_in_prompts_alone_and_no_pointer_is(folder, tokenizer, monkeypatch):
    training, asked = Training(folder, "nano", guess=0.5), []
    forward = training.network.forward
    monkeypatch.setattr(training.network, "forward", lambda *a: asked.append(a) or forward(*a))
    rows = pack(draw(load_encoder(tokenizer), 1, 0, training.ahead[0], tokens=2000))
    ends = []
    for counts in (0.2, 0.0):  # what is guessed teaches, beside the answers
        monkeypatch.setattr("agent.learning.training.GUESSED", counts)
        ends.append(_after(training, rows))
    assert not torch.equal(*ends)
    special = {load_encoder(tokenizer)._special[token] for token in SPECIAL_TOKENS}
    for ids, _, kept, prompts, untold in asked:
        assert not (untold & ~prompts).any() and not special & set(ids[untold].tolist())
        words = prompts & training.words[ids]
        assert 0.3 < int(untold.sum()) / int(words.sum()) < 0.7
        assert len(kept) == len(set(kept.tolist())) and set(untold.flatten().nonzero()[:, 0].tolist()) <= set(kept.tolist())


def _after(training, rows):
    """A matrix after one step over these rows, from the same state each time."""
    start = {name: value.clone() for name, value in training.network.state_dict().items()}
    training.step = 0
    for optimiser in training.optimisers:
        optimiser.state.clear()
    training.learn(rows, 1.0)
    end = training.network.blocks[0].q.weight.detach().clone()
    training.network.load_state_dict(start)
    return end


@pytest.mark.parametrize("what", ["--dropout", "--guess"])
@pytest.mark.parametrize("share", ["1", "-0.1", "nan"])
def test_a_dropout_that_is_no_share_is_one_sentence(what, share, folder, capsys):
    assert main(["--out", str(folder), *FAST, what, share, "--steps", "1"]) == 2
    assert "is no share to leave out" in capsys.readouterr().err and not (folder / "checkpoint.pt").exists()


def test_the_step_length_warms_up_and_decays():
    assert rate(0, 100, 0) < 0.1
    assert rate(50, 100, 1000) == 1.0
    assert rate(85, 100, 1000) == pytest.approx(0.5)
    assert rate(100, 100, 1000) == pytest.approx(0.01)


def test_the_network_is_causal():
    network = Network(Config(vocabulary=50, **SIZES["nano"])).eval()
    ids = torch.randint(0, 50, (1, 12))
    changed = ids.clone()
    changed[0, -1] = (ids[0, -1] + 1) % 50
    with torch.no_grad():
        assert torch.allclose(network(ids)[0, :-1], network(changed)[0, :-1], atol=1e-5)


@pytest.mark.parametrize(("size", "millions"), [("2M", 2), ("8M", 8), ("20M", 17)])
def test_the_sizes_are_what_they_say(size, millions):
    network = Network(Config(vocabulary=4096, **SIZES[size]))
    without = sum(p.numel() for name, p in network.named_parameters() if "embedding" not in name)
    assert without == pytest.approx(millions * 1e6, rel=0.1)
    assert sum(p.numel() for p in network.parameters()) * 34 / 32 < 20e6  # in q8_0


@pytest.mark.slow
@pytest.mark.parametrize("more", [(), ("--prefix", "--dropout", "0.2", "--guess", "0.2")])
def test_a_run_in_legs_is_bit_by_bit_the_run_in_one(more, folder, tokenizer, tmp_path_factory):
    other = tmp_path_factory.mktemp("legs")
    (other / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    assert main(["--out", str(folder), *FAST, *more, "--steps", "6"]) == 0
    assert main(["--out", str(other), *FAST, *more, "--steps", "2"]) == 0
    workers = [*FAST[:5], "2", *FAST[6:], *more]  # whoever makes the samples, they are the same
    assert main(["--out", str(other), *workers, "--steps", "3"]) == 0
    assert main(["--out", str(other), *FAST, *more, "--steps", "1"]) == 0
    one, legs = (torch.load(path / "checkpoint.pt", weights_only=True) for path in (folder, other))
    assert one["step"] == legs["step"] == 6 and one["seen"] == legs["seen"] > 3000
    assert one["ahead"] == legs["ahead"] and one["curriculum"] == legs["curriculum"]
    for key in ("network", "average"):
        assert all(torch.equal(value, legs[key][name]) for name, value in one[key].items())
    momenta = [state["momentum"] for state in one["optimisers"][0]["state"].values()]
    assert all(torch.equal(a, b["momentum"]) for a, b in zip(momenta, legs["optimisers"][0]["state"].values(), strict=True))
    lines = [json.loads(line) for line in (other / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [2, 5, 6] and lines[-1]["tokens_per_s"] > 0
    begin = read_weights(folder / "weights.npz")
    on = Training(tmp_path_factory.mktemp("on"), None, begin=begin)
    assert (on.step, on.seen, on.warmed) == (6, one["seen"], 6)
    assert on.curriculum.to_json() == one["curriculum"]
    difference = on.network.embedding.weight - one["average"]["embedding.weight"]
    assert 0 < difference.abs().max() < 1e-3  # half precision


@pytest.mark.slow
def test_training_needs_torch_numpy_and_tokenizers_alone(folder):
    script = f"""
import sys
OTHERS = "pydantic shapely scipy rapidfuzz networkx PIL yaml matplotlib langgraph typer rich platformdirs gguf llama_cpp openai"
for name in (*OTHERS.split(), "skills", "verifier", "policies"):
    sys.modules[name] = None
from agent.learning.train import main
sys.exit(main(["--out", {str(folder)!r}, *{FAST!r}, "--steps", "2"]))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (folder / "weights.npz").exists()


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_the_last_checkpoint_stands(folder):
    assert main(["--out", str(folder), *FAST, "--steps", "1"]) == 0
    before = (folder / "checkpoint.pt").read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "agent.learning.train", "--out", str(folder), *FAST, "--steps", "1"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "The checkpoint of step 2 cannot be written" in done.stderr
    assert (folder / "checkpoint.pt").read_bytes() == before
    assert not (folder / "checkpoint.partial").exists()


def test_what_does_not_belong_together_is_one_sentence(folder, tokenizer, tmp_path_factory, capsys):
    training = Training(folder, "nano")
    training.save()
    with pytest.raises(TrainingFailed, match=r"another network \(width 64, layers 2, heads 2, hidden 128\): give its --size"):
        Training(folder, "2M")
    other = tmp_path_factory.mktemp("other")
    train_tokenizer(other / "tokenizer.json", vocabulary=800, samples=50, seed=3)
    with pytest.raises(TrainingFailed, match="another size or tokenizer"):
        Training(other, "2M", begin=training.weights())
    shipped = read_weights(shipped_model())
    with pytest.raises(TrainingFailed, match="speak 'pointer-2', and what is learnt now is 'pointer-3'"):
        Training(other, None, begin=replace(shipped, dialect="pointer-2"))
    assert shipped.config["width"] > 0 and len(shipped.tensors) == 2 + 11 * shipped.config["layers"]
    os.replace(other / "tokenizer.json", folder / "tokenizer.json")
    with pytest.raises(TrainingFailed, match="made with another tokenizer"):
        Training(folder, "nano")
    (folder / "checkpoint.pt").write_bytes(b"no checkpoint")
    with pytest.raises(TrainingFailed, match="cannot be read"):
        Training(folder, "nano")
    assert main(["--out", str(folder), "--size", "nano"]) == 2
    assert main(["--out", str(tokenizer), "--size", "nano"]) == 2
    assert main(["--out", str(folder), "--from", str(folder / "nothing.npz")]) == 2
    assert capsys.readouterr().err.count("\n") == 3
    with pytest.raises(WeightsInvalid, match="cannot be read"):
        read_weights(folder / "checkpoint.pt")
