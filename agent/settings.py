"""Settings: what a user sets in surefoot.toml or in SUREFOOT_* variables, checked as a whole.

    model = "models/my-planner.gguf"
    approval = "ask"

    [cloud]
    allowed = true
    base_url = "https://example.org/v1"
    model = "some-model"

A variable ``SUREFOOT_CLOUD__ALLOWED=true`` outranks the file; a command-line option outranks both. Relative paths in the
file are relative to it. What nobody knows is an error, wherever it stands: a misspelt size must not pass for the default.
"""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from agent.errors import AgentError
from agent.variables import VariableInvalid, read_variables
from maps import Body, UnknownPolicy

__all__ = [
    "CloudSettings", "RobotSettings", "Settings", "SettingsInvalid", "find_settings_file", "load_settings", "stored_settings",
]  # fmt: skip

FILE_NAME = "surefoot.toml"


class SettingsInvalid(AgentError):
    """The settings hold something unknown or impossible; the message names the key and what it may be."""


class CloudSettings(BaseModel):
    """The planner behind the network.

    Attributes:
        allowed: Whether missions may be sent to it at all.
        base_url: Its address up to ``/v1``; None for OpenAI's own.
        model: The model's name there.
        api_key_env: Name of the variable that holds the key; the key itself never stands in a file.
        structured: What the server understands.
        timeout_s: Longest wait for one answer, seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed: bool = False
    base_url: str | None = None
    model: str = ""
    api_key_env: str = "OPENAI_API_KEY"
    structured: Literal["json_schema", "json_object", "grammar"] = "json_schema"
    timeout_s: float = Field(default=30.0, gt=0, le=600)


class RobotSettings(BaseModel):
    """The robot: which kind, how fast simulated time runs against the wall clock, and who moves the arm in physics.

    Attributes:
        kind: ``simulated`` moves on the map, ``mujoco`` is a body with an arm in physics.
        rate: Robot seconds per second in simulation.
        policy: ``expert``, a folder, or ``auto``: the learned policy that comes with surefoot where one does, else the expert.
        backend: What computes an exported policy; ``auto`` takes the fastest that can run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["simulated", "mujoco"] = "simulated"
    rate: float = Field(default=10.0, gt=0, le=10_000)
    policy: str = Field(default="auto", min_length=1)
    backend: str = Field(default="auto", min_length=1)


class Settings(BaseModel):
    """All settings, with their defaults.

    Attributes:
        model: The GGUF that plans; None for the shipped one.
        lora: A LoRA adapter for it.
        n_ctx: Context window, tokens; None for as much as is sensible.
        n_threads: CPU threads; None for llama.cpp's choice.
        n_gpu_layers: Layers on a GPU.
        temperature: 0 for the likeliest plan.
        seed: Of the planner's sampling.
        cloud: The planner behind the network.
        robot: The robot.
        body: Its body.
        unknown: Whether routes may lead through unknown space: ``blocked``, ``allowed``, or ``ask`` a person where no other way is.
        approval: ``ask`` a person before a plan runs, ``auto`` when it is without warnings, ``off`` never.
        mend: Whether a rejected plan gets the doors to open and the charging that make it hold, before the planner is asked again.
        conditions: Whether conditions ("if it is open, ...") are judged by what was seen, rather than by the planner alone.
        setbacks: Whether a plan that broke off is gone on with by what is known and what the mission says for this case, rather
            than by the planner alone.
        repair_rounds: How often the planner may mend a rejected plan.
        best_of: How many plans are drawn at most, within two seconds, when a mended plan does not hold either; 0 for none. Of a
            first plan that the mission's words speak against, six times as many.
        ask_below: A name of which the planner is less sure than this is asked about, 0 (never) to 1.
        data_dir: Where missions are kept; None for the user's data folder.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    model: Path | None = None
    lora: Path | None = None
    n_ctx: int | None = Field(default=None, ge=128, le=1_048_576)
    n_threads: int | None = Field(default=None, ge=1, le=1024)
    n_gpu_layers: int = Field(default=0, ge=-1)
    temperature: float = Field(default=0.0, ge=0, le=2)
    seed: int = Field(default=0, ge=0, lt=2**32)
    cloud: CloudSettings = CloudSettings()
    robot: RobotSettings = RobotSettings()
    body: Body = Body()
    unknown: UnknownPolicy = "blocked"
    approval: Literal["off", "ask", "auto"] = "ask"
    mend: bool = True
    conditions: bool = True
    setbacks: bool = True
    repair_rounds: int = Field(default=2, ge=0, le=10)
    best_of: int = Field(default=4, ge=0, le=64)
    ask_below: float = Field(default=0.5, ge=0, le=1)
    data_dir: Path | None = None

    @field_validator("body", mode="before")
    @classmethod
    def _body(cls, value: Any) -> Any:
        """A body with every number finite and positive (margins may be zero)."""
        if isinstance(value, Mapping):
            known = {field.name for field in dataclasses.fields(Body)}
            for key in value:
                if key not in known:
                    raise ValueError(_unknown(f"body.{key}", key, known))
            if value.get("footprint") and "radius_m" in value:
                made = Body(footprint=value["footprint"])
                if value["radius_m"] != made.radius_m:
                    given = f"body.radius_m = {value['radius_m']!r} beside body.footprint"
                    raise ValueError(f"{given}: leave it out, it is {made.radius_m:.3f}")
        return value

    @field_validator("body")
    @classmethod
    def _possible(cls, body: Body) -> Body:
        for field in dataclasses.fields(Body):
            value = getattr(body, field.name)
            if isinstance(value, int | float):
                least_ok = value >= 0 if field.name in _MAY_BE_ZERO else value > 0
                if not math.isfinite(value) or not least_ok:
                    raise ValueError(f"body.{field.name} = {value!r} is impossible")
        if body.tracking_m > body.margin_m:
            raise ValueError(f"body.tracking_m = {body.tracking_m} is more than body.margin_m = {body.margin_m}")
        if body.reserve_wh >= body.battery_wh:
            raise ValueError(f"body.reserve_wh = {body.reserve_wh} is not less than body.battery_wh = {body.battery_wh}")
        return body

    def api_key(self) -> str | None:
        """The cloud's key from its variable, if it is set."""
        return os.environ.get(self.cloud.api_key_env) or None


_MAY_BE_ZERO = frozenset({"margin_m", "tracking_m", "gripper_capacity", "payload_kg", "reserve_wh", "charge_w", "arm_m", "arm_z_m"})


def find_settings_file(config: Path | None = None) -> Path | None:
    """The settings file: the one given, else ./surefoot.toml, else the one in the user's config folder; None without any.

    Raises:
        SettingsInvalid: The file given is not there.
    """
    if config is not None:
        if not config.is_file():
            raise SettingsInvalid(f"The settings file {str(config)!r} is not there: check the path.")
        return config
    from platformdirs import user_config_path

    candidates = (Path.cwd() / FILE_NAME, user_config_path("surefoot") / FILE_NAME)
    return next((path for path in candidates if path.is_file()), None)


def load_settings(config: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings: overrides outrank SUREFOOT_* variables, which outrank the file, which outranks the defaults.

    Args:
        config: The settings file; None looks in the usual places.
        overrides: Values by key, nested as in the file; for command-line options.

    Raises:
        SettingsInvalid: A file that cannot be read, an unknown key or variable, an impossible value; one sentence with its name.
    """
    path = find_settings_file(config)
    content = {} if path is None else _read(path)
    try:
        variables = read_variables(os.environ, _tree())
    except VariableInvalid as error:
        raise SettingsInvalid(str(error)) from None
    given = _merged(_merged(content, variables), overrides or {})
    if not given:  # as most often, and there is nothing to check: what checks would be made in vain
        return Settings.model_construct()
    try:
        return Settings(**given)
    except ValidationError as error:
        where = f" in {str(path)!r}" if path is not None else ""
        sentence = f"Settings{where}: " + "; ".join(_sentences(error))
        raise SettingsInvalid(sentence if sentence.endswith("?") else sentence + ".") from None


def stored_settings(values: Mapping[str, Any]) -> Settings:
    """The settings that a mission was begun under, as its record holds them.

    Raises:
        SettingsInvalid: They were written by another version, or edited.
    """
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsInvalid(f"The mission's settings: {'; '.join(_sentences(error)).rstrip('.')}.") from None


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"The settings file {str(path)!r} cannot be read: {error}.") from None
    for key in ("model", "lora", "data_dir"):
        if isinstance(content.get(key), str):
            content[key] = str(path.parent / Path(content[key]).expanduser())
    robot = content.get("robot")
    if isinstance(robot, dict) and isinstance(robot.get("policy"), str) and robot["policy"] not in ("auto", "expert"):
        robot["policy"] = str((path.parent / Path(robot["policy"]).expanduser()).resolve())
    return content


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two nested dicts in one; ``above`` wins."""
    merged = dict(below)
    for key, value in above.items():
        inner = merged.get(key)
        merged[key] = _merged(inner, value) if isinstance(inner, Mapping) and isinstance(value, Mapping) else value
    return merged


def _sentences(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        key = ".".join(map(str, problem["loc"]))
        if problem["type"] == "extra_forbidden":
            yield _unknown(key, str(problem["loc"][-1]), _keys_at(problem["loc"][:-1]))
        elif problem["type"] == "value_error":
            yield str(problem["msg"]).removeprefix("Value error, ")
        else:
            yield f"{key} = {problem['input']!r}: {problem['msg'][0].lower()}{problem['msg'][1:]}"


def _tree() -> dict[str, frozenset[str]]:
    """The keys of the file: each top-level one with those below it."""
    tree: dict[str, frozenset[str]] = {}
    for key, field in Settings.model_fields.items():
        inner: Any = getattr(field.annotation, "model_fields", None) or getattr(field.annotation, "__dataclass_fields__", ())
        tree[key] = frozenset(inner)
    return tree


def _keys_at(path: tuple[int | str, ...]) -> set[str]:
    """The keys that are known at a path."""
    model: Any = Settings
    for part in path:
        model = model.model_fields[part].annotation
    return set(model.model_fields)


def _unknown(path: str, key: str, known: set[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, sorted(known), n=1)
    if near:
        return f"unknown key {path!r}, did you mean {path.removesuffix(key) + near[0]!r}?"
    return f"unknown key {path!r}; the keys are {', '.join(sorted(known))}"
