"""Loops in answers: what is said once for each of several, or several times over, is carried out as plain steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.learning.meaning import Mention
from agent.learning.rolling import rolled
from agent.planners.confidence import names_in_dialect
from agent.planners.dialect import Prompt, Word, decode, grammar
from agent.planners.dialect.loops import LONGEST, unrolled
from agent.planners.errors import LoopUnusable, PlanUnreadable
from agent.planners.llama_runtime import Said
from agent.planners.pointers import LIBRARY, Referent, Segment, tokenise
from benchmarks.gbnf_reader import Grammar
from skills import library

SAID = "go [P0] [or] [P1] [or] [P2] s and look at [T0] [or] [T1] [or] [T2] [or] [T3] s in [P4] twice".split()


def prompt(said=SAID) -> Prompt:
    words, at, start = [], 0, 0
    for number, text in enumerate(said):
        start = start if "[or]" in (text, said[number - 1] if number else "") else at
        words.append(Word(Segment(text, special=text[0] == "["), start, at + len(text)))
        at += len(text) + 1
    table = {f"[P{i}]": Referent("place", f"place {i}") for i in range(5)}
    table |= {f"[T{i}]": Referent("thing", f"thing {i}") for i in range(5)}
    return Prompt(
        segments=(), table=table, words=tuple(words), mission=" ".join(said), library=frozenset(LIBRARY),
        inside={"[T0]": "[P4]", "[T1]": "[P4]", "[T2]": "[P1]"},
    )  # fmt: skip


def calls(answer: str) -> list[str]:
    plan = decode(answer, prompt()).plan
    assert plan is not None
    return [f"{call.skill} {' '.join(map(str, call.args.values()))}".strip() for call in plan.steps]


@pytest.mark.parametrize(("answer", "steps"), [
    ("[each][all][P0][goto][it][/each]", ["goto place 0", "goto place 1", "goto place 2"]),
    ("[each][all][P0][but][P1][goto][it][wait] 30[/each]", ["goto place 0", "wait 30", "goto place 2", "wait 30"]),
    ("[each][all][T0][but][P4][inspect][it][/each]", ["inspect thing 2", "inspect thing 3"]),
    ("[each][T4][T1][pick][it][place][P0][/each]", ["pick thing 4", "place place 0", "pick thing 1", "place place 0"]),
    ("[each][all][T0][T4][but][T0][T3][pick][it][/each]", ["pick thing 1", "pick thing 2", "pick thing 4"]),
    ("[times] 2[goto][P3][/times][dock]", ["goto place 3", "goto place 3", "dock"]),
    ("[times] 3[inspect][T4][between][wait] 60[/times]",
     ["inspect thing 4", "wait 60", "inspect thing 4", "wait 60", "inspect thing 4"]),
    ("[times] 2[each][P3][P4][goto][it][/each][/times]", ["goto place 3", "goto place 4"] * 2),
    ("[each][T0][T1][inspect][it][q] look at[T0][or][T1][or][T2][or][T3] s[/q][/each]",
     [f"inspect thing {i} look at {' '.join(SAID[10:17])} s" for i in (0, 1)]),
])  # fmt: skip
def test_loops_are_plain_steps(answer, steps):
    found = calls(answer)
    assert [text.split(" look at")[0] for text in found] == [text.split(" look at")[0] for text in steps]
    assert Grammar.read(grammar(prompt())).accepts(answer)


def test_a_word_that_means_things_and_places_is_gone_through_by_type():
    mixed = prompt("see [T0] [or] [P1] [or] [T2] [or] [P3] s".split())
    for answer, names in (("[each][all][T0][inspect][it][/each]", ["thing 0", "thing 2"]),
                          ("[each][all][P1][goto][it][/each]", ["place 1", "place 3"])):  # fmt: skip
        assert Grammar.read(grammar(mixed)).accepts(answer)
        plan = decode(answer, mixed).plan
        assert [name for call in plan.steps for name in call.args.values()] == names


@pytest.mark.parametrize(("answer", "message"), [
    ("[each][all][P0][but][P0][P1][P2][goto][it][/each]", "for everything but everything"),
    ("[times] 20" + ("[each][all][P0]" + "[goto][it][wait] 1" * 16 + "[/each]") * 2 + "[/times]", f"more than {LONGEST} tokens"),
])  # fmt: skip
def test_a_loop_that_cannot_be_meant_is_refused(answer, message):
    assert Grammar.read(grammar(prompt())).accepts(answer)
    with pytest.raises(LoopUnusable, match=message):
        decode(answer, prompt())


@pytest.mark.parametrize("answer", [
    "[each][/each]", "[each][all][P3][goto][it][/each]", "[each][P0][goto][it]", "[goto][it]", "[times][goto][P0][/times]",
    "[times] 0[goto][P0][/times]", "[times] 21[goto][P0][/times]", "[times] 2[goto][P0]", "[/each]",
    "[each][P0][inspect][it][/each]",
    "[each][all][goto][it][/each]", "[each][P0][but][goto][it][/each][between]", "[between]", "[all][P0]",
    "[each][P0][each][P1][goto][it][/each][/each]", "[times] \u0663[goto][P0][/times]",
])  # fmt: skip
def test_what_is_no_loop_is_refused_by_grammar_and_reader(answer):
    assert not Grammar.read(grammar(prompt())).accepts(answer)
    with pytest.raises(PlanUnreadable):
        decode(answer, prompt())


def test_a_refuted_call_cannot_be_said_through_a_loop():
    from dataclasses import replace

    barred = Grammar.read(grammar(replace(prompt(), refuted=frozenset({("[goto]", "[P1]")}))))
    assert not barred.accepts("[each][all][P0][goto][it][/each]") and not barred.accepts("[goto][P1]")
    assert barred.accepts("[each][P0][P2][place][it][/each]") and barred.accepts("[goto][P0][goto][P2]")


def test_names_said_once_for_several_have_the_confidence_of_where_they_were_said():
    pieces = ["[each]", "[all]", "[T0]", "[but]", "[T1]", "[inspect]", "[it]", "[/each]", "[goto]", "[P3]"]
    said = [Said(piece.encode(), 1 - number / 20, ((b"[T4]", 0.1),)) for number, piece in enumerate(pieces)]
    plan = decode("".join(pieces), prompt()).plan
    names = names_in_dialect(plan, said, prompt(), library())
    assert [(n.step, n.name, n.confidence) for n in names] == [
        (1, "thing 0", 0.9), (2, "thing 2", 0.9), (3, "thing 3", 0.9), (4, "place 3", 0.55),
    ]  # fmt: skip
    assert names[0].others == (("thing 4", 0.1),)


def mention(form: str, candidates: tuple[str, ...], chosen: tuple[str, ...], beside: str = "") -> Mention:
    beside_mention = Mention("place", (beside,), (beside,)) if beside else None
    return Mention("thing" if candidates[0][1] == "T" else "place", candidates, chosen, form, beside=beside_mention)  # type: ignore[arg-type]


PLACES, THINGS = ("[P0]", "[P1]", "[P2]"), ("[T0]", "[T1]", "[T2]", "[T3]")
GROUPS = st.sampled_from((
    mention("all", PLACES, PLACES), mention("all", THINGS, THINGS), mention("except", PLACES, PLACES[:2], "[P2]"),
    mention("except", THINGS, THINGS[2:], "[P4]"), mention("except", THINGS, ("[T1]",)), mention("count", THINGS, THINGS[:2]),
))  # fmt: skip
STEPS = st.one_of(
    st.sampled_from((*PLACES, "[P3]", "[P4]")).map(lambda p: ("[goto]", p)),
    st.sampled_from((*THINGS, "[T4]")).map(lambda t: ("[inspect]", t)),
    st.sampled_from(THINGS).map(lambda t: ("[inspect]", t, "[q]", "look", "at", "[/q]")),
    st.sampled_from(("5", "60")).map(lambda n: ("[wait]", n)), st.just(("[report]",)),
)  # fmt: skip


@st.composite
def plans(draw) -> list[tuple[str, ...]]:
    steps: list[tuple[str, ...]] = []
    for _ in range(draw(st.integers(1, 4))):
        block = draw(st.lists(STEPS, min_size=1, max_size=3))
        group = draw(GROUPS)
        verb = draw(st.sampled_from(("[goto]", "[inspect]")))
        steps += draw(st.sampled_from((block * draw(st.integers(1, 4)), [(verb, pointer) for pointer in group.chosen])))
    return steps


@given(plans(), st.lists(GROUPS, max_size=2))
def test_rolling_and_unrolling_give_the_same_steps(steps, mentions):
    answer = list(rolled(steps, mentions, prompt().inside))
    text = "".join(token if token[0] == "[" else f" {token}" for token in answer)
    assert tokenise(text) == answer
    assert [token for token, _ in unrolled(answer, prompt())] == [token for step in steps for token in step]
    assert len(answer) <= sum(map(len, steps)) + 4 * len(steps)


def test_groups_are_said_as_groups_and_repetition_as_repetition():
    def said(steps, *mentions):
        return "".join(rolled([tuple(step.split()) for step in steps], mentions, prompt().inside))

    every = mention("all", PLACES, PLACES)
    but = mention("except", THINGS, THINGS[2:], "[P4]")
    assert said(["[goto] [P0]", "[goto] [P1]", "[goto] [P2]", "[dock]"], every) == "[each][all][P0][goto][it][/each][dock]"
    assert said(["[inspect] [T2]", "[inspect] [T3]"], but) == "[each][all][T0][but][P4][inspect][it][/each]"
    assert said(["[goto] [P0]", "[goto] [P3]"], every) == "[goto][P0][goto][P3]"
    assert said(["[goto] [P3]"] * 3) == "[times]3[goto][P3][/times]"
    assert said(["[inspect] [T4]", "[wait] 9", "[inspect] [T4]"]) == "[times]2[inspect][T4][between][wait]9[/times]"
