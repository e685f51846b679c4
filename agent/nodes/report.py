"""report: the last node; says how the mission ended and what was found, in words made from the record alone."""

from langgraph.runtime import Runtime

from agent.reporting import final_report, given_up
from agent.runtime import MissionRuntime
from agent.state import Json, MissionState

__all__ = ["report"]


async def report(state: MissionState, runtime: Runtime[MissionRuntime]) -> Json:
    """Settle the status, write the report and close the journal."""
    mission = runtime.context
    status = state.get("status") or "succeeded"
    summary = state.get("summary") or ""
    if status == "succeeded" and (left := given_up(state.get("history", []))):
        status, summary = "failed", left  # the planner found nothing more to do about it: that is no success
    document = final_report(
        status,
        summary,
        state.get("history", []),
        limits=None if mission.meter is None else mission.meter.to_json(),
        broken=() if mission.keeper is None else mission.keeper.broken,
    )
    if mission.folder is not None:
        mission.folder.write_document("report.json", document)
    if not mission.dry_run:
        mission.emit("finished", document)
    return {"status": status, "summary": document["summary"]}
