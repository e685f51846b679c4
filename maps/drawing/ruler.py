"""The ruler: how wide a text will be, and where its lines break."""

from dataclasses import dataclass, field
from typing import Any

from maps.drawing.fonts import Typeface

__all__ = ["Ruler", "shortened"]

_LONGEST = 400


def shortened(text: str, longest: int = _LONGEST) -> str:
    """The text, or its beginning with an ellipsis: nobody reads pages off a picture."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


@dataclass
class Ruler:
    """Measures text with the fonts that it will be drawn with; all sizes in sheet units.

    Attributes:
        renderer: matplotlib's Agg renderer, at 100 dots per inch.
        typeface: The fonts.
        known: What was measured already.
    """

    renderer: Any
    typeface: Typeface

    known: dict[tuple[str, float, str], tuple[float, float]] = field(default_factory=dict)

    def measure(self, text: str, size: float, weight: str = "normal") -> tuple[float, float]:
        """Width and height of a line of text, sheet units."""
        from matplotlib.font_manager import FontProperties

        key = (text, size, weight)
        if key in self.known:
            return self.known[key]
        font = FontProperties(family=list(self.typeface.families), size=size * 0.72, weight=weight)
        width, height, _ = self.renderer.get_text_width_height_descent(self.typeface.write(text) or " ", font, False)
        self.known[key] = (float(width), float(max(height, size * 0.9)))
        return self.known[key]

    def wrap(self, text: str, size: float, width: float, weight: str = "normal") -> list[str]:
        """Break a text into lines no wider than ``width``; a word that is too long is cut."""
        lines: list[str] = []
        line = ""
        for word in self.typeface.write(shortened(text)).split():
            trial = f"{line} {word}".strip()
            if self.measure(trial, size, weight)[0] <= width:
                line = trial
                continue
            if line:
                lines.append(line)
            while self.measure(word, size, weight)[0] > width and len(word) > 1:
                cut = max(1, int(len(word) * width / self.measure(word, size, weight)[0]))
                lines.append(word[:cut])
                word = word[cut:]
            line = word
        return [*lines, line] if line else lines
