"""Options that limit what a plan may take, and the limits that they make."""

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from verifier import Limits

__all__ = ["MaxDistance", "MaxSteps", "MaxTime", "make_limits"]

MaxTime: TypeAlias = Annotated[
    float | None, typer.Option("--max-time", help="Refuse plans that may take longer, seconds.", show_default=False)
]
MaxDistance: TypeAlias = Annotated[
    float | None, typer.Option("--max-distance", help="Refuse plans that may drive farther, metres.", show_default=False)
]
MaxSteps: TypeAlias = Annotated[
    int | None, typer.Option("--max-steps", help="Refuse plans of more steps than this.", show_default=False)
]


def make_limits(max_time: float | None, max_distance: float | None, max_steps: int | None) -> "Limits | None":
    """The limits that were asked for; None without any.

    Raises:
        BadOption: One of them is negative or not a number.
    """
    from math import isfinite

    from agent.errors import BadOption
    from verifier import Limits

    given = {"--max-time": max_time, "--max-distance": max_distance, "--max-steps": max_steps}
    for option, value in given.items():
        if value is not None and not (isfinite(value) and value >= 0):
            raise BadOption(f"{option} {value!r} is no limit: give a number of 0 or more.")
    if all(value is None for value in given.values()):
        return None
    return Limits(time_s=max_time, distance_m=max_distance, steps=max_steps)
