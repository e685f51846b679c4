"""Does the real-time engine keep its promises: ``python -m benchmarks.runtime`` (4 minutes; ``--full``: 40).

Ticks missed at 100 Hz beside a policy as heavy as a small network, alone and under two CPU hogs, with and without real-time
priority; the time from a killed policy to a braking arm; the safety filter against an adversary and its time per call; the jump at
a change of chunks with 100 ms of delay, conditioned and not.
"""

import argparse
import gc
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.runtime_adversary import Adversary, violations
from benchmarks.runtime_kills import kills
from benchmarks.runtime_parts import HOME, Restless, seven_joints, seven_joints_mjcf
from policies.runtime import Engine, Lockstep, LoopSettings, Mode, MujocoArmModel, RunReport, SafetyFilter
from policies.runtime.kinematic_plant import PlanarArm, planar_limits, planar_plant

__all__ = ["main"]

HOG = "while True: pass"


@contextmanager
def hogs(count: int) -> Iterator[None]:
    """Programs that take all the processor time they get."""
    running = [subprocess.Popen([sys.executable, "-c", HOG]) for _ in range(count)]
    try:
        yield
    finally:
        for hog in running:
            hog.kill()
            hog.wait()


def engine(path: Path, policy: str, settings: LoopSettings) -> Engine:
    """The planar arm, judged."""
    return Engine(
        plant="benchmarks.runtime_parts:judged",
        plant_options={"path": str(path)},
        limits=planar_limits(),
        model="policies.runtime.kinematic_plant:PlanarArm",
        policy=policy,
        settings=settings,
    )


def ticks(seconds: float, *, real_time: bool) -> tuple[RunReport, int]:
    """Run beside a decode-sized load at 20 Hz: the report, and how many unsafe targets were sent."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sent.json"
        with engine(path, "benchmarks.runtime_parts:load", LoopSettings(real_time=real_time)) as one:
            one.start("move about")
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                if one.wait(lambda status: status.mode is Mode.STOP, timeout_s=left).mode is Mode.STOP:
                    # It brakes first; a robot that still moves is not reset.
                    time.sleep(0.5)
                    one.reset()
                    time.sleep(0.2)
        return one.report, int(json.loads(path.read_text())["count"])


def violated(inputs: int) -> dict[str, Any]:
    """Violations of the filter's outputs, judged apart, over two robots; how many outputs each check changed."""
    wrong: list[str] = []
    alarms = 0
    changed: dict[str, int] = {}
    for limits, start, model in ((planar_limits(), HOME, PlanarArm()), (seven_joints(effort=False), (0.0,) * 7, None)):
        adversary, safe, before = Adversary(1, limits), SafetyFilter(limits, start, model=model), None
        for _ in range(inputs // 2):
            after = safe(*adversary(safe.positions))
            wrong += violations(before, after, limits, 0.01, model)
            for reason in after.reasons:
                changed[reason] = changed.get(reason, 0) + 1
            alarms += bool(after.alarm)
            before = after
    return {"alarms": alarms, "inputs": inputs // 2 * 2, "violations": len(wrong), "first": wrong[:3], "changed": changed}


def latency(calls: int) -> dict[str, tuple[float, float, float]]:
    """Microseconds per call of the filter, (median, 99th percentile, 99.9th), per robot, half of the inputs adversarial."""
    robots: dict[str, tuple[Any, Any, Any]] = {
        "3 joints, efforts and workspace": (planar_limits(), HOME, PlanarArm()),
        "7 joints": (seven_joints(effort=False), (0.0,) * 7, None),
    }
    try:
        import mujoco

        arm = MujocoArmModel.of(
            mujoco.MjModel.from_xml_string(seven_joints_mjcf()), joints=[f"joint{i}" for i in range(7)], points=("tool",)
        )
        robots["7 joints, efforts by MuJoCo"] = (seven_joints(), (0.3,) * 7, arm)
    except ModuleNotFoundError:
        print("  (MuJoCo is not installed: its arm model was not timed)")
    found = {}
    for name, (limits, start, model) in robots.items():
        adversary, safe, times = Adversary(2, limits), SafetyFilter(limits, start, model=model), list[int]()
        for number in range(calls):
            asked = adversary(safe.positions)
            if number % 2:
                asked = ([x + 0.1 * math.sin(0.01 * number) for x in start], 5.0)
            begun = time.perf_counter_ns()
            safe(*asked)
            times.append(time.perf_counter_ns() - begun)
        middle, most, worst = (round(float(x) / 1e3, 1) for x in np.percentile(times, [50, 99, 99.9]))
        found[name] = (middle, most, worst)
    return found


def jumps(seconds: float) -> dict[str, float]:
    """95th percentile of the jump at a change of chunks, rad, with answers 100 ms after their observation."""
    found = {}
    for name, settings in (
        ("conditioned", LoopSettings()),
        ("naive", LoopSettings(conditioned=False, blend_s=0.0)),
    ):
        run = Lockstep(planar_plant(), planar_limits(), Restless(), model=PlanarArm(), settings=settings, delay_s=0.1)
        run.start("move about")
        report = run.run(seconds)
        assert run.loop.mode is Mode.RUN, run.loop.watch.reason
        found[name] = report.jump[1]
    return found


def real_time_priority() -> bool:
    """As the control process has it, so that what is timed is the filter and not its neighbours."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(20))
    except OSError:
        return False
    return True


def main(arguments: list[str] | None = None) -> int:
    """Run the parts; the exit code tells whether every bar that holds on any machine was reached."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.runtime", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--full", action="store_true", help="10 minutes per case, 100 kills, a million inputs")
    parser.add_argument("--minutes", type=float, help="of each case with ticks (default 0.5)")
    parser.add_argument("--only", choices=("ticks", "kills", "filter", "jumps"), help="one part")
    parser.add_argument("--real-time", action="store_true", help="ticks with real-time priority alone, as an arm has them")
    parser.add_argument("--hogs", type=int, default=0, help="kills beside so many programs that take all the time they get")
    parser.add_argument("--out", type=Path, help="also write the figures as JSON")
    options = parser.parse_args(arguments)
    minutes = options.minutes if options.minutes is not None else 10.0 if options.full else 0.5
    parts = [options.only] if options.only else ["jumps", "filter", "kills", "ticks"]
    figures: dict[str, Any] = {"load": os.getloadavg()[0], "processors": os.cpu_count(), "minutes": minutes}
    print(f"{os.cpu_count()} processors, load {figures['load']:.2f}")
    ok = True
    if "jumps" in parts:
        found = jumps(600.0 if options.full else 60.0)
        share = found["conditioned"] / found["naive"]
        print(f"chunk switch, 95 %: conditioned {found['conditioned']:.4f} rad, naive {found['naive']:.4f} rad: {share:.3f} of it")
        figures["jumps"], ok = found, ok and share <= 1 / 3
    if "filter" in parts:
        judged = violated(1_000_000 if options.full else 40_000)
        print(f"filter: {judged['violations']} violations in {judged['inputs']} adversarial inputs, {judged['alarms']} alarms")
        print(f"  changed by reason: {judged['changed']}" + "".join(f"\n  {wrong}" for wrong in judged["first"]))
        figures["filter"], ok = judged, ok and not judged["violations"]
    if "kills" in parts:
        with hogs(options.hogs):
            found_kills = kills(
                lambda path: engine(path, "benchmarks.runtime_parts:cruise", LoopSettings(decode_hz=10.0)),
                100 if options.full else 10,
            )
        delays = 1e3 * np.sort([kill.delay_s for kill in found_kills])
        inside = int((delays <= 30.0).sum())
        print(
            f"killed policy to braking{f', {options.hogs} hogs' if options.hogs else ''}: median {np.median(delays):.1f} ms, "
            f"worst {delays[-1]:.1f} ms; {inside} of {len(delays)} within 30 ms"
        )
        for kill in found_kills:
            if kill.delay_s > 0.030:
                print(f"  {kill}")
        figures["kills"] = {"hogs": options.hogs, "ms": delays.round(2).tolist(), "each": [asdict(kill) for kill in found_kills]}
    if "ticks" in parts:
        figures["ticks"] = {}
        for count in (0, 2):
            for real_time in (True,) if options.real_time else (True, False):
                name = f"{count} hogs, {'real-time priority' if real_time else 'ordinary priority'}"
                with hogs(count):
                    report, unsafe = ticks(60 * minutes, real_time=real_time)
                missed = f"{100 * report.missed_share:.3f} % of {report.ticks} ticks missed"
                print(f"-- {name}: {missed}, {report.starved} starved, {unsafe} unsafe targets\n{report}")
                figures["ticks"][name] = {**report.to_json(), "unsafe": unsafe}
                ok = ok and not unsafe
    if "filter" in parts:
        # Last: from here on this process has real-time priority itself.
        fifo = real_time_priority()
        figures["latency_us"] = latency(200_000 if options.full else 20_000)
        print(f"filter, time per call{'' if fifo else ' (real-time priority was not permitted)'}:")
        for name, (middle, most, worst) in figures["latency_us"].items():
            print(f"  {name}: median {middle} us, 99 % {most} us, 99.9 % {worst} us")
    if options.out is not None:
        options.out.write_text(json.dumps(figures, indent=1))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
