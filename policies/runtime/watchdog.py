"""The watchdog: RUN while everything is fresh, HOLD when something is missing, STOP when it stays missing or something is wrong.

A pure state machine: (state, what was seen in this tick) -> state. STOP is latched: only ``reset`` leaves it, and what was computed
from older observations is then not executed any more.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

__all__ = ["Mode", "Seen", "Watch", "WatchSettings", "reset", "watch"]


class Mode(StrEnum):
    """What the robot may do.

    RUN executes actions. HOLD brakes within the limits and stays, grip as it is; RUN goes on by itself with an action from a fresh
    observation. STOP brakes and stays until a person or program resets it.
    """

    RUN = "run"
    HOLD = "hold"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """How patient the watchdog is.

    Attributes:
        starved_ticks: So many ticks in a row without an action are bridged by braking; one more is HOLD.
        stale_s: An action whose observation is older than this is not executed, seconds.
        hold_s: HOLD for longer than this is STOP, seconds.
        start_s: The same before the first action after a start or a reset, when a policy may still be loading, seconds.
    """

    starved_ticks: int = 2
    stale_s: float = 0.4
    hold_s: float = 1.0
    start_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one tick saw.

    Attributes:
        now: Seconds.
        wanted: Whether there is a task; without one the robot holds, and no time runs against it.
        action: Whether there is an action for this tick.
        observed: When the observation was made that the action was computed from, seconds; None without an action.
        alive: Whether the policy's process lives.
        fault: What is wrong with the measurements or the policy's answers, a sentence; empty when nothing is.
        alarm: What must stop the robot at once, a sentence; empty when nothing must.
    """

    now: float
    wanted: bool = True
    action: bool = True
    observed: float | None = None
    alive: bool = True
    fault: str = ""
    alarm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The watchdog's state.

    Attributes:
        mode: What the robot may do.
        since: When this mode began, seconds; in HOLD without a task, now.
        reason: Why it is not RUN, a sentence.
        starved: Ticks in a row without an action.
        started: Whether an action was executed since the start or the last reset.
        fresh_after: Only actions from observations after this are executed, seconds.
    """

    mode: Mode = Mode.HOLD
    since: float = 0.0
    reason: str = "no task yet"
    starved: int = 0
    started: bool = False
    fresh_after: float = float("-inf")


def watch(state: Watch, seen: Seen, settings: WatchSettings) -> Watch:
    """The next state."""
    if state.mode is Mode.STOP:
        return state
    if seen.alarm:
        return replace(state, mode=Mode.STOP, since=seen.now, reason=seen.alarm)
    if not seen.wanted:
        return Watch(since=seen.now, reason="no task", fresh_after=seen.now)
    missing = _missing(state, seen, settings)
    starved = 0 if seen.action else state.starved + 1
    if state.mode is Mode.RUN:
        if not missing or (missing == _STARVED and starved <= settings.starved_ticks):
            return replace(state, starved=starved)
        return replace(state, mode=Mode.HOLD, since=seen.now, reason=missing, starved=starved, fresh_after=seen.now)
    if not missing:
        return replace(state, mode=Mode.RUN, since=seen.now, reason="", starved=0, started=True)
    patience = settings.hold_s if state.started else settings.start_s
    if seen.now - state.since > patience:
        reason = f"held for {seen.now - state.since:.2f} s: {missing}"
        return replace(state, mode=Mode.STOP, since=seen.now, reason=reason, starved=starved)
    return replace(state, reason=missing, starved=starved)


def reset(state: Watch, now: float) -> Watch:
    """Leave STOP: hold until there is an action from an observation made after now. No effect in the other modes."""
    if state.mode is not Mode.STOP:
        return state
    return Watch(since=now, reason="waiting for an action from a fresh observation", fresh_after=now)


_STARVED = "no action for this tick"


def _missing(state: Watch, seen: Seen, settings: WatchSettings) -> str:
    """The first thing that keeps the robot from executing an action; empty when nothing does."""
    if seen.fault:
        return seen.fault
    if not seen.alive:
        return "the policy's process is dead"
    if not seen.action or seen.observed is None:
        return _STARVED
    if seen.observed < state.fresh_after:
        return "waiting for an action from a fresh observation"
    if seen.now - seen.observed > settings.stale_s:
        return f"the action's observation is {seen.now - seen.observed:.2f} s old, more than {settings.stale_s:g} s"
    return ""
