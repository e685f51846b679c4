"""The benchmark of what is learnt by heart: what it holds back is trained on by nobody, and it counts what it asks."""

import json

import pytest

from agent.learning.written import blocks, read_file
from benchmarks.held_back import WRITTEN, drawn, main

HELD = sorted((WRITTEN / "held_back").glob("*.txt"))


def test_training_draws_nothing_that_is_held_back() -> None:
    trained = {sentence for some in blocks().values() for block in some for sentence in block.wordings}
    held = [block for path in HELD for block in read_file(path)[0]]
    assert len(held) > 800 and {block.language for block in held} == {"en", "zh"}
    assert not any(sentence in trained for block in held for sentence in block.wordings)


def test_each_mission_is_asked_once_before_any_is_asked_twice() -> None:
    count = sum(len(read_file(path)[0]) for path in HELD)
    some = [sample.mission for sample in drawn(HELD, count // 2, 3)]
    assert some == [sample.mission for sample in drawn(HELD, count // 2, 3)]
    assert len(set(some)) > 0.99 * len(some)


@pytest.mark.slow
def test_shares_are_of_what_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch")
    assert main(["--count", "60", "--json"]) == 0
    held, trained = json.loads(capsys.readouterr().out)
    assert (held["missions"], trained["missions"]) == ("held back", "trained on")
    for row in (held, trained):
        share, low, high = row["right"]["all"]
        assert row["count"] == 60 and 0.2 < low < share < high < 1
    assert trained["right"]["all"][0] > held["right"]["all"][0] and trained["loss"] < held["loss"]
