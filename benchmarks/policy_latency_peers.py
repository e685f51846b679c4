"""LeRobot's policies with random weights, for ``benchmarks.policy_latency``: two cameras, seven joints, one chunk a call.

ACT has its default configuration (ResNet-18, chunk of 100). SmolVLA has its default one too (chunk of 50, ten steps of denoising,
pictures of 512 pixels); its backbone's shape, which LeRobot would download, is written down here: 450.05 million parameters.
"""

import importlib
import sys
import types
from collections.abc import Callable
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import torch

__all__ = ["PEERS", "Absent"]

_HOW = "lerobot is not installed (python -m benchmarks.policy_latency --help says how)"
_CAMERAS, _JOINTS = ("head", "wrist"), 7
_WORDS = 16
"""Tokens of the instruction."""
_LIBRARY = torch.library.Library("torchvision", "FRAGMENT")  # what is declared in it goes with it


class Absent(Exception):
    """A peer that cannot run here; the message is the reason."""


def act(pixels: int) -> tuple[Callable[[], object], int]:
    """ACT on pictures of that side: a call, and how many parameters it has.

    Raises:
        Absent: LeRobot, or something that it needs, is not installed.
    """
    parts = _imported("lerobot.policies.act.modeling_act", "lerobot.policies.act.configuration_act")
    config = parts["ACTConfig"](**_features(parts, pixels), pretrained_backbone_weights=None, device="cpu")
    return _call(parts["ACTPolicy"](config), _seen(pixels))


def smolvla() -> tuple[Callable[[], object], int]:
    """SmolVLA; as ``act``."""
    names = "lerobot.policies.smolvla.modeling_smolvla", "lerobot.policies.smolvla.configuration_smolvla"
    parts = _imported(*names, "lerobot.policies.smolvla.smolvlm_with_expert", "transformers")
    shape = parts["SmolVLMConfig"](
        text_config={
            "model_type": "llama", "vocab_size": 49280, "hidden_size": 960, "intermediate_size": 2560, "num_hidden_layers": 32,
            "num_attention_heads": 15, "num_key_value_heads": 5, "head_dim": 64, "max_position_embeddings": 8192,
            "rms_norm_eps": 1e-5, "tie_word_embeddings": False,
        },
        vision_config={
            "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072,
            "image_size": 512, "patch_size": 16,
        },
        scale_factor=4, tie_word_embeddings=False,
    )  # fmt: skip
    backbone = sys.modules["lerobot.policies.smolvla.smolvlm_with_expert"]
    tokens = SimpleNamespace(tokenizer=SimpleNamespace(fake_image_token_id=49189, global_image_token_id=49152))
    for name, given in (("AutoConfig", shape), ("AutoProcessor", tokens)):  # which would be downloaded
        setattr(backbone, name, SimpleNamespace(from_pretrained=lambda model, given=given: given))
    policy = parts["SmolVLAPolicy"](parts["SmolVLAConfig"](**_features(parts, 96), device="cpu"))
    words = {
        "observation.language.tokens": torch.arange(_WORDS)[None],
        "observation.language.attention_mask": torch.ones(1, _WORDS, dtype=torch.bool),
    }
    return _call(policy, {**_seen(96), **words})


def _call(policy: Any, seen: dict[str, torch.Tensor]) -> tuple[Callable[[], object], int]:
    policy.eval()

    def act() -> object:
        with torch.inference_mode():
            return policy.predict_action_chunk(dict(seen))

    return act, sum(value.numel() for value in policy.parameters())


def _seen(pixels: int) -> dict[str, torch.Tensor]:
    pictures = {f"observation.images.{camera}": torch.rand(1, 3, pixels, pixels) for camera in _CAMERAS}
    return {"observation.state": torch.rand(1, _JOINTS), **pictures}


def _features(parts: dict[str, Any], pixels: int) -> dict[str, Any]:
    feature, kind = parts["PolicyFeature"], parts["FeatureType"]
    pictures = {f"observation.images.{camera}": feature(type=kind.VISUAL, shape=(3, pixels, pixels)) for camera in _CAMERAS}
    return {
        "input_features": {"observation.state": feature(type=kind.STATE, shape=(_JOINTS,)), **pictures},
        "output_features": {"action": feature(type=kind.ACTION, shape=(_JOINTS,))},
    }


def _imported(*names: str) -> dict[str, Any]:
    """All public names of some modules of LeRobot, and of the one that describes features."""
    if not find_spec("lerobot"):
        raise Absent(_HOW)
    found: dict[str, Any] = {}
    try:
        _declared()
        _alone()
        for name in (*names, "lerobot.configs.types"):
            module = importlib.import_module(name)
            found |= {key: getattr(module, key) for key in dir(module) if not key.startswith("_")}
    except ImportError as error:
        raise Absent(f"lerobot cannot be imported: {error}") from None
    return found


def _declared() -> None:
    """Torchvision asks at once for two operators that a build for another torch does not bring; neither policy calls them."""
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        for name in ("nms", "qnms"):
            _LIBRARY.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


def _alone() -> None:
    """``lerobot.policies`` without its own first lines, which import every policy with all that each of them needs."""
    if "lerobot.policies" not in sys.modules:
        package = types.ModuleType("lerobot.policies")
        package.__path__ = [f"{path}/policies" for path in importlib.import_module("lerobot").__path__]
        sys.modules["lerobot.policies"] = package


PEERS: dict[str, tuple[Callable[[], tuple[Callable[[], object], int]], float]] = {
    "ACT, 96 px": (lambda: act(96), 0.2),
    "ACT, 480 px": (lambda: act(480), 0.04),
    "SmolVLA": (smolvla, 0.02),
}
"""How each is made, and how many calls it makes for one of ours."""
