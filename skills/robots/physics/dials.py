"""Dials: what of a thing only a close look at it would tell, and what such a look told."""

from dataclasses import replace
from io import BytesIO
from types import MappingProxyType
from typing import Any

from maps import Thing
from skills.robots.physics.furnishing import READINGS

__all__ = ["png", "unread", "with_reading"]


def unread(thing: Thing) -> Thing:
    """A thing without what only a close look at its dial would tell."""
    if thing.kind.casefold().split()[-1:] not in (["gauge"], ["meter"]):
        return thing
    kept = {key: value for key, value in thing.attributes.items() if key not in READINGS and key != "needle"}
    return replace(thing, attributes=MappingProxyType(kept))


def with_reading(thing: Thing, reading: str) -> Thing:
    """A thing with what was read from its dial, the unit among it."""
    kept = {key: value for key, value in thing.attributes.items() if key != "unit"}
    return replace(thing, attributes=MappingProxyType({**kept, "reading": reading}))


def png(rgb: Any) -> bytes:
    """A picture (H, W, 3) uint8 as a PNG file's bytes."""
    from PIL import Image

    out = BytesIO()
    Image.fromarray(rgb).save(out, "PNG")
    return out.getvalue()
