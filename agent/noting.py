"""The mission's notes: what its steps have brought about that no robot reports, kept in the state from one step to the next."""

from agent.state import Json, MissionState
from skills import NO_NOTES, Notes, Outcome

__all__ = ["notes_of", "settled"]


def notes_of(state: MissionState) -> Notes:
    """What the steps so far have noted down."""
    kept = state.get("notes")
    return NO_NOTES if kept is None else Notes.from_json(kept)


def settled(state: MissionState, outcome: Outcome) -> Json:
    """The notes once the step in progress has ended, as an update of the state.

    Args:
        state: Its ``ending`` was worked out with the intent, so that nothing is counted twice when a node runs again.
        outcome: How the step ended. A step with ``outcomes`` tells the one by its value: the outcome's name, or an object whose
            ``outcome`` is that name; otherwise each of them may be. A step that was stopped counts as failed.
    """
    ending = state.get("ending")
    if ending is None:
        return {}
    if not outcome.ok:
        return {"notes": ending["failed"]}
    told = outcome.value.get("outcome") if isinstance(outcome.value, dict) else outcome.value
    known = ending["outcomes"].get(told) if isinstance(told, str) else None
    return {"notes": ending["done"] if known is None else known}
