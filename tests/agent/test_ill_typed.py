"""A model of random weights at temperature 2 says nothing ill-typed; ``python -m benchmarks.ill_typed`` is the large run."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

from agent.planners.llama_runtime import LlamaRuntime, Sampling
from agent.planners.local import LocalPlanner
from benchmarks.ill_typed import briefs, faults, generate, random_model
from skills import Plan, SkillCall


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return random_model(tmp_path_factory.mktemp("random"))


@pytest.fixture(scope="module")
def given():
    return briefs({"warehouse": "go to the pump room, check the gauge, wait 5 seconds and bring the red toolbox to the office"})


@pytest.mark.slow
@pytest.mark.parametrize(("form", "count", "tokens"), [("dialect", 250, 600), ("json", 12, 4000)])
def test_nothing_that_a_random_model_says_is_ill_typed(form, count, tokens, model, given):
    runtime = LlamaRuntime(model)
    counts = generate(runtime, given, count, form, tokens=tokens, progress=False)
    runtime.close()
    assert counts["ill-typed"] == 0
    assert counts["plan"] > count / 10
    assert counts["cut off"] < count / 2


def test_faults_are_found(given):
    first, refused = given
    wrong = Plan(
        steps=(
            SkillCall(skill="fly"),
            SkillCall(skill="goto", args={"place": "moon"}),
            SkillCall(skill="wait", args={"seconds": "long", "place": "here"}),
            SkillCall(skill="say", args={"text": 4}),
            SkillCall(skill="pick"),
        )
    )
    assert len(faults(wrong, first)) == 6
    assert faults(Plan(steps=refused.refuted[:1]), refused) == [f"{refused.refuted[0]} was refuted"]


def test_shares_of_allowed_tokens_are_shares(model):
    runtime = LlamaRuntime(model)
    prompt = runtime.text_tokens("go to the office")
    out = runtime.generate(prompt, 'root ::= ("[P1]" | "[P2]" | "[P3]") "[end]"', Sampling(max_tokens=20))
    said = out.said[0]
    assert said.p >= max((p for _, p in said.others), default=0.0)
    assert 0.9 < said.p + sum(p for _, p in said.others) <= 1.001
    assert out.reused == 0
    again = runtime.generate(prompt, 'root ::= "[P1]"', Sampling(max_tokens=20))
    assert again.said[0].p + sum(p for _, p in again.said[0].others) > 0.95 and again.reused == len(prompt) - 1
    assert all(b"[P1]".startswith(text) for text, _ in again.said[0].others)  # the same name, letter by letter
    runtime.close()


async def test_the_planner_tells_how_sure_it_is_of_each_name(model, given):
    planner = LocalPlanner(model, temperature=2.0)
    named = 0
    for proposal in await planner.sample(given[0], 30, temperature=2.0):
        if proposal.plan is None:
            continue
        skills = given[0].skills
        kinds = [{p.name: p.kind for p in skills[step.skill].parameters} for step in proposal.plan.steps]
        wanted = [
            (number, name, value)
            for number, (step, kind) in enumerate(zip(proposal.plan.steps, kinds, strict=True), 1)
            for name, value in step.args.items()
            if kind[name] in ("place", "thing", "door")
        ]
        assert [(name.step, name.parameter, name.name) for name in proposal.names] == wanted
        assert all(0 < name.confidence <= 1 for name in proposal.names)
        assert all(
            other in given[0].world.names("place") + given[0].world.names("thing") for n in proposal.names for other, _ in n.others
        )
        named += len(wanted)
    assert named > 10
    await planner.close()
