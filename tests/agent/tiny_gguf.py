"""Tiny GGUF files with random weights and a byte-level vocabulary, and LoRA adapters for them: for tests without a model."""

from __future__ import annotations

import atexit
import sys
from pathlib import Path

import numpy as np

__all__ = ["write_adapter", "write_model"]

TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
CONTROLS = ("<|end|>", "<|system|>", "<|user|>", "<|assistant|>")
MERGES = ("i n", "e r", "t h", "th e")
NORMAL, CONTROL = 1, 3
NEVER_UTF8 = {0xC0, 0xC1, 0xE0, 0xF0, *range(0xF4, 0x100)}  # so that random bytes never spell an overlong sequence


@atexit.register
def _close_null_files() -> None:
    """llama-cpp-python leaves two handles of the null device open at exit, which pytest would warn about."""
    utils = sys.modules.get("llama_cpp._utils")
    for name in ("outnull_file", "errnull_file"):
        if utils is not None and hasattr(utils, name):
            getattr(utils, name).close()


def byte_letters() -> list[str]:
    """GPT-2's printable letter for each byte."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in keep else chr(next(others)) for byte in range(256)]


def write_model(
    path: Path,
    *,
    width: int = 32,
    context: int = 16384,
    seed: int = 0,
    template: str | None = TEMPLATE,
    dialect: str | None = None,
    words: tuple[str, ...] = (),
) -> Path:
    """A llama of one layer and random weights; ``words`` are further special tokens."""
    import gguf

    random = np.random.default_rng(seed)
    tokens = [*byte_letters(), *CONTROLS, *words, *("".join(pair.split()) for pair in MERGES)]
    kinds = [CONTROL if byte in NEVER_UTF8 else NORMAL for byte in range(256)]
    kinds += [CONTROL] * len((*CONTROLS, *words)) + [NORMAL] * len(MERGES)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(2 * width)
    writer.add_head_count(2)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(width // 2)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(list(MERGES))
    writer.add_eos_token_id(256)
    writer.add_add_bos_token(False)
    if template is not None:
        writer.add_chat_template(template)
    if dialect is not None:
        writer.add_string("surefoot.dialect", dialect)
    shapes = {
        "token_embd.weight": (len(tokens), width),
        "output.weight": (len(tokens), width),
        "blk.0.attn_q.weight": (width, width),
        "blk.0.attn_k.weight": (width, width),
        "blk.0.attn_v.weight": (width, width),
        "blk.0.attn_output.weight": (width, width),
        "blk.0.ffn_gate.weight": (2 * width, width),
        "blk.0.ffn_up.weight": (2 * width, width),
        "blk.0.ffn_down.weight": (width, 2 * width),
    }
    for name, shape in shapes.items():
        writer.add_tensor(name, random.normal(0, 0.3, shape).astype(np.float32))
    for name in ("output_norm.weight", "blk.0.attn_norm.weight", "blk.0.ffn_norm.weight"):
        writer.add_tensor(name, np.ones(width, np.float32))
    return _finish(writer, path)


def write_adapter(path: Path, *, width: int = 32, rank: int = 4, architecture: str = "llama", seed: int = 1) -> Path:
    """A random LoRA adapter for ``write_model``'s query projection."""
    import gguf

    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 8.0)
    for part, shape in (("a", (rank, width)), ("b", (width, rank))):
        writer.add_tensor(f"blk.0.attn_q.weight.lora_{part}", random.normal(0, 0.5, shape).astype(np.float32))
    return _finish(writer, path)


def _finish(writer: object, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
