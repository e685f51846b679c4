"""Reach: whether a disc can get from one point to another, settled exactly; indices that answer millions of such questions."""

from maps.reach.forest import WidthForest, width_forest
from maps.reach.gaps import EXACT, TOLERANCE, Gap, Gaps, gaps_of
from maps.reach.index import HALF_DIAGONAL, Outcome, Proof, ReachIndex, possible_cells, reach_index
from maps.reach.witness import witness

__all__ = [
    "EXACT", "HALF_DIAGONAL", "TOLERANCE", "Gap", "Gaps", "Outcome", "Proof", "ReachIndex", "WidthForest", "gaps_of",
    "possible_cells", "reach_index", "width_forest", "witness",
]  # fmt: skip
