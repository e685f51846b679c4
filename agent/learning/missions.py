"""Samples: a mission in words and pointers with the oracle's answer beside it; first rounds and later ones, in two languages.

python -m agent.learning.missions --show 20
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agent.learning.asides import with_aside
from agent.learning.cell import CELLS, fit_out, linked
from agent.learning.chance import Chance
from agent.learning.families import acts_of, families_of, held_out_family, mentions_of
from agent.learning.language import Language, tongue
from agent.learning.meaning import Act, Node
from agent.learning.order import dress, tell
from agent.learning.other import other_mission
from agent.learning.programs import program
from agent.learning.quotes import quotes_hold
from agent.learning.refusals import refused
from agent.learning.rolling import rolled
from agent.learning.rounds import Past, Round, rounds
from agent.learning.site import Site, tokens
from agent.learning.telling import Teller
from agent.learning.words import Vocabulary, typo
from agent.planners.dialect.prompt import Facts, History, compose
from agent.planners.pointers import END, SKILLS, Segment, merge

__all__ = ["Sample", "answer_of", "draw", "items", "main", "sample", "spoken_words"]

OTHERS = 0.12
"""So many missions are no plans: questions that the map answers, greetings, what no skill can do."""

LATER, DECIDED = 0.4, 0.6
"""So often a mission that has later rounds is shown in one of them; and one that hangs on what is seen."""

LINKED = 0.85
"""So often linking finds in the mission what has turned up: it may be called otherwise there."""

CHINESE = 0.4
"""Share of missions in Chinese, where no language is asked for."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One training example: the facts and the mission as the model reads them, the answer's tokens, and what kind it is.

    Attributes:
        facts: What stands before the mission.
        mission: Words and pointers.
        answer: Tokens, the end's with them.
        level: Number of clauses, 1 to 4.
        language: ``en`` or ``zh``.
        families: What kinds of meaning are in it.
        held_out: The family of meanings that training never sees and this sample belongs to; empty for none.
    """

    facts: Facts
    mission: tuple[str, ...]
    answer: tuple[str, ...]
    level: int
    language: str = "en"
    families: tuple[str, ...] = ()
    held_out: str = ""

    @property
    def family(self) -> str:
        """The kind that tells most of it, for statistics."""
        return self.families[0] if self.families else ""

    def prompt(self) -> tuple[Segment, ...]:
        """What the model reads."""
        return compose(self.facts, items(self.mission))

    def target(self) -> tuple[Segment, ...]:
        """What the model is to say."""
        return tuple(merge(items(self.answer)))


def items(tokens: Sequence[str]) -> tuple[Segment, ...]:
    """Tokens as prompt items; those that start with a square bracket are special."""
    return tuple(Segment(token, special=token[0] == "[" and len(token) > 1) for token in tokens)


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
            drawn = _other(rng, level, words) if not family and rng.random() < OTHERS else _planned(rng, level, words)
        except (IndexError, StopIteration):  # the site ran out of pointers, or the plan grew too long
            continue
        if drawn.held_out == family and len(drawn.mission) <= 200 and quotes_hold(drawn.answer, drawn.mission):
            return drawn


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


def _told(rng: random.Random, level: int, site: Site, nodes: list[Node]) -> Sample:
    words = site.words
    language: Language = "zh" if words.language == "zh" else "en"
    speech = tongue(language, words.held_out)
    teller = Teller(rng, speech, words)
    said = tokens(linked(with_aside(rng, site, teller, dress(rng, speech, tell(teller, nodes)), nodes), site.cell))
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
    said, made = _without(said, made, site)
    said = _with_found(said, made, site)
    names: dict[str, list[str]] = {}
    made.history = [_in_words(past, site, names) for past in made.history]
    made.refused = [_in_words(past, site, names) for past in made.refused]
    if rng.random() < 0.2:
        said = _slips(rng, said, made, language)
    found = families_of(nodes)
    facts = _facts(rng, site, made)
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


def _without(said: list[str], made: Round, site: Site) -> tuple[list[str], Round]:
    """A thing that is gone from the map is not linked any more: its words stand in the mission, and are what is searched for."""
    for thing in sorted(made.gone):
        words = tokens(site.words.noun(site.rng))
        said = [word for token in said for word in (words if token == thing else [token])]
        steps = [
            tuple(word for token in step for word in (words if token == thing and step[0] == "[search]" else [token]))
            for step in made.steps
        ]
        past = [
            replace(p, call=tuple(w for t in p.call for w in (words if t == thing and p.call[0] == "[search]" else [t])))
            for p in made.history
        ]
        made = replace(made, steps=steps, history=past)
        site.inside.pop(thing, None)
    return said, made


def _with_found(said: list[str], made: Round, site: Site) -> list[str]:
    """What has turned up is on the map: linking finds it where the mission names it, and the prompt tells where it is."""
    for thing, (words, place) in made.found.items():
        if thing in made.gone:
            continue
        site.inside[thing] = place or site.somewhere()
        if words == (thing,):  # it was lost, and the mission means it again
            continue
        size = len(words)
        at = next((i for i in range(len(said) - size + 1) if tuple(said[i : i + size]) == words), None)
        if at is not None and site.rng.random() < LINKED:
            linked = [*said[:at], thing, *said[at + size :]]
            if quotes_hold([*(token for step in made.steps for token in step), *made.answer], linked):
                said = linked
    return said


def _in_words(past: Past, site: Site, names: dict[str, list[str]]) -> Past:
    """A call that was made, as the prompt tells it: what it quotes is words there, names with them."""
    out: list[str] = []
    quoted = False
    for token in past.call:
        quoted = token == "[q]" or (quoted and token != "[/q]")
        if not quoted or token == "[q]" or token[0] != "[" or len(token) == 1:
            out.append(token)
        elif token != "[or]" and out[-1:] != names.setdefault(token, tokens(site.words.noun(site.rng, room=token[1] == "P")))[-1:]:
            out += names[token]
    return replace(past, call=tuple(out))


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


def _facts(rng: random.Random, site: Site, made: Round) -> Facts:
    if rng.random() < 0.06 and len(site.skills) < len(SKILLS):
        site.skill((rng.choice(("thing", "place", "number", "text")),), (rng.choice(("scan", "polish", "lift", "pump")),))
    attributes = {**site.attributes, **{door: (state,) for door, state in made.doors.items()}}
    told = [(pointer, tuple(t for word in words for t in tokens(word))) for pointer, words in attributes.items()]
    here, hand, moved = _whereabouts(site, made)
    carrying = (hand,) if hand else ()
    inside = {t: p for t, p in {**site.inside, **moved}.items() if t not in carrying}
    return Facts(
        start=site.start,
        here=here if here != site.start else None,
        docks=tuple(site.docks),
        battery=site.battery,
        carrying=carrying,
        skills=tuple((pointer, name, kinds) for pointer, (name, kinds) in rng.sample(list(site.skills.items()), len(site.skills))),
        inside=tuple(rng.sample(list(inside.items()), len(inside))),
        attributes=tuple(rng.sample(told, len(told))),
        history=tuple(History(items(past.call), past.outcome, items(past.seen)) for past in made.history),
        refused=tuple(History(items(past.call), past.outcome, items(past.seen)) for past in made.refused),
    )


def _whereabouts(site: Site, made: Round) -> tuple[str | None, str | None, dict[str, str]]:
    """Where the robot is after what was done, if that is told, what it holds, and where it has put things."""
    here, hand = None, site.carrying
    moved: dict[str, str] = {}
    own = () if site.cell is None else (site.cell.put, site.cell.press)
    for past in made.history:
        verb = past.call[0]
        if past.outcome == "[found]":
            here = site.inside.get(past.seen[0], here)
        if past.outcome != "[ok]":
            continue
        if verb in ("[goto]", "[place]", "[take_lift]") and past.call[-1].startswith("[P"):
            here = past.call[-1]
        elif verb in ("[inspect]", "[pick]", *own) and past.call[1] in site.inside:
            here = site.inside[past.call[1]]
        if verb == "[place]" and hand is not None:
            moved[hand] = past.call[1]
        if verb == "[pick]":
            hand = past.call[1]
        elif verb == "[place]" or (site.cell is not None and verb == site.cell.put):
            hand = None
    return here, hand, moved


def _other(rng: random.Random, level: int, words: Vocabulary) -> Sample:
    """No plan: an answer, a greeting, a refusal."""
    site = _site(rng, words)
    language: Language = "zh" if words.language == "zh" else "en"
    speech = tongue(language, words.held_out)
    kind, text, answer, level = other_mission(site, Teller(rng, speech, words), level)
    said = tokens(dress(rng, speech, text if kind == "cannot" else f"?{text}", polite=kind not in ("greeting", "unknown")))
    return Sample(_facts(rng, site, Round([])), tuple(said), (*answer, END), level, language, (kind,))


def texts(seed: int, count: int, **how: bool) -> Iterator[Sample]:
    """The first samples of a stream."""
    for number in range(count):
        yield draw(seed, number, **how)  # type: ignore[arg-type]


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
