"""Figures out of the house: CSV for spreadsheets, JSON for programs, a picture for people."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.evaluation.figures import MEASURES, Row, Share, groups, risk_coverage, table
from agent.evaluation.result import Case
from agent.files import write_atomically

__all__ = ["draw_figures", "to_csv"]


def to_csv(rows: Sequence[Row]) -> str:
    """The table as CSV: for each measure the share, the interval's ends, and how many cases it is of."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["by", "group", "missions", *(f"{name}{part}" for name in MEASURES for part in ("", " low", " high", " of"))])
    for row in rows:
        writer.writerow([row.by, row.group, row.missions, *(cell for share in row.shares.values() for cell in _cells(share))])
    return out.getvalue()


def _cells(share: Share) -> list[Any]:
    return [*(round(value, 4) for value in share.bounds), share.of] if share.of else ["", "", "", 0]


def draw_figures(cases: Sequence[Case], title: str, path: Path) -> None:
    """Draw bars with their intervals by group, and the risk-coverage curve where there is one, as PNG or SVG.

    Raises:
        StoreError: The picture cannot be written; an old one stays.
    """
    from matplotlib.figure import Figure

    curve = risk_coverage(cases)
    figure = Figure(figsize=(11 if curve else 8, 0.26 * len(list(groups(cases))) + 2.2), layout="constrained")
    if curve:
        left, right = figure.subplots(1, 2, width_ratios=(2, 1))
        right.step([point[1] for point in curve], [point[2] for point in curve], where="post")
        right.set(xlabel="share of the plans that are run", ylabel="wrong ones among them", xlim=(0, 1), ylim=(0, 1))
        right.set_box_aspect(1)
        right.set_anchor("N")
        right.set_title("Risk and coverage", fontsize="medium")
    else:
        left = figure.subplots()
    _bars(left, table(cases))
    figure.suptitle(title)
    picture = io.BytesIO()
    figure.savefig(
        picture,
        format=path.suffix.lstrip(".").lower() or "png",
        dpi=110,
        metadata={"Date": None} if path.suffix == ".svg" else None,
    )
    write_atomically(path, picture.getvalue())


def _bars(axes: Any, rows: Sequence[Row]) -> None:
    colours = {"all": "0.25", "language": "tab:blue", "size": "tab:green", "wanted": "tab:purple", "capability": "tab:orange"}
    shown = list(reversed(rows))
    for at, row in enumerate(shown):
        share, low, high = row.shares["right"].bounds
        axes.barh(at, share, color=colours[row.by], height=0.7)
        axes.errorbar(share, at, xerr=[[max(share - low, 0.0)], [max(high - share, 0.0)]], color="black", capsize=2, linewidth=0.8)
    axes.set_yticks(range(len(shown)), [f"{row.group} ({row.missions})" for row in shown], fontsize="small")
    axes.set(xlim=(0, 1.02), ylim=(-0.6, len(shown) - 0.4), xlabel="treated as it should be, with 95 % interval")
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
