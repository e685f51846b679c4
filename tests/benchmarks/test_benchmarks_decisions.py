"""The benchmark of decisions after a look: it asks at the right moments, and counts what the model answers."""

import pytest

from benchmarks.decisions import MODEL, decided, moments


def test_the_moments_come_right_after_the_look_that_decides() -> None:
    for sample in moments(40, 3):
        prompt = [segment.text.strip() for segment in sample.prompt()]
        assert prompt[-1] == "[plan]" and "[saw]" in prompt
        assert prompt[len(prompt) - 1 - prompt[::-1].index("[did]") + 1] == "[inspect]", prompt
        assert sample.answer[-1] == "[end]" and any(family in ("if look", "if asked") for family in sample.families)


@pytest.mark.slow
def test_every_sample_is_counted_once_and_the_seed_decides() -> None:
    found = decided(MODEL, 30, 5)
    for kinds in (("all",), ("en", "zh"), ("something to do", "nothing to do")):
        assert sum(found[kind, right] for kind in kinds for right in (True, False)) == 30
        assert sum(found[kind, True] for kind in kinds) == found["all", True]
    assert found == decided(MODEL, 30, 5)
