"""The cloud planner against a double on loopback: what it asks for, what it accepts, what it says when something is wrong."""

import json
import logging
import socket
import sys

import jsonschema
import pytest
from openai_double import completion, serving
from planner_world import small_brief

from agent.planners import AnswerRefused, CloudPlanner, PlannerUnavailable, PlanUnreadable, Truncated
from skills import SkillCall

pytest.importorskip("openai")

STEP = {"skill": "inspect", "args": {"thing": "red box", "question": None}}
GOOD = json.dumps({"thought": "", "answer": {"steps": [STEP], "more": None}})
PLAIN = json.dumps({"thought": "", "answer": {"steps": [{"skill": "inspect", "args": {"thing": "red box"}}]}})
INSPECT = (SkillCall(skill="inspect", args={"thing": "red box"}),)
BAD = json.dumps({"thought": "", "answer": {"steps": [{"skill": "goto", "args": {"place": "moon"}}]}})


def planner(url: str, **options) -> CloudPlanner:
    return CloudPlanner(url, "some-model", **({"timeout_s": 20, "retries": 0} | options))


async def test_a_json_schema_server_gets_the_strict_schema_and_its_nulls_are_absent() -> None:
    with serving(completion(GOOD)) as double:
        proposal = await planner(double.url, api_key="sk-1").propose(small_brief())
    assert proposal.plan.steps == INSPECT
    assert (proposal.planner, proposal.tokens, proposal.prompt_tokens) == ("cloud:some-model", 5, 7)
    asked = double.asked[0]
    form = asked["response_format"]["json_schema"]
    assert form["strict"] is True
    jsonschema.validate(json.loads(GOOD), form["schema"])
    assert asked["model"] == "some-model"
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]
    assert double.keys == ["Bearer sk-1"]


async def test_a_json_object_server_and_a_grammar_server_get_what_they_understand() -> None:
    with serving(completion(PLAIN)) as double:
        assert (await planner(double.url, structured="json_object").propose(small_brief())).plan.steps == INSPECT
        assert (await planner(double.url, structured="grammar").propose(small_brief())).plan.steps == INSPECT
    assert double.asked[0]["response_format"] == {"type": "json_object"}
    assert double.asked[1]["grammar"].startswith("root ::=")
    assert "response_format" not in double.asked[1]


async def test_an_answer_that_cannot_be_used_is_asked_for_again_once() -> None:
    with serving(completion(BAD), completion(GOOD)) as double:
        proposal = await planner(double.url).propose(small_brief())
    assert proposal.plan.steps == INSPECT
    assert proposal.tokens == 10
    assert "no place named 'moon'" in double.asked[1]["messages"][1]["content"]
    with serving(completion("Sure! Here is the plan.")) as double:
        with pytest.raises(PlanUnreadable, match="not JSON"):
            await planner(double.url).propose(small_brief())
    assert len(double.asked) == 2


async def test_what_a_server_promised_is_not_believed() -> None:
    refuted = (SkillCall(skill="inspect", args={"thing": "red box"}),)
    with serving(completion(GOOD)) as double:
        with pytest.raises(PlanUnreadable, match="refuted before"):
            await planner(double.url).propose(small_brief(refuted=refuted))
    schema = double.asked[0]["response_format"]["json_schema"]["schema"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(GOOD), schema)


@pytest.mark.parametrize(
    ("reply", "error", "word"),
    [
        (completion(GOOD[:40], "length"), Truncated, "token limit"),
        (completion(None, "content_filter"), AnswerRefused, "content filter"),
        (completion(None, refusal="I can't help.\nSorry."), AnswerRefused, "refused: I can't help"),
        (completion(None), PlanUnreadable, "without content"),
        ({**completion(""), "choices": []}, PlanUnreadable, "without content"),
        (500, PlannerUnavailable, "status 500"),
        (429, PlannerUnavailable, "status 429"),
        (404, PlannerUnavailable, "status 404"),
        (400, PlannerUnavailable, "status 400"),
        (401, PlannerUnavailable, "refuses the API key"),
        (b"<html>hello</html>", PlannerUnavailable, "cannot be used"),
        (b"{}", PlanUnreadable, "without content"),
        (b'"hello"', PlannerUnavailable, "cannot be used"),
    ],
)
async def test_everything_that_goes_wrong_is_one_sentence(reply: object, error: type[Exception], word: str) -> None:
    with serving(reply) as double:
        with pytest.raises(error, match=word) as caught:
            await planner(double.url).propose(small_brief())
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


async def test_a_server_that_fails_once_is_asked_again() -> None:
    with serving(503, completion(GOOD)) as double:
        assert (await planner(double.url, retries=1).propose(small_brief())).plan.steps == INSPECT
    assert len(double.asked) == 2


async def test_a_server_that_hangs_is_given_up() -> None:
    with serving(1.5) as double:
        with pytest.raises(PlannerUnavailable, match=r"did not answer within 0\.3 s"):
            await planner(double.url, timeout_s=0.3).propose(small_brief())


async def test_without_a_network_there_is_one_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(PlannerUnavailable, match=rf"http://127\.0\.0\.1:{port}/v1 cannot be reached: "):
        await planner(f"http://user:secret@127.0.0.1:{port}/v1").propose(small_brief())
    with pytest.raises(PlannerUnavailable, match="cannot be"):
        await planner("no url at all").propose(small_brief())


async def test_the_key_is_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(401) as double:
        cloud = planner(double.url, api_key="sk-very-secret")
        with pytest.raises(PlannerUnavailable) as caught:
            await cloud.propose(small_brief())
    assert "sk-very-secret" not in caplog.text + str(caught.value) + repr(cloud) + cloud.name


async def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(PlannerUnavailable, match=r"pip install 'surefoot\[cloud\]'"):
        await planner("http://127.0.0.1:9/v1").propose(small_brief())
