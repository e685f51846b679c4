"""Names: every place, thing and door that a call mentions exists on this map."""

from collections.abc import Iterator

from maps import World
from maps.world import FEATURE_TYPES
from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_names"]


def check_names(step: Step) -> Iterator[Finding]:
    """Find arguments that name nothing on the map.

    Args:
        step: The step; its calls already have the right types.

    Yields:
        One UNKNOWN_NAME for each such argument; names that look alike and work are added by ``verifier.alternatives``.
    """
    for misnamed in step.arguments.misnamed:
        detail: dict[str, object] = {"parameter": misnamed.parameter, "kind": misnamed.kind, "map": step.scope.world.name}
        detail |= _elsewhere(step.scope.world, misnamed.text)
        yield Finding(code="UNKNOWN_NAME", step=step.number, subject=misnamed.text[:200], refuted=True, detail=detail)


def _elsewhere(world: World, text: str) -> dict[str, object]:
    """What the name means on this map after all, as ``is``, and where that thing stands, as ``stands_in``."""
    for kind in FEATURE_TYPES:
        name = world.resolve(kind, text)
        if name is not None:
            thing = world.things[name] if kind == "thing" else None
            home = None if thing is None else world.places.get(thing.place or "") or world.place_at(thing.position)
            return {"is": kind} | ({} if home is None else {"stands_in": home.name})
    return {}
