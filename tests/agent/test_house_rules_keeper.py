"""The keeper of house rules: what it sees on the way and between two looks, and what it remembers after a crash."""

from conftest import two_rooms
from test_house_rules import NO_RIGHT, rules

from agent.house_rules import RuleKeeper
from maps import Door, Pose, RobotState, find_route


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
