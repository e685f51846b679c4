"""The planner network: a small decoder with QK-norm, exactly the ``qwen3`` architecture that llama.cpp runs."""

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["SIZES", "Config", "Network"]


@dataclass(frozen=True)
class Config:
    """The network's shape. ``vocabulary`` is set from the tokenizer."""

    vocabulary: int
    width: int = 192
    layers: int = 6
    heads: int = 6
    hidden: int = 512
    context: int = 1024
    rope_base: float = 10000.0
    epsilon: float = 1e-6

    @property
    def head_size(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads

    def to_json(self) -> dict[str, float]:
        """As plain data."""
        return asdict(self)


SIZES: dict[str, dict[str, int]] = {
    "nano": {"width": 64, "layers": 2, "heads": 2, "hidden": 128},
    "2M": {"width": 160, "layers": 6, "heads": 5, "hidden": 432},
    "3M": {"width": 192, "layers": 6, "heads": 6, "hidden": 512},
    "5M": {"width": 256, "layers": 6, "heads": 8, "hidden": 704},
    "8M": {"width": 320, "layers": 7, "heads": 10, "hidden": 832},
    "20M": {"width": 448, "layers": 9, "heads": 14, "hidden": 1184},
}
"""The size dial: parameters without embeddings, roughly."""


class Block(nn.Module):
    """Attention with normalised queries and keys, then a gated feed-forward network; both pre-normalised."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.heads, self.head_size = config.heads, config.head_size
        self.norm1 = nn.RMSNorm(config.width, eps=config.epsilon)
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.norm_q = nn.RMSNorm(config.head_size, eps=config.epsilon)
        self.norm_k = nn.RMSNorm(config.head_size, eps=config.epsilon)
        self.out = nn.Linear(config.width, config.width, bias=False)
        self.norm2 = nn.RMSNorm(config.width, eps=config.epsilon)
        self.gate_up = nn.Linear(config.width, 2 * config.hidden, bias=False)
        self.down = nn.Linear(config.hidden, config.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """(batch, time, width) -> the same."""
        batch, time, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(batch, time, 3, self.heads, self.head_size).unbind(2)
        q, k = _rotate(self.norm_q(q), cos, sin), _rotate(self.norm_k(k), cos, sin)
        mixed = F.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, time, width))
        gate, up = self.gate_up(self.norm2(x)).chunk(2, dim=-1)
        out: Tensor = x + self.down(F.silu(gate) * up)
        return out


def _rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on (batch, time, heads, size), halves as pairs."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


class Network(nn.Module):
    """Token ids to hidden states; the embedding is the output matrix too."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.RMSNorm(config.width, eps=config.epsilon)
        frequency = config.rope_base ** (-torch.arange(0, config.head_size, 2) / config.head_size)
        angles = torch.outer(torch.arange(config.context), frequency)[None, :, None, :]
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                nn.init.normal_(
                    parameter, std=0.02 if "out" not in name and "down" not in name else 0.02 / (2 * config.layers) ** 0.5
                )

    def forward(self, ids: Tensor) -> Tensor:
        """(batch, time) ids -> (batch, time, width) normalised hidden states."""
        time = ids.shape[1]
        x = self.embedding(ids)
        for block in self.blocks:
            x = block(x, self.cos[:, :time], self.sin[:, :time])
        out: Tensor = self.norm(x)
        return out

    def logits(self, hidden: Tensor) -> Tensor:
        """Hidden states -> logits over the vocabulary."""
        return hidden @ self.embedding.weight.T
