"""Rules: where the hand goes next, from where it is now. No memory, so that they know what to do from any state."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from policies.arm import ARM
from policies.expert.situation import Aim

__all__ = ["LIFT_M", "RULES", "Hand", "Move", "Task", "grip_height", "is_between"]

Task: TypeAlias = Literal["pick", "place", "press"]
Floats = NDArray[np.float64]

ABOVE_M = 0.10
LIFT_M = 0.14
"""How far above where it stood a thing that is picked is lifted, metres."""
ALIGNED_M = 0.008
ALIGNED_RAD = 0.06
THERE_M = 0.006
CLEAR_M = 0.030
"""The grip point stays so far above what a thing stands on, so that the fingertips do not touch it, metres."""

TRAVEL_M = 0.040
"""How deep below a button's top the fingertips aim, metres: deeper than they get, so that they press hard enough."""

OPEN_M = 0.05
"""How far the fingers open when a button has been pressed, metres."""

TIP_M = 0.025
"""From the grip point to the fingertips, metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Where the hand is: grip point (3,) metres, yaw, and the fingers' opening, metres."""

    at: Floats
    yaw: float
    opening: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where the hand shall go.

    Attributes:
        to: Grip point (3,), metres.
        yaw: Radians.
        opening: Metres; below what is held, the fingers press.
        phase: What this is for, in a word.
        done: Whether nothing is left to do.
        pace: Share of the hand's speed.
    """

    to: Floats
    yaw: float
    opening: float
    phase: str
    done: bool = False
    pace: float = 1.0


def grip_height(aim: Aim) -> float:
    """How far above a thing's underside it is gripped, metres."""
    return max(CLEAR_M, min(0.5 * aim.height, aim.height - 0.012))


def is_between(hand: Hand, aim: Aim) -> bool:
    """Whether the fingers are closed on something as wide as the thing."""
    return aim.width - 0.012 <= hand.opening <= aim.width + 0.004


def _pick(hand: Hand, aim: Aim) -> Move:
    bottom = aim.at[2] - 0.5 * aim.height
    grip = np.array([aim.at[0], aim.at[1], bottom + grip_height(aim)])
    wide = min(aim.width + 0.035, ARM.opening_m)
    closed = max(aim.width - aim.squeeze_n / ARM.grip_stiffness, 0.0)
    away = math.hypot(*(hand.at[:2] - grip[:2]))
    near = away < 0.03 and abs(hand.at[2] - grip[2]) < 0.03
    if near and is_between(hand, aim):  # the thing is in the hand and goes up with it
        high = np.array([*hand.at[:2], aim.goal[2]])
        pace = 0.15 if hand.at[2] < aim.goal[2] - 0.125 else 1.0  # gently at first, while the fingers' force builds up
        return Move(to=high, yaw=hand.yaw, opening=closed, phase="lift", done=hand.at[2] > aim.goal[2] - 0.01, pace=pace)
    aligned = away < ALIGNED_M and abs(_turn(hand.yaw, aim.yaw)) < ALIGNED_RAD
    low = hand.at[2] < grip[2] + ABOVE_M - 0.03
    if not aligned and away > 0.03 and low:
        return Move(to=np.array([*hand.at[:2], grip[2] + ABOVE_M]), yaw=hand.yaw, opening=wide, phase="rise")
    closing = hand.opening < aim.width + 0.008
    if not aligned and not (closing and away < 0.02):
        height = grip[2] + ABOVE_M if away > 0.02 else min(grip[2] + ABOVE_M, hand.at[2])
        return Move(to=np.array([grip[0], grip[1], height]), yaw=aim.yaw, opening=wide, phase="approach")
    if hand.at[2] > grip[2] + THERE_M:
        return Move(to=grip, yaw=aim.yaw, opening=wide, phase="descend")
    return Move(to=grip, yaw=aim.yaw, opening=closed, phase="grip")


def _place(hand: Hand, aim: Aim) -> Move:
    down = np.array([aim.goal[0], aim.goal[1], aim.goal[2] + grip_height(aim) + 0.003])
    closed = max(aim.width - aim.squeeze_n / ARM.grip_stiffness, 0.0)
    wide = min(aim.width + 0.03, ARM.opening_m)
    away = math.hypot(*(hand.at[:2] - down[:2]))
    if hand.opening > aim.width + 0.005:  # it has been let go
        if hand.opening < wide - 0.008 and away < 0.03 and hand.at[2] < down[2] + 0.02:
            return Move(to=hand.at, yaw=hand.yaw, opening=wide, phase="release")
        up = down[2] + 0.13
        return Move(to=np.array([*hand.at[:2], up]), yaw=hand.yaw, opening=wide, phase="leave", done=hand.at[2] > up - 0.01)
    over = down[2] + ABOVE_M
    if away > ALIGNED_M:
        if hand.at[2] < over - 0.03 and away > 0.03:
            return Move(to=np.array([*hand.at[:2], over]), yaw=hand.yaw, opening=closed, phase="rise")
        height = over if away > 0.02 else min(over, hand.at[2])
        return Move(to=np.array([down[0], down[1], height]), yaw=aim.yaw, opening=closed, phase="carry")
    if hand.at[2] > down[2] + THERE_M:
        pace = 0.4 if hand.at[2] < down[2] + 0.03 else 1.0
        return Move(to=down, yaw=aim.yaw, opening=closed, phase="lower", pace=pace)
    return Move(to=down, yaw=aim.yaw, opening=wide, phase="release")


def _press(hand: Hand, aim: Aim) -> Move:
    top = np.array([aim.at[0], aim.at[1], aim.at[2] + TIP_M])
    away = math.hypot(*(hand.at[:2] - top[:2]))
    if aim.done:
        up = top[2] + 0.10  # with open fingers: who sees one moment only can tell that it is done
        return Move(to=np.array([*hand.at[:2], up]), yaw=hand.yaw, opening=OPEN_M, phase="leave", done=hand.at[2] > up - 0.01)
    if away > ALIGNED_M or hand.opening > 0.02:
        if hand.at[2] < top[2] + 0.05 and away > 0.03:
            return Move(to=np.array([*hand.at[:2], top[2] + 0.08]), yaw=hand.yaw, opening=0.0, phase="rise")
        height = top[2] + 0.08 if away > 0.02 else hand.at[2]
        return Move(to=np.array([top[0], top[1], height]), yaw=aim.yaw, opening=0.0, phase="approach")
    return Move(to=top - (0.0, 0.0, TRAVEL_M), yaw=aim.yaw, opening=0.0, phase="press")


def _turn(a: float, b: float) -> float:
    """From one hand yaw to another: half a turn is the same grip."""
    return (b - a + math.pi / 2) % math.pi - math.pi / 2


RULES: Mapping[Task, Callable[[Hand, Aim], Move]] = MappingProxyType({"pick": _pick, "place": _place, "press": _press})
"""What to do next, by task."""
