"""The policy's shape: one dial, ``size``, derives the rest. ``full`` takes its towers' shapes from pretrained folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeAlias

from policies.policy import PolicyError
from policies.vla.shapes import LanguageShape, VisionShape

__all__ = ["FULL", "SIZES", "ConfigInvalid", "Head", "Size", "VLAConfig"]

Size: TypeAlias = Literal["nano", "small", "base", "full"]
Head: TypeAlias = Literal["l1", "flow", "binned"]


_COUNTS = (
    "pixels", "width", "heads", "encoder_layers", "decoder_layers", "chunk", "words", "text", "bins", "flow_steps", "spots",
    "looks", "channels",
)  # fmt: skip


_LATER: dict[str, Any] = {"design": 1, "velocity": False}
"""Fields that the first configurations did not have, and what these then were."""


class ConfigInvalid(PolicyError):
    """A configuration that no policy can have; the message names the field, its value and what it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VLAConfig:
    """What a policy looks like. Made by ``VLAConfig.of``; every field can be overridden there.

    Attributes:
        size: The dial's position.
        joints: Names of the entries of state and action, in order; the gripper last.
        cameras: Names of the cameras whose pictures it looks at.
        pixels: Side of the square pictures; a multiple of 16.
        channels: Of the maps of features that pictures become; a multiple of 24.
        looks: Questions that an instruction becomes, each of which finds its place in every picture.
        width: Of all tokens.
        heads: Of attention.
        encoder_layers: Of the slow part, which looks and reads.
        decoder_layers: Of the fast part, which moves.
        chunk: Actions in a chunk.
        prefix: Most actions of the chunk before that a new chunk is made to continue.
        period_s: Time between two actions, seconds.
        words: Entries of the vocabulary.
        text: Tokens of an instruction; shorter ones are padded, so that every shape is static.
        head: ``l1`` regresses; ``flow`` integrates a velocity field in ``flow_steps`` steps; ``binned`` classifies into ``bins``.
        bins: Bins per dimension of the binned head.
        flow_steps: Euler steps of the flow head.
        state_dropout: How often training hides the joints, so that the policy does not copy them instead of looking.
        spots: Positions that the auxiliary head names, (x, y) each, metres in the turret's frame: the thing and its goal.
        vision: Shape of a pretrained picture tower; None for one that is trained from scratch.
        language: Shape of a pretrained language model; both or none.
        velocity: Whether moving is also told how fast the joints have been sent.
        design: 1 as ``nano`` was shipped, 2 where a core has to answer within milliseconds (``policies.vla.quick``).
    """

    size: str
    joints: tuple[str, ...]
    cameras: tuple[str, ...]
    pixels: int
    width: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    chunk: int = 16
    prefix: int = 6
    period_s: float = 0.05
    words: int = 512
    text: int = 24
    head: Head = "l1"
    bins: int = 64
    flow_steps: int = 5
    state_dropout: float = 0.1
    spots: int = 2
    looks: int = 8
    channels: int = 48
    vision: VisionShape | None = None
    language: LanguageShape | None = None
    design: int = 1
    velocity: bool = False

    @classmethod
    def of(cls, size: Size, *, joints: tuple[str, ...], cameras: tuple[str, ...], **overrides: Any) -> VLAConfig:
        """The configuration of a size for a robot's joints and cameras.

        Raises:
            ConfigInvalid: There is no such size, or an override does not fit.
        """
        if size not in (*SIZES, "full"):
            raise ConfigInvalid(f"there is no size {size!r}; choose one of {', '.join(SIZES)} or full")
        shape: dict[str, Any] = dict(SIZES.get(size, FULL))
        language = overrides.get("language")
        if isinstance(language, LanguageShape):
            shape |= {"encoder_layers": language.layers, "words": language.words}
        return cls(size=size, joints=tuple(joints), cameras=tuple(cameras), **{**shape, **overrides})

    def __post_init__(self) -> None:
        if not self.joints or not self.cameras:
            raise ConfigInvalid("a policy needs at least one joint and one camera")
        for name in _COUNTS:
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ConfigInvalid(f"{name} is {value!r}; it must be a positive whole number")
        if self.pixels % 16:
            raise ConfigInvalid(f"pixels is {self.pixels}; the pictures are halved, and a multiple of 16 suits every processor")
        if self.channels % 24 or self.looks < self.spots:
            raise ConfigInvalid(
                f"{self.channels} channels and {self.looks} looks; needed are a multiple of 24, and a look for each spot"
            )
        if self.width % self.heads:
            raise ConfigInvalid(f"width {self.width} is not a multiple of {self.heads} heads")
        if self.head not in ("l1", "flow", "binned"):
            raise ConfigInvalid(f"there is no head {self.head!r}; choose l1, flow or binned")
        if not 0 <= self.prefix < self.chunk:
            raise ConfigInvalid(f"prefix is {self.prefix}; it must be at least 0 and less than the chunk's {self.chunk} actions")
        if (self.vision is None) != (self.language is None) or (self.size == "full") != (self.vision is not None):
            raise ConfigInvalid("a policy of size full needs a picture tower and a language model; the other sizes take neither")
        if self.language is not None and self.patches + self.text > self.language.context:
            raise ConfigInvalid(
                f"{self.patches} picture and {self.text} text tokens are more than the language model's {self.language.context}"
            )

        self._check_design()

    def _check_design(self) -> None:
        if self.design not in (1, 2) or (self.design == 2 and self.vision is not None):
            raise ConfigInvalid(f"there is no design {self.design!r} of size {self.size}; choose 1, or 2 without pretrained towers")
        if self.design == 2 and self.heads % 2:
            raise ConfigInvalid(f"{self.heads} heads; the second design reads with half of them and needs an even number")

    @property
    def patches(self) -> int:
        """Picture tokens of all cameras: what was found for each question, or a pretrained tower's patches."""
        return len(self.cameras) * (self.looks if self.vision is None else self.vision.tokens)

    @property
    def told(self) -> int:
        """Entries of what ``decode`` is told of the joints: where they are and, with ``velocity``, how fast they have been sent."""
        return len(self.joints) * (1 + self.velocity)

    @property
    def latent(self) -> tuple[int, int]:
        """Shape (N, W) of what encode makes: what is seen in each picture, what was said, and, in the first design, the joints."""
        said = self.looks if self.vision is None else self.text
        return (self.patches + said + (self.design == 1), self.width)

    def to_json(self) -> dict[str, Any]:
        """Plain data; towers only where there are some, what came later only where it is not as before."""
        return {name: value for name, value in asdict(self).items() if value is not None and _LATER.get(name, ...) != value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> VLAConfig:
        """The configuration of a checkpoint.

        Raises:
            ConfigInvalid: A field is missing, unknown or out of range.
        """
        known = {item.name: item.default for item in fields(cls)}
        needed = {name for name, default in known.items() if default is not None} - set(_LATER)
        if not needed <= set(data) <= set(known):
            odd = ", ".join(sorted(needed - set(data) | set(data) - set(known)))
            raise ConfigInvalid(f"the policy's configuration has other fields than this version knows: {odd}; train it anew")
        towers: dict[str, Any] = {}
        for name, kind in (("vision", VisionShape), ("language", LanguageShape)):
            if data.get(name) is not None:
                try:
                    towers[name] = kind(**data[name])
                except TypeError as error:
                    raise ConfigInvalid(f"the policy's configuration has another {name} than this version knows: {error}") from None
        return cls(**{**data, **towers, "joints": tuple(data["joints"]), "cameras": tuple(data["cameras"])})


SIZES: dict[str, dict[str, int]] = {
    "nano": {"pixels": 64, "text": 16, "channels": 48, "width": 128, "heads": 4, "encoder_layers": 2, "decoder_layers": 2},
    "small": {
        "pixels": 96, "text": 16, "channels": 48, "width": 192, "heads": 6, "encoder_layers": 3, "decoder_layers": 3, "design": 2,
    },
    "base": {"pixels": 96, "text": 16, "channels": 96, "width": 384, "heads": 12, "encoder_layers": 6, "decoder_layers": 4},
}  # fmt: skip
"""About 2.5, 4 and 33 million parameters."""

FULL: dict[str, int] = {"pixels": 224, "width": 512, "heads": 8, "encoder_layers": 1, "decoder_layers": 6}
"""What ``full`` adds to a picture tower and a language model: projection, reading and 26 million parameters of decoder."""
