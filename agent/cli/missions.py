"""``surefoot missions``: list, show and cancel stored missions; cancel also reaches one that another process runs."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.options import AsJson, Config

if TYPE_CHECKING:
    from agent.journal import Reading

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Missions that were run: list them, look at one, cancel one.")

Identifier = Annotated[str, typer.Argument(metavar="ID", help="A mission's id, or the beginning of it.")]


@app.command("list")
def list_missions(config: Config = None, as_json: AsJson = False) -> None:
    """List missions, oldest first, with how each one stands."""
    from agent.cli.show import print_json
    from agent.errors import MissionNotFound

    rows = []
    for folder in _store(config).list():
        try:
            record = folder.read()
        except MissionNotFound as damage:  # one that cannot be read hides none of the others
            rows.append({"id": folder.id, "status": "damaged", "map": "", "instruction": str(damage)})
            continue
        rows.append({"id": record.id, "status": _status(folder, record), "map": record.map, "instruction": record.instruction})
    if as_json:
        print_json({"surefoot": 1, "missions": rows})
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("id", "status", "map", "mission"):
        table.add_column(heading, no_wrap=heading != "mission")
    for row in rows:
        table.add_row(row["id"], row["status"], escape(Path(row["map"]).name), escape(row["instruction"][:100]))
    Console().print(table if rows else "No missions yet: surefoot run 'go to the packing station' --map warehouse")


@app.command("show")
def show(identifier: Identifier, config: Config = None, as_json: AsJson = False) -> None:
    """Show one mission: its plans, verdicts, steps and report. Checks that its journal was neither altered nor cut."""
    from agent.cli.show import print_json, print_report
    from agent.journal import read_whole

    folder = _store(config).open(identifier)
    record = folder.read()
    status = _status(folder, record)
    journal = read_whole(folder.journal, record.sealed)
    summary = record.summary
    if status == "interrupted":
        summary = f"The process that ran it is gone. `surefoot resume {folder.id}` goes on."
    report: dict[str, Any] = folder.read_document("report.json") or {"status": status, "summary": summary}
    if as_json:
        print_json(
            {
                "surefoot": 1,
                "mission": record.model_dump(mode="json"),
                "report": report,
                "journal": {"records": journal.records, "sealed": journal.sealed},
                "events": [event.model_dump(mode="json") for event in journal.events],
            }
        )
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    console.print(f"[bold]{escape(record.instruction)}[/bold]\n{record.id} on {escape(record.map)}, {record.created}")
    print_report(report, console)
    end = _end_of(journal, status)
    console.print(f"[dim]{len(journal.events)} events, {end}: {escape(str(folder.journal))}[/dim]", soft_wrap=True)
    if folder.picture.exists():
        console.print(f"picture: {folder.picture}", soft_wrap=True, markup=False, highlight=False)


@app.command("cancel")
def cancel(
    identifier: Identifier,
    config: Config = None,
    wait_s: Annotated[float, typer.Option("--wait", help="How long to wait for the robot to stand still, seconds.")] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Cancel a mission: the robot is stopped, by the process that runs the mission or, when that is gone, from here."""
    from agent.errors import MissionEnded

    folder = _store(config).open(identifier)
    if folder.read().ended:
        raise MissionEnded(f"Mission {folder.id} has ended already ({folder.read().status}).")
    if folder.is_running():
        folder.give_order("cancel")
        end = time.monotonic() + wait_s
        while time.monotonic() < end and not folder.read().ended and folder.is_running():
            time.sleep(0.1)
    if not folder.read().ended and not folder.is_running():
        _cancel_here(folder)
    record = folder.read()
    if not record.ended:
        summary = f"Mission {folder.id} was told to stop and has not confirmed it within {wait_s:g} s."
    elif record.status == "cancelled":
        summary = f"Mission {folder.id} is cancelled; the robot stands still."
    else:
        summary = f"Mission {folder.id} had ended before the order reached it ({record.status}: {record.summary})."
    if as_json:
        from agent.cli.show import print_json

        print_json({"surefoot": 1, "mission": folder.id, "status": record.status, "summary": summary})
    else:
        typer.echo(summary, err=not record.ended)
    raise typer.Exit(0 if record.status == "cancelled" else 1)


def _status(folder: Any, record: Any) -> str:
    """How a mission stands: ``running`` only while a process runs it, else it was ``interrupted``."""
    return "interrupted" if record.status == "running" and not folder.is_running() else str(record.status)


def _end_of(journal: "Reading", status: str) -> str:
    """What can be said of a journal whose chain holds: only a seal tells that nothing is missing behind its last record."""
    if journal.sealed:
        return "hash chain intact and sealed"
    if status == "running":
        return "hash chain intact so far"
    return f"hash chain holds, but it ended without a seal after {journal.records} records, so that later ones may be missing"


def _cancel_here(folder: Any) -> None:
    """Stop the robot of a mission that no process runs, then close the mission."""
    import asyncio

    from agent.journal import Journal
    from agent.settings import stored_settings
    from maps import find_map, load_world
    from skills.robots import RealClock, SimulatedRobot

    with folder.locked():
        record = folder.read()
        settings = stored_settings(record.settings)
        evidence: dict[str, Any] = {}
        if folder.robot.exists():
            world, clock = load_world(find_map(record.map)), RealClock(rate=settings.robot.rate)
            robot = SimulatedRobot.open(folder.robot, world, body=settings.body, clock=clock)
            stopped = asyncio.run(robot.stop())
            evidence = {"pose": [stopped.state.pose.x, stopped.state.pose.y, stopped.state.pose.yaw]}
        journal = Journal(folder.journal, folder.id)
        whole = journal.records >= record.sealed
        journal.append("cancelled", evidence)
        if whole:  # one that was cut stays without a seal
            folder.update(sealed=journal.append("sealed", {"status": "cancelled"}).seq)
        folder.update(status="cancelled", summary="Cancelled by the operator; the robot stands still.")


def _store(config: Any) -> Any:
    from agent.cli.setup import open_store
    from agent.settings import load_settings

    return open_store(load_settings(config))
