"""Random maps, bodies and starts: whatever the verifier decides, its certificate is confirmed; a refusal is the exception."""

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from certificate_worlds import certified, checked, everywhere, free_start, random_world
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maps import Body
from verifier.certificate import Certificates
from verifier.recheck import recheck_all


def one(seed: int, folder: Path) -> tuple[Certificates, Counter[str]]:
    rng = np.random.default_rng(seed)
    world = random_world(rng, folder)
    body = Body(radius_m=float(rng.uniform(0.05, 0.35)), margin_m=float(rng.choice([0.0, 0.03])))
    start, unknown = free_start(rng, world), str(rng.choice(["blocked", "allowed"]))
    certificates = certified(world, everywhere(world), body=body, start=start, unknown=unknown)
    results = checked(certificates, folder, folder / "yard")
    for leg, result in zip(certificates.legs, results, strict=True):
        assert result.confirmed, (seed, result)
        if leg.kind == "refusal":
            assert leg.reason
    assert all(recheck_all(certificates, world)), seed
    return certificates, Counter(f"{leg.kind} {leg.method}" for leg in certificates.legs)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6))
def test_a_certificate_is_confirmed_whatever_the_map(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one(seed, Path(folder))


@pytest.mark.slow
def test_of_many_certificates_none_is_refuted_and_few_are_refusals(tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for seed in range(150):
        folder = tmp_path / str(seed)
        folder.mkdir()
        counts += one(seed, folder)[1]
    total = counts.total()
    assert counts["refusal none"] < 0.06 * total, counts
    for kind in ("route segments", "unreachable cells", "unreachable gaps", "start point", "goal point"):
        assert counts[kind] >= 10, counts


@pytest.mark.parametrize("numba", ["0", "1"])
def test_rechecking_is_the_same_compiled_or_not(numba: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUREFOOT_NUMBA", numba)
    for seed in (3, 5, 8, 13):
        folder = tmp_path / str(seed)
        folder.mkdir()
        one(seed, folder)
