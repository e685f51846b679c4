"""Skills for the tests of carried state: doors, invariants, kept parts, facts that exclude one another, collections, lids."""

from verifier_worlds import LIBRARY, judge, two_rooms

from maps import Door, Place, Thing
from skills import At, Known, Near, adds, at_least, docked, door_is, fact, frees, hand_empty, holding, keeps, one_of, skill


@skill(uses={"arm"}, effects=door_is("door", "closed"), takes=(1.0, 2.0))
def close_door(door: Near[Door]) -> None:
    """Close a door.

    Args:
        door: Which door.
    """


@skill(effects=door_is("door", "locked"), takes=(1.0, 2.0))
def lock_door(door: Known[Door]) -> None:
    """Lock a door from afar.

    Args:
        door: Which door.
    """


@skill(on_failure=door_is("door", "locked"), takes=(1.0, 2.0))
def rattle(door: Known[Door]) -> None:
    """Try a lock, which may fall shut.

    Args:
        door: Which door.
    """


@skill(on_failure=door_is("door", "closed"), takes=(0.0, 1.0))
def slam(door: Known[Door]) -> None:
    """Push a door, which may fall shut.

    Args:
        door: Which door.
    """


@skill(outcomes={"opened": door_is("door", "open"), "stuck": ()}, takes=(1.0, 2.0))
def try_door(door: Near[Door]) -> None:
    """Try to open a door that may be stuck.

    Args:
        door: Which door.
    """


@skill(confirms=door_is("door", "open"), takes=(1.0, 2.0))
def check_door(door: Known[Door]) -> None:
    """Check that a door is open.

    Args:
        door: Which door.
    """


@skill(invariant=hand_empty(), takes=(0.0, 1.0))
def dance(place: At[Place]) -> None:
    """Dance somewhere with free hands.

    Args:
        place: Where.
    """


@skill(invariant=at_least("battery_wh", 100.0, "Wh"), takes=(3000.0, 3600.0), timeout=4000.0)
def broadcast() -> None:
    """Send for long, on a good battery."""


@skill(uses={"base"}, effects=keeps("base"), takes=(0.0, 1.0), motion="none")
def clamp() -> None:
    """Clamp the robot to a rail."""


@skill(uses={"base"}, effects=frees("base"), takes=(0.0, 1.0), motion="none")
def unclamp() -> None:
    """Let go of the rail."""


@skill(effects=fact("mopped {place}"), excludes=fact("powered {place}"), takes=(0.0, 1.0))
def mop(place: Known[Place]) -> None:
    """Mop a place that is not under power.

    Args:
        place: Where.
    """


@skill(effects=fact("powered {place}"), takes=(0.0, 1.0))
def power(place: Known[Place]) -> None:
    """Switch the power on.

    Args:
        place: Where.
    """


@skill(outcomes={"found": fact("seen {thing}"), "not found": ()}, takes=(0.0, 1.0))
def spot(thing: Known[Thing]) -> None:
    """Look out for a thing.

    Args:
        thing: What for.
    """


@skill(requires=fact("seen {thing}"), effects=adds("count", 1), takes=(0.0, 1.0))
def count(thing: Known[Thing]) -> None:
    """Count a thing that was seen.

    Args:
        thing: Which one.
    """


@skill(requires=at_least("count", 1), takes=(0.0, 1.0))
def total() -> None:
    """Sum up."""


@skill(effects=one_of("lid of {thing}", "open"), takes=(0.0, 1.0))
def unscrew(thing: Known[Thing]) -> None:
    """Open a lid.

    Args:
        thing: Whose lid.
    """


@skill(requires=one_of("lid of {thing}", "open"), effects=one_of("lid of {thing}", "closed"), takes=(0.0, 1.0))
def screw(thing: Known[Thing]) -> None:
    """Close a lid.

    Args:
        thing: Whose lid.
    """


@skill(invariant=~holding("thing"), effects=holding("thing"), takes=(0.0, 1.0))
def snatch(thing: Near[Thing]) -> None:
    """Take a thing while not taking it.

    Args:
        thing: Which one.
    """


@skill(requires=~docked(), takes=(0.0, 1.0))
def roam() -> None:
    """Need to be off the dock."""


OURS = (
    close_door, lock_door, rattle, slam, try_door, check_door, dance, broadcast, clamp, unclamp, mop, power, spot, count, total,
    unscrew, screw, snatch, roam,
)  # fmt: skip
SKILLS = LIBRARY.with_skills(*OURS)


def verdict_on(*steps, world=None, **more):
    """The verdict on a plan of these skills, in the two rooms if no other world is given."""
    return judge(two_rooms() if world is None else world, *steps, skills=SKILLS, **more)
