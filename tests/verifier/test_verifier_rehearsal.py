"""Rehearsal: before anything has changed a process has loaded every kernel that a change will ask for; once."""

import json
import subprocess
import sys
from pathlib import Path

from test_verifier_soon import BODY, LIBRARY, STATE, big, large_maps

import verifier.rehearsal as rehearsal
from verifier import verify

ROOT = Path(__file__).resolve().parents[2]

_INNER = """
import json, sys
sys.path.insert(0, "tests/verifier")
from test_verifier_soon import BODY, LIBRARY, SIDE, STATE, WALL, big, box, large_maps
from maps import compiled as engine
from verifier import verify, verify_soon

made = {}
join = engine._joined
def joined(functions, make):
    made[functions[-1].__name__] = found = join(functions, make)
    return found
engine._joined = joined

def loaded():
    return {name: len(kernel.signatures) for name, kernel in made.items()}

with large_maps():
    world, plan = big()
    assert verify(plan, world, STATE, BODY, LIBRARY).ok
    before = loaded()
    way = verify(plan, world, STATE, BODY, LIBRARY).steps[0].route.evidence.cells
    beside = world.apply(box(*way[len(way) // 2].tolist()))
    mended = verify_soon(plan, beside, STATE, BODY, LIBRARY)
    shut = verify_soon(plan, world.apply(WALL), STATE, BODY, LIBRARY)
    after = loaded()
print(json.dumps({"before": before, "after": after, "mended": mended.steps[0].route.excess_m, "ok": [mended.ok, shut.ok]}))
"""


def test_a_change_finds_all_kernels_loaded():
    command = [sys.executable, "-c", _INNER]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["ok"] == [True, False] and found["mended"] is not None
    assert {"cut", "way", "redrawn", "closed_in", "nearest", "_shortest", "_drive"} <= found["before"].keys()
    assert found["before"] == found["after"]


def test_it_is_done_once_and_leaves_the_verdict_alone(monkeypatch):
    seen = []
    gone_through = rehearsal._gone_through
    monkeypatch.setattr(rehearsal, "_gone_through", lambda *asked: seen.append(gone_through(*asked)) or seen[-1])
    with large_maps():
        monkeypatch.setattr(rehearsal, "_done", True)
        world, plan = big()
        without = verify(plan, world, STATE, BODY, LIBRARY)
    with large_maps():
        monkeypatch.setattr(rehearsal, "_done", False)
        world, plan = big()
        assert verify(plan, world, STATE, BODY, LIBRARY).to_json() == without.to_json()
        assert seen == [True]
        verify(plan, world.apply(), STATE, BODY, LIBRARY)
    assert seen == [True]
