"""600 sentences as people say them, written without sight of the linker: what they mean is linked, and little else.

Each line of ``probes/*.jsonl`` has a map, a sentence, the names that it means and those that it would be no fault to link. At
first sight all that was meant was linked in 359 of the first 440 (400 once they were read), and in 114 of the 160 of the second
lot, which are more colloquial; the floors are what holds now. A quarter of the single names are traps: words that are names
elsewhere.
"""

import json
from functools import cache
from pathlib import Path

import pytest

from maps import World, find_map, load_world
from maps.linking import index_of, link

PROBES = Path(__file__).parent / "probes"
MISSIONS = Path(__file__).parents[1] / "missions" / "maps"
FLOORS = {
    "en_groups": (110, 106, 98),
    "en_second": (80, 67, 73),
    "en_single": (110, 98, 80),
    "zh_groups": (110, 101, 104),
    "zh_second": (80, 56, 73),
    "zh_single": (110, 95, 89),
}
"""So many sentences; in how many at least all that is meant is linked, and in how many nothing else is."""


@cache
def ground(name: str) -> World:
    return load_world(MISSIONS / name if (MISSIONS / name).is_dir() else find_map(name))


def probes(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (PROBES / f"{name}.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_what_is_meant_is_linked_and_little_else(name):
    whole = clean = 0
    lines = probes(name)
    for probe in lines:
        linked = link(probe["say"], index_of(ground(probe["map"])), limit=24, group=24)
        named = {candidate.name for mention in linked.mentions for candidate in mention.candidates}
        whole += named.issuperset(probe["means"])
        clean += named <= {*probe["means"], *probe.get("beside", [])}
    count, least_whole, least_clean = FLOORS[name]
    assert len(lines) == count
    assert whole >= least_whole and clean >= least_clean, (whole, clean)


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_probes_speak_of_their_maps(name):
    for probe in probes(name):
        world = ground(probe["map"])
        known = {*world.places, *world.things, *world.doors}
        assert known.issuperset([*probe["means"], *probe.get("beside", [])]), probe["say"]
