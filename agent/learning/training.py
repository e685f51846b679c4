"""Training: the network, its optimisers and how far they have come, a step at a time; all of it survives in a checkpoint."""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

from agent.learning.checkpoint import TrainingFailed, check_dialect, read_checkpoint, write_checkpoint
from agent.learning.curriculum import Curriculum, Mix
from agent.learning.dataset import FULL, load_encoder
from agent.learning.grow import can_grow, grown
from agent.learning.model import SIZES, Config, Network
from agent.learning.muon import Muon
from agent.learning.packing import Rows
from agent.learning.precision import has_bf16
from agent.learning.weights import Weights, WeightsInvalid, write_weights
from agent.planners.pointers import DIALECT

__all__ = ["AHEAD", "Training", "rate"]

GUESSED = 0.2
"""What a guessed word's loss counts beside that of an answer's token: words are many and hard to guess, and not what is asked."""

AHEAD = 32
"""The mix that a step is drawn by is settled so many steps before: workers can make its samples while others are learnt."""


def rate(seen: int, budget: int, step: int, *, warmup: int = 60, decay: float = 0.3) -> float:
    """Share of the full step length: linear warm-up in steps, constant, linear decay over the last tokens of the budget."""
    left = max(0.0, budget - seen) / (decay * budget)
    return min(1.0, (step + 1) / warmup, max(left, 0.01))


class Training:
    """The network, its optimisers and how far they have come; all of it survives in a checkpoint, bit by bit.

    Args:
        folder: Folder for tokenizer, checkpoint, weights and log; an existing checkpoint is taken up.
        size: One of ``SIZES``; None for that of ``begin``.
        begin: Weights to begin with, where there is no checkpoint; grown where the size has more hidden units or blocks.
        prefix: Whether prompts are read as a whole (``Config.prefix``), where ``begin`` does not say so already.
        dropout: Share of the network that each step of training leaves out (``Network``).
        guess: Share of a prompt's words and digits that are not told and are learnt to be guessed beside its answer, so that words
            become alike that stand where others do (masked language modelling, Devlin et al., 2019).
        length: Step length of the matrices.
        seed: Of the first weights and of the data.
        device: Where to train.

    Raises:
        TrainingFailed: Checkpoint, tokenizer and size do not belong together.
    """

    def __init__(
        self,
        folder: Path,
        size: str | None,
        *,
        begin: Weights | None = None,
        prefix: bool = False,
        dropout: float = 0.0,
        guess: float = 0.0,
        length: float = 0.02,
        seed: int = 1,
        device: str = "cpu",
    ) -> None:
        for name, part in (("--dropout", dropout), ("--guess", guess)):
            if not 0 <= part < 1:
                raise TrainingFailed(f"{name} {part:g} is no share to leave out: give 0 or more and less than 1, say 0.1.")
        if begin is not None:
            check_dialect(begin)
        torch.manual_seed(seed)
        self.folder, self.device = folder, torch.device(device)
        self.tokenizer = folder / "tokenizer.json"
        if begin is not None and not self.tokenizer.exists():
            self.tokenizer.write_text(begin.tokenizer, encoding="utf-8")
        encoder = load_encoder(self.tokenizer)
        self.guess, self.words = guess, torch.tensor(encoder.words, device=self.device)
        shape: Mapping[str, Any] = SIZES[size or "8M"] if size is not None or begin is None else begin.config
        prefix = prefix or (begin is not None and bool(begin.config.get("prefix")))
        config = Config(**{**shape, "vocabulary": encoder.size, "prefix": prefix})
        if begin is not None and can_grow(begin.config, config.to_json()):
            begin = grown(begin, config.to_json(), seed)
        self.network = Network(config, dropout).to(self.device)
        self.precision = torch.bfloat16 if has_bf16(self.device) else None
        named = list(self.network.named_parameters())
        matrices = [p for name, p in named if p.ndim == 2 and "embedding" not in name]
        others = [p for name, p in named if p.ndim != 2 or "embedding" in name]
        self.lengths = (length, length / 5)
        self.optimisers: tuple[torch.optim.Optimizer, ...] = (
            Muon(matrices, lr=length),
            torch.optim.AdamW(others, lr=length / 5, betas=(0.9, 0.98), weight_decay=0.0),
        )
        self.curriculum = Curriculum(FULL)
        self.step = self.seen = self.warmed = 0
        self.seconds = 0.0
        saved = read_checkpoint(folder, config.to_json(), self.tokenizer)
        if saved is not None:
            self._restore(saved)
            return
        if begin is not None:
            self._begin(begin)
        self.average = {name: p.detach().clone() for name, p in self.network.named_parameters()}
        self.ahead = deque([self.curriculum.mix()] * AHEAD)

    def learn(self, batches: Sequence[Rows], share: float) -> float:
        """Take one step of this share of the full length over all batches together; returns the mean loss of an answer's token.

        Raises:
            TrainingFailed: The loss is no number any more.
        """
        for optimiser, length in zip(self.optimisers, self.lengths, strict=True):
            optimiser.param_groups[0]["lr"] = length * share
        if self.network.dropout or self.guess:
            torch.manual_seed(self.step)  # what is left out follows from the step, so that a run in legs is the run in one
        count = sum(len(batch.targets) for batch in batches)
        loss = torch.zeros((), device=self.device)
        answered = []
        for batch in batches:
            part, guessed, right = self._loss(batch)
            ((part + GUESSED * guessed) / count).backward()
            loss += part.detach()
            answered.append((batch.samples, right))
        mean = float(loss) / count
        if not math.isfinite(mean):
            raise TrainingFailed(
                f"The loss is {mean} at step {self.step}: begin again from the last checkpoint with a smaller --rate."
            )
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        keep = min(0.999, (self.step - self.warmed + 1) / (self.step - self.warmed + 10))
        with torch.no_grad():
            named = dict(self.network.named_parameters())
            torch._foreach_lerp_([self.average[name] for name in named], list(named.values()), 1 - keep)
        for samples, right in answered:
            self.curriculum.see(samples, right.tolist())
        self.ahead.popleft()
        self.ahead.append(self.curriculum.mix())
        self.step += 1
        self.seen += sum(batch.tokens for batch in batches)
        return mean

    def _loss(self, batch: Rows) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Summed cross-entropy of the answers' tokens and of guessed words, and which samples were right in every token."""
        ids, documents, prompts, kept, targets = (
            torch.from_numpy(part).to(self.device, non_blocking=True)
            for part in (batch.ids, batch.documents, batch.prompts, batch.kept, batch.targets)
        )
        untold, wanted = None, kept
        if self.guess:
            untold = prompts & self.words[ids] & (torch.rand(ids.shape, device=self.device) < self.guess)
            wanted = torch.cat((kept, untold.flatten().nonzero()[:, 0]))
        with torch.autocast(self.device.type, dtype=self.precision, enabled=self.precision is not None):
            logits = self.network.logits(self.network(ids, documents, wanted, prompts, untold)).float()
        logits, guesses = logits[: len(kept)], logits[len(kept) :]
        guessed = F.cross_entropy(guesses, ids.flatten()[wanted[len(kept) :]], reduction="sum")
        with torch.no_grad():
            owner = documents.flatten()[kept]
            wrong = torch.zeros(len(batch.samples), device=self.device).index_add_(0, owner, (logits.argmax(-1) != targets).float())
        return F.cross_entropy(logits, targets, reduction="sum"), guessed, wrong == 0

    def weights(self) -> Weights:
        """The averaged weights with what is needed to go on from them."""
        tensors = {name: value.float().cpu().numpy() for name, value in self.average.items()}
        progress = {"step": self.step, "seen": self.seen, "curriculum": self.curriculum.to_json()}
        return Weights(self.network.config.to_json(), tensors, self.tokenizer.read_text(encoding="utf-8"), DIALECT, progress)

    def save(self) -> None:
        """Write checkpoint and weights, each complete or not at all.

        Raises:
            TrainingFailed: They cannot be written; what was there stands.
        """
        counters = {name: getattr(self, name) for name in ("step", "seen", "warmed", "seconds")}
        state = {
            "network": self.network.state_dict(),
            "average": self.average,
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "config": self.network.config.to_json(),
            "curriculum": self.curriculum.to_json(),
            "ahead": [mix.to_json() for mix in self.ahead],
            **counters,
        }
        write_checkpoint(self.folder, state, self.tokenizer)
        try:
            write_weights(self.folder / "weights.npz", self.weights())
        except WeightsInvalid as error:
            raise TrainingFailed(str(error)) from error

    def _restore(self, saved: dict[str, Any]) -> None:
        self.network.load_state_dict(saved["network"])
        self.average = {name: value.to(self.device) for name, value in saved["average"].items()}
        for optimiser, state in zip(self.optimisers, saved["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        self.curriculum.restore(**saved["curriculum"])
        self.ahead = deque(Mix.from_json(mix) for mix in saved["ahead"])
        for name in ("step", "seen", "warmed", "seconds"):
            setattr(self, name, saved[name])

    def _begin(self, begin: Weights) -> None:
        """Take up weights without momentum: steps warm up anew, everything else goes on."""
        mine = {name: tuple(p.shape) for name, p in self.network.named_parameters()}
        theirs = {name: tuple(value.shape) for name, value in begin.tensors.items()}
        if mine != theirs:
            raise TrainingFailed(
                "The weights to begin with have another size or tokenizer: give those of the same network, or leave out --from."
            )
        self.network.load_state_dict({name: torch.from_numpy(value).float() for name, value in begin.tensors.items()})
        self.step, self.seen = int(begin.progress.get("step", 0)), int(begin.progress.get("seen", 0))
        self.warmed = self.step
        if "curriculum" in begin.progress:
            self.curriculum.restore(**begin.progress["curriculum"])
