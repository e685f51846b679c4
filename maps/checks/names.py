"""Names: too alike in spelling, shared between types, or without anything to say aloud."""

from collections.abc import Iterator

from maps.alike import alike_names
from maps.checks.issue import MapIssue
from maps.checks.look import Look
from maps.checks.shapes import middle_of
from maps.features import Feature, Place, Thing, Zone
from maps.geometry import Point
from maps.world import FEATURE_TYPES, World

__all__ = ["check_names", "spot_of"]


def check_names(look: Look) -> Iterator[MapIssue]:
    """Find names that people mistake when they read or type them."""
    world = look.world
    for type in FEATURE_TYPES:
        features = world.features(type)
        for feature in features.values():
            for name in (feature.name, *feature.aliases):
                if not any(character.isalnum() for character in name):
                    yield MapIssue(
                        code="NAME_UNSPEAKABLE", severity="warning", subject=feature.name, where=spot_of(feature),
                        sentence=f"the {type} {feature.name!r} is called {name!r}, in which there is nothing to say aloud",
                        fix="give it a name with letters or numbers",
                    )  # fmt: skip
        for a, b in alike_names(features.values(), look.only):
            subject = world.resolve(type, b) or b
            yield MapIssue(
                code="NAMES_ALIKE", severity="warning", subject=a, where=spot_of(features[subject]),
                sentence=f"two {type}s are called {a!r} and {b!r}, which are easily mistaken for each other",
                fix="rename one",
            )  # fmt: skip
    for name, types in _shared(world):
        yield MapIssue(
            code="NAME_SHARED", severity="note", subject=name, where=spot_of(world.feature(FEATURE_TYPES[types[0]], name)),
            sentence=f"{name!r} names a {' and a '.join(FEATURE_TYPES[index] for index in types)}",
            fix="rename one if people would confuse them",
        )  # fmt: skip


def spot_of(feature: Feature) -> Point | None:
    """The point that stands for a feature on a picture."""
    if isinstance(feature, Thing):
        return feature.position
    if isinstance(feature, Place):
        return feature.centre
    if isinstance(feature, Zone):
        xs, ys = zip(*feature.outline, strict=True) if feature.outline else ((), ())
        return (sum(xs) / len(xs), sum(ys) / len(ys)) if xs else None
    return middle_of(feature)


def _shared(world: World) -> Iterator[tuple[str, list[int]]]:
    """Names that resolve in several types: the name and the types' numbers, its own first."""
    for index, type in enumerate(FEATURE_TYPES):
        for name in world.names(type):
            types = [other for other, kind in enumerate(FEATURE_TYPES) if world.resolve(kind, name) is not None]
            if len(types) > 1 and types[0] == index:
                yield name, types
