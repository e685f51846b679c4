"""Soon: a verdict with mended routes says what one from nothing says, but for lengths; and once settled it is that one."""

import sys
from contextlib import contextmanager

import numpy as np
import pytest
from certificate_worlds import checked
from hypothesis import event, given, settings
from hypothesis import strategies as st

import maps.evidence
import maps.routing
from maps import Body, CellsChange, Door, DoorChange, GridFrame, Place, Pose, RobotState, Route, World, load_world, save_world
from maps.huge import jump_bits as bit_module
from maps.huge import size
from skills import Plan, library
from verifier import Limits, examine_soon, verify, verify_soon
from verifier.budget import TIMES
from verifier.certify import certify
from verifier.cut_verdict import is_cut_off
from verifier.patch import patched
from verifier.routes import MENDED, ROUTES
from verifier.soon import MENDED_VERDICTS, is_settled
from verifier.standing import STANDING
from verifier.step import Scope
from verifier.verify import VERDICTS

clearances = sys.modules["maps.clearance"]  # the package has a function of this name
SIDE = 120
FRAME = GridFrame(0.1, Pose(2.0, -1.0, 0.2), SIDE, SIDE)
BODY = Body(radius_m=0.14, margin_m=0.05, reach_m=0.5)
LIBRARY = library()


def at(row: int, col: int) -> tuple[float, float]:
    return FRAME.centre(row, col)


def forget() -> None:
    """Begin from nothing."""
    import verifier.routes

    for memory in (
        VERDICTS,
        STANDING,
        ROUTES,
        MENDED,
        TIMES,
        MENDED_VERDICTS,
        verifier.routes._GOALS,
        verifier.routes._STANDING_GOALS,
    ):
        memory.clear()
    for known in (clearances._BY_NAME, clearances._BY_CONTENT, clearances._ORIGINS, clearances._NEARLY):
        known.clear()
    for known in (bit_module._BITS, bit_module._LAST, maps.routing._ROUTES, maps.routing._STANDING):
        known.clear()


@contextmanager
def large_maps():
    """Every map is handled as a large one, with kernels; nothing is known of others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUREFOOT_NUMBA", "1")
        patch.setattr(size, "LARGE_CELLS", 0)
        patch.setattr(maps.evidence, "BLOCK", 4)
        forget()
        yield
    forget()


def site(dice: np.random.Generator, dock: bool) -> World:
    """Rooms in a row, walls with two doorways each, clutter, places and perhaps a dock."""
    cells = np.zeros((SIDE, SIDE), dtype=np.int8)
    doors = []
    for wall in (40, 80):
        cells[wall] = 100
        for gap in (16, 60, 95):
            cells[wall, gap : gap + 9] = 0
            doors.append(Door(name=f"door {len(doors)}", segment=(at(wall, gap), at(wall, gap + 8)), state="open"))
    for row, col in dice.integers(0, SIDE - 3, (int(dice.integers(0, 12)), 2)).tolist():
        cells[row : row + 3, col : col + 3] = 100
    poses = {"far": (100, 20), "near": (20, 100), "middle": (60, 60)}
    for row, col in (*poses.values(), (20, 20)):
        cells[row - 4 : row + 5, col - 4 : col + 5] = 0
    places = [Place(name=name, pose=Pose(*at(*cell), 1.0)) for name, cell in poses.items()]
    places.append(Place(name="room", outline=(at(100, 60), at(100, 80), at(110, 80), at(110, 60))))
    if dock:
        places.append(Place(name="dock", kind="dock", pose=Pose(*at(20, 20), 0.0)))
    return World.build("site", FRAME, cells, places=places, doors=doors)


def box(row: int, col: int, span: int = 3, value: int = 100) -> CellsChange:
    cells = tuple((r, c) for r in range(row, row + span) for c in range(col, col + span))
    return CellsChange(cells=cells, values=(value,) * len(cells))


STATE = RobotState(pose=Pose(*at(20, 20)), battery_wh=500.0)
CALLS = [{"skill": "goto", "args": {"place": place}} for place in ("far", "near", "middle", "room")]


def fresh(world: World) -> World:
    return World.build(world.name, world.frame, world.cells, world.places.values(), (), world.doors.values())


def findings(verdict):
    """What was found, without amounts."""
    return [(finding.code, finding.step, finding.severity, finding.subject) for finding in verdict.all_findings()]


def same_up_to_the_cut(soon, exact):
    """A refusal that is told at once is of the first step that does not hold; those before it are the same."""
    *before, last = soon.steps
    assert not soon.ok and not last.ok and not exact.steps[len(before)].ok
    assert tuple(before) == exact.steps[: len(before)] and all(step.ok for step in before)
    assert soon.plan_digest == exact.plan_digest and not is_settled(soon)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_soon_verdict_is_that_of_a_verification_from_nothing_but_for_lengths(data):
    dice = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    world = site(dice, data.draw(st.booleans()))
    plan = Plan.model_validate({"steps": data.draw(st.lists(st.sampled_from(CALLS), min_size=1, max_size=4))})
    limits = data.draw(st.sampled_from([None, None, Limits(distance_m=40.0)]))
    with large_maps():
        first = verify(plan, world, STATE, BODY, LIBRARY, limits=limits)
        ways = [step.route.evidence.cells for step in first.steps if step.route is not None and step.route.evidence is not None]
        after = world
        for _ in range(data.draw(st.integers(1, 3))):  # one after the other, without settling
            kind = data.draw(st.sampled_from(["way", "way", "door", "anywhere", "goes"]))
            if kind == "door":
                change = DoorChange(door=data.draw(st.sampled_from(sorted(world.doors))), state="closed")
            elif kind == "way" and ways:
                way = data.draw(st.sampled_from(ways))
                change = box(*np.minimum(way[data.draw(st.integers(0, len(way) - 1))], SIDE - 4).tolist())
            else:
                spot = data.draw(st.integers(0, SIDE - 4)), data.draw(st.integers(0, SIDE - 4))
                change = box(*spot, value=0 if kind == "goes" else 100)
            after = after.apply(change)
            soon, steps = examine_soon(plan, after, STATE, BODY, LIBRARY, limits=limits)
        ways = [step.leg.result for step in steps if step.leg and isinstance(step.leg.result, Route)]
        told = [step.route for step in soon.steps if step.route is not None]
        assert ways[: len(told)] == told and (len(ways) == len(told) or is_cut_off(soon))
        settled = verify(plan, after, STATE, BODY, LIBRARY, limits=limits)
        assert verify_soon(plan, after, STATE, BODY, LIBRARY, limits=limits) == settled
        forget()
        exact = verify(plan, fresh(after), STATE, BODY, LIBRARY, limits=limits)
    event(f"ok {soon.ok}, settled {is_settled(soon)}, cut off {is_cut_off(soon)}")
    assert settled.to_json() == exact.to_json()
    if is_cut_off(soon):
        same_up_to_the_cut(soon, exact)
        return
    assert (soon.ok, findings(soon), soon.plan_digest) == (exact.ok, findings(exact), exact.plan_digest)
    if is_settled(soon):
        assert soon.to_json() == exact.to_json()
        return
    assert soon.ok
    for mine, theirs in zip(soon.steps, exact.steps, strict=True):
        assert mine.route is not None and theirs.route is not None and mine.route.keeps(BODY)
        if mine.route.end.point != pytest.approx(theirs.route.end.point):
            return  # a place has many ends, and the next leg starts elsewhere
        excess = mine.route.excess_m or 0.0
        assert -1e-6 <= mine.route.grid_length_m - theirs.route.grid_length_m <= excess + 1e-6
        assert mine.battery_wh is not None


def big() -> tuple[World, Plan]:
    world = site(np.random.default_rng(1), True)
    return world, Plan.model_validate({"steps": CALLS})


def test_a_patched_verdict_is_what_a_walk_with_the_same_routes_gives():
    import verifier.soon as module

    with large_maps():
        world, plan = big()
        first = verify(plan, world, STATE, BODY, LIBRARY)
        for number in range(3):
            way = first.steps[number].route.evidence.cells
            after = world.apply(box(*(way[len(way) // 2] - 1).tolist()))
            forgotten = MENDED_VERDICTS, MENDED
            soon, steps = examine_soon(plan, after, STATE, BODY, LIBRARY)
            assert isinstance(steps, module.Later) and not is_settled(soon)
            for memory in forgotten:
                memory.clear()
            scope = Scope(plan=plan, world=after, state=STATE, body=BODY, skills=LIBRARY)
            walked, _ = module._walked(scope, None)
            assert [step.route for step in walked.steps] == [step.route for step in soon.steps]
            assert flat(soon.to_json()) == pytest.approx(flat(walked.to_json()), abs=1e-8)


def flat(data):
    """All numbers of some JSON data, in order."""
    if isinstance(data, dict):
        return [number for key in sorted(data) for number in flat(data[key])]
    if isinstance(data, list | tuple):
        return [number for item in data for number in flat(item)]
    return [float(data)] if isinstance(data, int | float) else []


def test_mended_routes_are_certified_and_a_stranger_confirms_them(tmp_path):
    with large_maps():
        world, plan = big()
        world = load_world(save_world(world, tmp_path / "site"))
        first = verify(plan, world, STATE, BODY, LIBRARY)
        cuts = [step.route.evidence.cells for step in first.steps[:3]]
        after = world.apply(*(box(*(way[len(way) // 2] - 1).tolist()) for way in cuts))
        soon, steps = examine_soon(plan, after, STATE, BODY, LIBRARY)
        certificates = certify(soon, steps, after, path=tmp_path / "site")
    assert sum(step.route.excess_m is not None for step in soon.steps) >= 3
    results = checked(certificates, tmp_path, tmp_path / "site", allow_changes=True)
    assert [leg.kind for leg in certificates.legs] == ["route"] * 4 and all(result.confirmed for result in results)


def test_json_and_people_are_told_that_a_route_is_repaired():
    with large_maps():
        world, plan = big()
        first = verify(plan, world, STATE, BODY, LIBRARY)
        way = first.steps[0].route.evidence.cells
        after = world.apply(box(*(way[len(way) // 2] - 1).tolist()))
        soon = verify_soon(plan, after, STATE, BODY, LIBRARY)
        told = [step["route"].get("excess_m") for step in soon.to_json()["steps"]]
        assert told[0] == soon.steps[0].route.excess_m and told[0] is not None
        assert soon.steps[0].route.remark.startswith("repaired")
        assert all("excess_m" not in step["route"] for step in verify(plan, after, STATE, BODY, LIBRARY).to_json()["steps"])


def test_where_the_charge_does_not_do_for_the_longer_way_the_exact_search_decides():
    with large_maps():
        world, plan = big()
        first = verify(plan, world, STATE, BODY, LIBRARY)
        way = first.steps[3].route.evidence.cells
        after = world.apply(box(*(way[len(way) // 2] - 1).tolist()))
        for battery in np.linspace(0.2, 6.0, 30):
            state = RobotState(pose=STATE.pose, battery_wh=BODY.reserve_wh + float(battery))
            verify(plan, world, state, BODY, LIBRARY)
            soon = verify_soon(plan, after, state, BODY, LIBRARY)
            exact = verify(plan, after, state, BODY, LIBRARY)
            assert soon.ok == exact.ok and findings(soon) == findings(exact)
            assert soon.ok or soon.to_json() == exact.to_json()


WALL = CellsChange(cells=tuple((50, col) for col in range(SIDE)), values=(100,) * SIDE)


def test_a_leg_that_is_cut_off_for_good_is_refused_without_a_search(monkeypatch):
    with large_maps():
        world, plan = big()
        verify(plan, world, STATE, BODY, LIBRARY)
        shut = world.apply(WALL)
        with monkeypatch.context() as patch:
            patch.setattr(maps.routing, "_find", None)  # a search would fail
            refused, steps = examine_soon(plan, shut, STATE, BODY, LIBRARY)
        (finding,) = refused.all_findings()
        assert is_cut_off(refused) and not is_settled(refused) and finding.code == "NO_VALID_PATH"
        assert "what has come at" in finding.message and FRAME.cell(finding.where)[0] == 50
        same_up_to_the_cut(refused, verify(plan, shut, STATE, BODY, LIBRARY))
        assert len(steps) == len(plan.steps)
        assert is_settled(verify_soon(plan, shut, STATE, BODY, LIBRARY)) and verify_soon(plan, world, STATE, BODY, LIBRARY).ok


def test_what_is_refused_already_is_not_patched():
    from verifier.question import question_key
    from verifier.standing import nearest

    with large_maps():
        world, plan = big()
        shut = world.apply(WALL)
        assert not verify(plan, shut, STATE, BODY, LIBRARY).ok
        scope = Scope(plan=plan, world=shut.apply(box(100, 100)), state=STATE, body=BODY, skills=LIBRARY)
        every = nearest(question_key(scope, ()), scope)
        assert every and all(patched(near) is None for near in every)
