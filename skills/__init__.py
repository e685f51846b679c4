"""What the robot can do: skills and their contracts, plans and outcomes, the Robot interface and its robots, the library."""

from typing import TYPE_CHECKING, Any

from skills.answering import Answerer, AttributeAnswerer, Sight
from skills.call import Plan, SkillCall
from skills.condition import (
    Condition,
    Effect,
    adds,
    at,
    at_least,
    at_most,
    charges,
    docked,
    door_is,
    fact,
    frees,
    hand_empty,
    hand_free,
    holding,
    in_set,
    keeps,
    loses,
    near,
    one_of,
    puts_down,
    rides,
    sets,
    size_of,
)
from skills.context import Authorise, Context, OnChanges, OnProgress
from skills.errors import (
    ArgumentProblem,
    ArgumentsInvalid,
    Mistake,
    RetryWith,
    RobotUnreachable,
    SkillError,
    SkillFailed,
    SkillFileInvalid,
    SkillFileMissing,
    UnknownSkill,
)
from skills.loading import load_installed_skills, load_skills
from skills.matching import matches
from skills.motion import implied_goal
from skills.notes import NO_NOTES, Notes
from skills.observation import Observation, ObservationKind
from skills.outcome import Outcome, OutcomeStatus
from skills.parameter import Kind, Parameter
from skills.plan_state import Interval, PlanState
from skills.registry import SkillSet, library
from skills.robot import ActionReport, ActionStatus, Robot, Stopped, Verb, View
from skills.skill import Skill, SkillFunction, SkillMotion, skill
from skills.types import At, Described, Known, Near, Seen

if TYPE_CHECKING:
    from skills.execution import execute

__all__ = [
    # plans and how they end
    "Plan", "SkillCall", "Outcome", "OutcomeStatus", "Observation", "ObservationKind",
    # writing a skill
    "skill", "Skill", "SkillFunction", "SkillMotion", "Parameter", "Kind", "At", "Near", "Seen", "Known", "Described",
    # conditions and effects
    "Condition", "Effect", "PlanState", "Notes", "NO_NOTES", "Interval", "hand_empty", "hand_free", "holding", "puts_down", "loses",
    "door_is", "at", "near", "rides", "docked", "charges", "fact", "one_of", "in_set", "size_of", "keeps", "frees",
    "at_least", "at_most", "sets", "adds",
    # running a skill
    "Context", "Authorise", "OnProgress", "OnChanges", "execute", "implied_goal", "Sight", "Answerer", "AttributeAnswerer",
    "matches",
    # finding skills
    "SkillSet", "library", "load_skills", "load_installed_skills",
    # robots
    "Robot", "ActionReport", "ActionStatus", "Stopped", "Verb", "View",
    # errors
    "SkillError", "SkillFileMissing", "SkillFileInvalid", "Mistake", "UnknownSkill", "ArgumentsInvalid", "ArgumentProblem",
    "SkillFailed", "RetryWith", "RobotUnreachable",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """What only a robot that moves needs is loaded on first use."""
    if name != "execute":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from skills.execution import execute

    return execute
