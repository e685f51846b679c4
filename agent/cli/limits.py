"""Options that limit what a plan may take, and the limits that they make."""

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from verifier import Limits

__all__ = ["MaxDistance", "MaxEnergy", "MaxSteps", "MaxTime", "make_limits"]

MaxTime: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--max-time", help="Refuse plans, and stop missions, that take longer, seconds of robot time.", show_default=False
    ),
]
MaxDistance: TypeAlias = Annotated[
    float | None,
    typer.Option("--max-distance", help="Refuse plans, and stop missions, that drive farther, metres.", show_default=False),
]
MaxEnergy: TypeAlias = Annotated[
    float | None,
    typer.Option("--max-energy", help="Refuse plans, and stop missions, that use more, watt-hours.", show_default=False),
]
MaxSteps: TypeAlias = Annotated[
    int | None, typer.Option("--max-steps", help="Refuse plans, and stop missions, of more steps.", show_default=False)
]


def make_limits(
    max_time: float | None, max_distance: float | None, max_steps: int | None, max_energy: float | None = None
) -> "Limits | None":
    """The limits that were asked for; None without any.

    Raises:
        BadOption: One of them is negative or not a number.
    """
    from math import isfinite

    from agent.errors import BadOption
    from verifier import Limits

    given = {"--max-time": max_time, "--max-distance": max_distance, "--max-steps": max_steps, "--max-energy": max_energy}
    for option, value in given.items():
        if value is not None and not (isfinite(value) and value >= 0):
            raise BadOption(f"{option} {value!r} is no limit: give a number of 0 or more.")
    if all(value is None for value in given.values()):
        return None
    return Limits(time_s=max_time, distance_m=max_distance, steps=max_steps, energy_wh=max_energy)
