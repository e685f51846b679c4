from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.learning.average import averaged, main
from agent.learning.weights import Weights, WeightsInvalid, read_weights, write_weights

SHAPE = {"vocabulary": 3, "width": 2, "layers": 0, "heads": 1, "hidden": 2, "prefix": False}


def weights(value, **more):
    tensors = {"embedding.weight": np.full((3, 2), value, np.float32), "norm.weight": np.ones(2, np.float32)}
    return Weights(**{"config": SHAPE, "tensors": tensors, "tokenizer": "{}", "dialect": "5", "progress": {"seen": 7}, **more})


@given(values=st.lists(st.floats(-5, 5), min_size=1, max_size=5), data=st.data())
def test_the_mean_is_between_all_and_follows_the_shares(values, data):
    shares = [data.draw(st.floats(0.1, 10)) for _ in values]
    made = averaged([weights(value) for value in values], shares).tensors
    expected = sum(v * s for v, s in zip(values, shares, strict=True)) / sum(shares)
    assert np.allclose(made["embedding.weight"], expected, atol=1e-4) and np.allclose(made["norm.weight"], 1, atol=1e-6)


def test_attention_is_the_lasts_and_progress_the_furthest():
    read_whole = weights(1.0, config={**SHAPE, "prefix": True}, progress={"seen": 3})
    made = averaged([weights(0.0), read_whole])
    assert made.config["prefix"] and made.progress == {"seen": 7}


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"config": {**SHAPE, "hidden": 4}}, "shape"),
        ({"tokenizer": "{ }"}, "tokenizer"),
        ({"dialect": "4"}, "dialect"),
    ],
)
def test_weights_that_do_not_belong_together_are_refused(other, what):
    with pytest.raises(WeightsInvalid, match=f"number 1 have another {what}"):
        averaged([weights(0.0, **other), weights(1.0)])


@pytest.mark.parametrize("shares", [[1.0], [0.0, 1.0], [-1.0, 2.0], [float("nan"), 1.0], [float("inf"), 1.0]])
def test_shares_that_are_none_are_refused(shares):
    with pytest.raises(WeightsInvalid, match="a share of more than 0 for each"):
        averaged([weights(0.0), weights(1.0)], shares)


def test_from_files_to_a_file(tmp_path, capsys):
    write_weights(tmp_path / "a.npz", weights(0.0))
    (tmp_path / "run").mkdir()
    write_weights(tmp_path / "run" / "weights.npz", weights(1.0))
    asked = ["--from", str(tmp_path / "a.npz"), "--from", str(tmp_path / "run"), "--share", "1", "--share", "3"]
    assert main([*asked, "--to", str(tmp_path / "mean.npz")]) == 0
    assert "the mean of 2" in capsys.readouterr().out
    assert np.allclose(read_weights(tmp_path / "mean.npz").tensors["embedding.weight"], 0.75)
    assert main(["--from", str(tmp_path / "none.npz"), "--to", str(tmp_path / "other.npz")]) == 2
    assert "There are no weights" in capsys.readouterr().err and not (tmp_path / "other.npz").exists()
    write_weights(tmp_path / "b.npz", replace(weights(1.0), tokenizer="{ }"))
    assert main([*asked[:2], "--from", str(tmp_path / "b.npz"), "--to", str(tmp_path / "other.npz")]) == 2
    assert not (tmp_path / "other.npz").exists()
