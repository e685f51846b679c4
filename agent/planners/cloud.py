"""CloudPlanner: plans with any OpenAI-compatible server. Whatever the server promises, the answer is validated again."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from agent.planners.answer_schema import answer_schema, strict
from agent.planners.brief import messages
from agent.planners.errors import AnswerRefused, PlannerUnavailable, PlanUnreadable, Truncated
from agent.planners.json_grammar import json_grammar
from agent.planners.json_plan import parse_answer
from agent.planners.planner import Brief, Proposal
from agent.planners.vocabulary import Vocabulary

__all__ = ["CloudPlanner", "Structured"]

Structured: TypeAlias = Literal["json_schema", "json_object", "grammar"]
"""How the server is told the form of the answer: OpenAI's strict schema, any JSON object, or a GBNF grammar (llama servers)."""


class CloudPlanner:
    """Plans with a chat model behind a URL.

    Args:
        base_url: The server's address up to ``/v1``; None for OpenAI's own.
        model: The model's name there.
        api_key: The key; None where the server wants none. It is sent to the server and nowhere else.
        structured: What the server understands.
        timeout_s: Longest wait for one attempt, seconds.
        retries: Attempts after the first where the network or the server fails.
        answers: Answers asked for until one can be read; the second is told what was wrong with the first.
        temperature: Of the sampling; None for the server's default.
        seed: Of the sampling; None for none.
        max_tokens: Longest answer.
    """

    def __init__(
        self,
        base_url: str | None,
        model: str,
        *,
        api_key: str | None = None,
        structured: Structured = "json_schema",
        timeout_s: float = 30.0,
        retries: int = 1,
        answers: int = 2,
        temperature: float | None = None,
        seed: int | None = None,
        max_tokens: int = 2048,
    ) -> None:
        self.base_url = base_url
        self.model = model
        self.structured: Structured = structured
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._retries = retries
        self._answers = max(1, answers)
        self._options: dict[str, Any] = {"max_tokens": max_tokens}
        if temperature is not None:
            self._options["temperature"] = temperature
        if seed is not None:
            self._options["seed"] = seed

    @property
    def name(self) -> str:
        """``cloud:`` and the model's name."""
        return f"cloud:{self.model}"

    def __repr__(self) -> str:
        """Without the key."""
        return f"CloudPlanner({self.base_url!r}, {self.model!r}, structured={self.structured!r})"

    async def propose(self, brief: Brief) -> Proposal:
        """Ask the server.

        Raises:
            PlannerUnavailable: The server cannot be reached, refuses the key, is overloaded, or does not know the model.
            Truncated: The answer was cut off.
            AnswerRefused: The model refused or a filter removed the answer.
            PlanUnreadable: No answer could be read.
        """
        vocabulary = Vocabulary.of(brief)
        form = self._form(vocabulary)
        started, spent, read, problem = time.perf_counter(), 0, 0, ""
        for attempt in range(self._answers):
            reply = await self._complete(messages(brief, vocabulary, problem=problem), form)
            usage = reply.get("usage")
            spent += _count(usage, "completion_tokens")
            read += _count(usage, "prompt_tokens")
            text = self._text(reply)
            try:
                proposal = parse_answer(text, vocabulary, null_is_absent=self.structured == "json_schema")
            except PlanUnreadable as error:
                problem = str(error)
                if attempt + 1 == self._answers:
                    raise
                continue
            seconds = time.perf_counter() - started
            return replace(proposal, planner=self.name, seconds=seconds, tokens=spent, prompt_tokens=read)
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Nothing to give back: connections last for one proposal."""

    def _form(self, vocabulary: Vocabulary) -> dict[str, Any]:
        """What tells the server the form of the answer."""
        if self.structured == "grammar":
            return {"extra_body": {"grammar": json_grammar(vocabulary)}}
        if self.structured == "json_object":
            return {"response_format": {"type": "json_object"}}
        schema = {"name": "answer", "strict": True, "schema": strict(answer_schema(vocabulary))}
        return {"response_format": {"type": "json_schema", "json_schema": schema}}

    async def _complete(self, chat: list[dict[str, str]], form: dict[str, Any]) -> dict[str, Any]:
        """The server's reply as plain data: the client does not check its shape, so it is not trusted."""
        try:
            import openai
        except ImportError as error:
            raise PlannerUnavailable(
                "Cloud planning needs the openai package: install it with pip install 'surefoot[cloud]'."
            ) from error
        where = _shown(self.base_url)
        try:
            async with openai.AsyncOpenAI(
                base_url=self.base_url,
                api_key=self._api_key or "none",
                timeout=self._timeout_s,
                max_retries=self._retries,
            ) as client:
                create: Any = client.chat.completions.create
                completion = await create(model=self.model, messages=chat, stream=False, **self._options, **form)
                return _plain(completion)
        except openai.APITimeoutError as error:
            raise PlannerUnavailable(f"The planner at {where} did not answer within {self._timeout_s:g} s.") from error
        except openai.APIConnectionError as error:
            raise PlannerUnavailable(f"The planner at {where} cannot be reached: {_cause(error)}.") from error
        except openai.AuthenticationError as error:
            raise PlannerUnavailable(f"The planner at {where} refuses the API key: check the key's variable.") from error
        except openai.APIStatusError as error:
            raise PlannerUnavailable(
                f"The planner at {where} answered with status {error.status_code}: {_first_line(error.message)}."
            ) from error
        except (openai.OpenAIError, ValueError) as error:
            raise PlannerUnavailable(f"The planner at {where} cannot be used: {_first_line(str(error))}.") from error

    def _text(self, reply: dict[str, Any]) -> str:
        """The answer's text, if the model ended it and did not refuse."""
        choices = reply.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        message = choice.get("message") if isinstance(choice, dict) else None
        if not isinstance(choice, dict) or not isinstance(message, dict):
            raise PlanUnreadable(f"The model {self.model!r} sent an answer without content.")
        if choice.get("finish_reason") == "length":
            raise Truncated(f"The model {self.model!r} did not end its answer within its token limit; nothing is used.")
        if choice.get("finish_reason") == "content_filter":
            raise AnswerRefused(f"The provider of {self.model!r} removed the answer with its content filter.")
        if refusal := message.get("refusal"):
            raise AnswerRefused(f"The model {self.model!r} refused: {_first_line(str(refusal))}.")
        content = message.get("content")
        if not isinstance(content, str) or not content:
            raise PlanUnreadable(f"The model {self.model!r} sent an answer without content.")
        return content


def _plain(completion: Any) -> dict[str, Any]:
    if not hasattr(completion, "model_dump"):
        raise ValueError("its reply is not a chat completion")
    data: dict[str, Any] = completion.model_dump(mode="json", warnings=False)
    return data


def _count(usage: Any, key: str) -> int:
    value = usage.get(key) if isinstance(usage, dict) else None
    return value if isinstance(value, int) else 0


def _shown(base_url: str | None) -> str:
    """The address without user names and passwords."""
    if base_url is None:
        return "OpenAI's server"
    parts = urlsplit(base_url)
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _cause(error: BaseException) -> str:
    """The innermost reason of a connection error."""
    while error.__cause__ is not None:
        error = error.__cause__
    return _first_line(str(error) or type(error).__name__).lower()


def _first_line(text: str) -> str:
    line = text.strip().splitlines()[0] if text.strip() else "no reason given"
    return line[:200].rstrip(" .")
