"""A mission's limits while it runs: what is measured, where it stops, and that nothing is counted twice when it goes on."""

import json

import pytest
from conftest import Stage, plan
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.events import Event
from agent.journal import read_journal
from agent.meter import Meter
from maps import Pose, goal_pose
from skills import ActionReport, Context, Plan, SkillCall, library, skill
from verifier import Limits, Taken

THERE = ("goto", {"place": "right room"})
BACK = ("goto", {"place": "dock"})


@skill(motion="inside", uncertain=True, takes=(0.0, 1800.0), timeout=1800.0)
async def wander(context: Context, stubborn: bool = False) -> str:
    """Drive to and fro, for ever unless stopped.

    Args:
        stubborn: Whether it takes no failure for an answer.
    """
    while True:
        for x in (1.0, 3.0):
            try:
                await context.drive_to(goal_pose(context.world, Pose(x, 2.0, 0.0)))
            except Exception:
                if not stubborn:
                    raise


@skill(takes=(0.0, 1800.0), timeout=1800.0, uncertain=True)
async def linger(context: Context) -> None:
    """Wait for long."""
    await context.wait(1000.0)


class Limited(Stage):
    """A stage whose mission has limits."""

    limits = Limits()

    def runtime(self):
        runtime = super().runtime()
        runtime.meter = Meter(self.limits, runtime.emit)
        return runtime


@pytest.fixture
def limited(stage):
    def make(script, limits, **options):
        made = stage(script, **options)
        made.__class__ = Limited
        made.limits = limits
        return made

    return make


SKILLS = library().with_skills(wander, linger)


def driven(mission: Stage) -> float:
    """Metres that the robot says it has driven, over all actions."""
    robot = mission.runtime().robot
    return sum(record.driven_m for record in robot._file.actions.values())


@pytest.mark.parametrize("stubborn", [False, True])
@pytest.mark.parametrize(
    ("limits", "code", "unit"),
    [(Limits(distance_m=9.0), "DISTANCE", "m"), (Limits(time_s=30.0), "TIME", "s"), (Limits(energy_wh=0.5), "ENERGY", "Wh")],
)
async def test_a_limit_that_is_met_on_the_way_stops_robot_and_mission(limited, limits, code, unit, stubborn):
    mission = limited([plan(("wander", {"stubborn": stubborn}))], limits, skills=SKILLS)
    result = await mission.run()
    assert result.status == "failed" and result.summary.startswith("Stopped at a limit of the mission. Step 1 wander(")
    (told,) = mission.of("limit")
    finding, (most,) = told["finding"], limits.given().values()
    assert (finding["code"], finding["available"], finding["unit"], finding["severity"]) == (code, most, unit, "error")
    assert most < finding["needed"] < most * 1.2
    assert f"{unit}, the limit is" in finding["message"]
    assert mission.done == [("wander", "cancelled")] and mission.of("observed")[0]["outcome"]["code"] == code
    types = [type for type, _ in mission.events]
    assert types[-1] == "finished" and types.index("limit") < types.index("observed")
    robot = mission.runtime().robot
    assert robot._reckoning.driving is None and all(record.status != "running" for record in robot._file.actions.values())
    report = json.loads((mission.folder.path / "report.json").read_text())
    assert report["limits"][code.lower()]["limit"] == most and report["steps"][0]["status"] == "cancelled"
    if code == "DISTANCE":
        body = robot.body
        assert driven(mission) <= most + body.max_speed * 0.2 + body.max_speed**2 / (2 * body.max_acceleration) + 0.01


async def test_time_that_passes_without_an_action_counts(limited):
    mission = limited([plan(("linger", {}))], Limits(time_s=20.0), skills=SKILLS)
    result = await mission.run()
    assert result.status == "failed" and mission.of("limit")[0]["finding"]["needed"] == pytest.approx(21.0)


async def test_a_plan_that_may_go_over_is_refused_before_anything_moves(limited):
    mission = limited([plan(THERE, BACK)], Limits(distance_m=9.0), repair_rounds=0)
    result = await mission.run()
    assert result.status == "failed" and "the plan up to here may drive up to" in result.summary
    assert not mission.of("dispatched") and not mission.of("limit")


async def test_what_was_taken_counts_for_the_plans_that_follow(limited):
    script = [plan(THERE, ("search", {"what": "unicorn"})), plan(BACK), plan(BACK)]
    whole = limited([*script[:1], Plan(steps=())], Limits(distance_m=1000.0), repair_rounds=0)
    await whole.run()
    taken = Taken(**whole.of("spent")[-1]["taken"])
    assert taken.steps == 2 and taken.distance_m == pytest.approx(driven(whole)) and 0 < taken.time_s and taken.energy_wh == 0.0
    short = limited(script, Limits(distance_m=taken.distance_m + 0.05), repair_rounds=0)
    result = await short.run()
    assert result.status == "failed"
    finding = short.of("limit")[-1]["finding"]
    assert finding["code"] == "DISTANCE" and finding["detail"]["taken"] == pytest.approx(taken.distance_m, abs=1e-3)
    assert "m before it, the limit is" in finding["message"] and len(short.done) == 2
    enough = limited([*script[:1], plan(BACK), Plan(steps=())], Limits(distance_m=taken.distance_m + 20.0), repair_rounds=0)
    assert (await enough.run()).status == "succeeded"


async def test_steps_are_counted_over_all_plans(limited):
    script = [plan(("search", {"what": "unicorn"})), plan(("search", {"what": "yeti"})), plan(("search", {"what": "elf"}))]
    mission = limited(script, Limits(steps=2), repair_rounds=0)
    result = await mission.run()
    assert result.status == "failed" and len(mission.done) == 2
    assert "this is step 3 of the mission, the limit is 2 steps" in mission.of("limit")[0]["finding"]["message"]


async def test_a_mission_within_its_limits_ends_as_without_them(limited, stage):
    limits = Limits(time_s=100.0, distance_m=100.0, energy_wh=10.0, steps=2)
    mission, free = limited([plan(THERE, BACK)], limits), stage([plan(THERE, BACK)])
    first, second = await mission.run(), await free.run()
    assert (first.status, first.summary, mission.done) == (second.status, second.summary, free.done) and not mission.of("limit")
    report = json.loads((mission.folder.path / "report.json").read_text())
    assert set(report["limits"]) == {"time", "distance", "energy", "steps"} and report["limits"]["steps"]["taken"] == 2
    verdict = mission.of("verified")[0]["verdict"]["totals"]
    assert (
        0 < report["limits"]["time"]["taken"] <= verdict["time_s"][1]
        and report["limits"]["distance"]["taken"] <= verdict["distance_m"] + 1e-6
    )
    assert verdict["energy_wh"][0] * 0.5 <= report["limits"]["energy"]["taken"] <= verdict["energy_wh"][1]
    assert "limits" not in json.loads((free.folder.path / "report.json").read_text())


@pytest.mark.parametrize("after", [1, 4, 9, 15])
async def test_nothing_is_counted_twice_when_a_held_mission_goes_on(limited, after):
    from agent.mission import Control, resume_mission, run_mission

    mission, control, seen = limited([plan(THERE, BACK)], Limits(distance_m=1000.0, time_s=1000.0)), Control(), []

    def hold(type: str) -> None:
        seen.append(type)
        if seen.count("progress") == after:
            control.give("hold")

    mission.on_event = hold
    result = await run_mission(mission.folder, mission.runtime(), mission.operator, control)
    mission.on_event = lambda type: None
    if result.status == "held":
        result = await resume_mission(mission.folder, mission.runtime(), mission.operator)
    assert result.status == "succeeded"
    taken = mission.of("spent")[-1]["taken"]
    assert taken["distance_m"] == pytest.approx(driven(mission)) and taken["steps"] == 2


@pytest.mark.parametrize("moment", ["dispatched", "skill_begun", "spent", "observed", "limit"])
async def test_nothing_is_counted_twice_after_a_crash(limited, moment):
    mission = limited([plan(THERE, BACK, ("wander", {}))], Limits(distance_m=25.0), skills=SKILLS)
    crashed = []

    def crash(type: str) -> None:
        if type == moment and len(crashed) < 2:
            crashed.append(type)
            raise MemoryError

    mission.on_event = crash
    result = None
    for _ in range(3):
        try:
            result = await (mission.resume() if crashed else mission.run())
            break
        except MemoryError:
            continue
    assert crashed and result is not None and result.status == "failed" and "limit" in result.summary
    taken = mission.of("spent")[-1]["taken"]
    assert taken["distance_m"] == pytest.approx(driven(mission), abs=1e-6)
    assert 25.0 < taken["distance_m"] < 26.5 and taken["steps"] in (2, 3)
    read_journal(mission.folder.journal)


@given(
    parts=st.lists(st.tuples(st.integers(1, 3), st.floats(0, 5), st.floats(0, 5), st.booleans()), max_size=20),
    cut=st.integers(0, 20),
)
@settings(max_examples=60, deadline=None)
def test_the_journal_brings_back_what_was_taken(parts, cut):
    """Reports of growing actions, with the meter thrown away and brought back in the middle."""
    lines: list[Event] = []

    def emit(type, data):
        lines.append(Event(seq=len(lines) + 1, mission="m", type=type, data=json.loads(json.dumps(data)), prev=""))

    def fresh():
        made = Meter(Limits(distance_m=1e9), emit)
        made.replay(lines)
        made.begin_step("m/1.1.1", 1, SkillCall(skill="goto"), None)
        return made

    meter, done = fresh(), {}
    for index, (number, metres, seconds, noted) in enumerate(parts):
        before = done.get(number, (0.0, 0.0))
        done[number] = (before[0] + metres, before[1] + seconds)
        meter.took(ActionReport(action=f"m/1.1.1/{number}", status="running", driven_m=done[number][0], seconds=done[number][1]))
        if noted:
            meter.note()
        if index == cut:
            meter = fresh()
    for number, (metres, seconds) in done.items():  # the robot still knows of all of them
        meter.took(ActionReport(action=f"m/1.1.1/{number}", status="succeeded", driven_m=metres, seconds=seconds))
    assert meter.taken.distance_m == pytest.approx(sum(metres for metres, _ in done.values()))
    assert meter.taken.time_s == pytest.approx(sum(seconds for _, seconds in done.values()))
    meter.end_step(done=True)
    meter.end_step(done=True)
    assert meter.taken.steps == 1


def test_charging_gives_no_energy_back():
    meter = Meter(Limits(energy_wh=1.0), lambda type, data: None)
    meter.begin_step("m/1.1.1", 1, SkillCall(skill="dock"), 100.0)
    for charge in (99.5, 150.0, 149.8):
        meter.drained(charge)
    assert meter.taken.energy_wh == pytest.approx(0.7) and meter.check() is None
    meter.drained(149.0)
    assert meter.check() is not None and meter.check().code == "ENERGY"


def test_the_command_line_gives_a_mission_its_limits(surefoot, tmp_path):
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"steps": [{"skill": "search", "args": {"what": "unicorn"}}]}))
    run = ("run", "look", "--map", "home", "--plan", file, "--approve", "off", "--rate", "5000", "--json")
    code, out, _ = surefoot(*run, "--max-distance", "6")
    data = json.loads(out)
    assert code == 1 and data["status"] == "failed" and data["limits"]["distance"]["limit"] == 6.0
    assert data["summary"].startswith("Stopped at a limit of the mission.") and "the limit is 6.00 m" in data["summary"]
    code, out, err = surefoot(*run, "--max-energy", "-1")
    assert code == 2 and "--max-energy" in json.loads(out)["error"] and err


async def test_a_robot_that_does_not_answer_at_a_limit_is_not_said_to_stand_still():
    from agent.meter import stopped_at
    from skills import RobotUnreachable

    class Deaf:
        async def stop(self):
            raise RobotUnreachable("no answer")

    meter = Meter(Limits(time_s=1.0), lambda type, data: None)
    meter.begin_step("m/1.1.1", 1, SkillCall(skill="goto"), None)
    meter.waited(2.0)
    outcome = await stopped_at(meter.check(), meter, Deaf(), {"driven_m": 1.0})
    assert (outcome.status, outcome.evidence) == ("uncertain", {"driven_m": 1.0}) and "may still move: no answer" in outcome.message
