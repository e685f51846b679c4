"""The errors that missions raise for a user's or an environment's fault; each message is one sentence.

AgentError
├── BadPlanFile       a plan file is missing or not a plan
├── BadOption         an option's value cannot be used
├── MissionNotFound   no mission has that id
├── MissionBusy       another process runs that mission
├── MissionEnded      the mission is over: nothing to resume or cancel
├── JournalBroken     the journal was edited or damaged: its hash chain does not hold
└── StoreError        the mission's folder cannot be written (disk full, permissions)
"""

__all__ = [
    "AgentError",
    "BadOption",
    "BadPlanFile",
    "JournalBroken",
    "MissionBusy",
    "MissionEnded",
    "MissionNotFound",
    "StoreError",
]


class AgentError(Exception):
    """Base of the errors that missions raise on purpose."""


class BadPlanFile(AgentError):
    """A plan file is missing, not JSON, or not a plan."""


class BadOption(AgentError):
    """An option's value cannot be used."""


class MissionNotFound(AgentError):
    """No stored mission has this id."""


class MissionBusy(AgentError):
    """Another process holds the mission."""


class MissionEnded(AgentError):
    """The mission has already ended."""


class JournalBroken(AgentError):
    """The journal's hash chain does not hold."""


class StoreError(AgentError):
    """The mission's folder cannot be written."""
