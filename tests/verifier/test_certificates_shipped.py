"""Certificates of real maps: every leg to every place, thing and door is confirmed by the checker that shares no code."""

from pathlib import Path

import numpy as np
import pytest
from certificate_worlds import certified, checked, everywhere

from maps import Body, find_map, load_world, shipped_maps
from verifier.recheck import recheck_all

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "maps"
NAV2 = ("nav2_depot/depot.yaml", "nav2_tb3_sandbox/tb3_sandbox.yaml", "turtlebot3_navigation2/map.yaml")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(shipped_maps()))
def test_every_leg_on_a_shipped_map_is_certified_and_confirmed(name: str, tmp_path: Path) -> None:
    path = find_map(name)
    world = load_world(path)
    certificates = certified(world, everywhere(world), path=path)
    results = checked(certificates, tmp_path, path)
    assert [result.reasons for result in results if result.reasons] == []
    kinds = [result.kind for result in results]
    assert len(kinds) == len(world.places) + len(world.things) + len(world.doors)
    assert "refusal" not in kinds
    if name == "factory":  # small, and everything in it can be reached
        assert kinds == ["route"] * len(kinds)
    else:
        assert kinds.count("route") > 40 and kinds.count("unreachable") + kinds.count("goal") > 3
    assert all(recheck_all(certificates, world))


@pytest.mark.parametrize("file", NAV2)
def test_a_nav2_map_is_certified_and_confirmed(file: str, tmp_path: Path) -> None:
    if not (DATA / file).exists():
        pytest.skip(f"{DATA / file} is not there")
    world = load_world(DATA / file)
    certificates = certified(world, everywhere(world), path=DATA / file)
    results = checked(certificates, tmp_path, DATA / file)
    assert results and all(result.confirmed and result.kind == "route" for result in results)
    assert all("the map's files do not name it" in result.assumes[0] for result in results)


def test_a_rejection_on_a_nav2_map_is_proved(tmp_path: Path) -> None:
    path = DATA / NAV2[0]
    if not path.exists():
        pytest.skip(f"{path} is not there")
    world = load_world(path)
    certificates = certified(world, everywhere(world), path=path, body=Body(radius_m=1.2))
    results = checked(certificates, tmp_path, path)
    assert all(result.confirmed for result in results)
    assert {result.kind for result in results} & {"unreachable", "goal", "start"}


def test_one_map_does_for_another_only_if_it_is_the_same(tmp_path: Path) -> None:
    world = load_world(find_map("home"))
    certificates = certified(world, everywhere(world)[:3], path=find_map("home"))
    assert all(result.confirmed for result in checked(certificates, tmp_path, find_map("home")))
    for result in checked(certificates, tmp_path, find_map("plant")):
        assert not result.confirmed and "not those that the certificate was made for" in result.reasons[0]


def test_positions_have_their_full_precision(tmp_path: Path) -> None:
    world = load_world(find_map("home"))
    certificates = certified(world, everywhere(world)[:2], path=find_map("home"))
    again = type(certificates).from_json(__import__("json").loads(certificates.to_text()))
    assert again == certificates
    assert np.array_equal(again.legs[0].points, certificates.legs[0].points)  # type: ignore[union-attr]
