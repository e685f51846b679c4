"""The command line's caches: a second dry run answers alike from them, and SUREFOOT_CACHE=0 leaves no trace."""

import json

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from verifier.budget import TIMES
from verifier.routes import ROUTES
from verifier.verify import VERDICTS


@pytest.fixture
def cache(tmp_path, monkeypatch):
    import platformdirs

    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache")
    yield tmp_path / "cache"
    ROUTES.store = TIMES.store = None


def judged(tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"steps": [{"skill": "goto", "args": {"place": "kitchen"}}]}))
    ROUTES.clear()
    TIMES.clear()
    VERDICTS.clear()
    result = CliRunner().invoke(app, ["verify", str(plan), "--map", "home", "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_second_dry_run_answers_alike_from_the_caches(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("SUREFOOT_CACHE", "1")
    first = judged(tmp_path)
    files = {path.suffix for path in cache.rglob("*") if path.is_file()}
    assert files == {".index", ".routes", ".times"}
    assert judged(tmp_path) == first


def test_caches_can_be_turned_off(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("SUREFOOT_CACHE", "0")
    judged(tmp_path)
    assert not cache.exists()
