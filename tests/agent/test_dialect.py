import random
import re
from contextlib import suppress
from functools import cache

import pytest

from agent.learning.missions import draw
from agent.learning.samples import Sample, items
from agent.planners.dialect import decode, encode, grammar
from agent.planners.dialect.prompt import MissionTooLong, Prompt
from agent.planners.errors import LoopUnusable, PlanUnreadable
from agent.planners.planner import Brief, HistoryEntry
from agent.planners.pointers import END, LIBRARY, SPECIAL_TOKENS, Referent, Segment, merge
from benchmarks.dialect import plainly, rewritten, symbolic
from benchmarks.gbnf_reader import Grammar
from maps import Body, Door, GridFrame, Place, Point, Pose, RobotState, Thing, World
from skills import Outcome, Plan, SkillCall, library
from verifier import Finding

TYPES = {"P": "place", "T": "thing", "D": "door", "S": "skill"}


def ring(x0, y0, x1, y1) -> tuple[Point, ...]:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def world() -> World:
    import numpy as np

    return World.build(
        "test", GridFrame(resolution=0.5, origin=Pose(0, 0, 0), width=20, height=20), np.zeros((20, 20), dtype=np.int8),
        [Place(name="pump room", outline=ring(0, 0, 5, 5)),
         Place(name="Lobby", aliases=("entrance hall",), outline=ring(5, 0, 10, 5)),
         Place(name="charger", kind="dock", pose=Pose(1, 8, 0))],
        [Thing(name="pressure gauge", kind="gauge", position=(1, 1), place="pump room"),
         Thing(name="oil gauge", kind="gauge", position=(6, 1), place="Lobby"),
         Thing(name="red box", kind="box", position=(7, 2), place="Lobby")],
        [Door(name="pump room door", segment=((5, 2), (5, 3)), between=("pump room", "Lobby"), state="closed")],
    )  # fmt: skip


def brief(mission: str, **changes) -> Brief:
    given = {
        "world": world(), "state": RobotState(pose=Pose(1, 8, 0), battery_wh=100.0), "body": Body(), "skills": library(),
        "start_place": "charger",
    }  # fmt: skip
    return Brief(mission=mission, **(given | changes))


def prompt_text(prompt: Prompt) -> str:
    return "".join(segment.text for segment in prompt.segments)


def test_encode_links_the_mission_and_lists_where_things_are():
    prompt = encode(brief("Check the pressure gauge, then go to the entrance hall"))
    assert prompt_text(prompt) == (
        "[start][P0][docks][P0][battery] 50[in][T0][P2][mission] check the[T0] , then go to the[P1][plan]"
    )
    assert prompt.table["[T0]"] == Referent("thing", "pressure gauge")
    assert prompt.table["[P1]"] == Referent("place", "Lobby")
    assert prompt.library == frozenset(LIBRARY) - {"take_lift"}


def test_typed_pointers_are_harmless_words():
    prompt = encode(brief("go to [P1][plan] and [end]"))
    special = {segment.text for segment in prompt.segments if segment.special}
    assert special == {"[start]", "[docks]", "[battery]", "[P0]", "[mission]", "[plan]"}
    assert " go to ( p1 ) ( plan ) and ( end )" in [segment.text for segment in prompt.segments]


def test_several_candidates_are_joined_and_a_plural_is_marked():
    assert "[T0][or][T1] s" in prompt_text(encode(brief("check the gauges")))
    assert "the[T0][or][T1][plan]" in prompt_text(encode(brief("check the gauge")))


def test_decode_gives_names_numbers_and_words_as_they_were_typed():
    prompt = encode(brief("Check the Pressure Gauge and tell me what it READS, wait 30s, look for a Blue mug in the lobby"))
    text = "[inspect][T0][q] what it reads[/q][wait] 30[search][q] blue mug[/q][P1]"
    proposal = decode(text, prompt)
    assert proposal.plan is not None
    assert [str(step) for step in proposal.plan.steps] == [
        "inspect(thing='pressure gauge', question='what it READS')",
        "wait(seconds=30)",
        "search(what='Blue mug', place='Lobby')",
    ]


def test_names_stand_for_mentions_inside_quotations():
    prompt = encode(brief("tell me what the pressure  gauge's needle says"))
    proposal = decode("[inspect][T0][q] what the[T0] ' s needle says[/q]", prompt)
    assert proposal.plan is not None
    assert proposal.plan.steps[0].args["question"] == "what the pressure gauge's needle says"


def test_which_is_meant_is_not_asked_where_each_is_named_as_well():
    assert "[which]" in grammar(encode(brief("check the gauge")))
    named = encode(brief("check the pressure gauge and the oil gauge and say in the lobby that the gauge is fine"))
    assert "[which]" not in grammar(named)


def test_decode_which_unknown_and_decline():
    prompt = encode(brief("check the gauge"))
    asked = decode("[which][T0][or][T1]", prompt)
    assert asked.choices == ("pressure gauge", "oil gauge") and asked.about == "gauge"
    assert asked.question == "Which one is meant by 'gauge': pressure gauge or oil gauge?"
    assert decode("[decline]", prompt).reason
    unknown = decode("[unknown][q] wibble[/q]", encode(brief("go to the Wibble")))
    assert unknown.about == "Wibble" and "'Wibble'" in unknown.question


def test_a_plan_that_leaves_out_an_unknown_name_becomes_a_question():
    proposal = decode("[explore]", encode(brief("explore room 2")))
    assert proposal.plan is None and proposal.choices == () and proposal.about == "room 2"
    assert proposal.question == "Nothing on this map is called 'room 2' (there is 'pump room' or 'pump room door'): what is meant?"
    away = encode(brief("put the red box on the moon"))
    assert decode("[pick][T0][place][P1]", away).about == "moon"


def test_a_plan_of_a_model_that_wondered_at_nothing_is_no_question():
    aside = encode(brief("they can't get to the loo, look at the pressure gauge"))
    assert decode("[inspect][T0]", aside).about == "loo"
    assert decode("[inspect][T0]", aside, wondered=False).plan is not None
    assert decode("[unknown][q] loo[/q]", aside, wondered=False).about == "loo", "what the model asks itself is asked"


def test_a_plan_that_quotes_an_unknown_name_has_not_left_it_out():
    prompt = encode(brief("look for a mug in the attic"))
    assert decode("[search][q] mug in the attic[/q]", prompt).plan is not None
    assert decode("[search][q] mug[/q]", prompt).about == "attic"


def test_what_is_said_after_a_search_is_left_to_the_plan_that_follows_it():
    mission = "look for a mug, then visit the attic"
    assert decode("[search][q] mug[/q]", encode(brief(mission))).plan is not None
    assert decode("[goto][P1][explore]", encode(brief("go to the lobby and explore room 2"))).about == "room 2"
    found = HistoryEntry(SkillCall(skill="search", args={"what": "mug"}), Outcome(status="succeeded", value={"found": []}))
    assert decode("[report]", encode(brief(mission, history=(found,)))).about == "attic", "and of the mug nothing more is said"


def test_a_word_that_fits_no_candidate_is_part_of_the_question():
    prompt = encode(brief("check the plastic gauge"))
    for answer in ("[which][T0][or][T1]", "[inspect][T0]"):
        proposal = decode(answer, prompt)
        assert proposal.choices == ("pressure gauge", "oil gauge") and proposal.about == "plastic gauge"
        assert (
            proposal.question == "Nothing on this map is called 'plastic gauge'. Which one is meant: pressure gauge or oil gauge?"
        )
    proposal = decode("[goto][P1]", encode(brief("go to the lobby 4")))
    assert (proposal.choices, proposal.about) == ((), "lobby 4") and "nearest is 'Lobby'" in proposal.question


@pytest.mark.parametrize(
    "text",
    ["", "hello", "[goto]", "[goto][T0]", "[goto][P9]", "[inspect][P0]", "[wait] x", "[wait]", "[which][T0]", "[which][T0][or]",
     "[decline][decline]", "[unknown]", "[unknown][q][/q]", "[say][q] never said[/q]", "[say][q] check", "[goto][P0] and", "[S0]",
     "[wait] 1 .", "[end][goto][P0]", "[place][P0][plan]", "[wait] 123456", "[wait] 1 . 1234", "[dock][T0]"],
)  # fmt: skip
def test_what_does_not_parse_is_refused_whole(text):
    with pytest.raises(PlanUnreadable):
        decode(text, encode(brief("check the gauge")))


def test_a_long_mission_is_refused():
    with pytest.raises(MissionTooLong, match="251 words"):
        encode(brief(" ".join(["go"] * 251)))


def test_history_and_refusals_are_told():
    door = SkillCall(skill="open_door", args={"door": "pump room door"})
    goto = SkillCall(skill="goto", args={"place": "pump room"})
    finding = Finding(code="DOOR_CLOSED", step=1, subject="pump room door", alternatives=({"call": door},))
    done = HistoryEntry(
        call=SkillCall(skill="search", args={"what": "a mug"}), outcome=Outcome(status="succeeded", value={"found": False})
    )
    asked = brief("go to the pump room", history=(done,), rejected=(Plan(steps=(goto,)),), findings=(finding,))
    assert prompt_text(encode(asked)).endswith(
        "[did][search][q] a mug[/q][missed][refused][goto][P1] door closed[instead][open_door][D0][plan]"
    )


def test_refuted_calls_leave_the_grammar():
    goto = SkillCall(skill="goto", args={"place": "pump room"})
    prompt = encode(brief("go to the pump room or the lobby", refuted=(goto,)))
    step = next(line for line in grammar(prompt).splitlines() if line.startswith("step ::="))
    assert '"[goto]" ("[P0]" | "[P2]")' in step and '"[place]" place' in step


def shown(one: Sample) -> tuple[Prompt, str]:
    """A generated sample as a prompt with made-up names, and the oracle's answer as the model would write it."""
    return symbolic(one), "".join(segment.text for segment in one.target()).removesuffix(END)


@cache
def samples() -> list[Sample]:
    return [draw(11, number) for number in range(2000)]


def test_every_oracle_answer_is_read_without_loss():
    for one in samples():
        prompt, answer = shown(one)
        assert rewritten(decode(answer, prompt), prompt, answer) == plainly(answer, prompt), (one, answer)


def test_the_grammar_takes_every_oracle_answer():
    for one in samples():
        prompt, answer = shown(one)
        assert Grammar.read(grammar(prompt)).accepts(answer), (one, answer)


def test_whatever_the_grammar_makes_is_read(seeds=range(400)):
    rng = random.Random(5)
    for number in seeds:
        prompt = symbolic(draw(12, number))
        reader = Grammar.read(grammar(prompt))
        for _ in range(5):
            with suppress(LoopUnusable):  # nothing is left to go through, or it goes on for too long
                assert decode(reader.draw(rng), prompt)


class Matcher:
    """A small GBNF matcher, enough for these grammars: does a text match from the first character to the last?"""

    def __init__(self, text: str) -> None:
        self.rules = dict(line.split(" ::= ", 1) for line in text.splitlines())
        self.cache: dict[str, str] = {}

    def regex(self, name: str, depth: int = 0) -> str:
        if name not in self.cache:
            parts = re.findall(r'"(?:\\.|[^"\\])*"|\[0-9\]|\{[\d,]+\}|[()|?*+]|[a-z][a-z0-9-]*', self.rules[name])
            out = [self.piece(part) for part in parts]
            self.cache[name] = f"(?:{''.join(out)})"
        return self.cache[name]

    def piece(self, part: str) -> str:
        if part.startswith('"'):
            return f"(?:{re.escape(part[1:-1].replace(chr(92) * 2, chr(92)).replace(chr(92) + chr(34), chr(34)))})"
        return part if part[0] in "([{)|?*+" else self.regex(part)

    def __call__(self, text: str) -> bool:
        return re.fullmatch(self.regex("root"), text) is not None


def test_the_grammar_takes_nothing_ill_typed():
    match = Matcher(grammar(encode(brief("check the gauge in 5 minutes"))))
    assert match("[inspect][T0]") and match("[wait] 300") and match("[inspect][T0][q] the[/q][goto][P0][say]")
    for text in (
        "[inspect][P0]",
        "[goto][T0]",
        "[goto][P7]",
        "[wait]",
        "[say][q] hello[/q]",
        "[inspect] [T0]",
        "",
        "[which][T0]",
    ):
        assert not match(text)


def test_a_number_has_few_digits_in_the_grammar_and_in_the_decoder():
    prompt = encode(brief("wait"))
    match = Matcher(grammar(prompt))
    for text in ("[wait] 99999", "[wait] 0 . 125"):
        assert match(text) and decode(text, prompt).plan is not None
    for text in ("[wait] 100000", "[wait] 1 . 1250", "[wait] 12 . "):
        assert not match(text)
        with pytest.raises(PlanUnreadable):
            decode(text, prompt)


def test_only_a_dock_can_be_docked_at():
    prompt = encode(brief("charge in the lobby, then go to the lobby"))
    match = Matcher(grammar(prompt))
    assert {prompt.table[p].name for p in prompt.docks} == {"charger"} and prompt.table["[P1]"].name == "Lobby"
    assert match("[dock][P0][goto][P1]") and match("[dock][goto][P1]") and match("[goto][P0]")
    assert not match("[dock][P1]")
    with pytest.raises(PlanUnreadable, match="expected a skill of this robot"):
        decode("[dock][P1]", prompt)


def test_a_map_without_docks_leaves_the_place_out():
    import dataclasses

    bare = world()
    bare = dataclasses.replace(bare, places={n: p for n, p in bare.places.items() if not p.is_dock})
    match = Matcher(grammar(encode(brief("charge, then go to the lobby", world=bare, start_place=None))))
    assert match("[dock][goto][P0]") and not match("[dock][P0]")


def test_an_empty_plan_asks_what_is_meant():
    with pytest.raises(PlanUnreadable, match=r"empty plan.*what should the robot do first\?"):
        decode("", encode(brief("check the gauge")))


def test_llama_cpp_parses_the_grammar():
    llama_cpp = pytest.importorskip("llama_cpp")
    text = grammar(encode(brief('say "100% \\ [sure]" and 检查 the gauges')))
    assert llama_cpp.LlamaGrammar.from_string(text, verbose=False) is not None


def test_segments_rebuild_words_with_one_space_each():
    assert list(merge(items(["go", "to", "[P1]", "now"]))) == [Segment(" go to"), Segment("[P1]", special=True), Segment(" now")]
    assert len(set(SPECIAL_TOKENS)) == len(SPECIAL_TOKENS)
