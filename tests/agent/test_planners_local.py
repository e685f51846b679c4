"""The local planner on real llama.cpp with tiny random models: nothing ill-typed, and every failure is a sentence."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from planner_world import HOSTILE, small_brief, small_world
from tiny_gguf import write_adapter, write_model

from agent.planners import LocalPlanner, errors
from agent.planners.brief import messages
from agent.planners.json_grammar import json_grammar
from agent.planners.json_plan import parse_answer
from agent.planners.llama_runtime import LlamaRuntime, Sampling
from agent.planners.pointers import DIALECT, SPECIAL_TOKENS
from agent.planners.refuted import NAMED
from agent.planners.vocabulary import Vocabulary
from maps import Thing

pytest.importorskip("llama_cpp")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def model(folder: Path) -> Path:
    return write_model(folder / "tiny.gguf")


@pytest.fixture(scope="module")
def runtime(model: Path) -> LlamaRuntime:
    return LlamaRuntime(model, n_threads=1)


@pytest.mark.slow
async def test_a_random_model_says_nothing_ill_typed(runtime: LlamaRuntime) -> None:
    vocabulary = Vocabulary.of(small_brief())
    grammar = json_grammar(vocabulary)
    prompt = runtime.chat(messages(small_brief(), vocabulary))
    plans = 0
    complete = 0
    for seed in range(20):
        out = runtime.generate(prompt, grammar, Sampling(temperature=5.0, seed=seed, max_tokens=3000))
        if out.complete:
            complete += 1
            plans += parse_answer(out.text, vocabulary).plan is not None
    assert complete > 15
    assert plans > 1


async def test_a_proposal_says_who_planned_and_what_it_took(model: Path) -> None:
    planner = LocalPlanner(model, temperature=2.0, seed=4, max_tokens=3000, n_threads=1)
    assert await planner.load() > 0
    first = await planner.propose(small_brief())
    assert first.planner == "local:tiny.gguf"
    assert first.seconds > 0
    assert first.tokens > 10
    assert first.prompt_tokens > 1000
    again = await planner.propose(small_brief())
    assert (again.text, again.tokens) == (first.text, first.tokens)
    other = await planner.sample(small_brief(), 2, temperature=2.0)
    assert first.text == other[0].text
    assert len({proposal.text for proposal in other}) > 1
    await planner.close()
    assert (await planner.propose(small_brief())).text == first.text
    await planner.close()


def test_the_shared_prefix_is_not_computed_again(model: Path) -> None:
    runtime = LlamaRuntime(model, n_threads=1)
    vocabulary = Vocabulary.of(small_brief())
    one = runtime.chat(messages(small_brief("go to the kitchen"), vocabulary))
    two = runtime.chat(messages(small_brief("inspect the red box"), vocabulary))
    sampling = Sampling(max_tokens=1)
    grammar = json_grammar(vocabulary)
    runtime.generate(one, grammar, sampling)
    read = []
    evaluate = runtime._llama.eval
    runtime._llama.eval = lambda tokens: (read.append(len(tokens)), evaluate(tokens))
    runtime.generate(two, grammar, sampling)
    runtime.close()
    assert sum(read) < len(two) / 10


def test_a_map_label_cannot_become_a_special_token(runtime: LlamaRuntime) -> None:
    def controls(brief) -> int:
        tokens = runtime.chat(messages(brief, Vocabulary.of(brief)))
        return sum(256 <= token < 260 for token in tokens)

    hostile = small_world(things=[Thing(name=HOSTILE, position=(2, 2), attributes={"note": HOSTILE})])
    assert controls(small_brief(HOSTILE, world=hostile)) == controls(small_brief()) == 5


def test_no_grammar_no_run(runtime: LlamaRuntime) -> None:
    prompt = runtime.chat([{"role": "user", "content": "hi"}])
    for grammar in ("", "  \n", 'root ::= "a', "root ::= other", 'start ::= "a"', 'root ::= "a\0"'):
        with pytest.raises(errors.GrammarFailed, match="no plan is generated"):
            runtime.generate(prompt, grammar, Sampling())


async def test_without_a_grammar_the_planner_does_not_plan(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.planners.local.json_grammar", lambda vocabulary: "root ::= nowhere")
    planner = LocalPlanner(model, n_threads=1)
    generated = []
    monkeypatch.setattr("llama_cpp.Llama.generate", lambda *args, **kwargs: generated.append(args))
    with pytest.raises(errors.GrammarFailed):
        await planner.propose(small_brief())
    assert not generated
    await planner.close()


async def test_an_answer_that_is_cut_off_is_no_plan(model: Path) -> None:
    planner = LocalPlanner(model, max_tokens=5, n_threads=1)
    with pytest.raises(errors.Truncated, match="within 5 tokens"):
        await planner.propose(small_brief())
    await planner.close()


async def test_a_context_that_is_too_small_is_one_sentence(model: Path) -> None:
    planner = LocalPlanner(model, n_ctx=512, n_threads=1)
    with pytest.raises(errors.ContextTooSmall, match=r"\d+ tokens long .* is 512: set a larger n_ctx"):
        await planner.propose(small_brief())
    await planner.close()
    with pytest.raises(errors.ContextTooSmall, match="takes 1 to 16384"):
        await LocalPlanner(model, n_ctx=99_999).load()


async def test_a_large_map_is_cut_until_the_brief_fits(model: Path) -> None:
    world = small_world(things=[Thing(name=f"pallet {number}", position=(2, 2)) for number in range(900)])
    planner = LocalPlanner(model, n_ctx=8192, max_tokens=4000, temperature=3.0, seed=3, n_threads=1)
    proposal = await planner.propose(small_brief("inspect pallet 812", world=world))
    assert 4000 < proposal.prompt_tokens < 8000
    await planner.close()


@pytest.mark.parametrize("name", ["missing", "text", "adapter", "no template", "unknown dialect", "cut"])
async def test_a_model_that_cannot_be_used_is_one_sentence(name: str, folder: Path, model: Path) -> None:
    path = folder / f"{name}.gguf"
    word = {"missing": "is not there", "text": "not a GGUF", "adapter": "is a LoRA adapter", "cut": "cut off"}.get(name, "")
    if name == "text":
        path.write_text("once upon a time")
    elif name == "adapter":
        write_adapter(path)
    elif name == "no template":
        write_model(path, template=None)
        word = "no chat template"
    elif name == "unknown dialect":
        write_model(path, dialect="pointer-99")
        word = "speaks 'pointer-99'"
    elif name == "cut":
        path.write_bytes(model.read_bytes()[:-9000])
    with pytest.raises(errors.ModelInvalid, match=word) as caught:
        await LocalPlanner(path, n_threads=1).propose(small_brief())
    assert "\n" not in str(caught.value)


async def test_a_model_whose_tensors_are_cut_says_what_llama_cpp_says(folder: Path, model: Path) -> None:
    path = folder / "short.gguf"
    path.write_bytes(model.read_bytes()[:-50])
    with pytest.raises(errors.ModelInvalid, match=r"llama\.cpp cannot load") as caught:
        await LocalPlanner(path, n_threads=1).load()
    assert "\n" not in str(caught.value)


@pytest.mark.slow
async def test_a_random_model_of_the_dialect_says_nothing_ill_typed(folder: Path) -> None:
    path = write_model(folder / "pointer.gguf", dialect=DIALECT, words=SPECIAL_TOKENS)
    planner = LocalPlanner(path, max_tokens=400, n_threads=1)
    brief = small_brief("inspect the red box, then go to the kitchen and wait there")
    proposals = await planner.sample(brief, 40, temperature=5.0)
    await planner.close()
    assert len(proposals) > 15
    steps = [step for proposal in proposals if proposal.plan for step in proposal.plan.steps]
    assert len(steps) > 20
    for step in steps:
        skill = brief.skills[step.skill]
        assert {parameter.name for parameter in skill.parameters if parameter.required} <= set(step.args)
        for name, value in step.args.items():  # bounds of numbers are left to the verifier here
            kind = skill.parameter(name).kind
            assert value in brief.world.names(kind) if kind in NAMED else isinstance(value, float | int | str)


async def test_a_dialect_without_its_tokens_is_one_sentence(folder: Path) -> None:
    path = write_model(folder / "tokenless.gguf", dialect=DIALECT)
    with pytest.raises(errors.ModelInvalid, match="its vocabulary has no token"):
        await LocalPlanner(path, n_threads=1).propose(small_brief())


async def test_a_template_without_a_system_role_gets_one_message(folder: Path) -> None:
    template = (
        "{% for message in messages %}{% if message.role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
        "<|user|>{{ message.content }}<|end|>{% endfor %}<|assistant|>"
    )
    runtime = LlamaRuntime(write_model(folder / "gemma.gguf", template=template), n_threads=1)
    tokens = runtime.chat([{"role": "system", "content": "a"}, {"role": "user", "content": "b"}])
    assert runtime._llama.detokenize(tokens, special=True) == b"<|user|>a\n\nb<|end|><|assistant|>"
    runtime.close()


def test_an_adapter_changes_what_the_model_says(model: Path, folder: Path) -> None:
    lora = write_adapter(folder / "lora.gguf")
    assert LocalPlanner(model, lora).name == "local:tiny.gguf+lora.gguf"
    said = set()
    for adapter in (None, lora):
        runtime = LlamaRuntime(model, adapter, n_threads=1)
        prompt = runtime.chat([{"role": "user", "content": "go to the kitchen"}])
        said.add(runtime.generate(prompt, "root ::= [ -~]+", Sampling(max_tokens=40)).text)
        runtime.close()
    assert len(said) == 2


async def test_an_adapter_for_another_width_is_refused(model: Path, folder: Path) -> None:
    planner = LocalPlanner(model, write_adapter(folder / "wide.gguf", width=64))
    with pytest.raises(errors.AdapterInvalid, match=r"made for another model .* is 64 wide, the model needs 32"):
        await planner.propose(small_brief())


async def test_cancelling_ends_the_generation(model: Path) -> None:
    planner = LocalPlanner(model, temperature=1.0, max_tokens=6000, n_ctx=16000, n_threads=1)
    await planner.load()
    task = asyncio.create_task(planner.propose(small_brief()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    started = time.perf_counter()
    await planner.close()
    assert time.perf_counter() - started < 30


def test_a_set_stop_ends_a_generation(runtime: LlamaRuntime) -> None:
    stop = Event()
    stop.set()
    vocabulary = Vocabulary.of(small_brief())
    prompt = runtime.chat(messages(small_brief(), vocabulary))
    with pytest.raises(errors.PlannerUnavailable, match="cancelled"):
        runtime.generate(prompt, json_grammar(vocabulary), Sampling(temperature=1.0), stop=stop)


def test_llama_cpp_is_silent(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    LlamaRuntime(model, n_threads=1).close()
    assert capfd.readouterr() == ("", "")


async def test_without_llama_cpp_the_extra_is_named(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "llama_cpp", None)
    with pytest.raises(errors.PlannerUnavailable, match=r"pip install 'surefoot\[local\]'"):
        await LocalPlanner(model).propose(small_brief())


def test_sampling_is_greedy_unless_told_otherwise() -> None:
    assert replace(Sampling(), seed=1) == Sampling(temperature=0.0, seed=1, max_tokens=1024)
