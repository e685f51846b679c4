"""An adapter for a planner, learnt from a user's own missions: ``agent.learning.train --lora``; needs the whole of surefoot."""

import argparse

import torch
from tokenizers import Tokenizer

from agent.cli.setup import load_skill_set
from agent.learning.checkpoint import TrainingFailed, check_dialect
from agent.learning.curriculum import Mix
from agent.learning.dataset import FULL, Encoder, draw
from agent.learning.export import network_of
from agent.learning.lora import AdapterFailed, adapt, export_adapter, learn_adapter
from agent.learning.own_missions import MissionsInvalid, own_samples
from agent.learning.weights import read_weights

__all__ = ["learn_own"]


def learn_own(options: argparse.Namespace) -> None:
    """Learn an adapter for the planner of ``--from`` from the missions of ``--lora``.

    Args:
        options: Of ``python -m agent.learning.train``.

    Raises:
        TrainingFailed: Planner, missions and skills do not do for it.
        WeightsInvalid: The planner's weights cannot be read.
    """
    if options.begin is None:
        raise TrainingFailed("An adapter is learnt on a planner: give it with --from planner.gguf.")
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    weights = read_weights(options.begin)
    check_dialect(weights)
    network, encode = network_of(weights), Encoder(Tokenizer.from_str(weights.tokenizer))
    steps = min(options.steps, 200)
    others = (draw(encode, options.seed, step, Mix(FULL), tokens=1024) for step in range(steps))
    try:
        own = own_samples(options.lora, load_skill_set(options.skills), encode, weights.dialect)
        adapt(network, options.rank, 2 * options.rank)
        right = learn_adapter(network, own, others, steps=steps, rate=options.rate / 10)
        file = export_adapter(network, options.out / "adapter.gguf", {"dialect": weights.dialect})
    except (AdapterFailed, MissionsInvalid) as error:
        raise TrainingFailed(str(error)) from error
    print(f"{file}: {right:.0%} of {len(own)} missions are planned as given after {steps} steps")
