"""The retrieval benchmark, small: its oracle on facts that are plain, and its bar of recall."""

import pytest

from benchmarks.retrieval import MOST_CANDIDATES, RECALL_BAR, measure
from benchmarks.retrieval_missions import make_missions
from benchmarks.retrieval_phrases import FORMS
from benchmarks.retrieval_site import make_site


@pytest.fixture(scope="module")
def site():
    return make_site(600, 3)


def test_a_site_has_the_facts_that_its_world_has(site):
    assert len(site.of("thing")) == len(site.world.things) == 600
    assert len(site.of("place")) == len(site.world.places) == 60
    for item in site.of("thing"):
        thing = site.world.things[item.name]
        assert site.world.place_at(thing.position).name == item.place
        assert thing.place in (item.place, None)
        assert thing.attributes.get("colour", "") == item.colour


def test_the_same_seed_gives_the_same_missions(site):
    assert list(make_missions(site, 20, 1)) == list(make_missions(make_site(600, 3), 20, 1))
    assert list(make_missions(site, 20, 1)) != list(make_missions(site, 20, 2))


def test_what_is_needed_is_what_the_facts_say(site):
    facts = {item.key: item for item in site.items}
    seen = set()
    for mission in make_missions(site, 300, 5):
        for reference in mission.references:
            said = mission.text[reference.start : reference.end]
            seen.add(reference.form)
            if reference.form == "kind in place":
                meant = {
                    t.key for t in site.of("thing") if f"the {t.kind} " in said and said.endswith(t.place) and _is_at(said, t.place)
                }
                assert reference.needed == meant, said
            if reference.form == "full name":
                assert [facts[key].name.lower() in said.lower() for key in reference.needed] == [True]
    assert seen == set(FORMS)


def _is_at(said, place):
    return said.removesuffix(place).endswith((" in ", " the ", " at ", " inside "))


def test_recall_on_a_small_site():
    figures = measure(things=1500, missions=300, sites=1, seed=9)
    assert figures["missions"] == 300 < figures["needed"]
    assert figures["recall"] >= RECALL_BAR
    assert figures["recall_in_phrase"] >= RECALL_BAR
    assert figures["precision"] > 0.75
    assert set(figures["by_form"]) == set(FORMS)
    assert MOST_CANDIDATES == 24
