"""LocalPlanner: plans with a GGUF on this computer, under a grammar of the skills and of the names on this map."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event, Lock

from agent.planners.brief import messages
from agent.planners.confidence import names_in_dialect, names_in_json
from agent.planners.errors import ContextTooSmall, GrammarFailed, ModelInvalid, PlanUnreadable, Truncated
from agent.planners.generation import Generated, Sampling
from agent.planners.json_grammar import json_grammar
from agent.planners.json_plan import parse_answer
from agent.planners.llama_runtime import LlamaRuntime
from agent.planners.planner import Brief, Proposal
from agent.planners.vocabulary import NAMES_LIMIT, Vocabulary

__all__ = ["LocalPlanner"]

NAMES_LIMITS = (NAMES_LIMIT, 150, 75, 40)
"""How many of the map's names are listed: as many as the context can take."""

LEAST_ANSWER = 192
"""Room that must be left in the context for a JSON answer, tokens."""


class LocalPlanner:
    """Plans with llama-cpp-python. The model is loaded at the first brief and kept.

    A GGUF whose metadata holds ``surefoot.dialect`` gets that dialect; any other gets the JSON brief through its own chat
    template.

    Args:
        model: The GGUF file.
        lora: A LoRA adapter for it.
        n_ctx: Context window, tokens; None for as much as is sensible.
        n_threads: CPU threads; None for what suits the model's size.
        n_gpu_layers: Layers on a GPU, where llama-cpp-python was built for one.
        temperature: 0 takes the likeliest token; more samples.
        seed: Of the sampling.
        max_tokens: Longest answer.
    """

    def __init__(
        self,
        model: Path,
        lora: Path | None = None,
        *,
        n_ctx: int | None = None,
        n_threads: int | None = None,
        n_gpu_layers: int = 0,
        temperature: float = 0.0,
        seed: int = 0,
        max_tokens: int = 1024,
    ) -> None:
        self.model = Path(model)
        self.lora = None if lora is None else Path(lora)
        self._open = partial(LlamaRuntime, self.model, self.lora, n_ctx=n_ctx, n_threads=n_threads, n_gpu_layers=n_gpu_layers)
        self._sampling = Sampling(temperature=temperature, seed=seed, max_tokens=max_tokens)
        self._runtime: LlamaRuntime | None = None
        self._lock = Lock()

    @property
    def name(self) -> str:
        """``local:`` and the files' names."""
        return f"local:{self.model.name}" + ("" if self.lora is None else f"+{self.lora.name}")

    async def propose(self, brief: Brief) -> Proposal:
        """Plan for a brief, in a thread; cancelling ends the generation at its next token.

        Raises:
            ModelInvalid: The model or its adapter cannot be used.
            ContextTooSmall: The brief does not fit.
            GrammarFailed: There is no grammar, so nothing is generated.
            Truncated: The answer was cut off.
            PlanUnreadable: The answer is not one; cannot happen under a grammar that was built right.
        """
        return await self._in_thread(brief, self._sampling)

    async def sample(self, brief: Brief, count: int, *, temperature: float = 0.8, first: int = 0) -> tuple[Proposal, ...]:
        """Several proposals for one brief, with seeds counting up from the planner's own; answers that cannot be read are left out.

        Args:
            brief: What to plan for.
            count: How many to draw.
            temperature: How widely.
            first: How many were drawn before: the seeds go on from there.
        """
        found = []
        for number in range(first, first + count):
            sampling = replace(self._sampling, temperature=temperature, seed=self._sampling.seed + number)
            try:
                found.append(await self._in_thread(brief, sampling))
            except PlanUnreadable:
                continue
        return tuple(found)

    async def load(self) -> float:
        """Load the model now instead of at the first brief.

        Returns:
            Seconds that loading took.
        """
        return await asyncio.to_thread(lambda: self._loaded().load_s)

    async def close(self) -> None:
        """Free the model's memory; the next brief loads it again."""
        await asyncio.to_thread(self._close)

    async def _in_thread(self, brief: Brief, sampling: Sampling) -> Proposal:
        stop = Event()
        try:
            return await asyncio.to_thread(self._propose, brief, sampling, stop)
        except asyncio.CancelledError:
            stop.set()
            raise

    def _close(self) -> None:
        with self._lock:
            if self._runtime is not None:
                self._runtime.close()
                self._runtime = None

    def _loaded(self) -> LlamaRuntime:
        with self._lock:
            return self._load()

    def _load(self) -> LlamaRuntime:
        if self._runtime is None:
            self._runtime = self._open()
        return self._runtime

    def _propose(self, brief: Brief, sampling: Sampling, stop: Event) -> Proposal:
        with self._lock:
            runtime = self._load()
            if runtime.head.dialect is None:
                proposal, out = _json(runtime, brief, sampling, stop)
            else:
                proposal, out = _dialect(runtime, brief, sampling, stop)
        return replace(
            proposal,
            planner=self.name,
            text=out.text,
            seconds=out.seconds,
            tokens=out.tokens,
            prompt_tokens=out.prompt_tokens,
        )


def _json(runtime: LlamaRuntime, brief: Brief, sampling: Sampling, stop: Event) -> tuple[Proposal, Generated]:
    """The general models' way: chat template, JSON grammar, strict parser."""
    vocabulary, prompt = _fitting(runtime, brief)
    grammar = json_grammar(vocabulary)
    if runtime.n_ctx - len(prompt) < LEAST_ANSWER:
        raise ContextTooSmall(
            f"The brief is {len(prompt)} tokens long and an answer needs {LEAST_ANSWER} more, but the context of "
            f"{str(runtime.head.path)!r} is {runtime.n_ctx}: set a larger n_ctx, or take a model with a longer context."
        )
    out = runtime.generate(prompt, grammar, sampling, stop=stop)
    _complete(out, runtime)
    proposal = parse_answer(out.text, vocabulary)
    if proposal.plan is not None:
        proposal = replace(proposal, names=names_in_json(proposal.plan, out.said, brief.skills))
    return proposal, out


def _fitting(runtime: LlamaRuntime, brief: Brief) -> tuple[Vocabulary, list[int]]:
    """The vocabulary and prompt that leave room for an answer, with fewer names of the map where they must be fewer."""
    for limit in NAMES_LIMITS:
        vocabulary = Vocabulary.of(brief, limit)
        prompt = runtime.chat(messages(brief, vocabulary))
        if runtime.n_ctx - len(prompt) >= LEAST_ANSWER or not vocabulary.names_listed > NAMES_LIMITS[-1]:
            break
    return vocabulary, prompt


def _dialect(runtime: LlamaRuntime, brief: Brief, sampling: Sampling, stop: Event) -> tuple[Proposal, Generated]:
    """The small models' way: the dialect's own brief, grammar and decoder."""
    from agent.planners import dialect
    from agent.planners.pointers import DIALECTS

    spoken = DIALECTS.get(runtime.head.dialect or "")
    if spoken is None:
        known = " and ".join(map(repr, DIALECTS))
        raise ModelInvalid(f"The model {str(runtime.head.path)!r} speaks {runtime.head.dialect!r}; this version knows {known}.")
    prompt = dialect.encode(brief, spoken)
    grammar = dialect.grammar(prompt)
    if not grammar:
        raise GrammarFailed("No grammar could be built for this brief: no plan is generated.")
    out = runtime.generate(runtime.tokens(prompt.segments), grammar, sampling, stop=stop)
    _complete(out, runtime)
    proposal = dialect.decode(out.text, prompt, wondered=_wondered(out))
    if proposal.plan is not None:
        proposal = replace(proposal, names=names_in_dialect(proposal.plan, out.said, prompt, brief.skills))
    return proposal, out


def _wondered(out: Generated) -> bool:
    """Whether a model thought of asking what words mean, or which of several is meant, when it began its answer."""
    first = out.said[0] if out.said else None
    return first is not None and not {first.text, *(piece for piece, _ in first.others)}.isdisjoint((b"[unknown]", b"[which]"))


def _complete(out: Generated, runtime: LlamaRuntime) -> None:
    if not out.complete:
        raise Truncated(f"The model {runtime.head.path.name!r} did not end its answer within {out.tokens} tokens; nothing is used.")
    if "\ufffd" in out.text:
        raise PlanUnreadable(f"The model {runtime.head.path.name!r} answered with broken Unicode.")
