"""Small worlds and whole missions without a model: a scripted planner, a simulated robot on a virtual clock."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.cli import main
from agent.mission import MissionResult, emitter, resume_mission, run_mission
from agent.operator import Answer, Approval, OperatorAnswer, OperatorRequest
from agent.planners import ScriptedPlanner
from agent.runtime import MissionRuntime
from agent.store import MissionFolder, MissionStore
from maps import Body, Door, GridFrame, Place, Pose, RobotState, Thing, World
from skills import Plan, SkillSet, library
from skills.robots import SimulatedRobot, VirtualClock

os.environ.setdefault("SUREFOOT_CACHE", "0")  # tests leave the user's cache folder alone


def two_rooms(door: str = "open") -> World:
    """Two rooms of 4 x 4 m side by side, joined by a door 1.2 m wide; a dock and a gauge in the left one, a box in the right."""
    cells = np.zeros((80, 160), dtype=np.int8)
    cells[[0, -1], :] = 100
    cells[:, [0, -1]] = 100
    cells[:, 79:81] = 100
    cells[28:52, 79:81] = 0
    return World.build(
        "two rooms",
        GridFrame(0.05, Pose(0.0, 0.0, 0.0), 160, 80),
        cells,
        places=(
            Place(name="left room", outline=((0.05, 0.05), (3.95, 0.05), (3.95, 3.95), (0.05, 3.95))),
            Place(name="right room", outline=((4.05, 0.05), (7.95, 0.05), (7.95, 3.95), (4.05, 3.95))),
            Place(name="dock", kind="dock", pose=Pose(0.8, 0.8, 0.0)),
        ),
        things=(
            Thing(name="gauge", kind="gauge", position=(2.0, 3.6), place="left room", attributes={"reading": "4.2 bar"}),
            Thing(name="box", kind="box", position=(7.0, 2.0), place="right room", attributes={"weight_kg": 1.0}),
        ),
        doors=(Door(name="door", segment=((4.0, 1.4), (4.0, 2.6)), between=("left room", "right room"), state=door),),
    )


def plan(*steps: tuple[str, dict[str, Any]]) -> Plan:
    """A plan from (skill, arguments) pairs."""
    return Plan.model_validate({"steps": [{"skill": skill, "args": args} for skill, args in steps]})


@dataclass
class Stage:
    """One mission on a world, with everything that a test may look at afterwards."""

    folder: MissionFolder
    world: World
    truth: World
    script: list[Any]
    skills: SkillSet
    approval: str = "off"
    mend: bool = False
    conditions: bool = True
    setbacks: bool = False
    repair_rounds: int = 2
    unknown: str = "blocked"
    answers: list[str] = field(default_factory=list)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    requests: list[OperatorRequest] = field(default_factory=list)
    faults: Any = None
    on_event: Callable[[str], None] = lambda type: None

    def runtime(self) -> MissionRuntime:
        """The live parts, made anew as a new process would."""
        body = Body()
        clock = VirtualClock()
        if self.folder.robot.exists():
            robot = SimulatedRobot.open(self.folder.robot, self.world, truth=self.truth, clock=clock, faults=self.faults)
        else:
            robot = SimulatedRobot(
                self.world, state_file=self.folder.robot, truth=self.truth, body=body, clock=clock, faults=self.faults
            )
        self.planner = ScriptedPlanner(self.script)
        return MissionRuntime(
            world=self.world,
            body=body,
            skills=self.skills,
            planner=self.planner,
            emit=emitter(self.folder, self.watch),
            at=RobotState(pose=Pose(0.8, 0.8, 0.0), battery_wh=body.battery_wh),
            robot=robot,
            folder=self.folder,
            approval=self.approval,  # type: ignore[arg-type]
            mend=self.mend,
            conditions=self.conditions,
            setbacks=self.setbacks,
            repair_rounds=self.repair_rounds,
            unknown=self.unknown,  # type: ignore[arg-type]
        )

    def watch(self, type: str, data: dict[str, Any]) -> None:
        """Keep an event; ``on_event`` may look at it, or raise."""
        self.events.append((type, data))
        self.on_event(type)

    async def operator(self, request: OperatorRequest) -> OperatorAnswer | None:
        """Answers from ``answers``; None when they have run out."""
        self.requests.append(request)
        if not self.answers:
            return None
        text = self.answers.pop(0)
        if request.kind == "approval":
            return Approval(approved=text in ("yes", "other"), digest=request.digest if text != "other" else "another plan")
        return Answer(text=text)

    async def run(self) -> MissionResult:
        """Run it as new."""
        return await run_mission(self.folder, self.runtime(), self.operator)

    async def resume(self) -> MissionResult:
        """Go on with it, as another process."""
        return await resume_mission(self.folder, self.runtime(), self.operator)

    def of(self, type: str) -> list[dict[str, Any]]:
        """Data of the events of one type."""
        return [data for kind, data in self.events if kind == type]

    @property
    def done(self) -> list[tuple[str, str]]:
        """(call, status) of every observed step."""
        return [(data["call"]["skill"], data["outcome"]["status"]) for data in self.of("observed")]


@pytest.fixture
def stage(tmp_path: Path) -> Callable[..., Stage]:
    """Make a Stage: ``stage([plan(...)])``; the instruction is what the mission says."""

    def make(
        script: list[Any], *, world: World | None = None, truth: World | None = None, instruction: str = "do it", **options: Any
    ) -> Stage:
        world = world or two_rooms()
        folder = MissionStore(tmp_path).create({"instruction": instruction, "map": "two rooms", "start": (0.8, 0.8, 0.0)})
        skills = options.pop("skills", None) or library()
        return Stage(folder=folder, world=world, truth=truth or world, script=script, skills=skills, **options)

    return make


def command(monkeypatch: pytest.MonkeyPatch, capture: Any, *first: str) -> Callable[..., tuple[int, str, str]]:
    """What runs ``surefoot`` in this process: arguments, after these, -> (exit code, stdout, stderr)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["surefoot", *first, *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as exit:
            code = int(exit.code or 0)
        out, err = capture.readouterr()
        assert "Traceback" not in err, err
        return code, out, err

    return run


@pytest.fixture
def surefoot(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """Run ``surefoot`` in an empty folder, with its own data and cache and a wide terminal: (exit code, stdout, stderr)."""
    monkeypatch.setenv("SUREFOOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)
    return command(monkeypatch, capsys)
