"""LoRA: low-rank additions to frozen linear layers, and QLoRA where the frozen layer is kept in four bits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from policies.vla.nf4 import NF4Linear

__all__ = ["TARGETS", "LoRALinear", "add_lora", "lora_parameters", "merge_lora"]

TARGETS = ("q", "k", "v", "o", "q_proj", "k_proj", "v_proj", "o_proj")
"""Names of the attention projections: ours, and those of Llama-shaped models."""


class LoRALinear(nn.Module):
    """``y = base(x) + (alpha / r) B A x`` with the base frozen; B starts at zero, so that nothing changes at first.

    Source: Hu et al., LoRA, 2021. Dropout acts on the addition's input alone.
    """

    def __init__(self, base: nn.Linear | NF4Linear, *, r: int = 16, alpha: float = 32.0, dropout: float = 0.0) -> None:
        super().__init__()
        if r < 1:
            raise ValueError(f"the rank of a LoRA is {r}; it must be at least 1")
        self.base = base
        for parameter in base.parameters():
            parameter.requires_grad_(False)
        self.scale = alpha / r
        self.dropout = dropout
        self.a = nn.Parameter(torch.empty(r, base.in_features))
        self.b = nn.Parameter(torch.zeros(base.out_features, r))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) -> (..., out)."""
        low = F.linear(F.dropout(x, self.dropout, self.training), self.a)
        out: Tensor = self.base(x) + self.scale * F.linear(low, self.b)
        return out

    def merged(self) -> nn.Linear:
        """One plain layer that computes the same; a four-bit base comes back in full precision."""
        weight = self.base.weight if isinstance(self.base, nn.Linear) else self.base.dequantised()
        made = nn.Linear(self.base.in_features, self.base.out_features, bias=self.base.bias is not None)
        with torch.no_grad():
            made.weight.copy_(weight + self.scale * self.b @ self.a)
            if self.base.bias is not None:
                made.bias.copy_(self.base.bias)
        return made


def add_lora(
    model: nn.Module, *, r: int = 16, alpha: float = 32.0, dropout: float = 0.0, targets: Sequence[str] = TARGETS
) -> list[str]:
    """Freeze a model and put a LoRA beside each of its targeted linear layers.

    Returns:
        The full names of the layers that got one.

    Raises:
        ValueError: There is none.
    """
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    found = [(parent, path, name) for parent, path, name in _linears(model) if name in targets]
    if not found:
        raise ValueError(f"no layer is called {', '.join(targets)}: the LoRA would train nothing")
    for parent, _, name in found:
        setattr(parent, name, LoRALinear(getattr(parent, name), r=r, alpha=alpha, dropout=dropout))
    return [path for _, path, _ in found]


def merge_lora(model: nn.Module) -> None:
    """Replace every LoRA by the plain layer that computes the same, in place; what is exported has none."""
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, LoRALinear):
                setattr(module, name, child.merged())


def lora_parameters(model: nn.Module) -> list[nn.Parameter]:
    """The parameters that LoRA trains."""
    return [parameter for module in model.modules() if isinstance(module, LoRALinear) for parameter in (module.a, module.b)]


def _linears(model: nn.Module) -> Iterator[tuple[nn.Module, str, str]]:
    for path, module in list(model.named_modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear | NF4Linear) and not isinstance(module, LoRALinear):
                yield module, f"{path}.{name}".lstrip("."), name
