"""The engine as processes: what is killed, frozen, slow or broken holds the robot. Times have room for a busy machine."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from maps import Body, Route
from policies.runtime import Engine, EngineFailed, LoopSettings, Mode, WatchSettings
from policies.runtime.kinematic_plant import planar_limits

HERE = Path(__file__).parent
KINEMATIC = "policies.runtime.kinematic_plant:"
PATIENT_S = 40.0
pytestmark = pytest.mark.slow


def engine(policy="toy_policies:waving", *, plant=KINEMATIC + "planar_plant", watch=None, **more):
    # On a busy machine actions get older than on a robot; what is asserted here is what happens, not how fast.
    settings = LoopSettings(watch=watch or WatchSettings(stale_s=1.0, starved_ticks=30))
    return Engine(plant=plant, limits=planar_limits(), model=KINEMATIC + "PlanarArm", policy=policy, settings=settings, **more)


def running(one):
    one.start("wave")
    status = one.wait(lambda status: status.mode is Mode.RUN, timeout_s=PATIENT_S)
    assert status.mode is Mode.RUN, status.reason
    return status


def stopped(one):
    status = one.wait(lambda status: status.mode is Mode.STOP, timeout_s=PATIENT_S)
    assert status.mode is Mode.STOP
    return status.reason


def gone(pid):
    end = time.monotonic() + PATIENT_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                time.sleep(0.02)
                continue
        return True
    return False


def test_a_run_from_start_to_report(tmp_path):
    with engine(report_path=tmp_path / "run.json", figure_path=tmp_path / "run.png") as one:
        status = running(one)
        assert status.policy == "waving"
        one.finish()
        assert one.wait(lambda status: status.reason == "no task", timeout_s=PATIENT_S).mode is Mode.HOLD
        one.start("wave again")
        assert one.wait(lambda status: status.mode is Mode.RUN, timeout_s=PATIENT_S).mode is Mode.RUN
    report = one.report
    assert report.chunks > 0
    assert report.modes["run"] > 0
    assert report.checks[-1] == "grip"
    assert "ticks" in str(report)
    assert (tmp_path / "run.json").stat().st_size > 500
    assert (tmp_path / "run.png").read_bytes()[:4] == b"\x89PNG"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.json", "run.png"]


def test_torch_is_in_the_policys_process_and_not_in_the_control_process():
    with engine("toy_policies:with_torch") as one:
        running(one)
        maps = {pid: Path(f"/proc/{pid}/maps").read_text() for pid in (one.control_pid, one.policy_pid)}
    assert "libtorch" in maps[one.policy_pid]
    assert "torch" not in maps[next(pid for pid in maps if pid != one.policy_pid)]


def test_the_control_process_imports_nothing_heavy():
    code = (
        "import sys, policies.runtime.control_process\n"
        "print(' '.join(m for m in ('torch', 'scipy', 'numba', 'mujoco', 'matplotlib', 'shapely') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HERE.parents[2])
    assert done.stdout.split() == []


def test_a_killed_policy_holds_then_stops_the_robot():
    with engine() as one:
        running(one)
        os.kill(one.policy_pid, signal.SIGKILL)
        status = one.wait(lambda status: status.mode is not Mode.RUN, timeout_s=PATIENT_S)
        assert "the policy's process is dead" in status.reason
        assert "the policy's process is dead" in stopped(one)
        first = one.policy_pid
        one.reset()
        assert one.wait(lambda status: status.mode is Mode.RUN, timeout_s=PATIENT_S).mode is Mode.RUN
        assert one.policy_pid != first
    modes = [mode for _, mode, _ in one.report.events]
    stop = modes.index("stop")
    assert "run" in modes[: stop - 1]
    assert modes[stop - 1 : stop + 3] == ["hold", "stop", "hold", "run"]


def test_a_frozen_policy_holds_and_goes_on_once_it_moves_again():
    with engine(watch=WatchSettings(stale_s=0.6, hold_s=PATIENT_S)) as one:
        running(one)
        os.kill(one.policy_pid, signal.SIGSTOP)
        status = one.wait(lambda status: status.mode is Mode.HOLD, timeout_s=PATIENT_S)
        assert status.mode is Mode.HOLD
        os.kill(one.policy_pid, signal.SIGCONT)
        assert one.wait(lambda status: status.mode is Mode.RUN, timeout_s=PATIENT_S).mode is Mode.RUN


def test_a_slow_policy_holds_the_robot():
    with engine("toy_policies:slow", watch=WatchSettings(start_s=4.0)) as one:
        one.start("wave")
        assert "no action for this tick" in stopped(one)
    assert one.report.modes["run"] == 0


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("toy_policies:wrong_robot", "belong to another robot: 2 joints are not 3"),
        ("toy_policies:no_camera", "camera 'head' is missing (the robot has: wrist)"),
        ("toy_policies:broken", "'toy_policies:broken' could not be made: RuntimeError: weights not found"),
        ("toy_policies:crashing", "the policy failed: ZeroDivisionError: division by zero"),
        ("toy_policies:dying", "the policy's process is dead"),
        ("toy_policies:garbage", "the policy's actions are not all finite"),
    ],
)
def test_a_policy_that_does_not_fit_or_fails_is_one_sentence_and_a_hold(policy, said):
    with engine(policy) as one:
        one.start("wave")
        status = one.wait(lambda status: said in status.reason, timeout_s=PATIENT_S)
        assert said in status.reason
        assert status.mode is Mode.HOLD
        assert status.positions == pytest.approx((1.2, -0.8, 0.04))


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        ("toy_plants:missing", "'toy_plants:missing' could not be made: FileNotFoundError: /dev/ttyACM0"),
        ("toy_plants:nothing", "'toy_plants:nothing' gave a 'object', which lacks verbs of policies.runtime.Plant"),
        ("toy_plants:outside", "joint 'elbow' is at 3.000, outside its range of -2.4 to 2.4"),
        ("no_such_module:plant", "'no_such_module:plant' cannot be imported: No module named 'no_such_module'"),
        ("plant", "'plant' does not name a factory; write it as 'module:factory'"),
    ],
)
def test_a_plant_that_does_not_fit_is_one_sentence(plant, said):
    with pytest.raises(EngineFailed) as failed:
        engine(plant=plant).open(timeout_s=PATIENT_S)
    assert said in str(failed.value)


def test_a_plant_that_fails_while_it_runs():
    options = {"fault": "raises", "start": 0.5, "end": 1.0}
    with engine(plant="toy_plants:faulty", plant_options=options) as one:
        one.start("wave")
        one.wait(
            lambda status: "reading the robot failed: OSError: no answer on /dev/ttyACM0" in status.reason, timeout_s=PATIENT_S
        )
        assert one.wait(lambda status: status.mode is Mode.RUN, timeout_s=PATIENT_S).mode is Mode.RUN
    with engine(plant="toy_plants:faulty", plant_options={"fault": "send", "start": 0.5}) as one:
        assert stopped(one) == "sending to the robot failed: OSError: the bus is gone"


def test_a_killed_run_leaves_nothing_behind():
    before = set(os.listdir("/dev/shm"))
    one = engine()
    one.open()
    running(one)
    control, policy = one.control_pid, one.policy_pid
    os.kill(control, signal.SIGKILL)
    assert gone(policy)
    one.close()
    assert gone(control)
    left = {name for name in set(os.listdir("/dev/shm")) - before if "surefoot" in name}
    assert left == set()
    with pytest.raises(EngineFailed, match="its control process was killed"):
        _ = one.report


def test_a_terminated_run_brakes_and_reports(tmp_path):
    with engine(report_path=tmp_path / "run.json") as one:
        running(one)
        os.kill(one.control_pid, signal.SIGTERM)
        with pytest.raises(EngineFailed, match="the control process has ended"):
            one.wait(lambda status: False, timeout_s=PATIENT_S)
    assert "was told to end by a signal" in one.report.notes[-1]
    assert (tmp_path / "run.json").exists()


def test_when_its_commander_dies_the_robot_is_brought_to_rest(tmp_path):
    code = f"""
import os, sys
sys.path.insert(0, {str(HERE)!r})
from test_runtime_processes import engine, running
one = engine(report_path={str(tmp_path / "run.json")!r})
one.open()
running(one)
print(one.control_pid, one.policy_pid, flush=True)
os._exit(9)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, cwd=HERE.parents[2])
    assert done.returncode == 9, done.stderr
    assert all(gone(int(pid)) for pid in done.stdout.split())
    assert "whoever commanded the robot has ended" in (tmp_path / "run.json").read_text()


def test_orders_stop_reset_and_drive():
    way = Route(
        points=((0.0, 0.0), (0.6, 0.0)), length_m=0.6, grid_length_m=0.6, clearance_m=1.0, clearance_at=(0.0, 0.0), revision="r"
    )
    # A busy machine may miss half of the ticks while the base brakes: that it then drives back is no reason to stop it here.
    roomy = Body(tracking_m=0.4)
    with engine(None, plant=KINEMATIC + "planar_base_plant", body=roomy) as one:
        one.drive(way)
        status = one.wait(lambda status: status.arrived, timeout_s=PATIENT_S)
        assert status.pose.x == pytest.approx(0.6, abs=0.02)
        one.stop("the operator saw a child")
        assert stopped(one) == "the operator saw a child"
        one.reset()
        assert one.wait(lambda status: status.mode is Mode.HOLD, timeout_s=PATIENT_S).mode is Mode.HOLD
        one.start("wave")
        with pytest.raises(EngineFailed, match="there is no policy to give a task to"):
            one.wait(lambda status: status.mode is Mode.RUN, timeout_s=PATIENT_S)
