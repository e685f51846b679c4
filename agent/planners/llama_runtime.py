"""LlamaRuntime: one loaded GGUF under llama-cpp-python, with a checked grammar on every generation.

llama-cpp-python fails open in several ways (a grammar that does not parse is skipped, ``response_format`` is ignored).
This file is the only one that calls it, and it always passes a grammar that llama.cpp itself has accepted.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

from agent.planners.brief import Message
from agent.planners.errors import AdapterInvalid, ContextTooSmall, ModelInvalid, PlannerUnavailable
from agent.planners.generation import Generated, Piece, Said, Sampling
from agent.planners.gguf_file import GgufHead, check_adapter, read_adapter, read_model
from agent.planners.grammar_sampler import Grammars
from agent.planners.llama_library import forget_errors, import_llama_cpp, last_error

__all__ = ["Generated", "LlamaRuntime", "Piece", "Said", "Sampling"]

DEFAULT_CONTEXT = 8192
"""Context window where the user sets none, tokens; less where the model was made for less."""

SMALL_MODEL = 64_000_000
"""Files of fewer bytes run on one thread where the user sets none: keeping threads in step costs more than they gain, and on a
busy machine hundreds of times more."""


class LlamaRuntime:
    """A loaded model. Not thread-safe: one lock around it is the caller's.

    Args:
        model: The GGUF file.
        lora: A LoRA adapter for it, or None.
        n_ctx: Context window, tokens; None for ``DEFAULT_CONTEXT`` or the model's own where that is less.
        n_threads: CPU threads; None for one with a small model, else for llama.cpp's choice.
        n_gpu_layers: Layers to put on a GPU, where llama-cpp-python was built for one.

    Raises:
        ModelInvalid: The model cannot be used.
        AdapterInvalid: The adapter cannot be used with it.
        ContextTooSmall: ``n_ctx`` is larger than the model's own context, or not positive.
        PlannerUnavailable: llama-cpp-python is not installed.
    """

    def __init__(
        self,
        model: Path,
        lora: Path | None = None,
        *,
        n_ctx: int | None = None,
        n_threads: int | None = None,
        n_gpu_layers: int = 0,
    ) -> None:
        self.head = read_model(model)
        if lora is not None:
            check_adapter(read_adapter(lora), self.head)
        if self.head.attention not in ("causal", "prefix"):
            raise ModelInvalid(
                f"The model {str(model)!r} reads its prompts in a way ({self.head.attention!r}) that this version does not know: "
                "use a newer surefoot, or another model."
            )
        self._whole = self.head.attention == "prefix"
        self.n_ctx = _context(self.head, n_ctx)
        started = time.perf_counter()
        self._llama_cpp = import_llama_cpp()
        if n_threads is None and model.stat().st_size < SMALL_MODEL:
            n_threads = 1
        self._llama = self._load(model, lora, n_threads, n_gpu_layers)
        self.load_s = time.perf_counter() - started
        if self._llama.token_eos() == -1:
            self._llama.close()
            raise ModelInvalid(f"The model {str(model)!r} has no end-of-text token, so its answers could not end.")
        self._pieces: dict[int, bytes] = {}
        self._grammars = Grammars(self._llama_cpp, self._llama._model.vocab)

    def _load(self, model: Path, lora: Path | None, n_threads: int | None, n_gpu_layers: int) -> Any:
        forget_errors()
        batch = {"n_batch": self.n_ctx, "n_ubatch": self.n_ctx} if self._whole else {}  # a prompt in one piece
        try:
            return self._llama_cpp.Llama(
                model_path=str(model),
                lora_path=None if lora is None else str(lora),
                n_ctx=self.n_ctx,
                n_threads=n_threads,
                n_threads_batch=n_threads,
                n_gpu_layers=n_gpu_layers,
                logits_all=False,
                verbose=False,
                **batch,
            )
        except (RuntimeError, ValueError, OSError, MemoryError) as error:
            text = str(error).lower()
            if lora is not None and "lora" in text:
                raise AdapterInvalid(f"llama.cpp cannot use the LoRA adapter {str(lora)!r} with {str(model)!r}.") from error
            if "context" in text:
                raise ContextTooSmall(
                    f"There is not enough memory for a context of {self.n_ctx} tokens with the model {str(model)!r}: "
                    "set a smaller n_ctx."
                ) from error
            kind = self.head.architecture
            raise ModelInvalid(
                f"llama.cpp cannot load the model {str(model)!r} (architecture {kind!r}): the file is damaged, or "
                f"needs a newer llama-cpp-python{last_error()}."
            ) from error

    @property
    def has_template(self) -> bool:
        """Whether the model brings a chat template."""
        return "tokenizer.chat_template" in self._llama.metadata

    def chat(self, messages: Sequence[Message]) -> list[int]:
        """The tokens of a chat, by the model's own template, up to where its answer begins.

        Raises:
            ModelInvalid: The model has no template, or one that cannot be used.
        """
        from jinja2 import TemplateError
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        if not self.has_template:
            raise ModelInvalid(f"The model {str(self.head.path)!r} has no chat template: use one that is tuned for chat.")
        formatter = Jinja2ChatFormatter(
            template=self._llama.metadata["tokenizer.chat_template"],
            eos_token=self._token_text(self._llama.token_eos()),
            bos_token=self._token_text(self._llama.token_bos()),
        )
        try:
            try:
                prompt = formatter(messages=list(messages))
            except (TemplateError, ValueError):  # some templates know no system role
                prompt = formatter(messages=[_merged(messages)])
        except (TemplateError, ValueError, TypeError, KeyError) as error:
            raise ModelInvalid(f"The chat template of {str(self.head.path)!r} cannot be used: {str(error).rstrip('.')}.") from error
        tokens: list[int] = self._llama.tokenize(prompt.prompt.encode("utf-8"), add_bos=not prompt.added_special, special=True)
        return tokens

    def text_tokens(self, text: str) -> list[int]:
        """The tokens of a plain text, which can spell no special token."""
        tokens: list[int] = self._llama.tokenize(text.encode("utf-8"), add_bos=False, special=False)
        return tokens

    def tokens(self, pieces: Sequence[Piece]) -> list[int]:
        """The tokens of a prompt in pieces.

        Raises:
            ModelInvalid: A special token is not in the model's vocabulary.
        """
        tokens: list[int] = []
        for piece in pieces:
            part = self._llama.tokenize(piece.text.encode("utf-8"), add_bos=False, special=piece.special)
            if piece.special and len(part) != 1:
                raise ModelInvalid(
                    f"The model {str(self.head.path)!r} says that it speaks {self.head.dialect!r}, and its "
                    f"vocabulary has no token {piece.text!r}."
                )
            tokens += part
        return tokens

    def generate(
        self,
        prompt: Sequence[int],
        grammar: str,
        sampling: Sampling,
        *,
        stop: Event | None = None,
    ) -> Generated:
        """Generate under a grammar until the model ends its answer.

        Args:
            prompt: The prompt's tokens; what it shares with the last prompt is not computed again (of a prefix LM: only all of it).
            grammar: GBNF; mandatory.
            sampling: How tokens are chosen and how many at most.
            stop: Ends the generation early when set.

        Raises:
            GrammarFailed: llama.cpp does not accept the grammar.
            ContextTooSmall: The prompt leaves no room for an answer.
            PlannerUnavailable: llama.cpp failed while computing, or ``stop`` was set.
        """
        self._grammars.check(grammar)
        llama = self._llama
        room = min(sampling.max_tokens, self.n_ctx - len(prompt) - 1)
        if room < 1:
            raise ContextTooSmall(
                f"The brief is {len(prompt)} tokens long and the context of {str(self.head.path)!r} is {self.n_ctx}: set "
                "a larger n_ctx, or take a model with a longer context."
            )
        started = time.perf_counter()
        first_s, complete = 0.0, False
        said: list[Said] = []
        with ExitStack() as stack:
            sampler = stack.enter_context(self._grammars.sampler(grammar, sampling.temperature, sampling.seed))
            try:
                reused = self._read(prompt)
                while len(said) < room:
                    choice = sampler.choose(self._logits())
                    first_s = first_s or time.perf_counter() - started
                    if self._llama_cpp.llama_vocab_is_eog(llama._model.vocab, choice.token):
                        complete = True
                        break
                    others = tuple((self._piece(token), p) for token, p in choice.others)
                    said.append(Said(self._piece(choice.token), choice.p, others))
                    if stop is not None and stop.is_set():
                        raise PlannerUnavailable("Planning was cancelled.")
                    llama.eval([choice.token])
            except RuntimeError as error:
                raise PlannerUnavailable(f"llama.cpp failed while planning: {str(error).rstrip('.')}.") from error
        # the pieces are what the grammar accepted, a special token's text included
        return Generated(
            text=b"".join(piece.text for piece in said).decode("utf-8", "replace"),
            complete=complete,
            tokens=len(said),
            prompt_tokens=len(prompt),
            first_s=first_s,
            seconds=time.perf_counter() - started,
            said=tuple(said),
            reused=reused,
        )

    def _read(self, prompt: Sequence[int]) -> int:
        """Have the model read a prompt; what it shares with what was read last is kept. How many tokens that were."""
        llama = self._llama
        known = llama.input_ids[: llama.n_tokens].tolist()
        same = next((i for i, (a, b) in enumerate(zip(known, prompt, strict=False)) if a != b), min(len(known), len(prompt)))
        if self._whole and same < len(prompt):
            same = 0  # what the others are read as depends on all of them
        same = min(same, len(prompt) - 1)  # the last token is read anew for its logits
        if same and llama._ctx.kv_cache_seq_rm(-1, same, -1):
            llama.n_tokens = same
        else:
            llama.reset()
            same = 0
        if not self._whole:
            llama.eval(list(prompt[same:]))
            return same
        self._llama_cpp.llama_set_causal_attn(llama._ctx.ctx, False)
        try:
            llama.eval(list(prompt[same:]))
        finally:
            self._llama_cpp.llama_set_causal_attn(llama._ctx.ctx, True)
        return same

    def _logits(self) -> Any:
        """The logits after the last token, as an array that holds until the next one."""
        import numpy as np

        pointer = self._llama_cpp.llama_get_logits_ith(self._llama._ctx.ctx, -1)
        return np.ctypeslib.as_array(pointer, (self._llama.n_vocab(),))

    def _piece(self, token: int) -> bytes:
        """A token's bytes."""
        known = self._pieces.get(token)
        if known is None:
            buffer = ctypes.create_string_buffer(512)
            vocabulary = self._llama._model.vocab
            size = self._llama_cpp.llama_token_to_piece(vocabulary, token, buffer, len(buffer), 0, True)
            known = self._pieces[token] = buffer.raw[: max(0, size)]
        return known

    def close(self) -> None:
        """Free the model's memory."""
        self._grammars.close()
        self._llama.close()

    def _token_text(self, token: int) -> str:
        return "" if token == -1 else str(self._llama._model.token_get_text(token))


def _context(head: GgufHead, wanted: int | None) -> int:
    most = head.context_length
    if wanted is None:
        return min(DEFAULT_CONTEXT, most or DEFAULT_CONTEXT)
    if wanted < 1 or (most is not None and wanted > most):
        raise ContextTooSmall(
            f"A context of {wanted} tokens is asked for (n_ctx); {str(head.path)!r} takes 1 to {most or 'any number'}."
        )
    return wanted


def _merged(messages: Sequence[Message]) -> Message:
    return {"role": "user", "content": "\n\n".join(message["content"] for message in messages)}
