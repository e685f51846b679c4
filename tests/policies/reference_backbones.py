"""Writes reference_backbones.json: what transformers' own models compute from weights that a formula makes.

    pip install transformers && python tests/policies/reference_backbones.py

The test needs the file alone: names and shapes of the tensors, the configuration as transformers writes it, and the outputs.
"""

import json
import zlib
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_suffix(".json")


def weight(name, shape):
    """Every tensor from its name and shape alone, the same everywhere."""
    wave = np.sin(0.37 * np.arange(int(np.prod(shape))) + zlib.crc32(name.encode()) % 997).reshape(shape)
    return np.asarray(1 + 0.2 * wave if "norm" in name and name.endswith("weight") else 0.2 * wave, np.float32)


def pictures(side):
    """(2, 3, side, side) in [-1, 1]."""
    return np.sin(0.11 * np.arange(2 * 3 * side * side)).reshape(2, 3, side, side).astype(np.float32)


def words(most):
    """(2, 9) ids."""
    return (np.arange(18).reshape(2, 9) * 7 + 3) % most


def main():
    import torch
    import transformers
    from transformers import (
        CLIPConfig,
        CLIPModel,
        CLIPVisionConfig,
        CLIPVisionModel,
        LlamaConfig,
        LlamaForCausalLM,
        MistralConfig,
        MistralForCausalLM,
        Qwen2Config,
        Qwen2ForCausalLM,
        Qwen3Config,
        Qwen3ForCausalLM,
    )

    tower = {"hidden_size": 24, "intermediate_size": 40, "num_hidden_layers": 3, "num_attention_heads": 4, "image_size": 14,
             "patch_size": 7, "projection_dim": 8}  # fmt: skip
    small = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 9,
             "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}  # fmt: skip
    words_of = {"vocab_size": 40, "hidden_size": 24, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 4,
                "num_key_value_heads": 2, "max_position_embeddings": 64, "bos_token_id": 1, "eos_token_id": 2}  # fmt: skip
    stretched = {"rope_type": "llama3", "rope_theta": 500.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                 "original_max_position_embeddings": 32}  # fmt: skip
    models = {
        "clip_vision_model": CLIPVisionModel(CLIPVisionConfig(**tower)),
        "clip_vision_model_gelu": CLIPVisionModel(CLIPVisionConfig(**tower, hidden_act="gelu")),
        "clip": CLIPModel(CLIPConfig(vision_config=tower, text_config=small)),
        "llama": LlamaForCausalLM(LlamaConfig(**words_of)),
        "llama_bias": LlamaForCausalLM(LlamaConfig(**words_of, attention_bias=True, mlp_bias=True)),
        "llama3": LlamaForCausalLM(LlamaConfig(**words_of, rope_parameters=stretched)),
        "mistral": MistralForCausalLM(MistralConfig(**words_of, head_dim=8)),
        "qwen2": Qwen2ForCausalLM(Qwen2Config(**words_of, tie_word_embeddings=True)),
        "qwen3": Qwen3ForCausalLM(Qwen3Config(**words_of, head_dim=8)),
    }
    found = {}
    for name, model in models.items():
        state = {key: value for key, value in model.state_dict().items() if value.is_floating_point()}
        if model.config.to_dict().get("tie_word_embeddings"):
            state.pop("lm_head.weight", None)  # the embeddings themselves, and not written twice
        with torch.no_grad():
            for key, value in state.items():
                value.copy_(torch.from_numpy(weight(key, tuple(value.shape))))
            model.eval()
            if name.startswith("clip"):
                eyes = model.vision_model if name == "clip" else model
                seen = (torch.from_numpy(pictures(14)) + 1) / 2
                mean, spread = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
                seen = (seen - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(spread).view(3, 1, 1)
                out = eyes(pixel_values=seen, output_hidden_states=True).hidden_states[-2][:, 1:]
            else:
                out = model.model(input_ids=torch.from_numpy(words(40))).last_hidden_state
        found[name] = {
            "config": model.config.to_dict(),
            "shapes": {key: list(value.shape) for key, value in state.items()},
            "out": [round(value, 5) for value in out.double().flatten().tolist()],
        }
    lines = [f" {json.dumps(name)}: {json.dumps(part)}" for name, part in found.items()]
    FILE.write_text(
        '{"transformers": ' + json.dumps(transformers.__version__) + ",\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
