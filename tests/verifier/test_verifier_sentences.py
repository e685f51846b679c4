"""Golden sentences: what a person and a small model read, whole. A change here is a change of what they are told."""

import pytest
from verifier_worlds import call, judge, rectangle, state, two_rooms

from maps import Body, Thing, Zone
from verifier import Limits

LAB = call("goto", place="lab")
PAINT = Zone(name="wet paint", rule="keepout", outline=rectangle(4.9, 0, 5.3, 6))
LAMP = Thing(name="lamp", position=(6.1, 0.05))

GOLDEN = {
    "narrow doorway": (
        lambda: judge(two_rooms(doorway=0.6), LAB),
        "Step 1 goto(place='lab'): doorway 'lab door' is 0.60 m wide, this robot needs 0.66 m, 0.06 m short; nearest place it can "
        "reach is 'desk', 5.5 m away; verified to work: use goto(place='desk') or use goto(place='hall') or use goto(place='charger').",
    ),
    "closed door": (
        lambda: judge(two_rooms(door="closed"), LAB),
        "Step 1 goto(place='lab'): every way to 'lab' is shut: door 'lab door' is closed; nearest place it can reach is 'desk', "
        "5.5 m away; verified to work: open_door(door='lab door') before step 1 or use goto(place='desk') or use goto(place='hall').",
    ),
    "keep-out": (
        lambda: judge(two_rooms(zones=[PAINT]), LAB),
        "Step 1 goto(place='lab'): every way to 'lab' leads through the keep-out zone 'wet paint' at (4.55, 2.95), in 'hall', 1.6 m "
        "west of 'lab door'; nearest place it can reach is 'desk', 5.5 m away; verified to work: use goto(place='desk') or use "
        "goto(place='hall') or use goto(place='charger').",
    ),
    "thing behind a corner too tight for the body": (
        lambda: judge(two_rooms(things=[LAMP]), call("inspect", thing="lamp"), body=Body(radius_m=0.6, reach_m=0.65)),
        "Step 1 inspect(thing='lamp'): the tightest passage on the way to 'lamp' at (5.65, 0.35), in 'hall', 0.5 m north-west of 'lamp' "
        "is 0.70 m wide, this robot needs 1.36 m, 0.66 m short; nearest pose that works: 1.10 m north-west, (5.25, 0.75); nearest "
        "place it can reach is 'desk', 2.3 m away; verified to work: use goto(place='desk') or use goto(place='hall') or use "
        "goto(place='charger').",
    ),
    "battery": (
        lambda: judge(two_rooms(), call("goto", place="hall"), call("wait", seconds=600), LAB, robot=state(battery_wh=23.0)),
        "Step 2 wait(seconds=600): the plan up to here and the way back to 'charger' needs 4.35 Wh, the battery has 3.00 Wh above its "
        "reserve of 20.0 Wh, 1.35 Wh short, the last point that it can still return from is where step 2 starts, at (2.00, 3.00), in "
        "'hall', 1.5 m south-west of 'red box'; verified to work: dock(place='charger') before step 1 or leave out step 2 "
        "wait(seconds=600).",
    ),
    "order": (
        lambda: judge(two_rooms(), call("place", place="lab"), call("pick", thing="red box")),
        "Step 1 place(place='lab'): it is required that something is carried, which does not hold here; verified to work: move step 1 "
        "place(place='lab') after step 2 or leave out step 1 place(place='lab').",
    ),
    "distance": (
        lambda: judge(two_rooms(), LAB, call("goto", place="desk"), LAB, limits=Limits(distance_m=14.0)),
        "Step 3 goto(place='lab'): the plan up to here may drive up to 18.7 m, the limit is 14.0 m, 4.68 m over; verified to work: "
        "move step 3 goto(place='lab') before step 2 or leave out step 2 goto(place='desk').",
    ),
    "steps": (
        lambda: judge(two_rooms(), LAB, call("goto", place="desk"), limits=Limits(steps=1)),
        "Step 2 goto(place='desk'): this is step 2, the limit is 1 steps; verified to work: leave out step 1 goto(place='lab').",
    ),
    "a thing's name for a place": (
        lambda: judge(two_rooms(), call("goto", place="red box")),
        "Step 1 goto(place='red box'): there is no place named 'red box' on map 'office' (it is a thing, in 'hall'); verified to "
        "work: use goto(place='hall').",
    ),
    "a place's name for a thing": (
        lambda: judge(two_rooms(), call("pick", thing="The Lab")),
        "Step 1 pick(thing='The Lab'): there is no thing named 'The Lab' on map 'office' (it is a place).",
    ),
    "name and what it needs first": (
        lambda: judge(two_rooms(door="closed"), call("goto", place="labb")),
        "Step 1 goto(place='labb'): there is no place named 'labb' on map 'office' (names that look alike: 'lab'); verified to work: "
        "open_door(door='lab door') before step 1, and goto(place='lab') instead of it.",
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_sentence(name: str) -> None:
    make, sentence = GOLDEN[name]
    assert next(f.message for f in make().all_findings() if f.severity == "error") == sentence


@pytest.mark.parametrize("name", GOLDEN)
def test_a_sentence_is_short_enough_for_a_small_model_and_its_numbers_are_in_the_data(name: str) -> None:
    finding = next(f for f in GOLDEN[name][0]().all_findings() if f.severity == "error")
    assert len(finding.message) < 600
    assert len(finding.alternatives) <= 3
    if finding.needed is not None and finding.available is not None:
        assert finding.margin == pytest.approx(finding.available - finding.needed, abs=1e-6)
        assert finding.margin < 0
