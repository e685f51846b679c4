"""Setbacks: how a mission goes on when a step failed: once more, another way, by what its own words say for this, or without it."""

from agent.setbacks.fallbacks import Fallback, fallbacks, kept_back
from agent.setbacks.going import Onward
from agent.setbacks.kinds import Setback
from agent.setbacks.onward import Broken, onward

__all__ = ["Broken", "Fallback", "Onward", "Setback", "fallbacks", "kept_back", "onward"]
