"""Two models asked at once: the mean of both decides, neither alone; what does not belong together is told in a sentence."""

from pathlib import Path

import numpy as np
import pytest
from planner_world import small_brief
from tiny_gguf import write_adapter, write_model

from agent.planners import LocalPlanner, errors
from agent.planners.ensemble import EnsembleRuntime
from agent.planners.llama_runtime import LlamaRuntime, Sampling
from agent.planners.make import model_files, shipped_model
from agent.settings import Settings

pytest.importorskip("llama_cpp")

ANY = "root ::= [ -~]+"
CHAT = [{"role": "user", "content": "go to the kitchen"}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def pair(folder: Path) -> tuple[Path, Path]:
    return write_model(folder / "one.gguf"), write_model(folder / "other.gguf", seed=1)


def shares(runtime: LlamaRuntime) -> np.ndarray:
    """The probability of each token that comes next."""
    logits = np.asarray(runtime._logits(), dtype=np.float64)
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def test_each_token_has_the_mean_of_both_probabilities(pair: tuple[Path, Path]) -> None:
    both = EnsembleRuntime(*pair, n_threads=1)
    alone = [LlamaRuntime(path, n_threads=1) for path in pair]
    prompt = both.chat(CHAT)
    for runtime in (both, *alone):
        runtime._read(prompt)
    for token in (*both.text_tokens("the bin"), *both.text_tokens(" is full")):
        expected = (shares(alone[0]) + shares(alone[1])) / 2
        np.testing.assert_allclose(shares(both), expected, atol=1e-6)
        for runtime in (both, *alone):
            runtime._go_on(token)
    for runtime in (both, *alone):
        runtime.close()


def test_a_model_beside_itself_says_what_it_says_alone(pair: tuple[Path, Path]) -> None:
    alone, both = LlamaRuntime(pair[0], n_threads=1), EnsembleRuntime(pair[0], pair[0], n_threads=1)
    for text in ("go to the kitchen", "go to the kitchen twice"):  # the second time both take up what the prompts share
        prompt = alone.chat([{"role": "user", "content": text}])
        first, second = (runtime.generate(prompt, ANY, Sampling(max_tokens=40)) for runtime in (alone, both))
        assert first.text == second.text and first.reused == second.reused
        assert [piece.p for piece in first.said] == pytest.approx([piece.p for piece in second.said], abs=1e-6)
    alone.close()
    both.close()


def test_both_have_their_say(pair: tuple[Path, Path]) -> None:
    said = set()
    for open_ in (lambda: LlamaRuntime(pair[0], n_threads=1), lambda: EnsembleRuntime(*pair, n_threads=1)):
        runtime = open_()
        said.add(runtime.generate(runtime.chat(CHAT), ANY, Sampling(max_tokens=40)).text)
        runtime.close()
    assert len(said) == 2


async def test_a_proposal_names_both(pair: tuple[Path, Path], folder: Path) -> None:
    planner = LocalPlanner(pair[0], write_adapter(folder / "lora.gguf"), second=pair[1], temperature=2.0, seed=4, n_threads=1)
    assert planner.name == "local:one.gguf+lora.gguf+other.gguf"
    found = await planner.sample(small_brief(), 3)
    assert all(proposal.planner == planner.name for proposal in found)
    await planner.close()


async def test_models_of_other_tokens_are_refused(pair: tuple[Path, Path], folder: Path) -> None:
    other = write_model(folder / "more.gguf", words=("<|more|>",))
    with pytest.raises(errors.ModelInvalid, match=r"more.gguf' cannot be asked beside .*one.gguf': their 'tokenizer.ggml.tokens'"):
        await LocalPlanner(pair[0], second=other).propose(small_brief())
    with pytest.raises(errors.ModelInvalid, match=r"gone.gguf' is not there"):
        await LocalPlanner(pair[0], second=folder / "gone.gguf").load()


def test_a_second_that_is_too_short_for_the_first_one_s_context_is_told(folder: Path, pair: tuple[Path, Path]) -> None:
    short = write_model(folder / "short.gguf", context=512)
    with pytest.raises(errors.ContextTooSmall, match=r"short.gguf' takes 1 to 512"):
        EnsembleRuntime(pair[0], short, n_threads=1)


def test_what_is_given_stands_alone(pair: tuple[Path, Path], folder: Path) -> None:
    one, other = pair
    assert model_files(Settings(model=one)) == (one, None, None)
    assert model_files(Settings(model=one, second=other)) == (one, None, other)
    assert model_files(Settings(lora=other)) == (shipped_model(), other, None)
    second = shipped_model().with_name("second.gguf")
    assert model_files(Settings()) == (shipped_model(), None, second if second.is_file() else None)
