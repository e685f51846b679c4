"""Plans from level to level: rides, what is refused, what is offered instead, the way home, certificates."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "maps"))
from building_worlds import building, office, storey

from maps import Body, Place, Pose, RobotState, World, load_world, start_pose
from skills import Plan, SkillCall, library
from verifier import Verdict, examine, repair, verify
from verifier.certify import certify
from verifier.check_certificate import check_certificate
from verifier.home import find_home
from verifier.recheck import recheck_all
from verifier.step import Scope

BODY = Body()
UP = SkillCall(skill="take_lift", args={"lift": "lift L1", "to": "lift L2"})
DOWN = SkillCall(skill="take_lift", args={"lift": "lift L2", "to": "lift L1"})


def goto(place: str) -> SkillCall:
    return SkillCall(skill="goto", args={"place": place})


def judge(world: World, *steps: SkillCall, body: Body = BODY, battery: float | None = None) -> Verdict:
    charge = body.battery_wh if battery is None else battery
    state = RobotState(pose=start_pose(world), battery_wh=charge)
    return verify(Plan(steps=steps), world, state, body, library(world))


def found(verdict: Verdict) -> list[tuple[int | None, str]]:
    return [(finding.step, finding.code) for finding in verdict.all_findings()]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return load_world(office(tmp_path_factory.mktemp("lifts") / "office"))


def test_only_maps_with_lifts_have_the_skill(world: World) -> None:
    assert "take_lift" in library(world).names and "take_lift" not in library().names


def test_a_plan_from_level_to_level_is_verified_leg_by_leg(world: World) -> None:
    verdict = judge(world, UP, goto("kitchen"), DOWN, SkillCall(skill="dock", args={}))
    assert verdict.ok and found(verdict) == []
    ride, walk, back, dock = verdict.steps
    assert ride.route is not None and walk.route is not None and back.route is not None and dock.route is not None
    assert ride.route.doors == ("lift door L1",) and walk.route.doors == ("lift door L2",)
    lift = world.places["lift L2"].pose
    assert lift is not None and walk.route.start == lift.point
    assert ride.time_s[1] - ride.time_s[0] >= 40.0 and ride.time_s[0] >= 20.0, "the lift's own time"
    assert ride.distance_m[1] < 8.0 and verdict.totals.distance_m < 40.0, "the ride is no distance driven"


def test_a_goal_on_another_level_says_which_and_offers_the_ride(world: World) -> None:
    verdict = judge(world, goto("kitchen"))
    (finding,) = verdict.all_findings()
    assert finding.code == "NEEDS_LIFT" and not finding.refuted and finding.detail["levels"] == ["L1", "L2"]
    assert "'kitchen' is on level L2 and the robot then is on level L1" in finding.message
    assert [alternative.call for alternative in finding.alternatives] == [UP]
    plan = Plan(steps=(goto("kitchen"),))
    state = RobotState(pose=start_pose(world), battery_wh=BODY.battery_wh)
    mended = repair(plan, verdict, lambda changed: verify(changed, world, state, BODY, library(world)))
    assert mended.verdict.ok and mended.plan.steps == (UP, goto("kitchen"))


def test_a_name_of_two_levels_offers_both(world: World) -> None:
    (finding,) = judge(world, goto("desk")).all_findings()
    assert finding.code == "UNKNOWN_NAME"
    calls = [call for found in finding.alternatives for call in (found.call, *(edit.call for edit in found.edits)) if call]
    assert {call.args["place"] for call in calls if call.skill == "goto"} == {"desk L1", "desk L2"}


def test_a_ride_that_no_lift_makes_is_refused(world: World) -> None:
    for args, sentence in (
        ({"lift": "kitchen", "to": "lift L2"}, "'kitchen' is no lift's cabin"),
        ({"lift": "lift L1", "to": "kitchen"}, "lift 'lift' does not go to 'kitchen'; it goes to 'lift L2'"),
        ({"lift": "lift L1", "to": "lift L1"}, "does not go to 'lift L1'"),
    ):
        verdict = judge(world, SkillCall(skill="take_lift", args=args))
        assert (1, "BAD_ARGUMENT") in found(verdict) and sentence in verdict.all_findings()[0].message


def test_the_wrong_cabin_is_on_the_wrong_level(world: World) -> None:
    assert found(judge(world, DOWN)) == [(1, "NEEDS_LIFT")]
    verdict = judge(world, UP, goto("kitchen"), UP)
    assert found(verdict) == [(3, "NEEDS_LIFT")]
    assert verdict.steps[2].findings[0].alternatives[0].call == DOWN


@pytest.mark.parametrize("footprint", [(), ((-0.45, -0.35), (0.45, -0.35), (0.45, 0.35), (-0.45, 0.35))])
def test_the_body_has_to_fit_in_the_cabin_with_its_doors_shut(tmp_path: Path, footprint: tuple[tuple[float, float], ...]) -> None:
    small = load_world(building(tmp_path / "b", storey("L1", dock=True, cabin=0.8), storey("L2", cabin=0.8)))
    body = Body(footprint=footprint, margin_m=0.02) if footprint else Body(radius_m=0.45, margin_m=0.02, tracking_m=0.01)
    assert (1, "GOAL_OCCUPIED") in found(judge(small, UP, body=body))
    large = load_world(building(tmp_path / "c", storey("L1", dock=True, cabin=2.0), storey("L2", cabin=2.0)))
    assert judge(large, UP, goto("desk L2"), body=body).ok


def test_a_cabin_that_is_long_enough_only_with_open_doors_is_refused(tmp_path: Path) -> None:
    """The pose stands right behind the door: with the door open there is room, with it shut there is not."""
    one, two = storey("L1", dock=True, cabin=1.6), storey("L2", cabin=1.6)
    (x, _), _ = two.doors["lift door"].segment
    near = {**two.places, "lift": Place(name="lift", kind="lift", pose=Pose(x + 0.3, 2.5))}
    world = load_world(building(tmp_path / "b", one, replace(two, places=near)))
    verdict = judge(world, UP)
    assert found(verdict) == [(1, "GOAL_OCCUPIED")]
    finding = verdict.all_findings()[0]
    assert finding.subject == "lift L2" and finding.available is not None and finding.available < 0.33


def test_a_locked_lift_door_leaves_no_ride(tmp_path: Path) -> None:
    one, two = storey("L1", dock=True), storey("L2")
    locked = replace(one, doors={"lift door": replace(one.doors["lift door"], state="locked")})
    assert (1, "DOOR_CLOSED") in found(judge(load_world(building(tmp_path / "b", locked, two)), UP))


def test_two_lifts_one_after_the_other(tmp_path: Path) -> None:
    second = Place(name="hoist", kind="lift", pose=Pose(2.0, 4.0))
    lifts = [
        {"name": "lift", "levels": ["L1", "L2"]},
        {"name": "hoist", "levels": ["L2", "L3"]},
    ]
    levels = (storey("L1", dock=True), storey("L2", second), storey("L3", second))
    world = load_world(building(tmp_path / "b", *levels, lifts=lifts))
    (finding,) = judge(world, goto("desk L3")).all_findings()
    edits = finding.alternatives[0].edits
    assert finding.code == "NEEDS_LIFT" and [edit.call.args["to"] for edit in edits if edit.call] == ["hoist L3", "lift L2"]
    apart = load_world(building(tmp_path / "c", *levels, lifts=lifts[:1]))
    (finding,) = judge(apart, goto("desk L3")).all_findings()
    assert finding.code == "NEEDS_LIFT" and finding.refuted and finding.alternatives == ()


def test_the_way_home_leads_over_the_lift(world: World) -> None:
    scope = Scope(
        plan=Plan(steps=()),
        world=world,
        state=RobotState(pose=start_pose(world), battery_wh=200.0),
        body=BODY,
        skills=library(world),
    )
    kitchen = world.places["kitchen"].pose
    assert kitchen is not None
    home = find_home(scope, kitchen, {})
    assert home is not None and home.dock == "charger" and home.time_s[1] >= 60.0 + 5.0
    verdict = judge(world, UP, goto("kitchen"))
    assert verdict.steps[1].return_wh is not None and verdict.steps[1].return_wh > BODY.reserve_wh
    back = home.time_s[1] * (BODY.idle_w + BODY.drive_w) / 3600.0
    needed = 200.0 - (verdict.steps[1].battery_wh or 0.0) + BODY.reserve_wh + back
    assert not judge(world, UP, goto("kitchen"), battery=needed - 0.05).ok, "the ride back is kept in the budget"
    assert judge(world, UP, goto("kitchen"), battery=needed + 0.05).ok


def test_a_drawn_distance_between_levels_proves_nothing(world: World) -> None:
    """Levels may be drawn far from each other; what a plan must take at least does not grow with that."""
    short = judge(world, UP, goto("kitchen"), DOWN, goto("charger"), battery=22.5)
    for finding in short.all_findings():
        assert not finding.detail.get("proved")


def test_every_leg_is_certified_on_its_level(world: World, tmp_path: Path) -> None:
    state = RobotState(pose=start_pose(world), battery_wh=BODY.battery_wh)
    plan = Plan(steps=(UP, goto("desk L2"), DOWN, SkillCall(skill="dock", args={}), goto("kitchen")))
    verdict, steps = examine(plan, world, state, BODY, library(world))
    made = certify(verdict, steps, world)
    assert set(made.map.files) == {"levels.json"} | {
        f"{level}/{file}" for level in ("L1", "L2") for file in ("map.yaml", "map.png", "places.geojson")
    }
    assert all(recheck_all(made, world))
    file = tmp_path / "certificates.json"
    file.write_text(json.dumps(made.to_json()))
    assert world.folder is not None
    results = check_certificate(file, world.folder)
    assert [result.confirmed for result in results] == [True] * 5, [result.reasons for result in results]
    assert [result.kind for result in results] == ["route"] * 4 + ["unreachable"]


def test_a_building_that_has_changed_since_is_not_confirmed(tmp_path: Path) -> None:
    folder = office(tmp_path / "office")
    world = load_world(folder)
    state = RobotState(pose=start_pose(world), battery_wh=BODY.battery_wh)
    verdict, steps = examine(Plan(steps=(UP,)), world, state, BODY, library(world))
    file = tmp_path / "certificates.json"
    file.write_text(json.dumps(certify(verdict, steps, world).to_json()))
    about = json.loads((folder / "levels.json").read_text())
    about["lifts"][0]["ride_s"] = [1, 2]
    (folder / "levels.json").write_text(json.dumps(about))
    (result,) = check_certificate(file, folder)
    assert not result.confirmed and "levels.json" in result.reasons[0]
