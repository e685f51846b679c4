"""The figures of ``benchmarks.policy_latency``: percentiles of each contestant, ratios, bars, and the table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["BARS", "Row", "compared", "least_of", "row_of", "table", "verdicts"]

Row = dict[str, Any]

BARS = {"exported": {"decode_p99": 2.0, "full_p50": 4.0}, "eager": {"decode_p99": 4.0, "full_p50": 10.0}}
"""Milliseconds by the clock, size small."""


def row_of(name: str, about: Row, times: Mapping[str, np.ndarray]) -> Row:
    """Percentiles in milliseconds: ``encode_p50`` by the clock, ``encode_cpu_p50`` of processor time, and so on."""
    row = {"name": name, **about, "calls": len(times["full"])}
    for act, values in times.items():
        for column, kind in enumerate(("", "_cpu")):
            for share in (50, 95, 99):
                row[f"{act}{kind}_p{share}"] = round(float(np.percentile(values[:, column], share)) * 1e3, 3)
    return row


def least_of(times: Mapping[str, np.ndarray]) -> dict[str, float]:
    """The shortest call of each act, milliseconds of processor time."""
    return {act: round(float(values[:, 1].min()) * 1e3, 3) for act, values in times.items()}


def compared(rows: Sequence[Row]) -> str:
    """Give every row its ratio: full, processor time at the 50th percentile, in units of the fastest export of ``small``.

    Returns:
        The name of the row that is the unit: that of another size where ``small`` is not among them.
    """
    exported = [row for row in rows if row.get("backend", "eager") != "eager" and "not_run" not in row]
    choice = [row for row in exported if row["size"] == "small"] or exported or [row for row in rows if "not_run" not in row]
    unit = min(choice, key=lambda row: row["full_cpu_p50"])
    for row in rows:
        if "not_run" not in row:
            row["ratio"] = round(row["full_cpu_p50"] / unit["full_cpu_p50"], 2)
    return str(unit["name"])


def verdicts(rows: Sequence[Row]) -> list[Row]:
    """Each bar with what was found: for exports the best backend counts."""
    small = [row for row in rows if row.get("size") == "small" and "not_run" not in row]
    found = []
    for kind, bars in BARS.items():
        mine = [row for row in small if (row["backend"] == "eager") == (kind == "eager")]
        for key, bar in bars.items() if mine else ():
            best = min(mine, key=lambda row: row[key])
            found.append({"bar": f"{kind} {key}", "most_ms": bar, "ms": best[key], "by": best["name"], "met": best[key] <= bar})
    return found


def table(rows: Sequence[Row]) -> str:
    """The rows as text: p50/p95/p99 by the clock, and the 50th percentile of processor time."""
    wide = max(len(row["name"]) for row in rows)
    lines = [f"{'':<{wide}} {'encode':>30} {'decode':>30} {'full':>30} {'ratio':>7} {'calls':>6}"]
    for row in rows:
        if "not_run" in row:
            lines.append(f"{row['name']:<{wide}} not run: {row['not_run']}")
            continue
        cells = [_cell(row, act) for act in ("encode", "decode", "full")]
        lines.append(f"{row['name']:<{wide}} {' '.join(f'{cell:>30}' for cell in cells)} {row['ratio']:>7.2f} {row['calls']:>6}")
    return "\n".join(lines)


def _cell(row: Row, act: str) -> str:
    if f"{act}_p50" not in row:
        return "-"
    clock = "/".join(f"{row[f'{act}_p{share}']:.2f}" for share in (50, 95, 99))
    return f"{clock} ({row[f'{act}_cpu_p50']:.2f})"
