"""Muon: momentum whose update is made orthogonal, for the weight matrices (Jordan et al., 2024).

As ``torch.optim.Muon`` (a test compares them), but in float32 where the processor has no bf16, and with all matrices of one shape
in one product: on a CPU the library's takes several times as long (``python -m benchmarks.training``).
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from agent.learning.precision import has_bf16

__all__ = ["Muon", "orthogonal"]


def orthogonal(gradients: Tensor, steps: int = 4) -> Tensor:
    """The nearest semi-orthogonal matrices, roughly, by a quintic Newton-Schulz iteration; (count, n, m), n <= m -> the same."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = gradients / (gradients.norm(dim=(1, 2), keepdim=True) + 1e-7)
    x = x.bfloat16() if has_bf16(x.device) else x
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + torch.baddbmm(gram, gram, gram, beta=b, alpha=c) @ x
    return x.to(gradients.dtype)


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised, with decoupled weight decay. Matrices of one shape are treated together.

    Args:
        parameters: Matrices only.
        lr: Step length; scaled by the square root of a matrix's aspect.
        momentum: Share of the old gradient that is kept.
        weight_decay: Decoupled decay.
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float = 0.02, momentum: float = 0.95, weight_decay: float = 0.01) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Take one step."""
        for group in self.param_groups:
            shapes: dict[tuple[int, ...], list[tuple[Tensor, Tensor, float]]] = {}
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                momentum = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
                momentum.lerp_(parameter.grad, 1 - group["momentum"])
                update = parameter.grad.lerp(momentum, group["momentum"])
                scale = max(1.0, parameter.shape[0] / parameter.shape[1]) ** 0.5
                wide = parameter.shape[0] <= parameter.shape[1]
                flat = (parameter, update, scale) if wide else (parameter.mT, update.mT, scale)
                shapes.setdefault(tuple(flat[0].shape), []).append(flat)
            for members in shapes.values():
                for (weight, _, scale), piece in zip(members, orthogonal(torch.stack([m[1] for m in members])), strict=True):
                    weight.mul_(1 - group["lr"] * group["weight_decay"]).add_(piece, alpha=-group["lr"] * scale)
