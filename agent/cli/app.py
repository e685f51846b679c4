"""The command tree: which word runs which function. A command's module is imported when its word is given, or for the help."""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    app: typer.Typer

__all__ = ["app", "make_app"]

_COMMANDS = {
    "run": "agent.cli.run:run",
    "resume": "agent.cli.run:resume",
    "plan": "agent.cli.plan:plan",
    "verify": "agent.cli.check_plan:verify",
    "repair": "agent.cli.repair:repair",
    "eval": "agent.cli.eval:evaluate",
    "check-certificate": "agent.cli.certificates:check_certificates",
    "missions": "agent.cli.missions:app",
    "skills": "agent.cli.skills:app",
    "maps": "agent.cli.maps:app",
    "rules": "agent.cli.rules:app",
    "robot": "agent.cli.robot:app",
    "policy": "agent.cli.policy:app",
}
"""By word the function that it runs, or the commands below it."""


def make_app(words: Sequence[str] = ()) -> typer.Typer:
    """The command tree; all of it, or only the branch that is asked for: reading the options of all takes longer than many runs.

    Args:
        words: What stands behind ``surefoot`` on the command line.
    """
    tree = typer.Typer(
        name="surefoot",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        help="Missions in plain language for robots: planned by a local model, **verified on the saved map**, then carried out.",
        epilog="Try: `surefoot plan 'inspect the pressure gauge' --map warehouse`. "
        "Exit codes: 0 feasible or done, 1 infeasible, failed or refused, 2 bad input, 3 needs an operator, 130 interrupted.",
    )
    tree.callback()(common)
    for word in words[:1] if words and words[0] in _COMMANDS else _COMMANDS:
        module, name = _COMMANDS[word].split(":")
        found: Any = getattr(import_module(module), name)
        if isinstance(found, typer.Typer):
            tree.add_typer(found, name=word)
        else:
            tree.command(word)(found)
    return tree


def common() -> None:
    """Missions in plain language for robots, verified on the saved map before anything moves."""


def __getattr__(name: str) -> Any:
    """``app``: the whole tree, made on first use."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return make_app()
