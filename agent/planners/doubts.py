"""Doubts about a first plan, from the mission's words alone: a name left out, one used that was excepted, a step said twice.

None proves a plan wrong. One with doubts is a reason to draw others; that with fewest is taken (``agent.planners.candidates``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planners.doubt import DONE, MORE, OPEN_ENDED, Doubt
from agent.planners.excepted import excepted
from agent.planners.left_out import left_out, names_in

if TYPE_CHECKING:
    from agent.planners.planner import Brief, Proposal
    from maps.linking import Mention
    from skills import Plan, SkillCall

__all__ = ["barred", "doubts", "is_whole", "left_to_later"]

_SEEING = frozenset({"inspect", "search", "explore", "ask"})
_TAKEN_BACK = re.compile(
    r"\b(?:no|nah|sorry|oops|my\s+bad|whoops|wait,|actually|rather|instead|mean|meant|scratch|forget|nevermind|never\s+mind|correction|wrong|better|strike|negative|on\s+second\s+thoughts?"
    r"|maybe\s+not|hold\s+on|hang\s+on|make\s+(?:that|it))\b"
    "|不对|不是|说错|错了|慢着|算了|改成|改到|等等|哦不|而是|应该是",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|otherwise|or\s+else|when|whenever|depending|in\s+case|should|whether|until|till|once|whichever|whatever|what|which)\b"
    "|[若否等]|如果|要是|的话|假如|万一|一旦|直到|就|没有?[,\uff0c]|哪",
    re.IGNORECASE,
)
"""Words by which what is done may hang on what is seen."""


def doubts(brief: Brief, proposal: Proposal) -> tuple[Doubt, ...]:
    """What speaks against an answer; empty where nothing does or nothing can be told.

    The first plan of a mission is doubted, and refusals. Later plans need not speak of what was done: of them only waits are
    doubted, and the end, where something was left out that hangs on nothing.

    Args:
        brief: What was to be planned.
        proposal: The answer.
    """
    from agent.planners.dialect.mentions import find_mentions
    from agent.planners.doubt_answers import doubted_question, doubted_refusal, doubted_report
    from agent.planners.doubt_ends import doubted_whole
    from agent.planners.doubt_handing import doubted_handing
    from agent.planners.doubt_steps import doubted_after_miss
    from agent.planners.doubt_times import doubted_waits
    from agent.planners.doubt_words import doubted_words
    from agent.planners.pointers import POINTER_3

    plan = proposal.plan
    if proposal.question and brief.history:
        return ()
    mentions = find_mentions(brief, frozenset(), POINTER_3).mentions
    if not brief.history and not proposal.reason and not _TAKEN_BACK.search(brief.mission):
        whole = tuple(doubted_whole(brief, proposal, mentions))
        if whole:
            return whole
    if plan is not None and plan.steps and all(step.skill == "report" for step in plan.steps):
        return () if brief.history else tuple(doubted_report(plan, brief.mission, mentions))
    if proposal.question:
        return tuple(doubted_question(proposal, brief.mission, mentions))
    if plan is None:
        return tuple(doubted_refusal(proposal, brief, mentions))
    if brief.history:
        seen = [entry.call.skill for entry in brief.history]
        return (
            *doubted_waits(plan, brief.mission), *doubted_words(plan, brief.mission, seen), *_doubted_end(brief, plan, mentions),
            *doubted_after_miss(brief, plan), *doubted_handing(plan, brief, mentions),
        )  # fmt: skip
    if not plan.steps:
        return ()
    if not mentions:
        return tuple(_of_words(plan, brief, whole=is_whole(proposal)))
    later = left_to_later(brief, proposal)
    begins = (Doubt("the rest is left to later", words=(MORE,)),) if later else ()
    return (*begins, *_found(brief, plan, mentions, whole=is_whole(proposal) or later))


def barred(brief: Brief, found: Sequence[Doubt]) -> Brief | None:
    """The brief under which what is doubted cannot be said; None where no doubt rests on anything that could be barred."""
    calls = [call for doubt in found for call in doubt.calls]
    words = {word for doubt in found for word in doubt.words}
    if not calls and not words:
        return None
    return replace(brief, refuted=(*brief.refuted, *calls), unsaid=brief.unsaid | words)


def is_whole(proposal: Proposal) -> bool:
    """Whether a plan does all that is asked for: it is no beginning, ends in no search, and is no mere answer."""
    steps = proposal.plan.steps if proposal.plan is not None else ()
    if not steps or proposal.more or steps[-1].skill in OPEN_ENDED:
        return False
    return any(step.skill != "report" for step in steps)


def left_to_later(brief: Brief, proposal: Proposal) -> bool:
    """Whether a plan leaves the rest to later although nothing in the mission hangs on what its steps show."""
    steps = proposal.plan.steps if proposal.plan is not None else ()
    return proposal.more and steps[-1].skill not in (*OPEN_ENDED, "ask") and not _hangs(brief, steps)


def _hangs(brief: Brief, steps: Sequence[SkillCall]) -> bool:
    """Whether something may hang on what is seen: a condition, a message about it, a choice."""
    from agent.decisions.clauses import conditionals

    mission = brief.mission
    return bool(conditionals(mission)) or _CONDITION.search(mission) is not None


def _doubted_end(brief: Brief, plan: Plan, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """Names that nothing was done about when a plan says that nothing is left, in a mission without conditions."""
    from skills import Plan

    done = [entry.call for entry in brief.history]
    if plan.steps or brief.settled or brief.rejected or _TAKEN_BACK.search(brief.mission) or _hangs(brief, done):
        return
    if any(call.skill in OPEN_ENDED for call in done) or not all(entry.outcome.ok for entry in brief.history):
        return
    whole = Plan(mission=brief.mission, steps=tuple(done))
    out = list(excepted(brief.mission, mentions))
    for mention in mentions:
        if mention not in out and len(mention.candidates) == 1 and left_out(mention, brief.mission, whole, brief.world, out):
            yield Doubt(f"{brief.mission[mention.start : mention.end]!r} is left out", words=(DONE,))


def _found(brief: Brief, plan: Plan, mentions: Sequence[Mention], *, whole: bool) -> Iterator[Doubt]:
    from agent.planners.asides import tells_what_was
    from agent.planners.decided import decided, hangs_on_door
    from agent.planners.doubt_answers import asks_only
    from agent.planners.doubt_beside import doubted_beside
    from agent.planners.doubt_each import doubted_each
    from agent.planners.doubt_ends import doubted_there
    from agent.planners.doubt_handing import doubted_handing, put_elsewhere
    from agent.planners.doubt_order import doubted_order
    from agent.planners.doubt_repeats import doubted_number
    from agent.planners.doubt_states import doubted_states
    from agent.planners.doubt_steps import bare, doubted_searches, opened_too_late, said_twice, unasked
    from agent.planners.doubt_taken_back import doubted_taken_back
    from agent.planners.doubt_times import waited_elsewhere
    from agent.planners.doubt_verbs import doubted_look_around
    from agent.planners.doubt_via import doubted_way
    from agent.planners.plan_parts import without

    mission, world = brief.mission, brief.world
    used = [value for step in plan.steps for value in names_in(step, world)]
    out = list(excepted(mission, mentions))
    kept = {mention.candidates[0].name for mention in out if len(mention.candidates) == 1}
    for mention in out:
        names = {candidate.name for candidate in mention.candidates}
        if len(names) == 1 and not names & set(used):
            names = {thing.name for thing in world.things.values() if thing.place in names} & _of_groups(mentions)
            names = names if len(names) == 1 else set()
        if names & set(used) and (len(names) == 1 or (mention.plural and set(used) - names)):
            steps = [step for step in plan.steps if names & set(names_in(step, world))]
            less = without(plan, names)
            yield Doubt(
                f"{mission[mention.start : mention.end]!r} is excepted and used", tuple(map(bare, steps)),
                plan=less if less != plan and not any(names & set(names_in(step, world)) for step in less.steps) else None,
            )  # fmt: skip
    if whole and not _TAKEN_BACK.search(mission):
        left = [
            mention
            for number, mention in enumerate(mentions)
            if mention not in out and not (len(mention.candidates) == 1 and mention.candidates[0].name in kept)
            and not (decided(mention, mission, mentions) or tells_what_was(mission, mention.start))
            and not _modifies(number, mentions, used)
            and left_out(mention, mission, plan, world, out)
        ]  # fmt: skip
        yield from (Doubt(f"{mission[mention.start : mention.end]!r} is left out", missing=mention.start) for mention in left)
        yield from put_elsewhere(plan, brief, left)
    if (whole or all(step.skill == "inspect" for step in plan.steps)) and not _TAKEN_BACK.search(mission):
        yield from doubted_each(plan, brief, mentions, out)
    yield from doubted_there(plan, brief, mentions)
    yield from map(Doubt, said_twice(plan, mission))
    yield from unasked(plan, brief, mentions)
    yield from opened_too_late(plan, brief)
    yield from doubted_taken_back(plan, mission, mentions)
    yield from waited_elsewhere(plan, mission, mentions)
    yield from doubted_order(plan, mission, mentions)
    if whole:
        yield from doubted_way(plan, mission, mentions)
    yield from doubted_look_around(plan, mission, mentions)
    yield from doubted_number(plan, mission, mentions)
    yield from doubted_states(plan, brief, mentions)
    yield from doubted_beside(plan, mission, mentions)
    yield from doubted_searches(plan, brief, mentions)
    if asks_only(mission):
        handled = [step for step in plan.steps if step.skill in ("pick", "place", "put_on", "press")]
        opened = plan.steps[-1] if plan.steps[-1].skill == "open_door" else None
        for step in [*handled, *([opened] if opened is not None else [])]:
            yield Doubt(f"{step} answers no question", (bare(step),))
    yield from doubted_handing(plan, brief, mentions)
    yield from _of_words(plan, brief, whole=whole and not hangs_on_door(mission, mentions))


def _of_words(plan: Plan, brief: Brief, *, whole: bool) -> Iterator[Doubt]:
    """Doubts for which nothing need be named."""
    from agent.planners.doubt_repeats import doubted_repeats
    from agent.planners.doubt_times import doubted_waits
    from agent.planners.doubt_verbs import doubted_verbs
    from agent.planners.doubt_words import doubted_questions, doubted_words, said_again

    mission = brief.mission
    yield from doubted_waits(plan, mission)
    yield from doubted_verbs(plan, mission, taken_back=_TAKEN_BACK.search(mission) is not None or not whole)
    yield from doubted_words(plan, mission)
    yield from doubted_questions(plan)
    yield from said_again(plan, mission)
    if whole:
        yield from doubted_repeats(plan, mission)


def _modifies(number: int, mentions: Sequence[Mention], used: Sequence[str]) -> bool:
    """Whether a mention is no more than a word of the next, which is used: "shiny" of "the shiny hangar"."""
    if number + 1 >= len(mentions) or mentions[number + 1].start - mentions[number].end > 1:
        return False
    return any(candidate.name in used for candidate in mentions[number + 1].candidates)


def _of_groups(mentions: Sequence[Mention]) -> set[str]:
    """What is one of several that a mention means: of "the beds, skip 103" the bed in room 103 is excepted."""
    return {candidate.name for mention in mentions if len(mention.candidates) > 1 for candidate in mention.candidates}
