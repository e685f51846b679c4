"""Planners: a brief in, a proposal out. Local GGUF models, OpenAI-compatible servers, both in turn, or a script.

Names are loaded when they are first used, so that importing this package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.planners.cloud import CloudPlanner
    from agent.planners.errors import (
        AdapterInvalid,
        AnswerRefused,
        ContextTooSmall,
        GrammarFailed,
        MissionInvalid,
        ModelInvalid,
        PlannerError,
        PlannerUnavailable,
        PlanUnreadable,
        Truncated,
    )
    from agent.planners.fallback import FallbackPlanner
    from agent.planners.local import LocalPlanner
    from agent.planners.make import make_planner, shipped_model
    from agent.planners.planner import MISSION_LIMIT, Brief, HistoryEntry, NamedArgument, Planner, Proposal, check_mission
    from agent.planners.scripted import ScriptedPlanner

__all__ = [
    "MISSION_LIMIT",
    "AdapterInvalid",
    "AnswerRefused",
    "Brief",
    "CloudPlanner",
    "ContextTooSmall",
    "FallbackPlanner",
    "GrammarFailed",
    "HistoryEntry",
    "LocalPlanner",
    "MissionInvalid",
    "ModelInvalid",
    "NamedArgument",
    "PlanUnreadable",
    "Planner",
    "PlannerError",
    "PlannerUnavailable",
    "Proposal",
    "ScriptedPlanner",
    "Truncated",
    "check_mission",
    "make_planner",
    "shipped_model",
]

_MODULES = {
    "cloud": ("CloudPlanner",),
    "fallback": ("FallbackPlanner",),
    "local": ("LocalPlanner",),
    "make": ("make_planner", "shipped_model"),
    "planner": ("MISSION_LIMIT", "Brief", "HistoryEntry", "NamedArgument", "Planner", "Proposal", "check_mission"),
    "scripted": ("ScriptedPlanner",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name's module when the name is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME.get(name, 'errors')}"), name)
