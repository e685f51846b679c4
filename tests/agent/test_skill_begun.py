"""A user's skill that may not be repeated: a person is asked only when its function had begun before the process was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import plan

from agent.errors import StoreError
from agent.journal import read_journal
from agent.operator import Answer
from maps import Thing
from skills import Context, Near, SkillSet, skill

HERE = Path(__file__).parent
PLAN = plan(("ring_bell", {"thing": "box"}))


def bell(file):
    """A skill that leaves one line in a file each time that its function runs; nothing tells the robot."""

    @skill(takes=(0.0, 1.0))
    async def ring_bell(context: Context, thing: Near[Thing]) -> str:
        """Ring the bell beside a thing.

        Args:
            thing: Beside which.
        """
        with open(file, "a") as rung:
            rung.write(f"{thing.name}\n")
        if os.environ.get("SUREFOOT_TEST_KILL") == "inside":
            os.kill(os.getpid(), signal.SIGKILL)
        return "rung"

    return SkillSet([ring_bell])


@pytest.fixture
def bells(stage, tmp_path):
    """Stage a mission that rings the bell; ``rung()`` tells how often its function ran."""
    mission = stage([PLAN], skills=bell(tmp_path / "rung"))
    mission.rung = lambda: len((tmp_path / "rung").read_text().splitlines()) if (tmp_path / "rung").exists() else 0
    return mission


def killed(mission, tmp_path, when):
    """Run the mission in a process of its own that kills itself (SIGKILL) at that point."""
    command = [sys.executable, __file__, str(tmp_path), mission.folder.id, when]
    path = f"{HERE.parent.parent}{os.pathsep}{HERE}"
    environment = {**os.environ, "PYTHONPATH": path, "SUREFOOT_TEST_KILL": when}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, (done.stdout, done.stderr)


def types(mission):
    return [event.type for event in read_journal(mission.folder.journal)]


async def test_the_event_stands_between_the_drive_and_the_function(bells):
    seen = []
    bells.on_event = lambda type: seen.append((type, bells.rung())) if type == "skill_begun" else None
    assert (await bells.run()).status == "succeeded"
    assert seen == [("skill_begun", 0)] and bells.rung() == 1
    kept = types(bells)
    assert kept.index("dispatched") < kept.index("skill_begun") < kept.index("observed")


async def test_a_skill_whose_beginning_cannot_be_written_down_does_not_begin(bells):
    def full(type):
        if type == "skill_begun":
            raise StoreError("Cannot write the journal: no space.")

    bells.on_event = full
    with pytest.raises(StoreError):
        await bells.run()
    assert bells.rung() == 0


@pytest.mark.slow
async def test_killed_after_the_drive_it_is_simply_run_again(bells, tmp_path):
    killed(bells, tmp_path, "before")
    assert "dispatched" in types(bells) and "skill_begun" not in types(bells)
    state = await bells.runtime().robot.state()
    assert state.pose.x > 4.0, "the drive had ended: the robot stands beside the box"
    assert (await bells.resume()).status == "succeeded"
    assert bells.rung() == 1 and bells.requests == []


@pytest.mark.slow
@pytest.mark.parametrize("when, rung", [("after", 0), ("inside", 1)])
async def test_killed_once_it_had_begun_a_person_is_asked(bells, tmp_path, when, rung):
    killed(bells, tmp_path, when)
    assert types(bells)[-1] == "skill_begun" and bells.rung() == rung
    bells.answers = ["done"]
    assert (await bells.resume()).status == "succeeded"
    assert [request.kind for request in bells.requests] == ["uncertain"]
    assert bells.rung() == rung, "it was not repeated unasked"


def run_and_die(data_dir, identifier, when):
    """Run a staged mission up to the event, and die before or after it is written."""
    import asyncio

    from conftest import Stage, two_rooms

    from agent.mission import run_mission
    from agent.store import MissionStore

    folder = MissionStore(data_dir).open(identifier)
    mission = Stage(folder=folder, world=two_rooms(), truth=two_rooms(), script=[PLAN], skills=bell(data_dir / "rung"))
    runtime = mission.runtime()
    write = runtime.emit

    def emit(type, data):
        if type == "skill_begun" and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        write(type, data)
        if type == "skill_begun" and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    async def nobody(request):
        return Answer(text="")

    runtime.emit = emit
    asyncio.run(run_mission(folder, runtime, nobody))


if __name__ == "__main__":
    run_and_die(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
