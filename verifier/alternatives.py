"""Alternatives: what would work instead. Each is simulated and judged by the same checks before anybody hears of it."""

from collections.abc import Iterator
from itertools import islice

from verifier.checks import found_in
from verifier.edit import Edit
from verifier.finding import Alternative, Finding
from verifier.ideas import IDEAS, LEADS, PLACES, TRIES, Idea, near_names_of, near_places
from verifier.step import Step
from verifier.walk import proceed, simulate

__all__ = ["MOST", "with_alternatives"]

MOST = 3
"""How many alternatives a finding carries."""


def with_alternatives(step: Step, finding: Finding) -> Finding:
    """Add what would work instead of, or before, this step.

    Args:
        step: The step that the finding is about, as simulated.
        finding: The finding.

    Returns:
        The finding with at most three verified alternatives, and in ``detail`` names that look alike and the nearest place
        that the robot can reach. An alternative with a call alone stands for this step; one with a call and a ``change``
        is inserted before it.
    """
    think = IDEAS.get(finding.code)
    if think is None or finding.because_of is not None:
        return finding
    found: dict[str, Alternative] = {}
    for idea in islice(think(step, finding), TRIES):
        if len(found) == MOST:
            break
        good = idea if works(step, idea) else next(_led_up_to(step, idea), None)
        if good is not None:
            alternative = _alternative(step, good)
            found.setdefault(alternative.model_dump_json(), alternative)
    facts = _facts(step, finding)
    return finding.model_copy(update={"alternatives": tuple(found.values()), "detail": {**finding.detail, **facts}})


def works(step: Step, idea: Idea) -> bool:
    """Whether the calls, made one after the other from this step's situation, have no error."""
    situation = step.before if idea.situation is None else idea.situation
    for call in idea.calls:
        tried = simulate(step.scope, situation, step.number, call)
        if any(finding.severity == "error" for finding in found_in(tried)):
            return False
        situation = proceed(tried)
    return True


def _led_up_to(step: Step, idea: Idea) -> Iterator[Idea]:
    """What the last call of an idea needs first: a door opened, a room behind it looked at, a condition brought about."""
    if idea.situation is not None or (idea.change is None) == (idea.calls[-1] == step.call):
        return
    from verifier.wording import short

    situation, last = step.before, idea.calls[-1]
    for call in idea.calls[:-1]:
        tried = simulate(step.scope, situation, step.number, call)
        if any(finding.severity == "error" for finding in found_in(tried)):
            return
        situation = proceed(tried)
    tried = simulate(step.scope, situation, step.number, last)
    finding = next((finding for finding in found_in(tried) if finding.severity == "error"), None)
    think = None if finding is None else LEADS.get(finding.code)
    if finding is None or think is None:
        return
    instead = "" if last == step.call else f", and {short(last)} instead of it"
    for more in islice(think(tried, finding), TRIES):
        if len(more.calls) > 1 and more.situation is None and more.calls[-1] == last:
            calls = (*idea.calls[:-1], *more.calls)
            change = " and ".join(short(call) for call in calls[:-1]) + f" before step {step.number}{instead}"
            if works(step, led := Idea(calls, change)):
                yield led


def _alternative(step: Step, idea: Idea) -> Alternative:
    """An idea as data: what it does to the plan is spelt out where it is more than one call in one place."""
    if idea.situation is not None:
        return Alternative(change=idea.change)
    before, last = idea.calls[:-1], idea.calls[-1]
    if idea.change is None:
        return Alternative(call=last)
    if len(before) == 1 and last == step.call:
        return Alternative(call=before[0], change=idea.change)
    edits = [] if last == step.call else [Edit(verb="replace", step=step.number, call=last)]
    edits += [Edit(verb="insert", step=step.number, call=call) for call in reversed(before)]
    return Alternative(call=before[0] if before else None, change=idea.change, edits=tuple(edits))


def _facts(step: Step, finding: Finding) -> dict[str, object]:
    """What the sentence says besides: names that look alike, the nearest place or point within reach."""
    if finding.code == "UNKNOWN_NAME":
        near = () if "is" in finding.detail else near_names_of(step, finding.detail["kind"], finding.subject)
        alike = list(dict.fromkeys(feature.name for feature in near))[:MOST]
        return {"alike": alike} if alike else {}
    if finding.code not in PLACES or step.leg is None or step.leg.target is None:
        return {}
    nearest = next(near_places(step, step.leg.target), None)
    return {} if nearest is None else {"nearest": nearest[0].name, "nearest_m": round(nearest[1], 3)}
