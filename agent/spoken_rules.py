"""Spoken rules: what a mission says the robot must keep out of, as house rules for this mission.

"Go to the packing station, but stay out of the main aisle", 去打包台,不要经过主通道: no plan can say where *not* to drive. So the
words become rules beside those of the map: the verifier leads drives around what they forbid or refuses them, and the robot is
watched while it moves. What hangs on a condition ("until the floor is dry") makes no rule; nobody could tell when it ends.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maps import World
    from maps.linking.mention import Candidate
    from verifier.rules import HouseRule
    from verifier.rules.atom import Predicate

__all__ = ["SPOKEN", "spoken_rules"]

SPOKEN = "the mission says so"
"""Why there is a rule that a mission speaks."""

_PREDICATE: "dict[str, Predicate]" = {"place": "at", "zone": "in", "door": "crosses", "thing": "near"}


def spoken_rules(mission: str, world: "World") -> "tuple[HouseRule, ...]":
    """The rules that a mission speaks.

    Args:
        mission: What the operator said.
        world: The map.

    Returns:
        One rule for each place, zone, door or thing that the robot is told to keep out of, away from or not to pass, in the order
        of their mention.
    """
    from maps.linking.kept_out import kept_out, may_keep_out

    if not may_keep_out(mission):
        return ()
    from maps.linking import index_of, link

    zones = [("zone", zone.name, zone.aliases) for zone in world.zones.values()]
    mentions = link(mission, index_of(world, zones)).mentions
    named = dict.fromkeys(candidate for mention in kept_out(mission, mentions) for candidate in mention.candidates)
    return tuple(_rule(candidate, world) for candidate in named if candidate.type in _PREDICATE)


def _rule(candidate: "Candidate", world: "World") -> "HouseRule":
    from verifier.rules import HouseRule
    from verifier.rules.atom import Atom
    from verifier.rules.parse import parse_formula

    atom = Atom(predicate=_PREDICATE[candidate.type], name=candidate.name)
    name = f"keep {'away from' if candidate.type == 'thing' else 'out of'} {candidate.name}"
    return HouseRule(name=name, formula=parse_formula(f"G !{atom}"), pattern="never", why=SPOKEN).on(world)
