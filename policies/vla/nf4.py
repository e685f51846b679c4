"""NF4 in plain torch: four-bit weights whose levels are quantiles of a normal distribution, with double quantisation.

The format is bitsandbytes': blocks of 64 weights share one absolute maximum; the maxima, less their mean, are themselves kept
in eight bits, in blocks of 256, by its dynamic map. Source: Dettmers et al., QLoRA, 2023, and the package's code.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["LEVELS", "NF4Linear", "dequantise", "dynamic_map", "quantise", "quantise_linears", "restore_linears"]

BLOCK, MAXIMA = 64, 256

LEVELS = (
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
    -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
    0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
)  # fmt: skip


def quantise(weight: Tensor) -> dict[str, Tensor]:
    """Four bits per weight.

    Args:
        weight: Any shape; the number of its elements is even.

    Returns:
        ``codes`` uint8 (n / 2,), two weights in a byte, the first in the upper half; ``maxima`` uint8 (n / 64,), ``scales`` float32
        (n / 64 / 256,) and ``offset`` float32 (): the blocks' absolute maxima in eight bits.
    """
    flat = weight.detach().float().flatten()
    if flat.numel() % 2:
        raise ValueError(f"{flat.numel()} weights cannot be packed two to a byte")
    blocks = F.pad(flat, (0, -len(flat) % BLOCK)).view(-1, BLOCK)
    absmax = blocks.abs().amax(1)
    levels = torch.tensor(LEVELS, device=flat.device)
    codes = torch.bucketize(blocks / absmax.clamp(min=1e-38)[:, None], (levels[1:] + levels[:-1]) / 2)
    codes = codes.flatten()[: len(flat)].to(torch.uint8)
    offset = absmax.mean()
    maxima, scales = _eight_bits(absmax - offset)
    return {"codes": codes[::2] << 4 | codes[1::2], "maxima": maxima, "scales": scales, "offset": offset}


def dequantise(packed: dict[str, Tensor], shape: tuple[int, ...]) -> Tensor:
    """The weights again, float32, to within half a level."""
    codes = torch.stack((packed["codes"] >> 4, packed["codes"] & 15), 1).flatten().long()
    levels = torch.tensor(LEVELS, device=codes.device)[codes]
    maxima = dynamic_map().to(codes.device)[packed["maxima"].long()]
    absmax = maxima * packed["scales"].repeat_interleave(MAXIMA)[: len(maxima)] + packed["offset"]
    return (levels * absmax.repeat_interleave(BLOCK)[: len(levels)]).view(shape)


def _eight_bits(values: Tensor) -> tuple[Tensor, Tensor]:
    blocks = F.pad(values, (0, -len(values) % MAXIMA)).view(-1, MAXIMA)
    scales = blocks.abs().amax(1)
    table = dynamic_map().to(values.device)
    codes = torch.bucketize(blocks / scales.clamp(min=1e-38)[:, None], (table[1:] + table[:-1]) / 2)
    return codes.flatten()[: len(values)].to(torch.uint8), scales


def dynamic_map() -> Tensor:
    """The 256 levels of bitsandbytes' signed dynamic eight-bit format, rising from -0.99 to 1."""
    positive: list[float] = []
    for exponent in range(7):
        edges = torch.linspace(0.1, 1, 2**exponent + 1)
        positive += (10.0 ** (exponent - 6) * ((edges[:-1] + edges[1:]) / 2)).tolist()
    return torch.tensor(sorted([*positive, *(-value for value in positive), 0.0, 1.0]))


class NF4Linear(nn.Module):
    """A frozen linear layer kept in four bits; weights are unpacked whenever it is used."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        for name, value in quantise(linear.weight).items():
            self.register_buffer(name, value)
        self.bias = None if linear.bias is None else nn.Parameter(linear.bias.detach().clone(), requires_grad=False)

    def dequantised(self) -> Tensor:
        """(out, in) float32."""
        packed = {name: getattr(self, name) for name in ("codes", "maxima", "scales", "offset")}
        return dequantise(packed, (self.out_features, self.in_features))

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) -> (..., out)."""
        return F.linear(x, self.dequantised().to(x.dtype), None if self.bias is None else self.bias.to(x.dtype))

    def restored(self) -> nn.Linear:
        """A plain layer that computes the same."""
        made = nn.Linear(self.in_features, self.out_features, bias=self.bias is not None)
        with torch.no_grad():
            made.weight.copy_(self.dequantised())
            if self.bias is not None:
                made.bias.copy_(self.bias)
        return made.to(self.codes.device)

    @property
    def nbytes(self) -> int:
        """What the weights take."""
        return sum(getattr(self, name).nbytes for name in ("codes", "maxima", "scales", "offset"))


def quantise_linears(model: nn.Module, *, least: int = 4096) -> int:
    """Put every linear layer of at least so many weights into four bits, in place; returns how many there were."""
    count = 0
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear) and child.weight.numel() >= least:
                setattr(module, name, NF4Linear(child))
                count += 1
    return count


def restore_linears(model: nn.Module) -> None:
    """Put every four-bit layer back into full precision, in place; what is exported has none."""
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, NF4Linear):
                setattr(module, name, child.restored())
