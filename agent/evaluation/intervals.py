"""Intervals: a share of a few hundred cases is known only so well."""

import math

__all__ = ["interval"]


def interval(good: int, total: int, z: float = 1.96) -> tuple[float, float, float]:
    """A share with its 95 % Wilson interval; all zero for nothing."""
    if not total:
        return 0.0, 0.0, 0.0
    share = good / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return share, max(0.0, centre - half), min(1.0, centre + half)
