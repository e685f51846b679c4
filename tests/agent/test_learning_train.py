import json
import random

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

from agent.learning.dataset import Encoder, batches, load_encoder, train_tokenizer  # noqa: E402
from agent.learning.export import ExportFailed, export, load_checkpoint, main, parity  # noqa: E402
from agent.learning.missions import items, sample  # noqa: E402
from agent.learning.model import SIZES, Config, Network  # noqa: E402
from agent.learning.muon import orthogonal  # noqa: E402
from agent.learning.train import Training, curriculum, rate  # noqa: E402
from agent.learning.train import main as train  # noqa: E402
from agent.learning.words import Vocabulary  # noqa: E402
from agent.planners.dialect import compose  # noqa: E402
from agent.planners.pointers import SPECIAL_TOKENS, Segment, merge  # noqa: E402

EVEN = [0.25] * 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("train")
    train_tokenizer(folder / "tokenizer.json", vocabulary=700, samples=400)
    return folder


@pytest.fixture(scope="module")
def encode(folder) -> Encoder:
    return load_encoder(folder / "tokenizer.json")


def test_special_tokens_come_first_and_text_never_becomes_one(encode):
    assert encode((Segment("[pad]", special=True), Segment("[end]", special=True))) == [0, 1]
    assert all(id >= len(SPECIAL_TOKENS) for id in encode((Segment(" [end] [P3] ( p3 )"),)))


def test_digits_are_split_singly(encode):
    assert len(encode((Segment(" 1800"),))) == 5  # the space, and four digits


def test_batches_are_a_function_of_seed_and_number(encode):
    one, again = (batches(encode, 1, 7, EVEN, tokens=512, samples=32) for _ in range(2))
    assert all((a.ids == b.ids).all() and (a.targets == b.targets).all() for a, b in zip(one, again, strict=True))
    other = batches(encode, 1, 8, EVEN, tokens=512, samples=32)
    assert [b.ids.shape for b in other] != [b.ids.shape for b in one] or (other[0].ids != one[0].ids).any()
    assert all(b.ids.size <= 512 or len(b.ids) == 1 for b in one)


def test_only_answers_are_learnt(encode):
    drawn = sample(random.Random(1), 2, Vocabulary())
    prompt = encode(compose(drawn.facts, items(drawn.mission)))
    answer = encode(tuple(merge(items(drawn.answer))))
    batch = batches(encode, 1, 0, EVEN, tokens=10_000, samples=8)[0]
    plan = SPECIAL_TOKENS.index("[plan]")
    for ids, targets in zip(batch.ids, batch.targets, strict=True):
        first = list(ids).index(plan)
        assert (targets[:first] == -1).all() and targets[first] >= 0
    assert prompt[-1] == plan and answer[-1] == 1


def test_orthogonal_updates_have_like_singular_values():
    values = torch.linalg.svdvals(orthogonal(torch.randn(2, 16, 48), steps=5))
    assert values.min() > 0.3 and values.max() < 1.5


def test_the_curriculum_waits_and_never_forgets():
    start, end = curriculum([0.0] * 4), curriculum([0.9] * 4)
    assert start[0] > 5 * start[3] > 0
    assert end == pytest.approx([0.24, 0.28, 0.26, 0.22])


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


def test_the_shipped_size_is_what_was_asked_for():
    network = Network(Config(vocabulary=2048, **SIZES["5M"]))
    assert 5_000_000 <= sum(p.numel() for p in network.parameters()) <= 8_000_000


@pytest.mark.slow
def test_training_learns_resumes_exactly_and_exports(folder, capsys):
    options = ["--out", str(folder), "--size", "nano", "--threads", "1", "--tokens", "1024", "--minutes", "1000", "--rate", "0.02"]
    train([*options, "--steps", "12"])
    first = Training(folder, "nano")
    assert first.step >= 12
    train([*options, "--steps", "12"])
    second = Training(folder, "nano")
    assert second.step > first.step and second.chunk > first.chunk
    batch = batches(second.encode, 1, second.chunk, EVEN, tokens=1024, samples=64)[0]
    assert second.learn(batch, 1.0) < 6.0
    again = Training(folder, "nano")
    again.learn(batch, 1.0)
    for (name, a), (_, b) in zip(second.network.named_parameters(), again.network.named_parameters(), strict=True):
        assert torch.equal(a, b), name
    main(["--from", str(folder), "--to", str(folder / "out" / "nano.gguf")])
    assert "of the checkpoint's" in capsys.readouterr().out
    assert [path.name for path in (folder / "out").iterdir()] == ["nano.gguf"]


def test_export_matches_the_network(folder, tmp_path):
    torch.manual_seed(1)
    tokenizer = folder / "tokenizer.json"
    network = Network(Config(vocabulary=load_encoder(tokenizer).size, **SIZES["nano"])).eval()
    file = export(network, tokenizer, tmp_path / "nano.gguf", {"seen": 0, "step": 0})
    assert parity(network, tokenizer, file, samples=4, tolerance=0.05) < 0.05
    with torch.no_grad():
        network.blocks[0].qkv.weight.add_(0.1)
    with pytest.raises(ExportFailed, match="differ from the checkpoint"):
        parity(network, tokenizer, file, samples=2, tolerance=1e-4)


def test_export_refuses_what_does_not_fit(folder, tmp_path):
    with pytest.raises(ExportFailed, match="train first"):
        load_checkpoint(tmp_path)
    (tmp_path / "checkpoint.pt").write_bytes(b"no checkpoint")
    with pytest.raises(ExportFailed, match="cannot be read"):
        load_checkpoint(tmp_path)
    network = Network(Config(vocabulary=100, **SIZES["nano"]))
    with pytest.raises(ExportFailed, match="not a pair"):
        export(network, folder / "tokenizer.json", tmp_path / "x.gguf", {"seen": 0, "step": 0})
    with pytest.raises(SystemExit) as exit:
        main(["--from", str(tmp_path / "nowhere"), "--to", str(tmp_path / "x.gguf")])
    assert exit.value.code == 2 and not (tmp_path / "x.gguf").exists()


def test_the_tokenizer_file_is_json(folder):
    assert json.loads((folder / "tokenizer.json").read_text())["model"]["type"] == "BPE"
