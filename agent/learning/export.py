"""Write a checkpoint as a GGUF that llama.cpp runs, tokenizer included, and prove that both give the same logits.

python -m agent.learning.export --from train --to agent/models/planner/planner.gguf
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import torch

from agent.learning.model import Config, Network
from agent.planners.pointers import DIALECT, END, SPECIAL_TOKENS

__all__ = ["ExportFailed", "export", "load_checkpoint", "main", "parity"]


class ExportFailed(Exception):
    """The checkpoint cannot be read, or the exported model does not do what the checkpoint does."""


def load_checkpoint(folder: Path) -> tuple[Network, dict[str, Any]]:
    """The averaged network of a training folder, and what the checkpoint says about itself.

    Raises:
        ExportFailed: There is no checkpoint that can be read.
    """
    from pickle import UnpicklingError  # what torch raises for a file that is not a checkpoint; nothing is unpickled

    path = folder / "checkpoint.pt"
    try:
        saved = torch.load(path, weights_only=True, map_location="cpu")
        network = Network(Config(**saved["config"]))
        network.load_state_dict({**network.state_dict(), **saved["average"]})
    except FileNotFoundError:
        raise ExportFailed(f"There is no checkpoint {str(path)!r}: train first.") from None
    except (RuntimeError, KeyError, TypeError, OSError, EOFError, UnpicklingError) as error:
        raise ExportFailed(f"The checkpoint {str(path)!r} cannot be read: {str(error).splitlines()[0]}") from error
    facts = {key: saved[key] for key in ("step", "seen", "elapsed", "exact")}
    return network.eval(), facts


def export(network: Network, tokenizer: Path, target: Path, facts: dict[str, Any]) -> Path:
    """Write the GGUF, complete or not at all.

    Args:
        network: The trained network.
        tokenizer: The ``tokenizer.json`` that it was trained with.
        target: Where to write.
        facts: What the checkpoint says about itself, for the description.
    """
    import gguf

    config = network.config
    pieces = json.loads(tokenizer.read_text())["model"]
    tokens = [token for token, _ in sorted(pieces["vocab"].items(), key=lambda item: item[1])]
    if len(tokens) != config.vocabulary:
        raise ExportFailed(
            f"The tokenizer {str(tokenizer)!r} has {len(tokens)} tokens, the network {config.vocabulary}: not a pair."
        )
    partial = target.with_suffix(".partial")
    target.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(partial, "qwen3")
    writer.add_name("surefoot planner")
    writer.add_description(f"Plans for robots; {facts['seen']} tokens seen in {facts['step']} steps")
    writer.add_license("Apache-2.0")
    writer.add_string("surefoot.dialect", DIALECT)
    writer.add_context_length(config.context)
    writer.add_embedding_length(config.width)
    writer.add_block_count(config.layers)
    writer.add_feed_forward_length(config.hidden)
    writer.add_head_count(config.heads)
    writer.add_head_count_kv(config.heads)
    writer.add_key_length(config.head_size)
    writer.add_value_length(config.head_size)
    writer.add_layer_norm_rms_eps(config.epsilon)
    writer.add_rope_freq_base(config.rope_base)
    writer.add_vocab_size(config.vocabulary)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    special = set(SPECIAL_TOKENS)
    writer.add_token_types([gguf.TokenType.CONTROL if token in special else gguf.TokenType.NORMAL for token in tokens])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in pieces["merges"]])
    writer.add_bos_token_id(tokens.index(END))
    writer.add_eos_token_id(tokens.index(END))
    writer.add_pad_token_id(tokens.index("[pad]"))
    writer.add_add_bos_token(False)
    for name, value in _tensors(network):
        writer.add_tensor(name, value.astype(np.float32) if value.ndim == 1 else value.astype(np.float16))
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()
    os.replace(partial, target)
    return target


def _tensors(network: Network) -> list[tuple[str, Any]]:
    """Names as llama.cpp knows them, values as arrays; fused matrices taken apart."""
    out = [("token_embd.weight", network.embedding.weight), ("output_norm.weight", network.norm.weight)]
    for i, block in enumerate(network.blocks):
        q, k, v = block.qkv.weight.chunk(3)  # type: ignore[union-attr,operator]
        gate, up = block.gate_up.weight.chunk(2)  # type: ignore[union-attr,operator]
        parts = {
            "attn_norm": block.norm1, "attn_q_norm": block.norm_q, "attn_k_norm": block.norm_k, "attn_output": block.out,
            "ffn_norm": block.norm2, "ffn_down": block.down,
        }  # fmt: skip
        named = {name: part.weight for name, part in parts.items()}
        named |= {"attn_q": q, "attn_k": k, "attn_v": v, "ffn_gate": gate, "ffn_up": up}
        out += [(f"blk.{i}.{name}.weight", value) for name, value in named.items()]
    return [(name, value.detach().float().numpy()) for name, value in out]


def parity(network: Network, tokenizer: Path, gguf_file: Path, *, samples: int = 8, tolerance: float = 0.1) -> float:
    """The largest difference between the two models' logits on generated prompts, whose token ids must be the same.

    Raises:
        ExportFailed: Ids differ, or logits by more than ``tolerance``.
    """
    import random

    from llama_cpp import Llama
    from tokenizers import Tokenizer

    from agent.learning.dataset import Encoder
    from agent.learning.missions import items, sample
    from agent.learning.words import Vocabulary
    from agent.planners.dialect import compose

    encode = Encoder(Tokenizer.from_file(str(tokenizer)))
    llama = Llama(model_path=str(gguf_file), n_ctx=512, logits_all=True, verbose=False)
    rng, worst = random.Random(5), 0.0
    try:
        for number in range(samples):
            drawn = sample(rng, 1 + number % 4, Vocabulary(held_out=True))
            segments = compose(drawn.facts, items(drawn.mission))
            theirs = [t for s in segments for t in llama.tokenize(s.text.encode(), add_bos=False, special=s.special)]
            ours = encode(segments)
            if ours != theirs:
                raise ExportFailed(f"The tokenizers disagree on {''.join(s.text for s in segments)!r}.")
            llama.reset()
            llama.eval(ours)
            with torch.no_grad():
                expected = network.logits(network(torch.tensor([ours]))).numpy()[0]
            worst = max(worst, float(np.abs(np.asarray(llama.scores[: len(ours)]) - expected).max()))
    finally:
        llama.close()
    if worst > tolerance:
        raise ExportFailed(f"The logits of {str(gguf_file)!r} differ from the checkpoint's by {worst:.3g}, more than {tolerance}.")
    return worst


def main(arguments: list[str] | None = None) -> None:
    """Export and check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="folder", type=Path, required=True, help="training folder")
    parser.add_argument("--to", type=Path, required=True, help="the GGUF to write")
    options = parser.parse_args(arguments)
    try:
        network, facts = load_checkpoint(options.folder)
        export(network, options.folder / "tokenizer.json", options.to, facts)
        worst = parity(network, options.folder / "tokenizer.json", options.to)
    except ExportFailed as error:
        parser.exit(2, f"{error}\n")
    size = options.to.stat().st_size / 1e6
    print(f"{options.to}: {size:.1f} MB, logits within {worst:.2g} of the checkpoint's; {json.dumps(facts)}")


if __name__ == "__main__":
    main()
