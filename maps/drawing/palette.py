"""The picture's colours: Okabe and Ito's eight, told apart under every kind of colour blindness, over a quiet ground."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from maps.features import DoorState, ZoneRule
from maps.scene import Role

__all__ = [
    "BLUE", "CARD", "DOOR_COLOURS", "EDGE", "FREE_SPACE", "HATCH", "INK", "KEEPOUT", "PAPER", "QUIET", "ROLE_COLOURS", "ROLE_INK",
    "SLOW", "SOLID", "TINTS", "UNKNOWN_SPACE", "WALL", "ZONE_INK",
]  # fmt: skip

ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
GREEN: Final = "#009E73"
YELLOW: Final = "#F0E442"
BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"

PAPER: Final = "#FFFFFF"
CARD: Final = "#F7F8FA"
EDGE: Final = "#D5DAE1"
INK: Final = "#1F2A37"
QUIET: Final = "#6B7785"

FREE_SPACE: Final = "#FCFBF7"
WALL: Final = "#2F3B4C"
SOLID: Final = "#A9B3C0"
"""The inside of thick obstacles, so that racks and tables read as bodies and walls as lines."""
UNKNOWN_SPACE: Final = "#E7EAEE"
HATCH: Final = "#D3D9E0"

KEEPOUT: Final = VERMILLION
SLOW: Final = ORANGE

ROLE_INK: Final[Mapping[Role, str]] = MappingProxyType({"warning": "#8A6000", "bottleneck": "#8A6000", "bad": "#A84900"})
"""Darker than the marks themselves, to be read as type; other roles are dark enough."""

ZONE_INK: Final[Mapping[ZoneRule, str]] = MappingProxyType({"keepout": "#A84900", "slow": "#8A6000"})
"""Darker than the zones themselves, to be read as type."""

TINTS: Final = (SKY, YELLOW, GREEN, PURPLE, ORANGE, BLUE)
"""Places are washed in these, faintly, by kind."""

ROLE_COLOURS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        "route": BLUE,
        "driven": GREEN,
        "ok": GREEN,
        "bad": VERMILLION,
        "warning": ORANGE,
        "highlight": PURPLE,
        "bottleneck": ORANGE,
        "muted": QUIET,
    }
)

DOOR_COLOURS: Final[Mapping[DoorState, str]] = MappingProxyType({"open": GREEN, "closed": VERMILLION, "locked": VERMILLION})
