"""A robot for the tests of skills that does what its answers say, and how a skill is executed on it."""

import asyncio

from skills_house import BODY, START

from maps import Body, Pose, RobotState, Route, find_route, goal_at
from skills import ActionReport, Context, RobotUnreachable, SkillCall, SkillSet, Stopped, View, execute


class FakeRobot:
    """A robot that does what its answers say, and remembers what it was told."""

    body: Body = BODY

    def __init__(self) -> None:
        self.told: list[str] = []
        self.answers: dict[str, list[ActionReport]] = {}
        self.pose = START
        self.carrying: tuple[str, ...] = ()
        self.stops = 0
        self.dead = False

    def answer(self, action: str, *statuses: str, **fields):
        self.answers[action] = [ActionReport(action=action, status=status, **fields) for status in statuses]

    async def state(self) -> RobotState:
        self.check()
        return RobotState(pose=self.pose, battery_wh=100.0, carrying=self.carrying)

    async def drive(self, action: str, route: Route) -> None:
        self.told.append(action)

    async def act(self, action: str, verb, target: str, **options) -> None:
        self.told.append(action)

    async def report(self, action: str) -> ActionReport:
        self.check()
        waiting = self.answers.get(action, [])
        if len(waiting) > 1:
            return waiting.pop(0)
        if waiting:
            return waiting[0]
        return ActionReport(action=action, status="succeeded" if action in self.told else "never_started")

    async def look(self, target=None) -> View:
        return View(at=self.pose.point)

    async def stop(self) -> Stopped:
        self.check()
        self.stops += 1
        return Stopped(state=await self.state(), seconds=0.25)

    async def changes(self, after: int):
        return after, ()

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(0)

    def check(self) -> None:
        if self.dead:
            raise RobotUnreachable("the robot does not answer")


def route_to(world, place: str, start: Pose = START) -> Route:
    found = find_route(world, BODY, start, goal_at(world, world.places[place], BODY))
    assert isinstance(found, Route)
    return found


async def run(function, robot, world, route=None, prefix="m/1", **args):
    call = SkillCall(skill=function.skill.name, args=args)
    return await execute(call, skills=SkillSet([function]), context=Context(robot, world, action_prefix=prefix), route=route)
