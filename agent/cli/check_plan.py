"""``surefoot verify``: judge a plan that stands in a file. Needs no model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.certificates import CertificateFile
from agent.cli.limits import MaxDistance, MaxEnergy, MaxSteps, MaxTime, make_limits
from agent.cli.options import AsJson, AtTime, Config, MapName, Out, Rules, SkillFiles, Start, Unknown, make_folder

if TYPE_CHECKING:
    from maps import World
    from skills import Plan
    from verifier import Verdict

__all__ = ["read_plan", "verify"]

_MAX_BYTES = 4_000_000


def verify(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.json", help="A plan (docs/formats.md); - reads stdin.")],
    map_name: MapName,
    skill_files: SkillFiles = None,
    config: Config = None,
    start: Start = None,
    rules: Rules = None,
    at: AtTime = None,
    unknown: Unknown = None,
    max_time: MaxTime = None,
    max_distance: MaxDistance = None,
    max_steps: MaxSteps = None,
    max_energy: MaxEnergy = None,
    out: Out = None,
    certificate: CertificateFile = None,
    as_json: AsJson = False,
) -> None:
    """Judge a plan on a saved map: which steps this body can carry out, and why not. No model is needed.

    A plan is JSON: {"steps": [{"skill": "goto", "args": {"place": "packing station"}}]}
    """
    from agent.cli.caches import load_map, remember_routes
    from agent.cli.setup import load_house_rules, load_skill_set, load_start, overrides
    from agent.settings import load_settings
    from maps import find_map
    from verifier import examine

    settings = load_settings(config, overrides(unknown=unknown))
    plan = read_plan(plan_file)
    limits = make_limits(max_time, max_distance, max_steps, max_energy)
    path = find_map(map_name)
    world = load_map(path)
    remember_routes(world)
    state = load_start(world, settings.body, start)
    house_rules = load_house_rules(world, rules, at)
    skills = load_skill_set(skill_files, world)
    verdict, steps = examine(plan, world, state, settings.body, skills, house_rules, unknown=settings.unknown, limits=limits)
    if certificate is not None:
        from agent.cli.certificates import write_certificates

        write_certificates(certificate, verdict, steps, world, path)
    if out is not None:
        from agent.scene import plan_scene
        from maps import draw

        make_folder(out)
        draw(world, plan_scene(plan.mission or plan_file.name, verdict, world, settings.body, state), out)
    if as_json:
        from agent.cli.show import print_json

        print_json(verdict.to_json())
    else:
        _show(verdict, world, out)
    raise typer.Exit(0 if verdict.ok else 1)


def _show(verdict: "Verdict", world: "World", picture: Path | None) -> None:
    from agent.cli.verdict_page import in_colour, plain_page

    if in_colour():
        from rich.console import Console

        from agent.cli.show import print_verdict, print_warnings

        console = Console()
        print_warnings(world, console)
        print_verdict(verdict, console)
    else:
        typer.echo(plain_page(verdict, world))
    if picture is not None:
        typer.echo(f"picture: {picture}")


def read_plan(path: Path) -> "Plan":
    """A plan from a file, or from stdin for ``-``.

    Raises:
        BadPlanFile: It is not there, not JSON, not a plan, or has a key twice, of which readers may take either; the sentence names
            the place in the file.
    """
    import json
    import sys

    from pydantic import ValidationError

    from agent.errors import BadPlanFile
    from skills import Plan

    try:
        raw = sys.stdin.buffer.read(_MAX_BYTES + 1) if str(path) == "-" else _read(path)
    except OSError as error:
        raise BadPlanFile(f"Cannot read the plan {str(path)!r}: {error.strerror}.") from None
    if len(raw) > _MAX_BYTES:
        raise BadPlanFile(f"The plan {str(path)!r} is larger than {_MAX_BYTES // 1_000_000} MB; it is not read.")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        plan = Plan.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise BadPlanFile(f"The plan {str(path)!r} is not valid at {where}: {first['msg']}{more}; see docs/formats.md.") from None
    try:
        json.loads(raw, object_pairs_hook=_once)
    except ValueError as error:
        raise BadPlanFile(f"The plan {str(path)!r} is not valid: {error}; see docs/formats.md.") from None
    return plan


def _once(pairs: "list[tuple[str, Any]]") -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise ValueError(f"an object has the key {key!r} twice, remove one")
        seen.add(key)


def _read(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(_MAX_BYTES + 1)
