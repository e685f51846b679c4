"""The face of a gauge: a white plate with four corner marks, a dial with a red needle, and three seven-segment digits.

All places on it are in plate units: x to the right, y up, -1 to 1. What draws it and what reads it (``gauge_reading``) share them.
"""

import math

__all__ = [
    "CORNERS", "DIAL", "DIGITS", "DIGIT_H", "DIGIT_W", "DIGIT_Y", "HALF_M", "NEEDLE", "SEGMENTS", "SEGMENT_SPOTS", "SIGN_X",
    "START", "SWEEP", "gauge_face", "needle_angle", "shown",
]  # fmt: skip

HALF_M = 0.11
"""Half the plate's width and height, metres."""

CORNERS = ((-0.88, 0.88), (0.88, 0.88), (0.88, -0.88), (-0.88, -0.88))
"""Corner marks, clockwise from the top left: the first is magenta, the others are cyan."""

DIAL = (0.0, 0.16)
"""Middle of the dial."""

NEEDLE = (0.16, 0.56)
"""Where the needle shows, from and to, as distances from the dial's middle."""

DIGITS = (-0.36, 0.0, 0.36)
"""Middles of the digits, x; the point is left of the last."""

DIGIT_Y, DIGIT_W, DIGIT_H = -0.66, 0.11, 0.19
"""Height of the digits' middles on the plate, and half their width and height."""

SIGN_X = -0.56
"""Middle of the minus sign."""

SEGMENTS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg")
"""Which segments light up for each digit."""

SEGMENT_SPOTS = {
    "a": (0, 1), "b": (1, 0.5), "c": (1, -0.5), "d": (0, -1), "e": (-1, -0.5), "f": (-1, 0.5), "g": (0, 0),
}  # fmt: skip
"""Where the segments lie, in half widths and heights of a digit."""

START, SWEEP = math.radians(225.0), math.radians(270.0)


def needle_angle(value: float, scale: tuple[float, float]) -> float:
    """Direction of the needle on the plate, radians, counter-clockwise from the right; kept within the dial."""
    share = (value - scale[0]) / (scale[1] - scale[0])
    return START - SWEEP * min(max(share, 0.0), 1.0)


def shown(value: float) -> tuple[str, bool]:
    """The three digits for a value's size, 0.0 to 99.9 and 100 to 999, and whether the point before the last one is lit."""
    size = abs(value)
    return (f"{round(size * 10):03d}", True) if size < 99.95 else (f"{min(round(size), 999):03d}", False)


def gauge_face(name: str, at: tuple[float, float, float], yaw: float, value: float, scale: tuple[float, float]) -> str:
    """A gauge as MJCF.

    Args:
        name: Of its body.
        at: Middle of the plate, metres.
        yaw: Direction that it faces.
        value: What it reads.
        scale: The dial's ends.
    """
    parts = [
        _box(0, 0, 1, 1, 0.0, "0.96 0.96 0.94 1", depth=0.012),
        _box(0, 0, 1.06, 1.06, -0.004, "0.12 0.13 0.15 1", depth=0.012),
    ]
    for i, (x, y) in enumerate(CORNERS):
        parts.append(_box(x, y, 0.07, 0.07, 0.013, "0.95 0.05 0.85 1" if i == 0 else "0.0 0.75 0.85 1"))
    cx, cy = DIAL
    for k in range(11):
        angle, long = START - SWEEP * k / 10, 0.06 if k % 5 else 0.10
        r = 0.72 - long / 2
        parts.append(_box(cx + r * math.cos(angle), cy + r * math.sin(angle), long / 2, 0.014, 0.013, "0.1 0.1 0.1 1", angle))
    angle = needle_angle(value, scale)
    middle, half = 0.5 * (NEEDLE[1] - 0.06), 0.5 * (NEEDLE[1] + 0.06)
    parts.append(_box(cx + middle * math.cos(angle), cy + middle * math.sin(angle), half, 0.022, 0.016, "0.86 0.05 0.05 1", angle))
    parts.append(_box(0, DIGIT_Y, 0.60, 0.28, 0.013, "0.05 0.07 0.06 1"))
    text, pointed = shown(value)
    for x, digit in zip(DIGITS, text, strict=True):
        for segment in SEGMENTS[int(digit)]:
            sx, sy = SEGMENT_SPOTS[segment]
            flat = segment in "adg"
            half_w, half_h = (0.085, 0.024) if flat else (0.024, 0.075)
            parts.append(_box(x + sx * DIGIT_W, DIGIT_Y + sy * DIGIT_H, half_w, half_h, 0.015, "0.2 1 0.35 1"))
    if value < 0:
        parts.append(_box(SIGN_X, DIGIT_Y, 0.034, 0.024, 0.015, "0.2 1 0.35 1"))
    if pointed:
        parts.append(_box(0.5 * (DIGITS[1] + DIGITS[2]), DIGIT_Y - DIGIT_H, 0.024, 0.024, 0.015, "0.2 1 0.35 1"))
    # the plate's x is to the right of who looks at it, its z faces them: rotate (right, up, out) into the world
    out = (math.cos(yaw), math.sin(yaw))
    right = (-out[1], out[0])
    return (
        f'<body name="{name}" pos="{at[0]:.4f} {at[1]:.4f} {at[2]:.4f}" xyaxes="{right[0]:.5f} {right[1]:.5f} 0 0 0 1">'
        f"{''.join(parts)}</body>"
    )


def _box(x: float, y: float, half_x: float, half_y: float, out: float, rgba: str, turn: float = 0.0, depth: float = 0.001) -> str:
    """A flat box on the plate; ``out`` metres before its middle."""
    m = HALF_M
    return (
        f'<geom type="box" contype="0" conaffinity="0" group="2" pos="{x * m:.5f} {y * m:.5f} {out:.4f}" euler="0 0 {turn:.5f}" '
        f'size="{half_x * m:.5f} {half_y * m:.5f} {depth}" rgba="{rgba}"/>'
    )
