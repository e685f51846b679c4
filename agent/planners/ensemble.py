"""Two models asked at once: of every token the mean of what both hold of it, one answer under one grammar.

Networks that learnt the same from other samples go wrong at other places; where one is unsure, the other often is not. Both read
the same tokens, so they have to have been made with the same tokenizer and for the same dialect. They compute side by side, on a
thread each.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from agent.planners.errors import ModelInvalid
from agent.planners.gguf_file import read_model
from agent.planners.llama_runtime import LlamaRuntime

__all__ = ["EnsembleRuntime"]

_ALIKE = ("surefoot.dialect", "tokenizer.ggml.model", "tokenizer.ggml.pre", "tokenizer.ggml.tokens", "tokenizer.ggml.merges")
"""Metadata in which both have to be alike: then the same text is the same tokens for both."""


class EnsembleRuntime(LlamaRuntime):
    """Two loaded models that answer as one. Not thread-safe: one lock around it is the caller's.

    Args:
        model: The first GGUF file.
        second: The other one.
        lora: A LoRA adapter for the first.
        n_ctx: As for ``LlamaRuntime``, for both; likewise n_threads and n_gpu_layers.
        n_threads: CPU threads of each.
        n_gpu_layers: Layers of each on a GPU.

    Raises:
        ModelInvalid: One cannot be used, or they do not speak the same tokens. The rest as ``LlamaRuntime``.
    """

    def __init__(
        self,
        model: Path,
        second: Path,
        lora: Path | None = None,
        *,
        n_ctx: int | None = None,
        n_threads: int | None = None,
        n_gpu_layers: int = 0,
    ) -> None:
        _check_alike(model, second)
        super().__init__(model, lora, n_ctx=n_ctx, n_threads=n_threads, n_gpu_layers=n_gpu_layers)
        try:
            self._second = LlamaRuntime(second, n_ctx=self.n_ctx, n_threads=n_threads, n_gpu_layers=n_gpu_layers)
        except BaseException:
            super().close()
            raise
        self.load_s += self._second.load_s
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="second planner")

    def _read(self, prompt: Sequence[int]) -> int:
        theirs = self._beside.submit(self._second._read, prompt)
        try:
            return super()._read(prompt)
        finally:
            theirs.result()

    def _go_on(self, token: int) -> None:
        theirs = self._beside.submit(self._second._go_on, token)
        try:
            super()._go_on(token)
        finally:
            theirs.result()

    def _logits(self) -> Any:
        """The logarithm of the mean probability of each token, but for a constant."""
        import numpy as np

        return np.logaddexp(_normalised(super()._logits()), _normalised(self._second._logits()))

    def close(self) -> None:
        """Free the memory of both."""
        self._beside.shutdown()
        self._second.close()
        super().close()


def _check_alike(model: Path, second: Path) -> None:
    """Raise a ``ModelInvalid`` where two models do not speak the same tokens."""
    one, other = read_model(model, whole=True).metadata, read_model(second, whole=True).metadata
    for key in _ALIKE:
        if one.get(key) != other.get(key):
            raise ModelInvalid(
                f"The model {str(second)!r} cannot be asked beside {str(model)!r}: their {key!r} differ, so that the same text "
                "is not the same tokens for both. Give a second model that was trained from the first, or none."
            )


def _normalised(logits: Any) -> Any:
    """Logarithms of probabilities."""
    import numpy as np

    wide = logits.astype(np.float64)
    wide -= wide.max()
    return wide - np.log(np.exp(wide).sum())
