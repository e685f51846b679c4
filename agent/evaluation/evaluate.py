"""evaluate: run a planner over a mission set, mission by mission, keeping what is done."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from agent.evaluation.case import run_case
from agent.evaluation.errors import SetInvalid
from agent.evaluation.mission_set import Mission, MissionSet, plan_of
from agent.evaluation.result import Case
from agent.evaluation.results_file import ResultsFile
from agent.evaluation.scenario import Sites
from agent.planners.planner import Planner, check_mission
from agent.settings import Settings
from skills import SkillSet

__all__ = ["check_set", "evaluate", "select"]


async def evaluate(
    missions: Iterable[Mission], planner: Planner, sites: Sites, skills: SkillSet, settings: Settings, *,
    results: ResultsFile | None = None, done: Callable[[Case], None] = lambda case: None,
) -> list[Case]:  # fmt: skip
    """Run missions one after the other; those that the results file has already are not run again.

    Args:
        missions: The missions.
        planner: Who plans; it is left open.
        sites: The set's maps.
        skills: What the robot can do.
        settings: The robot's body, and how plans are repaired, drawn anew and asked about.
        results: Where finished missions are written down.
        done: Called with each case, also with those that were there.

    Raises:
        SetInvalid: A mission's map or names are wrong.
        PlannerUnavailable: The planner cannot plan at all.
        ResultsInvalid: The results file belongs to another run.
        StoreError: The results cannot be written.
    """
    before = {} if results is None else results.read()
    cases = []
    for mission in missions:
        case = before.get(mission.id)
        if case is None:
            case = await run_case(mission, planner, sites, skills, settings)
            if results is not None:
                results.append(case)
        cases.append(case)
        done(case)
    return cases


def check_set(missions: MissionSet, sites: Sites, skills: SkillSet) -> None:
    """Check every mission before the first one is run: its map, its names, its reference plans.

    Raises:
        SetInvalid: The first mistake.
    """
    from agent.planners.errors import MissionInvalid

    for mission in missions.missions:
        sites.scenario(mission)
        try:
            check_mission(mission.say)
            for steps in mission.reference():
                plan_of(steps, skills)
        except (MissionInvalid, SetInvalid) as error:
            raise SetInvalid(f"Mission {mission.id!r}: {error}") from None


def select(missions: MissionSet, *, tags: Iterable[str] = (), lang: str | None = None, limit: int | None = None) -> MissionSet:
    """The missions of a set that have one of the tags and the language, at most so many.

    Raises:
        SetInvalid: None is left.
    """
    wanted = set(tags)
    kept = [mission for mission in missions.missions if not wanted or wanted & set(mission.tags)]
    kept = [mission for mission in kept if lang is None or mission.lang == lang][:limit]
    if not kept:
        known = sorted({tag for mission in missions.missions for tag in mission.tags})
        langs = sorted({mission.lang for mission in missions.missions})
        raise SetInvalid(
            f"No mission of {missions.name!r} is left: its tags are {', '.join(known)}, its languages {', '.join(langs)}."
        )
    return replace(missions, missions=tuple(kept))
