"""Shapes of pretrained towers, read from the ``config.json`` of a local folder in Hugging Face's layout. No torch, no download.

What is asked of a folder: a CLIP for pictures (its own or inside a ``clip`` model), a Llama-, Mistral- or Qwen-shaped causal model
for words. Anything else is refused with its name, not guessed at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policies.policy import PolicyError

__all__ = ["LanguageShape", "PretrainedInvalid", "VisionShape", "language_shape", "vision_shape"]

_TOWERS = ("clip", "clip_vision_model")
_MODELS = ("llama", "mistral", "qwen2", "qwen3")


class PretrainedInvalid(PolicyError):
    """A folder of pretrained weights that cannot be used; the message names it, what is wrong and what is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionShape:
    """A CLIP picture tower.

    Attributes:
        width: Of its tokens.
        layers: Transformer layers; all but the last are used, whose patch tokens were never trained to mean anything.
        heads: Of attention.
        inner: Width inside the feed-forward parts.
        image: Side of the pictures that it takes, pixels; others are resized.
        patch: Side of a patch, pixels.
        activation: ``quick_gelu`` (OpenAI's) or ``gelu``.
        eps: Of its norms.
    """

    width: int
    layers: int
    heads: int
    inner: int
    image: int
    patch: int
    activation: str = "quick_gelu"
    eps: float = 1e-5

    @property
    def tokens(self) -> int:
        """Patch tokens of one picture."""
        return (self.image // self.patch) ** 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageShape:
    """A Llama-shaped causal language model, without the layer that names words.

    Attributes:
        words: Entries of the vocabulary.
        width: Of its tokens.
        layers: Transformer layers.
        heads: Of queries, and
        groups: of keys and values, which that many queries share.
        head_width: Of one head.
        inner: Width inside the feed-forward parts.
        context: Most tokens that it was made for.
        eps: Of its norms.
        theta: Base of the rotary positions.
        stretch: Llama 3's four numbers by which slow positions are stretched (factor, low, high, length); None without.
        qkv_bias: Whether queries, keys and values have a bias (Qwen 2), and
        o_bias: the output projection, and
        mlp_bias: the feed-forward parts.
        head_norm: Whether each head's queries and keys are normalised (Qwen 3).
        pad: The token that fills up short instructions.
    """

    words: int
    width: int
    layers: int
    heads: int
    groups: int
    head_width: int
    inner: int
    context: int
    eps: float = 1e-6
    theta: float = 10000.0
    stretch: tuple[float, float, float, float] | None = None
    qkv_bias: bool = False
    o_bias: bool = False
    mlp_bias: bool = False
    head_norm: bool = False
    pad: int = 0

    def __post_init__(self) -> None:
        if self.stretch is not None:  # JSON has no tuples
            object.__setattr__(self, "stretch", tuple(float(number) for number in self.stretch))


def vision_shape(folder: str | Path) -> VisionShape:
    """The picture tower of a folder.

    Raises:
        PretrainedInvalid: There is none, or none that fits.
    """
    about = _config(Path(folder))
    part = about.get("vision_config", about) if about.get("model_type") == "clip" else about
    if about.get("model_type") not in _TOWERS or not isinstance(part, Mapping):
        raise _other(folder, about, "a picture tower must be a CLIP", _TOWERS)
    number = _Numbers(folder, part)
    shape = VisionShape(
        width=number("hidden_size", 768), layers=number("num_hidden_layers", 12), heads=number("num_attention_heads", 12),
        inner=number("intermediate_size", 3072), image=number("image_size", 224), patch=number("patch_size", 32),
        activation=str(part.get("hidden_act", "quick_gelu")), eps=float(part.get("layer_norm_eps", 1e-5)),
    )  # fmt: skip
    if shape.activation not in ("quick_gelu", "gelu"):
        raise PretrainedInvalid(f"the tower {str(folder)!r} has the activation {shape.activation!r}; known are quick_gelu and gelu")
    if shape.width % shape.heads or shape.image % shape.patch or shape.layers < 2:
        raise PretrainedInvalid(
            f"the config.json of {str(folder)!r} does not fit together: width {shape.width} of {shape.heads} heads, pictures of "
            f"{shape.image} in patches of {shape.patch} pixels, {shape.layers} layers (at least 2)"
        )
    return shape


def language_shape(folder: str | Path) -> LanguageShape:
    """The language model of a folder.

    Raises:
        PretrainedInvalid: There is none, or none that fits.
    """
    about = _config(Path(folder))
    kind = about.get("model_type")
    if kind not in _MODELS:
        raise _other(folder, about, "a language model must be Llama-shaped", _MODELS)
    if about.get("hidden_act", "silu") != "silu":
        raise PretrainedInvalid(f"the language model {str(folder)!r} has the activation {about['hidden_act']!r}; known is silu")
    number = _Numbers(folder, about)
    heads, width = number("num_attention_heads"), number("hidden_size")
    theta, stretch = _positions(folder, about)
    windowed = about.get("sliding_window") if about.get("use_sliding_window", kind == "mistral") else None
    shape = LanguageShape(
        words=number("vocab_size"), width=width, layers=number("num_hidden_layers"), heads=heads,
        groups=number("num_key_value_heads", heads), head_width=number("head_dim", max(1, width // heads)),
        inner=number("intermediate_size"), context=min(number("max_position_embeddings", 2048), windowed or 10**9),
        eps=float(about.get("rms_norm_eps", 1e-6)), theta=theta, stretch=stretch,
        qkv_bias=kind == "qwen2" or bool(about.get("attention_bias")), o_bias=kind != "qwen2" and bool(about.get("attention_bias")),
        mlp_bias=bool(about.get("mlp_bias")), head_norm=kind == "qwen3", pad=_pad(about),
    )  # fmt: skip
    if shape.heads % shape.groups or shape.head_width % 2 or not 0 <= shape.pad < shape.words:
        raise PretrainedInvalid(
            f"the config.json of {str(folder)!r} does not fit together: {shape.heads} heads in {shape.groups} groups, heads "
            f"{shape.head_width} wide (an even number), padding {shape.pad} among {shape.words} words"
        )
    return shape


def _positions(folder: str | Path, about: Mapping[str, Any]) -> tuple[float, tuple[float, float, float, float] | None]:
    """Base and stretch of the rotary positions, as older and newer folders say them."""
    told = about.get("rope_parameters") or about.get("rope_scaling") or {}
    kind = told.get("rope_type", told.get("type", "default"))
    theta = float(told.get("rope_theta", about.get("rope_theta", 10000.0)))
    if kind == "default":
        return theta, None
    names = ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings")
    if kind != "llama3" or not all(name in told for name in names):
        raise PretrainedInvalid(f"the language model {str(folder)!r} stretches positions by {kind!r}; known are default and llama3")
    factor, low, high, length = (float(told[name]) for name in names)
    return theta, (factor, low, high, length)


def _pad(about: Mapping[str, Any]) -> int:
    for name in ("pad_token_id", "eos_token_id"):
        value = about.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
    return 0


def _other(folder: str | Path, about: Mapping[str, Any], rule: str, known: tuple[str, ...]) -> PretrainedInvalid:
    return PretrainedInvalid(f"{str(folder)!r} holds a {about.get('model_type')!r} model; {rule} ({', '.join(known)})")


class _Numbers:
    def __init__(self, folder: str | Path, about: Mapping[str, Any]) -> None:
        self.folder, self.about = folder, about

    def __call__(self, name: str, default: int | None = None) -> int:
        value = self.about.get(name)
        value = default if value is None else value
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise PretrainedInvalid(
                f"the config.json of {str(self.folder)!r} says {name} {value!r}; it must be a positive whole number"
            )
        return value


def _config(folder: Path) -> dict[str, Any]:
    try:
        about = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        why = "there is no config.json in it" if folder.is_dir() else "there is no such folder"
        raise PretrainedInvalid(f"{str(folder)!r} holds no pretrained model: {why}") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise PretrainedInvalid(f"the config.json of {str(folder)!r} cannot be read: {error}") from None
    if not isinstance(about, dict):
        raise PretrainedInvalid(f"the config.json of {str(folder)!r} is no JSON object")
    return about
