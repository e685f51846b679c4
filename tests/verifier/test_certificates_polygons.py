"""Certificates of polygon bodies: turns and drives swept exactly by the checker, refusals by the disc in the body."""

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from certificate_worlds import certified, checked, everywhere, free_start, random_world
from tampering import at, put, signed
from verifier_worlds import two_rooms

from maps import Body, Pose, World, load_world, save_world
from verifier.recheck import recheck_all

LONG = Body(footprint=((-0.3, -0.15), (0.5, -0.15), (0.5, 0.15), (-0.3, 0.15)), margin_m=0.03)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A doorway through which the body fits lengthwise alone."""
    return load_world(save_world(two_rooms(doorway=0.6, door=None), tmp_path_factory.mktemp("maps") / "office"))


@pytest.fixture(scope="module")
def turned(office: World) -> Any:
    """The certificate of the way through it."""
    certificates = certified(office, [{"skill": "goto", "args": {"place": "lab"}}], body=LONG, start=Pose(3.0, 4.2, 1.2))
    (leg,) = certificates.legs
    assert leg.kind == "route" and leg.method == "hulls" and leg.headings is not None and len(leg.headings) == len(leg.points)
    assert leg.body_clearance_m is not None and 0.03 <= leg.body_clearance_m < 0.16 and leg.clearance_m < LONG.needed_clearance_m
    assert all(recheck_all(certificates, office))
    return json.loads(certificates.to_text())


def test_a_way_that_only_a_turned_body_fits_is_confirmed(turned: Any, office: World, tmp_path: Path) -> None:
    assert office.folder is not None
    (result,) = checked(turned, tmp_path, office.folder)
    assert result.confirmed, result.reasons


def test_other_headings_are_refuted_by_geometry(turned: Any, office: World, tmp_path: Path) -> None:
    assert office.folder is not None
    headings = turned["legs"][0]["headings"]
    for index in range(len(headings)):
        for turn in (0.02, -0.4, math.pi / 2):
            made = signed(put(turned, ("legs", 0, "headings", index), headings[index] + turn))
            assert not checked(made, tmp_path, office.folder)[0].confirmed, (index, turn)
    across = put(turned, ("legs", 0, "headings"), [math.pi / 2] * len(headings))
    across = put(across, ("legs", 0, "start", 2), math.pi / 2)
    across = put(across, ("legs", 0, "end_yaw"), math.pi / 2)
    (result,) = checked(signed(across), tmp_path, office.folder)
    assert any("nearer to an obstacle" in reason for reason in result.reasons), result


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("body", "footprint", 1, 0), 0.7), (("body", "inner_m"), 0.2), (("body", "radius_m"), 0.3), (("body", "footprint"), None),
        (("body_clearance_m",), 0.3), (("body_clearance_m",), 0.0), (("body_clearance_m",), None), (("headings",), None),
        (("method",), "segments"), (("clearance_m",), 0.5), (("end_yaw",), 2.0),
    ],
)  # fmt: skip
def test_no_part_of_the_claim_can_be_altered(path: Any, value: Any, turned: Any, office: World, tmp_path: Path) -> None:
    assert office.folder is not None
    assert at(turned, ("legs", 0, *path)) != value
    assert not checked(signed(put(turned, ("legs", 0, *path), value)), tmp_path, office.folder)[0].confirmed


@pytest.mark.slow
def test_random_polygons_on_random_maps_are_confirmed(tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for seed in range(19):
        (tmp_path / str(seed)).mkdir()
        rng = np.random.default_rng(seed)
        world = random_world(rng, tmp_path / str(seed))
        long, wide = float(rng.uniform(0.15, 0.5)), float(rng.uniform(0.08, 0.2))
        corners = ((-0.6 * long, -wide), (long, -wide), (long, wide), (-0.6 * long, wide))
        body = Body(footprint=corners, margin_m=float(rng.choice([0.01, 0.03])))
        certificates = certified(world, everywhere(world), body=body, start=free_start(rng, world))
        results = checked(certificates, tmp_path / str(seed), tmp_path / str(seed) / "yard")
        assert [result for result in results if not result.confirmed] == [], seed
        assert all(recheck_all(certificates, world)), seed
        counts += Counter(f"{leg.kind} {leg.method}" for leg in certificates.legs)
    assert counts["route hulls"] >= 5 and counts["start outline"] >= 3 and counts["unreachable cells"] >= 5, counts
