"""Bodies that are no discs: which headings fit where, decided in three values, and routes that turn and drive accordingly."""

from maps.footprint.shape import FootprintInvalid, carried_outline, checked_footprint, circumscribed_radius, inscribed_radius
from maps.footprint.touch import overlaps

__all__ = [
    "FootprintInvalid", "carried_outline", "checked_footprint", "circumscribed_radius", "inscribed_radius", "overlaps",
]  # fmt: skip
