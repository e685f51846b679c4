"""The format of certificates: the committed schema, the models, and reading back what was written."""

import json
from pathlib import Path

import jsonschema
import pytest
from certificate_worlds import certified, everywhere, free_start, random_world
from verifier_worlds import two_rooms

from maps import Body, Pose
from verifier.certificate import CertificateInvalid, Certificates
from verifier.schema import CERTIFICATE_SCHEMA, certificate_schema, schema_text


def test_the_committed_schema_is_what_the_models_say() -> None:
    assert CERTIFICATE_SCHEMA.read_text(encoding="utf-8") == schema_text(certificate_schema()), "run: python -m verifier.schema"


def test_certificates_of_all_kinds_fit_the_schema_and_are_read_back(tmp_path: Path) -> None:
    import numpy as np

    validator = jsonschema.Draft202012Validator(certificate_schema())
    kinds = set()
    for seed in range(6):
        (tmp_path / str(seed)).mkdir()
        rng = np.random.default_rng(seed)
        world = random_world(rng, tmp_path / str(seed))
        certificates = certified(world, everywhere(world), body=Body(radius_m=0.15), start=free_start(rng, world))
        data = json.loads(certificates.to_text())
        validator.validate(data)
        assert Certificates.from_json(data) == certificates
        kinds |= {leg["kind"] for leg in data["legs"]}
    assert kinds >= {"route", "unreachable", "start", "goal"}


def test_what_was_altered_is_not_read(tmp_path: Path) -> None:
    from maps import load_world, save_world

    world = load_world(save_world(two_rooms(), tmp_path / "office"))
    data = json.loads(certified(world, everywhere(world)[:1], start=Pose(2.0, 3.0, 0.0)).to_text())
    with pytest.raises(CertificateInvalid, match="altered"):
        Certificates.from_json({**data, "plan_digest": "x"})
    with pytest.raises(CertificateInvalid, match="not one"):
        Certificates.from_json([])


def test_a_world_that_does_not_lie_on_disk_cannot_be_certified() -> None:
    with pytest.raises(CertificateInvalid, match="does not lie on disk"):
        certified(two_rooms(), [{"skill": "goto", "args": {"place": "lab"}}], start=Pose(2.0, 3.0, 0.0))
