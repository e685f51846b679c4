"""The cloud planner against a real OpenAI-compatible server: llama-cpp-python's own, on loopback, under our grammar."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from planner_world import small_brief
from tiny_gguf import write_model

from agent.planners import CloudPlanner, PlannerError, Truncated
from agent.planners.cloud import Structured

pytest.importorskip("openai")
pytest.importorskip("llama_cpp.server.app")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    model = write_model(folder / "tiny.gguf")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--n_ctx", "8192", "--n_threads", "1", "--n_threads_batch", "1", "--model_alias", "tiny"]
    log = (folder / "log").open("w")
    process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PYTHONWARNINGS": "default"})
    try:
        yield ready(f"http://127.0.0.1:{port}/v1", process, folder / "log")
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def ready(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/models", timeout=5) as reply:
                assert b"tiny" in reply.read()
                return url
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(log.read_text())


async def test_a_random_model_behind_the_server_says_nothing_ill_typed(server: str) -> None:
    answers = []
    for seed in range(4):
        cloud = CloudPlanner(
            server, "tiny", structured="grammar", temperature=2.0, seed=seed, max_tokens=1500, timeout_s=120, answers=1
        )
        try:
            answers.append(await cloud.propose(small_brief()))
        except Truncated:
            continue
    assert len(answers) >= 2
    assert all(answer.tokens > 10 and answer.prompt_tokens > 1000 for answer in answers)
    assert len({answer.text for answer in answers}) > 1


@pytest.mark.parametrize("structured", ["json_schema", "json_object"])
async def test_without_a_grammar_the_same_server_says_nothing_usable(server: str, structured: Structured) -> None:
    cloud = CloudPlanner(server, "tiny", structured=structured, temperature=2.0, seed=1, max_tokens=200, timeout_s=120, retries=0)
    with pytest.raises(PlannerError) as caught:
        await cloud.propose(small_brief())
    assert "\n" not in str(caught.value)


async def test_a_brief_that_the_server_cannot_hold_is_one_sentence(server: str) -> None:
    cloud = CloudPlanner(server, "tiny", structured="grammar", timeout_s=120, retries=0)
    with pytest.raises(PlannerError) as caught:
        await cloud.propose(small_brief("go " * 1300, findings=(), history=long_history()))
    assert "\n" not in str(caught.value)


def long_history() -> tuple:
    from agent.planners import HistoryEntry
    from skills import Outcome, SkillCall

    call = SkillCall(skill="say", args={"text": "x" * 200})
    return tuple(HistoryEntry(call, Outcome(status="succeeded", message="y" * 200)) for _ in range(30))
