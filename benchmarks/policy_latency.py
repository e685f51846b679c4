"""How long a policy takes on one core: encode, decode and both, on every runtime that is here, beside LeRobot's ACT and SmolVLA.

    python -m benchmarks.policy_latency                                 the sizes alone, about 3 minutes on a quiet core
    python -m benchmarks.policy_latency --peers --out latency.json      with the peers, about 10 minutes, 6 GB of memory
    python -m benchmarks.policy_latency --sizes small small:channels=72,decoder_layers=2        what another shape would take
    python -m benchmarks.policy_latency --sizes small small:design=1,width=256,heads=8,channels=72,encoder_layers=4,decoder_layers=4
                                                                        small as it was before its second design

Weights are random: time does not depend on what was learnt. One thread, held to one core where the system lets a process choose.
All contestants are timed in turns, a few calls each, round after round, every round beginning with another one: what else the
machine does hits all alike. So ratios hold on a busy machine too; milliseconds by the clock need a quiet one, and milliseconds of
processor time need a core whose other thread is idle. The least of all calls is told as well: what a quiet core comes near to, and
no percentile, so no bar is judged by it. Exports are within 1e-5 of the network, or they are not made; but for OpenVINO's in
bfloat16, where the processor multiplies it.

Bars, size small, the fastest export: decode at most 2 ms at the 99th percentile, full (encode and decode) at most 4 ms at the
50th; eager torch 4 and 10 ms. The exit code is 1 with ``--strict`` where one is missed.

OpenVINO: ``pip install openvino``. The peers, without what records and drives robots, into a folder of their own:

    pip install --no-deps --target peers lerobot==0.4.4 torchvision==0.28.0 transformers==5.23.0 draccus==0.11.6 einops \
        mergedeep pyyaml-include==1.4.1 toml typing-inspect mypy-extensions termcolor jsonlines deepdiff orderly-set cachebox \
        gymnasium farama-notifications cloudpickle num2words docopt datasets dill multiprocess pandas pytz regex accelerate \
        diffusers importlib-metadata zipp pyserial av
    PYTHONPATH=peers python -m benchmarks.policy_latency --peers
"""

import argparse
import gc
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from benchmarks.policy_latency_peers import PEERS, Absent
from benchmarks.policy_latency_table import Row, compared, least_of, row_of, table, verdicts
from policies.vla.backends import BACKENDS, Backend
from policies.vla.config import SIZES, ConfigInvalid, VLAConfig
from policies.vla.export import export
from policies.vla.full import make_network
from policies.vla.policy import VLAPolicy
from policies.vla.processors import Stats
from policies.vla.tokenizer import Tokenizer

__all__ = ["Contestant", "main", "ours", "pinned", "rounds", "shaped"]

BACKENDS_TIMED = ("eager", "pt2", "onnxruntime", "openvino", "openvino-bf16")
_JOINTS, _CAMERAS = ("a", "b", "c", "d", "e", "f", "grip"), ("head", "wrist")
_WARM = 5
"""Calls before those that count, each time that it is a contestant's turn: others have used the caches meanwhile."""


@dataclass
class Contestant:
    """Something to be timed.

    Attributes:
        name: For the table.
        acts: What it does, by ``encode``, ``decode`` and ``full``; only ``full`` where it has no halves.
        calls: Timed each round; few for what takes seconds.
        about: Further entries of its row.
    """

    name: str
    acts: Mapping[str, Callable[[], object]]
    calls: int
    about: Row = field(default_factory=dict)


def pinned() -> str:
    """Hold this process and its threads to one core, and torch to one thread; which core, or why not, as a sentence."""
    torch.set_num_threads(1)
    if not hasattr(os, "sched_setaffinity"):
        return "no core, this system does not let a process choose"
    core = max(os.sched_getaffinity(0))
    try:
        os.sched_setaffinity(0, {core})
    except OSError as error:
        return f"no core, {error.strerror}"
    return f"core {core}"


def shaped(size: str) -> VLAConfig:
    """The configuration of ``small``, say, or of ``small:channels=48,decoder_layers=3``.

    Raises:
        ConfigInvalid: There is no such size or field, or no policy can have that shape.
    """
    name, _, changes = size.partition(":")
    if name not in SIZES:
        raise ConfigInvalid(f"there is no size {name!r}; choose one of {', '.join(SIZES)}")
    changed: dict[str, int] = {}
    for change in changes.split(",") if changes else ():
        key, _, value = change.partition("=")
        if key not in SIZES[name] or not value.isdecimal():
            raise ConfigInvalid(f"{change!r} changes nothing; write FIELD=NUMBER, FIELD one of {', '.join(SIZES[name])}")
        changed[key] = int(value)
    return VLAConfig.of(name, joints=_JOINTS, cameras=_CAMERAS, **changed)  # type: ignore[arg-type]


def ours(size: str, folder: Path, calls: int) -> tuple[list[Contestant], list[Row]]:
    """A size on every backend that runs here, and a row with the reason for each that does not.

    Args:
        size: As of ``shaped``.
        folder: Where its export is made.
        calls: Timed each round.
    """
    config = shaped(size)
    torch.manual_seed(0)
    network, joints = make_network(config).eval(), config.joints
    stats = Stats(joints=joints, middle=(0.0,) * len(joints), spread=(1.0,) * len(joints))
    policy = VLAPolicy(network, Tokenizer(("put", "the", "cup"), config.text), stats)
    manifest = export(policy, folder, backends=[name for name in BACKENDS_TIMED if name != "eager"])
    made, gone = [], []
    for name in BACKENDS_TIMED:
        row = {"size": size, "backend": name, "parameters": sum(value.numel() for value in network.parameters())}
        why = BACKENDS[name].missing(folder)
        if why is not None:
            gone.append({"name": f"{size}, {name}", **row, "not_run": why})
            continue
        backend = BACKENDS[name](folder, manifest)
        acts = _acts(backend, config)
        made.append(Contestant(f"{size}, {name}", acts, calls, row))
    return made, gone


def _acts(backend: Backend, config: VLAConfig) -> dict[str, Callable[[], object]]:
    """Encode, decode from one latent, and both, with inputs that fit."""
    draw = np.random.default_rng(0)
    pictures = draw.uniform(-1, 1, (1, len(config.cameras), 3, config.pixels, config.pixels)).astype(np.float32)
    text = draw.integers(0, config.words, (1, config.text))
    state = draw.uniform(-1, 1, (1, len(config.joints))).astype(np.float32)
    prefix = draw.uniform(-1, 1, (1, config.prefix, len(config.joints))).astype(np.float32)
    given = np.ones((1, config.prefix), np.float32)
    latent = backend.encode(pictures, text, state)
    return {
        "encode": lambda: backend.encode(pictures, text, state),
        "decode": lambda: backend.decode(latent, state, prefix, given),
        "full": lambda: backend.decode(backend.encode(pictures, text, state), state, prefix, given),
    }


def peers(calls: int) -> tuple[list[Contestant], list[Row]]:
    """LeRobot's policies, and a row with the reason for each that is not here."""
    made, gone = [], []
    for name, (make, share) in PEERS.items():
        try:
            with redirect_stdout(sys.stderr):  # which they talk to while they are made
                act, parameters = make()
            act()  # the first call makes what later ones use
        except Absent as error:
            gone.append({"name": name, "not_run": str(error)})
        else:
            made.append(Contestant(name, {"full": act}, max(1, round(calls * share)), {"parameters": parameters}))
    return made, gone


def rounds(contestants: Sequence[Contestant], count: int) -> dict[str, dict[str, np.ndarray]]:
    """Time all of them in turns.

    Args:
        contestants: Names differ.
        count: Rounds; each begins with the next contestant.

    Returns:
        By name and act, (calls, 2) seconds by the clock and of processor time.
    """
    found: dict[str, dict[str, list[tuple[float, float]]]] = {one.name: {act: [] for act in one.acts} for one in contestants}
    for number in range(count):
        start = number % len(contestants)
        for one in (*contestants[start:], *contestants[:start]):
            for name, act in one.acts.items():
                for _ in range(min(_WARM, one.calls - 1)):
                    act()
                for _ in range(one.calls):
                    used, begun = time.process_time(), time.perf_counter()
                    act()
                    found[one.name][name].append((time.perf_counter() - begun, time.process_time() - used))
        print(f"round {number + 1} of {count}", file=sys.stderr, flush=True)
    return {name: {act: np.array(values) for act, values in acts.items()} for name, acts in found.items()}


def main(arguments: list[str] | None = None) -> int:
    """Print the table and the bars; 1 with ``--strict`` where one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), metavar="SIZE", help=f"of {', '.join(SIZES)}, or another shape")
    parser.add_argument("--peers", action="store_true", help="ACT and SmolVLA of LeRobot beside them")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--calls", type=int, default=50, help="timed in each round, each half; peers take fewer")
    parser.add_argument("--out", type=Path, help="file for the figures, JSON")
    parser.add_argument("--strict", action="store_true", help="exit code 1 where a bar is missed")
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.calls < 1:
        parser.error("--rounds and --calls are at least 1")
    try:
        sizes = {size: shaped(size) for size in options.sizes}  # each once
    except ConfigInvalid as error:
        parser.error(str(error))
    where = pinned()
    load = getattr(os, "getloadavg", lambda: (float("nan"),))()[0]
    about = {
        "machine": platform.processor() or platform.machine(), "held to": where, "load": round(load, 2),
        "python": platform.python_version(), "torch": torch.__version__, "rounds": options.rounds,
    }  # fmt: skip
    print(", ".join(f"{key} {value}" for key, value in about.items()), flush=True)
    contestants: list[Contestant] = []
    gone: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, size in enumerate(sizes):
            print(f"exporting {size}", file=sys.stderr, flush=True)
            made, missing = ours(size, Path(folder) / str(number), options.calls)
            contestants, gone = [*contestants, *made], [*gone, *missing]
        if options.peers:
            made, missing = peers(options.calls)
            contestants, gone = [*contestants, *made], [*gone, *missing]
        gc.collect()
        gc.freeze()  # as the process of a policy does: the collector's pauses are not the policy's
        times = rounds(contestants, options.rounds)
        gc.unfreeze()
    rows = [
        *(row_of(one.name, one.about, times[one.name]) | {"least_cpu": least_of(times[one.name])} for one in contestants),
        *gone,
    ]
    unit = compared(rows)
    print(f"milliseconds, p50/p95/p99 by the clock (p50 of processor time); ratio: full, processor time, {unit} = 1\n{table(rows)}")
    for row in rows:
        if "least_cpu" in row:
            told = ", ".join(f"{act} {value:.2f}" for act, value in row["least_cpu"].items())
            print(f"least of all calls, processor time, ms: {row['name']}: {told}")
    bars = verdicts(rows)
    for bar in bars:
        told = "met" if bar["met"] else "missed"
        print(f"bar {bar['bar']} <= {bar['most_ms']:g} ms: {told}, {bar['ms']:.2f} ms ({bar['by']})")
    if options.out:
        options.out.write_text(json.dumps({**about, "unit": unit, "rows": rows, "bars": bars}, indent=1), encoding="utf-8")
    return 1 if options.strict and not all(bar["met"] for bar in bars) else 0


if __name__ == "__main__":
    sys.exit(main())
