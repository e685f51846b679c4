"""Settings: where they come from, what outranks what, and one sentence for every mistake."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.settings import Settings, SettingsInvalid, find_settings_file, load_settings
from maps import Body


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SUREFOOT_MODEL", "SUREFOOT_N_CTX", "SUREFOOT_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(text: str) -> Path:
    path = Path("surefoot.toml").absolute()
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_there_are_the_defaults() -> None:
    assert load_settings() == Settings()
    assert Settings().approval == "ask"
    assert Settings().cloud.allowed is False
    assert Settings().body == Body()


def test_the_whole_file_is_read() -> None:
    path = written(
        """
        model = "models/mine.gguf"
        lora = "/abs/lora.gguf"
        n_ctx = 2048
        n_threads = 2
        approval = "auto"
        unknown = "allowed"
        repair_rounds = 3
        data_dir = "data"
        [cloud]
        allowed = true
        base_url = "https://example.org/v1"
        model = "big"
        api_key_env = "MY_KEY"
        structured = "json_object"
        timeout_s = 5
        [robot]
        rate = 100
        kind = "simulated"
        [body]
        radius_m = 0.3
        max_speed = 2
        """
    )
    settings = load_settings()
    assert settings.model == path.parent / "models/mine.gguf"
    assert settings.lora == Path("/abs/lora.gguf")
    assert settings.data_dir == path.parent / "data"
    assert (settings.cloud.structured, settings.robot.rate, settings.approval) == ("json_object", 100, "auto")
    assert settings.body == replace(Body(), radius_m=0.3, max_speed=2.0)


def test_options_outrank_variables_which_outrank_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    written("n_ctx = 1000\nseed = 1\n[cloud]\nmodel = 'a'\ntimeout_s = 9\n[body]\nradius_m = 0.3")
    monkeypatch.setenv("SUREFOOT_N_CTX", "2000")
    monkeypatch.setenv("SUREFOOT_CLOUD__MODEL", "b")
    monkeypatch.setenv("SUREFOOT_BODY__MAX_SPEED", "0.5")
    settings = load_settings(overrides={"n_ctx": 3000, "cloud": {"allowed": True}})
    assert (settings.n_ctx, settings.seed) == (3000, 1)
    assert (settings.cloud.model, settings.cloud.timeout_s, settings.cloud.allowed) == ("b", 9, True)
    assert (settings.body.radius_m, settings.body.max_speed) == (0.3, 0.5)


def test_the_file_is_looked_up_here_then_in_the_users_folder(alone: Path) -> None:
    assert find_settings_file() is None
    user = alone / "config" / "surefoot" / "surefoot.toml"
    user.parent.mkdir(parents=True)
    user.write_text("seed = 5")
    assert find_settings_file() == user
    assert find_settings_file(written("seed = 6")) == alone / "surefoot.toml"
    assert load_settings().seed == 6
    with pytest.raises(SettingsInvalid, match=r"'none\.toml' is not there"):
        load_settings(Path("none.toml"))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("modle = 'x'", "unknown key 'modle', did you mean 'model'?"),
        ("[cloud]\nalowed = true", "unknown key 'cloud.alowed', did you mean 'cloud.allowed'?"),
        ("[body]\nradius = 1", "unknown key 'body.radius', did you mean 'body.radius_m'?"),
        ("[robot]\nzzz = 1", "unknown key 'robot.zzz'; the keys are backend, kind, policy, rate"),
        ("approval = 'maybe'", "approval = 'maybe': input should be 'off', 'ask' or 'auto'"),
        ("n_ctx = 'many'", "n_ctx = 'many'"),
        ("cloud = 3", "cloud = 3"),
        ("[cloud]\ntimeout_s = -1", "cloud.timeout_s = -1"),
        ("[body]\nradius_m = 'wide'", "body.radius_m = 'wide'"),
        ("[body]\nradius_m = -1", "body.radius_m = -1.0 is impossible"),
        ("[body]\nmax_speed = inf", "body.max_speed = inf is impossible"),
        ("[body]\ntracking_m = 0.5", "more than body.margin_m"),
        ("[body]\nreserve_wh = 500", "not less than body.battery_wh"),
        ("[robot]\nrate = nan", "robot.rate"),
        ("model = ", "cannot be read"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_key(text: str, word: str) -> None:
    path = written(text)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(path)
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_variable_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUREFOOT_CLOUD__MODLE", "x")
    with pytest.raises(SettingsInvalid, match=r"did you mean 'cloud\.model'"):
        load_settings()
    monkeypatch.delenv("SUREFOOT_CLOUD__MODLE")
    monkeypatch.setenv("SUREFOOT_CLOUD", "not json")
    with pytest.raises(SettingsInvalid, match="SUREFOOT"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SUREFOOT_MODLE", "x", "SUREFOOT_MODLE is no setting: did you mean SUREFOOT_MODEL?"),
        ("SUREFOOT_BODY_RADIUS_M", "0.9", "SUREFOOT_BODY_RADIUS_M is no setting: did you mean SUREFOOT_BODY__RADIUS_M"),
        ("SUREFOOT_SEED__X", "1", "SUREFOOT_SEED__X is no setting"),
        ("SUREFOOT_ZZZZZZZ", "1", "SUREFOOT_ZZZZZZZ is no setting; unset it"),
        ("SUREFOOT_ROBOT", "[1]", "SUREFOOT_ROBOT = '[1]' is not a JSON object; set single keys as SUREFOOT_ROBOT__KEY"),
        ("SUREFOOT_BODY__RADIUS", "1", "unknown key 'body.radius', did you mean 'body.radius_m'?"),
        ("SUREFOOT_N_CTX", "many", "n_ctx = 'many'"),
    ],
)
def test_a_variable_that_is_no_setting_is_never_passed_over(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_variables_hold_text_or_json_in_any_case_and_empty_ones_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUREFOOT_CLOUD", '{"allowed": true, "model": "a", "timeout_s": 9}')
    monkeypatch.setenv("surefoot_cloud__model", "b")
    monkeypatch.setenv("SUREFOOT_SEED", "")
    monkeypatch.setenv("SUREFOOT_MODEL", "[odd] name.gguf")
    monkeypatch.setenv("SUREFOOT_NUMBA", "0")
    settings = load_settings()
    assert (settings.cloud.allowed, settings.cloud.model, settings.cloud.timeout_s) == (True, "b", 9)
    assert (settings.seed, settings.model) == (0, Path("[odd] name.gguf"))


def test_the_key_comes_from_its_variable_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sk-secret")
    settings = load_settings(overrides={"cloud": {"api_key_env": "MY_KEY"}})
    assert settings.api_key() == "sk-secret"
    assert "sk-secret" not in repr(settings)
    assert load_settings(overrides={"cloud": {"api_key_env": "NO_SUCH_KEY"}}).api_key() is None


def test_a_polygon_body_is_set_in_the_body_table() -> None:
    square = "footprint = [[-0.4, -0.3], [0.4, -0.3], [0.4, 0.3], [-0.4, 0.3]]"
    settings = load_settings(written(f"[body]\n{square}"))
    assert (settings.body.radius_m, settings.body.inscribed_m) == (pytest.approx(0.5), 0.3)
    assert Settings(**settings.model_dump(mode="json")).body == settings.body
    with pytest.raises(SettingsInvalid, match=r"body\.radius_m = 0\.2 beside body\.footprint: leave it out, it is 0\.500"):
        load_settings(written(f"[body]\nradius_m = 0.2\n{square}"))
    with pytest.raises(SettingsInvalid, match="at least 3 corners"):
        load_settings(written("[body]\nfootprint = [[0, 0], [1, 0]]"))
