"""SIGKILL in the middle of a mission: resuming finishes it, and the robot is told nothing twice."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.journal import read_journal
from agent.store import MissionStore

HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{HERE.parent.parent}{os.pathsep}{HERE}"}


def start(data_dir, *arguments, **variables):
    command = [sys.executable, str(HERE / "crash_driver.py"), str(data_dir), *arguments]
    return subprocess.Popen(command, env=ENVIRONMENT | variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def wait_for(data_dir, type, count):
    """The mission's folder, once its journal holds so many events of a type."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for folder in MissionStore(data_dir).list():
            if sum(event.type == type for event in read_journal(folder.journal)) >= count:
                return folder
        time.sleep(0.02)
    raise AssertionError(f"no {count} events {type!r} within 60 s")


@pytest.mark.slow
@pytest.mark.parametrize("type, count, delay", [
    ("intent", 1, 0.0), ("dispatched", 1, 0.15), ("dispatched", 2, 0.0), ("observed", 2, 0.0), ("dispatched", 4, 0.1),
])  # fmt: skip
def test_a_killed_mission_is_finished_without_repeating_a_step(tmp_path, type, count, delay):
    process = start(
        tmp_path,
    )
    folder = wait_for(tmp_path, type, count)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert folder.read().status == "running" and not folder.is_running()

    output, _ = start(tmp_path, folder.id).communicate(timeout=100)
    assert output.startswith("succeeded"), output
    events = read_journal(folder.journal)
    observed = [(event.data["call"]["skill"], event.data["outcome"]["status"]) for event in events if event.type == "observed"]
    assert list(dict.fromkeys(observed)) == [(skill, "succeeded") for skill in ("pick", "place", "inspect", "goto")]
    actions = json.loads(folder.robot.read_text())["actions"]
    verbs = [action["verb"] for action in actions.values()]
    assert verbs.count("pick") == 1 and verbs.count("place") == 1
    assert all(action["status"] == "succeeded" for action in actions.values()), actions


@pytest.mark.slow
@pytest.mark.parametrize("type, count", [("proposed", 1), ("observed", 2), ("replanning", 1), ("proposed", 2)])
def test_a_mission_that_is_killed_between_two_parts_of_its_plan_goes_on(tmp_path, type, count):
    process = start(tmp_path, CRASH_DRIVER_MORE="1")
    folder = wait_for(tmp_path, type, count)
    process.send_signal(signal.SIGKILL)
    process.communicate()

    output, _ = start(tmp_path, folder.id, CRASH_DRIVER_MORE="1").communicate(timeout=100)
    assert output.startswith("succeeded"), output
    events = read_journal(folder.journal)
    observed = [(event.data["call"]["skill"], event.data["outcome"]["status"]) for event in events if event.type == "observed"]
    assert list(dict.fromkeys(observed)) == [(skill, "succeeded") for skill in ("pick", "place", "inspect", "goto")]
    verbs = [action["verb"] for action in json.loads(folder.robot.read_text())["actions"].values()]
    assert verbs.count("pick") == 1 and verbs.count("place") == 1
    assert "beginning" in next(event.data["why"] for event in events if event.type == "replanning")


@pytest.mark.slow
def test_cancel_reaches_a_mission_in_another_process(tmp_path):
    process = start(tmp_path)
    folder = wait_for(tmp_path, "dispatched", 1)
    folder.give_order("cancel")
    output, _ = process.communicate(timeout=60)
    assert output.startswith("cancelled"), output
    assert folder.read().status == "cancelled"
    assert read_journal(folder.journal)[-1].type == "cancelled"


@pytest.mark.slow
def test_a_held_mission_goes_on(tmp_path):
    process = start(tmp_path)
    folder = wait_for(tmp_path, "dispatched", 1)
    time.sleep(0.1)
    folder.give_order("hold")
    output, _ = process.communicate(timeout=60)
    assert output.startswith("held"), output
    output, _ = start(tmp_path, folder.id).communicate(timeout=100)
    assert output.startswith("succeeded"), output
