"""A process to be killed: runs, or resumes, one mission in real time. ``python crash_driver.py DATA_DIR [MISSION_ID]``.

With CRASH_DRIVER_MORE=1 the plan comes in two parts, the second when the first has been carried out.
"""

import asyncio
import os
import sys
from pathlib import Path

from conftest import plan, two_rooms

from agent.mission import emitter, resume_mission, run_mission
from agent.planners import Brief, Proposal, ScriptedPlanner
from agent.runtime import MissionRuntime
from agent.store import MissionStore
from maps import Body, Pose, RobotState
from skills import library
from skills.robots import RealClock, SimulatedRobot

PLAN = plan(
    ("pick", {"thing": "box"}),
    ("place", {"place": "left room"}),
    ("inspect", {"thing": "gauge"}),
    ("goto", {"place": "dock"}),
)


def in_parts(brief: Brief) -> Proposal:
    """The first two steps, then the others."""
    done = len(brief.history)
    return Proposal(plan=PLAN.model_copy(update={"steps": PLAN.steps[done : 2 if done < 2 else 4]}), more=done < 2)


async def main(data_dir: Path, identifier: str | None) -> None:
    """Run to the end unless killed."""
    world, clock = two_rooms(), RealClock(rate=15.0)
    store = MissionStore(data_dir)
    if identifier is None:
        folder = store.create({"instruction": "tidy up", "map": "two rooms", "start": (0.8, 0.8, 0.0)})
        robot = SimulatedRobot(world, state_file=folder.robot, clock=clock)
    else:
        folder = store.open(identifier)
        robot = SimulatedRobot.open(folder.robot, world, clock=clock)
    runtime = MissionRuntime(
        world=world,
        body=Body(),
        skills=library(),
        planner=ScriptedPlanner([in_parts if os.environ.get("CRASH_DRIVER_MORE") else PLAN], repeat_last=True),
        emit=emitter(folder, lambda type, data: None),
        at=RobotState(pose=Pose(0.8, 0.8, 0.0), battery_wh=200.0),
        robot=robot,
        folder=folder,
        approval="off",
    )

    async def nobody(request: object) -> None:
        return None

    result = await (run_mission if identifier is None else resume_mission)(folder, runtime, nobody)
    print(result.status, result.summary)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
