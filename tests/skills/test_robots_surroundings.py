"""A simulated robot and what is around it: what it senses, what its acts change there, and why they fail."""

import numpy as np
import pytest
from gated_hall import DOCK, DOOR, FRAME, cells, ended, known, robot, route, truth

from maps import Body, CellsChange, DoorChange, FeatureChange, Pose, World, distance
from skills.robots import ActionRejected


async def test_a_shut_gate_that_the_map_shows_open_stops_the_drive() -> None:
    made = robot(really=truth(gate="closed"))
    await made.drive("a", route((2, 5), (15, 5)))
    report = await ended(made, "a")
    assert (report.status, report.code, report.value) == ("failed", "DOOR_CLOSED", {"door": "gate"})
    state = await made.state()
    assert 10.025 - Body().radius_m - 0.4 < state.pose.x < 10.025 - Body().needed_clearance_m
    assert state.doors == {"gate": "closed"}
    assert (await made.changes(0))[1] == (DoorChange(door="gate", state="closed"),)


async def test_it_senses_what_is_beyond_the_gate_and_stops_before_a_crate() -> None:
    made = robot(really=truth(crate=True))
    await made.drive("a", route((2, 5), (18, 5)))
    report = await ended(made, "a")
    assert (report.status, report.code) == ("failed", "PATH_BLOCKED")
    x = (await made.state()).pose.x
    assert 15.0 - 0.6 < x < 15.0 - Body().needed_clearance_m
    number, changes = await made.changes(0)
    assert number == len(changes)
    world = known().apply(*changes)
    assert "cup" in world.things and world.things["cup"].state == "full"
    assert world.cells[100, 301] == -1 and world.cells[100, 300] == 100 and world.cells[100, 290] == 0
    told = [cell for change in changes if isinstance(change, CellsChange) for cell in change.cells]
    assert len(told) == len(set(told)), "a cell is told once"
    rows, columns = np.array(told).T
    assert (world.cells[rows, columns] == truth(crate=True).cells[rows, columns]).all()
    assert (await made.changes(number)) == (number, ())
    assert (await made.changes(3))[1] == changes[3:]


async def test_it_does_not_see_through_walls_or_shut_gates() -> None:
    made = robot(really=truth(gate="closed"), start=Pose(9.4, 5, 0))
    assert not any(isinstance(change, CellsChange) for change in (await made.changes(0))[1])
    await made.act("o", "open_door", "gate")
    await ended(made, "o")
    seen = [change for change in (await made.changes(0))[1] if isinstance(change, CellsChange)]
    assert seen
    beyond = np.array([cell for change in seen for cell in change.cells])
    assert (np.abs(beyond[:, 0] - 100) < 100).all() and beyond[:, 1].min() >= 210


async def test_a_thing_that_is_gone_is_missed() -> None:
    gone = World.build("truth", FRAME, cells(), places=[DOCK], doors=[DOOR])
    made = robot(really=gone)
    assert (await made.changes(0))[1] == (FeatureChange(type="thing", name="box", feature=None),)


async def test_a_look_shows_what_is_in_view_as_it_is() -> None:
    made = robot(start=Pose(11.0, 5, 0))
    view = await made.look()
    assert [thing.name for thing in view.things] == ["cup"]
    assert view.things[0].state == "full" and view.at == (11.0, 5.0)
    assert (await made.look("box")).things == ()


async def test_a_gate_opens_unless_it_is_locked_or_out_of_reach() -> None:
    near = Pose(9.4, 5, 0)
    made = robot(really=truth(gate="closed"), start=near)
    await made.act("o", "open_door", "gate")
    assert (await ended(made, "o")).status == "succeeded"
    assert (await made.state()).doors == {"gate": "open"}
    await made.act("c", "close_door", "gate")
    assert (await ended(made, "c")).status == "succeeded"
    assert (await made.state()).doors == {"gate": "closed"}
    locked = robot(really=truth(gate="locked"), start=near)
    await locked.act("o", "open_door", "gate")
    assert (await ended(locked, "o")).code == "DOOR_LOCKED"
    far = robot(really=truth(gate="closed"))
    await far.act("o", "open_door", "gate")
    assert (await ended(far, "o")).code == "OUT_OF_REACH"
    await far.act("n", "open_door", "no such gate")
    assert (await ended(far, "n")).code == "UNKNOWN_NAME"


async def test_picking_carrying_and_putting_down() -> None:
    made = robot(start=Pose(3, 5, 0))
    await made.act("p", "pick", "box")
    assert (await made.report("p")).status == "running" and (await made.state()).carrying == ()
    assert (await ended(made, "p")).status == "succeeded"
    assert (await made.state()).carrying == ("box",)
    await made.drive("d", route((3, 5), (6, 5)))
    await ended(made, "d")
    await made.act("q", "place", "dock")
    assert (await ended(made, "q")).status == "succeeded"
    assert (await made.state()).carrying == ()
    [change] = [change for change in (await made.changes(0))[1] if isinstance(change, FeatureChange)]
    assert change.feature is not None and change.feature.place == "dock"
    assert distance(change.feature.position, (6, 5)) <= Body().reach_m


async def test_acts_fail_with_their_codes() -> None:
    made = robot()
    for action, verb, target, code in [
        ("1", "pick", "box", "OUT_OF_REACH"),
        ("2", "pick", "unheard-of", "OUT_OF_REACH"),
        ("3", "place", "dock", "PRECONDITION"),
    ]:
        await made.act(action, verb, target)
        assert (await ended(made, action)).code == code
    weak = robot(start=Pose(3, 5, 0), body=Body(payload_kg=0.5))
    await weak.act("p", "pick", "box")
    assert (await ended(weak, "p")).code == "TOO_HEAVY"
    handless = robot(start=Pose(3, 5, 0), body=Body(gripper_capacity=0))
    await handless.act("p", "pick", "box")
    assert (await ended(handless, "p")).code == "GRIPPER_FULL"
    with pytest.raises(ActionRejected, match="cannot 'dance'"):
        await made.act("x", "dance", "box")  # type: ignore[arg-type]


async def test_an_act_that_is_stopped_has_no_effect() -> None:
    made = robot(start=Pose(3, 5, 0))
    await made.act("p", "pick", "box")
    await made.wait(2.0)
    await made.stop()
    await made.wait(20.0)
    assert (await made.report("p")).status == "cancelled"
    assert (await made.state()).carrying == ()
