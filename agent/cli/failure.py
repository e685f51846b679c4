"""Which exceptions are a user's or an environment's fault, and what they say."""

__all__ = ["sentence_of"]


def sentence_of(error: Exception) -> str | None:
    """The sentence of an error that was raised on purpose; None for a bug."""
    from agent.errors import AgentError
    from agent.planners.errors import PlannerError
    from agent.settings import SettingsInvalid
    from maps import MapError
    from skills.errors import SkillError

    expected = (AgentError, MapError, PlannerError, SettingsInvalid, SkillError)
    return str(error) if isinstance(error, expected) else None
