import pytest
from skills_house import BODY, START, house

from maps import DoorChange, Pose, Thing
from skills import AttributeAnswerer, View, library
from skills.library import LIBRARY
from skills.matching import matches
from skills.testing import Trial, run_skill

NAMES = ("goto", "explore", "search", "inspect", "pick", "place", "open_door", "wait", "dock", "say", "ask", "report")
SKILLS = library()


def thing(name="thing", kind="", state=None, aliases=(), **attributes):
    return Thing(name=name, kind=kind, position=(0, 0), state=state, aliases=aliases, attributes=attributes)


@pytest.fixture
def trial():
    return Trial(house(), body=BODY, start=START)


def test_the_library_and_its_signatures():
    assert SKILLS.names == NAMES and len(LIBRARY) == 12
    signatures = {
        skill.name: [(p.name, p.kind, p.motion, p.required) for p in skill.parameters] for skill in SKILLS
    }  # fmt: skip
    assert signatures == {
        "goto": [("place", "place", "at", True)],
        "explore": [("place", "place", None, False)],
        "search": [("what", "described", None, True), ("place", "place", None, False)],
        "inspect": [("thing", "thing", "near", True), ("question", "text", None, False)],
        "pick": [("thing", "thing", "near", True)],
        "place": [("place", "place", "at", True)],
        "open_door": [("door", "door", "near", True)],
        "wait": [("seconds", "number", None, True)],
        "dock": [("place", "place", "at", False)],
        "say": [("text", "text", None, False)],
        "ask": [("question", "text", None, True)],
        "report": [("text", "text", None, False)],
    }
    assert {skill.name for skill in SKILLS if skill.uncertain} == {"explore", "search"}
    assert {skill.name for skill in SKILLS if skill.motion == "inside"} == {"explore", "search"}
    for skill in SKILLS:
        assert skill.phrases and skill.summary.endswith(".") and skill.idempotent and not skill.approval


def test_fetch_and_deliver(trial):
    assert trial.run(SKILLS["pick"], thing="red box").value == "red box"
    assert trial.state.carrying == ("red box",)
    put = trial.run(SKILLS["place"], place="west room")
    assert put.value == ["red box"] and trial.state.carrying == ()
    assert trial.world.place_at(trial.world.things["red box"].position).name == "west room"
    assert trial.run(SKILLS["place"], place="west room").value == []
    assert trial.observations == ["picked up red box", "put red box down in west room", "put down what was carried in west room"]


def test_inspect_answers_and_report_sums_up(trial):
    outcome = trial.run(SKILLS["inspect"], thing="gauge", question="What does it read?")
    assert outcome.value == "reading: 4.2 bar"
    trial.run(SKILLS["say"], text="hello")
    assert trial.robot.said == ("hello",)
    assert trial.run(SKILLS["say"]).value == "gauge: reading: 4.2 bar"  # what was seen, and not what was said
    assert trial.run(SKILLS["report"]).value == "gauge: reading: 4.2 bar; said: hello; said: gauge: reading: 4.2 bar"
    assert trial.run(SKILLS["report"], text="all is well").value == "all is well"
    assert run_skill(SKILLS["report"], house()).value == "nothing was observed"


def test_a_camera_model_can_be_plugged_in():
    class Model:
        def answer(self, question, thing, view):
            return f"{question} {thing.name} {view.at[0]:.0f}"

    trial = Trial(house(), body=BODY, start=START, answerer=Model())
    assert trial.run(SKILLS["inspect"], thing="gauge", question="Hm?").value.startswith("Hm? gauge ")


def test_a_thing_that_is_gone_cannot_be_seen():
    trial = Trial(house(), truth=house(things=()), body=BODY, start=START)
    assert trial.run(SKILLS["inspect"], thing="red box").code == "NOT_VISIBLE"


def test_open_door_wait_and_ask():
    trial = Trial(house(door="closed"), body=BODY, start=START)
    assert trial.run(SKILLS["goto"], place="east room").code == "DOOR_CLOSED"
    assert trial.run(SKILLS["open_door"], door="middle door").ok
    assert trial.state.doors["middle door"] == "open"
    assert trial.run(SKILLS["goto"], place="east room").ok
    waited = trial.run(SKILLS["wait"], seconds=42.5)
    assert waited.ok and waited.evidence["seconds"] == 42.5
    asked = trial.run(SKILLS["ask"], question="Which box?")
    assert (asked.status, asked.message) == ("needs_operator", "Which box?")
    assert trial.run(SKILLS["wait"], seconds=0).code == "BAD_ARGUMENT"


def test_dock_charges_until_full(trial):
    trial.run(SKILLS["goto"], place="east room")
    trial.run(SKILLS["wait"], seconds=600)
    assert trial.state.battery_wh < 196
    assert trial.run(SKILLS["dock"]).value == "dock 1"
    assert trial.state.docked and trial.state.battery_wh == pytest.approx(BODY.battery_wh, abs=0.1)
    assert trial.run(SKILLS["dock"], place="dock 1").ok
    refused = trial.run(SKILLS["dock"], place="west room")
    assert refused.code == "NOT_A_DOCK" and "'dock 1'" in refused.message


def test_explore_finds_what_nobody_knew():
    trial = Trial(house(unknown_east=True, things=()), truth=house(), body=BODY, start=START)
    outcome = trial.run(SKILLS["explore"])
    assert outcome.ok and outcome.learnt and outcome.value["complete"]
    assert "red box" in outcome.value["found"] and "found red box in east room" in outcome.observations
    assert (trial.world.cells[5:75, 95:155] >= 0).mean() > 0.97


def test_explore_a_place():
    trial = Trial(house(things=()), truth=house(), body=BODY, start=Pose(7.0, 1.0))
    outcome = trial.run(SKILLS["explore"], place="west room")
    assert set(outcome.value["found"]) == {"gauge", "fern"} and "red box" in trial.world.things
    again = trial.run(SKILLS["explore"], place="west room")
    assert again.value["found"] == [] and "found nothing new" in again.observations[0]


@pytest.mark.parametrize(
    ("what", "place", "found"),
    [
        ("a red box", None, "red box"),
        ("red boxes", "east room", "red box"),
        ("a red box", "west room", None),
        ("a blue box", None, None),
        ("something dry", "west room", None),
        ("the dry plant", None, "fern"),
    ],
)
def test_search(what, place, found):
    trial = Trial(house(unknown_east=True, things=()), truth=house(), body=BODY, start=START)
    outcome = trial.run(SKILLS["search"], what=what, **({} if place is None else {"place": place}))
    assert outcome.ok and outcome.learnt
    assert (outcome.value["found"], outcome.value["thing"]) == (found is not None, found)
    assert outcome.value["place"] == (None if found is None else "east room" if found == "red box" else "west room")


def test_a_search_of_a_place_that_nobody_can_enter_says_so():
    closed = house().apply(*(DoorChange(door=name, state="locked", origin="edited") for name in house().doors))
    trial = Trial(closed, body=BODY, start=START)
    outcome = trial.run(SKILLS["search"], what="purple elephant", place="east room")
    assert not outcome.ok and outcome.code == "DOOR_CLOSED", outcome


def test_search_looks_at_what_the_map_knows_first_and_believes_its_eyes():
    moved = (Thing(name="red box", kind="box", position=(7.0, 0.8), attributes={"colour": "red"}),)
    trial = Trial(house(), truth=house(things=moved), body=BODY, start=START)
    outcome = trial.run(SKILLS["search"], what="red box")
    assert outcome.value["thing"] == "red box"
    assert trial.world.things["red box"].position == (7.0, 0.8)


@pytest.mark.parametrize(
    ("description", "seen", "expected"),
    [
        ("a red box", thing("parcel 3", "box", colour="red"), True),
        ("red boxes", thing("parcel 3", "box", colour="red"), True),
        ("a red box", thing("parcel 3", "box", colour="blue"), False),
        ("pallet number 7", thing("pallet 7", "pallet"), True),
        ("pallet number 7", thing("pallet 17", "pallet"), False),
        ("the open valves", thing("v1", "valve", state="open"), True),
        ("gray gloves", thing("gloves", "glove", colour="grey"), True),
        ("fragile things", thing("vase", "vase", fragile=True), True),
        ("fragile things", thing("vase", "vase", fragile=False), False),
        ("batteries", thing("battery", "battery"), True),
        ("pallet number 9", thing("pallet 7", "pallet", z_m=0.9), False),
        ("bus", thing("bus", "vehicle"), True),
        ("the thing", thing("box"), False),
        ("红色的书", thing("red book", aliases=("红色的书",)), True),
        ("消防栓", thing("red book", aliases=("红色的书",)), False),
    ],
)
def test_matching(description, seen, expected):
    assert matches(description, seen) is expected


@pytest.mark.parametrize(
    ("question", "seen", "answer"),
    [
        ("What does it read?", thing(reading=4.2, unit="bar"), "reading: 4.2 bar"),
        ("What is the pressure?", thing(pressure="3 bar", unit="bar"), "pressure: 3 bar"),
        ("How heavy is it?", thing(weight_kg=1.5), "weight: 1.5 kg"),
        ("What color is it?", thing(colour="red", state="open"), "colour: red"),
        ("Is the door open?", thing(state="open"), "yes, state: open"),
        ("Is it open?", thing(state="closed"), "no, state: closed"),
        ("Is it fragile?", thing(fragile=True), "yes, fragile: yes"),
        ("What do you see?", thing(colour="red", number=4, state="dry"), "colour: red; number: 4; state: dry"),
        ("What do you see?", thing(colour="red", z_m=0.9), "colour: red"),
        ("What do you see?", thing("crate", "box"), "crate: nothing to be seen but the box itself"),
        ("Is bed 105 free?", thing("bed 105", "bed", state="occupied", number=105), "number: 105; state: occupied"),
    ],
)
def test_answers(question, seen, answer):
    assert AttributeAnswerer().answer(question, seen, View(at=(0, 0))) == answer
