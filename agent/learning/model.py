"""The planner network: a small decoder with QK-norm, exactly the ``qwen3`` architecture that llama.cpp runs."""

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["SIZES", "Block", "Config", "Network", "attend_in_full", "visible"]


@dataclass(frozen=True)
class Config:
    """The network's shape. ``vocabulary`` is set from the tokenizer.

    Attributes:
        vocabulary: Tokens.
        width: Of the hidden states.
        layers: Blocks.
        heads: Heads of attention in each.
        hidden: Units of the feed-forward networks.
        context: Longest text, tokens.
        rope_base: Base of the rotary positions.
        epsilon: Of the normalisations.
        prefix: Whether a prompt's tokens see all of the prompt, what comes after them too (a prefix LM, Raffel et al., 2020).
    """

    vocabulary: int
    width: int = 192
    layers: int = 6
    heads: int = 6
    hidden: int = 512
    context: int = 1024
    rope_base: float = 10000.0
    epsilon: float = 1e-6
    prefix: bool = False

    @property
    def head_size(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads

    def to_json(self) -> dict[str, float]:
        """As plain data."""
        return asdict(self)


SIZES: dict[str, dict[str, int]] = {
    "nano": {"width": 64, "layers": 2, "heads": 2, "hidden": 128},
    "2M": {"width": 160, "layers": 6, "heads": 5, "hidden": 448},
    "5M": {"width": 256, "layers": 6, "heads": 8, "hidden": 704},
    "9M": {"width": 256, "layers": 6, "heads": 8, "hidden": 1408},
    "14M": {"width": 256, "layers": 10, "heads": 8, "hidden": 1408},
    "8M": {"width": 320, "layers": 7, "heads": 10, "hidden": 832},
    "20M": {"width": 416, "layers": 8, "heads": 13, "hidden": 1056},
}
"""The size dial: parameters, roughly. Widths are multiples of 32, as q8_0 wants them; the largest is 20 MB in q8_0.

9M is 5M with twice the hidden units, and what 5M can be grown into: a fifth slower, where matrices have hardware of their own. 14M
has four more blocks; both can be grown into it."""


class Block(nn.Module):
    """Attention with normalised queries and keys, then a gated feed-forward network; both pre-normalised."""

    def __init__(self, config: Config, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = dropout
        self.heads, self.head_size = config.heads, config.head_size
        self.norm1 = nn.RMSNorm(config.width, eps=config.epsilon)
        self.q = nn.Linear(config.width, config.width, bias=False)
        self.k = nn.Linear(config.width, config.width, bias=False)
        self.v = nn.Linear(config.width, config.width, bias=False)
        self.norm_q = nn.RMSNorm(config.head_size, eps=config.epsilon)
        self.norm_k = nn.RMSNorm(config.head_size, eps=config.epsilon)
        self.out = nn.Linear(config.width, config.width, bias=False)
        self.norm2 = nn.RMSNorm(config.width, eps=config.epsilon)
        self.gate = nn.Linear(config.width, config.hidden, bias=False)
        self.up = nn.Linear(config.width, config.hidden, bias=False)
        self.down = nn.Linear(config.hidden, config.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None = None, kept: Tensor | None = None) -> Tensor:
        """(batch, time, width) -> the same; with ``kept``, flat positions (n,), -> (n, width) at those positions alone."""
        batch, time, width = x.shape
        shape = (batch, time, self.heads, self.head_size)
        h = self.norm1(x)
        v = self.v(h).view(shape).transpose(1, 2)
        q = _rotate(self.norm_q(self.q(h).view(shape).float()), cos, sin).to(v.dtype).transpose(1, 2)  # float: under bf16 too
        k = _rotate(self.norm_k(self.k(h).view(shape).float()), cos, sin).to(v.dtype).transpose(1, 2)
        mixed = _attend(q, k, v, mask)
        mixed = mixed.transpose(1, 2).reshape(batch, time, width)
        if kept is not None:
            mixed, x = mixed.flatten(0, 1)[kept], x.flatten(0, 1)[kept]
        x = x + self._drop(self.out(mixed))
        h = self.norm2(x)
        out: Tensor = x + self._drop(self.down(self._drop(F.silu(self.gate(h)) * self.up(h))))
        return out

    def _drop(self, x: Tensor) -> Tensor:
        """The same units for a whole row, which costs nothing: a number drawn for each would be two fifths of a step on a CPU."""
        if not (self.dropout and self.training):
            return x
        shape = (len(x), *(1,) * (x.ndim - 2), x.shape[-1])
        return x * (torch.rand(shape, device=x.device) >= self.dropout).to(x.dtype) / (1 - self.dropout)


def _attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    """Attention over (batch, heads, time, size); without a mask, causal."""
    if mask is None or q.is_cuda:
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)
    return attend_in_full(q, k, v, mask)


@torch.compiler.disable
def attend_in_full(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """Attention as torch's fused kernel for CPUs has it, which takes three times as long under a mask, most of it backwards.

    Not compiled: torch's own softmax is the faster one (``python -m benchmarks.training``).
    """
    scores = (q * q.shape[-1] ** -0.5) @ k.mT
    scores += torch.zeros_like(mask, dtype=scores.dtype).masked_fill_(~mask, -torch.inf)  # added in place: nothing to do backwards
    return scores.softmax(-1) @ v


def _rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on (batch, time, heads, size), halves as pairs."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


class Network(nn.Module):
    """Token ids to hidden states; the embedding is the output matrix too.

    Args:
        config: Its shape.
        dropout: Share of what each block writes, and of its hidden units, that is left out in training.
    """

    def __init__(self, config: Config, dropout: float = 0.0) -> None:
        super().__init__()
        self.config, self.dropout = config, dropout
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.blocks = nn.ModuleList(Block(config, dropout) for _ in range(config.layers))
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

    def forward(
        self,
        ids: Tensor,
        documents: Tensor | None = None,
        kept: Tensor | None = None,
        prompts: Tensor | None = None,
        untold: Tensor | None = None,
    ) -> Tensor:
        """Ids to normalised hidden states.

        Args:
            ids: (batch, time).
            documents: (batch, time), which sample a token belongs to: tokens see earlier ones of their own sample alone. None
                where each row is one sample.
            prompts: (batch, time), whether a token is of a prompt, which a prefix LM sees all of; None where all of them are.
            kept: (n,) flat positions whose hidden states are wanted; the last block computes no others. None for all.
            untold: (batch, time), tokens of which nothing is told but that they are there; None for none.

        Returns:
            (batch, time, width), or (n, width).
        """
        time = ids.shape[1]
        cos, sin = self.cos[:, :time], self.sin[:, :time]
        if prompts is None and self.config.prefix:
            prompts = torch.ones_like(ids, dtype=torch.bool)
        ahead = prompts if self.config.prefix else None
        mask = None if documents is None and ahead is None else visible(ids, documents, ahead)
        x = self.embedding(ids)
        if untold is not None:
            x = x * ~untold[..., None]
        last = len(self.blocks) - 1
        for number, block in enumerate(self.blocks):
            x = block(x, cos, sin, mask, kept if number == last else None)
        out: Tensor = self.norm(x)
        return out

    def logits(self, hidden: Tensor) -> Tensor:
        """Hidden states -> logits over the vocabulary."""
        return F.linear(hidden, self.embedding.weight)


def visible(ids: Tensor, documents: Tensor | None, prompts: Tensor | None) -> Tensor:
    """(batch, time) each -> (batch, 1, time, time): whether the row's token sees the column's.

    It does where that is at or before it, or in a prompt, and of the same sample.
    """
    time = ids.shape[1]
    seen = torch.ones(time, time, dtype=torch.bool, device=ids.device).tril()[None]
    if prompts is not None:
        seen = seen | prompts[:, None, :]
    if documents is not None:
        seen = seen & (documents[:, :, None] == documents[:, None, :])
    return seen[:, None]
