"""What ends planning before any other draft: orders that no skill does, what is on no map, what is there already."""

from functools import cache

import pytest
from conftest import plan
from planner_briefs import Second

from agent.planners import Proposal, ScriptedPlanner
from agent.planners.candidates import surest
from agent.planners.doubts import doubts
from agent.planners.planner import Brief
from agent.planners.undoable import undoable
from maps import Body, RobotState, World, find_map, load_world, start_pose
from maps.linking import index_of, link
from skills import SkillSet, library, skill


@cache
def ground(name: str) -> World:
    return load_world(find_map(name))


def brief(mission: str, map_name: str = "home", **changes) -> Brief:
    world, body = ground(map_name), Body()
    state = RobotState(pose=start_pose(world), battery_wh=body.battery_wh)
    return Brief(**{"mission": mission, "world": world, "state": state, "body": body, "skills": library(), **changes})


def carry(thing: str, place: str):
    return ("pick", {"thing": thing}), ("place", {"place": place})


class Silent(ScriptedPlanner):
    """Must not be asked."""

    def __init__(self) -> None:
        super().__init__([])

    async def sample(self, brief, count, *, temperature=0.8, first=0):
        raise AssertionError("drawn")


async def ended(asked: Brief, first: Proposal) -> Proposal:
    return (await surest(Silent(), asked, first, lambda made: True, count=3, seconds=9))[0]


def order(mission: str, map_name: str = "home") -> str | None:
    found = undoable(mission, link(mission, index_of(ground(map_name))).mentions, library())
    return None if found is None else mission[slice(*found)]


@pytest.mark.parametrize(
    ("mission", "said"),
    [
        ("could you please vacuum the living room", "vacuum the living room"),
        ("look at the oven and then polish it", "polish it"),
        ("Hi! make me two cups of coffee. Thanks", "make me two cups of coffee"),
        ("go to the kitchen and do the dishes", "do the dishes"),
        ("would you switch on the desk lamp", "switch on the desk lamp"),
        ("put the telly off", "put the telly off"),
        ("I want you to water the house plant", "water the house plant"),
        ("climb on the wardrobe", "climb on the wardrobe"),
        ("robot, crank the heater up a notch", "crank the heater up a notch"),
        ("please put the thermostat up to twenty", "put the thermostat up to twenty"),
        ("give my mother a ring and say hello", "give my mother a ring and say hello"),
        ("could you look after the little one", "look after the little one"),
        ("write me 300 words about owls", "write me 300 words about owls"),
        ("do page 12 of my book", "do page 12 of my book"),
        ("bridge the fuse, will you", "bridge the fuse, will you"),
    ],
)
def test_orders_that_no_skill_does(mission, said):
    assert order(mission) == said


@pytest.mark.parametrize(
    "mission",
    [
        "water hose to the garage",
        "mop to the hallway please",
        "drive the newspaper over to the study",
        "feed in the garage, is there any",
        "washing machine, is it finished?",
        "is the iron on?",
        "take the newspaper off the table",
        "say 'wash your hands' in the kitchen",
        "tell them to clean the bath",
        "hop over to the kitchen",
        "put the mug on the table",
        "bring the mug to whoever does the cooking",
        "two laps, then get on the charger",
        "put the mug up on the wardrobe",
        "look after that at the oven",
        "give the mug to me",
    ],
)
def test_orders_that_some_skill_may_do(mission):
    assert order(mission) is None


def test_what_is_there_already_ends_nothing_where_another_place_is_named_or_it_is_said_to_be_gone():
    there = Proposal(plan=plan(*carry("umbrella", "hallway")))
    for mission in ("the umbrella in the hallway, they want it in the study", "the umbrella isn't in the hallway, track it down"):
        (doubt,) = [one for one in doubts(brief(mission), there) if "is there" in one.why or "already" in one.why]
        assert doubt.ends is None and doubt.calls
    (doubt,) = doubts(brief("the umbrella belongs in the hallway"), there)
    assert doubt.ends is not None and "nothing is left to do" in doubt.ends.reason


def test_a_skill_of_the_users_own_takes_its_verb_away():
    @skill(phrases=["polish the floor"])
    def shine() -> None:
        """Make the floor shine."""

    own = SkillSet([*library(), shine])
    mission = "polish the hallway"
    mentions = link(mission, index_of(ground("home"))).mentions
    assert undoable(mission, mentions, library()) is not None
    assert undoable(mission, mentions, own) is None


async def test_what_no_skill_does_is_said_at_once():
    found = await ended(brief("iron the newspaper please"), Proposal(plan=plan(*carry("newspaper", "kitchen"))))
    assert "iron the newspaper" in found.reason
    asked = brief("put the lamp off", "home")
    assert (await ended(asked, Proposal(question="Which lamp?", choices=("floor lamp", "desk lamp")))).reason
    assert doubts(asked, Proposal(reason="No skill can.", about="put the lamp off")) == ()


def test_a_condition_and_what_was_taken_back_end_nothing():
    steps = (("inspect", {"thing": "rubbish bin"}),)
    for mission in ("check the bin. if it is full, empty it", "wash the mug, no wait, look at the rubbish bin"):
        assert not any(doubt.ends for doubt in doubts(brief(mission), Proposal(plan=plan(*steps), more=True)))


async def test_what_is_on_no_map_is_asked_about_and_not_looked_for_everywhere():
    found = await ended(brief("fetch the chainsaw for me"), Proposal(plan=plan(("search", {"what": "chainsaw"})), more=True))
    assert "chainsaw" in found.question and found.about == "chainsaw"
    for mission, args in (
        ("find the chainsaw", {"what": "chainsaw"}),
        ("fetch the chainsaw from the garden", {"what": "chainsaw", "place": "garden"}),
        ("bring the chainsaw, it must be somewhere", {"what": "chainsaw"}),
    ):
        assert doubts(brief(mission), Proposal(plan=plan(("search", args)), more=True)) == ()


async def test_what_lies_where_it_is_to_go_is_left_there():
    found = await ended(brief("take the towel to the bathroom"), Proposal(plan=plan(*carry("towel", "bathroom"))))
    assert "'towel' is in 'bathroom' already" in found.reason
    moved = (*carry("towel", "bathroom"), *carry("pillow", "study"))
    assert doubts(brief("the towel to the bathroom and the pillow to the study"), Proposal(plan=plan(*moved))) == ()


async def test_a_plan_that_leaves_all_where_it_is_gives_way_to_one_without_a_doubt_unless_it_was_said():
    asked, there = brief("I need the towel, it is in the bathroom I think"), Proposal(plan=plan(*carry("towel", "bathroom")))
    brought = Second([Proposal(plan=plan(*carry("towel", "hallway")))])
    found, drawn = await surest(brought, asked, there, lambda made: True, count=2, seconds=9)
    assert found.plan is not None and found.plan.steps[-1].args == {"place": "hallway"} and drawn == 1
    found, _ = await surest(Second([there], repeat_last=True), asked, there, lambda made: True, count=2, seconds=9)
    assert "already" in found.reason, "no other answer is without a doubt"


@pytest.mark.parametrize(
    ("mission", "steps", "place"),
    [
        ("what room is the alarm clock in?", (("goto", {"place": "study"}),), "main bedroom"),
        ("which room are the door keys in", (("inspect", {"thing": "door keys"}),), "hallway"),
        ("闹钟放在哪个房间", (("explore", {}),), "main bedroom"),
    ],
)
async def test_where_a_thing_is_is_told_by_the_map(mission, steps, place):
    found = await ended(brief(mission), Proposal(plan=plan(*steps)))
    assert found.plan is not None and [step.skill for step in found.plan.steps] == ["report"]
    assert place in str(found.plan.steps[0].args["text"])


def test_what_is_asked_of_a_look_is_no_question_to_the_map():
    for mission in ("which state is the oven in the kitchen in", "is the oven on?", "what colour are the door keys"):
        assert not any(doubt.ends for doubt in doubts(brief(mission), Proposal(plan=plan(("inspect", {"thing": "oven"})))))
