"""What four bits cost: a trained policy beside itself with the base that ``--qlora`` keeps in NF4, on the same trials.

    python -m benchmarks.policy_nf4 --quick                        12 trials of each, about a minute on a quiet core
    python -m benchmarks.policy_nf4 --episodes 100                 the size of a first figure, about 8 minutes
    python -m benchmarks.policy_nf4 --episodes 500 --out nf4       to tell 3 points apart, about 40 minutes; goes on where it was
    python -m benchmarks.policy_nf4 policy --group seen --group swapped --whole

The policy is a folder with ``config.json`` and ``model.safetensors``: a checkpoint, a training, an export; the shipped one without.
Its base is what ``surefoot policy train --qlora`` keeps in four bits: the encoder's linear layers, or the language model's of size
``full``. They go into NF4 with double quantisation (``policies.vla.nf4``) after training, and nothing is trained after that: harder
than QLoRA, whose adapters learn around the rounding. ``--whole`` rounds every linear layer of the network, which QLoRA never does.
What is told of bytes is the packed layers as they lie in memory, codes, maxima and scales, against their weights in bf16; for
playing they are unpacked, so that both policies are exported alike and run on the same backend.

Both play the same seeds by ``surefoot policy eval``'s code, brought out of a standstill as there and in missions (``--no-recover``
leaves them, and tells what the network alone has lost). The difference of success is paired, with the 95 % interval of Agresti
and Min (2005), and every trial that only one of them did is named. Bars: at most 30 % of the bytes, at most 3 points of success.
100 trials tell 3 points apart only if hardly one flips: the verdict says whether the interval reaches beyond the bar.
"""

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import AgentError
from policies.policy import Policy, PolicyError

if TYPE_CHECKING:
    from policies.vla.mover import Mover
    from policies.vla.policy import VLAPolicy
    from skills.robots.physics.trials import Trial

__all__ = ["BARS", "bytes_of", "exported", "in_four_bits", "main", "paired", "played"]

BARS = {"bytes": 0.30, "points": 3.0}
"""Most of the base's bf16 bytes, and most points of success that may be lost."""
_QUICK, _Z = 12, 1.959964


def in_four_bits(network: "Mover", *, whole: bool = False) -> "tuple[Mover, list[tuple[str, int, int]]]":
    """A copy whose base has been through four bits and back, by the steps that ``--qlora`` takes.

    Args:
        network: Which; left as it is.
        whole: Every linear layer of at least 4,096 weights instead of the base alone.

    Returns:
        The copy, and for each layer its name, its weights, and the bytes that they take in four bits.
    """
    from policies.vla.lora import merge_lora
    from policies.vla.nf4 import NF4Linear, quantise_linears, restore_linears

    made = deepcopy(network)
    if whole:
        quantise_linears(made)
    else:
        for stage in ("align", "instruct"):
            made.begin(stage, qlora=True)
    layers = [
        (name.removesuffix(".base"), layer.in_features * layer.out_features, layer.nbytes)
        for name, layer in made.named_modules()
        if isinstance(layer, NF4Linear)
    ]
    merge_lora(made)  # an adapter that has learnt nothing adds nothing
    restore_linears(made)
    return made.eval(), layers


def bytes_of(layers: Sequence[tuple[str, int, int]]) -> dict[str, Any]:
    """What the layers of ``in_four_bits`` take, together."""
    weights, packed = sum(count for _, count, _ in layers), sum(size for *_, size in layers)
    share = round(packed / (2 * weights), 4) if weights else None
    return {"layers": len(layers), "weights": weights, "nf4_bytes": packed, "bf16_bytes": 2 * weights, "share": share}


def exported(policy: "VLAPolicy", folder: Path, backend: str, *, recover: bool = True) -> Policy:
    """The policy on a backend, by an export of its own, brought out of a standstill as missions do."""
    from policies.recovery import Recovering
    from policies.vla.export import export
    from policies.vla.exported import load

    export(policy, folder, backends=() if backend in ("auto", "eager") else (backend,))
    made = load(folder, backend)
    return Recovering(made) if recover else made


def played(policy: Policy, name: str, options: argparse.Namespace, digest: str) -> "list[Trial]":
    """All trials of a policy; those that are in its file already are not played again."""
    from agent.cli.policy_figures import TrialsFile
    from skills.robots.physics.trials import trials

    head = {
        "policy": name, "weights": digest, "whole": options.whole, "backend": options.backend, "recover": options.recover,
        "limit_s": options.limit,
    }  # fmt: skip
    file = None if options.out is None else TrialsFile(options.out / f"{name}.jsonl", head)
    known = [] if file is None else file.read()
    made: list[Trial] = []
    for trial in trials(
        policy, episodes=options.episodes, seed=options.seed, groups=options.groups, limit_s=options.limit, known=known
    ):
        made.append(trial)
        if file is not None and trial not in known:
            file.append(trial)
        if len(made) % 10 == 0:
            print(f"{name}: {sum(one.success for one in made)} of {len(made)}", file=sys.stderr, flush=True)
    return made


def paired(full: "Sequence[Trial]", four: "Sequence[Trial]") -> dict[str, Any]:
    """Two policies on the same trials, in the same order.

    Returns:
        Successes of both; ``points``: by how much the second does more of them, per cent of all, with the 95 % interval of
        Agresti and Min, ``low`` and ``high``; ``lost`` and ``won``: what the first alone did, and the second alone.
    """
    lost = [(a.group, a.seed, a.instruction, b.why) for a, b in zip(full, four, strict=True) if a.success and not b.success]
    won = [(a.group, a.seed, a.instruction, a.why) for a, b in zip(full, four, strict=True) if b.success and not a.success]
    more, less, count = len(won) + 0.5, len(lost) + 0.5, len(full) + 2
    middle = (more - less) / count
    half = _Z * math.sqrt(more + less - (more - less) ** 2 / count) / count
    return {
        "trials": len(full), "bf16_done": sum(one.success for one in full), "nf4_done": sum(one.success for one in four),
        "points": round(100 * (len(won) - len(lost)) / max(len(full), 1), 2),
        "low": round(100 * max(middle - half, -1.0), 2), "high": round(100 * min(middle + half, 1.0), 2), "lost": lost, "won": won,
    }  # fmt: skip


def verdicts(size: dict[str, Any], found: dict[str, Any]) -> list[dict[str, Any]]:
    """Both bars; ``shown`` is whether the whole interval is on the good side of the bar."""
    share, loss = size["share"], -found["points"]
    return [
        {"bar": "share of bf16 bytes", "most": BARS["bytes"], "found": share, "met": share <= BARS["bytes"]},
        {
            "bar": "points of success lost", "most": BARS["points"], "found": loss, "met": loss <= BARS["points"],
            "shown": -found["low"] <= BARS["points"],
        },
    ]  # fmt: skip


def compared(options: argparse.Namespace) -> dict[str, Any]:
    """Load, round, export and play both.

    Raises:
        PolicyError: There is no policy, or it cannot be exported.
    """
    import torch

    from policies.vla.folders import policy_in
    from policies.vla.policy import VLAPolicy
    from policies.vla.processors import digest_of

    where = policy_in(options.policy)
    torch.set_num_threads(1)  # as for eval: threads that wait for one another lose time
    policy = VLAPolicy.from_pretrained(where)
    network, layers = in_four_bits(policy.network, whole=options.whole)
    size = bytes_of(layers)
    if not layers:
        raise PolicyError(f"the policy {str(where)!r} has no layer large enough for four bits")
    print(f"four bits: {size['layers']} layers, {size['share']:.1%} of their bf16 bytes", file=sys.stderr, flush=True)
    other = VLAPolicy(network, policy.tokenizer, policy.stats, name=f"{policy.spec.name}-nf4")
    digest, begun = digest_of(where / "model.safetensors"), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        both = [
            played(exported(one, Path(folder) / name, options.backend, recover=options.recover), name, options, digest)
            for name, one in (("full", policy), ("nf4", other))
        ]
    found = paired(*both)
    seconds = round((time.monotonic() - begun) / max(2 * found["trials"], 1), 2)
    told = {"policy": policy.spec.name, "weights": digest, "whole": options.whole, "backend": options.backend}
    told |= {"recover": options.recover, "bytes": size}
    return {**told, "groups": list(options.groups), "success": found, "s_per_trial": seconds, "bars": verdicts(size, found)}


def shown(told: dict[str, Any]) -> str:
    """The figures as text."""
    size, found = told["bytes"], told["success"]
    what = "every linear layer" if told["whole"] else "the base of --qlora"
    lines = [
        f"{told['policy']} on {told['backend']}, {what}: {size['layers']} layers, {size['weights']:,} weights",
        f"bytes: NF4 {size['nf4_bytes']:,}, bf16 {size['bf16_bytes']:,}: {size['share']:.1%}",
        f"success ({', '.join(told['groups'])}): in full {found['bf16_done']} of {found['trials']}, in four bits "
        f"{found['nf4_done']}: {found['points']:+.1f} points, 95 % interval {found['low']:+.1f} to {found['high']:+.1f}",
    ]
    for kind, who in (("lost", "only in full"), ("won", "only in four bits")):
        lines += [f"{who}: {group} {seed} {said} ({why})" for group, seed, said, why in found[kind]]
    for bar in told["bars"]:
        sure = "" if "shown" not in bar else ", and the interval is within it" if bar["shown"] else "; the interval reaches beyond"
        lines.append(f"bar: {bar['bar']} <= {bar['most']:g}: {'met' if bar['met'] else 'missed'}, {bar['found']:g}{sure}")
    return "\n".join([*lines, f"{told['s_per_trial']} s a trial, exports counted"])


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; 1 with ``--strict`` where a bar is missed, 2 where nothing could be compared."""
    from policies.vla.folders import shipped_policy
    from skills.robots.physics.trials import FIRST_SEED, GROUPS

    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.policy_nf4", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("policy", type=Path, nargs="?", default=shipped_policy(), help="its folder; the shipped one without")
    parser.add_argument("--episodes", type=int, default=100, help="trials of each group and policy")
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK} episodes: to see it at work")
    parser.add_argument("--group", dest="groups", action="append", choices=GROUPS, help="which trials; seen without; repeatable")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="of the first scene")
    parser.add_argument("--limit", type=float, default=30.0, help="when a trial is given up, simulated seconds")
    parser.add_argument("--no-recover", dest="recover", action="store_false", help="leave both where they stand still")
    parser.add_argument("--whole", action="store_true", help="round every linear layer, not only what --qlora rounds")
    parser.add_argument("--backend", default="onnxruntime", help="what computes both")
    parser.add_argument("--out", type=Path, help="folder for the trials of both: a run that was broken off goes on")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--strict", action="store_true", help="exit code 1 where a bar is missed")
    options = parser.parse_args(arguments)
    options.groups = tuple(dict.fromkeys(options.groups or ("seen",)))
    options.episodes = _QUICK if options.quick else options.episodes
    if options.episodes < 1:
        parser.error("--episodes is at least 1")
    if options.policy is None:
        parser.error("no policy comes with this version: give the folder of one")
    try:
        told = compared(options)
    except (PolicyError, AgentError, ValueError, RuntimeError) as error:
        print(f"cannot be compared: {error}", file=sys.stderr)
        return 2
    print(json.dumps(told, indent=1, ensure_ascii=False) if options.json else shown(told))
    return 1 if options.strict and not all(bar["met"] for bar in told["bars"]) else 0


if __name__ == "__main__":
    sys.exit(main())
