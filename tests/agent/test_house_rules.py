"""House rules while a mission runs: it is not begun, stopped, asked about, and remembers across a crash."""

from dataclasses import dataclass

from conftest import Stage, plan, two_rooms

from agent.house_rules import CHOICES, RuleKeeper
from agent.journal import read_journal
from agent.mission import run_mission
from agent.operator import Answer
from agent.store import MissionStore
from maps import Pose
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
