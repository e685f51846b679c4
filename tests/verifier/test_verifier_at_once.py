"""What is looked at all at once, or not again, is what is found one by one and from nothing."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Body, GridFrame, Place, Pose, RobotState, World
from maps.squares import distance_field
from skills import Plan, library
from verifier import examine
from verifier.advance import all_clear, clear
from verifier.checks import STEP_CHECKS, found_in
from verifier.memory import Memory


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 100_000), st.integers(1, 9))
def test_many_segments_keep_a_clearance_as_each_of_them_does(seed: int, at_once: int) -> None:
    draw = np.random.default_rng(seed)
    blocked = draw.random((40, 52)) < draw.choice((0.0, 0.003, 0.03))
    field = distance_field(blocked, 1.0).reshape(-1)
    count = int(draw.integers(0, 12))
    starts = draw.uniform((-1, -1), (53, 41), (count, 2))
    ends = np.where(draw.random((count, 1)) < 0.2, starts, draw.uniform((-1, -1), (53, 41), (count, 2)))
    needed = draw.choice((0.3, 0.71, 1.0, 2.7, 6.0), count)
    kept = np.empty(count, dtype=bool)
    all_clear[-1](blocked, field, starts, ends, needed, 1.0, np.zeros(count), np.empty(at_once, dtype=np.int64), kept)
    alone = [clear[-1](blocked, field, np.stack(pair), least, 1.0) for *pair, least in zip(starts, ends, needed, strict=True)]
    assert kept.tolist() == alone


CALLS = [
    {"skill": "goto", "args": {"place": "near"}},
    {"skill": "goto", "args": {"place": "nowhere"}},
    {"skill": "goto", "args": {"place": 3}},
    {"skill": "dock", "args": {"place": "near"}},
    {"skill": "dock", "args": {}},
    {"skill": "explore", "args": {}},
    {"skill": "wait", "args": {"seconds": 1e6}},
    {"skill": "pick", "args": {"thing": "cup"}},
    {"skill": "say", "args": {"text": "done"}},
    {"skill": "fly", "args": {}},
]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(CALLS), min_size=1, max_size=5))
def test_checks_that_a_skill_cannot_concern_find_nothing_about_it(calls: list[dict[str, object]]) -> None:
    frame = GridFrame(0.1, Pose(0.0, 0.0, 0.0), 40, 40)
    places = [Place(name="near", pose=Pose(2.0, 2.0, 0.0)), Place(name="home", kind="dock", pose=Pose(1.0, 1.0, 0.0))]
    world = World.build("hall", frame, np.zeros((40, 40), dtype=np.int8), places=places)
    state = RobotState(pose=Pose(1.5, 1.0, 0.0), battery_wh=100.0)
    _, steps = examine(Plan.model_validate({"steps": calls}), world, state, Body(radius_m=0.15), library())
    assert len(steps) == len(calls)
    for step in steps:
        assert found_in(step) == tuple(finding for check in STEP_CHECKS for finding in check(step))


def test_an_answer_for_the_same_objects_is_looked_up_once_and_forgotten_with_the_rest() -> None:
    memory: Memory[int] = Memory(2)
    keys: list[tuple[int, int]] = []

    def key(thing: tuple[int, int]) -> tuple[int, int]:
        keys.append(thing)
        return thing

    first, equal, other = (tuple([1, 2]) for _ in range(3))  # equal to one another, and not the same
    assert memory.recall_of((first,), lambda: key((1, 2)), lambda: 7) == 7
    assert memory.recall_of((first,), lambda: key((1, 2)), lambda: 8) == 7 and len(keys) == 1
    assert memory.recall_of((equal,), lambda: key((1, 2)), lambda: 8) == 7 and len(keys) == 2
    assert memory.recall_of((other,), lambda: key((1, 3)), lambda: 9) == 9
    memory.clear()
    assert memory.recall_of((first,), lambda: key((1, 2)), lambda: 10) == 10
