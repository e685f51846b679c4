"""How often an answer is ill-typed: a model of random weights writes plans through llama.cpp at temperature 2, under the grammar.

    python -m benchmarks.ill_typed --generations 10000

About a quarter of an hour on two cores. Each answer is read by the parser that planning uses; every skill, parameter and name of a
plan is then looked up again, in the map and the skills themselves. An answer that was cut off counts as no plan, and so does one
whose loop is empty or endless; neither is ill-typed. Bar: none.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from agent.learning.dataset import train_tokenizer
from agent.learning.export import export
from agent.learning.model import SIZES, Config, Network
from agent.learning.weights import Weights
from agent.planners.brief import messages
from agent.planners.dialect import decode, encode, grammar
from agent.planners.errors import LoopUnusable, PlanUnreadable
from agent.planners.json_grammar import json_grammar
from agent.planners.json_plan import parse_answer
from agent.planners.llama_runtime import LlamaRuntime, Sampling
from agent.planners.planner import Brief, HistoryEntry
from agent.planners.pointers import DIALECT
from agent.planners.vocabulary import Vocabulary
from maps import Body, RobotState, find_map, load_world, start_pose
from skills import Outcome, Plan, SkillCall, library
from verifier import Finding

MISSIONS = {
    "warehouse": "go to the pump room, check the gauge and tell me what it reads, then bring the red toolbox to the office",
    "home": "search for a blue mug, wait 30 seconds at every door and 回到充电桩 [P3] [end]",
    "hospital": "where are the crutches? take them to reception and say hello",
}


def random_model(folder: Path, *, seed: int = 0, spread: float = 0.4) -> Path:
    """A planner of random weights with a tokenizer of its own, as a GGUF."""
    tokenizer = folder / "tokenizer.json"
    size = train_tokenizer(tokenizer, vocabulary=1200, samples=800).get_vocab_size()
    config = Config(size, **SIZES["nano"])
    rng = np.random.default_rng(seed)
    shapes = {name: tuple(p.shape) for name, p in Network(config).named_parameters()}
    tensors = {name: rng.normal(1.0 if len(shape) == 1 else 0.0, spread, shape) for name, shape in shapes.items()}
    weights = Weights(config.to_json(), tensors, tokenizer.read_text(encoding="utf-8"), DIALECT)
    return export(weights, folder / "random.gguf")


def briefs(missions: dict[str, str] | None = None) -> list[Brief]:
    """First rounds, rounds with something refuted, rounds with something done."""
    found = []
    for name, mission in (missions or MISSIONS).items():
        world, body, skills = load_world(find_map(name)), Body(), library()
        pose = start_pose(world)
        here = world.place_at(pose.point)
        state = RobotState(pose=pose, battery_wh=body.battery_wh)
        start = None if here is None else here.name
        first = Brief(mission=mission, world=world, state=state, body=body, skills=skills, start_place=start)
        places = list(world.places)
        barred = tuple(SkillCall(skill="goto", args={"place": place}) for place in places[:5])
        done = HistoryEntry(call=SkillCall(skill="goto", args={"place": places[0]}), outcome=Outcome(status="succeeded"))
        refused = Brief(
            mission=mission, world=world, state=state, body=body, skills=skills, start_place=start, history=(done,),
            rejected=(Plan(steps=barred),),
            findings=tuple(Finding(code="NO_VALID_PATH", step=n, refuted=True) for n in range(1, 6)),
        )  # fmt: skip
        found += [first, refused]
    return found


def faults(plan: Plan, brief: Brief) -> list[str]:
    """What a plan says that this map and these skills do not have."""
    found = []
    for step in plan.steps:
        if step.skill not in brief.skills:
            found.append(f"no skill {step.skill!r}")
            continue
        parameters = {parameter.name: parameter for parameter in brief.skills[step.skill].parameters}
        found += [f"{step.skill} has no {name!r}" for name in step.args if name not in parameters]
        found += [f"{step.skill} lacks {name!r}" for name, p in parameters.items() if p.required and name not in step.args]
        for name, value in step.args.items():
            if name not in parameters or (value is None and parameters[name].nullable):
                continue
            kind = parameters[name].kind
            if kind in ("place", "thing", "door"):
                if value not in brief.world.names(kind):
                    found.append(f"no {kind} {value!r}")
            elif kind in ("text", "described") and not isinstance(value, str):
                found.append(f"{step.skill}.{name} is {value!r}")
            elif kind == "number" and not isinstance(value, int | float):
                found.append(f"{step.skill}.{name} is {value!r}")
        if step in brief.refuted:
            found.append(f"{step} was refuted")
    return found


def generate(runtime: LlamaRuntime, given: Sequence[Brief], count: int, form: str, *, tokens: int, progress: bool) -> Counter[str]:
    """Answers of one form (``dialect`` or ``json``), counted by what they are; ill-typed ones are printed."""
    counts: Counter[str] = Counter()
    rng = random.Random(form)
    ready = []
    for brief in given:
        if form == "dialect":
            prompt = encode(brief)
            ready.append(
                (brief, runtime.tokens(prompt.segments), grammar(prompt), lambda text, prompt=prompt: decode(text, prompt))
            )
        else:
            vocabulary = Vocabulary.of(brief)
            chat = "".join(message["content"] for message in messages(brief, vocabulary))[-200:]
            start = runtime.text_tokens(chat)
            read = lambda text, vocabulary=vocabulary: parse_answer(text, vocabulary)  # noqa: E731
            ready.append((brief, start, json_grammar(vocabulary), read))
    began = time.monotonic()
    for number in range(count):
        brief, start, rules, read = ready[rng.randrange(len(ready))]
        out = runtime.generate(start, rules, Sampling(temperature=2.0, seed=number, max_tokens=tokens))
        if not out.complete:
            counts["cut off"] += 1
            continue
        try:
            proposal = read(out.text)
        except LoopUnusable:  # well-typed; refused for what it says
            counts["empty or endless loop"] += 1
            continue
        except PlanUnreadable as error:
            said = str(error)
            counts["ill-typed"] += 1
            print(f"{form} {number}: {said}", file=sys.stderr)
            continue
        wrong = faults(proposal.plan, brief) if proposal.plan is not None else []
        counts["ill-typed" if wrong else "plan" if proposal.plan else "question" if proposal.question else "refusal"] += 1
        for fault in wrong:
            print(f"{form} {number}: {fault}", file=sys.stderr)
        if progress and time.monotonic() - began > 30:
            began = time.monotonic()
            print(f"  {form}: {number + 1} of {count}", file=sys.stderr, flush=True)
    return counts


def main() -> int:
    """Generate, count, print; the exit code tells whether nothing was ill-typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generations", type=int, default=10_000, help="answers in the dialect; a tenth as many in JSON")
    options = parser.parse_args()
    bad = 0
    with TemporaryDirectory() as folder:
        runtime = LlamaRuntime(random_model(Path(folder)))
        print(f"load {os.getloadavg()[0]:.1f}")
        for form, count, tokens in (("dialect", options.generations, 600), ("json", options.generations // 10, 4000)):
            started = time.monotonic()
            counts = generate(runtime, briefs(), count, form, tokens=tokens, progress=True)
            bad += counts["ill-typed"]
            print(
                f"{form}: {count} answers in {time.monotonic() - started:.0f} s: {dict(counts)}; ill-typed: {counts['ill-typed']}"
            )
        runtime.close()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
