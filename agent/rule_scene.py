"""House rules as a picture: what each one speaks of hatched on the map, with its number; name and pattern in the legend."""

from collections.abc import Sequence

from maps import Caption, Door, Feature, Mark, Marker, Path, Place, Region, Role, Scene, Thing, World
from verifier.rules import HouseRule
from verifier.rules.shapes import features_of

__all__ = ["rules_scene"]

_WANTED = ("at_least_once", "before", "after_within", "always")
"""Patterns that want something to happen; the others forbid."""

_MOST_MARKED = 24
_LONGEST = 130


def rules_scene(title: str, rules: Sequence[HouseRule], world: World) -> Scene:
    """All rules of a map on one picture.

    Args:
        title: The map's name, usually.
        rules: Bound to the map.
        world: The map.
    """
    marked: dict[str, tuple[Feature, list[int], Role]] = {}
    captions: list[Mark] = []
    for number, rule in enumerate(rules, start=1):
        role = _role(rule)
        captions.append(Caption(text=f"{number}  {rule.name} ({rule.pattern.replace('_', ' ')})", role=role))
        captions.append(Caption(text=_cut(str(rule.formula)), role="muted"))
        for atom in rule.automaton.atoms:
            for feature in features_of(atom, world)[:_MOST_MARKED]:
                if atom.deadline is None and (atom.name is not None or atom.kind is not None):
                    known = marked.setdefault(f"{type(feature).__name__} {feature.name}", (feature, [], role))
                    if number not in known[1]:
                        known[1].append(number)
    marks = [_mark(feature, ", ".join(map(str, numbers)), role) for feature, numbers, role in marked.values()]
    return Scene(title=title, marks=(*marks, *captions))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _role(rule: HouseRule) -> Role:
    if rule.pattern in _WANTED:
        return "highlight"
    return "bad" if rule.severity == "error" else "warning"


def _mark(feature: Feature, label: str, role: Role) -> Mark:
    """A region for what has an outline, a line for a door, a marker for the rest."""
    if isinstance(feature, Door):
        return Path(points=feature.segment, role=role, label=label)
    if isinstance(feature, Thing):
        return Marker(at=feature.position, role=role, label=label)
    if isinstance(feature, Place) and not feature.outline:
        return Marker(at=feature.centre, role=role, label=label)
    return Region(outline=feature.outline, role=role, label=label)
