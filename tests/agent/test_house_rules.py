"""House rules while a mission runs: it is not begun, stopped, asked about, and remembers across a crash."""

from dataclasses import dataclass

from conftest import Stage, plan, two_rooms

from agent.house_rules import CHOICES, RuleKeeper
from agent.journal import read_journal
from agent.mission import run_mission
from agent.operator import Answer
from agent.store import MissionStore
from maps import Door, Pose, RobotState, find_route
from skills import Context, Plan, library, skill
from verifier.rules import parse_rules

HEAD = "surefoot: 1\nrules:\n"


def rules(text, world):
    return tuple(rule.on(world) for rule in parse_rules((HEAD + text).encode()))


@dataclass
class Ruled:
    """A stage whose runtime keeps rules."""

    stage: Stage
    rules: tuple
    answers: list
    asked: list

    def runtime(self):
        runtime = self.stage.runtime()
        clock = runtime.robot._clock
        runtime.keeper = RuleKeeper(self.rules, runtime.emit, clock.now)
        return runtime

    async def run(self):
        async def operator(request):
            self.asked.append(request)
            return Answer(text=self.answers.pop(0)) if self.answers else None

        return await run_mission(self.stage.folder, self.runtime(), operator)


def ruled(tmp_path, text, *plans, answers=(), skills=None, **more):
    world = two_rooms()
    record = {"instruction": "test", "map": "two rooms", "start": (0.8, 0.8, 0.0)}
    folder = MissionStore(tmp_path).create(record)
    stage = Stage(
        folder=folder, world=world, truth=more.pop("truth", world), script=list(plans), skills=skills or library(), **more
    )
    return Ruled(stage, rules(text, world), list(answers), [])


NO_RIGHT = "- {name: stay left, never: {at: right room}}\n"


async def test_a_plan_that_breaks_a_rule_is_refused_before_anything_moves(tmp_path):
    mission = ruled(tmp_path, NO_RIGHT, plan(("goto", {"place": "right room"})), repair_rounds=0)
    result = await mission.run()
    assert result.status == "failed" and "stay left" in result.summary
    assert not any(type == "dispatched" for type, _ in mission.stage.events)


async def test_a_mission_that_keeps_its_rules_writes_down_what_they_saw(tmp_path):
    text = "- {name: once, at_most: {times: 1, of: {crosses: door}}}\n- {name: visit, at_least_once: {at: right room}}\n"
    mission = ruled(
        tmp_path, text, plan(("goto", {"place": "right room"}), ("inspect", {"thing": "box", "question": "Is it red?"}))
    )
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    events = read_journal(mission.stage.folder.journal)
    seen = [event.data["seen"] for event in events if event.type == "rules"]
    assert any(len(record["rules"]["once"]["letters"]) == 2 for record in seen), "the door was crossed between two looks"
    again = RuleKeeper(mission.rules, lambda type, data: None, lambda: 0.0)
    again.replay(events)
    crossed, visited = again.rules()
    assert crossed.automaton.accepting & crossed.memory.states and not crossed.automaton.settled & crossed.memory.states
    assert visited.automaton.settled & visited.memory.states == visited.memory.states


async def test_what_was_seen_counts_when_the_rest_is_verified_again(tmp_path):
    text = "- {name: gauge first, before: {first: {inspects: gauge}, then: {at: right room}}}\n"
    steps = plan(("inspect", {"thing": "gauge", "question": "What does it read?"}), ("goto", {"place": "right room"}))
    result = await ruled(tmp_path, text, steps).run()
    assert result.status == "succeeded", result.summary


def wanderer():
    """A skill that drives by itself into the other room."""

    @skill(motion="inside", uncertain=True)
    async def wander(context: Context) -> None:
        """Drive somewhere."""
        from maps import goal_pose

        await context.drive_to(goal_pose(context.world, Pose(6.0, 2.0, 0.0)))

    return library().with_skills(wander)


async def test_a_drive_that_would_break_a_rule_is_not_begun_and_the_operator_is_asked(tmp_path):
    mission = ruled(tmp_path, NO_RIGHT, plan(("wander", {})), answers=["end"], skills=wanderer())
    result = await mission.run()
    assert result.status == "failed" and "stay left" in result.summary
    assert [request.kind for request in mission.asked] == ["rule"] and mission.asked[0].choices == CHOICES
    robot = await mission.stage.runtime().robot.state()
    assert robot.pose.x < 1.0, "it has not moved"


async def test_a_rule_that_is_set_aside_no_longer_stands_in_the_way(tmp_path):
    mission = ruled(tmp_path, NO_RIGHT, plan(("wander", {})), Plan(steps=()), answers=["set the rule aside"], skills=wanderer())
    await mission.run()
    assert [request.kind for request in mission.asked] == ["rule"]
    robot = await mission.stage.runtime().robot.state()
    assert robot.pose.x > 5.0
    again = RuleKeeper(mission.rules, lambda type, data: None, lambda: 0.0)
    again.replay(read_journal(mission.stage.folder.journal))
    assert again.rules() == (), "set aside for the rest of the mission, across a crash too"


async def test_nobody_to_ask_leaves_the_mission_waiting(tmp_path):
    result = await ruled(tmp_path, NO_RIGHT, plan(("wander", {})), skills=wanderer()).run()
    assert result.status == "waiting"


def keeper(text, world):
    told = []
    now = [0.0]
    made = RuleKeeper(rules(text, world), lambda type, data: told.append(data), lambda: now[0])
    return made, told, now


def at(x, y, **more):
    return RobotState(pose=Pose(x, y, 0.0), battery_wh=100.0, **more)


def test_a_broken_rule_is_kept_until_it_is_asked_about():
    world = two_rooms()
    made, told, _ = keeper(NO_RIGHT, world)
    body = two_bodies()
    made.see(world, body, at(2.0, 2.0), 0.0)
    assert made.request() is None
    made.see(world, body, at(5.0, 2.0), 0.0)
    request, findings = made.request()
    assert request.kind == "rule" and "stay left" in request.text and findings[0]["subject"] == "stay left"
    assert made.request() is None
    assert [data["broken"] for data in told if "broken" in data] == ["stay left"]


def test_a_warning_is_written_down_and_stops_nothing():
    world = two_rooms()
    made, told, _ = keeper("- {name: stay left, severity: warning, never: {at: right room}}\n", world)
    made.see(world, two_bodies(), at(5.0, 2.0), 0.0)
    assert made.request() is None and any("broken" in data for data in told)


def test_deadlines_run_in_robot_time_and_go_on_after_a_crash():
    world = two_rooms()
    text = "- {name: soon, after_within: {after: {carrying: box}, do: {at: right room}, within_s: 10}}\n"
    made, told, _ = keeper(text, world)
    body = two_bodies()
    made.see(world, body, at(2.0, 2.0), 0.0)
    made.see(world, body, at(2.0, 2.0, carrying=("box",)), 0.0)
    again, _, later = keeper(text, world)
    again.replay([event(data) for data in told])
    later[0] = 9.0
    again.see(world, body, at(2.0, 2.0, carrying=("box",)), 0.0)
    assert again.request() is None
    later[0] = 10.5
    again.see(world, body, at(2.0, 2.0, carrying=("box",)), 0.0)
    assert again.request() is not None


def event(data):
    from agent.events import Event

    return Event(seq=1, mission="m", type="rules", data=data, prev="0" * 64)


def test_speed_and_doors_are_watched():
    world = two_rooms()
    text = "- {name: slow, never: {speed_over: 0.5}}\n- {name: shut in, never: {crosses: {kind: door}}}\n"
    made, _, _ = keeper(text, world)
    body = two_bodies()
    assert isinstance(world.doors["door"], Door)
    made.see(world, body, at(3.8, 2.0), 0.4)
    assert made.breach is None
    made.see(world, body, at(4.2, 2.0), 0.4)
    assert made.breach.rule.name == "shut in"
    made.request()
    made.see(world, body, at(4.4, 2.0), 0.6)
    assert made.breach.rule.name == "slow"


def test_nothing_on_the_way_between_two_looks_is_missed():
    from maps import goal_pose
    from verifier.rules.watch import Way

    world, body = two_rooms(), two_bodies()
    text = "- {name: few, at_most: {times: 1, of: {crosses: door}}}\n- {name: stay left, never: {at: right room}}\n"
    there = find_route(world, body, Pose(1.0, 2.0, 0.0), goal_pose(world, Pose(7.0, 2.0, 0.0)))
    back = find_route(world, body, Pose(7.0, 2.0, 0.0), goal_pose(world, Pose(1.0, 2.0, 0.0)))
    made, told, _ = keeper(text, world)
    made.see(world, body, at(1.0, 2.0), 0.0)
    made.see(world, body, at(1.5, 2.0), 0.9, Way(there, 0.0, 0.5, 1.0))
    assert made.breach is None
    made.see(world, body, at(7.0, 2.0), 0.9, Way(there, 0.5, 6.0, 6.0))
    assert made.breach.rule.name == "stay left"
    assert abs(made.breach.where[0] - 4.05) < 0.1, "where on the way it broke, not where the robot is by now"
    made.see(world, body, at(1.0, 2.0), 0.9, Way(back, 0.0, 6.0, 7.0))
    assert [data["broken"] for data in told if "broken" in data] == ["stay left", "few"]
    again, _, _ = keeper(text, world)
    again.replay([event(data) for data in told])
    assert [rule.memory.states for rule in again.rules()] == [rule.memory.states for rule in made.rules()]


def test_a_deadline_counts_to_where_on_the_way_the_answer_is():
    from maps import goal_pose
    from verifier.rules.watch import Way

    world, body = two_rooms(), two_bodies()
    text = "- {name: soon, after_within: {after: {carrying: box}, do: {at: right room}, within_s: %g}}\n"
    there = find_route(world, body, Pose(1.0, 2.0, 0.0), goal_pose(world, Pose(7.0, 2.0, 0.0)))
    for within, broken in ((4.0, False), (2.0, True)):
        made, _, now = keeper(text % within, world)
        made.see(world, body, at(1.0, 2.0, carrying=("box",)), 0.0)
        now[0] = 6.0
        made.see(world, body, at(7.0, 2.0, carrying=("box",)), 1.0, Way(there, 0.0, 6.0, 6.0))
        assert (made.breach is not None) is broken


async def test_a_drive_that_went_on_while_nobody_looked_is_seen_once():
    from agent.house_rules import WatchedRobot
    from maps import goal_pose
    from skills.robots import SimulatedRobot, VirtualClock

    world, body = two_rooms(), two_bodies()
    clock = VirtualClock()
    robot = SimulatedRobot(world, state_file=None, body=body, start=Pose(1.0, 2.0, 0.0), clock=clock)
    route = find_route(world, body, Pose(1.0, 2.0, 0.0), goal_pose(world, Pose(7.0, 2.0, 0.0)))
    text = "- {name: few, at_most: {times: 1, of: {crosses: door}}}\n- {name: visit, at_least_once: {at: right room}}\n"
    told = []
    first = RuleKeeper(rules(text, world), lambda type, data: told.append(data), clock.now)
    first.begin_step(1, "m/1.1.1", route)
    watched = WatchedRobot(robot, first, lambda: world)
    await watched.drive("m/1.1.1/1", route)
    for _ in range(25):
        await robot.wait(0.2)
        await watched.report("m/1.1.1/1")
    assert (await robot.state()).pose.x > 4.5, "the door is behind it when the process dies"
    await robot.wait(10.0)
    second = RuleKeeper(rules(text, world), lambda type, data: None, clock.now)
    second.replay([event(data) for data in told])
    second.begin_step(1, "m/1.1.1", route)
    report = await WatchedRobot(robot, second, lambda: world).report("m/1.1.1/1")
    assert report.status == "succeeded"
    few, visit = second.rules()
    assert second.breach is None, "the door counts once"
    assert visit.memory.states & visit.automaton.settled
    assert few.memory.states & few.automaton.accepting


def two_bodies():
    from maps import Body

    return Body()


WARNS = "- {name: stay left, severity: warning, why: it is wet, never: {at: right room}}\n"


async def test_a_rule_that_only_warns_is_told_and_stops_nothing(tmp_path):
    there, back = ("goto", {"place": "right room"}), ("goto", {"place": "dock"})
    mission = ruled(tmp_path, WARNS, plan(there, back))
    result = await mission.run()
    assert result.status == "succeeded" and not mission.asked
    (told,) = mission.stage.of("rule_broken")
    assert (told["broken"], told["severity"], told["ahead"]) == ("stay left", "warning", False)
    assert "stay left" in told["sentence"] and "it is wet" in told["sentence"] and told["where"][0] > 3.5
    types = [type for type, _ in mission.stage.events]
    assert types.index("rule_broken") < types.index("observed"), "it is told when it happens"
    assert result.summary == "Done: 2 of 2 steps succeeded. A house rule was broken: stay left."
    report = mission.stage.folder.read_document("report.json")
    assert [(each["rule"], each["severity"]) for each in report["broken_rules"]] == [("stay left", "warning")]
    again = RuleKeeper(mission.rules, lambda type, data: None, lambda: 0.0)
    again.replay(read_journal(mission.stage.folder.journal))
    assert again.broken == report["broken_rules"], "a mission that is taken up again still knows"


async def test_a_rule_that_would_be_broken_and_was_not_is_not_reported_as_broken(tmp_path):
    mission = ruled(tmp_path, NO_RIGHT, plan(("wander", {})), answers=["end"], skills=wanderer())
    result = await mission.run()
    assert mission.stage.of("rule_broken")[0]["ahead"] and "was broken" not in result.summary
    assert mission.stage.folder.read_document("report.json")["broken_rules"] == []


def test_a_note_is_told_and_kept_out_of_the_summary():
    from agent.reporting import final_report

    broken = [
        {"rule": name, "severity": severity, "sentence": "", "where": None} for name, severity in (("a", "note"), ("b", "error"))
    ]
    assert final_report("succeeded", "", [], broken=broken[:1])["summary"] == "Done: 0 of 0 steps succeeded."
    report = final_report("succeeded", "", [], broken=[*broken, {**broken[1], "rule": "c"}])
    assert report["summary"].endswith("House rules were broken: b, c.") and len(report["broken_rules"]) == 3


def test_a_broken_rule_and_a_limit_are_shown_as_they_happen(capsys):
    from rich.console import Console

    from agent.cli.progress import ProgressView

    view = ProgressView(Console(width=200))
    view.watch("rule_broken", {"severity": "warning", "sentence": "House rule 'dry [wet]' is broken."})
    view.watch("limit", {"finding": {"message": "the mission has taken 21 s, the limit is 20 s."}})
    assert (
        capsys.readouterr().out
        == "house rule House rule 'dry [wet]' is broken.\nlimit the mission has taken 21 s, the limit is 20 s.\n"
    )
