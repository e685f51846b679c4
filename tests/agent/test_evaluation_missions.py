"""The hand-written missions: every goal can be reached, none by doing nothing, and the maps are what their script draws."""

import json
import sys
from collections import Counter
from pathlib import Path
from zlib import crc32

import jsonschema
import pytest
import yaml

from agent.evaluation.evaluate import check_set
from agent.evaluation.mission_set import set_loader
from agent.evaluation.scenario import Sites
from agent.schema import schema_text
from skills import library

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.missions.maps.draw import draw_maps  # noqa: E402
from tests.missions.prove import SETS as FILES  # noqa: E402
from tests.missions.prove import passes_idle, prove, sets  # noqa: E402

SETS = sets()
MAPS = sorted({mission.map for one in SETS for mission in one.missions})


@pytest.mark.slow
@pytest.mark.parametrize("name", MAPS)
def test_the_reference_plans_of_a_third_of_the_missions_reach_their_goals(name):
    sites = Sites(SETS[0].folder)
    chosen = [mission for one in SETS for mission in one.missions if mission.map == name and crc32(mission.id.encode()) % 3 == 0]
    assert chosen
    assert [fault for fault in (prove(mission, sites) for mission in chosen) if fault] == []


@pytest.mark.parametrize("missions", SETS, ids=lambda one: one.name)
def test_every_name_of_a_set_is_on_its_map_and_doing_nothing_is_never_right(missions):
    sites = Sites(missions.folder)
    check_set(missions, sites, library())
    assert [mission.id for mission in missions.missions if passes_idle(mission, sites)] == []


def test_the_sets_are_as_large_and_as_mixed_as_they_say():
    alone, rounds = SETS[:13], SETS[13:]
    assert [len(one.missions) for one in alone] == [100, 130, 116, 100, 80, 100, 100, 100, 60, 220, 100, 60, 200]
    assert [len(one.missions) for one in rounds] == [10, 10, 40, 40, 40, 40, 20]
    for one in alone:
        languages = Counter(mission.lang for mission in one.missions)
        assert 0.3 <= languages["zh"] / len(one.missions) <= (0.45 if one.name.endswith("development 10") else 0.4)
        assert {mission.map for mission in one.missions} >= set(MAPS) - {"factory"}  # which only the sixth has
        fewer = one.name.endswith(("development 7", "development 10"))
        wanted = set() if fewer else {"ask"} if one.name.endswith(("development 11", "development 12")) else {"ask", "answer"}
        assert {mission.want for mission in one.missions} == {"plan", "decline"} | wanted
    said = [mission.say for one in SETS for mission in one.missions]
    assert len(set(said)) == len(said)
    once = [mission.id for one in rounds for mission in one.missions if len(mission.rounds) < 2 and not mission.faults]
    assert len(once) <= 6, once  # what looks decide may also be told of in one plan


@pytest.mark.parametrize("name", FILES)
def test_the_sets_fit_the_schema(name):
    validator = jsonschema.Draft202012Validator(json.loads(schema_text("mission_set")))
    loaded = yaml.load((ROOT / "tests" / "missions" / f"{name}.yaml").read_text(), Loader=set_loader())
    assert [error.message for error in validator.iter_errors(loaded)] == []
    assert list(validator.iter_errors({**loaded, "missions": [{**loaded["missions"][0], "sya": "x"}]}))


def test_the_maps_are_what_their_script_draws(tmp_path):
    for folder in draw_maps(tmp_path):
        for file in folder.rglob("*.*"):
            kept = ROOT / "tests" / "missions" / "maps" / file.relative_to(tmp_path)
            if file.suffix != ".png":
                assert file.read_bytes() == kept.read_bytes(), file.name
                continue
            from PIL import Image

            with Image.open(file) as new, Image.open(kept) as old:
                assert new.tobytes() == old.tobytes(), file.name
