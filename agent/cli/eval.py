"""``surefoot eval``: what a planner is worth on a set of missions: ours, or your own on your own maps."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.options import AsJson, Config, Lora, Model, Seed, SkillFiles, Verbose

if TYPE_CHECKING:
    from rich.console import Console

    from agent.evaluation.result import Case
    from agent.planners import Planner
    from agent.settings import Settings

__all__ = ["evaluate"]

SetFile = Annotated[
    Path,
    typer.Argument(
        metavar="MISSIONS", help="A mission set file (docs/formats.md), e.g. tests/missions/development.yaml.", show_default=False
    ),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="Folder for cases.jsonl, figures.json, table.csv and figures.png; eval-<set's name> here otherwise.",
        show_default=False,
    ),
]
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        help="Plan with the model at this address (OpenAI-compatible, up to /v1) instead of a local one.",
        show_default=False,
    ),
]
UrlModel = Annotated[
    str | None,
    typer.Option("--url-model", help="The model's name there; cloud.model of the settings otherwise.", show_default=False),
]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="Only missions with this tag; may be repeated.", show_default=False)]
Language = Annotated[str | None, typer.Option("--lang", help="Only missions in this language, e.g. zh.", show_default=False)]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many missions, the first ones.", show_default=False)]
Fresh = Annotated[bool, typer.Option("--fresh", help="Begin anew: forget what an earlier run left in the folder.")]


def evaluate(
    missions: SetFile,
    model: Model = None,
    lora: Lora = None,
    url: Url = None,
    url_model: UrlModel = None,
    skill_files: SkillFiles = None,
    config: Config = None,
    tags: Tags = None,
    lang: Language = None,
    limit: Limit = None,
    out: Folder = None,
    fresh: Fresh = False,
    seed: Seed = 0,
    as_json: AsJson = False,
    verbose: Verbose = 0,
) -> None:
    """Judge a planner: plan, verify, repair and carry out every mission of a set in simulation, and count what came of it.

    A run that was stopped goes on where it was, when it is given the same set, planner and folder. -v names each mission that
    went wrong and what was missing; leave it out for a set that must stay unseen.
    """
    import asyncio

    from rich.console import Console

    from agent.cli.setup import load_skill_set, overrides
    from agent.evaluation.evaluate import check_set, select
    from agent.evaluation.evaluate import evaluate as run_set
    from agent.evaluation.figures import figures, table
    from agent.evaluation.mission_set import load_set
    from agent.evaluation.results_file import ResultsFile
    from agent.evaluation.scenario import Sites
    from agent.evaluation.writing import draw_figures, to_csv
    from agent.files import write_atomically, write_json
    from agent.settings import load_settings

    console = Console(stderr=True)
    chosen = select(load_set(missions), tags=tags or (), lang=lang, limit=limit)
    settings = load_settings(config, overrides(model=model, lora=lora, seed=seed))
    skills = load_skill_set(skill_files)
    sites = Sites(chosen.folder)
    check_set(chosen, sites, skills)
    planner, identity = _planner(settings, url, url_model)
    folder = out or Path(f"eval-{missions.stem}")
    head = {
        "set": chosen.digest,
        "planner": identity,
        "seed": seed,
        "settings": _settled(settings),
        "skills": list(skills.names),
    }
    results = ResultsFile(folder, head)
    if fresh:
        results.clear()

    async def work(done: Any) -> "list[Case]":
        try:
            return await run_set(
                chosen.missions, planner, sites, skills, settings,
                results=results, done=done,
            )  # fmt: skip
        finally:
            await planner.close()

    with _progress(console, len(chosen.missions), {mission.id: mission.say for mission in chosen.missions}, verbose) as done:
        try:
            cases = asyncio.run(work(done))
        except KeyboardInterrupt:
            console.print(
                f"stopped; what is done lies in {results.path}, and the same command goes on", soft_wrap=True, markup=False
            )
            raise typer.Exit(130) from None
    told = {"surefoot": 1, "set": chosen.name, "planner": planner.name, **figures(cases)}
    write_json(folder / "figures.json", told)
    write_atomically(folder / "table.csv", to_csv(table(cases)).encode())
    draw_figures(cases, f"{planner.name} on {chosen.name}, {len(cases)} missions", folder / "figures.png")
    if as_json:
        from agent.cli.output import print_document

        print_document(told, indent=None)
        return
    _print(told, Console(width=max(100, console.width)))
    console.print(
        f"written: {folder}/cases.jsonl, figures.json, table.csv, figures.png", soft_wrap=True, markup=False, highlight=False
    )


def _planner(settings: "Settings", url: str | None, url_model: str | None) -> "tuple[Planner, str]":
    """The planner that was asked for, and what tells it from others: its name and, for a file, its content's digest."""
    import hashlib

    from agent.errors import BadOption
    from agent.planners.make import make_planner, shipped_model

    if url is None:
        if url_model is not None:
            raise BadOption("--url-model names a model at an address: give --url too.")
        local = settings.model_copy(update={"cloud": settings.cloud.model_copy(update={"allowed": False})})
        planner = make_planner(local)
        digest = hashlib.sha256()
        for file in (settings.model or shipped_model(), settings.lora):
            if file is not None and file.is_file():
                with file.open("rb") as opened:
                    digest.update(hashlib.file_digest(opened, "sha256").digest())
        return planner, f"{planner.name} {digest.hexdigest()[:16]}"
    from agent.planners.cloud import CloudPlanner

    cloud = settings.cloud
    name = url_model or cloud.model
    if not name:
        raise BadOption("--url needs the model's name: give --url-model, or set cloud.model.")
    far = CloudPlanner(url, name, api_key=settings.api_key(), structured=cloud.structured, timeout_s=cloud.timeout_s)
    return far, f"{far.name} at {url}"


def _settled(settings: "Settings") -> dict[str, Any]:
    """The settings that change what comes of a mission."""
    return settings.model_dump(
        mode="json", include={"body", "unknown", "mend", "repair_rounds", "best_of", "ask_below", "temperature"}
    )


class _progress:
    """A bar of the missions done, with the share that was right so far; with -v a line for each that went wrong."""

    def __init__(self, console: "Console", total: int, said: dict[str, str], verbose: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        self.console, self.said, self.verbose = console, said, verbose
        self.right = self.count = 0
        self.bar = Progress(
            TextColumn("missions"), BarColumn(30), MofNCompleteColumn(), TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True,
        )  # fmt: skip
        self.task = self.bar.add_task("missions", total=total, note="")

    def __enter__(self) -> Any:
        self.bar.start()
        return self.done

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def done(self, case: "Case") -> None:
        """Count one."""
        from rich.markup import escape

        self.count += 1
        self.right += case.right
        self.bar.update(self.task, advance=1, note=f"{100 * self.right / self.count:.0f} % right")
        if self.verbose and not case.right:
            self.console.print(f"[red]✗[/red] {escape(case.id)} {escape(self.said[case.id])}", soft_wrap=True)
            self.console.print(f"    {escape(case.why)}; first answer: {escape(case.text)}", soft_wrap=True, style="dim")


def _print(told: dict[str, Any], console: "Console") -> None:
    """The table, then latency, then what the columns mean."""
    from rich.table import Table

    from agent.evaluation.figures import MEASURES

    shown = Table(box=None, pad_edge=False, header_style="dim")
    shown.add_column("missions", no_wrap=True, min_width=12)
    shown.add_column("", justify="right")
    for name in MEASURES:
        shown.add_column(name, justify="right", no_wrap=True)
    by = "all"
    for row in told["table"]:
        if row["by"] != by:
            by = row["by"]
            shown.add_section()
        shown.add_row(row["group"], str(row["missions"]), *(_share(row[name], wide=name == "right") for name in MEASURES))
    console.print(shown)
    if told["latency_p50_s"] is not None:
        rate = "" if told["tokens_per_s"] is None else f", {told['tokens_per_s']:.0f} tokens/s"
        console.print(
            f"latency of an answer: p50 {told['latency_p50_s']:.3f} s, p95 {told['latency_p95_s']:.3f} s{rate}", highlight=False
        )
    if not told["risk_coverage"]:
        console.print("no risk-coverage curve: this planner tells no confidence", highlight=False)
    for name, (meaning, _) in MEASURES.items():
        console.print(f"[dim]{name}: {meaning}[/dim]", soft_wrap=True, highlight=False)


def _share(share: dict[str, Any] | None, *, wide: bool) -> str:
    """A share in percent, with its interval where there is room."""
    if share is None:
        return "[dim]-[/dim]"
    low, high = (f"{100 * share[end]:.0f}" for end in ("low", "high"))
    return f"{100 * share['share']:.0f}" + (f" [dim]{low}-{high}[/dim]" if wide else "")
