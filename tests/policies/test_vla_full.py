"""The full-size network: pretrained towers from local folders, against transformers' own figures, and its training tiny."""

import json

import numpy as np
import pytest
import torch
from reference_backbones import pictures, weight, words
from safetensors.numpy import save_file
from toy_pretrained import KNOWN, layout, tokenizer

from policies.policy import ObservationInvalid
from policies.vla.causal import CausalModel
from policies.vla.clip import ClipVision
from policies.vla.config import ConfigInvalid, VLAConfig
from policies.vla.full import FullVLA, make_network
from policies.vla.pretrained import Pretrained, Weights
from policies.vla.shapes import PretrainedInvalid, language_shape, vision_shape

TOWERS = ["clip_vision_model", "clip_vision_model_gelu", "clip"]
MODELS = ["llama", "llama_bias", "llama3", "mistral", "qwen2", "qwen3"]


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pretrained")
    made = Pretrained(layout(folder / "eyes", "clip"), layout(folder / "mind", "qwen2", shards=3))
    tokenizer(made.mind)
    return made


def config_of(pretrained, **more):
    shape = {"joints": ("a", "b", "grip"), "cameras": ("head",), "width": 48, "heads": 4, "decoder_layers": 1, "text": 8,
             "chunk": 8, "prefix": 3, "pixels": 32}  # fmt: skip
    return VLAConfig.of("full", vision=pretrained.vision, language=pretrained.language, **{**shape, **more})


def close(out, name):
    assert np.abs(out.detach().numpy().ravel() - np.array(KNOWN[name]["out"])).max() < 5e-5


@pytest.mark.parametrize("name", TOWERS)
def test_the_tower_sees_what_transformers_sees(tmp_path, name):
    layout(tmp_path, name)
    made = ClipVision(vision_shape(tmp_path)).eval()
    Weights(tmp_path).fill(made, ("vision_model.", ""))
    close(made(torch.from_numpy(pictures(14))), name)


@pytest.mark.parametrize("shards", [1, 4])
@pytest.mark.parametrize("name", MODELS)
def test_the_language_model_thinks_what_transformers_thinks(tmp_path, name, shards):
    layout(tmp_path, name, shards=shards)
    made = CausalModel(language_shape(tmp_path), 12).eval()
    Weights(tmp_path).fill(made, ("model.", ""))
    close(made(made.embed_tokens(torch.from_numpy(words(40)))), name)


def test_folders_of_older_versions_are_read_too(tmp_path):
    """Before version 5, transformers wrote vision_model. before the names, and rope_theta and rope_scaling in the configuration."""
    known = KNOWN["clip_vision_model"]
    (tmp_path / "eyes").mkdir()
    (tmp_path / "eyes/config.json").write_text(json.dumps(known["config"]))
    save_file(
        {f"vision_model.{key}": weight(key, tuple(shape)) for key, shape in known["shapes"].items()},
        tmp_path / "eyes/model.safetensors",
    )
    made = ClipVision(vision_shape(tmp_path / "eyes")).eval()
    Weights(tmp_path / "eyes").fill(made, ("vision_model.", ""))
    close(made(torch.from_numpy(pictures(14))), "clip_vision_model")
    config = dict(KNOWN["llama3"]["config"])
    turned = dict(config.pop("rope_parameters"))
    theta = turned.pop("rope_theta")
    (tmp_path / "mind").mkdir()
    (tmp_path / "mind/config.json").write_text(json.dumps({**config, "rope_theta": theta, "rope_scaling": turned}))
    assert language_shape(tmp_path / "mind") == language_shape(layout(tmp_path / "new", "llama3"))


def test_half_precision_weights_are_read(tmp_path):
    layout(tmp_path, "llama")
    from safetensors.torch import load_file
    from safetensors.torch import save_file as save_torch

    halves = {key: value.bfloat16() for key, value in load_file(tmp_path / "model.safetensors").items()}
    save_torch(halves, tmp_path / "model.safetensors")
    made = CausalModel(language_shape(tmp_path), 12).eval()
    Weights(tmp_path).fill(made, ("model.",))
    assert torch.equal(made.norm.weight, halves["model.norm.weight"].float()) and made.norm.weight.dtype == torch.float32


# What is wrong with a folder is one sentence


@pytest.mark.parametrize("text, why", [
    (None, "there is no config.json in it"),
    ("{", "cannot be read"),
    ("[]", "is no JSON object"),
    ('{"model_type": "siglip"}', "holds a 'siglip' model; a picture tower must be a CLIP"),
    ('{"model_type": "clip_vision_model", "hidden_size": "a"}', "says hidden_size 'a'; it must be a positive whole number"),
    ('{"model_type": "clip_vision_model", "hidden_act": "relu"}', "has the activation 'relu'"),
    ('{"model_type": "clip_vision_model", "image_size": 30}', "does not fit together"),
    ('{"model_type": "clip", "vision_config": 3}', "holds a 'clip' model"),
])  # fmt: skip
def test_a_wrong_tower_is_one_sentence(tmp_path, text, why):
    if text is not None:
        (tmp_path / "config.json").write_text(text)
    with pytest.raises(PretrainedInvalid, match=why):
        vision_shape(tmp_path)


@pytest.mark.parametrize("changes, why", [
    ({"model_type": "gpt2"}, "holds a 'gpt2' model; a language model must be Llama-shaped"),
    ({"hidden_act": "gelu"}, "has the activation 'gelu'"),
    ({"num_key_value_heads": 3}, "does not fit together: 4 heads in 3 groups"),
    ({"rope_parameters": {"rope_type": "yarn"}}, "stretches positions by 'yarn'"),
    ({"vocab_size": 0}, "says vocab_size 0"),
    ({"pad_token_id": 4000}, "padding 4000 among 40 words"),
])  # fmt: skip
def test_a_wrong_language_model_is_one_sentence(tmp_path, changes, why):
    layout(tmp_path, "llama", **changes)
    with pytest.raises(PretrainedInvalid, match=why):
        language_shape(tmp_path)


def test_wrong_weights_are_one_sentence(tmp_path):
    lost = layout(tmp_path / "a", "llama", drop=("model.norm.weight", "model.layers.1.mlp.up_proj.weight"))
    model = CausalModel(language_shape(lost), 12)
    with pytest.raises(PretrainedInvalid, match=r"have no tensor 'model.layers.1.mlp.up_proj.weight' and 1 more"):
        Weights(lost).fill(model, ("model.", ""))
    other = layout(tmp_path / "b", "llama", intermediate_size=41)
    with pytest.raises(PretrainedInvalid, match=r"is \(40, 24\), the config.json beside it says \(41, 24\)"):
        Weights(other).fill(CausalModel(language_shape(other), 12), ("model.", ""))
    broken = layout(tmp_path / "c", "llama")
    (broken / "model.safetensors").write_bytes(b"\x00" * 100)
    with pytest.raises(PretrainedInvalid, match="are damaged"):
        Weights(broken)
    sharded = layout(tmp_path / "d", "llama", shards=2)
    (sharded / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(PretrainedInvalid, match=r"lacks model-00002-of-00002.safetensors, which its model.safetensors.index.json"):
        Weights(sharded)
    (sharded / "model.safetensors.index.json").write_text("{}")
    with pytest.raises(PretrainedInvalid, match="cannot be read"):
        Weights(sharded)
    pickled = tmp_path / "e"
    pickled.mkdir()
    (pickled / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(PretrainedInvalid, match=r"only pytorch_model.bin, and pickled weights can run code"):
        Weights(pickled)
    with pytest.raises(PretrainedInvalid, match="there is no such folder"):
        language_shape(tmp_path / "nowhere")


def test_wrong_tokens_are_one_sentence(tmp_path):
    made = Pretrained(tmp_path, layout(tmp_path / "mind", "llama"))
    with pytest.raises(PretrainedInvalid, match=r"tokenizer.json' cannot be read: No such file"):
        made.tokenizer(8)
    (made.mind / "tokenizer.json").write_text("{}")
    with pytest.raises(PretrainedInvalid, match="is no tokenizer"):
        made.tokenizer(8)
    tokenizer(made.mind, 41)
    with pytest.raises(PretrainedInvalid, match="has 41 words, its model 40"):
        made.tokenizer(8)
    tokenizer(made.mind)
    read = made.tokenizer(6)
    assert read("pick up 起").tolist() == [2, 3, 13, 2, 2, 2], "padded with the end of the text, where no padding is named"
    assert len(read("the the the the the the the the")) == 6
    with pytest.raises(ObservationInvalid, match="is empty"):
        read("  ")


# The network


def test_a_latent_has_seen_and_read_and_says_where(pretrained):
    torch.manual_seed(0)
    config = config_of(pretrained)
    network = make_network(config).eval()
    assert isinstance(network, FullVLA) and config.patches == 4 and config.words == 40
    pretrained.fill(network.vision, network.language)
    seen, said, then = torch.rand(2, 1, 3, 32, 32), torch.from_numpy(words(40)[:, :8]), torch.rand(2, 3)
    latent = network.encode(seen, said, then)
    assert latent.shape == (2, *config.latent)
    other = network.encode(1 - seen, said, then)
    assert not torch.allclose(network.where(latent), network.where(other)), "words have looked at the pictures"
    assert network.where(latent).shape == (2, 2, 2)
    told = network.encode(seen, said.roll(1, 1), then)
    assert torch.allclose(told[:, :4], latent[:, :4], atol=1e-6), "a causal model's pictures come before the words"
    assert not torch.allclose(network.where(latent), network.where(told))
    later = network.encode(seen, said, then + 1)
    assert torch.equal(later[:, :-1], latent[:, :-1]) and not torch.equal(later[:, -1], latent[:, -1]), "where the joints were"
    both, scores = network.study(seen, torch.stack((said, said.roll(1, 1)), 1), then)
    assert scores is None, "a tower does not say where it looks"
    assert torch.allclose(both.unflatten(0, (2, 2))[:, 0], latent, atol=1e-5)
    assert torch.allclose(both.unflatten(0, (2, 2))[:, 1], told, atol=1e-5)
    chunk = network.decode(latent, torch.rand(2, 3), torch.zeros(2, 3, 3), torch.zeros(2, 3))
    assert chunk.shape == (2, 8, 3)


def test_a_configuration_says_what_does_not_go_together(pretrained):
    config = config_of(pretrained)
    assert VLAConfig.from_json(json.loads(json.dumps(config.to_json()))) == config
    with pytest.raises(ConfigInvalid, match="size full needs a picture tower and a language model"):
        VLAConfig.of("full", joints=("a",), cameras=("head",))
    with pytest.raises(ConfigInvalid, match="the other sizes take neither"):
        VLAConfig.of("nano", joints=("a",), cameras=("head",), vision=pretrained.vision, language=pretrained.language)
    with pytest.raises(ConfigInvalid, match="more than the language model's 64"):
        config_of(pretrained, text=61)
    with pytest.raises(ConfigInvalid, match="has another vision than this version knows"):
        VLAConfig.from_json({**config.to_json(), "vision": {"wide": 3}})
    nano = VLAConfig.of("nano", joints=("a",), cameras=("head",))
    assert "vision" not in nano.to_json() and VLAConfig.from_json(nano.to_json()) == nano
