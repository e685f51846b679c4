"""``surefoot verify --certificate`` and ``surefoot check-certificate``; a mission keeps the certificates of its plan."""

import json
from pathlib import Path

import pytest

PLAN = {"steps": [{"skill": "goto", "args": {"place": "packing station"}}, {"skill": "goto", "args": {"place": "server room"}}]}


@pytest.fixture
def certificate(surefoot, tmp_path: Path) -> Path:
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    code, _, _ = surefoot("verify", "plan.json", "--map", "warehouse", "--certificate", "evidence/out.json")
    assert code == 1  # the server room is locked
    return tmp_path / "evidence" / "out.json"


def test_what_verify_writes_is_confirmed(surefoot, certificate: Path) -> None:
    code, out, err = surefoot("check-certificate", certificate, "--map", "warehouse")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "step 1: confirmed: a clear route to 'packing station'",
        "step 2: confirmed: no way to 'server room'",
    ]
    code, out, _ = surefoot("check-certificate", certificate, "--map", "warehouse", "--json")
    assert code == 0 and [leg["confirmed"] for leg in json.loads(out)["legs"]] == [True, True]


def test_another_map_refutes_it(surefoot, certificate: Path) -> None:
    code, out, _ = surefoot("check-certificate", certificate, "--map", "home")
    assert code == 1 and out.count("REFUTED") == 2


def test_an_altered_one_is_refuted(surefoot, certificate: Path) -> None:
    certificate.write_text(certificate.read_text().replace('"step": 1', '"step": 3'))
    code, out, _ = surefoot("check-certificate", certificate, "--map", "warehouse")
    assert code == 1 and "altered" in out


@pytest.mark.parametrize("name", ["plan.json", "missing.json"])
def test_what_is_no_certificate_is_one_sentence(name: str, surefoot, certificate: Path) -> None:
    code, out, err = surefoot("check-certificate", name, "--map", "warehouse")
    assert code == 2 and out == "" and err.startswith("surefoot: ") and err.count("\n") == 1


def test_a_certificate_that_cannot_be_written_is_one_sentence(surefoot, certificate: Path, tmp_path: Path) -> None:
    code, _, err = surefoot("verify", "plan.json", "--map", "warehouse", "--certificate", certificate / "below.json")
    assert code == 2 and err.startswith("surefoot: Cannot write the certificate") and "Traceback" not in err
