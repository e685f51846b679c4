"""Missions: samples drawn, in words and pointers, with the oracle's answer; first rounds and later ones, in two languages.

python -m agent.learning.missions --show 20
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from agent.learning.acts import act
from agent.learning.asides import with_aside
from agent.learning.cell import CELLS, fit_out, linked
from agent.learning.chance import Chance
from agent.learning.families import acts_of, families_of, held_out_family, mentions_of
from agent.learning.language import Language, Tongue, tongue
from agent.learning.meaning import Act, Node
from agent.learning.order import dress, tell
from agent.learning.other import other_mission
from agent.learning.programs import can_hold, program
from agent.learning.quotes import quoted, quotes_hold
from agent.learning.refusals import refused
from agent.learning.rolling import rolled
from agent.learning.rounds import Round, rounds
from agent.learning.samples import Sample, facts_of, in_words, with_found, without_gone
from agent.learning.site import Site, tokens
from agent.learning.taken_back import with_taken_back
from agent.learning.telling import Teller
from agent.learning.words import Vocabulary, typo
from agent.learning.written import Block, blocks, drawn_from
from agent.planners.pointers import ALL, DOORS, END, PLACES, SKILLS, THINGS

__all__ = ["answer_of", "draw", "from_block", "lone", "main", "sample", "spoken_words"]

OTHERS = 0.12
"""So many missions are no plans: questions that the map answers, greetings, what no skill can do."""

WRITTEN = 0.7
"""Share of samples that are written missions."""

LATER, DECIDED = 0.4, 0.6
"""So often a mission that has later rounds is shown in one of them; and one that hangs on what is seen."""

_NAMES = frozenset((*PLACES, *THINGS, *DOORS, *SKILLS))

CHINESE = 0.4
"""Share of missions in Chinese, where no language is asked for."""


def draw(seed: int, number: int, *, level: int | None = None, language: Language | None = None, held_out: bool = False) -> Sample:
    """The sample of a number; the same seed and number give the same sample, whatever was drawn before.

    Args:
        seed: Seed of the whole stream.
        number: Which one.
        level: How many clauses; any if not given.
        language: Its language; either if not given.
        held_out: Use words and phrases that training never sees.
    """
    rng = random.Random(f"{seed}/{number}")
    words = Vocabulary(held_out=held_out, language=language) if language else spoken_words(rng, held_out=held_out)
    return sample(rng, level or rng.choices((1, 2, 3, 4), (24, 28, 26, 22))[0], words)


def spoken_words(rng: random.Random, *, held_out: bool = False) -> Vocabulary:
    """The words of one mission, and with them its language: Chinese as often as ``CHINESE`` says."""
    return Vocabulary(held_out=held_out, language="zh" if rng.random() < CHINESE else "en")


def sample(rng: random.Random, level: int, words: Vocabulary, *, family: str = "") -> Sample:
    """Draw one example.

    Args:
        rng: Everything random comes from here.
        level: Number of clauses.
        words: Vocabulary for what is not linked; its language is the mission's.
        family: A family of meanings that is held out of training, to draw from it alone.
    """
    while True:
        try:
            roll = 1.0 if family else rng.random()
            if roll < WRITTEN and not words.held_out:
                drawn = _written(rng, level, words)
            else:
                drawn = _other(rng, level, words) if not family and rng.random() < OTHERS else _planned(rng, level, words)
        except (IndexError, StopIteration):  # the site ran out of pointers, or the plan grew too long
            continue
        if drawn.held_out == family and len(drawn.mission) <= 200 and _follows(drawn):
            return drawn


def _follows(drawn: Sample) -> bool:
    """Whether the answer follows from what the model reads: words that are quoted, and names, stand there.

    Where a thing was before it was lent or lost is told no more once it is elsewhere: nobody can know the way back then. Nor who
    "the others" are where a mission names one of a group and not the group.
    """
    shown = {segment.text for segment in drawn.prompt() if segment.special}
    groups = {first for first, then in pairwise(drawn.mission) if then == "[or]"}
    if not groups.issuperset(of for all_, of in pairwise(drawn.answer) if all_ == ALL):
        return False
    return quotes_hold(drawn.answer, drawn.mission) and shown.issuperset(token for token in drawn.answer if token in _NAMES)


def _planned(rng: random.Random, level: int, words: Vocabulary) -> Sample:
    site = _site(rng, words)
    site.trouble = rng.choices(("", "which", "unknown"), (88, 7, 5))[0]
    nodes = program(site, level)
    return _told(rng, level, site, nodes)


def _site(rng: random.Random, words: Vocabulary) -> Site:
    """A fresh site, at times with a manipulation cell."""
    site = Site(rng, words)
    if rng.random() < CELLS:
        fit_out(site)
    return site


def _written(rng: random.Random, level: int, words: Vocabulary) -> Sample:
    """A mission in people's own words; where none of so many clauses is written, or by chance, more is asked behind it."""
    language: Language = "zh" if words.language == "zh" else "en"
    most = max((size for known, size in blocks() if known == language and size <= level))
    size = most if rng.random() < 0.75 else rng.randint(1, most)
    return from_block(rng.choice(blocks()[language, size]), rng, words, level=level)


def _answered(nodes: Sequence[Node]) -> bool:
    """Whether a mission asks for an answer in place of a plan."""
    return any(isinstance(node, Act) and node.answer is not None for node in nodes)


def _going_on(site: Site, clauses: int, speech: Tongue) -> tuple[str, Sequence[Node], tuple[str, ...]]:
    """What is asked for besides, so many clauses of it: its words, its meaning and what it quotes; written or generated."""
    rng, words = site.rng, site.words
    known = [block for size in range(1, clauses + 1) for block in blocks().get((speech.language, size), ())]
    block = rng.choice([one for one in known if all(given.kind == "in" for given in one.given)])
    if rng.random() < 0.6:
        drawn = drawn_from(block, rng, words, site)
        return ("" if speech.language == "zh" else " ").join(drawn.said), drawn.nodes, drawn.quoted
    more = [act(site) for _ in range(clauses)]
    return tell(Teller(rng, speech, words), more).lstrip("?"), more, ()


def from_block(block: Block, rng: random.Random, words: Vocabulary, *, level: int = 0) -> Sample:
    """A sample of a written mission.

    Args:
        block: The mission.
        rng: Everything random comes from here.
        words: Vocabulary of what is not linked, in the block's language.
        level: If it has fewer clauses than this, those of another block or generated ones follow.

    Raises:
        IndexError: The site cannot be as the block tells it.
    """
    drawn = drawn_from(block, rng, words)
    site, nodes = drawn.site, list(drawn.nodes)
    speech = tongue(block.language)
    gap = "" if block.language == "zh" else " "
    text = gap.join(drawn.said)
    ends = drawn.quoted
    if block.level < level and not _answered(nodes):
        behind, more, marked = _going_on(site, level - block.level, speech)
        if _answered(more) or not can_hold([*nodes, *more], site.carrying is not None, site.cell):
            raise IndexError("what follows does not go with what is written")
        text = f"{text}{gap}{speech.phrase(rng, 'then_apart')}{gap}{behind}"
        nodes, ends = [*nodes, *more], (*ends, *marked, *quoted(more))
    if rng.random() < 0.3:
        text = dress(rng, speech, f"?{text}", polite=False, ends=ends)
    return _shown(rng, max(level, block.level), site, nodes, tokens(text))


def _told(rng: random.Random, level: int, site: Site, nodes: list[Node]) -> Sample:
    words = site.words
    language: Language = "zh" if words.language == "zh" else "en"
    speech = tongue(language, words.held_out)
    teller = Teller(rng, speech, words)
    told = with_taken_back(site, teller, tell(teller, nodes))
    told = dress(rng, speech, told, ends=quoted(nodes))
    said = tokens(linked(with_aside(rng, site, teller, told, nodes), site.cell))
    return _shown(rng, level, site, nodes, said)


def _shown(rng: random.Random, level: int, site: Site, nodes: list[Node], said: list[str]) -> Sample:
    """What the model reads and is to say in one of the rounds of a mission that was told."""
    words = site.words
    language: Language = "zh" if words.language == "zh" else "en"
    answer = next((act.answer for node in nodes if isinstance(act := node, Act) and act.answer), None)
    made = Round([])
    if answer is None:
        every = list(rounds(nodes, lone(said), Chance(rng, site.spare(), site.cell, site.noun)))
        later = DECIDED if every[0].more else LATER
        made = rng.choice(every[1:]) if len(every) > 1 and rng.random() < later else every[0]
        if made.steps and rng.random() < 0.05:
            made = refused(rng, made, site)
    else:
        made.answer = tuple(
            token for part in answer for token in (tokens(part) if " " in part or words.language == "zh" else [part])
        )
    said, made = without_gone(said, made, site)
    said = with_found(said, made, site)
    names: dict[str, list[str]] = {}
    made.history = [in_words(past, site, names) for past in made.history]
    made.refused = [in_words(past, site, names) for past in made.refused]
    if rng.random() < 0.2:
        said = _slips(rng, said, made, language)
    found = families_of(nodes)
    facts = facts_of(rng, site, made)
    return Sample(facts, tuple(said), (*answer_of(made, nodes, site.inside), END), level, language, found, held_out_family(nodes))


def lone(said: list[str]) -> frozenset[str]:
    """Things that are named once, by themselves."""
    counts = Counter(said)
    grouped = {said[i + side] for i, token in enumerate(said) if token == "[or]" for side in (-1, 1)}
    return frozenset(token for token in said if token.startswith("[T") and counts[token] == 1 and token not in grouped)


def answer_of(made: Round, nodes: list[Node], inside: Mapping[str, str]) -> tuple[str, ...]:
    """What the model is to say in a round of a mission.

    Args:
        made: The round.
        nodes: What the mission means.
        inside: Thing -> place, as the prompt tells it.
    """
    if made.answer:
        return made.answer
    mentions = [mention for act in acts_of(nodes) for mention in mentions_of(act)]
    return (*rolled(made.steps, mentions, inside), *(["[more]"] if made.more else []))


def _slips(rng: random.Random, said: list[str], made: Round, language: Language) -> list[str]:
    """Slips of the finger in words that the answer does not quote, and a sound of hesitation."""
    kept = {*made.answer, *(token for step in made.steps for token in step)} | {
        token for past in made.history for token in past.call
    }
    out = [typo(rng, word) if rng.random() < 0.06 and word not in kept and language == "en" else word for word in said]
    if rng.random() < 0.2:
        at = rng.choice([0, *(i + 1 for i, word in enumerate(out) if word == ",")])
        out[at:at] = tokens(tongue(language).phrase(rng, "filler"))
    return out


def _other(rng: random.Random, level: int, words: Vocabulary) -> Sample:
    """No plan: an answer, a greeting, a refusal."""
    site = _site(rng, words)
    language: Language = "zh" if words.language == "zh" else "en"
    speech = tongue(language, words.held_out)
    kind, text, answer, level = other_mission(site, Teller(rng, speech, words), level)
    text = text if kind == "cannot" else f"?{text}"
    said = tokens(dress(rng, speech, text, polite=kind not in ("greeting", "unknown"), ends=_ends(text, answer)))
    return Sample(facts_of(rng, site, Round([])), tuple(said), (*answer, END), level, language, (kind,))


def _ends(text: str, answer: tuple[str, ...]) -> tuple[str, ...]:
    """The whole text, where what the answer quotes is its end."""
    quote = list(answer[answer.index("[q]") + 1 : answer.index("[/q]")]) if "[q]" in answer else []
    return (text.lstrip("?"),) if quote and tokens(text)[-len(quote) :] == quote else ()


def main(arguments: list[str] | None = None) -> None:
    """Print samples so that a person can read them, and what a stream of them is made of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=20, help="how many samples to print")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--language", choices=("en", "zh"))
    parser.add_argument("--level", type=int, choices=(1, 2, 3, 4))
    parser.add_argument("--held-out", action="store_true", help="words and phrases that training never sees")
    parser.add_argument("--count", type=int, default=0, help="count families and lengths over so many samples")
    options = parser.parse_args(arguments)
    how = {"level": options.level, "language": options.language, "held_out": options.held_out}
    for number in range(options.show):
        one = draw(options.seed, number, **how)
        print(f"{number} [{one.language} {one.level}] {', '.join(one.families)}")
        print("   ", "".join(segment.text for segment in one.prompt()))
        print("    ->", "".join(segment.text for segment in one.target()))
    if options.count:
        _count(draw(options.seed, number, **how) for number in range(options.count))


def _count(samples: Iterator[Sample]) -> None:
    families: Counter[str] = Counter()
    starts: Counter[str] = Counter()
    lengths = []
    for one in samples:
        families.update(set(one.families))
        starts[one.answer[0]] += 1
        lengths.append(len(one.mission))
    total = len(lengths)
    for counts in (families, starts):
        print("  ".join(f"{name} {count / total:.1%}" for name, count in counts.most_common()))
    lengths.sort()
    print(f"mission tokens: median {lengths[total // 2]}, 95 % {lengths[int(0.95 * total)]}, most {lengths[-1]}")


if __name__ == "__main__":
    main()
