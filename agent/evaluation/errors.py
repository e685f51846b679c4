"""The errors of evaluation. Each message is one sentence: what failed, where, what to do."""

from agent.errors import AgentError

__all__ = ["ResultsInvalid", "SetInvalid"]


class SetInvalid(AgentError):
    """A mission set file cannot be used: not YAML, a key nobody knows, a map or a name that is not there."""


class ResultsInvalid(AgentError):
    """A results file belongs to another run, or cannot be read."""
