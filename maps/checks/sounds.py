"""Sounds: names of one type that a listener, or a speech recogniser, cannot tell apart."""

from collections.abc import Iterator

from maps.alike import alike_names
from maps.checks.issue import MapIssue
from maps.checks.look import Look
from maps.checks.names import spot_of
from maps.sound import sound_alike
from maps.world import FEATURE_TYPES

__all__ = ["check_sounds"]


MANY = 500
"""Of more features than this a few are not listened to by themselves: that takes as long as all of them."""


def check_sounds(look: Look) -> Iterator[MapIssue]:
    """Find names that sound alike; one issue for each group of them."""
    for type in FEATURE_TYPES:
        features = look.world.features(type)
        if look.only is not None and len(features) > MANY:
            continue
        for group in sound_alike(features.values()):
            said = [name for _, name in group]
            if len(said) == 2 and any(alike_names(features[name] for name, _ in group)):
                continue  # told by check_names
            listed = ", ".join(map(repr, said[:-1])) + f" and {said[-1]!r}"
            yield MapIssue(
                code="NAMES_SOUND_ALIKE", severity="note", subject=group[0][0], where=spot_of(features[group[-1][0]]),
                sentence=f"the {type}s {listed} sound alike",
                fix="rename all but one, or give each an alias that is said otherwise, if missions are spoken",
            )  # fmt: skip
