"""Change: after any changes of the map the verdict is, to the last digit, that of a verification from nothing."""

import sys

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

import maps.evidence
import maps.routing
from maps import Body, CellsChange, Door, DoorChange, FeatureChange, GridFrame, Place, Pose, RobotState, Thing, World
from skills import Plan, library
from verifier import examine, verify
from verifier.budget import TIMES
from verifier.routes import ROUTES
from verifier.standing import STANDING
from verifier.verify import VERDICTS

SIDE = 48
FRAME = GridFrame(0.1, Pose(2.0, -1.0, 0.2), SIDE, SIDE)
BODY = Body(radius_m=0.14, margin_m=0.05, reach_m=0.5)
LIBRARY = library()


def at(row: int, col: int) -> tuple[float, float]:
    return FRAME.centre(row, col)


def forget() -> None:
    """Begin from nothing."""
    import verifier.routes

    for memory in (VERDICTS, STANDING, ROUTES, TIMES, verifier.routes._GOALS, verifier.routes._STANDING_GOALS):
        memory.clear()
    maps.routing._ROUTES.clear()
    maps.routing._STANDING.clear()


def from_nothing(plan: Plan, world: World, state: RobotState) -> dict[str, object]:
    forget()
    parts = (world.places.values(), world.things.values(), world.doors.values(), world.zones.values())
    fresh = World.build(world.name, world.frame, world.cells, *parts)
    assert fresh.revision == world.revision
    return verify(plan, fresh, state, BODY, LIBRARY).to_json()


def site(dice: np.random.Generator) -> World:
    """Three rooms in a row, walls with two doorways each, some with doors; a dock, places, a cup and clutter."""
    cells = np.zeros((SIDE, SIDE), dtype=np.int8)
    doors = []
    for wall in (16, 32):
        cells[wall] = 100
        for gap in (6, 32):
            cells[wall, gap : gap + 7] = 0
            if dice.random() < 0.7:
                state = "open" if dice.random() < 0.7 else "closed"
                doors.append(Door(name=f"door {len(doors)}", segment=(at(wall, gap), at(wall, gap + 6)), state=state))
    for _ in range(int(dice.integers(0, 6))):
        row, col = dice.integers(0, SIDE - 3, 2).tolist()
        cells[row : row + 2, col : col + 2] = dice.choice([100, -1])
    places = [
        Place(name="dock", kind="dock", pose=Pose(*at(8, 40), 0.0)),
        Place(name="room", outline=(at(20, 4), at(20, 14), at(28, 14), at(28, 4))),
        Place(name="far", pose=Pose(*at(40, 10), 1.0)),
    ]
    things = [Thing(name="cup", position=at(42, 40))]
    return World.build("site", FRAME, cells, places=places, things=things, doors=doors)


CALLS = [
    {"skill": "goto", "args": {"place": "room"}},
    {"skill": "goto", "args": {"place": "far"}},
    {"skill": "goto", "args": {"place": "dock"}},
    {"skill": "pick", "args": {"thing": "cup"}},
    {"skill": "open_door", "args": {"door": "door 0"}},
    {"skill": "inspect", "args": {"thing": "cup"}},
    {"skill": "dock", "args": {}},
]


@st.composite
def changes(draw, world):
    kind = draw(st.integers(0, 5))
    if kind == 0 and world.doors:
        name = draw(st.sampled_from(sorted(world.doors)))
        return DoorChange(door=name, state=draw(st.sampled_from(["open", "closed", "locked"])))
    if kind == 1:
        return FeatureChange(type="thing", name="cup", feature=Thing(name="cup", position=at(42, draw(st.integers(30, 44)))))
    row, col, span = draw(st.integers(0, SIDE - 4)), draw(st.integers(0, SIDE - 4)), draw(st.integers(1, 4))
    box = tuple((r, c) for r in range(row, row + span) for c in range(col, col + span))
    return CellsChange(cells=box, values=(draw(st.sampled_from([100, 100, 0])),) * len(box))


@pytest.mark.parametrize("block", [4, 16])
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_verdict_after_changes_is_that_of_a_verification_from_nothing(block, data):
    world = site(np.random.default_rng(data.draw(st.integers(0, 2**32 - 1))))
    plan = Plan.model_validate({"steps": data.draw(st.lists(st.sampled_from(CALLS), min_size=1, max_size=4))})
    state = RobotState(pose=Pose(*at(*data.draw(st.sampled_from([(8, 40), (8, 8), (24, 24)])))), battery_wh=500.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maps.evidence, "BLOCK", block)
        forget()
        worlds, found = [world], []
        for _ in range(data.draw(st.integers(1, 4))):
            worlds.append(worlds[-1].apply(data.draw(changes(worlds[-1]))))
        for known in worlds:
            kept = len(VERDICTS)
            verdict, steps = examine(plan, known, state, BODY, LIBRARY)
            event(f"judged {min(len(VERDICTS) - kept, 1)}")
            assert all(step.scope.map.revision == known.revision for step in steps)
            assert {step.leg.result.revision for step in steps if step.leg and hasattr(step.leg.result, "revision")} <= {
                known.revision
            }
            found.append((verdict.to_json(), [step.route for step in verdict.steps]))
        for known, (verdict, _) in zip(worlds, found, strict=True):
            assert verdict == from_nothing(plan, known, state)


def hall(*doors: Door) -> World:
    places = [Place(name="far", pose=Pose(*at(24, 44), 0.0)), Place(name="dock", kind="dock", pose=Pose(*at(4, 4), 0.0))]
    cells = np.zeros((SIDE, SIDE), dtype=np.int8)
    cells[27, 22] = 100  # near the way, so that its clearance is not measured to what comes far away
    return World.build("hall", FRAME, cells, places=places, doors=doors)


GOTO = Plan.model_validate({"steps": [{"skill": "goto", "args": {"place": "far"}}]})
STATE = RobotState(pose=Pose(*at(24, 4)), battery_wh=500.0)


@pytest.fixture
def walks(monkeypatch):
    """How often a plan is walked through, and how often a route is searched."""
    module = sys.modules["verifier.verify"]
    count = {"walks": 0, "searches": 0}
    walk, find = module._walk, maps.routing._find

    def walked(*asked):
        count["walks"] += 1
        return walk(*asked)

    def searched(*asked):
        count["searches"] += 1
        return find(*asked)

    monkeypatch.setattr(maps.evidence, "BLOCK", 4)
    monkeypatch.setattr(module, "_walk", walked)
    monkeypatch.setattr(maps.routing, "_find", searched)
    forget()
    return count


def box(row: int, col: int, value: int = 100) -> CellsChange:
    return CellsChange(cells=((row, col), (row, col + 1)), values=(value, value))


def test_a_box_aside_costs_neither_a_walk_nor_a_search(walks):
    world = hall()
    first = verify(GOTO, world, STATE, BODY, LIBRARY)
    begun = dict(walks)
    aside = world.apply(box(46, 20))
    again = verify(GOTO, aside, STATE, BODY, LIBRARY)
    assert walks == begun
    assert again.ok and again.revision == aside.revision != first.revision
    assert again.plan_digest != first.plan_digest
    assert again.steps[0].route is not None and again.steps[0].route.revision == aside.revision


def test_a_box_on_the_way_is_searched_round_and_once_it_is_gone_nothing_is(walks):
    world = hall()
    first = verify(GOTO, world, STATE, BODY, LIBRARY)
    begun = dict(walks)
    across = world.apply(box(24, 24), box(46, 20))
    longer = verify(GOTO, across, STATE, BODY, LIBRARY)
    assert longer.totals.distance_m > first.totals.distance_m
    assert walks["walks"] == begun["walks"] + 1 and walks["searches"] == begun["searches"] + 1
    gone = across.apply(box(24, 24, 0))
    back = verify(GOTO, gone, STATE, BODY, LIBRARY)
    assert back.totals == first.totals
    assert walks["walks"] == begun["walks"] + 1 and walks["searches"] == begun["searches"] + 1


def test_a_door_that_was_looked_at_or_stands_in_the_way_is_judged_anew(walks):
    aside = Door(name="side", segment=(at(44, 20), at(44, 24)))
    across = Door(name="front", segment=(at(16, 24), at(32, 24)))
    world = hall(aside, across)
    verify(GOTO, world, STATE, BODY, LIBRARY)
    begun = walks["walks"]
    assert verify(GOTO, world.apply(DoorChange(door="side", state="closed")), STATE, BODY, LIBRARY).ok
    assert walks["walks"] == begun
    shut = verify(GOTO, world.apply(DoorChange(door="front", state="closed")), STATE, BODY, LIBRARY)
    assert shut.totals.distance_m > 4.5
    assert walks["walks"] == begun + 1
    named = Plan.model_validate({"steps": [{"skill": "open_door", "args": {"door": "side"}}]})
    open_now = verify(named, world, STATE, BODY, LIBRARY)
    begun = walks["walks"]
    closed = verify(named, world.apply(DoorChange(door="side", state="closed")), STATE, BODY, LIBRARY)
    assert walks["walks"] == begun + 1
    assert closed.plan_digest != open_now.plan_digest


@pytest.mark.parametrize("value", [0, 100], ids=["goes", "comes"])
def test_a_box_in_the_room_that_is_driven_to_may_change_where_it_is_entered(value, monkeypatch):
    """Where there is most room decides where a route ends, and a box far from the route decides where there is most room."""
    monkeypatch.setattr(maps.evidence, "BLOCK", 4)
    frame = GridFrame(0.1, Pose(0.0, 0.0), 120, 120)
    room = Place(name="room", outline=((1.0, 1.0), (11.0, 1.0), (11.0, 11.0), (1.0, 11.0)))
    empty = World.build("hall", frame, np.zeros(frame.shape, dtype=np.int8), places=[room])
    boxed = empty.apply(box(60, 60), box(61, 60))
    before, after = (boxed, empty) if value == 0 else (empty, boxed)
    plan = Plan.model_validate({"steps": [{"skill": "goto", "args": {"place": "room"}}]})
    state = RobotState(pose=Pose(0.4, 6.0), battery_wh=500.0)
    forget()
    ends = []
    for known in (before, after):
        verdict = verify(plan, known, state, BODY, LIBRARY)
        ends.append(verdict.steps[0].route.end.point)
    assert ends[0] != ends[1]
    assert verdict.to_json() == from_nothing(plan, after, state)
