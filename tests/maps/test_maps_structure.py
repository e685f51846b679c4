"""Clearance from the occupied cells, measured around a few of them, is what the field of the whole map says."""

import numpy as np
import pytest

from maps import Door, GridFrame, Pose, World, Zone, clearance
from maps import structure as structure_module
from maps.squares import capped_field, distance_field
from maps.structure import structure_at

ALL = frozenset(("unknown", "doors", "keepout"))


@pytest.mark.parametrize("share", [0.0, 0.0005, 0.01, 0.3])
@pytest.mark.parametrize("reach", [0, 1, 7, 89, 90, 120])
def test_a_capped_field_is_the_field_as_far_as_it_reaches(share, reach):
    rng = np.random.default_rng(reach)
    blocked = rng.random((230, 150)) < share
    whole = distance_field(blocked, 0.05)
    for _ in range(6):
        top, left = rng.integers(0, 230), rng.integers(0, 150)
        rows, cols = (int(top), int(rng.integers(top, 230)) + 1), (int(left), int(rng.integers(left, 150)) + 1)
        got, want = capped_field(blocked, rows, cols, reach, 0.05), whole[slice(*rows), slice(*cols)]
        near = want <= reach * 0.05
        assert (got[near] == want[near]).all()
        assert (got[~near] > reach * 0.05).all()


def test_windows_and_the_whole_field_answer_alike(monkeypatch):
    rng = np.random.default_rng(5)
    cells = np.where(rng.random((200, 160)) < 0.004, 100, 0).astype(np.int8)
    cells[150:] = -1
    door = Door(name="door", segment=((2.0, 2.0), (2.0, 3.0)), state="closed")
    zone = Zone(name="pit", rule="keepout", outline=((4.0, 4.0), (6.0, 4.0), (6.0, 6.0)))
    world = World.build("w", GridFrame(0.05, Pose(0.0, 0.0, 0.0), 160, 200), cells, doors=(door,), zones=(zone,))
    whole = clearance(world, ignore=ALL)
    fields = []
    monkeypatch.setattr(structure_module, "clearance", lambda *args, **kinds: fields.append(kinds) or whole)
    for number in range(40):
        some = rng.integers(0, (30, 25), (12, 2)) + rng.integers(0, (170, 135))
        got, want = structure_at(world, some, 0.33), whole[some[:, 0], some[:, 1]]
        assert (np.minimum(got, 0.33) == np.minimum(want, 0.33)).all()
        if number == 0:
            assert not fields
    assert fields  # windows have cost as much as the field by now
    assert len(structure_at(world, np.empty((0, 2), dtype=np.int64), 0.33)) == 0
