"""The benchmark of decisions after a look: it asks at the right moments, and counts what the model answers."""

import pytest

from benchmarks.decisions import MODEL, decided, judged, moments


def test_the_moments_come_right_after_the_look_that_decides() -> None:
    for sample in moments(40, 3):
        prompt = [segment.text.strip() for segment in sample.prompt()]
        assert prompt[-1] == "[plan]" and "[saw]" in prompt
        assert prompt[len(prompt) - 1 - prompt[::-1].index("[did]") + 1] == "[inspect]", prompt
        assert sample.answer[-1] == "[end]" and any(family in ("if look", "if asked") for family in sample.families)


@pytest.mark.slow
def test_every_sample_is_counted_once_and_the_seed_decides() -> None:
    alone, together = decided(MODEL, 30, 5)
    for found in (alone, together):
        for kinds in (("all",), ("en", "zh"), ("something to do", "nothing to do"), ("settled", "not settled")):
            assert sum(found[kind, right] for kind in kinds for right in (True, False)) == 30
            assert sum(found[kind, True] for kind in kinds) == found["all", True]
    assert [alone["not settled", right] for right in (True, False)] == [together["not settled", right] for right in (True, False)]
    assert together["all", True] > alone["all", True]
    assert (alone, together) == decided(MODEL, 30, 5)


def test_a_settled_mission_is_told_in_tokens_of_its_own_and_in_no_others() -> None:
    for sample in moments(60, 11):
        told, found = judged(sample)
        if told is not None and found is not None:
            assert {token for token in told if token[0] == "[" and len(token) > 1} <= set(sample.mission)
            assert found.decisions and (found.spent or told)
