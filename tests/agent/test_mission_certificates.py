"""A mission keeps the certificates of its accepted plan beside its journal; a map that does not lie on disk has none."""

from conftest import plan, two_rooms

from maps import load_world, save_world
from verifier.check_certificate import check_certificate


async def test_the_accepted_plan_leaves_evidence_that_is_confirmed(stage, tmp_path):
    world = load_world(save_world(two_rooms(), tmp_path / "rooms"))
    mission = stage([plan(("goto", {"place": "right room"}), ("goto", {"place": "dock"}))], world=world)
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    (file,) = sorted(mission.folder.path.glob("certificates-*.json"))
    results = check_certificate(file, tmp_path / "rooms", allow_changes=True)
    assert [(found.kind, found.confirmed) for found in results] == [("route", True), ("route", True)]


async def test_a_world_without_files_is_driven_without_evidence(stage):
    mission = stage([plan(("goto", {"place": "right room"}))])
    assert (await mission.run()).status == "succeeded"
    assert list(mission.folder.path.glob("certificates-*.json")) == []
