"""``surefoot repair``: mend a refused plan from the verifier's findings alone. Needs no model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.limits import MaxDistance, MaxEnergy, MaxSteps, MaxTime, make_limits
from agent.cli.options import AsJson, AtTime, Config, MapName, Rules, SkillFiles, Start, Unknown

if TYPE_CHECKING:
    from skills import Plan
    from verifier import Mended, Verdict

__all__ = ["repair"]


def repair(
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
    keep_steps: Annotated[bool, typer.Option("--keep-steps", help="Never leave a step out; rather do not mend.")] = False,
    patience: Annotated[
        float,
        typer.Option("--patience", metavar="SECONDS", help="Try nothing further after so long; the changes so far are shown."),
    ] = 60.0,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write the mended plan (.json).", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Mend a plan that is refused: only changes that the verifier has itself verified, each with its reason. No model is needed.

    The mended plan is written only if it is feasible. Exit code 0 means that it is, 1 that it could not be mended.
    """
    from agent.cli.check_plan import read_plan
    from agent.cli.setup import load_house_rules, load_skill_set, load_start, overrides
    from agent.errors import BadOption
    from agent.settings import load_settings
    from maps import find_map, load_world
    from verifier import examine
    from verifier import repair as mend

    if not patience > 0:
        raise BadOption(f"--patience {patience!r} is no time: give seconds above 0.")
    settings = load_settings(config, overrides(unknown=unknown))
    plan = read_plan(plan_file)
    limits = make_limits(max_time, max_distance, max_steps, max_energy)
    world = load_world(find_map(map_name))
    state = load_start(world, settings.body, start)
    house_rules = load_house_rules(world, rules, at)
    skills = load_skill_set(skill_files, world)

    def judge(changed: "Plan", explain: bool = True) -> "Verdict":
        return examine(
            changed, world, state, settings.body, skills, house_rules, unknown=settings.unknown, limits=limits, explain=explain
        )[0]

    mended = mend(
        plan, judge(plan), judge, leave_out=not keep_steps, glance=lambda changed: judge(changed, False), seconds=patience
    )
    if out is not None and mended.verdict.ok:
        _write(out, mended.plan.to_json())
    if as_json:
        from agent.cli.show import print_json

        print_json(_data(mended))
    else:
        _show(mended, out, patience)
    raise typer.Exit(0 if mended.verdict.ok else 1)


def _write(path: Path, data: Any) -> None:
    from agent.errors import BadOption, StoreError
    from agent.files import write_json

    try:
        write_json(path, data)
    except StoreError as error:
        raise BadOption(f"Cannot write the mended plan to {str(path)!r}: {error.__cause__}; choose another --out.") from None


def _data(mended: "Mended") -> dict[str, Any]:
    changes = [
        {"edit": edit.model_dump(mode="json", exclude_none=True), "because": reason}
        for edit, reason in zip(mended.edits, mended.reasons, strict=True)
    ]
    return {
        "surefoot": 1,
        "ok": mended.verdict.ok,
        "plan": mended.plan.to_json(),
        "changes": changes,
        "left_out": mended.left_out,
        "in_time": mended.in_time,
        "verdict": mended.verdict.to_json(),
    }


def _show(mended: "Mended", out: Path | None, patience: float) -> None:
    from rich.console import Console
    from rich.markup import escape

    from agent.cli.show import print_verdict

    console = Console()
    if mended.verdict.ok and not mended.edits:
        console.print("Nothing to mend.")
    for edit, reason in zip(mended.edits, mended.reasons, strict=True):
        words = f" {edit.call}" if edit.call is not None else f" to {edit.to}" if edit.to is not None else ""
        console.print(f"[bold]{edit.verb} step {edit.step}[/bold]{escape(words)}", soft_wrap=True, highlight=False)
        console.print(f"  [dim]because[/dim] {escape(reason)}", soft_wrap=True, highlight=False)
    print_verdict(mended.verdict, console)
    if not mended.in_time:
        errors = sum(finding.severity == "error" for finding in mended.verdict.all_findings())
        made = f"{len(mended.edits)} change" + "s" * (len(mended.edits) != 1)
        left = f"{errors} error" + "s" * (errors != 1)
        console.print(f"Stopped after {patience:g} s and {made} with {left} left: --patience gives it longer.", soft_wrap=True)
    elif not mended.verdict.ok:
        console.print("The plan could not be mended from the findings alone.")
    elif out is not None:
        console.print(f"plan: {out}", soft_wrap=True, markup=False, highlight=False)
