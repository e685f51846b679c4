import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from agent.learning.curriculum import Curriculum, Mix  # noqa: E402
from agent.learning.dataset import FULL, draw, load_encoder  # noqa: E402
from agent.learning.model import SIZES, Config, Network  # noqa: E402
from agent.learning.packing import LENGTHS, Encoded, pack, split  # noqa: E402
from agent.learning.weights import read_weights  # noqa: E402
from agent.planners.make import shipped_model  # noqa: E402

ids = st.lists(st.integers(2, 49), min_size=1, max_size=40)
samples = st.lists(st.builds(Encoded, ids, ids, st.integers(1, 4), st.sampled_from(["", "go", "look"])), min_size=1, max_size=30)


def read(rows):
    """The samples of packed rows, read back."""
    out = []
    flat_ids, flat_documents = rows.ids.ravel(), rows.documents.ravel()
    for number, (level, family) in enumerate(rows.samples):
        mine = flat_documents == number
        answers = flat_documents[rows.kept] == number
        whole = [*flat_ids[mine], rows.targets[answers][-1]]
        size = int(answers.sum())
        assert list(rows.targets[answers]) == whole[-size:]
        out.append((tuple(map(int, whole[:-size])), tuple(map(int, whole[-size:])), level, family))
    return out


def plain(sample):
    return tuple(sample.prompt), tuple(sample.answer), sample.level, sample.family


@settings(max_examples=80, deadline=None)
@given(samples, st.integers(32, 200))
def test_every_sample_is_packed_once_and_whole(given, tokens):
    packed = pack(given, (32, 64, 128))
    assert sorted(found for rows in packed for found in read(rows)) == sorted(map(plain, given))
    parts = [part for rows in packed for part in split(rows, tokens)]
    assert sorted(found for rows in parts for found in read(rows)) == sorted(map(plain, given))
    assert all(part.ids.size <= tokens or len(part.ids) == 1 for part in parts)


def test_next_to_nothing_is_padding_and_what_is_too_long_is_left_out(tmp_path):
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text(read_weights(shipped_model()).tokenizer, encoding="utf-8")
    many = draw(load_encoder(tokenizer), 1, 0, Mix(FULL), tokens=30_000)
    rows = pack(many)
    tokens = sum(part.tokens for part in rows)
    assert tokens == sum(sample.length for sample in many)
    assert tokens > 0.97 * sum(part.ids.size for part in rows)
    assert pack([Encoded([2] * 1020, [3] * 6, 1)]) == []
    long, short = Encoded([2] * 1020, [3] * 5, 1), Encoded([2] * 20, [3] * 5, 1)
    assert [part.ids.shape for part in pack([long, short])] == [(1, LENGTHS[0]), (1, 1024)]


@pytest.mark.parametrize("prefix", [False, True])
def test_packed_samples_do_not_see_each_other(prefix):
    torch.manual_seed(0)
    network = Network(Config(vocabulary=50, prefix=prefix, **SIZES["nano"])).eval()
    rng = np.random.default_rng(2)
    many = [Encoded(rng.integers(2, 50, int(n)).tolist(), rng.integers(2, 50, 4).tolist(), 1) for n in rng.integers(3, 20, 12)]
    (rows,) = pack(many, (64,))
    with torch.no_grad():
        hidden = network(*map(torch.from_numpy, (rows.ids, rows.documents, rows.kept, rows.prompts)))
        owners = rows.documents.ravel()[rows.kept]
        for number, (prompt, answer, _, _) in enumerate(read(rows)):
            whole = torch.tensor([[*prompt, *answer[:-1]]])
            alone = network(whole, prompts=torch.arange(whole.shape[1])[None] < len(prompt))[0, len(prompt) - 1 :]
            assert torch.allclose(hidden[torch.from_numpy(owners == number)], alone, atol=1e-5)


@pytest.mark.parametrize("prefix", [False, True])
def test_a_prefix_network_sees_what_comes_after_in_a_prompt_and_nothing_that_comes_after_in_an_answer(prefix):
    torch.manual_seed(0)
    network = Network(Config(vocabulary=50, prefix=prefix, **SIZES["nano"])).eval()
    ids, prompts = torch.randint(2, 50, (1, 12)), torch.arange(12)[None] < 7
    with torch.no_grad():
        before = network(ids, prompts=prompts)[0]
        for changed in range(12):
            other = ids.clone()
            other[0, changed] = 1
            differs = ((network(other, prompts=prompts)[0] - before).abs() > 1e-6).any(-1)
            whole = prefix and changed < 7
            assert differs.tolist() == [whole or at >= changed for at in range(12)]


def test_a_level_waits_for_the_one_before_and_never_vanishes():
    fresh = Curriculum((0.25,) * 4)
    assert fresh.mix().levels[0] > 5 * fresh.mix().levels[3] > 0 and fresh.mix().families == {}
    for _ in range(3000):
        fresh.see([(1, "go"), (2, "go"), (3, "look"), (4, "")], [True, True, True, False])
    assert fresh.mix().levels == pytest.approx((0.25,) * 4)
    assert fresh.mix().families == {"go": 0.4, "look": 0.4}  # both are easy by now
    assert fresh.levels[3] == 0 and fresh.families == {"go": pytest.approx(1, abs=1e-3), "look": pytest.approx(1, abs=1e-3)}
    again = Curriculum((0.25,) * 4)
    again.restore(**fresh.to_json())
    assert again.mix() == fresh.mix() == Mix.from_json(fresh.mix().to_json()) and again.families == fresh.families
