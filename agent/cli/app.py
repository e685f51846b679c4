"""The command tree: which word runs which function."""

import typer

from agent.cli import certificates, check_plan, eval, maps, missions, plan, repair, robot, rules, run, skills

__all__ = ["app"]

app = typer.Typer(
    name="surefoot",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Missions in plain language for robots: planned by a local model, **verified on the saved map**, then carried out.",
    epilog="Try: `surefoot plan 'inspect the pressure gauge' --map warehouse`. "
    "Exit codes: 0 feasible or done, 1 infeasible, failed or refused, 2 bad input, 3 needs an operator, 130 interrupted.",
)
app.command("run")(run.run)
app.command("resume")(run.resume)
app.command("plan")(plan.plan)
app.command("verify")(check_plan.verify)
app.command("repair")(repair.repair)
app.command("eval")(eval.evaluate)
app.command("check-certificate")(certificates.check_certificates)
app.add_typer(missions.app, name="missions")
app.add_typer(skills.app, name="skills")
app.add_typer(maps.app, name="maps")
app.add_typer(rules.app, name="rules")
app.add_typer(robot.app, name="robot")


@app.callback()
def common() -> None:
    """Missions in plain language for robots, verified on the saved map before anything moves."""
