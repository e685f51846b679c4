"""Write trained weights as a GGUF that llama.cpp runs, tokenizer included, and prove that both give the same logits.

python -m agent.learning.export --from train --to planner.gguf                 # f16
python -m agent.learning.export --from weights.npz --to planner.gguf --type q8_0
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import torch

from agent.learning.model import Config, Network
from agent.learning.weights import Weights, WeightsInvalid, gguf_name, read_weights
from agent.planners.pointers import DIALECTS, END

__all__ = ["ExportFailed", "Kind", "export", "main", "network_of", "parity", "trained"]

Kind: TypeAlias = Literal["f16", "q8_0"]

TOLERANCE: dict[Kind, float] = {"f16": 0.1, "q8_0": 1.0}
"""Largest difference of a logit: llama.cpp rounds activations to 8 bits where the weights have 8."""


class ExportFailed(Exception):
    """The weights cannot be exported, or the exported model does not do what they do."""


def trained(source: Path) -> Weights:
    """The averaged weights of a training folder, or of a ``weights.npz``.

    Raises:
        ExportFailed: There are none that can be read.
    """
    if source.is_dir() and not (source / "weights.npz").exists():
        raise ExportFailed(f"There are no weights in {str(source)!r}: train first.")
    try:
        return read_weights(source / "weights.npz" if source.is_dir() else source)
    except WeightsInvalid as error:
        raise ExportFailed(str(error)) from error


def network_of(weights: Weights) -> Network:
    """The network with these weights, for evaluation."""
    network = Network(Config(**weights.config))
    network.load_state_dict({name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in weights.tensors.items()})
    network.eval()
    return network


def export(weights: Weights, target: Path, kind: Kind = "f16") -> Path:
    """Write the GGUF, complete or not at all.

    Args:
        weights: What to write.
        target: Where to write.
        kind: Type of the matrices; vectors stay float32.

    Raises:
        ExportFailed: Tokenizer and network are no pair, the width does not suit the type, or the disk is full.
    """
    tokens = _tokens(weights)
    partial = target.with_suffix(".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(weights, tokens, partial, kind)
        os.replace(partial, target)
    except OSError as error:
        raise ExportFailed(
            f"The model cannot be written to {str(target)!r}: {error.strerror}; nothing was changed there."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def _tokens(weights: Weights) -> list[str]:
    """The vocabulary in the order of ids, checked against the network and the dialect."""
    vocabulary = json.loads(weights.tokenizer)["model"]["vocab"]
    tokens = [token for token, _ in sorted(vocabulary.items(), key=lambda item: item[1])]
    if len(tokens) != weights.config["vocabulary"]:
        count = weights.config["vocabulary"]
        raise ExportFailed(f"The tokenizer has {len(tokens)} tokens, the network {count}: they are not a pair.")
    dialect = DIALECTS.get(weights.dialect)
    missing = [token for token in (dialect.special_tokens if dialect else ()) if token not in vocabulary]
    if dialect is None or missing:
        what = (
            f"this version does not know the dialect {weights.dialect!r}"
            if dialect is None
            else f"there is no token {missing[0]!r}"
        )
        raise ExportFailed(f"The tokenizer does not fit the dialect: {what}.")
    return tokens


def _write(weights: Weights, tokens: list[str], path: Path, kind: Kind) -> None:
    import gguf

    config, progress = Config(**weights.config), weights.progress
    merges = json.loads(weights.tokenizer)["model"]["merges"]
    special = set(DIALECTS[weights.dialect].special_tokens)
    writer = gguf.GGUFWriter(path, "qwen3")
    writer.add_name("surefoot planner")
    writer.add_description(f"Plans for robots; {progress.get('seen', 0)} tokens seen in {progress.get('step', 0)} steps")
    writer.add_license("Apache-2.0")
    writer.add_string("surefoot.dialect", weights.dialect)
    writer.add_string("surefoot.attention", "prefix" if config.prefix else "causal")
    writer.add_string("surefoot.progress", json.dumps(dict(progress)))
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
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16 if kind == "f16" else gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL if token in special else gguf.TokenType.NORMAL for token in tokens])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_bos_token_id(tokens.index(END))
    writer.add_eos_token_id(tokens.index(END))
    writer.add_pad_token_id(tokens.index("[pad]"))
    writer.add_add_bos_token(False)
    for name, value in weights.tensors.items():
        if value.ndim == 1:
            writer.add_tensor(gguf_name(name), np.asarray(value, np.float32))
        elif kind == "f16":
            writer.add_tensor(gguf_name(name), np.asarray(value, np.float16))
        else:
            quantised = gguf.quants.quantize(np.asarray(value, np.float32), gguf.GGMLQuantizationType.Q8_0)
            writer.add_tensor(gguf_name(name), quantised, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()


def parity(weights: Weights, gguf_file: Path, *, samples: int = 8, tolerance: float = TOLERANCE["f16"]) -> float:
    """The largest difference between the two models' logits on generated prompts, whose token ids must be the same.

    Raises:
        ExportFailed: Ids differ, or logits by more than ``tolerance``.
    """
    import random

    from tokenizers import Tokenizer

    from agent.learning.dataset import Encoder
    from agent.learning.missions import sample
    from agent.learning.samples import items
    from agent.learning.words import Vocabulary
    from agent.planners.dialect import compose
    from agent.planners.llama_library import import_llama_cpp

    encode, network = Encoder(Tokenizer.from_str(weights.tokenizer)), network_of(weights)
    library, context = import_llama_cpp(), network.config.context
    lengths = {"n_ctx": context, "n_batch": context, "n_ubatch": context}
    llama = library.Llama(model_path=str(gguf_file), **lengths, logits_all=True, verbose=False)
    library.llama_set_causal_attn(llama._ctx.ctx, not network.config.prefix)
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


def main(arguments: list[str] | None = None) -> int:
    """Export and check; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", type=Path, required=True, help="training folder, or its weights.npz")
    parser.add_argument("--to", type=Path, required=True, help="the GGUF to write")
    parser.add_argument("--type", dest="kind", choices=("f16", "q8_0"), default="f16", help="type of the matrices")
    options = parser.parse_args(arguments)
    checked = options.to.with_suffix(".checked")
    try:
        weights = trained(options.source)
        export(weights, checked, options.kind)
        worst = parity(weights, checked, tolerance=TOLERANCE[options.kind])
        os.replace(checked, options.to)
    except ExportFailed as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        checked.unlink(missing_ok=True)
    size = options.to.stat().st_size / 1e6
    told = f"{weights.progress.get('seen', 0):,} tokens in {weights.progress.get('step', 0):,} steps"
    print(f"{options.to}: {size:.1f} MB, logits within {worst:.2g} of the trained ones; {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
