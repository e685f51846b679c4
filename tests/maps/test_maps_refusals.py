"""Refusals: what windows and kept labels tell is what a look at all of the map tells."""

import numpy as np
import pytest
from pocket_worlds import BODY, site

from maps import NoRoute, blame, find_route, goal_pose, narrow
from maps.clearance import layers
from maps.entry import Entry, enter
from maps.labels import _NUMBERS, component, components, labels_of
from maps.routing import _ROUTES


@pytest.mark.parametrize("windows", [(3, 12), (30,)], ids=["tight", "wide"])
def test_refusals_are_the_same_with_and_without_windows(monkeypatch, windows):
    refused = []
    for seed in range(6):
        world, poses = site(seed)
        for start in poses[:3]:
            for end in poses[3:]:
                found = []
                for around in (windows, ()):
                    monkeypatch.setattr(narrow, "_WINDOWS", around)
                    monkeypatch.setattr(blame, "_AROUND", around)
                    _ROUTES.clear()
                    found.append(find_route(world, BODY, start, goal_pose(world, end)))
                assert found[0] == found[1], (seed, start, end)
                refused += [found[0].code] if isinstance(found[0], NoRoute) else []
    assert len(set(refused)) >= 4


def test_the_nearest_pose_of_a_refusal_is_the_nearest_of_all(monkeypatch):
    monkeypatch.setattr(blame, "_AROUND", (3, 12))
    told = 0
    for seed in range(6):
        world, poses = site(seed)
        for start, end in zip(poses[:4], poses[4:], strict=True):
            route = find_route(world, BODY, start, goal_pose(world, end))
            entry = enter(world, BODY, start)
            if isinstance(route, NoRoute) and route.nearest is not None and isinstance(entry, Entry):
                centres = world.frame.centres(np.argwhere(component(entry.free, entry.cells)))
                apart = np.hypot(*(centres - end.point).T)
                assert np.hypot(route.nearest.x - end.x, route.nearest.y - end.y) == pytest.approx(apart.min(), abs=1e-12)
                told += 1
    assert told > 5


def test_labels_are_kept_for_what_cannot_change_and_in_16_bits_where_they_fit():
    world, _ = site(3)
    free = layers(world).clear(BODY.needed_clearance_m)
    _NUMBERS.clear()
    first = labels_of(free)
    assert labels_of(free)._of is first._of and first._of.dtype == np.uint16 and len(_NUMBERS) == 1
    cells = np.argwhere(np.ones(free.shape, dtype=bool))
    assert np.array_equal(first.at(cells).reshape(free.shape), components(free)[0])
    changing = np.array(free)
    assert np.array_equal(component(changing, np.argwhere(free)[:1]), component(free, np.argwhere(free)[:1]))
    changing[:] = True
    assert component(changing, np.array([[0, 0]])).all() and len(_NUMBERS) == 1
    chequered = np.indices((600, 600)).sum(axis=0) % 2 == 0
    assert labels_of(chequered).at(np.array([[0, 1], [599, 599]])).tolist() == [0, 180_000]
