"""Fonts for labels in any language: the default face, a CJK face where the system has one, else words that can be shown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from maps.world import World

__all__ = ["CJK_FAMILIES", "DEFAULT_FAMILY", "Typeface", "choose_typeface", "latin_names"]

DEFAULT_FAMILY = "DejaVu Sans"
"""Comes with matplotlib, so that pictures look the same everywhere."""

CJK_FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Noto Sans CJK JP", "Noto Sans CJK TC", "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei", "PingFang SC", "PingFang HK", "Hiragino Sans GB", "Heiti SC", "Heiti TC", "STHeiti", "Microsoft YaHei",
    "SimHei", "Arial Unicode MS", "Droid Sans Fallback", "AR PL UMing CN", "AR PL UKai CN", "Unifont",
)  # fmt: skip
"""Faces with Chinese glyphs, best first."""


@dataclass
class Typeface:
    """Which families to draw with, and how to write what they cannot show.

    Attributes:
        families: matplotlib font families, tried glyph by glyph.
        shows: Whether one character can be shown.
        instead: What to write in place of a name that cannot.
        replaced: Texts that were written otherwise so far.
    """

    families: tuple[str, ...]
    shows: Callable[[str], bool]
    instead: Mapping[str, str] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)

    def write(self, text: str) -> str:
        """The text as it can be drawn: names by a Latin alias, other characters by their escape; control characters as spaces."""
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split(" "))
        if all(map(self.shows, text)):
            return text
        self.replaced.add(text)
        for name in sorted(self.instead, key=len, reverse=True):
            text = text.replace(name, self.instead[name])
        return "".join(c if self.shows(c) else c.encode("unicode_escape").decode() for c in text)


def choose_typeface(texts: Iterable[str], instead: Mapping[str, str], families: Iterable[str] | None = None) -> Typeface:
    """The default face, and beside it the first of ``families`` on this system if the texts need one.

    Args:
        texts: Everything that may be written.
        instead: Names that may not be showable, with what to write then.
        families: CJK faces to look for; by default ``CJK_FAMILIES``.
    """
    have = _characters(DEFAULT_FAMILY)
    wanted = {c for text in texts for c in text if c.isprintable()} - have
    best: tuple[int, str, frozenset[str]] | None = None
    if wanted:
        for family in CJK_FAMILIES if families is None else families:
            characters = _characters(family)
            covered = len(wanted & characters)
            if covered and (best is None or covered > best[0]):
                best = (covered, family, characters)
            if covered == len(wanted):
                break
    if best is None:
        return Typeface((DEFAULT_FAMILY,), have.__contains__, instead)
    return Typeface((DEFAULT_FAMILY, best[1]), (have | best[2]).__contains__, instead)


def latin_names(world: World) -> dict[str, str]:
    """For each name beyond Latin-1, the first alias within it."""
    found = {}
    for group in (world.places, world.things, world.doors, world.zones):
        for name, feature in group.items():
            latin = next((alias for alias in feature.aliases if _is_latin(alias)), None)
            if not _is_latin(name) and latin is not None:
                found[name] = latin
    return found


def _is_latin(text: str) -> bool:
    return all(ord(c) < 256 for c in text)


@lru_cache(maxsize=32)
def _characters(family: str) -> frozenset[str]:
    """The characters a family has glyphs for; none if it is not on this system."""
    from matplotlib import font_manager

    if family not in {entry.name for entry in font_manager.fontManager.ttflist}:
        return frozenset()
    path: Any = font_manager.findfont(family)
    return frozenset(map(chr, font_manager.get_font(path).get_charmap()))
